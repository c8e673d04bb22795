// Goal: statistics, page indexes, bloom filters and sorting columns that do not go with the values
// are found, and named: a reader that skips by them loses rows.
//
// Method: that of file_check_test; the footer, an index or a filter is patched.
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <utility>

#include "checked_file.hpp"
#include "patched_file.hpp"

namespace parquet_flow::verify {
namespace {

using namespace test;

TEST(BoundsCheck, statisticsAreHeldAgainstTheValues) {
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

TEST(BoundsCheck, boundsWithoutColumnOrdersAreInTheOrderOfTheirType) {
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

TEST(BoundsCheck, boundsThatSayThatTheyAreNotExactMayBeWider) {
  Patch patch(goodFile());
  patch.statistics(kName).min_value = "nam";
  patch.statistics(kName).is_min_value_exact = false;
  patch.statistics(kName).max_value = "nan";
  patch.statistics(kName).is_max_value_exact = false;
  EXPECT_EQ(listOf(verdictOf(patch.file())), "");
}

TEST(BoundsCheck, thePageIndexIsHeldAgainstThePages) {
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

// Pages of version 1 may, where no offset index says which rows they have.
TEST(BoundsCheck, pagesOfAnOffsetIndexBeginWithARow) {
  Patch patch(goodFile(uncheckedOptions()));
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

TEST(BoundsCheck, everyValueIsInItsBloomFilter) {
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

TEST(BoundsCheck, sortingColumnsAreTrue) {
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

}  // namespace
}  // namespace parquet_flow::verify
