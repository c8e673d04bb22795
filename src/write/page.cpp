#include "write/page.hpp"

#include <array>
#include <cstring>
#include <initializer_list>

#include "base/crc32.hpp"
#include "format/parquet_types.h"
#include "write/metadata.hpp"

namespace parquet_flow::write {
namespace {

using column::LeafSlice;
using column::ValuesLayout;
using encoding::Encoding;
using schema::PhysicalType;

// Shorter pieces are cheaper to copy than to hand to the system one by one.
constexpr std::uint64_t kBorrowBytesMin = 4096;
// Up to so many entries of a dictionary are compared once a page, rather than each value.
constexpr std::size_t kDictionaryForBoundsMax = 4096;

// Copies the parts one after the other to `out`, and returns what is behind them.
std::byte* copyParts(std::initializer_list<ConstBytes> parts, std::byte* out) noexcept {
  for (const ConstBytes part : parts) {
    if (!part.empty()) {
      std::memcpy(out, part.data(), part.size());
      out += part.size();
    }
  }
  return out;
}

}  // namespace

PageWriter::PageWriter(const schema::Leaf& leaf, const WriterOptions& options,
                       const ColumnOptions& column, codec::Compressor* compressor,
                       EncodeScratch& scratch)
    : leaf_(leaf),
      scratch_(scratch),
      compressor_(compressor),
      options_(options),
      column_(column),
      version_(options.dataPageVersion),
      profile_(options.profile),
      crcs_(options.crc),
      statistics_(column.statistics),
      pageIndex_(options.pageIndex),
      sizeStatistics_(options.sizeStatistics),
      levels_(leaf, scratch),
      valueEncoder_(leaf, options.dictionaryBytes, scratch),
      bloomFilter_(leaf, column.bloomFilter, scratch),
      chunkBounds_(leaf, options.truncateBytes, options.floatOrder),
      pageBounds_(leaf, options.truncateBytes, options.floatOrder),
      pageSizes_(leaf) {}

void PageWriter::beginChunk(EncodedColumnChunk& out, std::uint64_t offset) {
  out.begin(leaf_, options_, column_);
  out_ = &out;
  chunkOffset_ = offset;
  chunkBounds_.clear();
  clearCounts();
  valueEncoder_.beginChunk();
}

bool PageWriter::refersToDictionary() const noexcept {
  return out_->pagesByEncoding[static_cast<std::size_t>(named(Encoding::kRleDictionary))] != 0;
}

bool PageWriter::mayBeTaken() const noexcept {
  return encoding_ != Encoding::kRleDictionary && !refersToDictionary();
}

void PageWriter::clearCounts() noexcept {
  rows_ = 0;
  entries_ = 0;
  values_ = 0;
  sourceBytes_ = 0;
}

bool PageWriter::fits(const LeafSlice& slice) const noexcept {
  const std::uint64_t bytes =
      LevelEncoder::bytesMax(leaf_, entries_ + slice.entries) +
      ValueEncoder::bytesMax(leaf_, values_ + slice.values.count, sourceBytes_ + slice.valueBytes);
  return (compressor_ == nullptr ? bytes : compressor_->bound(bytes)) <= kPageBytesMax;
}

Result<bool> PageWriter::add(const LeafSlice& slice) {
  if (slice.values.layout != ValuesLayout::kIndices || encoding_ == Encoding::kRleDictionary) {
    return addAsItIs(slice);
  }
  LeafSlice plain = slice;
  PF_TRY_ASSIGN(plain.values,
                column::materializeIndices(slice.values, leaf_, scratch_.materialized));
  return addAsItIs(plain);
}

Result<bool> PageWriter::addAsItIs(const LeafSlice& slice) {
  if (encoding_ == Encoding::kRleDictionary) {
    PF_TRY_ASSIGN(const bool taken, valueEncoder_.lookUp(slice.values));
    if (!taken) {
      return false;
    }
  }
  if (!pageIsOpen()) {
    PF_TRY(beginPage());
  }
  rows_ += slice.rows;
  entries_ += slice.entries;
  values_ += slice.values.count;
  sourceBytes_ += slice.valueBytes;
  PF_TRY(levels_.add(slice));
  if (sizeStatistics_) {
    addSizes(slice);
  }
  PF_TRY(addValues(slice));
  if (pageEncoding_ != Encoding::kRleDictionary) {
    bloomFilter_.add(slice.values);
  }
  if (statistics_) {
    PF_TRY(collectBounds(slice));
  }
  return true;
}

void PageWriter::addSizes(const LeafSlice& slice) noexcept {
  pageSizes_.addByteArrayBytes(slice.valueBytes);
  if (leaf_.maxRepetitionLevel > 0) {
    pageSizes_.addRepetitionLevels(slice.repetitionLevels, slice.entries);
  }
  if (slice.definitionLevels != nullptr) {
    pageSizes_.addDefinitionLevels(slice.definitionLevels, slice.entries);
  } else {
    // A bitmap goes with a maximum level of 1, of which there is no histogram.
    pageSizes_.addDefinitionRun(leaf_.maxDefinitionLevel, slice.entries);
  }
}

Result<void> PageWriter::beginPage() {
  valuesCrc_ = 0;
  pageBounds_.clear();
  pageSizes_.clear();
  pageEncoding_ = encoding_;
  boundsFromDictionary_ = encoding_ == Encoding::kRleDictionary &&
                          leaf_.type == PhysicalType::kByteArray &&
                          valueEncoder_.dictionaryCount() <= kDictionaryForBoundsMax;
  chunkBytesBefore_ = out_->compressedBytes;
  PF_TRY(levels_.begin());
  frontSegment_ = out_->segments.size();
  out_->segments.emplace_back();
  if (compressor_ != nullptr) {
    scratch_.values.clear();
    PF_TRY(scratch_.values.appendUninitialized(scratch_.frontRoom));
    valuesBegin_ = scratch_.frontRoom;
    valueEncoder_.begin(pageEncoding_, scratch_.values);
  } else {
    PF_TRY(alignPage());
    valuesBegin_ = out_->buffer.size();
    valueEncoder_.begin(pageEncoding_, out_->buffer);
  }
  return {};
}

// Puts what follows at the distance from an alignment boundary that it will have in the file: the
// system copies it there, and does that a sixth slower where source and destination are not aligned
// alike, and at half the speed where the destination is some bytes ahead of the source in its page
// (Zen 5, `rep movsb`). How long header and levels will be is known when the page ends, so the
// guess is the longest of late; a page whose are shorter lies behind its source, not ahead.
Result<void> PageWriter::alignPage() {
  const std::uint64_t inRowGroup = chunkOffset_ + out_->compressedBytes + frontBytesGuess_;
  const std::uint64_t skipped = (inRowGroup - out_->buffer.size()) % kRowGroupAlignment;
  PF_TRY(out_->buffer.appendUninitialized(skipped));
  return {};
}

Result<void> PageWriter::addValues(const LeafSlice& slice) {
  if (compressor_ != nullptr || pageEncoding_ != Encoding::kPlain ||
      leaf_.type == PhysicalType::kBoolean) {
    return valueEncoder_.append(slice.values);
  }
  if (slice.valuesBorrowed && slice.values.layout == ValuesLayout::kFixed &&
      slice.valueBytes >= kBorrowBytesMin) {
    if (crcs_) {
      valuesCrc_ = crc32(valuesCrc_, {slice.values.data, slice.valueBytes});
    }
    appendSegment({.borrowed = slice.values.data, .offset = 0, .bytes = slice.valueBytes});
    return {};
  }
  const std::size_t begin = out_->buffer.size();
  PF_TRY(valueEncoder_.append(slice.values));
  const std::size_t bytes = out_->buffer.size() - begin;
  if (crcs_) {
    valuesCrc_ = crc32(valuesCrc_, {out_->buffer.data() + begin, bytes});
  }
  appendSegment({.borrowed = nullptr, .offset = begin, .bytes = bytes});
  return {};
}

Result<void> PageWriter::collectBounds(const LeafSlice& slice) {
  pageBounds_.addNulls(slice.nulls);
  if (boundsFromDictionary_) {
    return {};
  }
  column::ValuesView values = slice.values;
  if (values.layout == ValuesLayout::kIndices) {
    PF_TRY_ASSIGN(values, column::materializeIndices(values, leaf_, scratch_.materialized));
  }
  switch (values.layout) {
    case ValuesLayout::kFixed:
      if (pageEncoding_ == Encoding::kDeltaBinaryPacked) {
        addRuns(values.data);
      } else {
        pageBounds_.addFixed(values.data, values.count);
      }
      break;
    case ValuesLayout::kOffsets32:
      pageBounds_.addByteArrays(values.data, values.offsets, values.count);
      break;
    case ValuesLayout::kByteBooleans:
      pageBounds_.addByteBooleans(values.data, values.count);
      break;
    case ValuesLayout::kBits:
      pageBounds_.addBits(values.data, values.bitOffset, values.count);
      break;
    case ValuesLayout::kIndices:
      break;
  }
  return {};
}

// Of values that ascend the first and the last are all there is to look at.
void PageWriter::addRuns(const std::byte* values) {
  const std::size_t width = schema::fixedWidth(leaf_.type, leaf_.typeLength);
  for (const encoding::DeltaRuns::Run& run : valueEncoder_.deltaRuns()) {
    if (run.ascends) {
      pageBounds_.addFixed(values, 1);
      pageBounds_.addFixed(values + (run.count - 1) * width, 1);
    } else {
      pageBounds_.addFixed(values, run.count);
    }
    values += run.count * width;
  }
}

void PageWriter::appendSegment(const Segment& segment) {
  if (segment.bytes == 0) {
    return;
  }
  // The front's segment is still empty, and takes nothing.
  if (out_->segments.size() > frontSegment_ + 1) {
    Segment& last = out_->segments.back();
    const bool continues =
        segment.borrowed == nullptr
            ? last.borrowed == nullptr && last.offset + last.bytes == segment.offset
            : last.borrowed != nullptr && last.borrowed + last.bytes == segment.borrowed;
    if (continues) {
      last.bytes += segment.bytes;
      return;
    }
  }
  out_->segments.push_back(segment);
}

Result<void> PageWriter::finishPage() {
  PF_TRY_ASSIGN(const LevelEncoder::Levels levels, levels_.finish(!isVersion2()));
  if (statistics_ && boundsFromDictionary_) {
    PF_TRY(valueEncoder_.addTo(pageBounds_));
  }
  PF_TRY(valueEncoder_.finish());
  pageEncoding_ = valueEncoder_.encoding();
  if (statistics_) {
    pageBounds_.finish(pageStatistics_);
    chunkBounds_.merge(pageBounds_);
  }
  if (compressor_ == nullptr) {
    PF_TRY(finishUncompressed(levels));
  } else if (isVersion2()) {
    PF_TRY(finishCompressedValues(levels));
  } else {
    PF_TRY(finishCompressed(levels));
  }
  countPage();
  clearCounts();
  return {};
}

void PageWriter::countPage() {
  out_->entries += entries_;
  out_->plainBytes += ValueEncoder::plainBytes(leaf_, values_, sourceBytes_);
  if (pageEncoding_ != Encoding::kRleDictionary) out_->valuesBesideDictionary += values_;
  out_->pagesByEncoding[static_cast<std::size_t>(named(pageEncoding_))] += 1;
  out_->pages.push_back({.encoding = named(pageEncoding_),
                         .bytes = out_->compressedBytes - chunkBytesBefore_,
                         .rows = rows_,
                         .unencodedBytes = sourceBytes_});
  out_->sizes->merge(pageSizes_);
  if (pageIndex_ && statistics_) {
    out_->columnIndex->addPage(pageStatistics_, values_, pageSizes_);
  }
}

Result<void> PageWriter::finishUncompressed(const LevelEncoder::Levels& levels) {
  const ConstBytes head = valueEncoder_.head();
  ByteBuffer& out = out_->buffer;
  std::uint64_t valueBytes = out.size() - valuesBegin_;
  std::uint32_t crc = valuesCrc_;
  if (pageEncoding_ == Encoding::kPlain && leaf_.type != PhysicalType::kBoolean) {
    valueBytes = ValueEncoder::plainBytes(leaf_, values_, sourceBytes_);
  } else {
    crc = crcs_ ? crc32(0, {out.data() + valuesBegin_, valueBytes}) : 0;
    appendSegment({.borrowed = nullptr, .offset = valuesBegin_, .bytes = valueBytes});
  }
  const std::uint64_t frontBytes = levels.bytes() + head.size();
  if (crcs_ && frontBytes != 0) {
    const std::uint32_t front = crc32(crc32(crc32(0, levels.repetition), levels.definition), head);
    crc = crc32Combine(front, crc, valueBytes);
  }
  const std::size_t begin = out.size();
  const std::uint64_t bytes = frontBytes + valueBytes;
  PF_TRY(
      appendDataHeader({.uncompressedBytes = bytes, .compressedBytes = bytes, .crc = crc}, levels));
  PF_TRY(out.append(levels.repetition));
  PF_TRY(out.append(levels.definition));
  PF_TRY(out.append(head));
  placeFront(begin);
  return {};
}

// Levels, head and values one after the other, where they were encoded to; in version 2 without the
// levels.
Result<ConstBytes> PageWriter::wholeBody(const LevelEncoder::Levels& levels) {
  const LevelEncoder::Levels inside = isVersion2() ? LevelEncoder::Levels{} : levels;
  const ConstBytes head = valueEncoder_.head();
  const std::size_t frontBytes = inside.bytes() + head.size();
  ByteBuffer& page = scratch_.values;
  if (frontBytes > valuesBegin_) {
    // Rare: the room then grows to what pages of this kind take, and a half.
    const std::size_t valueBytes = page.size() - valuesBegin_;
    PF_TRY(page.appendUninitialized(frontBytes - valuesBegin_));
    std::memmove(page.data() + frontBytes, page.data() + valuesBegin_, valueBytes);
    valuesBegin_ = frontBytes;
    scratch_.frontRoom = frontBytes + frontBytes / 2;
  }
  std::byte* const begin = page.data() + (valuesBegin_ - frontBytes);
  copyParts({inside.repetition, inside.definition, head}, begin);
  return ConstBytes(begin, page.data() + page.size());
}

Result<void> PageWriter::finishCompressed(const LevelEncoder::Levels& levels) {
  PF_TRY_ASSIGN(const ConstBytes whole, wholeBody(levels));
  ByteBuffer& out = out_->buffer;
  PF_TRY(alignPage());
  const std::size_t bodyBegin = out.size();
  PF_TRY(compressor_->compress(whole, out));
  const std::size_t headerBegin = out.size();
  const ConstBytes body(out.data() + bodyBegin, headerBegin - bodyBegin);
  PF_TRY(appendDataHeader({.uncompressedBytes = whole.size(),
                           .compressedBytes = body.size(),
                           .crc = crcs_ ? crc32(0, body) : 0,
                           .isCompressed = true},
                          levels));
  placeFront(headerBegin);
  appendSegment({.borrowed = nullptr, .offset = bodyBegin, .bytes = headerBegin - bodyBegin});
  return {};
}

// Version 2: the levels stay as they are, and so do values that do not shrink.
Result<void> PageWriter::finishCompressedValues(const LevelEncoder::Levels& levels) {
  PF_TRY_ASSIGN(const ConstBytes values, wholeBody(levels));
  ByteBuffer& out = out_->buffer;
  PF_TRY(alignPage());
  const std::size_t bodyBegin = out.size();
  if (!values.empty()) {
    PF_TRY(compressor_->compress(values, out));
  }
  const bool shrinks = out.size() - bodyBegin < values.size();
  if (!shrinks) {
    out.truncate(bodyBegin);
    PF_TRY(out.append(values));
  }
  const std::size_t frontBegin = out.size();
  const ConstBytes body(out.data() + bodyBegin, frontBegin - bodyBegin);
  std::uint32_t crc = 0;
  if (crcs_) {
    crc = crc32Combine(crc32(crc32(0, levels.repetition), levels.definition), crc32(0, body),
                       body.size());
  }
  PF_TRY(appendDataHeader({.uncompressedBytes = levels.bytes() + values.size(),
                           .compressedBytes = levels.bytes() + body.size(),
                           .crc = crc,
                           .isCompressed = shrinks},
                          levels));
  PF_TRY(out.append(levels.repetition));
  PF_TRY(out.append(levels.definition));
  placeFront(frontBegin);
  appendSegment({.borrowed = nullptr, .offset = bodyBegin, .bytes = frontBegin - bodyBegin});
  return {};
}

void PageWriter::placeFront(std::size_t begin) noexcept {
  const std::uint64_t bytes = out_->buffer.size() - begin;
  out_->segments[frontSegment_] = {.borrowed = nullptr, .offset = begin, .bytes = bytes};
  if (bytes > frontBytesGuess_ || bytes + kRowGroupAlignment < frontBytesGuess_) {
    frontBytesGuess_ = bytes;
  }
}

// What readers of 2015 know the dictionary's encoding as.
Encoding PageWriter::named(Encoding encoding) const noexcept {
  return encoding == Encoding::kRleDictionary && profile_ == Profile::kBaseline
             ? Encoding::kPlainDictionary
             : encoding;
}

Result<void> PageWriter::appendDataHeader(const Body& body, const LevelEncoder::Levels& levels) {
  format::PageHeader& header = *scratch_.header;
  header.__isset.data_page_header = !isVersion2();
  header.__isset.data_page_header_v2 = isVersion2();
  header.__isset.dictionary_page_header = false;
  // The page index has them, and readers that know it look there alone.
  const bool statistics = statistics_ && !pageIndex_;
  if (isVersion2()) {
    header.type = format::PageType::DATA_PAGE_V2;
    format::DataPageHeaderV2& data = header.data_page_header_v2;
    data.num_values = static_cast<std::int32_t>(entries_);
    data.num_nulls = static_cast<std::int32_t>(entries_ - values_);
    data.num_rows = static_cast<std::int32_t>(rows_);
    data.encoding = static_cast<std::int32_t>(named(pageEncoding_));
    data.definition_levels_byte_length = static_cast<std::int32_t>(levels.definition.size());
    data.repetition_levels_byte_length = static_cast<std::int32_t>(levels.repetition.size());
    data.is_compressed = body.isCompressed;
    data.__isset.is_compressed = true;
    data.__isset.statistics = statistics;
    if (statistics) {
      setStatistics(pageStatistics_, data.statistics);
    }
    return appendHeader(body);
  }
  header.type = format::PageType::DATA_PAGE;
  format::DataPageHeader& data = header.data_page_header;
  data.num_values = static_cast<std::int32_t>(entries_);
  data.encoding = static_cast<std::int32_t>(named(pageEncoding_));
  data.definition_level_encoding = format::Encoding::RLE;
  data.repetition_level_encoding = format::Encoding::RLE;
  data.__isset.statistics = statistics;
  if (statistics) {
    setStatistics(pageStatistics_, data.statistics);
  }
  return appendHeader(body);
}

Result<void> PageWriter::appendHeader(const Body& body) {
  // fits() has seen to it; a wrong size would be a wrong file.
  if (body.uncompressedBytes > kPageBytesMax || body.compressedBytes > kPageBytesMax) {
    return fail(ErrorCode::kInternal, "a page above 2^31 - 1 bytes");
  }
  format::PageHeader& header = *scratch_.header;
  header.uncompressed_page_size = static_cast<std::int32_t>(body.uncompressedBytes);
  header.compressed_page_size = static_cast<std::int32_t>(body.compressedBytes);
  header.crc = static_cast<std::int32_t>(body.crc);
  header.__isset.crc = crcs_;
  const std::size_t begin = out_->buffer.size();
  PF_TRY(scratch_.thrift.write(header, out_->buffer));
  const std::size_t headerBytes = out_->buffer.size() - begin;
  out_->uncompressedBytes += headerBytes + body.uncompressedBytes;
  out_->compressedBytes += headerBytes + body.compressedBytes;
  return {};
}

Result<void> PageWriter::finishChunk() {
  PF_TRY(appendDictionaryPage());
  if (out_->dictionaryBytes != 0) {
    bloomFilter_.addDictionary(valueEncoder_.dictionaryPage(), valueEncoder_.dictionaryCount());
  }
  PF_TRY(bloomFilter_.finish(out_->bloomFilter));
  if (statistics_) {
    chunkBounds_.finish(out_->statistics);
  }
  out_ = nullptr;
  return {};
}

void PageWriter::finishPart(std::optional<stats::BoundsCollector>& bounds) {
  bounds = chunkBounds_;
  out_ = nullptr;
}

// The dictionary is whole when the last page is, and stands in front of the first.
Result<void> PageWriter::appendDictionaryPage() {
  if (!refersToDictionary()) {
    return {};  // it was full before the first page had its values
  }
  // Had it no room for the first value, behind pages of nulls, it has none. fastparquet 2026.9
  // reads no page without bytes: an empty string then stands in it that nothing refers to.
  constexpr std::array<std::byte, sizeof(std::uint32_t)> kEmptyString{};
  const bool isEmpty = valueEncoder_.dictionaryCount() == 0;
  const std::size_t count = isEmpty ? 1 : valueEncoder_.dictionaryCount();
  const ConstBytes plain = isEmpty ? ConstBytes(kEmptyString) : valueEncoder_.dictionaryPage();
  ByteBuffer& out = out_->buffer;
  const std::size_t bodyBegin = out.size();
  if (compressor_ != nullptr) {
    PF_TRY(compressor_->compress(plain, out));
  } else {
    PF_TRY(out.append(plain));
  }
  const std::size_t headerBegin = out.size();
  const ConstBytes body(out.data() + bodyBegin, headerBegin - bodyBegin);
  format::PageHeader& header = *scratch_.header;
  header.type = format::PageType::DICTIONARY_PAGE;
  header.__isset.data_page_header = false;
  header.__isset.data_page_header_v2 = false;
  header.__isset.dictionary_page_header = true;
  header.dictionary_page_header.num_values = static_cast<std::int32_t>(count);
  header.dictionary_page_header.encoding =
      profile_ == Profile::kBaseline ? format::Encoding::PLAIN_DICTIONARY : format::Encoding::PLAIN;
  const std::uint64_t before = out_->compressedBytes;
  PF_TRY(appendHeader({.uncompressedBytes = plain.size(),
                       .compressedBytes = body.size(),
                       .crc = crcs_ ? crc32(0, body) : 0}));
  out_->dictionaryBytes = out_->compressedBytes - before;
  out_->dictionaryEntries = valueEncoder_.dictionaryCount();
  const std::array<Segment, 2> front = {
      Segment{.borrowed = nullptr, .offset = headerBegin, .bytes = out.size() - headerBegin},
      Segment{.borrowed = nullptr, .offset = bodyBegin, .bytes = body.size()}};
  out_->segments.insert(out_->segments.begin(), front.begin(), front.end());
  return {};
}

}  // namespace parquet_flow::write
