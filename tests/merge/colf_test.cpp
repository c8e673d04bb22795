// Goal: COLF files of both forms are read to the values that they hold, and whatever is short, left
// over or not what it says is refused by name. Method: files of three columns and three rows,
// written down byte by byte from the layout in the header, and changed in one place each; every
// truncation and every flipped bit of them.
#include "merge/colf.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "io/memory_file.hpp"
#include "support/expect_result.hpp"
#include "support/optional_codecs.hpp"

namespace parquet_flow::merge {
namespace {

std::string bytes(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size();) {
    if (hex[i] == ' ') {
      ++i;
      continue;
    }
    out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    i += 2;
  }
  return out;
}

// 13 bytes of head, 3 entries of 24: the first metadata is at 85 = 0x55.
const std::string kFirstForm = bytes(
    "434F4C46 01 00000003 00000003"                        //   0: COLF, 1, 3 columns, 3 rows
    "0000000000000055 000000000000006A 0000000D 00000000"  //  13: a: 85, 106, 13 bytes
    "000000000000005C 000000000000007B 0000000B 00000000"  //  37: b: 92, 123, 11 bytes
    "0000000000000063 000000000000008A 00000003 00000000"  //  61: c: 99, 138, 3 bytes
    "00000001 61 01 00"                                    //  85: a, int32, required
    "00000001 62 02 01"                                    //  92: b, string, nullable
    "00000001 63 03 01"                                    //  99: c, boolean, nullable
    "0000000D 00 00000001 FFFFFFFF 7FFFFFFF"               // 106: 1, -1, 2147483647
    "0000000B 02 00000002 6869 00000000"                   // 123: hi, null (bit 1), ""
    "00000003 04 01 00");                                  // 138: true, false, null (bit 2)

// One column of one row, 14 bytes of head and an entry: the first metadata is at 38 = 0x26.
const std::string kSnappyForm = bytes(
    "434F4C46 01 01 00000001 00000001"                     //  0: COLF, 1, Snappy, 1, 1
    "0000000000000026 000000000000002D 00000007 00000000"  // 14: 38, 45, 7 bytes
    "00000001 61 01 00"                                    // 38: a, int32, required
    "00000007 05 10 00 00000102");                         // 45: 5 bytes, a literal of 5: 258

Result<std::unique_ptr<ColfReader>> open(const std::string& file) {
  return ColfReader::open(
      std::make_unique<io::MemoryInputFile>(constBytes(file.data(), file.size()), "t.colf"));
}

// All of it, or the first error.
Result<void> readAll(const std::string& file) {
  PF_TRY_ASSIGN(const auto reader, open(file));
  for (;;) {
    PF_TRY_ASSIGN(const std::uint64_t rows, reader->next(2));
    if (rows == 0) return {};
  }
}

TEST(ColfTest, theFirstFormIsReadColumnByColumn) {
  PF_ASSERT_OK_ASSIGN(const auto reader, open(kFirstForm));
  ASSERT_EQ(reader->schema()->leaves().size(), 3U);
  EXPECT_EQ(reader->schema()->leaves()[0].repetition, schema::Repetition::kRequired);
  EXPECT_EQ(reader->schema()->leaves()[1].logical.kind, schema::LogicalKind::kString);
  EXPECT_EQ(reader->schema()->leaves()[2].type, schema::PhysicalType::kBoolean);
  PF_ASSERT_OK_ASSIGN(const std::uint64_t rows, reader->next(100));
  ASSERT_EQ(rows, 3U);
  const auto views = reader->views();
  std::int32_t numbers[3];
  std::memcpy(numbers, views[0].values.data, sizeof numbers);
  EXPECT_EQ(numbers[0], 1);
  EXPECT_EQ(numbers[1], -1);
  EXPECT_EQ(numbers[2], 2147483647);
  EXPECT_EQ(views[1].values.count, 2U);
  EXPECT_EQ(views[1].values.offsets[1], 2U);
  EXPECT_EQ(views[1].values.offsets[2], 2U);
  EXPECT_EQ(std::memcmp(views[1].values.data, "hi", 2), 0);
  EXPECT_EQ(std::vector<int>(views[1].definitionLevels, views[1].definitionLevels + 3),
            (std::vector<int>{1, 0, 1}));
  EXPECT_EQ(views[2].values.data[0], std::byte{1});
  EXPECT_EQ(views[2].values.data[1], std::byte{0});
  EXPECT_EQ(std::vector<int>(views[2].definitionLevels, views[2].definitionLevels + 3),
            (std::vector<int>{1, 1, 0}));
}

TEST(ColfTest, batchesGoOnWhereTheLastOneEnded) {
  PF_ASSERT_OK_ASSIGN(const auto reader, open(kFirstForm));
  PF_ASSERT_OK_ASSIGN(const std::uint64_t first, reader->next(2));
  EXPECT_EQ(first, 2U);
  PF_ASSERT_OK_ASSIGN(const std::uint64_t second, reader->next(2));
  EXPECT_EQ(second, 1U);
  EXPECT_EQ(reader->views()[1].definitionLevels[0], 1);
  EXPECT_EQ(reader->views()[2].definitionLevels[0], 0);
  PF_ASSERT_OK_ASSIGN(const std::uint64_t third, reader->next(2));
  EXPECT_EQ(third, 0U);
}

TEST(ColfTest, theLaterFormIsReadWithSnappy) {
  if (!test::isBuilt(1)) GTEST_SKIP() << "built without Snappy";
  PF_ASSERT_OK_ASSIGN(const auto reader, open(kSnappyForm));
  PF_ASSERT_OK_ASSIGN(const std::uint64_t rows, reader->next(9));
  ASSERT_EQ(rows, 1U);
  std::int32_t number = 0;
  std::memcpy(&number, reader->views()[0].values.data, sizeof number);
  EXPECT_EQ(number, 258);
}

TEST(ColfTest, theLaterFormIsReadWithoutACodec) {
  std::string file = kSnappyForm.substr(0, 45) + bytes("00000005 00 00000102");
  file[5] = 0;
  PF_EXPECT_OK(readAll(file));
}

TEST(ColfTest, bytesBehindTheLastColumnAreRefused) {
  PF_EXPECT_ERROR(readAll(kFirstForm + "tail"), ErrorCode::kCorrupt,
                  "t.colf: 4 bytes behind the last column");
}

TEST(ColfTest, aHeadAloneHasNoColumns) {
  PF_EXPECT_ERROR(readAll(bytes("434F4C46 01 00000000 00000003")), ErrorCode::kCorrupt,
                  "it has no columns");
  PF_EXPECT_ERROR(readAll(bytes("434F4C46 01 01 00000000 00000003")), ErrorCode::kCorrupt,
                  "it has no columns");
}

TEST(ColfTest, theSizeOfAnEntryIsNotLookedAt) {
  std::string file = kFirstForm;
  file.replace(29, 4, bytes("FFFFFFFF"));
  PF_EXPECT_OK(readAll(file));
}

struct Lie {
  const char* name;
  std::size_t at;
  const char* hex;
  ErrorCode code;
  const char* text;
};

class ColfLieTest : public testing::TestWithParam<Lie> {};

TEST_P(ColfLieTest, isRefused) {
  std::string file = kFirstForm;
  const std::string lie = bytes(GetParam().hex);
  file.replace(GetParam().at, lie.size(), lie);
  PF_EXPECT_ERROR(readAll(file), GetParam().code, GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    , ColfLieTest,
    testing::Values(
        Lie{"magic", 0, "44", ErrorCode::kCorrupt, "COLF"},
        Lie{"version", 4, "02", ErrorCode::kUnsupported, "version 2"},
        Lie{"noColumns", 5, "00000000", ErrorCode::kCorrupt, "metadata"},
        Lie{"moreColumns", 5, "00000004", ErrorCode::kCorrupt, "metadata"},
        Lie{"metadataBehindTheEnd", 37, "00000000FFFFFFFF", ErrorCode::kCorrupt, "column 1"},
        Lie{"dataBehindTheEnd", 45, "FFFFFFFFFFFFFFFF", ErrorCode::kCorrupt, "column 'b'"},
        Lie{"longName", 92, "FFFFFFFF", ErrorCode::kCorrupt, "column 1"},
        Lie{"unknownType", 97, "04", ErrorCode::kCorrupt, "type 4"},
        Lie{"nullableTwo", 98, "02", ErrorCode::kCorrupt, "nullable is 2"},
        Lie{"sameName", 96, "61", ErrorCode::kCorrupt, "a"},
        Lie{"nullOfARequiredColumn", 110, "01", ErrorCode::kCorrupt, "column 'a': row 0"},
        Lie{"fewerNullsThanValues", 127, "06", ErrorCode::kCorrupt, "bytes behind"},
        Lie{"moreValuesThanBytes", 127, "00", ErrorCode::kCorrupt, "column 'b': row 2"},
        Lie{"textBehindTheData", 128, "00000008", ErrorCode::kCorrupt, "column 'b': row 0"},
        Lie{"textThatIsNoUtf8", 132, "FFFF", ErrorCode::kCorrupt, "UTF-8"},
        Lie{"booleanTwo", 143, "02", ErrorCode::kCorrupt, "boolean 2"},
        Lie{"dataOfFewerBytes", 106, "0000000C", ErrorCode::kCorrupt, "column 'a': row 2"},
        Lie{"dataOfMoreBytes", 138, "00000004", ErrorCode::kCorrupt, "column 'c'"},
        Lie{"manyRows", 9, "FFFFFFFF", ErrorCode::kCorrupt, "too few for the nulls"}),
    [](const auto& lie) { return std::string(lie.param.name); });

TEST(ColfTest, noTruncationAndNoFlippedBitDoesMoreThanFail) {
  for (const std::string& whole : {kFirstForm, kSnappyForm}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_FALSE(readAll(whole.substr(0, size)).has_value()) << size;
    }
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
      std::string file = whole;
      file[bit / 8] = static_cast<char>(file[bit / 8] ^ (1 << bit % 8));
      static_cast<void>(readAll(file));
    }
  }
}

}  // namespace
}  // namespace parquet_flow::merge
