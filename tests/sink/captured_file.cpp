#include "captured_file.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "base/bytes.hpp"
#include "codec/codec.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "sink/ledger.hpp"

namespace parquet_flow::sink::test {
namespace {

format::FileMetaData readFooter(std::string_view file) {
  format::FileMetaData metaData;
  const std::size_t end = file.size() - 8;
  std::uint32_t length = 0;
  std::memcpy(&length, file.data() + end, sizeof length);
  format::CompactReader reader;
  const auto read = reader.read(constBytes(file.substr(end - length, length)), metaData);
  EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().message());
  return metaData;
}

// The PLAIN values of a required column's chunk, page after page, with nothing between them.
std::string readChunk(std::string_view file, const format::ColumnMetaData& column) {
  std::string values;
  auto decompressor =
      codec::makeDecompressor(static_cast<codec::Compression>(static_cast<int>(column.codec)));
  EXPECT_TRUE(decompressor.has_value());
  std::string_view left = file.substr(static_cast<std::size_t>(column.data_page_offset),
                                      static_cast<std::size_t>(column.total_compressed_size));
  while (!left.empty()) {
    format::PageHeader header;
    format::CompactReader reader;
    const auto read = reader.read(constBytes(left), header);
    EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().message());
    if (!read) return values;
    left.remove_prefix(*read);
    const auto stored = static_cast<std::size_t>(header.compressed_page_size);
    std::string page(static_cast<std::size_t>(header.uncompressed_page_size), '\0');
    if (*decompressor == nullptr) {
      page = left.substr(0, stored);
    } else {
      EXPECT_TRUE((*decompressor)
                      ->decompress(constBytes(left.substr(0, stored)),
                                   {reinterpret_cast<std::byte*>(page.data()), page.size()})
                      .has_value());
    }
    values += page;
    left.remove_prefix(stored);
  }
  return values;
}

template <class T>
T valueAt(const std::string& values, std::size_t index) {
  T value{};
  if ((index + 1) * sizeof value > values.size()) {
    ADD_FAILURE() << "a column is short of values";
    return value;
  }
  std::memcpy(&value, values.data() + index * sizeof value, sizeof value);
  return value;
}

void readGroup(std::string_view file, const format::RowGroup& group, CapturedFile* out) {
  ASSERT_EQ(group.columns.size(), 4U);
  const auto times = readChunk(file, group.columns[0].meta_data);
  const auto producers = readChunk(file, group.columns[1].meta_data);
  const auto attempts = readChunk(file, group.columns[2].meta_data);
  const auto payloads = readChunk(file, group.columns[3].meta_data);
  std::size_t at = 0;
  const auto rows = static_cast<std::uint64_t>(group.num_rows);
  for (std::size_t i = 0; i < rows; ++i) {
    std::uint32_t length = 0;
    ASSERT_LE(at + sizeof length, payloads.size());
    std::memcpy(&length, payloads.data() + at, sizeof length);
    at += sizeof length;
    ASSERT_LE(at + length, payloads.size());
    out->rows.push_back({valueAt<std::int64_t>(times, i), valueAt<std::uint32_t>(producers, i),
                         valueAt<std::uint64_t>(attempts, i), payloads.substr(at, length)});
    at += length;
  }
  EXPECT_EQ(at, payloads.size());
  out->groupRows.push_back(rows);
}

}  // namespace

std::vector<std::string> CapturedFile::payloads() const {
  std::vector<std::string> list;
  for (const CapturedRow& row : rows) list.push_back(row.payload);
  return list;
}

CapturedFile readCaptured(std::string_view file) {
  CapturedFile captured;
  if (file.size() < 12 || file.substr(0, 4) != "PAR1" || file.substr(file.size() - 4) != "PAR1") {
    ADD_FAILURE() << "not a whole Parquet file, " << file.size() << " bytes";
    return captured;
  }
  const auto metaData = readFooter(file);
  for (const auto& group : metaData.row_groups) readGroup(file, group, &captured);
  EXPECT_EQ(captured.rows.size(), static_cast<std::uint64_t>(metaData.num_rows));
  for (const auto& pair : metaData.key_value_metadata) captured.keyValues[pair.key] = pair.value;
  const auto ledger =
      nlohmann::json::parse(captured.keyValues[std::string(kLedgerKey)], nullptr, false);
  EXPECT_FALSE(ledger.is_discarded()) << captured.keyValues[std::string(kLedgerKey)];
  EXPECT_EQ(ledger.value("version", 0), 1);
  captured.ledger = ledger["sessions"][0];
  return captured;
}

void expectLedgerHolds(const CapturedFile& file) {
  std::map<std::uint32_t, std::uint64_t> rows;
  for (const CapturedRow& row : file.rows) ++rows[row.producer];
  std::uint64_t told = 0;
  for (const auto& line : file.ledger["producers"]) {
    const auto number = [&](const char* key) { return line[key].get<std::uint64_t>(); };
    EXPECT_EQ(number("last") - number("previous"), number("rows") + number("refused") +
                                                       number("aborted") + number("rejected") +
                                                       number("write_lost"))
        << line;
    EXPECT_EQ(number("rows"), rows[line["producer"].get<std::uint32_t>()]) << line;
    told += number("rows");
  }
  EXPECT_EQ(told, file.rows.size()) << "a producer is missing in the ledger";
}

nlohmann::json lineOf(const CapturedFile& file, std::uint32_t producer) {
  for (const auto& line : file.ledger["producers"]) {
    if (line["producer"] == producer) return line;
  }
  return nullptr;
}

}  // namespace parquet_flow::sink::test
