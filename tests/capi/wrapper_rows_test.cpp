// Goal: Rows and Value of parquet_flow.hpp give what pf_scan_next_row gives, in C++'s types and
// ranges, without a check on the way to what is not there, and need neither exceptions nor RTTI
// (this file is compiled without both).
//
// Method: a file of nested columns in memory through the wrapper's row writer, read back in each
// way; the end, an error and values of other kinds.
#include <gtest/gtest.h>

#include <iterator>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "parquet_flow.hpp"

namespace parquet_flow {
namespace {

static_assert(std::is_nothrow_move_constructible_v<Rows> && !std::is_copy_constructible_v<Rows>);
static_assert(std::is_trivially_copyable_v<Value>);
static_assert(std::forward_iterator<Value::Range<1>::Iterator>);
static_assert(std::forward_iterator<Value::Range<2>::Iterator>);

// id: 1 2; name: "a" null; where: {x: 0.5, ok: true} null; tags: ["t", "u"] []; ports: {"p": 80,
// "q": null} {}; small: 1.5 2.5.
std::vector<std::byte> twoRows() {
  Schema schema;
  schema.leaf("id", types::kInt64).leaf("name", types::kString, kOptional);
  schema.group("where", kOptional, [](Group& where) {
    where.leaf("x", types::kDouble).leaf("ok", types::kBoolean, kOptional);
  });
  schema.list("tags", kRequired, [](Group& tags) { tags.leaf("element", types::kString); });
  schema.map("ports", kRequired, [](Group& ports) {
    ports.leaf("key", types::kString).leaf("value", types::kInt32, kOptional);
  });
  schema.leaf("small", types::kFloat);
  auto writer = Writer::create(schema, Output::memory());
  EXPECT_TRUE(writer) << writer.error().message();
  auto filling = RowWriter::create(*writer, 100, 1 << 20);
  EXPECT_TRUE(filling) << filling.error().message();
  Row first = filling->next().row;
  first.int64(1).string("a").group([](Row& where) { where.float64(0.5).boolean(true); });
  first.list([](Row& tags) { tags.string("t").string("u"); });
  first.list([](Row& ports) { ports.string("p").int32(80).string("q").null(); }).float32(1.5F);
  Row second = filling->next().row;
  second.int64(2).null().null().list([](Row&) {}).list([](Row&) {}).float32(2.5F);
  EXPECT_TRUE(first.isGood() && second.isGood());
  EXPECT_TRUE(filling->flush());
  EXPECT_TRUE(writer->close());
  const auto bytes = writer->memory();
  EXPECT_TRUE(bytes);
  return {bytes->begin(), bytes->end()};
}

TEST(WrapperRows, rangeOverRows) {
  const auto file = twoRows();
  const auto reader = Reader::open(Input::memory(file));
  ASSERT_TRUE(reader) << reader.error().message();
  auto rows = reader->rows();
  ASSERT_TRUE(rows) << rows.error().message();
  EXPECT_EQ(rows->field().field_count, 6U);
  std::vector<std::int64_t> ids;
  for (const Value row : *rows) {
    ids.push_back(row["id"].int64().value_or(-1));
    EXPECT_EQ(row.field(), &rows->field());
    EXPECT_EQ(row.size(), 6U);
  }
  EXPECT_TRUE(rows->error().isOk());
  EXPECT_EQ(ids, (std::vector<std::int64_t>{1, 2}));
  const auto none = rows->next();
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->has_value());
}

TEST(WrapperRows, valuesInEachType) {
  const auto file = twoRows();
  auto rows = Reader::open(Input::memory(file))->rows();
  ASSERT_TRUE(rows);
  auto next = rows->next();
  ASSERT_TRUE(next && *next);
  const Value row = **next;
  EXPECT_EQ(row.kind(), PF_VALUE_GROUP);
  EXPECT_EQ(row["id"].int64(), 1);
  EXPECT_EQ(row[0].int64(), 1);
  EXPECT_EQ(row["name"].string(), "a");
  ASSERT_TRUE(row["name"].bytes());
  EXPECT_EQ(row["name"].bytes()->size(), 1U);
  EXPECT_EQ((*row["name"].bytes())[0], std::byte{'a'});
  EXPECT_EQ(row["where"]["x"].float64(), 0.5);
  EXPECT_EQ(row["where"]["ok"].boolean(), true);
  EXPECT_EQ(row["small"].float32(), 1.5F);
  EXPECT_EQ(row["small"].field()->physical_type, PF_PHYSICAL_FLOAT);
  std::string tags;
  for (const Value tag : row["tags"].elements()) tags += *tag.string();
  EXPECT_EQ(tags, "tu");
  EXPECT_EQ(row["tags"][1].string(), "u");
  const auto ports = row["ports"].entries();
  ASSERT_EQ(ports.size(), 2U);
  std::string text;
  for (const auto [key, port] : ports) {
    text += std::string(*key.string()) + "=" + std::to_string(port.int32().value_or(-1)) + " ";
  }
  EXPECT_EQ(text, "p=80 q=-1 ");
  EXPECT_EQ((*std::next(ports.begin())).first.string(), "q");
  next = rows->next();
  ASSERT_TRUE(next && *next);
  EXPECT_TRUE((**next)["name"].isNull());
  EXPECT_TRUE((**next)["where"].isNull());
  EXPECT_EQ((**next)["tags"].size(), 0U);
  EXPECT_EQ((**next)["ports"].entries().begin(), (**next)["ports"].entries().end());
}

// Nothing, whatever is asked for, and no memory that is not the row's is looked at.
TEST(WrapperRows, valuesOfOtherKindsAndNone) {
  const auto file = twoRows();
  auto rows = Reader::open(Input::memory(file))->rows();
  ASSERT_TRUE(rows);
  const auto next = rows->next();
  ASSERT_TRUE(next && *next);
  const Value row = **next;
  EXPECT_FALSE(row["id"].int32() || row["id"].float64() || row["id"].boolean());
  EXPECT_FALSE(row["id"].string() || row["id"].bytes() || row["id"].float32());
  EXPECT_FALSE(row["name"].int64());
  EXPECT_EQ(row["id"].size(), 0U);
  EXPECT_EQ(row["name"].size(), 0U);
  EXPECT_EQ(row["id"].elements().size(), 0U);
  EXPECT_EQ(row["tags"].entries().size(), 0U);
  EXPECT_EQ(row["tags"].fields().size(), 0U);
  EXPECT_EQ(row["ports"].elements().size(), 0U);
  for (const Value none : {row["nobody"], row["id"]["x"], row["tags"][2], row["ports"][0], row[6],
                           Value(), row["nobody"]["x"][0]}) {
    EXPECT_TRUE(none.isNull());
    EXPECT_EQ(none.field(), nullptr);
    EXPECT_FALSE(none.int64());
    EXPECT_EQ(none.size(), 0U);
  }
}

TEST(WrapperRows, errorsEndTheRows) {
  auto file = twoRows();
  const auto reader = Reader::open(Input::memory(file));
  ASSERT_TRUE(reader);
  ScanOptions options;
  const char* const paths[] = {"nobody"};
  options.setColumns(paths);
  EXPECT_EQ(reader->rows(options).error().status(), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(reader->rows()->stats().error().status(), PF_STATUS_INVALID_ARGUMENT);
  ReaderOptions small;
  small.page_bytes_max = 4;
  const auto limited = Reader::open(Input::memory(file), small);
  ASSERT_TRUE(limited);
  auto rows = limited->rows();
  ASSERT_TRUE(rows);
  int count = 0;
  for (const Value row : *rows) count += row.isNull() ? 0 : 1;
  EXPECT_EQ(count, 0);
  EXPECT_EQ(rows->error().status(), PF_STATUS_LIMIT);
  EXPECT_EQ(rows->next().error().status(), PF_STATUS_LIMIT);
}

TEST(WrapperRows, rowsOfAPredicateOutliveTheirReader) {
  const auto file = twoRows();
  ScanOptions options;
  const auto second = Predicate::parse("id > 1");
  ASSERT_TRUE(second);
  options.setPredicate(*second);
  auto rows = Reader::open(Input::memory(file))->rows(options);
  ASSERT_TRUE(rows) << rows.error().message();
  Rows moved = std::move(*rows);
  std::vector<std::int64_t> ids;
  for (const Value row : moved) ids.push_back(row["id"].int64().value_or(-1));
  EXPECT_EQ(ids, (std::vector<std::int64_t>{2}));
  EXPECT_EQ(moved.stats()->rows_selected, 1U);
}

}  // namespace
}  // namespace parquet_flow
