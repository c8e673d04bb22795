#include "write/page.hpp"

#include <array>

#include "base/crc32.hpp"
#include "format/parquet_types.h"
#include "write/metadata.hpp"

namespace parquet_flow::write {
namespace {

using column::LeafSlice;
using column::ValuesLayout;
using schema::PhysicalType;

constexpr std::size_t kLengthBytes = 4;
// Shorter pieces are cheaper to copy than to hand to the system one by one.
constexpr std::uint64_t kBorrowBytesMin = 4096;

// The most bytes that `entries` levels of one kind take: eight bits each is the widest, and a run's
// header comes at most once for 64 of them.
std::uint64_t levelBytesMax(std::uint64_t entries) noexcept {
  return kLengthBytes + entries + entries / 64 + 64;
}

Result<void> beginLevels(ByteBuffer& out, encoding::RleHybridEncoder& encoder,
                         std::uint8_t maxLevel) {
  out.clear();
  PF_TRY(out.appendUninitialized(kLengthBytes));
  encoder.begin(encoding::levelBitWidth(maxLevel), out);
  return {};
}

Result<ConstBytes> endLevels(ByteBuffer& out, encoding::RleHybridEncoder& encoder) {
  PF_TRY(encoder.finish());
  storeLe(out.data(), static_cast<std::uint32_t>(out.size() - kLengthBytes));
  return out.span();
}

}  // namespace

PageWriter::PageWriter(const schema::Leaf& leaf, const WriterOptions& options,
                       const ColumnOptions& column, codec::Compressor* compressor,
                       EncodeScratch& scratch)
    : leaf_(leaf),
      scratch_(scratch),
      compressor_(compressor),
      compression_(column.compression),
      width_(schema::fixedWidth(leaf.type, leaf.typeLength)),
      crcs_(options.crc),
      statistics_(column.statistics),
      chunkBounds_(leaf, options.truncateBytes),
      pageBounds_(leaf, options.truncateBytes) {}

void PageWriter::beginChunk(EncodedColumnChunk& out, std::uint64_t offset) noexcept {
  out.buffer.clear();
  out.segments.clear();
  out.entries = 0;
  out.uncompressedBytes = 0;
  out.compressedBytes = 0;
  out.dataPages = 0;
  out.compression = compression_;
  out.hasStatistics = statistics_;
  out_ = &out;
  chunkOffset_ = offset;
  chunkBounds_.clear();
  entries_ = 0;
}

std::uint64_t PageWriter::plainBytes(std::uint64_t values,
                                     std::uint64_t sourceBytes) const noexcept {
  switch (leaf_.type) {
    case PhysicalType::kBoolean:
      return (values + 7) / 8;
    case PhysicalType::kByteArray:
      return kLengthBytes * values + sourceBytes;
    default:
      return values * width_;
  }
}

bool PageWriter::fits(const LeafSlice& slice) const noexcept {
  const std::uint64_t entries = entries_ + slice.entries;
  std::uint64_t bytes = plainBytes(values_ + slice.values.count, sourceBytes_ + slice.valueBytes);
  bytes += leaf_.maxRepetitionLevel > 0 ? levelBytesMax(entries) : 0;
  bytes += leaf_.maxDefinitionLevel > 0 ? levelBytesMax(entries) : 0;
  return (compressor_ == nullptr ? bytes : compressor_->bound(bytes)) <= kPageBytesMax;
}

Result<void> PageWriter::add(const LeafSlice& slice) {
  if (!pageIsOpen()) {
    PF_TRY(beginPage());
  }
  entries_ += slice.entries;
  values_ += slice.values.count;
  sourceBytes_ += slice.valueBytes;
  PF_TRY(addLevels(slice));
  return addValues(slice);
}

Result<void> PageWriter::beginPage() {
  values_ = 0;
  sourceBytes_ = 0;
  valuesCrc_ = 0;
  pageBounds_.clear();
  scratch_.booleanEncoder.reset();
  if (leaf_.maxRepetitionLevel > 0) {
    PF_TRY(beginLevels(scratch_.repetitionLevels, scratch_.repetitionEncoder,
                       leaf_.maxRepetitionLevel));
  }
  if (leaf_.maxDefinitionLevel > 0) {
    PF_TRY(beginLevels(scratch_.definitionLevels, scratch_.definitionEncoder,
                       leaf_.maxDefinitionLevel));
  }
  headerSegment_ = out_->segments.size();
  out_->segments.emplace_back();
  if (compressor_ != nullptr) {
    scratch_.values.clear();
    PF_TRY(scratch_.values.appendUninitialized(scratch_.levelRoom));
    valuesBegin_ = scratch_.levelRoom;
  } else {
    PF_TRY(alignPage());
    valuesBegin_ = out_->buffer.size();
  }
  return {};
}

// Puts what follows at the distance from an alignment boundary that it will have in the file: the
// system copies it there, and does that a sixth slower where source and destination are not aligned
// alike, and at half the speed where the destination is some bytes ahead of the source in its page
// (Zen 5, `rep movsb`). How long header and levels will be is known when the page ends, so the
// guess is the longest of late; a page whose are shorter lies behind its source, not ahead.
Result<void> PageWriter::alignPage() {
  const std::uint64_t inRowGroup = chunkOffset_ + out_->compressedBytes + headBytesGuess_;
  const std::uint64_t skipped = (inRowGroup - out_->buffer.size()) % kRowGroupAlignment;
  PF_TRY(out_->buffer.appendUninitialized(skipped));
  return {};
}

Result<void> PageWriter::addLevels(const LeafSlice& slice) {
  if (leaf_.maxRepetitionLevel > 0) {
    PF_TRY(scratch_.repetitionEncoder.appendLevels(slice.repetitionLevels, slice.entries));
  }
  if (leaf_.maxDefinitionLevel == 0) {
    return {};
  }
  encoding::RleHybridEncoder& encoder = scratch_.definitionEncoder;
  if (slice.validity != nullptr) {
    return encoder.appendBitmap(slice.validity, slice.validityBitOffset, slice.entries);
  }
  if (slice.definitionLevels != nullptr) {
    return encoder.appendLevels(slice.definitionLevels, slice.entries);
  }
  return encoder.appendRun(leaf_.maxDefinitionLevel, slice.entries);
}

Result<void> PageWriter::addValues(const LeafSlice& slice) {
  if (compressor_ != nullptr) {
    PF_TRY(encodeValues(slice, scratch_.values));
  } else if (slice.valuesBorrowed && slice.values.layout == ValuesLayout::kFixed &&
             slice.valueBytes >= kBorrowBytesMin) {
    if (crcs_) {
      valuesCrc_ = crc32(valuesCrc_, {slice.values.data, slice.valueBytes});
    }
    appendSegment({.borrowed = slice.values.data, .offset = 0, .bytes = slice.valueBytes});
  } else {
    const std::size_t begin = out_->buffer.size();
    PF_TRY(encodeValues(slice, out_->buffer));
    const std::size_t bytes = out_->buffer.size() - begin;
    // The last byte of a run of booleans may still change: their sum is taken when the page ends.
    if (crcs_ && leaf_.type != PhysicalType::kBoolean) {
      valuesCrc_ = crc32(valuesCrc_, {out_->buffer.data() + begin, bytes});
    }
    appendSegment({.borrowed = nullptr, .offset = begin, .bytes = bytes});
  }
  if (statistics_) {
    collectBounds(slice);
  }
  return {};
}

Result<void> PageWriter::encodeValues(const LeafSlice& slice, ByteBuffer& out) {
  const column::ValuesView& values = slice.values;
  switch (values.layout) {
    case ValuesLayout::kFixed:
      return encoding::encodePlainFixed(values.data, values.count, width_, out);
    case ValuesLayout::kOffsets32:
      return encoding::encodePlainByteArrays(values.data, values.offsets, values.count, out);
    case ValuesLayout::kByteBooleans:
      return scratch_.booleanEncoder.appendBytes(reinterpret_cast<const std::uint8_t*>(values.data),
                                                 values.count, out);
    case ValuesLayout::kBits:
      return scratch_.booleanEncoder.appendBits(reinterpret_cast<const std::uint8_t*>(values.data),
                                                values.bitOffset, values.count, out);
  }
  return fail(ErrorCode::kInternal, "values in no known layout");
}

void PageWriter::collectBounds(const LeafSlice& slice) {
  const column::ValuesView& values = slice.values;
  pageBounds_.addNulls(slice.nulls);
  switch (values.layout) {
    case ValuesLayout::kFixed:
      return pageBounds_.addFixed(values.data, values.count);
    case ValuesLayout::kOffsets32:
      return pageBounds_.addByteArrays(values.data, values.offsets, values.count);
    case ValuesLayout::kByteBooleans:
      return pageBounds_.addByteBooleans(values.data, values.count);
    case ValuesLayout::kBits:
      return pageBounds_.addBits(values.data, values.bitOffset, values.count);
  }
}

void PageWriter::appendSegment(const Segment& segment) {
  if (segment.bytes == 0) {
    return;
  }
  // The header's segment is still empty, and takes nothing.
  if (out_->segments.size() > headerSegment_ + 1) {
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

Result<PageWriter::Levels> PageWriter::finishLevels() {
  Levels levels;
  if (leaf_.maxRepetitionLevel > 0) {
    PF_TRY_ASSIGN(levels.repetition,
                  endLevels(scratch_.repetitionLevels, scratch_.repetitionEncoder));
  }
  if (leaf_.maxDefinitionLevel > 0) {
    PF_TRY_ASSIGN(levels.definition,
                  endLevels(scratch_.definitionLevels, scratch_.definitionEncoder));
  }
  return levels;
}

Result<void> PageWriter::finishPage() {
  PF_TRY_ASSIGN(const Levels levels, finishLevels());
  if (statistics_) {
    pageBounds_.finish(pageStatistics_);
    chunkBounds_.merge(pageBounds_);
  }
  if (compressor_ != nullptr) {
    PF_TRY(finishCompressed(levels));
  } else {
    PF_TRY(finishUncompressed(levels));
  }
  out_->entries += entries_;
  out_->dataPages += 1;
  entries_ = 0;
  return {};
}

Result<void> PageWriter::finishUncompressed(const Levels& levels) {
  const std::uint64_t valueBytes = plainBytes(values_, sourceBytes_);
  std::uint32_t crc = valuesCrc_;
  if (crcs_) {
    if (leaf_.type == PhysicalType::kBoolean) {
      crc = crc32(0, {out_->buffer.data() + valuesBegin_, valueBytes});
    }
    if (levels.bytes() != 0) {
      const std::uint32_t levelsCrc = crc32(crc32(0, levels.repetition), levels.definition);
      crc = crc32Combine(levelsCrc, crc, valueBytes);
    }
  }
  const std::size_t begin = out_->buffer.size();
  const std::uint64_t pageBytes = levels.bytes() + valueBytes;
  PF_TRY(appendHeader(pageBytes, pageBytes, crc));
  PF_TRY(out_->buffer.append(levels.repetition));
  PF_TRY(out_->buffer.append(levels.definition));
  placeHead(begin);
  return {};
}

Result<void> PageWriter::finishCompressed(const Levels& levels) {
  ByteBuffer& page = scratch_.values;
  if (levels.bytes() > scratch_.levelRoom) {
    // Rare: the room then grows to what levels of this kind take, and a half.
    const std::size_t more = levels.bytes() - scratch_.levelRoom;
    PF_TRY(page.appendUninitialized(more));
    std::memmove(page.data() + levels.bytes(), page.data() + valuesBegin_,
                 page.size() - levels.bytes());
    valuesBegin_ = levels.bytes();
    scratch_.levelRoom = levels.bytes() + levels.bytes() / 2;
  }
  std::byte* begin = page.data() + (valuesBegin_ - levels.bytes());
  for (std::byte* out = begin; const ConstBytes part : {levels.repetition, levels.definition}) {
    if (!part.empty()) {
      std::memcpy(out, part.data(), part.size());
      out += part.size();
    }
  }
  const ConstBytes whole(begin, page.data() + page.size());
  ByteBuffer& out = out_->buffer;
  PF_TRY(alignPage());
  const std::size_t bodyBegin = out.size();
  PF_TRY(compressor_->compress(whole, out));
  const std::size_t headerBegin = out.size();
  const ConstBytes body(out.data() + bodyBegin, headerBegin - bodyBegin);
  PF_TRY(appendHeader(whole.size(), body.size(), crcs_ ? crc32(0, body) : 0));
  placeHead(headerBegin);
  appendSegment({.borrowed = nullptr, .offset = bodyBegin, .bytes = headerBegin - bodyBegin});
  return {};
}

void PageWriter::placeHead(std::size_t begin) noexcept {
  const std::uint64_t bytes = out_->buffer.size() - begin;
  out_->segments[headerSegment_] = {.borrowed = nullptr, .offset = begin, .bytes = bytes};
  if (bytes > headBytesGuess_ || bytes + kRowGroupAlignment < headBytesGuess_) {
    headBytesGuess_ = bytes;
  }
}

Result<void> PageWriter::appendHeader(std::uint64_t uncompressedBytes,
                                      std::uint64_t compressedBytes, std::uint32_t crc) {
  // fits() has seen to it; a wrong size would be a wrong file.
  if (uncompressedBytes > kPageBytesMax || compressedBytes > kPageBytesMax) {
    return fail(ErrorCode::kInternal, "a page above 2^31 - 1 bytes");
  }
  format::PageHeader& header = *scratch_.header;
  header.type = format::PageType::DATA_PAGE;
  header.uncompressed_page_size = static_cast<std::int32_t>(uncompressedBytes);
  header.compressed_page_size = static_cast<std::int32_t>(compressedBytes);
  header.crc = static_cast<std::int32_t>(crc);
  header.__isset.crc = crcs_;
  format::DataPageHeader& data = header.data_page_header;
  data.num_values = static_cast<std::int32_t>(entries_);
  data.encoding = format::Encoding::PLAIN;
  data.definition_level_encoding = format::Encoding::RLE;
  data.repetition_level_encoding = format::Encoding::RLE;
  data.__isset.statistics = statistics_;
  if (statistics_) {
    setStatistics(pageStatistics_, data.statistics);
  }
  header.__isset.data_page_header = true;
  const std::size_t begin = out_->buffer.size();
  PF_TRY(scratch_.thrift.write(header, out_->buffer));
  const std::size_t headerBytes = out_->buffer.size() - begin;
  out_->uncompressedBytes += headerBytes + uncompressedBytes;
  out_->compressedBytes += headerBytes + compressedBytes;
  return {};
}

void PageWriter::finishChunk() {
  if (statistics_) {
    chunkBounds_.finish(out_->statistics);
  }
  out_ = nullptr;
}

}  // namespace parquet_flow::write
