#include "pf/page_limit.hpp"

#include <string>
#include <utility>

#include "pf/count_option.hpp"

namespace parquet_flow::pf {
namespace {

constexpr char kOption[] = "--page-bytes-max";

}  // namespace

void addPageBytesMax(CLI::App& command, std::uint64_t& value) {
  addCount(
      command, kOption, value,
      "a page that had more bytes before compression is an error (" + std::to_string(value) + ")");
}

Error withPageLimit(Error error) {
  const auto says = [&error](const char* words) {
    return error.message().find(words) != std::string::npos;
  };
  // Of a page, of all pages of a scan, of the rows that repeat what few bytes have.
  const bool isOfPages = error.code() == ErrorCode::kLimit &&
                         (says("above the limit of") || says("where the limit is"));
  return isOfPages ? Error(error.code(), error.message() + ", which " + kOption + " raises")
                   : std::move(error);
}

}  // namespace parquet_flow::pf
