// Goal: a schema that is taken can be written so that every reader accepts it; one that cannot is
// refused at the call that breaks it, which changes nothing.
//
// Method: trees from the format's documents with their levels worked out by hand; a table of each
// logical type with what it goes with and what it does not.
#include "schema/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "schema/logical_type.hpp"

namespace parquet_flow::schema {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kRequired = Repetition::kRequired;
constexpr auto kOptional = Repetition::kOptional;
constexpr auto kRepeated = Repetition::kRepeated;

template <class T>
void expectRefused(const Result<T>& result, const std::string& part,
                   ErrorCode code = ErrorCode::kInvalidArgument) {
  ASSERT_FALSE(result) << part;
  EXPECT_EQ(result.error().code(), code);
  EXPECT_THAT(result.error().message(), HasSubstr(part));
}

// The Document of the Dremel paper, figure 2; its levels stand in figure 3.
TEST(Schema, levelsOfTheDremelPaper) {
  Schema schema;
  ASSERT_EQ(*schema.addLeaf(kRoot, "DocId", PhysicalType::kInt64, kRequired), 0U);
  const auto links = schema.addGroup(kRoot, "Links", kOptional);
  ASSERT_EQ(*schema.addLeaf(*links, "Backward", PhysicalType::kInt64, kRepeated), 1U);
  ASSERT_EQ(*schema.addLeaf(*links, "Forward", PhysicalType::kInt64, kRepeated), 2U);
  const auto name = schema.addGroup(kRoot, "Name", kRepeated);
  const auto language = schema.addGroup(*name, "Language", kRepeated);
  ASSERT_TRUE(schema.addLeaf(*language, "Code", PhysicalType::kByteArray, kRequired));
  ASSERT_TRUE(schema.addLeaf(*language, "Country", PhysicalType::kByteArray, kOptional));
  ASSERT_TRUE(schema.addLeaf(*name, "Url", PhysicalType::kByteArray, kOptional));
  ASSERT_TRUE(schema.validate());

  struct Expected {
    const char* path;
    int definition;
    int repetition;
  };
  const Expected expected[] = {
      {"DocId", 0, 0},
      {"Links.Backward", 2, 1},
      {"Links.Forward", 2, 1},
      {"Name.Language.Code", 2, 2},
      {"Name.Language.Country", 3, 2},
      {"Name.Url", 2, 1},
  };
  ASSERT_EQ(schema.leaves().size(), std::size(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    const Leaf& leaf = schema.leaves()[i];
    EXPECT_EQ(leaf.index, i);
    EXPECT_EQ(leaf.dottedPath, expected[i].path);
    EXPECT_EQ(leaf.maxDefinitionLevel, expected[i].definition) << leaf.dottedPath;
    EXPECT_EQ(leaf.maxRepetitionLevel, expected[i].repetition) << leaf.dottedPath;
    EXPECT_EQ(schema.nodes()[leaf.node].leafIndex, i);
    EXPECT_EQ(schema.findLeaf(expected[i].path), &leaf);
  }
  EXPECT_THAT(schema.leaves()[4].path, ElementsAre("Name", "Language", "Country"));
  // Name is defined at 1 and Language, within it, at 2; Backward is REPEATED itself, below Links.
  EXPECT_THAT(schema.leaves()[4].repeatedDefinitionLevels, ElementsAre(1, 2));
  EXPECT_THAT(schema.leaves()[1].repeatedDefinitionLevels, ElementsAre(2));
  EXPECT_THAT(schema.leaves()[0].repeatedDefinitionLevels, ElementsAre());
  EXPECT_EQ(schema.findLeaf("Name.Language"), nullptr);
  EXPECT_EQ(schema.findLeaf(""), nullptr);
}

TEST(Schema, listAndMapHaveTheirRepeatedGroup) {
  Schema schema;
  const auto list = schema.addList(kRoot, "phones", kOptional);
  const auto phone = schema.addGroup(*list, "element", kOptional);
  ASSERT_TRUE(schema.addLeaf(*phone, "number", PhysicalType::kByteArray, kOptional));
  const auto map = schema.addMap(kRoot, "tags", kRequired);
  ASSERT_TRUE(schema.addLeaf(*map, "key", PhysicalType::kByteArray, kRequired));
  ASSERT_TRUE(schema.addLeaf(*map, "value", PhysicalType::kInt32, kOptional));
  ASSERT_TRUE(schema.validate());

  std::vector<std::string> names;
  for (const Node& node : schema.nodes()) {
    names.push_back(node.name);
  }
  EXPECT_THAT(names, ElementsAre("", "phones", "list", "element", "number", "tags", "key_value",
                                 "key", "value"));
  EXPECT_EQ(schema.nodes()[1].kind, NodeKind::kList);
  EXPECT_EQ(schema.nodes()[2].kind, NodeKind::kGroup);
  EXPECT_EQ(schema.nodes()[2].repetition, kRepeated);
  EXPECT_EQ(schema.nodes()[5].kind, NodeKind::kMap);
  EXPECT_THAT(schema.nodes()[0].children, ElementsAre(1, 5));
  EXPECT_THAT(schema.nodes()[5].children, ElementsAre(6));
  EXPECT_THAT(schema.nodes()[6].children, ElementsAre(7, 8));
  // phones: optional 1, list 2, element 3, number 4
  EXPECT_EQ(schema.leaves()[0].maxDefinitionLevel, 4);
  EXPECT_EQ(schema.leaves()[0].maxRepetitionLevel, 1);
  EXPECT_EQ(schema.leaves()[0].dottedPath, "phones.list.element.number");
  EXPECT_EQ(schema.leaves()[1].maxDefinitionLevel, 1);
  EXPECT_EQ(schema.leaves()[2].maxDefinitionLevel, 2);
}

TEST(Schema, namesAreUniqueAmongSiblingsAndUtf8) {
  Schema schema;
  const auto group = schema.addGroup(kRoot, "g", kRequired);
  ASSERT_TRUE(schema.addLeaf(*group, "a", PhysicalType::kInt32, kRequired));
  expectRefused(schema.addLeaf(*group, "a", PhysicalType::kInt32, kRequired),
                "\"g.a\" is there already");
  expectRefused(schema.addGroup(*group, "", kRequired), "the name of a child of \"g\" is empty");
  expectRefused(schema.addGroup(kRoot, "", kRequired), "the name of a child of the root is empty");
  for (const char* bad : {"\xFF", "\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "a\xE2\x82",
                          "\xF0\x80\x80\x80", "\xE0\x80\x80", "\xF4\x90\x80\x80", "\xC3("}) {
    expectRefused(schema.addGroup(*group, bad, kRequired), "not UTF-8");
  }
  EXPECT_TRUE(schema.addLeaf(*group, "Größe \xE2\x82\xAC \xF0\x9F\x93\x88", PhysicalType::kInt32,
                             kRequired));
  EXPECT_TRUE(schema.addLeaf(kRoot, "a", PhysicalType::kInt32, kRequired));
}

TEST(Schema, nodesAreAddedDepthFirst) {
  Schema schema;
  const auto first = schema.addGroup(kRoot, "first", kRequired);
  ASSERT_TRUE(schema.addLeaf(*first, "a", PhysicalType::kInt32, kRequired));
  const auto second = schema.addGroup(kRoot, "second", kRequired);
  ASSERT_TRUE(schema.addLeaf(*second, "a", PhysicalType::kInt32, kRequired));
  expectRefused(schema.addLeaf(*first, "b", PhysicalType::kInt32, kRequired), "comes too late");
  EXPECT_EQ(schema.leaves().size(), 2U);
  EXPECT_TRUE(schema.addLeaf(*second, "b", PhysicalType::kInt32, kRequired));
}

TEST(Schema, childrenGoUnderGroupsOnly) {
  Schema schema;
  const auto list = schema.addList(kRoot, "l", kOptional);
  expectRefused(schema.addLeaf(*list - 1, "x", PhysicalType::kInt32, kRequired),
                "\"l\" takes its children under its repeated group");
  ASSERT_TRUE(schema.addLeaf(*list, "element", PhysicalType::kInt32, kRequired));
  const std::uint32_t leafNode = schema.leaves()[0].node;
  expectRefused(schema.addLeaf(leafNode, "x", PhysicalType::kInt32, kRequired), "is a leaf");
  expectRefused(schema.addLeaf(99, "x", PhysicalType::kInt32, kRequired), "node 99");
}

TEST(Schema, listHasOneElementAndMapAKeyAndAValue) {
  Schema schema;
  const auto list = schema.addList(kRoot, "l", kOptional);
  expectRefused(schema.validate(), "\"l.list\" has no children");
  expectRefused(schema.addLeaf(*list, "element", PhysicalType::kInt32, kRepeated),
                "REQUIRED or OPTIONAL");
  ASSERT_TRUE(schema.addLeaf(*list, "element", PhysicalType::kInt32, kOptional));
  expectRefused(schema.addLeaf(*list, "b", PhysicalType::kInt32, kOptional), "one element");
  const auto map = schema.addMap(kRoot, "m", kOptional);
  expectRefused(schema.addLeaf(*map, "key", PhysicalType::kInt32, kOptional), "REQUIRED and named");
  expectRefused(schema.addLeaf(*map, "k", PhysicalType::kInt32, kRequired), "REQUIRED and named");
  ASSERT_TRUE(schema.addLeaf(*map, "key", PhysicalType::kInt32, kRequired));
  expectRefused(schema.validate(), "\"m\" is a MAP without a value");
  expectRefused(schema.addLeaf(*map, "v", PhysicalType::kInt32, kOptional), "named \"value\"");
  ASSERT_TRUE(schema.addLeaf(*map, "value", PhysicalType::kInt32, kOptional));
  expectRefused(schema.addLeaf(*map, "x", PhysicalType::kInt32, kOptional), "nothing more");
  ASSERT_TRUE(schema.validate());
  expectRefused(schema.addList(kRoot, "r", kRepeated), "not REPEATED");
  expectRefused(schema.addMap(kRoot, "r", kRepeated), "not REPEATED");
  EXPECT_EQ(schema.nodes().size(), 8U);
}

TEST(Schema, schemaWithoutColumnsOrWithAnEmptyGroupCannotBeWritten) {
  Schema schema;
  expectRefused(schema.validate(), "no columns");
  ASSERT_TRUE(schema.addLeaf(kRoot, "a", PhysicalType::kInt32, kRequired));
  ASSERT_TRUE(schema.validate());
  ASSERT_TRUE(schema.addGroup(kRoot, "g", kRequired));
  expectRefused(schema.validate(), "\"g\" has no children");
}

TEST(Schema, fieldIdsAreOnAllFieldsOrOnNone) {
  Schema schema;
  ASSERT_TRUE(schema.addLeaf(kRoot, "a", PhysicalType::kInt32, kRequired, 0, {}, 0));
  const auto list = schema.addList(kRoot, "l", kOptional, 1);
  ASSERT_TRUE(schema.addLeaf(*list, "element", PhysicalType::kInt32, kOptional, 0, {}, 2));
  ASSERT_TRUE(schema.validate()) << "the repeated group of a LIST is not a field";
  expectRefused(schema.addLeaf(kRoot, "b", PhysicalType::kInt32, kRequired, 0, {}, -2),
                "field id -2");
  ASSERT_TRUE(schema.addLeaf(kRoot, "b", PhysicalType::kInt32, kRequired));
  expectRefused(schema.validate(), "\"b\" has no field id");
}

TEST(Schema, nestingEndsAtItsLimit) {
  Schema schema;
  std::uint32_t parent = kRoot;
  for (std::uint32_t depth = 1; depth < kNestingDepthMax; ++depth) {
    const auto node = schema.addGroup(parent, "g", kRepeated);
    ASSERT_TRUE(node) << depth;
    parent = *node;
  }
  // Depth 99: one level is left, for a leaf or a group, not for a LIST.
  expectRefused(schema.addList(parent, "l", kOptional), "nested more than 100", ErrorCode::kLimit);
  ASSERT_TRUE(schema.addLeaf(parent, "leaf", PhysicalType::kInt32, kRepeated));
  EXPECT_EQ(schema.leaves()[0].maxDefinitionLevel, 100);
  EXPECT_EQ(schema.leaves()[0].maxRepetitionLevel, 100);
  const auto last = schema.addGroup(parent, "g", kRepeated);
  ASSERT_TRUE(last);
  expectRefused(schema.addLeaf(*last, "leaf", PhysicalType::kInt32, kRequired),
                "nested more than 100", ErrorCode::kLimit);
}

TEST(Schema, enumerationsOutOfRangeAreRefused) {
  Schema schema;
  expectRefused(schema.addLeaf(kRoot, "a", static_cast<PhysicalType>(8), kRequired),
                "physical type 8");
  expectRefused(schema.addLeaf(kRoot, "a", PhysicalType::kInt32, static_cast<Repetition>(3)),
                "repetition 3");
  expectRefused(schema.addLeaf(kRoot, "a", PhysicalType::kInt32, kRequired, 0,
                               {static_cast<LogicalKind>(14), 0, 0}),
                "logical type 14");
}

TEST(Schema, onlyFixedLenByteArrayHasALength) {
  Schema schema;
  const auto add = [&](PhysicalType type, std::uint32_t length) {
    return schema.addLeaf(kRoot, "c" + std::to_string(schema.leaves().size()), type, kRequired,
                          length);
  };
  expectRefused(add(PhysicalType::kFixedLenByteArray, 0), "length");
  expectRefused(add(PhysicalType::kFixedLenByteArray, kFixedLenBytesMax + 1), "1048577");
  expectRefused(add(PhysicalType::kInt32, 4), "FIXED_LEN_BYTE_ARRAY only");
  expectRefused(add(PhysicalType::kByteArray, 4), "FIXED_LEN_BYTE_ARRAY only");
  EXPECT_TRUE(add(PhysicalType::kFixedLenByteArray, 1));
  EXPECT_TRUE(add(PhysicalType::kFixedLenByteArray, kFixedLenBytesMax));
}

struct LogicalCase {
  PhysicalType type;
  std::uint32_t typeLength;
  LogicalType logical;
  bool valid;
};

TEST(LogicalType, goesWithItsPhysicalTypesAndParametersOnly) {
  using P = PhysicalType;
  using L = LogicalKind;
  const LogicalCase cases[] = {
      {P::kByteArray, 0, {L::kString, 0, 0}, true},
      {P::kInt32, 0, {L::kString, 0, 0}, false},
      {P::kByteArray, 0, {L::kString, 1, 0}, false},  // no parameters
      {P::kByteArray, 0, {L::kEnum, 0, 0}, true},
      {P::kFixedLenByteArray, 4, {L::kEnum, 0, 0}, false},
      {P::kByteArray, 0, {L::kJson, 0, 0}, true},
      {P::kInt64, 0, {L::kJson, 0, 0}, false},
      {P::kByteArray, 0, {L::kBson, 0, 0}, true},
      {P::kInt64, 0, {L::kBson, 0, 0}, false},
      {P::kFixedLenByteArray, 16, {L::kUuid, 0, 0}, true},
      {P::kFixedLenByteArray, 15, {L::kUuid, 0, 0}, false},
      {P::kByteArray, 0, {L::kUuid, 0, 0}, false},
      {P::kInt32, 0, {L::kDecimal, 9, 2}, true},
      {P::kInt32, 0, {L::kDecimal, 10, 2}, false},
      {P::kInt32, 0, {L::kDecimal, 0, 0}, false},
      {P::kInt32, 0, {L::kDecimal, 5, 6}, false},  // scale above precision
      {P::kInt32, 0, {L::kDecimal, 5, -1}, false},
      {P::kInt32, 0, {L::kDecimal, 5, 5}, true},
      {P::kInt64, 0, {L::kDecimal, 18, 0}, true},
      {P::kInt64, 0, {L::kDecimal, 19, 0}, false},
      {P::kByteArray, 0, {L::kDecimal, 1000, 10}, true},
      {P::kFixedLenByteArray, 1, {L::kDecimal, 2, 0}, true},  // 127
      {P::kFixedLenByteArray, 1, {L::kDecimal, 3, 0}, false},
      {P::kFixedLenByteArray, 16, {L::kDecimal, 38, 9}, true},  // 2^127 - 1 = 1.7e38
      {P::kFixedLenByteArray, 16, {L::kDecimal, 39, 9}, false},
      {P::kDouble, 0, {L::kDecimal, 5, 2}, false},
      {P::kInt32, 0, {L::kDate, 0, 0}, true},
      {P::kInt64, 0, {L::kDate, 0, 0}, false},
      {P::kInt32, 0, {L::kTime, 0, 1}, true},
      {P::kInt64, 0, {L::kTime, 0, 1}, false},  // ms
      {P::kInt64, 0, {L::kTime, 1, 0}, true},
      {P::kInt64, 0, {L::kTime, 2, 1}, true},
      {P::kInt32, 0, {L::kTime, 2, 1}, false},
      {P::kInt64, 0, {L::kTime, 3, 1}, false},
      {P::kInt64, 0, {L::kTime, 1, 2}, false},
      {P::kInt64, 0, {L::kTimestamp, 0, 0}, true},
      {P::kInt64, 0, {L::kTimestamp, 2, 1}, true},
      {P::kInt64, 0, {L::kTimestamp, -1, 1}, false},
      {P::kInt96, 0, {L::kTimestamp, 2, 1}, false},
      {P::kInt64, 0, {L::kTimestamp, 2, 7}, false},
      {P::kInt32, 0, {L::kInteger, 8, 1}, true},
      {P::kInt32, 0, {L::kInteger, 16, 0}, true},
      {P::kInt32, 0, {L::kInteger, 32, 1}, true},
      {P::kInt64, 0, {L::kInteger, 64, 0}, true},
      {P::kInt32, 0, {L::kInteger, 64, 0}, false},
      {P::kInt64, 0, {L::kInteger, 32, 0}, false},
      {P::kInt32, 0, {L::kInteger, 24, 0}, false},
      {P::kInt32, 0, {L::kInteger, 8, 2}, false},
      {P::kFixedLenByteArray, 2, {L::kFloat16, 0, 0}, true},
      {P::kFloat, 0, {L::kFloat16, 0, 0}, false},
      {P::kFixedLenByteArray, 12, {L::kInterval, 0, 0}, true},
      {P::kFixedLenByteArray, 13, {L::kInterval, 0, 0}, false},
      {P::kBoolean, 0, {L::kNone, 0, 0}, true},
      {P::kBoolean, 0, {L::kNone, 0, 1}, false},
  };
  for (const LogicalCase& c : cases) {
    Schema schema;
    const auto added = schema.addLeaf(kRoot, "column", c.type, kOptional, c.typeLength, c.logical);
    EXPECT_EQ(added.has_value(), c.valid)
        << physicalTypeName(c.type) << "(" << c.typeLength << ") logical "
        << static_cast<int>(c.logical.kind) << " " << c.logical.a << " " << c.logical.b;
    if (!added) {
      EXPECT_THAT(added.error().message(), HasSubstr("\"column\""));
      EXPECT_EQ(schema.nodes().size(), 1U);
      EXPECT_TRUE(schema.leaves().empty());
    }
  }
}

// Encodings of the largest value: n bytes hold 2^(8n - 1) - 1.
TEST(LogicalType, decimalDigitsOfAFixedLength) {
  // The digits of 127, 32767, 8388607, 2147483647, 549755813887, 140737488355327,
  // 36028797018963967 and 9223372036854775807, less one.
  const std::int32_t expected[] = {2, 4, 6, 9, 11, 14, 16, 18};
  for (std::uint32_t bytes = 1; bytes <= 8; ++bytes) {
    EXPECT_EQ(decimalPrecisionMax(PhysicalType::kFixedLenByteArray, bytes), expected[bytes - 1]);
  }
}

TEST(PhysicalType, widthsAndNames) {
  EXPECT_EQ(fixedWidth(PhysicalType::kBoolean, 0), 0U);
  EXPECT_EQ(fixedWidth(PhysicalType::kInt32, 0), 4U);
  EXPECT_EQ(fixedWidth(PhysicalType::kInt64, 0), 8U);
  EXPECT_EQ(fixedWidth(PhysicalType::kInt96, 0), 12U);
  EXPECT_EQ(fixedWidth(PhysicalType::kFloat, 0), 4U);
  EXPECT_EQ(fixedWidth(PhysicalType::kDouble, 0), 8U);
  EXPECT_EQ(fixedWidth(PhysicalType::kByteArray, 0), 0U);
  EXPECT_EQ(fixedWidth(PhysicalType::kFixedLenByteArray, 7), 7U);
  EXPECT_EQ(physicalTypeName(PhysicalType::kInt96), "INT96");
  EXPECT_EQ(physicalTypeName(PhysicalType::kFixedLenByteArray), "FIXED_LEN_BYTE_ARRAY");
}

}  // namespace
}  // namespace parquet_flow::schema
