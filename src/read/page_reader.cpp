#include "read/page_reader.hpp"

#include "read/page_levels.hpp"
#include "read/page_work.hpp"

namespace parquet_flow::read {

Result<void> PageReader::next(column::LeafBuffer& out) {
  PF_TRY_ASSIGN(const Page page, pages_.next());
  const auto decode = [&]() -> Result<void> {
    PF_TRY(count(page));
    if (page.isDictionary) {
      return values_.setDictionary(page.values, static_cast<std::uint32_t>(page.entries));
    }
    PF_TRY_ASSIGN(const PageLevels levels,
                  readLevels(page, leaf_, out.definitionLevels(), out.repetitionLevels()));
    const std::uint64_t before = out.values().size();
    PF_TRY(values_.decode(page.encoding, page.values, levels.values, out));
    return leaf_.type == schema::PhysicalType::kByteArray
               ? countArrays(out.values().size() - before)
               : Result<void>{};
  };
  Result<void> decoded = decode();
  if (!decoded) {
    return fail(pages_.inPage(std::move(decoded).error()));
  }
  return {};
}

// Before the page is decoded; what is held of it is kept to the end.
Result<void> PageReader::count(const Page& page) {
  if (budget_ == nullptr) {
    return {};
  }
  const std::uint64_t levels =
      page.isDictionary
          ? 0
          : page.entries * ((leaf_.maxDefinitionLevel != 0) + (leaf_.maxRepetitionLevel != 0));
  PF_TRY(budget_->decode(pageWork(leaf_, page, pages_.inflatedBytes(), levels)));
  // Of a list's PLAIN values there are no more than its bytes.
  const bool areStored = leaf_.maxRepetitionLevel != 0 && !isInDictionary(page);
  const std::uint64_t width = schema::fixedWidth(leaf_.type, leaf_.typeLength);
  return budget_->hold(page.isDictionary
                           ? page.values.size()
                           : levels + (areStored ? page.values.size() : page.entries * width));
}

Result<void> PageReader::countArrays(std::uint64_t bytes) {
  if (budget_ == nullptr) {
    return {};
  }
  PF_TRY(budget_->decode(bytes * kArrayBytesWork));
  return budget_->hold(bytes);
}

}  // namespace parquet_flow::read
