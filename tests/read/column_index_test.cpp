// Goal: a column index is taken for consistent where all that it says can be, whatever the pages
// have, and only there. Method: the index of a chunk of three pages, the last of nulls alone, as it
// should be; then with one thing changed at a time.
#include "read/column_index.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "format/parquet_types.h"
#include "support/expect_result.hpp"

namespace parquet_flow::read {
namespace {

using schema::PhysicalType;
using schema::Repetition;

template <class T>
std::string plain(T value) {
  std::string bytes(sizeof value, '\0');
  storeLe(bytes.data(), value);
  return bytes;
}

schema::Schema schemaOf(PhysicalType type, Repetition repetition) {
  schema::Schema schema;
  PF_EXPECT_OK(schema.addLeaf(schema::kRoot, "x", type, repetition));
  return schema;
}

// Rows 0 .. 3 are 1 .. 4; 4 .. 7 are 5, null, 7, 9; 8 .. 11 are null.
struct Facts {
  Facts() {
    for (std::int64_t page = 0; page < 3; ++page) {
      format::PageLocation location;
      location.first_row_index = page * 4;
      offsets.page_locations.push_back(location);
    }
    index.null_pages = {false, false, true};
    index.min_values = {plain(std::int64_t{1}), plain(std::int64_t{5}), ""};
    index.max_values = {plain(std::int64_t{4}), plain(std::int64_t{9}), ""};
    index.boundary_order = format::BoundaryOrder::ASCENDING;
    index.__set_null_counts({0, 1, 4});
    index.__set_definition_level_histograms({0, 4, 1, 3, 4, 0});
    chunk.num_values = 12;
    format::Statistics statistics;
    statistics.__set_null_count(5);
    statistics.__set_min_value(index.min_values[0]);
    statistics.__set_max_value(index.max_values[1]);
    chunk.__set_statistics(statistics);
  }
  [[nodiscard]] bool areConsistent(const schema::Schema& schema) const {
    const schema::Leaf& leaf = schema.leaves()[0];
    return isConsistent(leaf, stats::orderOf(leaf), index, offsets, chunk, 12);
  }

  format::ColumnIndex index;
  format::OffsetIndex offsets;
  format::ColumnMetaData chunk;
};

struct Case {
  const char* name;
  std::function<void(Facts&)> change;
};

void expectAll(bool expected, const schema::Schema& schema, const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    Facts facts;
    each.change(facts);
    EXPECT_EQ(facts.areConsistent(schema), expected) << each.name;
  }
}

TEST(ColumnIndex, whatCanBeIsConsistent) {
  expectAll(
      true, schemaOf(PhysicalType::kInt64, Repetition::kOptional),
      {{"as it is", [](Facts&) {}},
       {"no order", [](Facts& facts) { facts.index.boundary_order = 0; }},
       {"no counts", [](Facts& facts) { facts.index.__isset.null_counts = false; }},
       {"no levels", [](Facts& facts) { facts.index.__isset.definition_level_histograms = false; }},
       {"no levels of a leaf that has few",
        [](Facts& facts) { facts.index.definition_level_histograms.clear(); }},
       {"no statistics", [](Facts& facts) { facts.chunk.__isset.statistics = false; }},
       {"bounds that go beyond the chunk's, as those that were cut do",
        [](Facts& facts) { facts.index.max_values[1] = plain(std::int64_t{10}); }},
       {"bounds that are the same", [](Facts& facts) {
          facts.index.min_values[1] = facts.index.min_values[0];
          facts.index.max_values[0] = facts.index.max_values[1];
        }}});
}

TEST(ColumnIndex, pagesOfNullsAreThoseThatHaveNothingElse) {
  expectAll(
      false, schemaOf(PhysicalType::kInt64, Repetition::kOptional),
      {{"values in what is said to be null",
        [](Facts& facts) { facts.index.null_pages[1] = true; }},
       {"nulls alone in what is said to have values",
        [](Facts& facts) {
          facts.index.null_pages[2] = false;
          facts.index.min_values[2] = facts.index.max_values[2] = plain(std::int64_t{9});
        }},
       {"bounds of nulls",
        [](Facts& facts) { facts.index.min_values[2] = plain(std::int64_t{9}); }},
       {"fewer nulls than none", [](Facts& facts) { facts.index.null_counts[0] = -1; }},
       {"more nulls than rows", [](Facts& facts) { facts.index.null_counts[2] = 5; }},
       {"not as many as the chunk", [](Facts& facts) { facts.chunk.statistics.null_count = 4; }},
       {"not as many as the levels",
        [](Facts& facts) {
          facts.index.null_counts[1] = 2;
          facts.chunk.statistics.null_count = 6;
        }},
       {"levels of values in a page of nulls", [](Facts& facts) {
          facts.index.__isset.null_counts = false;
          facts.index.definition_level_histograms[5] = 1;
        }}});
}

TEST(ColumnIndex, boundsAreInTheirOrderAndAmongThoseOfTheChunk) {
  const auto ten = plain(std::int64_t{10});
  expectAll(
      false, schemaOf(PhysicalType::kInt64, Repetition::kOptional),
      {{"descending", [](Facts& facts) { facts.index.boundary_order = 2; }},
       {"an order that there is not", [](Facts& facts) { facts.index.boundary_order = 3; }},
       {"a min that falls",
        [](Facts& facts) {
          facts.index.min_values[0] = plain(std::int64_t{6});
          facts.index.max_values[0] = plain(std::int64_t{7});
        }},
       {"a max that falls", [&](Facts& facts) { facts.index.max_values[0] = ten; }},
       {"min above max", [](Facts& facts) { facts.index.min_values[1] = plain(std::int64_t{10}); }},
       {"of another width", [](Facts& facts) { facts.index.min_values[0] = "1"; }},
       {"above those of the chunk",
        [](Facts& facts) { facts.chunk.statistics.max_value = plain(std::int64_t{4}); }},
       {"below those of the chunk",
        [](Facts& facts) { facts.chunk.statistics.min_value = plain(std::int64_t{5}); }}});
}

TEST(ColumnIndex, listsHaveAnElementAPageOrALevel) {
  expectAll(
      false, schemaOf(PhysicalType::kInt64, Repetition::kOptional),
      {{"pages", [](Facts& facts) { facts.offsets.page_locations.pop_back(); }},
       {"null_pages", [](Facts& facts) { facts.index.null_pages.pop_back(); }},
       {"min_values", [](Facts& facts) { facts.index.min_values.pop_back(); }},
       {"max_values", [](Facts& facts) { facts.index.max_values.emplace_back(); }},
       {"null_counts", [](Facts& facts) { facts.index.null_counts.pop_back(); }},
       {"nan_counts", [](Facts& facts) { facts.index.__set_nan_counts({0, 0}); }},
       {"fewer NaNs than none", [](Facts& facts) { facts.index.__set_nan_counts({0, -1, 0}); }},
       {"definition levels",
        [](Facts& facts) { facts.index.definition_level_histograms.pop_back(); }},
       {"a level that is there less often than never",
        [](Facts& facts) { facts.index.definition_level_histograms[0] = -1; }},
       {"repetition levels",
        [](Facts& facts) { facts.index.__set_repetition_level_histograms({4, 4}); }}});
}

// parquet-mr 1.13.0-SNAPSHOT: pages of nulls, of which there are -1.
TEST(ColumnIndex, ofARequiredLeafHasNoNulls) {
  const schema::Schema schema = schemaOf(PhysicalType::kInt64, Repetition::kRequired);
  Facts facts;
  facts.index.min_values[2] = facts.index.max_values[2] = plain(std::int64_t{9});
  facts.index.null_pages[2] = false;
  facts.index.null_counts = {0, 0, 0};
  facts.index.__isset.definition_level_histograms = false;
  facts.chunk.statistics.null_count = 0;
  EXPECT_TRUE(facts.areConsistent(schema));
  facts.index.null_pages = {true, true, true};
  facts.index.min_values = facts.index.max_values = {"", "", ""};
  EXPECT_FALSE(facts.areConsistent(schema));
  facts.index.__isset.null_counts = false;
  EXPECT_FALSE(facts.areConsistent(schema));
  facts.index.__set_null_counts({-1, -1, -1});
  EXPECT_FALSE(facts.areConsistent(schema));
}

TEST(ColumnIndex, ofALeafInListsHasAsManyNullsAsEntries) {
  schema::Schema schema;
  PF_EXPECT_OK(schema.addLeaf(schema::kRoot, "x", PhysicalType::kInt64, Repetition::kRepeated));
  Facts facts;
  facts.index.null_counts = {0, 90, 4};
  facts.index.definition_level_histograms = {0, 4, 90, 3, 4, 0};
  EXPECT_TRUE(facts.areConsistent(schema)) << "the chunk's may leave out empty lists";
  facts.index.null_counts[0] = -1;
  EXPECT_FALSE(facts.areConsistent(schema));
}

TEST(ColumnIndex, aNanIsNoBound) {
  const schema::Schema schema = schemaOf(PhysicalType::kDouble, Repetition::kOptional);
  Facts facts;
  facts.chunk.__isset.statistics = false;
  facts.index.min_values = {plain(1.0), plain(5.0), ""};
  facts.index.max_values = {plain(4.0), plain(9.0), ""};
  EXPECT_TRUE(facts.areConsistent(schema));
  facts.index.max_values[1] = plain(std::numeric_limits<double>::quiet_NaN());
  EXPECT_FALSE(facts.areConsistent(schema));
}

}  // namespace
}  // namespace parquet_flow::read
