// Goal: each kind of fault that a file can have is found, named, and put in its place; a file
// without faults has none. Here of pages, chunks, the footer and where they are; bounds_check_test
// has what readers skip by, ledger_test the ledger.
//
// Method: a file of the writer is patched so that one thing is wrong and all else is right: a byte
// of a page, or the footer, encoded again. Every finding must be of the fault's kind, the first
// name it.
#include "verify/file_check.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "checked_file.hpp"
#include "patched_file.hpp"
#include "read/made_files.hpp"

namespace parquet_flow::verify {
namespace {

using namespace test;

TEST(FileCheck, aFileOfTheWriterHasNoFaults) {
  const FileVerdict verdict = verdictOf(goodFile());
  EXPECT_EQ(listOf(verdict), "");
  EXPECT_EQ(verdict.rows, 24U);
  EXPECT_EQ(verdict.rowGroups, 2U);
  EXPECT_EQ(verdict.chunks, 14U);
  EXPECT_EQ(verdict.pages, 2U * 7U * 3U);
  EXPECT_EQ(verdict.entries, 24U * 5U + 24U * 2U * 2U);
}

TEST(FileCheck, filesOfAllOptionsHaveNoFaults) {
  read::test::RandomRows random(7, 40);
  for (int i = 0; i < 40; ++i) {
    write::WriterOptions options = read::test::anyOptions(random);
    options.sortingColumns = {{.path = "id"}};
    if (i % 3 == 0) {
      options.floatOrder = stats::FloatOrder::kIeee754Total;
    }
    options.truncateBytes = 6;
    const FileVerdict verdict = verdictOf(goodFile(options));
    EXPECT_EQ(listOf(verdict), "") << i;
  }
}

// Schemas of any nesting.
TEST(FileCheck, randomFilesHaveNoFaults) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    read::test::RandomRows random(seed, seed % 2 == 0 ? 4 : 400);
    const auto schema =
        std::make_shared<const schema::Schema>(random.makeSchema(static_cast<int>(seed % 5)));
    const column::RowPlan plan(*schema);
    std::vector<Rows> rowGroups(1 + random.below(3));
    for (Rows& rows : rowGroups) {
      rows.resize(1 + random.below(120));
      for (Value& row : rows) {
        row = random.makeRow(plan);
      }
    }
    const std::string file = read::test::fileOf(schema, read::test::anyOptions(random), rowGroups);
    EXPECT_EQ(listOf(verdictOf(file)), "") << seed;
  }
}

TEST(FileCheck, whatPagesAreIsHeldAgainstTheirChecksumsAndHeaders) {
  expectFaults({
      {"a byte of a page", "page", "name", "CRC-32",
       [](Patch& patch) {
         std::size_t body = 0;
         patch.page(kName, 1, &body);
         patch.body[body + 2] ^= 0x10;
       }},
      {"a byte of a header", "page", "x", "",
       [](Patch& patch) { patch.body[patch.page(kX, 1)] = '\xFF'; }},
      {"levels that there are none of", "page", "id",
       "definition levels, of which there are none, are said to be in PLAIN",
       [](Patch& patch) {
         patch.changeHeader(kId, 1, [](format::PageHeader& header) {
           header.data_page_header.definition_level_encoding = format::Encoding::PLAIN;
         });
       }},
      {"repetition levels that there are none of", "page", "name",
       "repetition levels, of which there are none, are said to be in 13",
       [](Patch& patch) {
         patch.changeHeader(kName, 0, [](format::PageHeader& header) {
           header.data_page_header.repetition_level_encoding = 13;
         });
       }},
      {"a page that passes its chunk", "page", "id", "where its chunk has",
       [](Patch& patch) {
         auto& meta = patch.chunk(0, kId).meta_data;
         --meta.total_compressed_size;
         --patch.meta.row_groups[0].total_compressed_size;
       }},
  });
}

TEST(FileCheck, aPageThatIsWrongHidesNoneBehindIt) {
  Patch patch(goodFile());
  for (const std::size_t page : {std::size_t{0}, std::size_t{2}}) {
    std::size_t body = 0;
    patch.page(kId, page, &body);
    patch.body[body] ^= 0x01;
  }
  std::size_t other = 0;
  patch.page(kX, 1, &other);
  patch.body[other] ^= 0x01;
  const FileVerdict verdict = verdictOf(patch.file());
  ASSERT_EQ(verdict.findings.size(), 3U) << listOf(verdict);
  EXPECT_EQ(verdict.findings[0].place.page, 0U);
  EXPECT_EQ(verdict.findings[0].place.offset, patch.page(kId, 0));
  EXPECT_EQ(verdict.findings[1].place.page, 2U);
  EXPECT_EQ(verdict.findings[2].place.column, "x");
  EXPECT_EQ(verdict.findings[2].place.rowGroup, 0U);
}

TEST(FileCheck, countsAndSizesAgree) {
  expectFaults({
      {"values", "counts", "l.list.element.a", "num_values is said to be 25, and is 24",
       [](Patch& patch) { ++patch.chunk(0, kA).meta_data.num_values; }},
      {"sizes of a chunk", "counts", "id", "total_uncompressed_size",
       [](Patch& patch) {
         ++patch.chunk(0, kId).meta_data.total_uncompressed_size;
         ++patch.meta.row_groups[0].total_byte_size;
       }},
      {"size of a row group", "counts", "", "total_byte_size",
       [](Patch& patch) { ++patch.meta.row_groups[0].total_byte_size; }},
      {"stored size of a row group", "counts", "", "total_compressed_size",
       [](Patch& patch) { ++patch.meta.row_groups[0].total_compressed_size; }},
      {"ordinal", "counts", "", "ordinal",
       [](Patch& patch) { patch.meta.row_groups[1].ordinal = 7; }},
      {"rows of the file", "counts", "", "num_rows is said to be 0, and its row groups have 24",
       [](Patch& patch) { patch.meta.num_rows = 0; }},
      {"column orders", "counts", "", "6 column orders for 7 leaves",
       [](Patch& patch) { patch.meta.column_orders.pop_back(); }},
      {"encodings", "encodings", "id", "does not list, PLAIN",
       [](Patch& patch) { patch.chunk(0, kId).meta_data.encodings = {3}; }},
      {"encoding_stats", "encodings", "id", "encoding_stats counts",
       [](Patch& patch) { ++patch.chunk(0, kId).meta_data.encoding_stats[0].count; }},
      {"bytes of texts", "size-statistics", "name", "unencoded_byte_array_data_bytes",
       [](Patch& patch) {
         ++patch.chunk(0, kName).meta_data.size_statistics.unencoded_byte_array_data_bytes;
       }},
      {"levels", "size-statistics", "l.list.element.b", "repetition_level_histogram of level 1",
       [](Patch& patch) {
         ++patch.chunk(0, kB).meta_data.size_statistics.repetition_level_histogram[1];
       }},
      {"number of levels", "size-statistics", "l.list.element.b", "has 3 elements",
       [](Patch& patch) {
         patch.chunk(0, kB).meta_data.size_statistics.repetition_level_histogram.push_back(0);
       }},
  });
}

TEST(FileCheck, rowsOfColumnsAreThoseOfTheirRowGroup) {
  Patch patch(goodFile());
  ++patch.meta.row_groups[0].num_rows;
  ++patch.meta.num_rows;
  const FileVerdict verdict = verdictOf(patch.file());
  ASSERT_FALSE(verdict.findings.empty());
  EXPECT_STREQ(verdict.findings[0].kind, "counts") << listOf(verdict);
  EXPECT_NE(listOf(verdict).find("it has 12 rows, its row group 13"), std::string::npos)
      << listOf(verdict);
}

TEST(FileCheck, nothingOverlapsOrIsOutsideOfTheFile) {
  const struct {
    const char* message;
    Change change;
  } cases[] = {
      {"begin within",
       [](Patch& patch) {
         patch.chunk(1, kId).offset_index_offset = patch.chunk(0, kId).offset_index_offset;
         patch.chunk(1, kId).offset_index_length = patch.chunk(0, kId).offset_index_length;
       }},
      {"begin within the pages",
       [](Patch& patch) {
         patch.chunk(0, kName).meta_data.bloom_filter_offset =
             patch.chunk(0, kId).meta_data.data_page_offset + 3;
       }},
      {"are not between the magic and the footer",
       [](Patch& patch) { patch.chunk(0, kId).column_index_offset = 1 << 30; }},
      {"its file_offset", [](Patch& patch) { patch.meta.row_groups[1].file_offset = 5; }},
  };
  for (const auto& each : cases) {
    Patch patch(goodFile());
    each.change(patch);
    const FileVerdict verdict = verdictOf(patch.file());
    ASSERT_FALSE(verdict.findings.empty());
    EXPECT_STREQ(verdict.findings[0].kind, "layout") << listOf(verdict);
    EXPECT_NE(verdict.findings[0].message.find(each.message), std::string::npos) << listOf(verdict);
  }
}

TEST(FileCheck, chunksAreOfTheirColumns) {
  expectFaults({
      {"path", "footer", "id", "the chunk in its place is of the path ix",
       [](Patch& patch) { patch.chunk(0, kId).meta_data.path_in_schema = {"ix"}; }},
  });
  Patch patch(goodFile());
  patch.tail = "PAR2";
  EXPECT_EQ(listOf(verdictOf(patch.file())),
            "footer, : f: not a finished Parquet file: it does not end with PAR1\n");
  const std::string good = goodFile();
  EXPECT_STREQ(verdictOf(good.substr(0, good.size() / 2)).findings.at(0).kind, "footer");
}

TEST(FileCheck, annotationsGoWithTheirTypesAndWithEachOther) {
  using C = format::ConvertedType;
  // Elements: the root, producer, attempt, id, name, x, l, list, element, a, b.
  const auto of = [](std::size_t element, std::function<void(format::SchemaElement&)> change) {
    return [=](Patch& patch) { change(patch.meta.schema[element]); };
  };
  const auto unsignedLong = [](format::SchemaElement& element) {
    format::IntType type;
    type.bitWidth = 64;
    type.isSigned = false;
    element.logicalType.__set_INTEGER(type);
    element.__isset.logicalType = true;
  };
  const auto nanos = [](format::SchemaElement& element) {
    format::TimestampType type;
    type.unit.__set_NANOS({});
    element.logicalType.__set_TIMESTAMP(type);
    element.__isset.logicalType = true;
  };
  const Fault faults[] = {
      {"text of numbers", "schema", "attempt", "its converted_type does not go with INT64: STRING",
       of(2, [](auto& each) { each.__set_converted_type(C::UTF8); })},
      {"text of numbers as a logical type", "schema", "attempt",
       "its logicalType does not go with INT64: STRING goes with BYTE_ARRAY only",
       of(2,
          [](auto& each) {
            each.logicalType.__set_STRING({});
            each.__isset.logicalType = true;
          })},
      {"digits behind the last", "schema", "attempt", "DECIMAL scale 20 is not in 0 .. 9",
       of(2,
          [](auto& each) {
            format::DecimalType type;
            type.precision = 9;
            type.scale = 20;
            each.logicalType.__set_DECIMAL(type);
            each.__isset.logicalType = true;
          })},
      {"days of texts", "schema", "name", "its converted_type does not go with BYTE_ARRAY: DATE",
       of(4, [](auto& each) { each.__set_converted_type(C::DATE); })},
      {"another unit", "schema", "attempt",
       "its converted_type is TIMESTAMP_MICROS, which its logicalType is not",
       of(2,
          [&](auto& each) {
            nanos(each);
            each.__set_converted_type(C::TIMESTAMP_MICROS);
          })},
      {"another sign", "schema", "attempt", "its converted_type is INT_64, which",
       of(2,
          [&](auto& each) {
            unsignedLong(each);
            each.__set_converted_type(C::INT_64);
          })},
      {"a list", "schema", "attempt", "its converted_type is one of groups",
       of(2, [](auto& each) { each.__set_converted_type(C::LIST); })},
      {"a number that is none", "schema", "attempt", "its converted_type is not known, 99",
       of(2, [](auto& each) { each.__set_converted_type(99); })},
  };
  const std::string good = goodFile();
  for (const Fault& fault : faults) {
    Patch patch(good);
    fault.change(patch);
    const FileVerdict verdict = verdictOf(patch.file());
    ASSERT_FALSE(verdict.findings.empty()) << fault.name;
    EXPECT_GT(verdict.errors(), 0U) << fault.name;
    EXPECT_STREQ(verdict.findings[0].kind, fault.kind) << listOf(verdict);
    EXPECT_EQ(verdict.findings[0].place.column, fault.column) << listOf(verdict);
    EXPECT_NE(verdict.findings[0].message.find(fault.message), std::string::npos)
        << fault.name << '\n'
        << listOf(verdict);
  }
  // What an annotation says of moments that are local, and a ConvertedType does not.
  Patch patch(good);
  format::TimestampType local;
  local.unit.__set_MICROS({});
  local.isAdjustedToUTC = false;
  patch.meta.schema[3].logicalType.__set_TIMESTAMP(local);
  patch.meta.schema[3].__isset.logicalType = true;
  patch.meta.schema[3].__set_converted_type(C::TIMESTAMP_MICROS);
  EXPECT_EQ(listOf(verdictOf(patch.file())), "");
}

// Without checksums and bounds, so that the bytes of a page can be others.
TEST(FileCheck, textIsUtf8AndLeavesOfOneListHaveItAlike) {
  expectFaults(
      {
          {"text", "text", "name", "1 values of a STRING are no UTF-8, the first is 'na",
           [](Patch& patch) {
             std::size_t body = 0;
             patch.page(kName, 0, &body);
             patch.body[patch.body.find("name-e", body) + 2] = '\xC3';
           }},
          // 0 1 0 1 0 1 0 1 becomes 0 1 1 0 0 1 0 1: as many rows, of other lengths.
          {"structure", "structure", "l", "does not repeat as the columns beside it do",
           [](Patch& patch) {
             std::size_t body = 0;
             patch.page(kB, 0, &body);
             const std::string levels = {2, 0, 0, 0, 3, '\xAA'};
             patch.body[patch.body.find(levels, body) + 5] = '\xA6';
           }},
      },
      uncheckedOptions());
}

TEST(FileCheck, dataBeginsWhereTheFooterSaysBehindADictionary) {
  write::WriterOptions options = goodOptions();
  options.column.encoding = encoding::Encoding::kRleDictionary;
  expectFaults(
      {
          {"behind", "layout", "id", "data_page_offset is said to be",
           [](Patch& patch) { ++patch.chunk(0, kId).meta_data.data_page_offset; }},
          {"in front", "layout", "id", ", behind the dictionary",
           [](Patch& patch) {
             format::ColumnMetaData& meta = patch.chunk(0, kId).meta_data;
             ASSERT_TRUE(meta.__isset.dictionary_page_offset);
             meta.data_page_offset = meta.dictionary_page_offset;
           }},
      },
      options);
}

TEST(FileCheck, thereIsADictionaryWhereTheFooterSaysSo) {
  const std::string none = ", and there is no dictionary page";
  const auto places = [](std::int64_t (*offset)(std::int64_t)) {
    return [=](Patch& patch) {
      format::ColumnMetaData& meta = patch.chunk(0, kId).meta_data;
      meta.__set_dictionary_page_offset(offset(meta.data_page_offset));
    };
  };
  expectFaults({
      {"below 0", "layout", "id", "dictionary_page_offset is said to be -5, and there is no",
       places([](std::int64_t) { return std::int64_t{-5}; })},
      {"behind the data", "layout", "id", none.c_str(),
       places([](std::int64_t data) { return data + 100; })},
      // Habits of others.
      {"0", "layout", "id", "dictionary_page_offset is said to be 0, and there is no",
       places([](std::int64_t) { return std::int64_t{0}; })},
      {"at the data", "layout", "id", none.c_str(), places([](std::int64_t data) { return data; })},
  });
}

// Of one file what a writer of old did is said once, and is no error.
TEST(FileCheck, habitsOfOtherWritersAreWarningsAndSaidOnce) {
  Patch patch(goodFile());
  patch.meta.created_by = "another";
  for (std::size_t leaf = 0; leaf < 7; ++leaf) {
    ++patch.chunk(0, leaf).meta_data.total_uncompressed_size;
    ++patch.meta.row_groups[0].total_byte_size;
  }
  const FileVerdict verdict = verdictOf(patch.file());
  ASSERT_EQ(verdict.findings.size(), 1U) << listOf(verdict);
  EXPECT_EQ(verdict.errors(), 0U);
  EXPECT_EQ(verdict.findings[0].repeats, 6U);
}

// Estimates, and what size a reader makes room for: no row is lost by them.
TEST(FileCheck, estimatesOfOtherWritersAreHabits) {
  Patch patch(goodFile());
  patch.statistics(kId).__set_distinct_count(3);
  ++patch.chunk(0, kName).meta_data.size_statistics.unencoded_byte_array_data_bytes;
  patch.changeOffsetIndex(kName, [](auto& index) { ++index.unencoded_byte_array_data_bytes[0]; });
  EXPECT_EQ(verdictOf(patch.file()).errors(), 3U);
  patch.meta.created_by = "another";
  const FileVerdict verdict = verdictOf(patch.file());
  EXPECT_EQ(verdict.findings.size(), 3U) << listOf(verdict);
  EXPECT_EQ(verdict.errors(), 0U) << listOf(verdict);
}

}  // namespace
}  // namespace parquet_flow::verify
