// Goal: queries of the C API and of the C++ wrapper give what they are asked for as Arrow data,
// say what is not understood with its place, and can be asked again.
//
// Method: a small file in memory, questions whose answers stand beside them, and arguments that are
// wrong one at a time.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "parquet_flow.hpp"

namespace {

namespace pf = parquet_flow;

// stock: A B A null B A; shares: 10 20 30 40 null 2^62 (twice that is above INT64_MAX).
class QueryApi : public testing::Test {
 protected:
  void SetUp() override {
    pf_error_init(&error_, sizeof error_);
    writeFile();
    pf_input_t input;
    pf_input_init(&input, sizeof input);
    input.kind = PF_INPUT_MEMORY;
    input.memory = file_.data();
    input.memory_bytes = file_.size();
    ASSERT_EQ(pf_reader_open(&input, nullptr, &reader_, &error_), PF_STATUS_OK) << error_.message;
    ASSERT_EQ(pf_query_create(reader_, &query_, &error_), PF_STATUS_OK) << error_.message;
  }
  void TearDown() override {
    pf_query_destroy(query_);
    pf_reader_destroy(reader_);
  }

  void expectRefused(pf_status_t status, const char* says) {
    EXPECT_EQ(status, PF_STATUS_INVALID_ARGUMENT);
    EXPECT_NE(std::string(error_.message).find(says), std::string::npos) << error_.message;
  }

  // The only batch of a stream, and the names of its columns.
  struct Batch {
    ArrowArray array{};
    std::vector<std::string> names;
    std::vector<std::string> formats;
    Batch() = default;
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;
    ~Batch() {
      if (array.release != nullptr) array.release(&array);
    }
    [[nodiscard]] std::int64_t int64At(std::size_t column, std::int64_t row) const {
      std::int64_t value = 0;
      std::memcpy(&value, static_cast<const char*>(array.children[column]->buffers[1]) + row * 8,
                  8);
      return value;
    }
    // 16 bytes, little-endian: the low and the high half.
    [[nodiscard]] std::uint64_t halfAt(std::size_t column, std::int64_t row, int half) const {
      std::uint64_t value = 0;
      std::memcpy(
          &value,
          static_cast<const char*>(array.children[column]->buffers[1]) + row * 16 + half * 8, 8);
      return value;
    }
    [[nodiscard]] std::string textAt(std::size_t column, std::int64_t row) const {
      const auto& text = *array.children[column];
      const auto* const offsets = static_cast<const std::int32_t*>(text.buffers[1]);
      return {static_cast<const char*>(text.buffers[2]) + offsets[row],
              static_cast<std::size_t>(offsets[row + 1] - offsets[row])};
    }
  };
  static void take(ArrowArrayStream stream, Batch& batch) {
    ArrowSchema schema{};
    ASSERT_EQ(stream.get_schema(&stream, &schema), 0);
    for (std::int64_t i = 0; i < schema.n_children; ++i) {
      batch.names.emplace_back(schema.children[i]->name);
      batch.formats.emplace_back(schema.children[i]->format);
    }
    schema.release(&schema);
    ASSERT_EQ(stream.get_next(&stream, &batch.array), 0) << stream.get_last_error(&stream);
    ASSERT_NE(batch.array.release, nullptr);
    ArrowArray end{};
    ASSERT_EQ(stream.get_next(&stream, &end), 0);
    EXPECT_EQ(end.release, nullptr);
    stream.release(&stream);
  }

  pf_error_t error_;
  std::string file_;
  pf_reader_t* reader_ = nullptr;
  pf_query_t* query_ = nullptr;

 private:
  void writeFile() {
    pf_schema_t* schema = nullptr;
    ASSERT_EQ(pf_schema_create(&schema, &error_), PF_STATUS_OK);
    const auto leaf = [&](const char* name, pf_physical_type_t type, pf_logical_type_t logical) {
      ASSERT_EQ(pf_schema_add_leaf(schema, PF_SCHEMA_ROOT, name, type, PF_REPETITION_OPTIONAL, 0,
                                   logical, 0, 0, -1, nullptr, &error_),
                PF_STATUS_OK);
    };
    leaf("stock", PF_PHYSICAL_BYTE_ARRAY, PF_LOGICAL_STRING);
    leaf("shares", PF_PHYSICAL_INT64, PF_LOGICAL_NONE);
    pf_output_t output;
    pf_output_init(&output, sizeof output);
    output.kind = PF_OUTPUT_MEMORY;
    pf_writer_handle_t* writer = nullptr;
    ASSERT_EQ(pf_writer_create_with_options(schema, nullptr, &output, &writer, &error_),
              PF_STATUS_OK);
    const std::uint32_t offsets[] = {0, 1, 2, 3, 4, 5};
    const std::uint8_t stocks[] = {1, 1, 1, 0, 1, 1};
    const std::int64_t shares[] = {10, 20, 30, 40, std::int64_t{1} << 62};
    const std::uint8_t present[] = {1, 1, 1, 1, 0, 1};
    const pf_column_input_with_levels_t columns[] = {
        {"ABABA", 5, offsets, 6, stocks, 6, nullptr, 0},
        {shares, 5, nullptr, 0, present, 6, nullptr, 0}};
    ASSERT_EQ(pf_writer_write_row_group_with_levels(writer, 6, columns, 2), PF_STATUS_OK);
    ASSERT_EQ(pf_writer_write_row_group_with_levels(writer, 6, columns, 2), PF_STATUS_OK);
    ASSERT_EQ(pf_writer_close(writer), PF_STATUS_OK);
    const void* data = nullptr;
    std::size_t bytes = 0;
    ASSERT_EQ(pf_writer_memory(writer, &data, &bytes), PF_STATUS_OK);
    file_.assign(static_cast<const char*>(data), bytes);
    pf_writer_destroy(writer);
    pf_schema_destroy(schema);
  }
};

TEST_F(QueryApi, groupsWithExactSumsInOrder) {
  ASSERT_EQ(pf_query_group_by(query_, "stock", &error_), PF_STATUS_OK);
  ASSERT_EQ(pf_query_aggregate(query_, "count, sum(shares) as total", &error_), PF_STATUS_OK);
  ASSERT_EQ(pf_query_aggregate(query_, "max(shares)", &error_), PF_STATUS_OK);
  ASSERT_EQ(pf_query_order_by(query_, "total desc", &error_), PF_STATUS_OK);
  ASSERT_EQ(pf_query_limit(query_, 0, 2, &error_), PF_STATUS_OK);
  ArrowArrayStream stream{};
  ASSERT_EQ(pf_query_run(query_, &stream, &error_), PF_STATUS_OK) << error_.message;
  Batch batch;
  take(stream, batch);
  EXPECT_EQ(batch.names, (std::vector<std::string>{"stock", "count", "total", "max(shares)"}));
  EXPECT_EQ(batch.formats, (std::vector<std::string>{"u", "l", "d:38,0", "l"}));
  ASSERT_EQ(batch.array.length, 2);
  // A: 2 * (10 + 30 + 2^62) = 2^63 + 80; then null: 2 * 40.
  EXPECT_EQ(batch.textAt(0, 0), "A");
  EXPECT_EQ(batch.int64At(1, 0), 6);
  EXPECT_EQ(batch.halfAt(2, 0, 0), (std::uint64_t{1} << 63) + 80);
  EXPECT_EQ(batch.halfAt(2, 0, 1), 0U);
  EXPECT_EQ(batch.int64At(3, 0), std::int64_t{1} << 62);
  EXPECT_EQ(batch.array.children[0]->null_count, 1);
  EXPECT_EQ(batch.int64At(1, 1), 2);
  EXPECT_EQ(batch.halfAt(2, 1, 0), 80U);
}

TEST_F(QueryApi, predicatesAreJoinedAndRowsCounted) {
  std::uint64_t rows = 0;
  ASSERT_EQ(pf_query_count(query_, &rows, &error_), PF_STATUS_OK) << error_.message;
  EXPECT_EQ(rows, 12U);
  pf_query_stats_t stats;
  pf_query_stats_init(&stats, sizeof stats);
  ASSERT_EQ(pf_query_get_stats(query_, &stats, &error_), PF_STATUS_OK);
  EXPECT_EQ(stats.is_from_footer, 1U);
  EXPECT_EQ(stats.pages_read, 0U);
  ASSERT_EQ(pf_query_where(query_, "shares >= 20", &error_), PF_STATUS_OK);
  ASSERT_EQ(pf_query_where(query_, "stock = 'A' or stock is null", &error_), PF_STATUS_OK);
  ASSERT_EQ(pf_query_count(query_, &rows, &error_), PF_STATUS_OK) << error_.message;
  EXPECT_EQ(rows, 6U);  // 30, 40 and 2^62 of each row group
  ASSERT_EQ(pf_query_get_stats(query_, &stats, &error_), PF_STATUS_OK);
  EXPECT_EQ(stats.is_from_footer, 0U);
  EXPECT_EQ(stats.rows_selected, 6U);
  EXPECT_EQ(stats.row_groups_read, 2U);
}

// More than predicates may be nested within each other.
TEST_F(QueryApi, predicatesAddedOneByOneStandBesideEachOther) {
  for (int i = 0; i < 300; ++i) {
    ASSERT_EQ(pf_query_where(query_, "shares >= 20", &error_), PF_STATUS_OK) << i;
  }
  std::uint64_t rows = 0;
  ASSERT_EQ(pf_query_count(query_, &rows, &error_), PF_STATUS_OK) << error_.message;
  EXPECT_EQ(rows, 8U);  // 20 30 40 2^62, twice
  ASSERT_EQ(pf_query_where(query_, "stock = 'A' and shares < 100", &error_), PF_STATUS_OK);
  ASSERT_EQ(pf_query_count(query_, &rows, &error_), PF_STATUS_OK) << error_.message;
  EXPECT_EQ(rows, 2U);  // 30
}

TEST_F(QueryApi, streamOutlivesQueryAndReader) {
  ASSERT_EQ(pf_query_select(query_, "shares", &error_), PF_STATUS_OK);
  ASSERT_EQ(pf_query_limit(query_, 1, 2, &error_), PF_STATUS_OK);
  ArrowArrayStream stream{};
  ASSERT_EQ(pf_query_run(query_, &stream, &error_), PF_STATUS_OK) << error_.message;
  pf_query_destroy(query_);
  pf_reader_destroy(reader_);
  query_ = nullptr;
  reader_ = nullptr;
  Batch batch;
  take(stream, batch);
  ASSERT_EQ(batch.array.length, 2);
  EXPECT_EQ(batch.int64At(0, 0), 20);
  EXPECT_EQ(batch.int64At(0, 1), 30);
}

TEST_F(QueryApi, whatIsWrongIsNamed) {
  pf_query_destroy(query_);
  expectRefused(pf_query_create(nullptr, &query_, &error_), "reader is NULL");
  ASSERT_EQ(pf_query_create(reader_, &query_, &error_), PF_STATUS_OK);
  expectRefused(pf_query_create(reader_, nullptr, &error_), "query is NULL");
  expectRefused(pf_query_where(nullptr, "a = 1", &error_), "query is NULL");
  expectRefused(pf_query_where(query_, nullptr, &error_), "predicate is NULL");
  expectRefused(pf_query_where(query_, "a = ", &error_), "at ");
  expectRefused(pf_query_where_predicate(query_, nullptr, &error_), "predicate is NULL");
  expectRefused(pf_query_aggregate(query_, "median(a)", &error_), "at 1: expected count");
  expectRefused(pf_query_order_by(query_, "", &error_), "expected a column");
  expectRefused(pf_query_select(query_, "a b", &error_), "at 3");
  expectRefused(pf_query_group_by(query_, "a,", &error_), "at 3");
  expectRefused(pf_query_run(query_, nullptr, &error_), "stream is NULL");
  expectRefused(pf_query_count(query_, nullptr, &error_), "rows is NULL");
  pf_query_stats_t stats;
  pf_query_stats_init(&stats, sizeof stats);
  EXPECT_EQ(pf_query_get_stats(query_, &stats, &error_), PF_STATUS_NOT_OPEN);
  ASSERT_EQ(pf_query_select(query_, "price", &error_), PF_STATUS_OK);
  ArrowArrayStream stream{};
  expectRefused(pf_query_run(query_, &stream, &error_), "price");
  EXPECT_EQ(stream.release, nullptr);
}

TEST_F(QueryApi, memoryIsBounded) {
  ASSERT_EQ(pf_query_order_by(query_, "shares", &error_), PF_STATUS_OK);
  ASSERT_EQ(pf_query_memory(query_, 100, &error_), PF_STATUS_OK);
  ArrowArrayStream stream{};
  ASSERT_EQ(pf_query_run(query_, &stream, &error_), PF_STATUS_OK) << error_.message;
  ArrowArray array{};
  EXPECT_EQ(stream.get_next(&stream, &array), EOVERFLOW);
  EXPECT_NE(std::string(stream.get_last_error(&stream)).find("100 bytes"), std::string::npos);
  stream.release(&stream);
}

TEST_F(QueryApi, fluentInCxx) {
  auto opened = pf::Reader::open(pf::Input::memory(std::as_bytes(std::span(file_))));
  ASSERT_TRUE(opened) << opened.error().message();
  const pf::Reader reader = std::move(*opened);
  auto run = reader.query()
                 .where("shares < 1000")
                 .groupBy({"stock"})
                 .aggregate("count, min(shares) as least")
                 .orderBy("stock")
                 .skip(1)
                 .limit(1)
                 .run();
  ASSERT_TRUE(run) << run.error().message();
  Batch batch;
  take(*run, batch);
  ASSERT_EQ(batch.array.length, 1);
  EXPECT_EQ(batch.textAt(0, 0), "B");
  EXPECT_EQ(batch.int64At(1, 0), 2);
  EXPECT_EQ(batch.int64At(2, 0), 20);

  pf::Query count = reader.query();
  const auto rows = count.where("stock is null").count();
  ASSERT_TRUE(rows) << rows.error().message();
  EXPECT_EQ(*rows, 2U);
  EXPECT_EQ(count.stats()->rows_selected, 2U);
  const auto many = pf::Predicate::compare("shares", PF_COMPARISON_GREATER, 20);
  ASSERT_TRUE(many);
  const auto counted = reader.query().where(*many).where("shares < 1000").count();
  ASSERT_TRUE(counted) << counted.error().message();
  EXPECT_EQ(*counted, 4U);  // 30 and 40 of each row group
  // The first failure is what is said.
  const auto failed = reader.query().where("stock =").select({"x\"y"}).run();
  ASSERT_FALSE(failed);
  EXPECT_NE(std::string(failed.error().message()).find("expected a literal"), std::string::npos)
      << failed.error().message();
}

}  // namespace
