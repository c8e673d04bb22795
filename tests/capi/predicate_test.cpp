// Goal: scans give the rows that predicates of C and C++ take, and say what was skipped; arguments
// that cannot be are refused, each in a sentence that names it.
//
// Method: a file of four row groups in memory; predicates as text and built, beside the rows they
// take; every function with arguments that are wrong one at a time.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "parquet_flow.h"
#include "parquet_flow.hpp"

namespace {

using Ids = std::vector<std::int64_t>;

class PredicateApi : public testing::Test {
 protected:
  // id: 0 .. 399, 100 a row group; name: "n0", null, "n2", null, ...
  void SetUp() override {
    pf_error_init(&error_, sizeof error_);
    pf_schema_t* schema = nullptr;
    ASSERT_EQ(pf_schema_create(&schema, &error_), PF_STATUS_OK);
    ASSERT_EQ(
        pf_schema_add_leaf(schema, PF_SCHEMA_ROOT, "id", PF_PHYSICAL_INT64, PF_REPETITION_REQUIRED,
                           0, PF_LOGICAL_NONE, 0, 0, -1, nullptr, &error_),
        PF_STATUS_OK);
    ASSERT_EQ(pf_schema_add_leaf(schema, PF_SCHEMA_ROOT, "name", PF_PHYSICAL_BYTE_ARRAY,
                                 PF_REPETITION_OPTIONAL, 0, PF_LOGICAL_STRING, 0, 0, -1, nullptr,
                                 &error_),
              PF_STATUS_OK);
    pf_output_t output;
    pf_output_init(&output, sizeof output);
    output.kind = PF_OUTPUT_MEMORY;
    pf_writer_handle_t* writer = nullptr;
    ASSERT_EQ(pf_writer_create_with_options(schema, nullptr, &output, &writer, &error_),
              PF_STATUS_OK);
    for (std::int64_t group = 0; group < 4; ++group) {
      Ids ids;
      std::string names;
      std::vector<std::uint32_t> offsets = {0};
      std::vector<std::uint8_t> present;
      for (std::int64_t id = group * 100; id < group * 100 + 100; ++id) {
        ids.push_back(id);
        present.push_back(id % 2 == 0 ? 1 : 0);
        if (id % 2 == 0) {
          names += "n" + std::to_string(id);
          offsets.push_back(static_cast<std::uint32_t>(names.size()));
        }
      }
      const pf_column_input_with_levels_t columns[] = {
          {ids.data(), 100, nullptr, 0, nullptr, 0, nullptr, 0},
          {names.data(), names.size(), offsets.data(), offsets.size(), present.data(), 100, nullptr,
           0}};
      ASSERT_EQ(pf_writer_write_row_group_with_levels(writer, 100, columns, 2), PF_STATUS_OK);
    }
    ASSERT_EQ(pf_writer_close(writer), PF_STATUS_OK);
    const void* data = nullptr;
    std::size_t bytes = 0;
    ASSERT_EQ(pf_writer_memory(writer, &data, &bytes), PF_STATUS_OK);
    file_.assign(static_cast<const char*>(data), bytes);
    pf_writer_destroy(writer);
    pf_schema_destroy(schema);
    pf_input_t input;
    pf_input_init(&input, sizeof input);
    input.kind = PF_INPUT_MEMORY;
    input.memory = file_.data();
    input.memory_bytes = file_.size();
    ASSERT_EQ(pf_reader_open(&input, nullptr, &reader_, &error_), PF_STATUS_OK) << error_.message;
    pf_scan_options_init(&options_, sizeof options_);
  }
  void TearDown() override { pf_reader_destroy(reader_); }

  // Of the ids that a scan with options_ gives.
  Ids scan(pf_scan_stats_t* stats = nullptr) {
    Ids ids;
    pf_scan_t* scan = nullptr;
    EXPECT_EQ(pf_reader_scan(reader_, &options_, &scan, &error_), PF_STATUS_OK) << error_.message;
    pf_column_view_t columns[2];
    std::uint64_t rows = 0;
    do {
      EXPECT_EQ(pf_scan_next_columns(scan, columns, 2, &rows, &error_), PF_STATUS_OK);
      const auto* const values = static_cast<const char*>(columns[0].values);
      for (std::uint64_t i = 0; i < rows; ++i) {
        ids.emplace_back();
        std::memcpy(&ids.back(), values + 8 * i, 8);
      }
    } while (rows != 0);
    if (stats != nullptr) {
      pf_scan_stats_init(stats, sizeof *stats);
      EXPECT_EQ(pf_scan_get_stats(scan, stats, &error_), PF_STATUS_OK);
    }
    pf_scan_destroy(scan);
    return ids;
  }
  // Of a predicate, which it frees.
  Ids rowsOf(pf_predicate_t* predicate) {
    options_.predicate = predicate;
    Ids ids = scan();
    pf_predicate_destroy(predicate);
    options_.predicate = nullptr;
    return ids;
  }
  pf_predicate_t* parsed(const char* text) {
    pf_predicate_t* predicate = nullptr;
    EXPECT_EQ(pf_predicate_parse(text, &predicate, &error_), PF_STATUS_OK) << error_.message;
    return predicate;
  }
  void expectRefused(pf_status_t status, const char* says) {
    EXPECT_EQ(status, PF_STATUS_INVALID_ARGUMENT);
    EXPECT_NE(std::string(error_.message).find(says), std::string::npos) << error_.message;
  }
  static pf_literal_t integer(std::int64_t value) {
    pf_literal_t literal{};
    literal.kind = PF_LITERAL_INT64;
    literal.integer = value;
    return literal;
  }

  pf_error_t error_;
  std::string file_;
  pf_reader_t* reader_ = nullptr;
  pf_scan_options_t options_;
};

TEST_F(PredicateApi, textIsOne) {
  EXPECT_EQ(rowsOf(parsed("id in (1, 2, 399) or name = 'n100'")), (Ids{1, 2, 100, 399}));
  EXPECT_EQ(rowsOf(parsed("id >= 398 and name is null")), Ids{399});
}

TEST_F(PredicateApi, areBuiltOfParts) {
  pf_predicate_t* p = nullptr;
  pf_literal_t least = integer(10);
  pf_literal_t most = integer(12);
  ASSERT_EQ(pf_predicate_compare("id", PF_COMPARISON_LESS, &most, &p, &error_), PF_STATUS_OK);
  EXPECT_EQ(rowsOf(p).size(), 12U);
  ASSERT_EQ(pf_predicate_between("id", &least, &most, &p, &error_), PF_STATUS_OK);
  EXPECT_EQ(rowsOf(p), (Ids{10, 11, 12}));
  const pf_literal_t several[] = {integer(7), pf_literal_t{}, integer(300)};
  ASSERT_EQ(pf_predicate_in("id", several, 3, &p, &error_), PF_STATUS_OK);
  EXPECT_EQ(rowsOf(p), (Ids{7, 300}));
  ASSERT_EQ(pf_predicate_in("id", nullptr, 0, &p, &error_), PF_STATUS_OK);
  EXPECT_EQ(rowsOf(p), Ids{});
  ASSERT_EQ(pf_predicate_is_null("name", &p, &error_), PF_STATUS_OK);
  EXPECT_EQ(rowsOf(p).size(), 200U);
  ASSERT_EQ(pf_predicate_text("name", PF_TEXT_STARTS_WITH, "n39", 3, -1, &p, &error_),
            PF_STATUS_OK);
  EXPECT_EQ(rowsOf(p), (Ids{390, 392, 394, 396, 398}));
  ASSERT_EQ(pf_predicate_text("name", PF_TEXT_ENDS_WITH, "98", 2, -1, &p, &error_), PF_STATUS_OK);
  EXPECT_EQ(rowsOf(p), (Ids{98, 198, 298, 398}));
  ASSERT_EQ(pf_predicate_text("name", PF_TEXT_CONTAINS, "n0", 2, -1, &p, &error_), PF_STATUS_OK);
  EXPECT_EQ(rowsOf(p), Ids{0});
  ASSERT_EQ(pf_predicate_text("name", PF_TEXT_LIKE, "n!_%", 4, '!', &p, &error_), PF_STATUS_OK);
  EXPECT_EQ(rowsOf(p), Ids{});
  pf_predicate_t* const a = parsed("id < 20");
  pf_predicate_t* const b = parsed("name contains '1'");
  pf_predicate_t* negated = nullptr;
  ASSERT_EQ(pf_predicate_not(b, &negated, &error_), PF_STATUS_OK);
  const pf_predicate_t* const both[] = {a, negated};
  ASSERT_EQ(pf_predicate_and(both, 2, &p, &error_), PF_STATUS_OK);
  pf_predicate_destroy(a);
  pf_predicate_destroy(b);
  pf_predicate_destroy(negated);
  EXPECT_EQ(rowsOf(p), (Ids{0, 2, 4, 6, 8})) << "of copies";
  ASSERT_EQ(pf_predicate_or(nullptr, 0, &p, &error_), PF_STATUS_OK);
  EXPECT_EQ(rowsOf(p), Ids{});
  ASSERT_EQ(pf_predicate_and(nullptr, 0, &p, &error_), PF_STATUS_OK);
  EXPECT_EQ(rowsOf(p).size(), 400U);
}

TEST_F(PredicateApi, literalsOfEachKind) {
  const auto rows = [&](pf_literal_t literal) {
    pf_predicate_t* p = nullptr;
    EXPECT_EQ(pf_predicate_compare("id", PF_COMPARISON_EQUAL, &literal, &p, &error_), PF_STATUS_OK)
        << error_.message;
    return rowsOf(p);
  };
  EXPECT_EQ(rows(pf_literal_t{}), Ids{});
  EXPECT_EQ(rows(integer(5)), Ids{5});
  pf_literal_t literal = integer(5);
  literal.kind = PF_LITERAL_UINT64;
  EXPECT_EQ(rows(literal), Ids{5});
  literal.integer = -1;
  EXPECT_EQ(rows(literal), Ids{}) << "2^64 - 1";
  literal.kind = PF_LITERAL_DOUBLE;
  literal.real = 5;
  EXPECT_EQ(rows(literal), Ids{5});
  literal.kind = PF_LITERAL_NUMBER;
  literal.data = "5.0";
  literal.bytes = 3;
  EXPECT_EQ(rows(literal), Ids{5});
  literal.kind = PF_LITERAL_TEXT;
  EXPECT_EQ(rows(literal), Ids{5});
}

TEST_F(PredicateApi, scansSkipLimitAndCount) {
  pf_predicate_t* const predicate = parsed("id >= 150 and id < 250");
  options_.predicate = predicate;
  pf_scan_stats_t stats;
  EXPECT_EQ(scan(&stats).size(), 100U);
  EXPECT_EQ(stats.row_groups, 4U);
  EXPECT_EQ(stats.row_groups_by_statistics, 2U);
  EXPECT_EQ(stats.row_groups_read, 2U);
  EXPECT_EQ(stats.rows, 400U);
  EXPECT_EQ(stats.rows_tested, 200U);
  EXPECT_EQ(stats.rows_selected, 100U);
  EXPECT_GT(stats.bytes_read, 0U);
  options_.skip = 49;
  options_.limit = 2;
  EXPECT_EQ(scan(), (Ids{199, 200}));
  options_.batch_rows = 7;
  options_.limit = UINT64_MAX;
  options_.skip = 90;
  EXPECT_EQ(scan(), (Ids{240, 241, 242, 243, 244, 245, 246, 247, 248, 249}));
  options_.predicate = nullptr;
  options_.skip = 398;
  EXPECT_EQ(scan(), (Ids{398, 399}));
  options_.skip = UINT64_MAX;
  EXPECT_EQ(scan(), Ids{});
  options_.skip = 398;
  options_.row_count = 399;
  EXPECT_EQ(scan(), Ids{398});
  options_.row_count = UINT64_MAX;
  options_.skip = 0;
  options_.first_row = 250;
  options_.limit = 1;
  EXPECT_EQ(scan(), Ids{250});
  pf_predicate_destroy(predicate);
}

TEST_F(PredicateApi, optionsOfAnOlderHeaderHaveNone) {
  options_.struct_size = 56;
  options_.predicate = reinterpret_cast<const pf_predicate_t*>(&options_);  // not looked at
  options_.limit = 0;
  EXPECT_EQ(scan().size(), 400U);
}

TEST_F(PredicateApi, arrowStreamsHaveTheirRows) {
  pf_predicate_t* const predicate = parsed("name ends with '8' and id > 380");
  options_.predicate = predicate;
  ArrowArrayStream stream;
  ASSERT_EQ(pf_reader_export_arrow_stream(reader_, &options_, &stream, &error_), PF_STATUS_OK);
  pf_predicate_destroy(predicate);
  ArrowArray array;
  ASSERT_EQ(stream.get_next(&stream, &array), 0);
  ASSERT_EQ(array.length, 2);
  EXPECT_EQ(static_cast<const std::int64_t*>(array.children[0]->buffers[1])[1], 398);
  EXPECT_EQ(array.children[1]->null_count, 0);
  array.release(&array);
  ASSERT_EQ(stream.get_next(&stream, &array), 0);
  EXPECT_EQ(array.release, nullptr);
  stream.release(&stream);
}

TEST_F(PredicateApi, argumentsThatCannotBeAreRefused) {
  pf_predicate_t* p = nullptr;
  pf_literal_t one = integer(1);
  expectRefused(pf_predicate_parse(nullptr, &p, &error_), "text is NULL");
  expectRefused(pf_predicate_parse("id = 1", nullptr, &error_), "predicate is NULL");
  expectRefused(pf_predicate_parse("id =", &p, &error_), "at 5: expected a literal");
  EXPECT_EQ(p, nullptr);
  expectRefused(pf_predicate_compare(nullptr, 0, &one, &p, &error_), "column is NULL");
  expectRefused(pf_predicate_compare("\xFF", 0, &one, &p, &error_), "column");
  expectRefused(pf_predicate_compare("id", 6, &one, &p, &error_), "comparison is 6");
  expectRefused(pf_predicate_compare("id", -1, &one, &p, &error_), "comparison is -1");
  expectRefused(pf_predicate_compare("id", 0, nullptr, &p, &error_), "literal is NULL");
  pf_literal_t wrong = one;
  wrong.kind = 8;
  expectRefused(pf_predicate_compare("id", 0, &wrong, &p, &error_), "kind is 8");
  wrong = one;
  wrong.reserved = 1;
  expectRefused(pf_predicate_compare("id", 0, &wrong, &p, &error_), "reserved is 1");
  wrong = integer(2);
  wrong.kind = PF_LITERAL_BOOLEAN;
  expectRefused(pf_predicate_compare("id", 0, &wrong, &p, &error_), "integer is 2");
  wrong.kind = PF_LITERAL_NUMBER;
  wrong.data = "1x";
  wrong.bytes = 2;
  expectRefused(pf_predicate_compare("id", 0, &wrong, &p, &error_), "'1x' is no number");
  wrong.kind = PF_LITERAL_BYTES;
  wrong.data = nullptr;
  expectRefused(pf_predicate_compare("id", 0, &wrong, &p, &error_), "data is NULL");
  expectRefused(pf_predicate_between("id", nullptr, &one, &p, &error_), "least is NULL");
  expectRefused(pf_predicate_between("id", &one, nullptr, &p, &error_), "most is NULL");
  expectRefused(pf_predicate_in("id", nullptr, 1, &p, &error_), "literals is NULL");
  expectRefused(pf_predicate_is_null(nullptr, &p, &error_), "column is NULL");
  expectRefused(pf_predicate_text("name", 4, "a", 1, -1, &p, &error_), "match is 4");
  expectRefused(pf_predicate_text("name", 0, nullptr, 1, -1, &p, &error_), "text is NULL");
  expectRefused(pf_predicate_text("name", 3, "a", 1, 256, &p, &error_), "escape is 256");
  expectRefused(pf_predicate_text("name", 3, "a", 1, -2, &p, &error_), "escape is -2");
  expectRefused(pf_predicate_and(nullptr, 1, &p, &error_), "children is NULL");
  const pf_predicate_t* const none[] = {nullptr};
  expectRefused(pf_predicate_or(none, 1, &p, &error_), "one of children is NULL");
  expectRefused(pf_predicate_not(nullptr, &p, &error_), "child is NULL");
  pf_scan_stats_t stats;
  pf_scan_stats_init(&stats, sizeof stats);
  expectRefused(pf_scan_get_stats(nullptr, &stats, &error_), "scan is NULL");
  pf_scan_t* all = nullptr;
  ASSERT_EQ(pf_reader_scan(reader_, nullptr, &all, &error_), PF_STATUS_OK);
  expectRefused(pf_scan_get_stats(all, &stats, &error_), "the scan has no predicate");
  pf_scan_destroy(all);
  pf_predicate_destroy(nullptr);
}

TEST_F(PredicateApi, whatAFileCannotAnswerIsRefusedByTheScan) {
  pf_scan_t* scan = nullptr;
  for (const auto& [text, says] : std::vector<std::pair<const char*, const char*>>{
           {"nothing = 1", "there is no column 'nothing'"},
           {"id = 'x'", "column 'id' is INT64, which 'x' is no value of"},
           {"id like 'x'", "column 'id' is INT64, which is no text"}}) {
    pf_predicate_t* const predicate = parsed(text);
    options_.predicate = predicate;
    expectRefused(pf_reader_scan(reader_, &options_, &scan, &error_), says);
    EXPECT_EQ(scan, nullptr);
    pf_predicate_destroy(predicate);
  }
}

TEST_F(PredicateApi, nestedTooDeepIsAboveTheLimit) {
  pf_predicate_t* inner = parsed("id = 1");
  for (int depth = 1; depth < 100; ++depth) {
    pf_predicate_t* outer = nullptr;
    ASSERT_EQ(pf_predicate_not(inner, &outer, &error_), PF_STATUS_OK);
    pf_predicate_destroy(inner);
    inner = outer;
  }
  pf_predicate_t* outer = nullptr;
  EXPECT_EQ(pf_predicate_not(inner, &outer, &error_), PF_STATUS_LIMIT);
  EXPECT_EQ(rowsOf(inner).size(), 399U);
}

TEST_F(PredicateApi, inCxx) {
  using namespace parquet_flow;
  const auto reader = Reader::open(Input::memory(std::as_bytes(std::span(file_))));
  ASSERT_TRUE(reader);
  const auto from = Predicate::compare("id", PF_COMPARISON_GREATER_OR_EQUAL, 396);
  const auto named = Predicate::text("name", PF_TEXT_STARTS_WITH, "n");
  const auto few = Predicate::in("id", {1, 2U, 3.0, "4", nullptr});
  ASSERT_TRUE(from && named && few);
  const auto either = *few || *from;
  const auto both = *either && *named;
  const auto not398 = !*Predicate::between("id", 398, Literal::number("398.5"));
  const auto all = *both && *not398;
  ASSERT_TRUE(all);
  ScanOptions options;
  options.setPredicate(*all);
  auto scan = reader->scan(options);
  ASSERT_TRUE(scan);
  pf_column_view_t columns[2];
  Ids ids;
  while (const std::uint64_t rows = *scan->nextColumns(columns)) {
    for (std::uint64_t i = 0; i < rows; ++i) {
      ids.emplace_back();
      std::memcpy(&ids.back(), static_cast<const char*>(columns[0].values) + 8 * i, 8);
    }
  }
  EXPECT_EQ(ids, (Ids{2, 4, 396}));
  EXPECT_EQ(scan->stats()->row_groups_by_statistics, 2U);
  EXPECT_FALSE(Predicate::parse("id ="));
}

}  // namespace
