#include "captured_file.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>

#include "base/bytes.hpp"
#include "column/row_builder.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "io/memory_file.hpp"
#include "read/file_reader.hpp"
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

void readGroup(read::FileReader& file, std::size_t group, CapturedFile* out) {
  ASSERT_EQ(file.schema().leaves().size(), 4U);
  column::Batch batch = column::makeBatch(file.schema());
  const auto read = file.readRowGroup(group, batch);
  ASSERT_TRUE(read.has_value()) << read.error().message();
  const std::uint64_t rows = file.rowGroupRows(group);
  const auto* const times = batch.leaves[0].values().data();
  const auto* const producers = batch.leaves[1].values().data();
  const auto* const attempts = batch.leaves[2].values().data();
  const auto* const payloads = reinterpret_cast<const char*>(batch.leaves[3].values().data());
  const auto* const ends = batch.leaves[3].offsets().data();
  for (std::size_t i = 0; i < rows; ++i) {
    const auto begin = loadLe<std::uint32_t>(ends + i * sizeof(std::uint32_t));
    const auto end = loadLe<std::uint32_t>(ends + (i + 1) * sizeof(std::uint32_t));
    out->rows.push_back({loadLe<std::int64_t>(times + i * sizeof(std::int64_t)),
                         loadLe<std::uint32_t>(producers + i * sizeof(std::uint32_t)),
                         loadLe<std::uint64_t>(attempts + i * sizeof(std::uint64_t)),
                         std::string(payloads + begin, end - begin)});
  }
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
  auto opened =
      read::FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(file), "captured"));
  if (!opened) {
    ADD_FAILURE() << opened.error().message();
    return captured;
  }
  for (std::size_t i = 0; i < metaData.row_groups.size(); ++i) {
    readGroup(**opened, i, &captured);
  }
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
