// Goal: columns that lie beside each other in a list, group or map and say different things of it
// are refused, and so are keys of maps that are null; what agrees is handed over.
//
// Method: columns of one batch made of levels, as no writer of ours makes them. The levels are
// those of README.md, "Nested Encoding".
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "arrow_out_array.hpp"
#include "arrow_out_type.hpp"
#include "format/parquet_types.h"
#include "read/made_columns.hpp"
#include "read/schema_tree.hpp"

namespace parquet_flow::capi {
namespace {

using format::SchemaElement;
using namespace test;

// Why the columns cannot be handed over; empty: they were.
std::string refusalOf(const std::vector<SchemaElement>& elements,
                      const std::vector<Column>& columns) {
  const auto schema = read::schemaOf(elements);
  EXPECT_TRUE(schema) << schema.error().message();
  const read::Shape shape = read::shapeOf(*schema, elements);
  std::vector<std::uint32_t> leaves;
  read::ColumnBatch batch;
  batch.columns.resize(columns.size());
  for (std::uint32_t i = 0; i < columns.size(); ++i) {
    leaves.push_back(i);
    fill(schema->leaves()[i], columns[i], batch.columns[i]);
  }
  batch.rows = batch.columns[0].rows;
  ArrowBatches arrays(*schema, shape, arrowTypeOf(shape, *schema, nullptr, {}), leaves);
  ArrowArray array{};
  const Result<void> handed = arrays.hand(batch, nullptr, &array);
  if (handed) {
    EXPECT_EQ(array.length, static_cast<std::int64_t>(batch.rows));
    array.release(&array);
    return {};
  }
  EXPECT_EQ(array.release, nullptr);
  EXPECT_EQ(handed.error().code(), ErrorCode::kCorrupt);
  return handed.error().message();
}

TEST(ArrowOut, fieldsOfAStructInAListThatRepeatOtherwise) {
  const std::vector<SchemaElement> elements = {
      root(1),
      annotated(group("l", kOptional, 1), format::ConvertedType::LIST),
      group("list", kRepeated, 1),
      group("element", kOptional, 2),
      leaf("a", kRequired),
      leaf("b", kOptional)};
  // [{}], [{}, {}]; then [{}, {}], [{}]: as many of all.
  const Column one = {{3, 3, 3}, {0, 0, 1}};
  const Column other = {{4, 4, 4}, {0, 1, 0}};
  EXPECT_EQ(refusalOf(elements, {one, other}),
            "column 'l.list.element.b': it repeats or is null otherwise than its neighbours");
  EXPECT_EQ(refusalOf(elements, {one, {{4, 3, 4}, {0, 0, 1}}}), "");
  // The second element is null for one alone.
  EXPECT_NE(refusalOf(elements, {one, {{4, 2, 4}, {0, 0, 1}}}), "");
  // An empty list, and one that is null; then the same.
  EXPECT_NE(refusalOf(elements, {{{3, 1}, {0, 0}}, {{3, 0}, {0, 0}}}), "");
  EXPECT_EQ(refusalOf(elements, {{{3, 1}, {0, 0}}, {{3, 1}, {0, 0}}}), "");
}

TEST(ArrowOut, fieldsOfAGroupThatAreAbsentApart) {
  // Neither has levels of its own to keep, both, the first, the second.
  for (const auto& [first, second] :
       std::vector<std::pair<schema::Repetition, schema::Repetition>>{{kRequired, kRequired},
                                                                      {kOptional, kOptional},
                                                                      {kOptional, kRequired},
                                                                      {kRequired, kOptional}}) {
    const std::vector<SchemaElement> elements = {root(1), group("g", kOptional, 2),
                                                 leaf("a", first), leaf("b", second)};
    EXPECT_NE(refusalOf(elements, {{{1, 0, 1}, {}}, {{0, 1, 1}, {}}}), "");
    EXPECT_EQ(refusalOf(elements, {{{1, 0, 1}, {}}, {{1, 0, 1}, {}}}), "");
    EXPECT_EQ(refusalOf(elements, {{{1, 1}, {}}, {{1, 1}, {}}}), "");
    EXPECT_NE(refusalOf(elements, {{{1, 1}, {}}, {{1, 0}, {}}}), "");
  }
}

// Entries of a list within the group are none of the group's. A REQUIRED field has no levels of its
// own to keep, an OPTIONAL one has.
TEST(ArrowOut, listBesideAFieldInOneGroup) {
  const Column list = {{2, 2, 0, 1, 2}, {0, 1, 0, 0, 0}};  // [,], null, [], []
  struct Case {
    schema::Repetition repetition;
    Levels alike;
    std::vector<Levels> otherwise;
  };
  const Case cases[] = {
      {kOptional, {2, 0, 1, 2}, {{2, 1, 1, 2}, {0, 1, 1, 2}, {2, 0, 1}, {2, 0, 1, 2, 2}}},
      {kRequired, {1, 0, 1, 1}, {{1, 1, 1, 1}, {0, 1, 1, 1}, {1, 0, 1}, {1, 0, 1, 1, 1}}}};
  for (const Case& c : cases) {
    const std::vector<SchemaElement> listFirst = {root(1), group("g", kOptional, 2),
                                                  leaf("l", kRepeated), leaf("x", c.repetition)};
    const std::vector<SchemaElement> fieldFirst = {root(1), group("g", kOptional, 2),
                                                   leaf("x", c.repetition), leaf("l", kRepeated)};
    EXPECT_EQ(refusalOf(listFirst, {list, {c.alike, {}}}), "");
    EXPECT_EQ(refusalOf(fieldFirst, {{c.alike, {}}, list}), "");
    for (const Levels& levels : c.otherwise) {
      EXPECT_NE(refusalOf(listFirst, {list, {levels, {}}}), "");
      EXPECT_NE(refusalOf(fieldFirst, {{levels, {}}, list}), "");
    }
  }
}

TEST(ArrowOut, keysThatAreNull) {
  const std::vector<SchemaElement> elements = {
      root(1), annotated(group("m", kOptional, 1), format::ConvertedType::MAP),
      group("key_value", kRepeated, 2), leaf("key", kOptional), leaf("value", kOptional)};
  const Column values = {{3, 2, 3}, {0, 0, 1}};
  EXPECT_EQ(refusalOf(elements, {{{3, 2, 3}, {0, 0, 1}}, values}),
            "column 'm.key_value.key': a key of the map is null");
  EXPECT_EQ(refusalOf(elements, {{{3, 3, 3}, {0, 0, 1}}, values}), "");
  EXPECT_NE(refusalOf(elements, {{{3, 3, 3}, {0, 1, 0}}, values}), "");
  // Keys of two fields.
  const std::vector<SchemaElement> pairs = {
      root(1),
      annotated(group("m", kOptional, 1), format::ConvertedType::MAP),
      group("key_value", kRepeated, 2),
      group("key", kOptional, 1),
      leaf("a", kRequired),
      leaf("value", kOptional)};
  EXPECT_NE(refusalOf(pairs, {{{3, 2, 3}, {0, 0, 1}}, values}), "");
  EXPECT_EQ(refusalOf(pairs, {{{3, 3, 3}, {0, 0, 1}}, values}), "");
}

}  // namespace
}  // namespace parquet_flow::capi
