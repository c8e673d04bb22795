// Goal: a row becomes exactly the values and levels that the Dremel paper and the format describe;
// one that breaks its schema leaves nothing behind.
//
// Method: levels worked out by hand (the paper's own example among them); every wrong call, at
// every place of a row; random rows of random schemas, shredded and assembled again.
#include "column/row_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "column/assemble.hpp"
#include "column/random_rows.hpp"
#include "support/allocation_counter.hpp"

namespace parquet_flow::column {
namespace {

using schema::kRoot;
using schema::PhysicalType;
using schema::Schema;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kRequired = schema::Repetition::kRequired;
constexpr auto kOptional = schema::Repetition::kOptional;
constexpr auto kRepeated = schema::Repetition::kRepeated;

std::vector<int> toInts(const ByteBuffer& bytes) {
  std::vector<int> ints;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    ints.push_back(std::to_integer<int>(bytes.data()[i]));
  }
  return ints;
}

template <class T>
std::vector<T> valuesOf(LeafBuffer& leaf) {
  std::vector<T> values(leaf.values().size() / sizeof(T));
  if (!values.empty()) {
    std::memcpy(values.data(), leaf.values().data(), leaf.values().size());
  }
  return values;
}

std::vector<std::string> stringsOf(LeafBuffer& leaf) {
  const LeafView view = leaf.view(0);
  std::vector<std::string> strings;
  for (std::uint64_t i = 0; i < view.values.count; ++i) {
    strings.emplace_back(asText({view.values.data + view.values.offsets[i],
                                 view.values.data + view.values.offsets[i + 1]}));
  }
  return strings;
}

struct Fixture {
  explicit Fixture(Schema built)
      : schema(std::make_shared<const Schema>(std::move(built))),
        batch(makeBatch(*schema)),
        builder(std::move(*RowBuilder::create(schema))) {
    builder->attach(&batch);
  }
  // Whether the row that `fill` appends is taken.
  bool row(const std::function<void(RowBuilder&)>& fill) {
    builder->beginRow();
    fill(*builder);
    return builder->endRow(true);
  }

  std::shared_ptr<const Schema> schema;
  Batch batch;
  std::unique_ptr<RowBuilder> builder;
};

bool text(RowBuilder& row, const std::string& bytes) {
  return row.appendBytes(bytes.data(), bytes.size());
}

Schema dremelSchema() {
  Schema schema;
  (void)*schema.addLeaf(kRoot, "DocId", PhysicalType::kInt64, kRequired);
  const auto links = schema.addGroup(kRoot, "Links", kOptional);
  (void)*schema.addLeaf(*links, "Backward", PhysicalType::kInt64, kRepeated);
  (void)*schema.addLeaf(*links, "Forward", PhysicalType::kInt64, kRepeated);
  const auto name = schema.addGroup(kRoot, "Name", kRepeated);
  const auto language = schema.addGroup(*name, "Language", kRepeated);
  (void)*schema.addLeaf(*language, "Code", PhysicalType::kByteArray, kRequired);
  (void)*schema.addLeaf(*language, "Country", PhysicalType::kByteArray, kOptional);
  (void)*schema.addLeaf(*name, "Url", PhysicalType::kByteArray, kOptional);
  return schema;
}

// Figure 2 of the paper: records r1 and r2.
void appendR1(RowBuilder& row) {
  row.appendInt64(10);
  row.beginGroup();  // Links
  row.beginList();
  row.endList();
  row.beginList();
  row.appendInt64(20);
  row.appendInt64(40);
  row.appendInt64(60);
  row.endList();
  row.endGroup();
  row.beginList();  // Name
  row.beginGroup();
  row.beginList();  // Language
  row.beginGroup();
  text(row, "en-us");
  text(row, "us");
  row.endGroup();
  row.beginGroup();
  text(row, "en");
  row.appendNull();
  row.endGroup();
  row.endList();
  text(row, "http://A");
  row.endGroup();
  row.beginGroup();
  row.beginList();
  row.endList();
  text(row, "http://B");
  row.endGroup();
  row.beginGroup();
  row.beginList();
  row.beginGroup();
  text(row, "en-gb");
  text(row, "gb");
  row.endGroup();
  row.endList();
  row.appendNull();
  row.endGroup();
  row.endList();
}

void appendR2(RowBuilder& row) {
  row.appendInt64(20);
  row.beginGroup();
  row.beginList();
  row.appendInt64(10);
  row.appendInt64(30);
  row.endList();
  row.beginList();
  row.appendInt64(80);
  row.endList();
  row.endGroup();
  row.beginList();
  row.beginGroup();
  row.beginList();
  row.endList();
  text(row, "http://C");
  row.endGroup();
  row.endList();
}

TEST(RowBuilder, exampleOfTheDremelPaper) {
  Fixture f(dremelSchema());
  ASSERT_TRUE(f.row(appendR1));
  ASSERT_TRUE(f.row(appendR2));
  EXPECT_EQ(f.batch.rows, 2U);

  // Figure 3: values with repetition (r) and definition (d) levels.
  std::vector<LeafBuffer>& leaves = f.batch.leaves;
  EXPECT_THAT(valuesOf<std::int64_t>(leaves[0]), ElementsAre(10, 20));
  EXPECT_THAT(toInts(leaves[0].definitionLevels()), IsEmpty());
  EXPECT_THAT(valuesOf<std::int64_t>(leaves[1]), ElementsAre(10, 30));
  EXPECT_THAT(toInts(leaves[1].repetitionLevels()), ElementsAre(0, 0, 1));
  EXPECT_THAT(toInts(leaves[1].definitionLevels()), ElementsAre(1, 2, 2));
  EXPECT_THAT(valuesOf<std::int64_t>(leaves[2]), ElementsAre(20, 40, 60, 80));
  EXPECT_THAT(toInts(leaves[2].repetitionLevels()), ElementsAre(0, 1, 1, 0));
  EXPECT_THAT(toInts(leaves[2].definitionLevels()), ElementsAre(2, 2, 2, 2));
  EXPECT_THAT(stringsOf(leaves[3]), ElementsAre("en-us", "en", "en-gb"));
  EXPECT_THAT(toInts(leaves[3].repetitionLevels()), ElementsAre(0, 2, 1, 1, 0));
  EXPECT_THAT(toInts(leaves[3].definitionLevels()), ElementsAre(2, 2, 1, 2, 1));
  EXPECT_THAT(stringsOf(leaves[4]), ElementsAre("us", "gb"));
  EXPECT_THAT(toInts(leaves[4].repetitionLevels()), ElementsAre(0, 2, 1, 1, 0));
  EXPECT_THAT(toInts(leaves[4].definitionLevels()), ElementsAre(3, 2, 1, 3, 1));
  EXPECT_THAT(stringsOf(leaves[5]), ElementsAre("http://A", "http://B", "http://C"));
  EXPECT_THAT(toInts(leaves[5].repetitionLevels()), ElementsAre(0, 1, 1, 0));
  EXPECT_THAT(toInts(leaves[5].definitionLevels()), ElementsAre(2, 2, 1, 2));

  const auto rows = assemble(*f.schema, test::viewsOf(f.batch), 2);
  ASSERT_TRUE(rows) << rows.error().message();
  EXPECT_EQ((*rows)[0].toString(),
            R"({10, {[], [20, 40, 60]}, [{[{"en-us", "us"}, {"en", null}], "http://A"}, )"
            R"({[], "http://B"}, {[{"en-gb", "gb"}], null}]})");
  EXPECT_EQ((*rows)[1].toString(), R"({20, {[10, 30], [80]}, [{[], "http://C"}]})");
}

Schema phonesSchema() {
  Schema schema;
  (void)*schema.addLeaf(kRoot, "name", PhysicalType::kByteArray, kOptional);
  const auto phones = schema.addList(kRoot, "phones", kOptional);
  const auto phone = schema.addGroup(*phones, "element", kOptional);
  (void)*schema.addLeaf(*phone, "number", PhysicalType::kByteArray, kOptional);
  return schema;
}

TEST(RowBuilder, nullListEmptyListAndNullElementDiffer) {
  Fixture f(phonesSchema());
  // phones 1, list 2, element 3, number 4
  ASSERT_TRUE(f.row([](RowBuilder& row) {
    row.appendNull();
    row.appendNull();
  }));
  ASSERT_TRUE(f.row([](RowBuilder& row) {
    text(row, "");
    row.beginList();
    row.endList();
  }));
  ASSERT_TRUE(f.row([](RowBuilder& row) {
    text(row, "Ann");
    row.beginList();
    row.appendNull();
    row.beginGroup();
    row.appendNull();
    row.endGroup();
    row.beginGroup();
    text(row, "1");
    row.endGroup();
    row.endList();
  }));
  EXPECT_THAT(toInts(f.batch.leaves[0].definitionLevels()), ElementsAre(0, 1, 1));
  EXPECT_THAT(stringsOf(f.batch.leaves[0]), ElementsAre("", "Ann"));
  EXPECT_THAT(toInts(f.batch.leaves[1].definitionLevels()), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(toInts(f.batch.leaves[1].repetitionLevels()), ElementsAre(0, 0, 0, 1, 1));

  const auto rows = assemble(*f.schema, test::viewsOf(f.batch), 3);
  ASSERT_TRUE(rows) << rows.error().message();
  EXPECT_EQ((*rows)[0].toString(), "{null, null}");
  EXPECT_EQ((*rows)[1].toString(), "{\"\", []}");
  EXPECT_EQ((*rows)[2].toString(), "{\"Ann\", [null, {null}, {\"1\"}]}");
}

TEST(RowBuilder, mapEntriesAreKeyThenValue) {
  Schema schema;
  const auto map = schema.addMap(kRoot, "m", kRequired);
  (void)*schema.addLeaf(*map, "key", PhysicalType::kInt32, kRequired);
  const auto values = schema.addList(*map, "value", kOptional);
  (void)*schema.addLeaf(*values, "element", PhysicalType::kInt32, kRequired);
  Fixture f(std::move(schema));
  ASSERT_TRUE(f.row([](RowBuilder& row) {
    row.beginList();
    row.appendInt32(1);
    row.beginList();
    row.appendInt32(10);
    row.appendInt32(11);
    row.endList();
    row.appendInt32(2);
    row.appendNull();
    row.endList();
  }));
  ASSERT_TRUE(f.row([](RowBuilder& row) {
    row.beginList();
    row.endList();
  }));
  // key_value 1; value 2, its list 3
  EXPECT_THAT(toInts(f.batch.leaves[0].repetitionLevels()), ElementsAre(0, 1, 0));
  EXPECT_THAT(toInts(f.batch.leaves[0].definitionLevels()), ElementsAre(1, 1, 0));
  EXPECT_THAT(toInts(f.batch.leaves[1].repetitionLevels()), ElementsAre(0, 2, 1, 0));
  EXPECT_THAT(toInts(f.batch.leaves[1].definitionLevels()), ElementsAre(3, 3, 1, 0));
}

TEST(RowBuilder, everyPhysicalType) {
  Schema schema;
  const PhysicalType types[] = {
      PhysicalType::kBoolean, PhysicalType::kInt32,  PhysicalType::kInt64,    PhysicalType::kInt96,
      PhysicalType::kFloat,   PhysicalType::kDouble, PhysicalType::kByteArray};
  for (const PhysicalType type : types) {
    (void)*schema.addLeaf(kRoot, std::string(physicalTypeName(type)), type, kRequired);
  }
  (void)*schema.addLeaf(kRoot, "fixed", PhysicalType::kFixedLenByteArray, kRequired, 3);
  Fixture f(std::move(schema));
  ASSERT_TRUE(f.row([](RowBuilder& row) {
    row.appendBoolean(true);
    row.appendInt32(-7);
    row.appendInt64(INT64_MIN);
    text(row, "twelve bytes");
    row.appendFloat(1.5F);
    row.appendDouble(-2.25);
    text(row, "any");
    text(row, "abc");
  })) << f.builder->rejection();
  const auto rows = assemble(*f.schema, test::viewsOf(f.batch), 1);
  ASSERT_TRUE(rows) << rows.error().message();
  EXPECT_EQ((*rows)[0].toString(),
            R"({true, -7, -9223372036854775808, "twelve bytes", 1.5, -2.25, "any", "abc"})");
}

struct Rejection {
  const char* name;
  std::function<void(RowBuilder&)> fill;
  const char* message;
};

TEST(RowBuilder, whatBreaksTheSchemaIsRejectedAndNamed) {
  Schema schema;
  (void)*schema.addLeaf(kRoot, "id", PhysicalType::kInt32, kRequired);
  const auto group = schema.addGroup(kRoot, "g", kOptional);
  (void)*schema.addLeaf(*group, "fixed", PhysicalType::kFixedLenByteArray, kRequired, 4);
  const auto map = schema.addMap(kRoot, "m", kOptional);
  (void)*schema.addLeaf(*map, "key", PhysicalType::kByteArray, kRequired);
  (void)*schema.addLeaf(*map, "value", PhysicalType::kDouble, kOptional);
  (void)*schema.addLeaf(kRoot, "r", PhysicalType::kInt64, kRepeated);
  Fixture f(std::move(schema));

  const auto good = [](RowBuilder& row) {
    row.appendInt32(1);
    row.beginGroup();
    text(row, "abcd");
    row.endGroup();
    row.beginList();
    text(row, "k");
    row.appendDouble(1);
    row.endList();
    row.beginList();
    row.appendInt64(1);
    row.endList();
  };
  const Rejection cases[] = {
      {"nothing", [](RowBuilder&) {},
       "column \"id\" takes a value of INT32, and the end of the row is given"},
      {"wrong_type", [](RowBuilder& row) { row.appendInt64(1); },
       "column \"id\" takes a value of INT32, and INT64 is given"},
      {"null_of_required", [](RowBuilder& row) { row.appendNull(); }, "column \"id\" is REQUIRED"},
      {"bytes_for_int", [](RowBuilder& row) { text(row, "1"); },
       "column \"id\" takes a value of INT32, and bytes"},
      {"group_for_leaf", [](RowBuilder& row) { row.beginGroup(); }, "the beginning of a group"},
      {"list_for_leaf", [](RowBuilder& row) { row.beginList(); }, "the beginning of a list"},
      {"end_of_no_group", [](RowBuilder& row) { row.endGroup(); }, "the end of a group"},
      {"end_of_no_list", [](RowBuilder& row) { row.endList(); }, "the end of a list"},
      {"value_for_group",
       [](RowBuilder& row) {
         row.appendInt32(1);
         row.appendInt32(2);
       },
       "column \"g\" is a group to begin, and INT32 is given"},
      {"wrong_length",
       [](RowBuilder& row) {
         row.appendInt32(1);
         row.beginGroup();
         text(row, "abc");
       },
       "column \"g.fixed\" takes values of 4 bytes, and 3 are given"},
      {"bytes_at_null",
       [](RowBuilder& row) {
         row.appendInt32(1);
         row.beginGroup();
         row.appendBytes(nullptr, 4);
       },
       "column \"g.fixed\" is given 4 bytes at NULL"},
      {"group_without_its_column",
       [](RowBuilder& row) {
         row.appendInt32(1);
         row.beginGroup();
         row.endGroup();
       },
       "column \"g.fixed\" takes a value of FIXED_LEN_BYTE_ARRAY, and the end of a group"},
      {"group_with_a_column_more",
       [](RowBuilder& row) {
         row.appendInt32(1);
         row.beginGroup();
         text(row, "abcd");
         text(row, "abcd");
       },
       "column \"g\" has all its columns, and then bytes is given"},
      {"group_that_does_not_end",
       [](RowBuilder& row) {
         row.appendInt32(1);
         row.beginGroup();
         text(row, "abcd");
       },
       "column \"g\" has all its columns, and then the end of the row"},
      {"key_without_value",
       [](RowBuilder& row) {
         row.appendInt32(1);
         row.appendNull();
         row.beginList();
         text(row, "k");
         row.endList();
       },
       "column \"m.key_value.value\" takes a value of DOUBLE, and the end of a list"},
      {"null_key",
       [](RowBuilder& row) {
         row.appendInt32(1);
         row.appendNull();
         row.beginList();
         row.appendNull();
       },
       "column \"m.key_value.key\" is REQUIRED"},
      {"list_that_does_not_end",
       [](RowBuilder& row) {
         row.appendInt32(1);
         row.appendNull();
         row.beginList();
       },
       "column \"m.key_value.key\" takes a value of BYTE_ARRAY, and the end of the row"},
      {"group_end_in_a_list",
       [](RowBuilder& row) {
         row.appendInt32(1);
         row.appendNull();
         row.beginList();
         row.endGroup();
       },
       "the end of a group"},
      {"null_for_repeated",
       [](RowBuilder& row) {
         row.appendInt32(1);
         row.appendNull();
         row.appendNull();
         row.appendNull();
       },
       "column \"r\" is a list that cannot be null, only empty"},
      {"a_column_more",
       [&](RowBuilder& row) {
         good(row);
         row.appendInt32(2);
       },
       "the row has all its columns, and then INT32 is given"},
      {"mistake_followed_by_right_calls",
       [&](RowBuilder& row) {
         row.appendDouble(1);
         good(row);
       },
       "column \"id\" takes a value of INT32, and DOUBLE is given"},
  };
  ASSERT_TRUE(f.row(good)) << f.builder->rejection();
  const std::uint64_t bytes = f.batch.bytes();
  for (const Rejection& c : cases) {
    EXPECT_FALSE(f.row(c.fill)) << c.name;
    EXPECT_THAT(f.builder->rejection(), HasSubstr(c.message)) << c.name;
    EXPECT_EQ(f.builder->rejectionCode(), ErrorCode::kInvalidArgument);
    EXPECT_EQ(f.batch.bytes(), bytes) << c.name;
    EXPECT_EQ(f.batch.rows, 1U) << c.name;
  }
  f.builder->beginRow();
  good(*f.builder);
  EXPECT_FALSE(f.builder->endRow(false));
  EXPECT_THAT(f.builder->rejection(), HasSubstr("rejected by its source"));
  EXPECT_EQ(f.batch.bytes(), bytes);
  ASSERT_TRUE(f.row(good));
  EXPECT_EQ(f.batch.bytes(), 2 * bytes - 4) << "the first offset of m.key is there once";
}

TEST(RowBuilder, everyCallBehindAMistakeFails) {
  Fixture f(phonesSchema());
  f.builder->beginRow();
  EXPECT_FALSE(f.builder->appendInt32(1));
  EXPECT_FALSE(f.builder->appendNull());
  EXPECT_FALSE(text(*f.builder, "x"));
  EXPECT_FALSE(f.builder->beginList());
  EXPECT_FALSE(f.builder->endList());
  EXPECT_FALSE(f.builder->beginGroup());
  EXPECT_FALSE(f.builder->endGroup());
  EXPECT_FALSE(f.builder->endRow(true));
  f.builder->beginRow();
  EXPECT_TRUE(f.builder->appendNull());
  EXPECT_TRUE(f.builder->appendNull());
  EXPECT_TRUE(f.builder->endRow(true));
}

TEST(RowBuilder, deepestSchema) {
  Schema schema;
  std::uint32_t parent = kRoot;
  for (std::uint32_t depth = 1; depth < kNestingDepthMax; ++depth) {
    parent = *schema.addGroup(parent, "g", kRepeated);
  }
  (void)*schema.addLeaf(parent, "leaf", PhysicalType::kInt32, kRepeated);
  Fixture f(std::move(schema));
  ASSERT_TRUE(f.row([](RowBuilder& row) {
    for (std::uint32_t depth = 1; depth < kNestingDepthMax; ++depth) {
      row.beginList();
      row.beginGroup();
    }
    row.beginList();
    row.appendInt32(7);
    row.appendInt32(8);
    row.endList();
    for (std::uint32_t depth = 1; depth < kNestingDepthMax; ++depth) {
      row.endGroup();
      row.endList();
    }
  })) << f.builder->rejection();
  EXPECT_THAT(toInts(f.batch.leaves[0].definitionLevels()), ElementsAre(100, 100));
  EXPECT_THAT(toInts(f.batch.leaves[0].repetitionLevels()), ElementsAre(0, 100));
  const auto rows = assemble(*f.schema, test::viewsOf(f.batch), 1);
  ASSERT_TRUE(rows) << rows.error().message();
  EXPECT_THAT((*rows)[0].toString(), HasSubstr("[{[{[7, 8]}]}]"));
}

TEST(RowBuilder, longPathsAreShortenedBetweenCharacters) {
  Schema schema;
  std::string name;
  for (int i = 0; i < 200; ++i) {
    name += "\xC3\xA9";
  }
  (void)*schema.addLeaf(kRoot, "a" + name, PhysicalType::kInt32, kRequired);
  Fixture f(std::move(schema));
  EXPECT_FALSE(f.row([](RowBuilder& row) { row.appendNull(); }));
  EXPECT_THAT(f.builder->rejection(), HasSubstr("\xA9...\" is REQUIRED"));
}

TEST(RowBuilder, schemaThatCannotBeWrittenIsRefused) {
  Schema schema;
  (void)*schema.addGroup(kRoot, "g", kRequired);
  const auto builder = RowBuilder::create(std::make_shared<const Schema>(schema));
  ASSERT_FALSE(builder);
  EXPECT_EQ(builder.error().code(), ErrorCode::kInvalidArgument);
}

TEST(RowBuilder, randomRowsComeBackAndRejectedOnesLeaveNothing) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    test::RandomRows random(seed);
    Fixture f(random.makeSchema(static_cast<int>(random.below(6))));
    const RowPlan plan(*f.schema);
    for (int batch = 0; batch < 2; ++batch) {
      std::vector<Value> expected;
      for (std::size_t i = 0; i < 20; ++i) {
        Value row = random.makeRow(plan);
        const bool keep = random.below(4) != 0;
        ASSERT_EQ(test::appendRow(*f.builder, plan, row, keep), keep)
            << f.builder->rejection() << " seed " << seed;
        if (keep) {
          expected.push_back(std::move(row));
        }
      }
      ASSERT_EQ(f.batch.rows, expected.size());
      const auto rows = assemble(*f.schema, test::viewsOf(f.batch), f.batch.rows);
      ASSERT_TRUE(rows) << rows.error().message() << " seed " << seed;
      for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_EQ((*rows)[i], expected[i]) << (*rows)[i].toString() << "\n"
                                           << expected[i].toString() << " seed " << seed;
      }
      f.batch.clear();
    }
  }
}

TEST(RowBuilder, nothingIsAllocatedOnceTheBatchHasGrown) {
  test::RandomRows random(7);
  Fixture f(random.makeSchema(5));
  const RowPlan plan(*f.schema);
  std::vector<Value> rows;
  for (int i = 0; i < 50; ++i) {
    rows.push_back(random.makeRow(plan));
  }
  const auto fill = [&] {
    f.batch.clear();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      // The last columns of some rows are missing: a rejection in the middle of a row.
      f.builder->beginRow();
      f.builder->beginGroup();
      f.builder->endRow(true);
    }
    for (const Value& row : rows) {
      f.builder->beginRow();
      std::uint32_t child = 1;
      for (const Value& each : row.as<Value::Group>()->children) {
        test::appendValue(*f.builder, plan, child, each);
        child = plan.steps[child].end;
      }
      f.builder->endRow(true);
    }
  };
  fill();
  ASSERT_EQ(f.batch.rows, rows.size());
  const std::uint64_t capacity = f.batch.capacityBytes();
  const test::AllocationWatch watch;
  fill();
  EXPECT_EQ(f.batch.rows, rows.size());
  EXPECT_EQ(watch.allocations(), 0U);
  EXPECT_EQ(f.batch.capacityBytes(), capacity);
}

TEST(Assemble, contradictionsAreRefused) {
  Fixture f(dremelSchema());
  ASSERT_TRUE(f.row(appendR1));
  ASSERT_TRUE(f.row(appendR2));
  const std::vector<LeafView> good = test::viewsOf(f.batch);
  ASSERT_TRUE(assemble(*f.schema, good, 2));

  // Each single change of a level contradicts the columns beside it, or the number of values.
  for (std::size_t leaf = 1; leaf < good.size(); ++leaf) {
    for (std::uint64_t entry = 0; entry < good[leaf].entries; ++entry) {
      for (int change = 1; change < 5; ++change) {
        std::vector<std::uint8_t> levels(good[leaf].definitionLevels,
                                         good[leaf].definitionLevels + good[leaf].entries);
        levels[entry] = static_cast<std::uint8_t>((levels[entry] + change) % 5);
        std::vector<LeafView> views = good;
        views[leaf].definitionLevels = levels.data();
        const auto rows = assemble(*f.schema, views, 2);
        ASSERT_FALSE(rows) << leaf << " " << entry << " " << change;
        EXPECT_EQ(rows.error().code(), ErrorCode::kCorrupt);

        levels.assign(good[leaf].repetitionLevels,
                      good[leaf].repetitionLevels + good[leaf].entries);
        levels[entry] = static_cast<std::uint8_t>((levels[entry] + change) % 5);
        views = good;
        views[leaf].repetitionLevels = levels.data();
        const auto repeated = assemble(*f.schema, views, 2);
        // Backward is alone in its list of int64: an element more or less contradicts nothing but
        // the rows.
        if (leaf > 2) {
          EXPECT_FALSE(repeated) << leaf << " " << entry << " " << change;
        }
      }
    }
  }
  EXPECT_FALSE(assemble(*f.schema, good, 1));
  EXPECT_FALSE(assemble(*f.schema, good, 3));
  EXPECT_EQ(assemble(*f.schema, std::span(good).first(5), 2).error().code(),
            ErrorCode::kInvalidArgument);
  std::vector<LeafView> views = good;
  views[0].values.count = 1;
  EXPECT_FALSE(assemble(*f.schema, views, 2));
  views[0].values.count = 3;
  EXPECT_FALSE(assemble(*f.schema, views, 2));
}

}  // namespace
}  // namespace parquet_flow::column
