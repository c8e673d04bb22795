// Goal: the elements that we write come back as the tree they were; those of other writers give the
// same paths and levels; counts that lie are refused.
//
// Method: random schemas through schemaElements and back; elements filled by hand.
#include "read/schema_tree.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "column/random_rows.hpp"
#include "format/parquet_types.h"
#include "read/shape.hpp"
#include "write/metadata.hpp"

namespace parquet_flow::read {
namespace {

using format::ConvertedType;
using format::SchemaElement;
using schema::LogicalKind;
using schema::PhysicalType;
using schema::Repetition;
using schema::Schema;

SchemaElement element(const char* name, Repetition repetition) {
  SchemaElement made;
  made.name = name;
  made.__set_repetition_type(static_cast<std::int32_t>(repetition));
  return made;
}

SchemaElement group(const char* name, Repetition repetition, std::int32_t children) {
  SchemaElement made = element(name, repetition);
  made.__set_num_children(children);
  return made;
}

SchemaElement leaf(const char* name, Repetition repetition, PhysicalType type) {
  SchemaElement made = element(name, repetition);
  made.__set_type(static_cast<std::int32_t>(type));
  return made;
}

SchemaElement root(std::int32_t children) {
  SchemaElement made;
  made.name = "schema";
  made.__set_num_children(children);
  return made;
}

SchemaElement withConverted(SchemaElement made, ConvertedType::type converted) {
  made.__set_converted_type(converted);
  return made;
}

void expectSame(const Schema& actual, const Schema& expected) {
  ASSERT_EQ(actual.nodes().size(), expected.nodes().size());
  for (std::size_t i = 1; i < expected.nodes().size(); ++i) {
    const schema::Node& a = actual.nodes()[i];
    const schema::Node& e = expected.nodes()[i];
    EXPECT_EQ(a.name, e.name);
    EXPECT_EQ(a.parent, e.parent);
    EXPECT_EQ(a.kind, e.kind) << e.name;
    EXPECT_EQ(a.repetition, e.repetition) << e.name;
    EXPECT_EQ(a.fieldId, e.fieldId) << e.name;
  }
  ASSERT_EQ(actual.leaves().size(), expected.leaves().size());
  for (std::size_t i = 0; i < expected.leaves().size(); ++i) {
    const schema::Leaf& a = actual.leaves()[i];
    const schema::Leaf& e = expected.leaves()[i];
    EXPECT_EQ(a.dottedPath, e.dottedPath);
    EXPECT_EQ(a.type, e.type) << e.dottedPath;
    EXPECT_EQ(a.typeLength, e.typeLength) << e.dottedPath;
    EXPECT_EQ(a.logical.kind, e.logical.kind) << e.dottedPath;
    EXPECT_EQ(a.logical.a, e.logical.a) << e.dottedPath;
    EXPECT_EQ(a.logical.b, e.logical.b) << e.dottedPath;
    EXPECT_EQ(a.maxDefinitionLevel, e.maxDefinitionLevel) << e.dottedPath;
    EXPECT_EQ(a.maxRepetitionLevel, e.maxRepetitionLevel) << e.dottedPath;
  }
}

TEST(SchemaTree, everySchemaComesBack) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Schema expected = test::RandomRows(seed).makeSchema(static_cast<int>(seed % 7));
    const auto actual = schemaOf(write::schemaElements(expected));
    ASSERT_TRUE(actual) << actual.error().message();
    expectSame(*actual, expected);
  }
}

TEST(SchemaTree, everyLogicalTypeComesBackWithItsFieldId) {
  struct Column {
    PhysicalType type;
    std::uint32_t length;
    schema::LogicalType logical;
  };
  using P = PhysicalType;
  using L = LogicalKind;
  std::vector<Column> columns = {
      {P::kByteArray, 0, {L::kString, 0, 0}},
      {P::kByteArray, 0, {L::kEnum, 0, 0}},
      {P::kByteArray, 0, {L::kJson, 0, 0}},
      {P::kByteArray, 0, {L::kBson, 0, 0}},
      {P::kInt32, 0, {L::kDecimal, 9, 2}},
      {P::kFixedLenByteArray, 5, {L::kDecimal, 11, 3}},
      {P::kInt32, 0, {L::kDate, 0, 0}},
      {P::kFixedLenByteArray, 16, {L::kUuid, 0, 0}},
      {P::kInt32, 0, {L::kTime, 0, 0}},
      {P::kFixedLenByteArray, 2, {L::kFloat16, 0, 0}},
      {P::kInt64, 0, {L::kTime, 2, 1}},
      {P::kFixedLenByteArray, 12, {L::kInterval, 0, 0}},
      {P::kInt96, 0, {}},
  };
  for (const std::int32_t unit : {0, 1, 2}) {
    for (const std::int32_t utc : {0, 1}) {
      columns.push_back({P::kInt64, 0, {L::kTimestamp, unit, utc}});
    }
  }
  for (const std::int32_t bits : {8, 16, 32, 64}) {
    for (const std::int32_t isSigned : {0, 1}) {
      columns.push_back({bits == 64 ? P::kInt64 : P::kInt32, 0, {L::kInteger, bits, isSigned}});
    }
  }
  Schema expected;
  std::int32_t id = 0;
  for (const Column& column : columns) {
    ASSERT_TRUE(expected.addLeaf(schema::kRoot, "c" + std::to_string(id), column.type,
                                 Repetition::kOptional, column.length, column.logical, id));
    ++id;
  }
  const auto actual = schemaOf(write::schemaElements(expected));
  ASSERT_TRUE(actual) << actual.error().message();
  expectSame(*actual, expected);
}

TEST(SchemaTree, convertedTypesAloneAreUnderstood) {
  SchemaElement decimal =
      withConverted(leaf("d", Repetition::kRequired, PhysicalType::kInt32), ConvertedType::DECIMAL);
  decimal.__set_precision(5);
  decimal.__set_scale(2);
  const std::vector<SchemaElement> elements = {
      root(4),
      withConverted(leaf("s", Repetition::kOptional, PhysicalType::kByteArray),
                    ConvertedType::UTF8),
      decimal,
      withConverted(leaf("u", Repetition::kRequired, PhysicalType::kInt32), ConvertedType::UINT_16),
      // Does not go with DOUBLE: left out.
      withConverted(leaf("x", Repetition::kRequired, PhysicalType::kDouble), ConvertedType::DATE)};
  const auto schema = schemaOf(elements);
  ASSERT_TRUE(schema) << schema.error().message();
  EXPECT_EQ(schema->leaves()[0].logical.kind, LogicalKind::kString);
  EXPECT_EQ(schema->leaves()[1].logical.kind, LogicalKind::kDecimal);
  EXPECT_EQ(schema->leaves()[1].logical.a, 5);
  EXPECT_EQ(schema->leaves()[1].logical.b, 2);
  EXPECT_EQ(schema->leaves()[2].logical.kind, LogicalKind::kInteger);
  EXPECT_EQ(schema->leaves()[2].logical.a, 16);
  EXPECT_EQ(schema->leaves()[2].logical.b, 0);
  EXPECT_EQ(schema->leaves()[3].logical.kind, LogicalKind::kNone);
}

TEST(SchemaTree, oldListsAreThePlainGroupsThatTheyAreMadeOf) {
  const std::vector<SchemaElement> elements = {
      root(3),
      // Two levels; another name; a MAP without values.
      withConverted(group("a", Repetition::kOptional, 1), ConvertedType::LIST),
      leaf("array", Repetition::kRepeated, PhysicalType::kInt32),
      withConverted(group("b", Repetition::kOptional, 1), ConvertedType::LIST),
      group("bag", Repetition::kRepeated, 1),
      leaf("item", Repetition::kOptional, PhysicalType::kInt32),
      withConverted(group("m", Repetition::kOptional, 1), ConvertedType::MAP),
      group("map", Repetition::kRepeated, 1),
      leaf("key", Repetition::kRequired, PhysicalType::kInt32)};
  const auto schema = schemaOf(elements);
  ASSERT_TRUE(schema) << schema.error().message();
  const auto leaves = schema->leaves();
  ASSERT_EQ(leaves.size(), 3U);
  EXPECT_EQ(leaves[0].dottedPath, "a.array");
  EXPECT_EQ(leaves[0].maxDefinitionLevel, 2);
  EXPECT_EQ(leaves[1].dottedPath, "b.bag.item");
  EXPECT_EQ(leaves[1].maxDefinitionLevel, 3);
  EXPECT_EQ(leaves[2].dottedPath, "m.map.key");
  EXPECT_EQ(leaves[2].maxRepetitionLevel, 1);
}

TEST(SchemaTree, elementsThatLieAreRefused) {
  const SchemaElement good = leaf("c", Repetition::kRequired, PhysicalType::kInt32);
  SchemaElement noRepetition = good;
  noRepetition.__isset.repetition_type = false;
  SchemaElement badRepetition = good;
  badRepetition.repetition_type = 3;
  SchemaElement badType = good;
  badType.type = 8;
  SchemaElement noLength = leaf("c", Repetition::kRequired, PhysicalType::kFixedLenByteArray);
  const std::vector<std::vector<SchemaElement>> lies = {
      {},
      {good},
      {root(2), good},
      {root(0), good},
      {root(INT32_MAX), good},
      {root(-1)},
      {root(1), group("g", Repetition::kRequired, 0)},
      {root(1), group("g", Repetition::kRequired, 1)},
      {root(1), element("neither", Repetition::kRequired)},
      {root(1), noRepetition},
      {root(1), badRepetition},
      {root(1), badType},
      {root(1), noLength},
      {root(1), leaf("\xFF", Repetition::kRequired, PhysicalType::kInt32)},
  };
  for (std::size_t i = 0; i < lies.size(); ++i) {
    const auto schema = schemaOf(lies[i]);
    ASSERT_FALSE(schema) << i;
    EXPECT_EQ(schema.error().code(), ErrorCode::kCorrupt) << i << schema.error().message();
  }
}

// pyarrow writes both. Paths that are then of two columns, or of a column and a group, name none.
TEST(SchemaTree, namesThatAreEmptyOrThereTwiceAreRead) {
  const auto named = [](const char* name) {
    return leaf(name, Repetition::kRequired, PhysicalType::kInt32);
  };
  const std::vector<SchemaElement> elements = {
      root(7),    named("x"), named("x"),   named(""),  group("a", Repetition::kRequired, 2),
      named("b"), named("c"), named("a.b"), named("d"), named("d.e")};
  const auto schema = schemaOf(elements);
  ASSERT_TRUE(schema) << schema.error().message();
  ASSERT_EQ(schema->leaves().size(), 8U);
  EXPECT_EQ(schema->leaves()[1].dottedPath, "x");
  EXPECT_EQ(schema->leaves()[2].path, std::vector<std::string>{""});
  const auto taken = [&](std::vector<std::string> paths) { return leavesOf(*schema, paths); };
  for (const char* ambiguous : {"x", "a.b"}) {
    EXPECT_EQ(schema->requireLeaf(ambiguous).error().code(), ErrorCode::kInvalidArgument);
    EXPECT_EQ(schema->requireLeaf(ambiguous).error().message(),
              "'" + std::string(ambiguous) + "' is the path of more than one column");
    EXPECT_EQ(taken({ambiguous}).error().code(), ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(taken({"a"}), (std::vector<std::uint32_t>{3, 4}));  // and not the column named a.b
  EXPECT_EQ(taken({"d"}), std::vector<std::uint32_t>{6});
  EXPECT_EQ(taken({"d.e", "a.c", ""}), (std::vector<std::uint32_t>{2, 4, 7}));
  EXPECT_EQ(taken({"a.d"}).error().message(), "there is no column 'a.d'");
  EXPECT_EQ((*schema->requireLeaf("d.e"))->index, 7U);
}

TEST(SchemaTree, nestingAboveTheLimitIsRefused) {
  std::vector<SchemaElement> elements = {root(1)};
  for (int i = 0; i < 20'000; ++i) {
    elements.push_back(group("g", Repetition::kOptional, 1));
  }
  elements.push_back(leaf("c", Repetition::kRequired, PhysicalType::kInt32));
  EXPECT_EQ(schemaOf(elements).error().code(), ErrorCode::kLimit);
}

}  // namespace
}  // namespace parquet_flow::read
