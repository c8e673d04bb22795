// Pages made by hand: bodies behind headers that can be changed.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "base/crc32.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "read/page_reader.hpp"

namespace parquet_flow::read::test {

using Bytes = std::vector<std::uint8_t>;

inline ConstBytes asBytes(const Bytes& bytes) { return constBytes(bytes.data(), bytes.size()); }

inline schema::Leaf leafOf(schema::PhysicalType type, schema::Repetition repetition,
                           std::uint32_t typeLength = 0) {
  schema::Schema schema;
  (void)*schema.addLeaf(schema::kRoot, "c", type, repetition, typeLength);
  return schema.leaves()[0];
}

// PLAIN, of version 1.
inline format::PageHeader headerOf(const Bytes& body, std::int32_t entries) {
  format::PageHeader header;
  header.type = format::PageType::DATA_PAGE;
  header.uncompressed_page_size = static_cast<std::int32_t>(body.size());
  header.compressed_page_size = static_cast<std::int32_t>(body.size());
  header.__set_crc(static_cast<std::int32_t>(crc32(0, asBytes(body))));
  format::DataPageHeader data;
  data.num_values = entries;
  data.encoding = format::Encoding::PLAIN;
  data.definition_level_encoding = format::Encoding::RLE;
  data.repetition_level_encoding = format::Encoding::RLE;
  header.__set_data_page_header(data);
  return header;
}

inline format::PageHeader dictionaryOf(const Bytes& body, std::int32_t count) {
  format::PageHeader header = headerOf(body, 0);
  header.type = format::PageType::DICTIONARY_PAGE;
  header.__isset.data_page_header = false;
  format::DictionaryPageHeader dictionary;
  dictionary.num_values = count;
  dictionary.encoding = format::Encoding::PLAIN;
  header.__set_dictionary_page_header(dictionary);
  return header;
}

// PLAIN, without levels, and without a word on whether it is compressed.
inline format::PageHeader version2Of(const Bytes& body, std::int32_t entries) {
  format::PageHeader header = headerOf(body, 0);
  header.type = format::PageType::DATA_PAGE_V2;
  header.__isset.data_page_header = false;
  format::DataPageHeaderV2 data;
  data.num_values = entries;
  data.num_nulls = 0;
  data.num_rows = entries;
  data.encoding = format::Encoding::PLAIN;
  data.definition_levels_byte_length = 0;
  data.repetition_levels_byte_length = 0;
  data.__isset.is_compressed = false;
  header.__set_data_page_header_v2(data);
  return header;
}

inline Bytes concat(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

inline Bytes pageOf(const format::PageHeader& header, const Bytes& body) {
  ByteBuffer bytes;
  format::CompactWriter writer;
  EXPECT_TRUE(writer.write(header, bytes));
  EXPECT_TRUE(bytes.append(asBytes(body)));
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return {data, data + bytes.size()};
}

// Of a chunk at offset 1000.
inline Result<void> readAll(const schema::Leaf& leaf, const Bytes& chunk, std::uint64_t entries,
                            column::LeafBuffer& out, codec::Decompressor* decompressor = nullptr) {
  DecodeScratch scratch;
  PageReader reader(leaf, PageLimits{}, scratch);
  reader.begin(asBytes(chunk), 1000, decompressor, entries);
  while (!reader.atEnd()) {
    PF_TRY(reader.next(out));
  }
  return {};
}

inline Bytes contentsOf(const ByteBuffer& buffer) {
  const auto* const data = reinterpret_cast<const std::uint8_t*>(buffer.data());
  return {data, data + buffer.size()};
}

}  // namespace parquet_flow::read::test
