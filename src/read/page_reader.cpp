#include "read/page_reader.hpp"

#include <algorithm>
#include <string>

#include "base/byte_reader.hpp"
#include "base/crc32.hpp"
#include "column/level_scan.hpp"
#include "encoding/plain.hpp"
#include "encoding/rle_hybrid.hpp"
#include "format/parquet_types.h"

namespace parquet_flow::read {
namespace {

tl::unexpected<Error> corrupt(std::string message) {
  return fail(ErrorCode::kCorrupt, std::move(message));
}

tl::unexpected<Error> unsupported(std::string message) {
  return fail(ErrorCode::kUnsupported, std::move(message));
}

Result<void> checkKind(const format::PageHeader& header, const schema::Leaf& leaf) {
  if (header.type != format::PageType::DATA_PAGE) {
    return unsupported("pages of type " + std::to_string(header.type) +
                       " are not read by this version");
  }
  if (!header.__isset.data_page_header) {
    return corrupt("a data page without its header");
  }
  const format::DataPageHeader& data = header.data_page_header;
  if (data.encoding != format::Encoding::PLAIN) {
    return unsupported("values in encoding " + std::to_string(data.encoding) +
                       " are not read by this version");
  }
  if ((leaf.maxRepetitionLevel != 0 && data.repetition_level_encoding != format::Encoding::RLE) ||
      (leaf.maxDefinitionLevel != 0 && data.definition_level_encoding != format::Encoding::RLE)) {
    return unsupported("levels in another encoding than RLE are not read by this version");
  }
  return {};
}

// The levels of one kind: a length, and as many bytes.
Result<const std::uint8_t*> appendLevels(ByteReader& reader, std::uint8_t maxLevel,
                                         std::uint64_t count, ByteBuffer& out) {
  PF_TRY_ASSIGN(const auto length, reader.read<std::uint32_t>());
  PF_TRY_ASSIGN(const ConstBytes encoded, reader.readBytes(length));
  PF_TRY_ASSIGN(std::byte* const to, out.appendUninitialized(count));
  auto* const levels = reinterpret_cast<std::uint8_t*>(to);
  encoding::RleHybridDecoder decoder(encoded, maxLevel, count);
  PF_TRY(decoder.decode(levels, count));
  if (decoder.remainingBytes() != 0) {
    return corrupt(std::to_string(decoder.remainingBytes()) + " bytes behind the last level");
  }
  return levels;
}

}  // namespace

void PageReader::begin(ConstBytes chunk, std::uint64_t offset, codec::Decompressor* decompressor,
                       std::uint64_t entries) noexcept {
  rest_ = chunk;
  offset_ = offset;
  decompressor_ = decompressor;
  entriesLeft_ = entries;
}

Result<void> PageReader::next(column::LeafBuffer& out) {
  const std::uint64_t begin = offset_;
  Result<void> read = readPage(out);
  if (!read) {
    return fail(std::move(read).error().withContext("page at offset " + std::to_string(begin)));
  }
  return {};
}

Result<void> PageReader::readPage(column::LeafBuffer& out) {
  format::PageHeader header;
  PF_TRY_ASSIGN(const std::size_t headerBytes, thrift_.read(rest_, header, offset_));
  const ConstBytes behind = rest_.subspan(headerBytes);
  if (header.compressed_page_size < 0 ||
      static_cast<std::uint64_t>(header.compressed_page_size) > behind.size()) {
    return corrupt("it has " + std::to_string(header.compressed_page_size) +
                   " bytes, where its chunk has " + std::to_string(behind.size()));
  }
  const ConstBytes stored = behind.first(static_cast<std::size_t>(header.compressed_page_size));
  PF_TRY_ASSIGN(const Body body, openBody(header, stored));
  ConstBytes values = body.bytes;
  PF_TRY_ASSIGN(const std::uint64_t present, readLevels(body, values, out));
  PF_TRY(readValues(values, present, out));
  entriesLeft_ -= body.entries;
  rest_ = behind.subspan(stored.size());
  offset_ += headerBytes + stored.size();
  if (atEnd() && !rest_.empty()) {
    return corrupt(std::to_string(rest_.size()) + " bytes behind the last page of its chunk");
  }
  return {};
}

Result<PageReader::Body> PageReader::openBody(const format::PageHeader& header, ConstBytes stored) {
  if (header.__isset.crc) {
    const std::uint32_t crc = crc32(0, stored);
    if (crc != static_cast<std::uint32_t>(header.crc)) {
      return corrupt("its bytes have CRC-32 " + std::to_string(crc) + ", its header says " +
                     std::to_string(static_cast<std::uint32_t>(header.crc)));
    }
  }
  PF_TRY(checkKind(header, leaf_));
  Body body;
  const std::int32_t entries = header.data_page_header.num_values;
  if (entries < 0 || static_cast<std::uint64_t>(entries) > entriesLeft_) {
    return corrupt("it has " + std::to_string(entries) + " entries, where its chunk has " +
                   std::to_string(entriesLeft_) + " left");
  }
  body.entries = static_cast<std::uint64_t>(entries);
  if (header.uncompressed_page_size < 0) {
    return corrupt("it had " + std::to_string(header.uncompressed_page_size) + " bytes");
  }
  PF_TRY_ASSIGN(body.bytes,
                inflated(stored, static_cast<std::uint64_t>(header.uncompressed_page_size)));
  if (body.entries > std::max<std::uint64_t>(kPageEntriesMax, body.bytes.size() * 8)) {
    return unsupported(std::to_string(entries) + " entries in " +
                       std::to_string(body.bytes.size()) + " bytes are more than are read at once");
  }
  return body;
}

Result<ConstBytes> PageReader::inflated(ConstBytes stored, std::uint64_t bytes) {
  if (decompressor_ == nullptr) {
    return stored.size() == bytes
               ? Result<ConstBytes>(stored)
               : corrupt("it is not compressed, and has " + std::to_string(stored.size()) +
                         " bytes where it had " + std::to_string(bytes));
  }
  if (bytes > decompressor_->bytesMax(stored.size())) {
    return corrupt(std::to_string(stored.size()) + " bytes cannot inflate to " +
                   std::to_string(bytes));
  }
  scratch_.clear();
  PF_TRY(scratch_.appendUninitialized(bytes));
  PF_TRY(decompressor_->decompress(stored, scratch_.mutableSpan()));
  return scratch_.span();
}

// Returns how many entries have a value; `rest` is then the values.
Result<std::uint64_t> PageReader::readLevels(const Body& body, ConstBytes& rest,
                                             column::LeafBuffer& out) const {
  ByteReader reader(body.bytes);
  if (leaf_.maxRepetitionLevel != 0) {
    PF_TRY(appendLevels(reader, leaf_.maxRepetitionLevel, body.entries, out.repetitionLevels()));
  }
  std::uint64_t present = body.entries;
  if (leaf_.maxDefinitionLevel != 0) {
    PF_TRY_ASSIGN(
        const std::uint8_t* const levels,
        appendLevels(reader, leaf_.maxDefinitionLevel, body.entries, out.definitionLevels()));
    present = column::scanLevels(levels, body.entries, leaf_.maxDefinitionLevel).matches;
  }
  rest = reader.rest();
  return present;
}

Result<void> PageReader::readValues(ConstBytes bytes, std::uint64_t count,
                                    column::LeafBuffer& out) const {
  std::size_t taken = 0;
  if (leaf_.type == schema::PhysicalType::kByteArray) {
    PF_TRY_ASSIGN(taken,
                  encoding::decodePlainByteArrays(bytes, count, out.values(), out.offsets()));
  } else if (leaf_.type == schema::PhysicalType::kBoolean) {
    PF_TRY_ASSIGN(std::byte* const to, out.values().appendUninitialized(count));
    PF_TRY_ASSIGN(taken,
                  encoding::decodePlainBooleans(bytes, count, reinterpret_cast<std::uint8_t*>(to)));
  } else {
    const std::size_t width = out.width();
    if (bytes.size() / width < count) {  // before room is made for them
      return corrupt(std::to_string(bytes.size()) + " bytes do not hold " + std::to_string(count) +
                     " values");
    }
    PF_TRY_ASSIGN(std::byte* const to, out.values().appendUninitialized(count * width));
    PF_TRY_ASSIGN(taken, encoding::decodePlainFixed(bytes, count, width, to));
  }
  if (taken != bytes.size()) {
    return corrupt(std::to_string(bytes.size() - taken) + " bytes behind its last value");
  }
  return {};
}

}  // namespace parquet_flow::read
