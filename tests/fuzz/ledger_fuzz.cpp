// Goal: a ledger of any bytes is taken or refused with the book as it was, and a book's own text
// says what the book does.
//
// Input: two ledgers with a zero byte between them.
#include <algorithm>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "fuzz.hpp"
#include "merge/ledger.hpp"

using namespace parquet_flow;

namespace {

FuzzInput inputOf(std::string_view text) { return {text.begin(), text.end()}; }

void checkAdd(merge::LedgerBook& book, std::string_view text) {
  const std::string before = book.text();
  const auto added = book.add(text);
  if (!added) {
    PF_FUZZ_CHECK(added.error().code() == ErrorCode::kCorrupt ||
                  added.error().code() == ErrorCode::kInvalidArgument);
    PF_FUZZ_CHECK(!added.error().message().empty());
    PF_FUZZ_CHECK(book.text() == before);
    return;
  }
  const auto numbers = book.numbersOf(text);
  PF_FUZZ_CHECK(numbers.has_value() && numbers->size() <= book.sessions());
  for (const std::int32_t number : *numbers) {
    PF_FUZZ_CHECK(number >= 0 && static_cast<std::size_t>(number) < book.sessions());
  }
}

}  // namespace

std::vector<FuzzInput> fuzzSeeds() {
  const std::string head = R"({"version":1,"sessions":[{"session":)";
  const std::string one =
      head + R"("s","file":1,"last_file":false,"producers":[{"producer":0,"name":"p","previous":0,)"
             R"("last":10,"rows":7,"refused":1,"aborted":1,"rejected":1,"write_lost":0}]}]})";
  const std::string two =
      head + R"("s","file":2,"last_file":true,"producers":[{"producer":0,"name":"p","previous":10,)"
             R"("last":12,"rows":2,"refused":0,"aborted":0,"rejected":0,"write_lost":0}]}]})";
  const std::string other = head + R"("t","file":1,"last_file":true,"producers":[]}]})";
  const std::string between(1, '\0');
  return {inputOf(one), inputOf(one + between + two), inputOf(two + between + one),
          inputOf(one + between + one), inputOf(one + between + other)};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  const std::string_view input = asText(constBytes(data, bytes));
  const std::size_t end = std::min(input.find('\0'), input.size());
  merge::LedgerBook book;
  checkAdd(book, input.substr(0, end));
  if (end != input.size()) checkAdd(book, input.substr(end + 1));
  if (book.sessions() == 0) return 0;
  merge::LedgerBook again;
  PF_FUZZ_CHECK(again.add(book.text()).has_value());
  PF_FUZZ_CHECK(again.text() == book.text());
  return 0;
}
