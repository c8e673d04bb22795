// Goal: any text is a predicate, aggregates, an order, paths or a pattern, or refused at a place
// within it; patterns match or not, whatever they are held against.
//
// Input: a byte that chooses the language, and the text.
#include <string>
#include <string_view>

#include "fuzz.hpp"
#include "scan/like_pattern.hpp"
#include "scan/predicate_text.hpp"
#include "scan/query_text.hpp"

using namespace parquet_flow;

namespace {

template <class T>
void expectSentence(const Result<T>& parsed) {
  if (parsed) return;
  PF_FUZZ_CHECK(parsed.error().code() == ErrorCode::kInvalidArgument ||
                parsed.error().code() == ErrorCode::kLimit);
  PF_FUZZ_CHECK(!parsed.error().message().empty());
}

// The first half is the pattern, its first byte the escape; the second half a value.
void match(std::string_view text, bool isUtf8) {
  if (text.empty()) return;
  const std::string_view pattern = text.substr(1, text.size() / 2);
  const std::string_view value = text.substr(1 + pattern.size());
  const auto escape = static_cast<std::int16_t>(static_cast<std::uint8_t>(text[0]));
  const auto made = scan::likePattern(pattern, escape, isUtf8);
  expectSentence(made);
  if (!made) return;
  if (scan::matches(*made, value)) {
    PF_FUZZ_CHECK(value.starts_with(made->prefix()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  if (bytes == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, bytes - 1);
  switch (data[0] % 6) {
    case 0:
      expectSentence(scan::parsePredicate(text));
      break;
    case 1:
      expectSentence(scan::parseAggregates(text));
      break;
    case 2:
      expectSentence(scan::parseOrderBy(text));
      break;
    case 3:
      expectSentence(scan::parsePaths(text));
      break;
    default:
      match(text, data[0] % 6 == 5);
      break;
  }
  return 0;
}

std::vector<FuzzInput> fuzzSeeds() {
  const std::vector<std::pair<std::uint8_t, std::string_view>> texts = {
      {0, "a.b = 1 and not (c in ('x', X'00FF', null) or d between -1.5e3 and date '2026-11-20')"},
      {0, "\"from\".x is not null or y like '%a!_b' escape '!'"},
      {1, "count, count(distinct a.b) as n, sum(c), avg(d), min(\"e f\"), max(g)"},
      {2, "sum(a) desc, b asc, c"},
      {3, "a, b.c, \"d.e\""},
      {4, "!a%b_c!%dxxabycz%d"},
      {5,
       "\\a_%\xC3\xA4_"
       "a\xE2\x82\xAC"
       "b\xC3\xA4z"},
  };
  std::vector<FuzzInput> seeds;
  for (const auto& [language, text] : texts) {
    FuzzInput& seed = seeds.emplace_back(FuzzInput{language});
    seed.insert(seed.end(), text.begin(), text.end());
  }
  return seeds;
}
