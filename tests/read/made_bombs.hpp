// Files of few bytes that stand for many, and footers that claim as much as the format lets them,
// made by hand.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "codec/codec.hpp"
#include "made_files.hpp"
#include "made_pages.hpp"

namespace parquet_flow::read::test {

constexpr std::size_t kSmall = 64U << 10;
const std::string kEnd(1, '\0');

inline std::string textOf(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

inline std::string fileAround(const std::string& pages, const std::string& footer) {
  std::string file = "PAR1" + pages + footer;
  const auto length = static_cast<std::uint32_t>(footer.size());
  file.append(reinterpret_cast<const char*>(&length), sizeof length);
  return file + "PAR1";
}

inline std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7U) {
    bytes += static_cast<char>(value | 0x80U);
  }
  return bytes + static_cast<char>(value);
}

inline std::string times(const std::string& text, std::size_t count) {
  std::string all;
  all.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) {
    all += text;
  }
  return all;
}

struct MadeChunk {
  schema::PhysicalType type = schema::PhysicalType::kInt32;
  schema::Repetition repetition = schema::Repetition::kRequired;
  codec::Compression compression = codec::Compression::kUncompressed;
  std::int64_t entries = 0;
  Bytes pages = {};
  std::int64_t rows = -1;  // as many as entries
};

// A file of equal columns, each with pages of its own, in as many row groups as are asked for,
// which are all at the same pages.
inline std::string fileOf(const MadeChunk& made, std::size_t rowGroups = 1,
                          std::size_t columns = 1) {
  format::SchemaElement root;
  root.__set_name("root");
  root.__set_num_children(static_cast<std::int32_t>(columns));
  format::SchemaElement leaf;
  leaf.__set_type(static_cast<format::Type::type>(made.type));
  leaf.__set_repetition_type(static_cast<format::FieldRepetitionType::type>(made.repetition));
  format::ColumnMetaData meta;
  meta.__set_type(static_cast<format::Type::type>(made.type));
  meta.__set_codec(static_cast<format::CompressionCodec::type>(made.compression));
  meta.__set_num_values(made.entries);
  meta.__set_total_compressed_size(static_cast<std::int64_t>(made.pages.size()));
  format::FileMetaData metaData;
  metaData.__set_version(1);
  metaData.schema.push_back(root);
  format::RowGroup group;
  std::string pages;
  for (std::size_t i = 0; i < columns; ++i) {
    leaf.__set_name(i == 0 ? "c" : "c" + std::to_string(i));
    metaData.schema.push_back(leaf);
    meta.__set_path_in_schema({leaf.name});
    meta.__set_data_page_offset(static_cast<std::int64_t>(4 + pages.size()));
    format::ColumnChunk chunk;
    chunk.__set_meta_data(meta);
    group.columns.push_back(chunk);
    pages += textOf(made.pages);
  }
  const std::int64_t rows = made.rows < 0 ? made.entries : made.rows;
  group.__set_num_rows(rows);
  metaData.__set_num_rows(rows * static_cast<std::int64_t>(rowGroups));
  metaData.__set_row_groups(std::vector<format::RowGroup>(rowGroups, group));
  ByteBuffer footer;
  EXPECT_TRUE(format::CompactWriter().write(metaData, footer));
  return fileAround(pages, std::string(asText(footer.span())));
}

inline Bytes compressed(codec::Compression compression, std::uint64_t zeros) {
  const auto compressor = std::move(*codec::makeCompressor(compression, codec::kLevelDefault));
  const std::vector<std::byte> page(zeros);
  ByteBuffer out;
  EXPECT_TRUE(compressor->compress(page, out));
  return test::contentsOf(out);
}

// `stored` as a page of INT32 that was `bytes` bytes.
inline Bytes bombPage(const Bytes& stored, std::uint64_t bytes, std::int32_t entries) {
  format::PageHeader header = test::headerOf(stored, entries);
  header.uncompressed_page_size = static_cast<std::int32_t>(bytes);
  return test::pageOf(header, stored);
}

inline std::vector<codec::Compression> bombCodecs() {
  std::vector<codec::Compression> codecs;
  for (const codec::Compression compression : builtCodecs()) {
    if (compression != codec::Compression::kUncompressed &&
        compression != codec::Compression::kLz4) {
      codecs.push_back(compression);
    }
  }
  return codecs;
}

// Runs of n values of one byte: a header n << 1 as a varint, then the value. Behind them as a level
// is their length.
inline Bytes runOf(std::uint64_t count, std::uint8_t value) {
  const std::string header = varint(count << 1U);
  Bytes run(header.begin(), header.end());
  run.push_back(value);
  return run;
}

inline Bytes levelsOf(std::uint64_t count, std::uint8_t level) {
  const Bytes run = runOf(count, level);
  return concat({{static_cast<std::uint8_t>(run.size()), 0, 0, 0}, run});
}

inline MadeChunk chunkOf(schema::PhysicalType type, schema::Repetition repetition,
                         format::Encoding::type encoding, std::int32_t entries, const Bytes& body,
                         const Bytes& dictionary = {}, std::int32_t dictionaryEntries = 0) {
  MadeChunk made;
  made.type = type;
  made.repetition = repetition;
  made.entries = entries;
  if (dictionaryEntries != 0) {
    made.pages = test::pageOf(test::dictionaryOf(dictionary, dictionaryEntries), dictionary);
  }
  format::PageHeader header = test::headerOf(body, entries);
  header.data_page_header.encoding = encoding;
  made.pages = concat({made.pages, test::pageOf(header, body)});
  return made;
}

// DELTA_BINARY_PACKED: blocks of 128 in 4 miniblocks, `count` values, the first 0; what of the
// blocks is there is one, of equal values.
inline Bytes deltaOf(std::uint64_t count) {
  const std::string text = "\x80\x01\x04" + varint(count) + kEnd + kEnd + std::string(4, '\0');
  return {text.begin(), text.end()};
}

constexpr auto kInt32 = schema::PhysicalType::kInt32;
constexpr auto kInt64 = schema::PhysicalType::kInt64;
constexpr auto kBoolean = schema::PhysicalType::kBoolean;
constexpr auto kArray = schema::PhysicalType::kByteArray;
constexpr auto kRequired = schema::Repetition::kRequired;
constexpr auto kOptional = schema::Repetition::kOptional;
constexpr auto kRepeated = schema::Repetition::kRepeated;

}  // namespace parquet_flow::read::test
