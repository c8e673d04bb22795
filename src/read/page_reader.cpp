#include "read/page_reader.hpp"

#include <algorithm>
#include <string>

#include "base/byte_reader.hpp"
#include "base/crc32.hpp"
#include "format/parquet_types.h"
#include "read/page_levels.hpp"

namespace parquet_flow::read {
namespace {

tl::unexpected<Error> corrupt(std::string message) {
  return fail(ErrorCode::kCorrupt, std::move(message));
}

Result<void> checkCrc(const format::PageHeader& header, ConstBytes stored) {
  if (!header.__isset.crc) {
    return {};
  }
  const std::uint32_t crc = crc32(0, stored);
  if (crc != static_cast<std::uint32_t>(header.crc)) {
    return corrupt("its bytes have CRC-32 " + std::to_string(crc) + ", its header says " +
                   std::to_string(static_cast<std::uint32_t>(header.crc)));
  }
  return {};
}

// Where the header of a page of version 2 says that the parts of its body lie.
struct Version2Parts {
  ConstBytes repetition;
  ConstBytes definition;
  ConstBytes values;  // as stored
};

Result<Version2Parts> partsOf(const format::DataPageHeaderV2& header, ConstBytes stored,
                              std::uint64_t bytes) {
  const std::int32_t repetition = header.repetition_levels_byte_length;
  const std::int32_t definition = header.definition_levels_byte_length;
  const std::int64_t levels = std::int64_t{repetition} + definition;
  if (repetition < 0 || definition < 0 ||
      static_cast<std::uint64_t>(levels) > std::min<std::uint64_t>(stored.size(), bytes)) {
    return corrupt("its levels have " + std::to_string(repetition) + " and " +
                   std::to_string(definition) + " bytes, of " + std::to_string(stored.size()) +
                   " that were " + std::to_string(bytes));
  }
  return Version2Parts{
      stored.first(static_cast<std::size_t>(repetition)),
      stored.subspan(static_cast<std::size_t>(repetition), static_cast<std::size_t>(definition)),
      stored.subspan(static_cast<std::size_t>(levels))};
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
  PF_TRY(checkCrc(header, stored));
  PF_TRY(readBody(header, stored, out));
  rest_ = behind.subspan(stored.size());
  offset_ += headerBytes + stored.size();
  if (atEnd() && !rest_.empty()) {
    return corrupt(std::to_string(rest_.size()) + " bytes behind the last page of its chunk");
  }
  return {};
}

Result<void> PageReader::readBody(const format::PageHeader& header, ConstBytes stored,
                                  column::LeafBuffer& out) {
  if (header.uncompressed_page_size < 0) {
    return corrupt("it had " + std::to_string(header.uncompressed_page_size) + " bytes");
  }
  const auto bytes = static_cast<std::uint64_t>(header.uncompressed_page_size);
  if (bytes > pageBytesMax_) {
    return fail(ErrorCode::kLimit, "it had " + std::to_string(bytes) +
                                       " bytes, above the limit of " +
                                       std::to_string(pageBytesMax_));
  }
  const auto& isset = header.__isset;
  switch (header.type) {
    case format::PageType::DICTIONARY_PAGE:
      return isset.dictionary_page_header ? readDictionary(header, stored)
                                          : corrupt("a dictionary page without its header");
    case format::PageType::DATA_PAGE:
      return isset.data_page_header ? readVersion1(header.data_page_header, stored, bytes, out)
                                    : corrupt("a data page without its header");
    case format::PageType::DATA_PAGE_V2:
      return isset.data_page_header_v2
                 ? readVersion2(header.data_page_header_v2, stored, bytes, out)
                 : corrupt("a data page of version 2 without its header");
    default:
      return fail(ErrorCode::kUnsupported,
                  "pages of type " + std::to_string(header.type) + " are not read by this version");
  }
}

Result<void> PageReader::readDictionary(const format::PageHeader& header, ConstBytes stored) {
  if (values_.hasDictionary()) {
    return corrupt("a second dictionary page in its chunk");
  }
  if (hasDataPage_) {
    return corrupt("a dictionary page behind data pages");
  }
  const format::DictionaryPageHeader& dictionary = header.dictionary_page_header;
  if (dictionary.encoding != format::Encoding::PLAIN &&
      dictionary.encoding != format::Encoding::PLAIN_DICTIONARY) {
    return corrupt("a dictionary in encoding " + std::to_string(dictionary.encoding));
  }
  if (dictionary.num_values < 0) {
    return corrupt("a dictionary of " + std::to_string(dictionary.num_values) + " values");
  }
  PF_TRY_ASSIGN(
      const ConstBytes plain,
      inflated(stored, static_cast<std::uint64_t>(header.uncompressed_page_size), decompressor_));
  return values_.setDictionary(plain, static_cast<std::uint32_t>(dictionary.num_values));
}

Result<void> PageReader::readVersion1(const format::DataPageHeader& header, ConstBytes stored,
                                      std::uint64_t bytes, column::LeafBuffer& out) {
  PF_TRY_ASSIGN(const std::uint64_t entries, checkEntries(header.num_values, bytes));
  PF_TRY_ASSIGN(const ConstBytes body, inflated(stored, bytes, decompressor_));
  ByteReader reader(body);
  PF_TRY_ASSIGN(
      const PageLevels levels,
      readLevels(reader, {header.repetition_level_encoding, header.definition_level_encoding},
                 leaf_, entries, out));
  PF_TRY(values_.decode(header.encoding, reader.rest(), levels.values, out));
  hasDataPage_ = true;
  entriesLeft_ -= entries;
  return {};
}

Result<void> PageReader::readVersion2(const format::DataPageHeaderV2& header, ConstBytes stored,
                                      std::uint64_t bytes, column::LeafBuffer& out) {
  PF_TRY_ASSIGN(const std::uint64_t entries, checkEntries(header.num_values, bytes));
  PF_TRY_ASSIGN(const Version2Parts parts, partsOf(header, stored, bytes));
  PF_TRY_ASSIGN(const PageLevels levels,
                readLevels(parts.repetition, parts.definition, leaf_, entries, out));
  if (header.num_rows < 0 || static_cast<std::uint64_t>(header.num_rows) != levels.rows) {
    return corrupt("its header says " + std::to_string(header.num_rows) + " rows, its levels " +
                   std::to_string(levels.rows));
  }
  const std::uint64_t nulls = entries - levels.values;
  if (header.num_nulls < 0 || static_cast<std::uint64_t>(header.num_nulls) != nulls) {
    return corrupt("its header says " + std::to_string(header.num_nulls) + " nulls, its levels " +
                   std::to_string(nulls));
  }
  // Absent, it is true: the default of parquet.thrift.
  codec::Decompressor* const decompressor = header.is_compressed ? decompressor_ : nullptr;
  PF_TRY_ASSIGN(const ConstBytes values,
                inflated(parts.values, bytes - parts.repetition.size() - parts.definition.size(),
                         decompressor));
  PF_TRY(values_.decode(header.encoding, values, levels.values, out));
  hasDataPage_ = true;
  entriesLeft_ -= entries;
  return {};
}

// A few bytes can stand for as many entries as the format can count, and a reader makes room for
// each.
Result<std::uint64_t> PageReader::checkEntries(std::int32_t entries,
                                               std::uint64_t bodyBytes) const {
  if (entries < 0 || static_cast<std::uint64_t>(entries) > entriesLeft_) {
    return corrupt("it has " + std::to_string(entries) + " entries, where its chunk has " +
                   std::to_string(entriesLeft_) + " left");
  }
  const auto count = static_cast<std::uint64_t>(entries);
  if (count > std::max(pageBytesMax_, bodyBytes * 8)) {
    return fail(ErrorCode::kLimit, std::to_string(entries) + " entries in " +
                                       std::to_string(bodyBytes) + " bytes, above the limit of " +
                                       std::to_string(pageBytesMax_));
  }
  return count;
}

Result<ConstBytes> PageReader::inflated(ConstBytes stored, std::uint64_t bytes,
                                        codec::Decompressor* decompressor) {
  // What is empty some writers do not compress.
  if (decompressor == nullptr || (stored.empty() && bytes == 0)) {
    return stored.size() == bytes
               ? Result<ConstBytes>(stored)
               : corrupt("it is not compressed, and has " + std::to_string(stored.size()) +
                         " bytes where it had " + std::to_string(bytes));
  }
  if (bytes > decompressor->bytesMax(stored.size())) {
    return corrupt(std::to_string(stored.size()) + " bytes cannot inflate to " +
                   std::to_string(bytes));
  }
  scratch_.page.clear();
  PF_TRY(scratch_.page.appendUninitialized(bytes));
  PF_TRY(decompressor->decompress(stored, scratch_.page.mutableSpan()));
  return scratch_.page.span();
}

}  // namespace parquet_flow::read
