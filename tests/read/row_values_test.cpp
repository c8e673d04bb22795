// Goal: rows come out of columns as they were written, in whichever form lists and maps were kept;
// columns that contradict each other are refused, and so are null keys and rows of too many values.
//
// Method: random files through batches of any size against the rows that were written; schemas and
// levels by hand, those of README.md, "Nested Encoding", and LogicalTypes.md, against rows as text.
#include "read/row_values.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "format/parquet_types.h"
#include "io/memory_file.hpp"
#include "made_columns.hpp"
#include "made_files.hpp"
#include "read/file_reader.hpp"
#include "read/schema_tree.hpp"

namespace parquet_flow::read {
namespace {

using namespace test;
using column::Value;
using format::ConvertedType;
using schema::PhysicalType;

Value leafOf(PhysicalType type, ConstBytes bytes) {
  switch (type) {
    case PhysicalType::kBoolean:
      return Value(bytes[0] != std::byte{0});
    case PhysicalType::kInt32:
      return Value(loadLe<std::int32_t>(bytes.data()));
    case PhysicalType::kInt64:
      return Value(loadLe<std::int64_t>(bytes.data()));
    case PhysicalType::kFloat:
      return Value(Value::Float{loadLe<std::uint32_t>(bytes.data())});
    case PhysicalType::kDouble:
      return Value(Value::Double{loadLe<std::uint64_t>(bytes.data())});
    default:
      return Value(std::string(asText(bytes)));
  }
}

// The entries of maps as groups.
Value treeOf(const RowValues& values, const RowValue& value) {
  if (value.isNull) return Value{};
  const RowField& field = values.fields()[value.field];
  if (field.kind == ShapeKind::kLeaf) {
    return leafOf(values.leaf(field).type, {value.data, value.count});
  }
  std::vector<Value> children;
  for (const RowValue& child : values.children(value)) {
    children.push_back(treeOf(values, child));
  }
  if (field.kind == ShapeKind::kStruct) return Value(Value::Group{std::move(children)});
  Value::List list;
  for (std::size_t i = 0; i < children.size(); i += field.kind == ShapeKind::kMap ? 2 : 1) {
    list.elements.push_back(field.kind == ShapeKind::kMap
                                ? Value(Value::Group{{children[i], children[i + 1]}})
                                : children[i]);
  }
  return Value(std::move(list));
}

Value rowOf(const RowValues& values) { return treeOf(values, values.all().back()); }

Result<Rows> rowsOf(const std::string& bytes, const BatchOptions& options) {
  PF_TRY_ASSIGN(const auto file,
                FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(bytes), "f")));
  PF_TRY_ASSIGN(const auto batches, BatchReader::create(*file, options));
  std::vector<bool> isTaken(file->schema().leaves().size());
  for (const std::uint32_t leaf : batches->leaves()) isTaken[leaf] = true;
  RowValues values(file->schema(), pruned(file->shape(), isTaken), batches->leaves(), UINT64_MAX);
  Rows rows;
  ColumnBatch batch;
  for (;;) {
    PF_TRY_ASSIGN(const bool isThere, batches->next(batch));
    if (!isThere) return rows;
    PF_TRY(values.begin(batch));
    while (values.hasNext()) {
      PF_TRY(values.next());
      rows.push_back(rowOf(values));
    }
  }
}

struct RandomFile {
  explicit RandomFile(std::uint64_t seed) : random(seed, seed % 2 == 0 ? 5 : 0) {
    schema = std::make_shared<const schema::Schema>(random.makeSchema(4));
    const column::RowPlan plan(*schema);
    std::vector<Rows> rowGroups(2);
    for (Rows& rows : rowGroups) {
      rows.resize(1 + random.below(400));
      std::generate(rows.begin(), rows.end(), [&] { return random.makeRow(plan); });
      all.insert(all.end(), rows.begin(), rows.end());
    }
    bytes = fileOf(schema, anyOptions(random), rowGroups);
  }
  RandomRows random;
  std::shared_ptr<const schema::Schema> schema;
  Rows all;
  std::string bytes;
};

TEST(RowValues, randomFilesComeBackAsTheyWereWritten) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    RandomFile file(seed);
    BatchOptions options;
    options.batchRows = 1 + file.random.below(500);
    const auto rows = rowsOf(file.bytes, options);
    ASSERT_TRUE(rows) << rows.error().message();
    ASSERT_EQ(*rows, file.all) << "seed " << seed;
  }
}

TEST(RowValues, eachColumnAloneIsThatOfTheWholeRows) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    RandomFile file(seed);
    const auto leaves = file.schema->leaves();
    std::size_t column = 0;
    for (std::uint32_t leaf = 0; leaf < leaves.size(); ++column) {
      BatchOptions options;
      const std::string& name = leaves[leaf].path[0];
      for (; leaf < leaves.size() && leaves[leaf].path[0] == name; ++leaf) {
        options.leaves.push_back(leaf);
      }
      options.firstRow = file.random.below(file.all.size());
      const auto alone = rowsOf(file.bytes, options);
      ASSERT_TRUE(alone) << alone.error().message();
      ASSERT_EQ(alone->size(), file.all.size() - options.firstRow);
      for (std::size_t row = 0; row < alone->size(); ++row) {
        const Value& whole = file.all[options.firstRow + row];
        ASSERT_EQ((*alone)[row].as<Value::Group>()->children,
                  (std::vector<Value>{whole.as<Value::Group>()->children[column]}))
            << "seed " << seed << " row " << row;
      }
    }
  }
}

Value groupOf(std::vector<Value> children) { return Value(Value::Group{std::move(children)}); }
Value listOf(std::vector<Value> elements) { return Value(Value::List{std::move(elements)}); }
Value numberOf(std::int32_t value) { return Value(value); }

TEST(RowValues, leavesOfGroupsListsAndMapsAreLeftOut) {
  schema::Schema built;
  const auto point = *built.addGroup(schema::kRoot, "point", kOptional);
  (void)*built.addLeaf(point, "x", PhysicalType::kInt32, kRequired);
  (void)*built.addLeaf(point, "y", PhysicalType::kInt32, kRequired);
  const auto pairs = *built.addList(schema::kRoot, "pairs", kRequired);
  const auto pair = *built.addGroup(pairs, "element", kRequired);
  (void)*built.addLeaf(pair, "a", PhysicalType::kInt32, kRequired);
  (void)*built.addLeaf(pair, "b", PhysicalType::kInt32, kRequired);
  const auto map = *built.addMap(schema::kRoot, "map", kRequired);
  (void)*built.addLeaf(map, "key", PhysicalType::kInt32, kRequired);
  (void)*built.addLeaf(map, "value", PhysicalType::kInt32, kRequired);
  const Rows rows = {
      groupOf({groupOf({numberOf(1), numberOf(2)}), listOf({groupOf({numberOf(3), numberOf(4)})}),
               listOf({groupOf({numberOf(5), numberOf(6)})})}),
      groupOf({Value(), listOf({}), listOf({})}),
  };
  const std::string bytes =
      fileOf(std::make_shared<const schema::Schema>(std::move(built)), {}, {rows});
  EXPECT_EQ(*rowsOf(bytes, {}), rows);
  BatchOptions options;
  options.leaves = {1, 2};  // point.y, pairs.list.element.a
  EXPECT_EQ(*rowsOf(bytes, options),
            (Rows{groupOf({groupOf({numberOf(2)}), listOf({groupOf({numberOf(3)})})}),
                  groupOf({Value(), listOf({})})}));
  options.leaves = {4};  // map.key_value.key: a list of groups of the keys
  EXPECT_EQ(*rowsOf(bytes, options),
            (Rows{groupOf({listOf({groupOf({numberOf(5)})})}), groupOf({listOf({})})}));
}

// Rows as text, or why they are refused.
std::string textOf(const std::vector<SchemaElement>& elements, const std::vector<Column>& columns,
                   std::uint64_t valuesMax = UINT64_MAX) {
  const auto schema = schemaOf(elements);
  EXPECT_TRUE(schema) << schema.error().message();
  const Shape shape = shapeOf(*schema, elements);
  std::vector<std::uint32_t> leaves;
  ColumnBatch batch;
  batch.columns.resize(columns.size());
  for (std::uint32_t i = 0; i < columns.size(); ++i) {
    leaves.push_back(i);
    fill(schema->leaves()[i], columns[i], batch.columns[i]);
  }
  batch.rows = batch.columns[0].rows;
  RowValues values(*schema, shape, leaves, valuesMax);
  Result<void> done = values.begin(batch);
  std::string text;
  while (done && values.hasNext()) {
    done = values.next();
    if (done) text += rowOf(values).toString();
  }
  return done ? text : done.error().message();
}

TEST(RowValues, listsOfEachForm) {
  // optional group l (LIST) { repeated group list { optional int32 element } }
  EXPECT_EQ(textOf({root(1), annotated(group("l", kOptional, 1), ConvertedType::LIST),
                    group("list", kRepeated, 1), leaf("element", kOptional)},
                   {{{0, 1, 3, 2, 3}, {0, 0, 0, 1, 1}}}),
            "{null}{[]}{[0, null, 2]}");
  // optional group l (LIST) { repeated int32 array }: of two levels
  EXPECT_EQ(textOf({root(1), annotated(group("l", kOptional, 1), ConvertedType::LIST),
                    leaf("array", kRepeated)},
                   {{{0, 1, 2, 2}, {0, 0, 0, 1}}}),
            "{null}{[]}{[0, 1]}");
  // ... { repeated group array { required int32 a } }: the group is the element
  EXPECT_EQ(textOf({root(1), annotated(group("l", kOptional, 1), ConvertedType::LIST),
                    group("array", kRepeated, 1), leaf("a", kRequired)},
                   {{{2, 2, 1}, {0, 1, 0}}}),
            "{[{0}, {1}]}{[]}");
  // repeated int32, and repeated group { optional int32 a, required int32 b }, in no LIST
  EXPECT_EQ(textOf({root(1), leaf("x", kRepeated)}, {{{0, 1, 1}, {0, 0, 1}}}), "{[]}{[0, 1]}");
  EXPECT_EQ(textOf({root(1), group("g", kRepeated, 2), leaf("a", kOptional), leaf("b", kRequired)},
                   {{{0, 1, 2}, {0, 0, 1}}, {{0, 1, 1}, {0, 0, 1}}}),
            "{[]}{[{null, 0}, {1, 1}]}");
  // A list of lists: [[0, 1], [], null, [2]] and [].
  EXPECT_EQ(textOf({root(1), annotated(group("l", kRequired, 1), ConvertedType::LIST),
                    group("list", kRepeated, 1),
                    annotated(group("element", kOptional, 1), ConvertedType::LIST),
                    group("list", kRepeated, 1), leaf("element", kRequired)},
                   {{{3, 3, 2, 1, 3, 0}, {0, 2, 1, 1, 1, 0}}}),
            "{[[0, 1], [], null, [2]]}{[]}");
}

TEST(RowValues, mapsOfEachForm) {
  for (const auto annotation : {ConvertedType::MAP, ConvertedType::MAP_KEY_VALUE}) {
    EXPECT_EQ(textOf({root(1), annotated(group("m", kOptional, 1), annotation),
                      group("map", kRepeated, 2), leaf("key", kRequired), leaf("value", kOptional)},
                     {{{2, 2, 1, 0}, {0, 1, 0, 0}}, {{3, 2, 1, 0}, {0, 1, 0, 0}}}),
              "{[{0, 0}, {1, null}]}{[]}{null}");
  }
  // Without values it is a list of the keys.
  EXPECT_EQ(textOf({root(1), annotated(group("m", kOptional, 1), ConvertedType::MAP),
                    group("map", kRepeated, 1), leaf("key", kRequired)},
                   {{{2, 2, 0}, {0, 1, 0}}}),
            "{[0, 1]}{null}");
}

TEST(RowValues, groupsThatAreNullAndGroupsOfNulls) {
  // optional group g { optional group h { optional int32 a } required int32 b }
  EXPECT_EQ(textOf({root(1), group("g", kOptional, 2), group("h", kOptional, 1),
                    leaf("a", kOptional), leaf("b", kRequired)},
                   {{{0, 1, 2, 3}, {}}, {{0, 1, 1, 1}, {}}}),
            "{null}{{null, 1}}{{{null}, 2}}{{{3}, 3}}");
}

TEST(RowValues, keysThatAreNull) {
  const std::vector<SchemaElement> elements = {
      root(1), annotated(group("m", kOptional, 1), ConvertedType::MAP),
      group("key_value", kRepeated, 2), leaf("key", kOptional), leaf("value", kOptional)};
  const Column values = {{3, 2, 3}, {0, 0, 1}};
  EXPECT_EQ(textOf(elements, {{{3, 2, 3}, {0, 0, 1}}, values}),
            "column 'm.key_value.key' is null, and the key of a map");
  EXPECT_EQ(textOf(elements, {{{3, 3, 3}, {0, 0, 1}}, values}), "{[{0, 0}]}{[{1, null}, {2, 2}]}");
}

TEST(RowValues, columnsThatContradictEachOther) {
  const std::vector<SchemaElement> elements = {
      root(1),
      annotated(group("l", kOptional, 1), ConvertedType::LIST),
      group("list", kRepeated, 1),
      group("element", kOptional, 2),
      leaf("a", kRequired),
      leaf("b", kOptional)};
  const Column one = {{3, 3, 3}, {0, 0, 1}};
  constexpr const char* kRepeats =
      "column 'l.list.element.b' does not repeat as the columns beside it do";
  constexpr const char* kAbsent =
      "column 'l.list.element.b' is absent where the columns beside it are present, or the reverse";
  EXPECT_EQ(textOf(elements, {one, {{4, 3, 4}, {0, 0, 1}}}), "{[{0, 0}]}{[{1, null}, {2, 2}]}");
  // [{}], [{}, {}] beside [{}, {}], [{}]; beside one more in the last row, and one less.
  EXPECT_EQ(textOf(elements, {one, {{4, 4, 4}, {0, 1, 0}}}), kRepeats);
  EXPECT_EQ(textOf(elements, {one, {{4, 4, 4, 4}, {0, 0, 1, 1}}}), kRepeats);
  EXPECT_EQ(textOf(elements, {one, {{4, 4}, {0, 0}}}),
            "column 'l.list.element.b' ends within a row");
  // The second element is null for one alone, and for the other; an empty list and one that is
  // null.
  EXPECT_EQ(textOf(elements, {one, {{4, 2, 4}, {0, 0, 1}}}),
            "column 'l.list.element.b' is null where it cannot be");
  EXPECT_EQ(textOf(elements, {{{3, 2, 3}, {0, 0, 1}}, {{4, 3, 4}, {0, 0, 1}}}), kAbsent);
  EXPECT_EQ(textOf(elements, {{{3, 1}, {0, 0}}, {{3, 0}, {0, 0}}}), kAbsent);
  // A row without entries; elements, and lists behind the first element, that are not there.
  EXPECT_EQ(textOf(elements, {one, {{4}, {0}}}),
            "column 'l.list.element.b' has fewer entries than there are rows");
  EXPECT_EQ(textOf({root(1), leaf("x", kRepeated)}, {{{1, 0}, {0, 1}}}),
            "column 'x' is null where it cannot be");
  EXPECT_EQ(textOf({root(1), annotated(group("l", kOptional, 1), ConvertedType::LIST),
                    group("list", kRepeated, 1), group("element", kRequired, 1),
                    annotated(group("m", kRequired, 1), ConvertedType::LIST),
                    group("list", kRepeated, 1), leaf("a", kRequired)},
                   {{{3, 2}, {0, 2}}}),
            "column 'l.list.element.m.list.a' is null where it cannot be");
}

TEST(RowValues, rowsOfTooManyValues) {
  const std::vector<SchemaElement> elements = {root(1), leaf("x", kRepeated)};
  const std::vector<Column> columns = {{{1, 1, 1, 1, 0}, {0, 1, 1, 1, 0}}};
  EXPECT_EQ(textOf(elements, columns, 4), "{[0, 1, 2, 3]}{[]}");
  EXPECT_EQ(textOf(elements, columns, 3), "a row has more than 3 values, the limit");
}

}  // namespace
}  // namespace parquet_flow::read
