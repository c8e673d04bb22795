// Goal: rows come one at a time as they were written, of all leaves or of some: what is left out is
// gone, and nothing else.
//
// Method: a nested file by hand, of which leaves in a group, a list and a map are left out; random
// files, each of their columns alone against the whole rows.
#include "read/row_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "io/memory_file.hpp"
#include "made_files.hpp"

namespace parquet_flow::read {
namespace {

using column::Value;
using schema::PhysicalType;
using schema::Repetition;
using test::Rows;

std::unique_ptr<FileReader> opened(const std::string& file) {
  return std::move(*FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(file), "f")));
}

Result<Rows> rowsOf(const FileReader& file, BatchOptions options) {
  PF_TRY_ASSIGN(const auto reader, RowReader::create(file, std::move(options)));
  Rows all;
  for (;;) {
    PF_TRY_ASSIGN(const Value* const row, reader->next());
    if (row == nullptr) {
      return all;
    }
    all.push_back(*row);
  }
}

Value group(std::vector<Value> children) { return Value(Value::Group{std::move(children)}); }
Value list(std::vector<Value> elements) { return Value(Value::List{std::move(elements)}); }
Value number(std::int32_t value) { return Value(value); }

TEST(RowReader, leavesOfGroupsListsAndMapsAreLeftOut) {
  schema::Schema built;
  const auto point = *built.addGroup(schema::kRoot, "point", Repetition::kOptional);
  (void)*built.addLeaf(point, "x", PhysicalType::kInt32, Repetition::kRequired);
  (void)*built.addLeaf(point, "y", PhysicalType::kInt32, Repetition::kRequired);
  const auto pairs = *built.addList(schema::kRoot, "pairs", Repetition::kRequired);
  const auto pair = *built.addGroup(pairs, "element", Repetition::kRequired);
  (void)*built.addLeaf(pair, "a", PhysicalType::kInt32, Repetition::kRequired);
  (void)*built.addLeaf(pair, "b", PhysicalType::kInt32, Repetition::kRequired);
  const auto map = *built.addMap(schema::kRoot, "map", Repetition::kRequired);
  (void)*built.addLeaf(map, "key", PhysicalType::kInt32, Repetition::kRequired);
  (void)*built.addLeaf(map, "value", PhysicalType::kInt32, Repetition::kRequired);
  const auto schema = std::make_shared<const schema::Schema>(std::move(built));
  const Rows rows = {
      group({group({number(1), number(2)}), list({group({number(3), number(4)})}),
             list({group({number(5), number(6)})})}),
      group({Value(), list({}), list({})}),
  };
  const std::string bytes = test::fileOf(schema, {}, {rows});
  const auto file = opened(bytes);

  EXPECT_EQ(*rowsOf(*file, {}), rows);
  BatchOptions options;
  options.leaves = {1, 2};  // point.y, pairs.list.element.a
  const auto some = rowsOf(*file, options);
  ASSERT_TRUE(some) << some.error().message();
  EXPECT_EQ(*some, (Rows{group({group({number(2)}), list({group({number(3)})})}),
                         group({Value(), list({})})}));
  options.leaves = {4};  // map.key_value.key: no map any more, but the groups that it is made of
  const auto keys = rowsOf(*file, options);
  ASSERT_TRUE(keys) << keys.error().message();
  ASSERT_EQ(keys->size(), 2U);
  EXPECT_EQ((*keys)[0].toString(), "{{[{5}]}}");
  EXPECT_EQ((*RowReader::create(*file, options))->schema().leaves().size(), 1U);
}

TEST(RowReader, eachColumnAloneIsThatOfTheWholeRows) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    test::RandomRows random(seed, 5);
    const auto schema = std::make_shared<const schema::Schema>(random.makeSchema(3));
    const column::RowPlan plan(*schema);
    std::vector<Rows> rowGroups(2);
    Rows all;
    for (Rows& rows : rowGroups) {
      rows.resize(1 + random.below(1500));
      std::generate(rows.begin(), rows.end(), [&] { return random.makeRow(plan); });
      all.insert(all.end(), rows.begin(), rows.end());
    }
    const std::string bytes = test::fileOf(schema, test::anyOptions(random), rowGroups);
    const auto file = opened(bytes);
    ASSERT_EQ(*rowsOf(*file, {}), all) << "seed " << seed;
    std::size_t column = 0;
    for (std::uint32_t leaf = 0; leaf < schema->leaves().size(); ++column) {
      BatchOptions options;
      const std::string& name = schema->leaves()[leaf].path[0];
      for (; leaf < schema->leaves().size() && schema->leaves()[leaf].path[0] == name; ++leaf) {
        options.leaves.push_back(leaf);
      }
      options.firstRow = random.below(all.size());
      const std::uint64_t first = options.firstRow;
      const auto alone = rowsOf(*file, options);
      ASSERT_TRUE(alone) << alone.error().message();
      ASSERT_EQ(alone->size(), all.size() - first);
      for (std::size_t row = 0; row < alone->size(); ++row) {
        ASSERT_EQ((*alone)[row].as<Value::Group>()->children,
                  (std::vector<Value>{all[first + row].as<Value::Group>()->children[column]}))
            << "seed " << seed << " row " << row;
      }
    }
  }
}

TEST(RowReader, errorsComeAgain) {
  write::WriterOptions options;
  options.pageIndex = false;
  test::SmallFile small = test::smallFile(options);
  const std::vector<bool> isBody = test::bodyBytes(small.bytes);
  const auto last = std::find(isBody.rbegin(), isBody.rend(), true);
  small.bytes[isBody.size() - 1 - static_cast<std::size_t>(last - isBody.rbegin())] ^= 1;
  const auto file = opened(small.bytes);
  const auto reader = std::move(*RowReader::create(*file, {}));
  for (int row = 0; row < 4; ++row) {
    ASSERT_TRUE(reader->next()) << row;
  }
  for (int again = 0; again < 2; ++again) {
    const auto row = reader->next();
    ASSERT_FALSE(row);
    EXPECT_EQ(row.error().code(), ErrorCode::kCorrupt);
  }
}

}  // namespace
}  // namespace parquet_flow::read
