#include "read/page_reader.hpp"

#include "read/page_levels.hpp"

namespace parquet_flow::read {

Result<void> PageReader::next(column::LeafBuffer& out) {
  PF_TRY_ASSIGN(const Page page, pages_.next());
  const auto decode = [&]() -> Result<void> {
    if (page.isDictionary) {
      return values_.setDictionary(page.values, static_cast<std::uint32_t>(page.entries));
    }
    PF_TRY_ASSIGN(const PageLevels levels,
                  readLevels(page, leaf_, out.definitionLevels(), out.repetitionLevels()));
    return values_.decode(page.encoding, page.values, levels.values, out);
  };
  Result<void> decoded = decode();
  if (!decoded) {
    return fail(pages_.inPage(std::move(decoded).error()));
  }
  return {};
}

}  // namespace parquet_flow::read
