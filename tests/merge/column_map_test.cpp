// Goal: columns become others by the stated rules alone. Method: pairs of schemas of one column,
// and what is to come of each.
#include "merge/column_map.hpp"

#include <gtest/gtest.h>

#include "support/expect_result.hpp"

namespace parquet_flow::merge {
namespace {

using schema::LogicalKind;
using schema::LogicalType;
using schema::PhysicalType;
using schema::Repetition;
using schema::Schema;

struct Kind {
  PhysicalType type = PhysicalType::kInt32;
  LogicalType logical = {};
  Repetition repetition = Repetition::kOptional;
  std::uint32_t length = 0;
};

Schema schemaOf(const Kind& kind) {
  Schema schema;
  PF_EXPECT_OK(
      schema.addLeaf(schema::kRoot, "k", kind.type, kind.repetition, kind.length, kind.logical));
  return schema;
}

constexpr LogicalType integer(std::int32_t bits, bool isSigned) {
  return {LogicalKind::kInteger, bits, isSigned ? 1 : 0};
}

struct Pair {
  Kind from;
  Kind to;
  bool fits;
  LeafSource source = LeafSource::kColumn;
  bool isIdentity = false;
};

TEST(ColumnMapTest, columnsOfAnotherTypeWidenByTheRules) {
  constexpr auto kInt64 = PhysicalType::kInt64;
  constexpr auto kRequired = Repetition::kRequired;
  constexpr auto kFixed = PhysicalType::kFixedLenByteArray;
  const Pair pairs[] = {
      {{}, {}, true, LeafSource::kColumn, true},
      {{.logical = integer(32, true)}, {}, true, LeafSource::kColumn, true},
      {{.repetition = kRequired}, {}, true},
      {{}, {.repetition = kRequired}, false},
      {{}, {.type = kInt64}, true, LeafSource::kSignExtended},
      {{.type = kInt64}, {}, false},
      {{.logical = integer(8, true)}, {}, true},
      {{}, {.logical = integer(8, true)}, false},
      {{.logical = integer(16, false)}, {}, true},
      {{.logical = integer(32, false)}, {}, false},
      {{.logical = integer(32, false)}, {.type = kInt64}, true, LeafSource::kZeroExtended},
      {{.logical = integer(32, false)},
       {.type = kInt64, .logical = integer(64, false)},
       true,
       LeafSource::kZeroExtended},
      {{}, {.type = kInt64, .logical = integer(64, false)}, false},
      {{.type = PhysicalType::kFloat},
       {.type = PhysicalType::kDouble},
       true,
       LeafSource::kToDouble},
      {{.type = PhysicalType::kDouble}, {.type = PhysicalType::kFloat}, false},
      {{.logical = {LogicalKind::kDate}}, {}, false},
      {{.type = kInt64, .logical = {LogicalKind::kTimestamp, 1, 1}},
       {.type = kInt64, .logical = {LogicalKind::kTimestamp, 2, 1}},
       false},
      {{.logical = {LogicalKind::kDecimal, 9, 2}},
       {.type = kFixed, .logical = {LogicalKind::kDecimal, 9, 2}, .length = 16},
       true,
       LeafSource::kDecimal},
      {{.logical = {LogicalKind::kDecimal, 9, 2}},
       {.type = kInt64, .logical = {LogicalKind::kDecimal, 8, 2}},
       false},
      {{.logical = {LogicalKind::kDecimal, 5, 2}},
       {.logical = {LogicalKind::kDecimal, 6, 3}},
       false},
      {{.type = PhysicalType::kByteArray},
       {.type = PhysicalType::kByteArray, .logical = {LogicalKind::kString}},
       false},
  };
  for (std::size_t i = 0; i < std::size(pairs); ++i) {
    SCOPED_TRACE("pair " + std::to_string(i));
    const auto map = mapColumns(schemaOf(pairs[i].from), schemaOf(pairs[i].to));
    ASSERT_EQ(map.has_value(), pairs[i].fits);
    if (!map) {
      EXPECT_NE(map.error().message().find("column 'k'"), std::string::npos);
      continue;
    }
    EXPECT_EQ(map->leaves[0].source, pairs[i].source);
    EXPECT_EQ(map->isIdentity, pairs[i].isIdentity);
  }
}

TEST(ColumnMapTest, columnsGoByTheirNamesAndMissingOnesAreNull) {
  Schema from;
  PF_EXPECT_OK(from.addLeaf(schema::kRoot, "b", PhysicalType::kDouble, Repetition::kOptional));
  PF_EXPECT_OK(from.addLeaf(schema::kRoot, "a", PhysicalType::kInt32, Repetition::kOptional));
  Schema to;
  PF_EXPECT_OK(to.addLeaf(schema::kRoot, "a", PhysicalType::kInt32, Repetition::kOptional));
  PF_EXPECT_OK(to.addLeaf(schema::kRoot, "z", PhysicalType::kInt32, Repetition::kOptional));
  PF_EXPECT_OK(to.addLeaf(schema::kRoot, "b", PhysicalType::kDouble, Repetition::kOptional));
  PF_ASSERT_OK_ASSIGN(const ColumnMap map, mapColumns(from, to));
  EXPECT_FALSE(map.isIdentity);
  EXPECT_EQ(map.leaves[0].leaf, 1U);
  EXPECT_EQ(map.leaves[1].source, LeafSource::kNull);
  EXPECT_EQ(map.leaves[2].leaf, 0U);
  PF_EXPECT_ERROR(mapColumns(to, from), ErrorCode::kInvalidArgument, "column 'z'");
}

TEST(ColumnMapTest, aNameThatIsThereTwiceIsRefused) {
  Schema to(schema::NameRule::kAny);
  PF_EXPECT_OK(to.addLeaf(schema::kRoot, "px", PhysicalType::kDouble, Repetition::kOptional));
  PF_EXPECT_OK(to.addLeaf(schema::kRoot, "", PhysicalType::kDouble, Repetition::kOptional));
  Schema from(schema::NameRule::kAny);
  for (const char* const name : {"px", "", "px"}) {
    PF_EXPECT_OK(from.addLeaf(schema::kRoot, name, PhysicalType::kDouble, Repetition::kOptional));
  }
  PF_EXPECT_ERROR(mapColumns(from, to), ErrorCode::kUnsupported, "column 'px' is there twice");
  PF_EXPECT_ERROR(checkColumnNames(from), ErrorCode::kUnsupported, "column 'px' is there twice");
  PF_EXPECT_OK(checkColumnNames(to));
}

// The names inside of a list are each writer's own; those of a struct are not.
TEST(ColumnMapTest, namesInsideOfAListDoNotCount) {
  const auto listOf = [](const char* element, const char* field) {
    Schema schema;
    auto list = schema.addList(schema::kRoot, "l", Repetition::kOptional);
    auto group = schema.addGroup(*list, element, Repetition::kOptional);
    PF_EXPECT_OK(schema.addLeaf(*group, field, PhysicalType::kInt32, Repetition::kOptional));
    return schema;
  };
  PF_ASSERT_OK_ASSIGN(const ColumnMap map, mapColumns(listOf("item", "x"), listOf("element", "x")));
  EXPECT_TRUE(map.isIdentity);
  PF_EXPECT_ERROR(mapColumns(listOf("element", "x"), listOf("element", "y")),
                  ErrorCode::kInvalidArgument, "column 'l'");
}

struct Form {
  const char* says;
  void (*build)(Schema&);
};

std::uint32_t addGroup(Schema& schema, std::uint32_t parent, const char* name,
                       Repetition repetition = Repetition::kOptional) {
  const auto group = schema.addGroup(parent, name, repetition);
  PF_EXPECT_OK(group);
  return group.value_or(schema::kRoot);
}

std::uint32_t addList(Schema& schema, std::uint32_t parent, const char* name) {
  const auto list = schema.addList(parent, name, Repetition::kOptional);
  PF_EXPECT_OK(list);
  return list.value_or(schema::kRoot);
}

void addInt(Schema& schema, std::uint32_t parent, const char* name,
            PhysicalType type = PhysicalType::kInt32, Repetition repetition = Repetition::kOptional,
            LogicalType logical = {}) {
  PF_EXPECT_OK(schema.addLeaf(parent, name, type, repetition, 0, logical));
}

// The output has "a": a group of "x", INT32, and "l", a list of groups "element" of "y" and "z".
void addElement(Schema& schema, std::uint32_t list, PhysicalType type, Repetition repetition,
                LogicalType logical = {}) {
  const std::uint32_t element = addGroup(schema, list, "item");
  addInt(schema, element, "y", type, repetition, logical);
  addInt(schema, element, "z");
}

TEST(ColumnMapTest, aColumnOfAnotherFormSaysWhichMemberDiffersAndHow) {
  Schema to;
  const std::uint32_t group = addGroup(to, schema::kRoot, "a");
  addInt(to, group, "x");
  const std::uint32_t element = addGroup(to, addList(to, group, "l"), "element");
  addInt(to, element, "y");
  addInt(to, element, "z");
  constexpr auto kInt32 = PhysicalType::kInt32;
  constexpr auto kOptional = Repetition::kOptional;
  const Form forms[] = {
      {"'a' is single values, and a group in the output",
       [](Schema& from) { addInt(from, schema::kRoot, "a"); }},
      {"'a' is required, and optional in the output",
       [](Schema& from) {
         addInt(from, addGroup(from, schema::kRoot, "a", Repetition::kRequired), "x");
       }},
      {"'a.l' is missing",
       [](Schema& from) { addInt(from, addGroup(from, schema::kRoot, "a"), "x"); }},
      {"'a.w' is not in the output",
       [](Schema& from) {
         const std::uint32_t a = addGroup(from, schema::kRoot, "a");
         addInt(from, a, "x");
         addElement(from, addList(from, a, "l"), kInt32, kOptional);
         addInt(from, a, "w");
       }},
      {"'a' has its members in another order or number",
       [](Schema& from) {
         const std::uint32_t a = addGroup(from, schema::kRoot, "a");
         addElement(from, addList(from, a, "l"), kInt32, kOptional);
         addInt(from, a, "x");
       }},
      {"'a.l' is single values, and a list in the output",
       [](Schema& from) {
         const std::uint32_t a = addGroup(from, schema::kRoot, "a");
         addInt(from, a, "x");
         addInt(from, a, "l");
       }},
      {"'a.l.list.item.y' is INT64, and INT32 in the output",
       [](Schema& from) {
         const std::uint32_t a = addGroup(from, schema::kRoot, "a");
         addInt(from, a, "x");
         addElement(from, addList(from, a, "l"), PhysicalType::kInt64, kOptional);
       }},
      {"'a.l.list.item.y' is required, and optional in the output",
       [](Schema& from) {
         const std::uint32_t a = addGroup(from, schema::kRoot, "a");
         addInt(from, a, "x");
         addElement(from, addList(from, a, "l"), kInt32, Repetition::kRequired);
       }},
      {"'a.l.list.item.y' is one logical type of INT32, and another in the output",
       [](Schema& from) {
         const std::uint32_t a = addGroup(from, schema::kRoot, "a");
         addInt(from, a, "x");
         addElement(from, addList(from, a, "l"), kInt32, kOptional, {LogicalKind::kDate});
       }},
  };
  for (const Form& form : forms) {
    Schema from;
    form.build(from);
    PF_EXPECT_ERROR(mapColumns(from, to), ErrorCode::kInvalidArgument,
                    std::string("column 'a' has another form than in the output: ") + form.says);
  }
}

}  // namespace
}  // namespace parquet_flow::merge
