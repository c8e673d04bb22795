// Goal: of a file of any type, encoding, codec and page version no cut and no flipped bit does
// harm: it is refused, or read to as many rows as it says. With checksums no flipped bit of a
// page's bytes goes unseen.
//
// Method: the smallest files of each kind, one column of six rows with nulls among them; all bits,
// all lengths. Damage to files of several columns is in file_reader_test and batch_reader_test.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "io/memory_file.hpp"
#include "made_files.hpp"
#include "read/batch_reader.hpp"
#include "read/file_reader.hpp"

namespace parquet_flow::read {
namespace {

using encoding::Encoding;
using schema::PhysicalType;
using test::Rows;

constexpr std::size_t kRows = 6;

std::string smallestFile(PhysicalType type, const write::WriterOptions& options) {
  schema::Schema built;
  (void)*built.addLeaf(schema::kRoot, "c", type, schema::Repetition::kOptional,
                       type == PhysicalType::kFixedLenByteArray ? 3 : 0);
  const auto schema = std::make_shared<const schema::Schema>(std::move(built));
  const column::RowPlan plan(*schema);
  test::RandomRows random(static_cast<std::uint64_t>(type), 3);
  Rows rows(kRows);
  for (column::Value& row : rows) {
    row = random.makeRow(plan);
  }
  return test::fileOf(schema, options, {rows});
}

struct Kind {
  write::WriterOptions options;
  std::set<std::string> files = {};  // one for each type, but for those that come out alike
};

// `everyCodec`: each encoding in each codec, else not compressed.
std::vector<Kind> kinds(bool everyCodec, bool crc) {
  std::vector<Kind> all;
  std::set<std::string> seen;
  for (const codec::Compression compression : test::builtCodecs()) {
    for (const Encoding encoding : test::kEncodings) {
      for (const std::uint32_t version : {1U, 2U}) {
        write::WriterOptions options;
        options.dataPageVersion = version;
        options.pageIndex = false;
        options.crc = crc;
        options.column.statistics = false;
        options.column.encoding = encoding;
        options.column.compression = compression;
        Kind& kind = all.emplace_back(Kind{options});
        for (int type = 0; type < 8; ++type) {
          std::string file = smallestFile(static_cast<PhysicalType>(type), options);
          if (seen.insert(file).second) {
            kind.files.insert(std::move(file));
          }
        }
      }
    }
    if (!everyCodec) {
      break;
    }
  }
  return all;
}

Result<std::uint64_t> rowsRead(const std::string& file, bool checkCrc) {
  ReadOptions options;
  options.checkCrc = checkCrc;
  PF_TRY_ASSIGN(
      const auto reader,
      FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(file), "f"), options));
  PF_TRY_ASSIGN(const auto batches, BatchReader::create(*reader, {}));
  std::uint64_t rows = 0;
  for (ColumnBatch batch;;) {
    PF_TRY_ASSIGN(const bool isThere, batches->next(batch));
    if (!isThere) {
      return rows;
    }
    rows += batch.rows;
  }
}

std::string withFlippedBit(const std::string& file, std::size_t bit) {
  std::string flipped = file;
  flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
  return flipped;
}

std::size_t pagesEnd(const std::string& file) {
  std::uint32_t footerBytes = 0;
  std::memcpy(&footerBytes, file.data() + file.size() - 8, 4);
  return file.size() - 8 - footerBytes;
}

TEST(DamagedFiles, withChecksumsEveryFlippedBitOfAPageIsSeen) {
  for (const Kind& kind : kinds(false, true)) {
    for (const std::string& file : kind.files) {
      ASSERT_EQ(rowsRead(file, true), kRows);
      const std::vector<bool> isBody = test::bodyBytes(file);
      for (std::size_t bit = 0; bit < pagesEnd(file) * 8; ++bit) {
        const auto rows = rowsRead(withFlippedBit(file, bit), true);
        ASSERT_FALSE(rows && isBody[bit / 8]) << "bit " << bit;
        ASSERT_TRUE(!rows || *rows == kRows) << "bit " << bit;
      }
    }
  }
}

TEST(DamagedFiles, withoutChecksumsNoFlippedBitDoesHarm) {
  for (const bool crc : {false, true}) {
    for (const Kind& kind : kinds(true, crc)) {
      for (const std::string& file : kind.files) {
        ASSERT_EQ(rowsRead(file, false), kRows);
        // Checksums that are not looked at leave the rest as it is: those files in part.
        for (std::size_t bit = crc ? 7 : 0; bit < pagesEnd(file) * 8; bit += crc ? 31 : 1) {
          const auto rows = rowsRead(withFlippedBit(file, bit), false);
          if (rows) {
            ASSERT_EQ(*rows, kRows) << "bit " << bit;
          } else {
            ASSERT_TRUE(rows.error().code() == ErrorCode::kCorrupt ||
                        rows.error().code() == ErrorCode::kUnsupported ||
                        rows.error().code() == ErrorCode::kLimit)
                << rows.error().message();
          }
        }
      }
    }
  }
}

TEST(DamagedFiles, everyTruncationIsRefused) {
  for (const Kind& kind : kinds(true, true)) {
    for (const std::string& file : kind.files) {
      for (std::size_t bytes = 0; bytes < file.size(); ++bytes) {
        const auto rows = rowsRead(file.substr(0, bytes), bytes % 2 == 0);
        ASSERT_FALSE(rows) << bytes;
        ASSERT_EQ(rows.error().code(), ErrorCode::kCorrupt) << bytes;
      }
    }
  }
}

}  // namespace
}  // namespace parquet_flow::read
