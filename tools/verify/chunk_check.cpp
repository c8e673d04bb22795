#include "verify/chunk_check.hpp"

#include <algorithm>
#include <tuple>

#include "base/utf8.hpp"
#include "format/parquet_types.h"

namespace parquet_flow::verify {
namespace {

using schema::LogicalKind;
using schema::PhysicalType;
using stats::Order;

// (page type, encoding) and how many pages.
using EncodingCounts = std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t>;

std::string encodingText(std::int32_t encoding) {
  const auto found = format::_Encoding_VALUES_TO_NAMES.find(encoding);
  return found != format::_Encoding_VALUES_TO_NAMES.end() ? found->second
                                                          : std::to_string(encoding);
}

}  // namespace

struct ChunkCheck::Chunk {
  std::size_t rowGroup;
  const schema::Leaf& leaf;
  const format::ColumnChunk& said;
  const format::ColumnMetaData& meta;
  BoundsCheck bounds;
  PageDecoder decoder;
  codec::Decompressor* decompressor;
  std::span<stats::SortedColumn> sorted;
  Order order;  // kNone: without bounds
  ValueFacts facts = {};
  std::vector<PageFacts> pages = {};
  std::optional<std::uint64_t> dictionaryOffset = {};  // of the first dictionary page
  EncodingCounts encodings = {};
  std::uint64_t headerEntries = 0;
  std::uint64_t uncompressedBytes = 0;
  bool isWhole = true;
  bool hasAllHeaders = true;
  bool lacksDictionary = false;                   // it could not be decoded
  bool isWithinLimits = true;                     // all that has been decoded
  std::uint64_t strangers = 0;                    // values that are not in the bloom filter
  std::unordered_set<std::string> distinct = {};  // where the footer counts them

  [[nodiscard]] bool countsDistinct() const noexcept {
    return meta.__isset.statistics && meta.statistics.__isset.distinct_count;
  }
  [[nodiscard]] Place place() const { return {.rowGroup = rowGroup, .column = leaf.dottedPath}; }
  // Of the data page that comes next, or of the dictionary.
  [[nodiscard]] Place placeOf(const PageRecord& page) const {
    Place at = place();
    at.offset = page.offset;
    if (!page.isDictionary()) {
      at.page = pages.size();
    }
    return at;
  }
};

// Without column orders readers that go by bounds take them to be in the type's own.
std::optional<Order> ChunkCheck::orderOf(const schema::Leaf& leaf) const {
  const format::FileMetaData& meta = file_.metaData();
  if (!meta.__isset.column_orders) {
    return stats::orderOf(leaf);
  }
  if (leaf.index >= meta.column_orders.size()) {
    return std::nullopt;
  }
  const auto& isset = meta.column_orders[leaf.index].__isset;
  if (isset.IEEE_754_TOTAL_ORDER) {
    return stats::orderOf(leaf, stats::FloatOrder::kIeee754Total);
  }
  return isset.TYPE_ORDER ? std::optional(stats::orderOf(leaf)) : std::nullopt;
}

ChunkVerdict ChunkCheck::check(std::size_t rowGroup, const schema::Leaf& leaf,
                               std::span<stats::SortedColumn> sorted) {
  const format::ColumnChunk& said = file_.metaData().row_groups[rowGroup].columns[leaf.index];
  const std::optional<Order> order = orderOf(leaf);
  Chunk chunk = {rowGroup,
                 leaf,
                 said,
                 said.meta_data,
                 BoundsCheck(leaf, order, findings_),
                 PageDecoder(leaf, limits_),
                 nullptr,
                 sorted,
                 order.value_or(stats::orderOf(leaf))};
  chunk.facts.definitionLevels.assign(std::size_t{leaf.maxDefinitionLevel} + 1, 0);
  chunk.facts.repetitionLevels.assign(std::size_t{leaf.maxRepetitionLevel} + 1, 0);
  if (auto valid = read::checkChunk(leaf, chunk.meta); !valid) {
    findings_.error("footer", chunk.place(), valid.error().message());
    return {.isWhole = false};
  }
  auto decompressor = decompressors_.of(chunk.meta);
  if (!decompressor) {
    findings_.failure("page", chunk.place(), decompressor.error());
    return {.isWhole = false};
  }
  chunk.decompressor = *decompressor;
  bloom_.begin(*file_.file(), chunk.meta, file_.file()->size(), chunk.place(), findings_);
  walk(chunk);
  checkChunk(chunk);
  if (checkDictionaryOffset(chunk)) {
    checkDataOffset(chunk);
  }
  if (chunk.hasAllHeaders) {
    IndexCheck index(*file_.file(), leaf, chunk.bounds, chunk.place(), findings_);
    index.check(said, chunk.pages);
  }
  return {chunk.pages.size(), chunk.headerEntries, chunk.isWhole};
}

void ChunkCheck::walk(Chunk& chunk) {
  PageWalk pages(*file_.file(), static_cast<std::uint64_t>(read::chunkOffset(chunk.meta)),
                 static_cast<std::uint64_t>(chunk.meta.total_compressed_size));
  for (;;) {
    Place place = chunk.place();
    place.page = chunk.pages.size();
    place.offset = pages.offset();
    auto page = pages.next();
    if (!page) {
      chunk.isWhole = false;
      chunk.hasAllHeaders = false;
      findings_.failure("page", place, page.error());
      return;
    }
    if (!*page) {
      return;
    }
    takePage(chunk, **page);
  }
}

void ChunkCheck::takePage(Chunk& chunk, const PageRecord& page) {
  const Place place = chunk.placeOf(page);
  if (page.header.uncompressed_page_size >= 0) {
    chunk.uncompressedBytes +=
        page.headerBytes + static_cast<std::uint64_t>(page.header.uncompressed_page_size);
  }
  const bool isLate = page.isDictionary() && (!chunk.pages.empty() || !chunk.encodings.empty());
  if (isLate) {
    findings_.error("page", place, "a dictionary page that is not the first of its chunk");
  }
  if (page.isDictionary() && !chunk.dictionaryOffset) {
    chunk.dictionaryOffset = page.offset;
  }
  ++chunk.encodings[{page.header.type, page.encoding()}];
  const bool isDecoded = decode(chunk, page, place);
  if (page.isDictionary()) {
    return;
  }
  checkLevelEncodings(chunk.leaf, page, place);
  chunk.headerEntries += page.entries().value_or(0);
  PageFacts facts = {page.offset, page.bytes(), chunk.facts.rows, chunk.isWhole};
  if (isDecoded) {
    facts.facts = factsOf(chunk.leaf, chunk.order, chunk.decoder);
    count(chunk, facts.facts, place);
    if (chunk.decoder.bytesLeft() != 0) {
      findings_.habit(
          "page", place,
          "there are bytes behind its last value, " + std::to_string(chunk.decoder.bytesLeft()));
    }
  }
  if (isDecoded && chunk.isWithinLimits) {
    if (const format::Statistics* const statistics = page.statistics()) {
      chunk.bounds.checkStatistics(*statistics, facts.facts, place);
    }
    const ConstBytes repetition = chunk.decoder.repetitionLevels();
    facts.beginsRow = repetition.empty() || repetition[0] == std::byte{0};
    takeValues(chunk, page);
    addTo(chunk.order, facts.facts, chunk.facts);
  }
  chunk.pages.push_back(std::move(facts));
}

// Those of levels that there are none of, which some readers want to know all the same.
void ChunkCheck::checkLevelEncodings(const schema::Leaf& leaf, const PageRecord& page,
                                     const Place& place) {
  if (page.header.type != format::PageType::DATA_PAGE || !page.header.__isset.data_page_header) {
    return;
  }
  const format::DataPageHeader& header = page.header.data_page_header;
  const std::tuple<std::uint8_t, std::int32_t, const char*> levels[] = {
      {leaf.maxRepetitionLevel, header.repetition_level_encoding, "repetition"},
      {leaf.maxDefinitionLevel, header.definition_level_encoding, "definition"}};
  for (const auto& [maxLevel, encoding, name] : levels) {
    if (maxLevel == 0 && encoding != format::Encoding::RLE &&
        encoding != format::Encoding::BIT_PACKED) {
      findings_.error("page", place,
                      std::string(name) + " levels, of which there are none, are said to be in " +
                          encodingText(encoding));
    }
  }
}

// What is kept of a page to the end of its chunk, and how long it takes to look all values up; said
// once a chunk.
void ChunkCheck::count(Chunk& chunk, const ValueFacts& page, const Place& place) {
  constexpr std::uint64_t kLookUpWork = 25;
  constexpr std::uint64_t kKeepWork = 150;
  constexpr std::uint64_t kKeptBytes = 64;  // of a value beside its bytes
  const bool isKept = chunk.countsDistinct();
  const auto countIt = [&]() -> Result<void> {
    PF_TRY(limits_.budget->decode(
        page.values * ((bloom_.isThere() ? kLookUpWork : 0) + (isKept ? kKeepWork : 0))));
    return limits_.budget->hold(
        page.min.size() + page.max.size() +
        (isKept ? chunk.decoder.values().size() + page.values * kKeptBytes : 0));
  };
  const Result<void> counted = chunk.isWithinLimits ? countIt() : Result<void>{};
  if (!counted) {
    chunk.isWithinLimits = false;
    chunk.isWhole = false;
    findings_.failure("page", place, counted.error());
  }
}

bool ChunkCheck::decode(Chunk& chunk, const PageRecord& page, const Place& place) {
  const bool needsDictionary =
      !page.isDictionary() && (page.encoding() == format::Encoding::RLE_DICTIONARY ||
                               page.encoding() == format::Encoding::PLAIN_DICTIONARY);
  if (needsDictionary && chunk.lacksDictionary) {
    return false;  // said of the dictionary
  }
  const auto decoded = chunk.decoder.decode(*file_.file(), page, chunk.decompressor);
  if (!decoded) {
    chunk.isWhole = false;
    chunk.lacksDictionary = chunk.lacksDictionary || page.isDictionary();
    findings_.failure("page", place, decoded.error());
  }
  return decoded.has_value();
}

void ChunkCheck::takeValues(Chunk& chunk, const PageRecord& page) {
  const Place place = chunk.placeOf(page);
  const std::uint64_t values = chunk.decoder.levels().values;
  if (chunk.leaf.logical.kind == LogicalKind::kString) {
    checkText(chunk, place);
  }
  for (std::uint64_t i = 0; bloom_.isThere() && i < values; ++i) {
    if (!bloom_.has(chunk.decoder.value(i)) && ++chunk.strangers == 1) {
      findings_.error(
          "bloom-filter", place,
          "the value " + chunk.bounds.textOf(chunk.decoder.value(i)) + " is not in the filter");
    }
  }
  if (chunk.countsDistinct()) {
    for (std::uint64_t i = 0; i < values; ++i) {
      chunk.distinct.emplace(chunk.decoder.value(i));
    }
  }
  if (!chunk.sorted.empty() && chunk.isWhole) {
    feedSorted(chunk);
  }
}

// One finding a page.
void ChunkCheck::checkText(const Chunk& chunk, const Place& place) {
  std::uint64_t wrong = 0;
  std::uint64_t first = 0;
  for (std::uint64_t i = 0; i < chunk.decoder.levels().values; ++i) {
    if (!isUtf8(chunk.decoder.value(i))) {
      first = wrong++ == 0 ? i : first;
    }
  }
  if (wrong != 0) {
    findings_.error("text", place,
                    std::to_string(wrong) + " values of a STRING are no UTF-8, the first is " +
                        chunk.bounds.textOf(chunk.decoder.value(first)));
  }
}

// A flat leaf: an entry a row.
void ChunkCheck::feedSorted(const Chunk& chunk) {
  const ConstBytes levels = chunk.decoder.definitionLevels();
  std::vector<std::byte> validity((levels.size() + 7) / 8, std::byte{0});
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (levels[i] == std::byte{chunk.leaf.maxDefinitionLevel}) {
      validity[i / 8] |= static_cast<std::byte>(1U << (i % 8));
    }
  }
  const std::byte* const bits = validity.empty() ? nullptr : validity.data();
  const std::uint64_t rows = chunk.decoder.levels().rows;
  const std::byte* const values = chunk.decoder.values().data();
  for (stats::SortedColumn& sorted : chunk.sorted) {
    if (chunk.leaf.type == PhysicalType::kByteArray) {
      sorted.addByteArrays(values, chunk.decoder.offsets(), bits, 0, rows);
    } else if (chunk.leaf.type == PhysicalType::kBoolean) {
      sorted.addByteBooleans(values, bits, 0, rows);
    } else {
      sorted.addFixed(values, bits, 0, rows);
    }
  }
}

void ChunkCheck::checkChunk(Chunk& chunk) {
  const Place place = chunk.place();
  if (chunk.isWhole) {
    const std::uint64_t rows = file_.rowGroupRows(chunk.rowGroup);
    if (chunk.facts.rows != rows) {
      chunk.isWhole = false;
      findings_.error("counts", place,
                      "it has " + std::to_string(chunk.facts.rows) + " rows, its row group " +
                          std::to_string(rows));
    }
  }
  if (chunk.hasAllHeaders) {
    chunk.bounds.checkCount("counts", "num_values", chunk.meta.num_values, chunk.headerEntries,
                            place);
    chunk.isWhole =
        chunk.isWhole && chunk.meta.num_values == static_cast<std::int64_t>(chunk.headerEntries);
  }
  checkEncodings(chunk);
  if (!chunk.isWhole) {
    return;
  }
  if (chunk.meta.total_uncompressed_size != static_cast<std::int64_t>(chunk.uncompressedBytes)) {
    findings_.habit("counts", place,
                    "total_uncompressed_size is said to be " +
                        std::to_string(chunk.meta.total_uncompressed_size) + ", and is " +
                        std::to_string(chunk.uncompressedBytes));
  }
  if (chunk.meta.__isset.statistics) {
    chunk.bounds.checkStatistics(chunk.meta.statistics, chunk.facts, place);
    if (chunk.meta.statistics.__isset.distinct_count) {
      chunk.bounds.checkCount("statistics", "distinct_count", chunk.meta.statistics.distinct_count,
                              chunk.distinct.size(), place, Severity::kWarning);
    }
  }
  checkSizes(chunk);
  if (chunk.strangers > 1) {
    findings_.error("bloom-filter", place,
                    std::to_string(chunk.strangers) + " values are not in the filter");
  }
}

// Whether there is a dictionary page where the footer says so. Most readers take 0, which old
// writers left, for none, and begin at the data where it is said to lie there.
bool ChunkCheck::checkDictionaryOffset(const Chunk& chunk) {
  if (!chunk.meta.__isset.dictionary_page_offset || chunk.encodings.empty()) {
    return false;  // nothing is said, or no page could be read
  }
  const std::int64_t said = chunk.meta.dictionary_page_offset;
  if (chunk.dictionaryOffset && said == static_cast<std::int64_t>(*chunk.dictionaryOffset)) {
    return true;
  }
  const std::string message =
      "dictionary_page_offset is said to be " + std::to_string(said) +
      (chunk.dictionaryOffset ? ", and is " + std::to_string(*chunk.dictionaryOffset)
                              : ", and there is no dictionary page");
  if (said == 0 || (!chunk.dictionaryOffset && said == chunk.meta.data_page_offset)) {
    findings_.habit("layout", chunk.place(), message);
  } else {
    findings_.error("layout", chunk.place(), message);
  }
  return false;
}

// Where there is a dictionary readers may begin there, or go to the data alone.
void ChunkCheck::checkDataOffset(const Chunk& chunk) {
  const std::int64_t said = chunk.meta.data_page_offset;
  if (chunk.pages.empty() || said == static_cast<std::int64_t>(chunk.pages[0].offset)) {
    return;
  }
  const std::string message = "data_page_offset is said to be " + std::to_string(said) +
                              ", and is " + std::to_string(chunk.pages[0].offset);
  if (said == read::chunkOffset(chunk.meta)) {
    findings_.habit("layout", chunk.place(), message + ", behind the dictionary");
  } else {
    findings_.error("layout", chunk.place(), message);
  }
}

void ChunkCheck::checkEncodings(const Chunk& chunk) {
  const Place place = chunk.place();
  for (const auto& [page, count] : chunk.encodings) {
    if (page.first != format::PageType::DICTIONARY_PAGE &&
        std::ranges::find(chunk.meta.encodings, page.second) == chunk.meta.encodings.end()) {
      findings_.habit(
          "encodings", place,
          "pages are in an encoding that encodings does not list, " + encodingText(page.second));
    }
  }
  if (!chunk.meta.__isset.encoding_stats || !chunk.isWhole) {
    return;
  }
  EncodingCounts said;
  for (const format::PageEncodingStats& each : chunk.meta.encoding_stats) {
    said[{each.page_type, each.encoding}] += each.count;
  }
  if (said == chunk.encodings) {
    return;
  }
  const auto text = [&](const EncodingCounts& counts) {
    std::string list;
    for (const auto& [page, count] : counts) {
      list += (list.empty() ? "" : ", ") + std::to_string(count) + " of type " +
              std::to_string(page.first) + " in " + encodingText(page.second);
    }
    return list;
  };
  // What tells readers whether all data pages are in a dictionary.
  const auto ofData = [](const EncodingCounts& counts) {
    std::map<std::int32_t, std::int64_t> data;
    for (const auto& [page, count] : counts) {
      if (page.first != format::PageType::DICTIONARY_PAGE) {
        data[page.second] += count;
      }
    }
    return data;
  };
  const std::string message =
      "encoding_stats counts the pages " + text(said) + ", and there are " + text(chunk.encodings);
  if (ofData(said) == ofData(chunk.encodings)) {
    findings_.habit("encodings", place, message);
  } else {
    findings_.error("encodings", place, message);
  }
}

void ChunkCheck::checkSizes(Chunk& chunk) {
  if (!chunk.meta.__isset.size_statistics) {
    return;
  }
  constexpr const char* kKind = "size-statistics";
  const Place place = chunk.place();
  const format::SizeStatistics& said = chunk.meta.size_statistics;
  if (said.__isset.unencoded_byte_array_data_bytes) {
    chunk.bounds.checkCount(kKind, "unencoded_byte_array_data_bytes",
                            said.unencoded_byte_array_data_bytes, chunk.facts.byteArrayBytes, place,
                            Severity::kWarning);
  }
  const std::tuple<bool, const std::vector<std::int64_t>&, const std::vector<std::uint64_t>&,
                   const char*>
      histograms[] = {{said.__isset.definition_level_histogram, said.definition_level_histogram,
                       chunk.facts.definitionLevels, "definition_level_histogram"},
                      {said.__isset.repetition_level_histogram, said.repetition_level_histogram,
                       chunk.facts.repetitionLevels, "repetition_level_histogram"}};
  for (const auto& [isSet, levels, counts, name] : histograms) {
    if (!isSet || levels.empty()) {
      continue;
    }
    if (levels.size() != counts.size()) {
      findings_.error(kKind, place,
                      std::string(name) + " has " + std::to_string(levels.size()) +
                          " elements, and should have " + std::to_string(counts.size()));
      continue;
    }
    for (std::size_t level = 0; level < levels.size(); ++level) {
      const std::string what = std::string(name) + " of level " + std::to_string(level);
      chunk.bounds.checkCount(kKind, what.c_str(), levels[level], counts[level], place);
    }
  }
}

}  // namespace parquet_flow::verify
