// Goal: each kind of fault that a file can have is found, named, and put in its place; a file
// without faults has none.
//
// Method: a file of the writer is patched so that one thing is wrong and all else is right: a byte
// of a page, or the footer, an index, a bloom filter, encoded again. Every finding must be of the
// fault's kind, the first name it.
#include "verify/file_check.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "io/memory_file.hpp"
#include "patched_file.hpp"
#include "read/made_files.hpp"

namespace parquet_flow::verify {
namespace {

using namespace test;
using Change = std::function<void(Patch&)>;

FileVerdict verdictOf(const std::string& bytes) {
  return verifyFile(std::make_unique<io::MemoryInputFile>(constBytes(bytes), "f"));
}

std::string listOf(const FileVerdict& verdict) {
  std::string text;
  for (const Finding& each : verdict.findings) {
    text += std::string(each.kind) + ", " + each.place.column + ": " + each.message + '\n';
  }
  return text;
}

struct Fault {
  const char* name;
  const char* kind;
  const char* column;
  const char* message;
  Change change;
};

void expectFaults(const std::vector<Fault>& faults,
                  const write::WriterOptions& options = goodOptions()) {
  const std::string good = goodFile(options);
  for (const Fault& fault : faults) {
    SCOPED_TRACE(fault.name);
    Patch patch(good);
    fault.change(patch);
    const FileVerdict verdict = verdictOf(patch.file());
    ASSERT_FALSE(verdict.findings.empty());
    EXPECT_GT(verdict.errors(), 0U);
    for (const Finding& each : verdict.findings) {
      EXPECT_STREQ(each.kind, fault.kind) << listOf(verdict);
      EXPECT_EQ(each.place.column, fault.column) << listOf(verdict);
    }
    EXPECT_NE(verdict.findings[0].message.find(fault.message), std::string::npos)
        << listOf(verdict);
  }
}

template <class T>
std::string plain(T value) {
  return std::string(asText(constBytes(&value, sizeof value)));
}

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

TEST(FileCheck, statisticsAreHeldAgainstTheValues) {
  // id is 30, 40, ... 140; name-d to name-o; x has NaNs at 9 of group 0, and 2.0 to 7.0.
  expectFaults({
      {"nulls", "statistics", "name", "null_count is said to be 7",
       [](Patch& patch) { patch.statistics(kName).null_count = 7; }},
      {"NaNs", "statistics", "x", "nan_count is said to be 5",
       [](Patch& patch) { patch.statistics(kX).nan_count = 5; }},
      {"distinct", "statistics", "id", "distinct_count is said to be 3, and is 12",
       [](Patch& patch) { patch.statistics(kId).__set_distinct_count(3); }},
      {"min above a value", "statistics", "id", "min is '31', above the value '30'",
       [](Patch& patch) { patch.statistics(kId).min_value = plain(std::int64_t{31}); }},
      {"max below a value", "statistics", "id", "max is '139', below the value '140'",
       [](Patch& patch) { patch.statistics(kId).max_value = plain(std::int64_t{139}); }},
      {"min of before min_value", "statistics", "id", "min is '31', above the value '30'",
       [](Patch& patch) { patch.statistics(kId).__set_min(plain(std::int64_t{31})); }},
      {"max of before max_value", "statistics", "id", "max is '139', below the value '140'",
       [](Patch& patch) { patch.statistics(kId).__set_max(plain(std::int64_t{139})); }},
      {"min not exact", "statistics", "id", "min is said to be exactly '29', and is '30'",
       [](Patch& patch) { patch.statistics(kId).min_value = plain(std::int64_t{29}); }},
      {"max not exact", "statistics", "name", "max is said to be exactly 'name-z'",
       [](Patch& patch) { patch.statistics(kName).max_value = "name-z"; }},
      {"min of another width", "statistics", "id", "min has 3 bytes, values have 8",
       [](Patch& patch) { patch.statistics(kId).min_value = "abc"; }},
      {"a NaN", "statistics", "x", "min is a NaN",
       [](Patch& patch) {
         patch.statistics(kX).min_value = plain(std::numeric_limits<double>::quiet_NaN());
       }},
      {"a max cut within a character", "statistics", "name", "max is no UTF-8",
       [](Patch& patch) {
         patch.statistics(kName).max_value = "\xF0\x9F";
         patch.statistics(kName).is_max_value_exact = false;
       }},
  });
}

TEST(FileCheck, boundsWithoutColumnOrdersAreInTheOrderOfTheirType) {
  Patch patch(goodFile());
  patch.meta.created_by = "another";
  patch.meta.__isset.column_orders = false;
  const std::string none =
      "statistics, : there are bounds, and no column orders that they are in\n";
  EXPECT_EQ(listOf(verdictOf(patch.file())), none);
  patch.statistics(kId).min_value = plain(std::int64_t{31});
  patch.statistics(kName).max_value = "name-a";
  patch.changeColumnIndex(kId, [](format::ColumnIndex& index) { index.boundary_order = 2; });
  const FileVerdict verdict = verdictOf(patch.file());
  EXPECT_EQ(verdict.errors(), 3U);
  const std::string list = listOf(verdict);
  for (const char* const message :
       {"id: min is '31', above the value '30'", "name: max is 'name-a', below the value 'name-o'",
        "id: boundary_order is DESCENDING"}) {
    EXPECT_NE(list.find(message), std::string::npos) << list;
  }
}

TEST(FileCheck, boundsThatSayThatTheyAreNotExactMayBeWider) {
  Patch patch(goodFile());
  patch.statistics(kName).min_value = "nam";
  patch.statistics(kName).is_min_value_exact = false;
  patch.statistics(kName).max_value = "nan";
  patch.statistics(kName).is_max_value_exact = false;
  EXPECT_EQ(listOf(verdictOf(patch.file())), "");
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

TEST(FileCheck, thePageIndexIsHeldAgainstThePages) {
  const auto columns = [](std::size_t leaf, std::function<void(format::ColumnIndex&)> change) {
    return [=](Patch& patch) { patch.changeColumnIndex(leaf, change); };
  };
  const auto offsets = [](std::size_t leaf, std::function<void(format::OffsetIndex&)> change) {
    return [=](Patch& patch) { patch.changeOffsetIndex(leaf, change); };
  };
  expectFaults({
      {"offset", "page-index", "id", "offset is said to be",
       offsets(kId, [](auto& index) { ++index.page_locations[1].offset; })},
      {"size", "page-index", "id", "compressed_page_size is said to be",
       offsets(kId, [](auto& index) { ++index.page_locations[2].compressed_page_size; })},
      {"first row", "page-index", "id", "first_row_index is said to be 5, and is 4",
       offsets(kId, [](auto& index) { ++index.page_locations[1].first_row_index; })},
      {"pages", "page-index", "id", "page_locations has 2 elements, and should have 3",
       offsets(kId, [](auto& index) { index.page_locations.pop_back(); })},
      {"bytes of texts", "page-index", "name", "unencoded_byte_array_data_bytes",
       offsets(kName, [](auto& index) { ++index.unencoded_byte_array_data_bytes[0]; })},
      {"nulls", "page-index", "name", "null_counts is said to be",
       columns(kName, [](auto& index) { ++index.null_counts[2]; })},
      {"NaNs", "page-index", "x", "nan_counts is said to be",
       columns(kX, [](auto& index) { ++index.nan_counts[1]; })},
      {"null page", "page-index", "id", "all values are null, and some are not",
       columns(kId, [](auto& index) { index.null_pages[1] = true; })},
      {"min", "page-index", "id", "min is '71', above the value '70'",
       columns(kId, [](auto& index) { index.min_values[1] = plain(std::int64_t{71}); })},
      {"max", "page-index", "id", "max is '99', below the value '100'",
       columns(kId, [](auto& index) { index.max_values[1] = plain(std::int64_t{99}); })},
      {"order", "page-index", "id", "boundary_order is DESCENDING",
       columns(kId, [](auto& index) { index.boundary_order = 2; })},
      {"levels", "page-index", "l.list.element.a", "repetition_level_histograms of level 0",
       columns(kA, [](auto& index) { ++index.repetition_level_histograms[2]; })},
      {"lists", "page-index", "id", "max_values has 2 elements",
       columns(kId, [](auto& index) { index.max_values.pop_back(); })},
      {"bytes of an index", "page-index", "id", "the column index cannot be read",
       [](Patch& patch) {
         patch.body[static_cast<std::size_t>(patch.chunk(0, kId).column_index_offset)] = '\x7F';
       }},
      {"no offset index", "page-index", "id", "without an offset index",
       [](Patch& patch) { patch.chunk(0, kId).__isset.offset_index_offset = false; }},
  });
}

TEST(FileCheck, everyValueIsInItsBloomFilter) {
  expectFaults({
      {"empty", "bloom-filter", "name", "the value 'name-d' is not in the filter",
       [](Patch& patch) {
         const auto& meta = patch.chunk(0, kName).meta_data;
         const auto end = static_cast<std::size_t>(meta.bloom_filter_offset) +
                          static_cast<std::size_t>(meta.bloom_filter_length);
         patch.body.replace(end - 32, 32, 32, '\0');
       }},
      {"length", "bloom-filter", "name", "its length is said to be",
       [](Patch& patch) { --patch.chunk(0, kName).meta_data.bloom_filter_length; }},
      {"header", "bloom-filter", "name", "it cannot be read",
       [](Patch& patch) {
         const auto& meta = patch.chunk(0, kName).meta_data;
         patch.body[static_cast<std::size_t>(meta.bloom_filter_offset)] = '\xFF';
       }},
  });
}

TEST(FileCheck, sortingColumnsAreTrue) {
  expectFaults({
      {"descending", "sorting", "", "not sorted",
       [](Patch& patch) { patch.meta.row_groups[0].sorting_columns[0].descending = true; }},
      {"another column", "sorting", "", "not sorted",
       [](Patch& patch) {
         patch.meta.row_groups[1].sorting_columns[0].column_idx = static_cast<int>(kX);
       }},
      {"no column", "sorting", "", "leaf 70 of 7",
       [](Patch& patch) { patch.meta.row_groups[0].sorting_columns[0].column_idx = 70; }},
  });
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
  write::WriterOptions options = goodOptions();
  options.crc = false;
  options.column.statistics = false;
  options.overrides.clear();
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
      options);
}

// Pages of version 1 may, where no offset index says which rows they have.
TEST(FileCheck, pagesOfAnOffsetIndexBeginWithARow) {
  write::WriterOptions options = goodOptions();
  options.crc = false;
  options.column.statistics = false;
  options.overrides.clear();
  Patch patch(goodFile(options));
  for (const std::size_t leaf : {kA, kB}) {
    // 0 1 0 1 0 1 0 1 | 0 1 0 1 0 1 0 1 becomes 0 1 0 1 0 1 0 0 | 1 1 0 1 0 1 0 1: 5 and 3 rows.
    const std::string levels = {2, 0, 0, 0, 3, '\xAA'};
    for (const auto& [page, bits] : {std::pair(0, '\x2A'), std::pair(1, '\xAB')}) {
      std::size_t body = 0;
      patch.page(leaf, static_cast<std::size_t>(page), &body);
      patch.body[patch.body.find(levels, body) + 5] = bits;
    }
    patch.changeOffsetIndex(
        leaf, [](format::OffsetIndex& index) { index.page_locations[1].first_row_index = 5; });
  }
  EXPECT_EQ(listOf(verdictOf(patch.file())),
            "page-index, l.list.element.a: it begins within a row, which pages of an offset index "
            "must not\n"
            "page-index, l.list.element.b: it begins within a row, which pages of an offset index "
            "must not\n");
  for (const std::size_t leaf : {kA, kB}) {
    patch.chunk(0, leaf).__isset.offset_index_offset = false;
    patch.chunk(0, leaf).__isset.offset_index_length = false;
  }
  EXPECT_EQ(listOf(verdictOf(patch.file())), "");
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

TEST(FileCheck, theLedgerIsHeldAgainstTheRows) {
  const auto replaced = [](const char* from, const char* to) {
    return [=](Patch& patch) {
      std::string& ledger = patch.ledger().value;
      const std::size_t at = ledger.find(from);
      ASSERT_NE(at, std::string::npos);
      ledger.replace(at, std::string(from).size(), to);
    };
  };
  expectFaults({
      {"identity", "ledger", "", "covers attempts 0 to 26, and its rows, refused",
       replaced(R"("refused":2)", R"("refused":3)")},
      {"rows", "ledger", "", "the ledger counts 23 rows, and there are 24",
       replaced(R"("rows":24,"refused":2)", R"("rows":23,"refused":3)")},
      {"producer", "ledger", "", "24 rows are of producer 0, which the ledger does not have",
       replaced(R"("producer":0)", R"("producer":1)")},
      {"attempts", "ledger", "", "outside of those that the file covers, 6 to 31",
       replaced(R"("previous":0,"last":26)", R"("previous":5,"last":31)")},
      {"text", "ledger", "", "it cannot be read", replaced("{\"version\"", "\"version\"")},
      {"field", "ledger", "", "'aborted' is not a number", replaced(R"("aborted":0)", R"("a":0)")},
      {"version", "ledger", "", "its version is 2", replaced(R"("version":1)", R"("version":2)")},
  });
}

// The ledger of a file that is merged of a session's files but for some between them.
TEST(FileCheck, aProducerMayHaveSeveralLines) {
  const auto lines = [](const char* first, const char* second) {
    Patch patch(goodFile());
    std::string& ledger = patch.ledger().value;
    const std::size_t at = ledger.find("{\"producer\"");
    const std::string name = R"({"producer":0,"name":"p",)";
    const std::string rest = R"(,"aborted":0,"rejected":0,"write_lost":0})";
    ledger = ledger.substr(0, at) + name + first + rest + "," + name + second + rest + "]}]}";
    return listOf(verdictOf(patch.file()));
  };
  // Rows have the attempts 3 to 26; the lines may come in any order.
  EXPECT_EQ(lines(R"("previous":0,"last":10,"rows":8,"refused":2)",
                  R"("previous":10,"last":26,"rows":16,"refused":0)"),
            "");
  EXPECT_EQ(lines(R"("previous":20,"last":30,"rows":6,"refused":4)",
                  R"("previous":0,"last":20,"rows":18,"refused":2)"),
            "");
  EXPECT_EQ(
      lines(R"("previous":0,"last":10,"rows":9,"refused":1)",
            R"("previous":10,"last":26,"rows":15,"refused":1)"),
      "ledger, : the ledger counts 9 rows of producer 0 with attempts 1 to 10, and there are 8\n"
      "ledger, : the ledger counts 15 rows of producer 0 with attempts 11 to 26, and there are "
      "16\n");
  // Attempt 11 is between two lines.
  EXPECT_EQ(lines(R"("previous":0,"last":10,"rows":8,"refused":2)",
                  R"("previous":11,"last":27,"rows":16,"refused":0)"),
            "ledger, : 1 rows of producer 0 have attempts outside of those that the file covers, 1 "
            "to 10, 12 to 27\n");
  EXPECT_EQ(lines(R"("previous":0,"last":10,"rows":8,"refused":2)",
                  R"("previous":9,"last":26,"rows":16,"refused":1)"),
            "ledger, : two lines of producer 0 cover attempt 10\n");
}

TEST(FileCheck, rowsOfSeveralSessionsHaveAColumnOfThem) {
  Patch patch(goodFile());
  std::string& ledger = patch.ledger().value;
  ledger.insert(ledger.size() - 2, R"(,{"session":"other","producers":[]})");
  EXPECT_EQ(listOf(verdictOf(patch.file())),
            "ledger, : it is of 2 sessions, and no INT32 column 'session' says whose the rows "
            "are\n");
}

TEST(FileCheck, anAttemptIsThereOnce) {
  write::WriterOptions options = goodOptions();
  options.crc = false;
  options.column.statistics = false;
  options.overrides.clear();
  Patch patch(goodFile(options));
  std::size_t body = 0;
  patch.page(kAttempt, 1, &body);  // attempts 7 to 10: the second becomes 5
  patch.body[body + 8] = 5;
  const FileVerdict verdict = verdictOf(patch.file());
  EXPECT_EQ(listOf(verdict), "ledger, : attempt 5 of producer 0 is there more than once\n");
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

LedgerSession sessionOf(std::uint64_t file, std::uint64_t previous, std::uint64_t last) {
  LedgerSession session;
  session.uuid = "s";
  session.file = file;
  session.producers.push_back({.number = 3, .name = "p", .previous = previous, .last = last});
  return session;
}

TEST(LedgerChain, filesOfASessionFollowOneAnother) {
  LedgerChain chain;
  chain.add("c", {sessionOf(3, 30, 45)});
  chain.add("a", {sessionOf(1, 0, 10)});
  chain.add("b", {sessionOf(2, 10, 30)});
  EXPECT_TRUE(chain.breaks().empty());
}

TEST(LedgerChain, whatIsMissingOrTwiceIsNamed) {
  LedgerChain gap;
  gap.add("a", {sessionOf(1, 0, 10)});
  gap.add("c", {sessionOf(3, 30, 45)});
  ASSERT_EQ(gap.breaks().size(), 1U);
  EXPECT_EQ(gap.breaks()[0].file, "c");
  EXPECT_EQ(gap.breaks()[0].message, "it is file 3 of session s, and the one before it is file 1");

  LedgerChain twice;
  twice.add("a", {sessionOf(1, 0, 10)});
  twice.add("b", {sessionOf(1, 0, 10)});
  ASSERT_EQ(twice.breaks().size(), 1U);
  EXPECT_EQ(twice.breaks()[0].message, "it is file 1 of session s, and so is another");

  LedgerChain torn;
  torn.add("a", {sessionOf(1, 0, 10)});
  torn.add("b", {sessionOf(2, 11, 30)});
  ASSERT_EQ(torn.breaks().size(), 1U);
  EXPECT_EQ(torn.breaks()[0].message,
            "producer 3 goes on behind attempt 11, the files before it end at 10");

  // Merged ones have first_file: of them nothing is known, whichever files went into which.
  LedgerChain merged;
  for (const char* name : {"a", "b"}) {
    LedgerSession session = sessionOf(5, 10, 30);
    session.isMerged = true;
    merged.add(name, {session});
  }
  EXPECT_TRUE(merged.breaks().empty());

  LedgerChain late;
  late.add("a", {sessionOf(1, 5, 10)});
  late.add("b", {sessionOf(2, 10, 30)});
  ASSERT_EQ(late.breaks().size(), 1U);
  EXPECT_EQ(late.breaks()[0].file, "a");
}

}  // namespace
}  // namespace parquet_flow::verify
