// Goal: rows come one at a time as they were written, each value of them as what it is, of the
// columns and rows that were asked for; and what cannot be is refused with a sentence.
//
// Method: a file of every shape that rows have, written value by value, and read through the C API
// against rows as text; every function on its values, with arguments that are wrong one at a time.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "capi_fixture.hpp"
#include "row_text.hpp"

namespace parquet_flow::test {
namespace {

using ReaderHandle = std::unique_ptr<pf_reader_t, Destroy<pf_reader_destroy>>;
using ScanHandle = std::unique_ptr<pf_scan_t, Destroy<pf_scan_destroy>>;

// The numbers of nodes that pf_schema_add_... gives.
uint32_t addNode(decltype(&pf_schema_add_list) add, pf_schema_t* schema, uint32_t parent,
                 const char* name, pf_repetition_t repetition) {
  uint32_t node = 0;
  EXPECT_EQ(add(schema, parent, name, repetition, -1, &node, nullptr), PF_STATUS_OK);
  return node;
}

// id: int64; tags: optional list<optional string>; points: list<optional struct<x: int32, y:
// optional double>>; map: optional map<string, optional int32>; grid: list<optional list<int32>>;
// inner: optional group { n: optional group { flag: optional boolean }, f: optional float };
// loose: repeated int32; fixed: optional FIXED_LEN_BYTE_ARRAY(2) FLOAT16.
SchemaHandle shapes() {
  SchemaHandle owner = makeSchema();
  pf_schema_t* const schema = owner.get();
  constexpr auto kRequired = PF_REPETITION_REQUIRED;
  constexpr auto kOptional = PF_REPETITION_OPTIONAL;
  addLeaf(schema, PF_SCHEMA_ROOT, "id", PF_PHYSICAL_INT64);
  uint32_t node = addNode(pf_schema_add_list, schema, PF_SCHEMA_ROOT, "tags", kOptional);
  addLeaf(schema, node, "element", PF_PHYSICAL_BYTE_ARRAY, kOptional, 0, PF_LOGICAL_STRING);
  node = addNode(pf_schema_add_list, schema, PF_SCHEMA_ROOT, "points", kRequired);
  node = addNode(pf_schema_add_group, schema, node, "element", kOptional);
  addLeaf(schema, node, "x", PF_PHYSICAL_INT32);
  addLeaf(schema, node, "y", PF_PHYSICAL_DOUBLE, kOptional);
  node = addNode(pf_schema_add_map, schema, PF_SCHEMA_ROOT, "map", kOptional);
  addLeaf(schema, node, "key", PF_PHYSICAL_BYTE_ARRAY, kRequired, 0, PF_LOGICAL_STRING);
  addLeaf(schema, node, "value", PF_PHYSICAL_INT32, kOptional);
  node = addNode(pf_schema_add_list, schema, PF_SCHEMA_ROOT, "grid", kRequired);
  node = addNode(pf_schema_add_list, schema, node, "element", kOptional);
  addLeaf(schema, node, "element", PF_PHYSICAL_INT32);
  const uint32_t inner = addNode(pf_schema_add_group, schema, PF_SCHEMA_ROOT, "inner", kOptional);
  node = addNode(pf_schema_add_group, schema, inner, "n", kOptional);
  addLeaf(schema, node, "flag", PF_PHYSICAL_BOOLEAN, kOptional);
  addLeaf(schema, inner, "f", PF_PHYSICAL_FLOAT, kOptional);
  addLeaf(schema, PF_SCHEMA_ROOT, "loose", PF_PHYSICAL_INT32, PF_REPETITION_REPEATED);
  addLeaf(schema, PF_SCHEMA_ROOT, "fixed", PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY, kOptional, 2,
          PF_LOGICAL_FLOAT16);
  return owner;
}

void bytes(pf_row_t* row, std::string_view text) { pf_row_bytes(row, text.data(), text.size()); }

template <class Fill>
void list(pf_row_t* row, Fill&& fill) {
  pf_row_begin_list(row);
  fill();
  pf_row_end_list(row);
}

void fullRow(pf_row_t* row) {
  pf_row_int64(row, -1);
  list(row, [&] { bytes(row, "a"), pf_row_null(row), bytes(row, ""); });
  list(row, [&] {
    pf_row_begin_group(row), pf_row_int32(row, 7), pf_row_null(row), pf_row_end_group(row);
    pf_row_null(row);
    pf_row_begin_group(row), pf_row_int32(row, 8), pf_row_double(row, 0.5), pf_row_end_group(row);
  });
  list(row, [&] { bytes(row, "k"), pf_row_int32(row, 1), bytes(row, "l"), pf_row_null(row); });
  list(row, [&] {
    list(row, [&] { pf_row_int32(row, 1), pf_row_int32(row, 2); });
    list(row, [] {});
    pf_row_null(row);
    list(row, [&] { pf_row_int32(row, 3); });
  });
  pf_row_begin_group(row);
  pf_row_begin_group(row), pf_row_boolean(row, 1), pf_row_end_group(row);
  pf_row_float(row, 1.5F);
  pf_row_end_group(row);
  list(row, [&] { pf_row_int32(row, 4), pf_row_int32(row, -5); });
  bytes(row, "hf");
}

constexpr const char* kFullRow =
    "{id: -1L, tags: [\"a\", null, \"\"], points: [{x: 7, y: null}, null, {x: 8, y: 0x1p-1}], "
    "map: {\"k\" => 1, \"l\" => null}, grid: [[1, 2], [], null, [3]], "
    "inner: {n: {flag: true}, f: 0x1.8p+0f}, loose: [4, -5], fixed: \"hf\"}";

// All that can be null is.
void nullRow(pf_row_t* row) {
  pf_row_int64(row, 2);
  pf_row_null(row);
  list(row, [] {});
  pf_row_null(row);
  list(row, [] {});
  pf_row_null(row);
  list(row, [] {});
  pf_row_null(row);
}
constexpr const char* kNullRow =
    "{id: 2L, tags: null, points: [], map: null, grid: [], inner: null, loose: [], fixed: null}";

// What is there is empty, or of nulls.
void emptyRow(pf_row_t* row) {
  pf_row_int64(row, 3);
  list(row, [] {});
  list(row, [&] { pf_row_null(row); });
  list(row, [] {});
  list(row, [&] { pf_row_null(row); });
  pf_row_begin_group(row), pf_row_null(row), pf_row_null(row), pf_row_end_group(row);
  list(row, [] {});
  pf_row_null(row);
}
constexpr const char* kEmptyRow =
    "{id: 3L, tags: [], points: [null], map: {}, grid: [null], inner: {n: null, f: null}, "
    "loose: [], fixed: null}";

// A group in a group whose leaf alone is null.
void leafRow(pf_row_t* row) {
  pf_row_int64(row, 4);
  list(row, [&] { pf_row_null(row); });
  list(row, [] {});
  list(row, [&] { bytes(row, ""), pf_row_null(row); });
  list(row, [&] { list(row, [] {}); });
  pf_row_begin_group(row);
  pf_row_begin_group(row), pf_row_null(row), pf_row_end_group(row);
  pf_row_null(row);
  pf_row_end_group(row);
  list(row, [&] { pf_row_int32(row, 0); });
  bytes(row, std::string_view("\0\0", 2));
}
const std::string kLeafRow =
    "{id: 4L, tags: [null], points: [], map: {\"\" => null}, grid: [[]], "
    "inner: {n: {flag: null}, f: null}, loose: [0], fixed: \"" +
    std::string(2, '\0') + "\"}";

std::string fileOf(const pf_schema_t* schema, const std::vector<void (*)(pf_row_t*)>& rows,
                   uint64_t rowGroupRows) {
  const WriterHandle writer = makeWriter(schema, OutputTo(PF_OUTPUT_MEMORY));
  pf_row_writer_t* made = nullptr;
  EXPECT_EQ(pf_row_writer_create(writer.get(), rowGroupRows, 1 << 20, &made, nullptr),
            PF_STATUS_OK);
  RowWriterHandle filling(made);
  for (const auto fill : rows) {
    pf_row_t* row = nullptr;
    EXPECT_EQ(pf_row_writer_next(made, &row, nullptr), PF_STATUS_OK);
    fill(row);
  }
  EXPECT_EQ(pf_row_writer_flush(made, nullptr), PF_STATUS_OK);
  filling.reset();
  EXPECT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK) << pf_writer_last_error(writer.get());
  const void* data = nullptr;
  size_t size = 0;
  EXPECT_EQ(pf_writer_memory(writer.get(), &data, &size), PF_STATUS_OK);
  return {static_cast<const char*>(data), size};
}

class RowsApi : public testing::Test {
 protected:
  void SetUp() override {
    const SchemaHandle schema = shapes();
    open(fileOf(schema.get(), {fullRow, nullRow, emptyRow, leafRow, fullRow}, 2));
    pf_scan_options_init(&options_, sizeof options_);
  }

  void open(std::string file) {
    file_ = std::move(file);
    pf_input_t input;
    pf_input_init(&input, sizeof input);
    input.kind = PF_INPUT_MEMORY;
    input.memory = file_.data();
    input.memory_bytes = file_.size();
    pf_reader_t* reader = nullptr;
    ASSERT_EQ(pf_reader_open(&input, nullptr, &reader, &error_), PF_STATUS_OK) << error_.message;
    reader_.reset(reader);
  }

  ScanHandle scan() {
    pf_scan_t* made = nullptr;
    EXPECT_EQ(pf_reader_scan(reader_.get(), &options_, &made, &error_), PF_STATUS_OK)
        << error_.message;
    return ScanHandle(made);
  }
  // The next row; nullptr: the end.
  const pf_value_t* next(const ScanHandle& scan) {
    const pf_value_t* row = nullptr;
    EXPECT_EQ(pf_scan_next_row(scan.get(), &row, &error_), PF_STATUS_OK) << error_.message;
    return row;
  }
  std::vector<std::string> all() {
    std::vector<std::string> rows;
    const ScanHandle scanned = scan();
    while (const pf_value_t* row = next(scanned)) rows.push_back(textOf(*row));
    EXPECT_EQ(next(scanned), nullptr);
    return rows;
  }
  void expectRefused(pf_status_t status, const char* sentence) {
    EXPECT_EQ(status, PF_STATUS_INVALID_ARGUMENT);
    EXPECT_STREQ(error_.message, sentence);
  }

  std::string file_;
  ReaderHandle reader_;
  pf_scan_options_t options_{};
  ErrorText error_;
};

using Texts = std::vector<std::string>;

TEST_F(RowsApi, eachShapeAsItWasWritten) {
  for (const uint64_t batchRows : {uint64_t{1}, uint64_t{3}, uint64_t{65536}}) {
    options_.batch_rows = batchRows;
    EXPECT_EQ(all(), (Texts{kFullRow, kNullRow, kEmptyRow, kLeafRow, kFullRow})) << batchRows;
  }
}

TEST_F(RowsApi, someRowsAndColumns) {
  const char* const paths[] = {"inner.n", "points.list.element.y", "id"};
  options_.columns = paths;
  options_.column_count = 3;
  options_.first_row = 1;
  options_.row_count = 3;
  EXPECT_EQ(all(), (Texts{"{id: 2L, points: [], inner: null}",
                          "{id: 3L, points: [null], inner: {n: null}}",
                          "{id: 4L, points: [], inner: {n: {flag: null}}}"}));
  options_.skip = 2;
  EXPECT_EQ(all(), (Texts{"{id: 4L, points: [], inner: {n: {flag: null}}}"}));
  options_.row_count = 0;
  EXPECT_EQ(all(), Texts{});
}

TEST_F(RowsApi, rowsOfAPredicate) {
  pf_predicate_t* predicate = nullptr;
  ASSERT_EQ(pf_predicate_parse("id >= 3 or id = -1", &predicate, &error_), PF_STATUS_OK);
  options_.predicate = predicate;
  options_.limit = 3;
  EXPECT_EQ(all(), (Texts{kFullRow, kEmptyRow, kLeafRow}));
  const char* const path = "tags";
  options_.columns = &path;
  options_.column_count = 1;
  const ScanHandle scanned = scan();
  while (next(scanned) != nullptr) {
  }
  pf_predicate_destroy(predicate);
  pf_scan_stats_t stats;
  pf_scan_stats_init(&stats, sizeof stats);
  ASSERT_EQ(pf_scan_get_stats(scanned.get(), &stats, &error_), PF_STATUS_OK);
  EXPECT_EQ(stats.rows_selected, 3U);
}

// A map without its values is a list of groups of its keys.
TEST_F(RowsApi, mapOfWhichTheKeysAloneAreAskedFor) {
  const char* const path = "map.key_value.key";
  options_.columns = &path;
  options_.column_count = 1;
  options_.row_count = 3;
  EXPECT_EQ(all(), (Texts{"{map: [{key: \"k\"}, {key: \"l\"}]}", "{map: null}", "{map: []}"}));
}

// The group that a map is a list of then is the file's own, which has no id.
TEST_F(RowsApi, mapOfWhichTheKeysAloneAreAskedForHasItsIdOnce) {
  const SchemaHandle schema = makeSchema();
  uint32_t map = 0;
  ASSERT_EQ(pf_schema_add_map(schema.get(), PF_SCHEMA_ROOT, "map", PF_REPETITION_OPTIONAL, 5, &map,
                              nullptr),
            PF_STATUS_OK);
  for (const int32_t id : {6, 7}) {
    ASSERT_EQ(
        pf_schema_add_leaf(schema.get(), map, id == 6 ? "key" : "value", PF_PHYSICAL_INT32,
                           PF_REPETITION_REQUIRED, 0, PF_LOGICAL_NONE, 0, 0, id, nullptr, nullptr),
        PF_STATUS_OK);
  }
  open(fileOf(schema.get(), {}, 1));
  const char* const path = "map.key_value.key";
  options_.columns = &path;
  options_.column_count = 1;
  const ScanHandle scanned = scan();
  const pf_field_t* root = nullptr;
  ASSERT_EQ(pf_scan_row_field(scanned.get(), &root, &error_), PF_STATUS_OK) << error_.message;
  const pf_field_t& field = root->fields[0];
  EXPECT_EQ(field.field_id, 5);
  ASSERT_EQ(field.field_count, 1U);
  EXPECT_STREQ(field.fields[0].name, "key_value");
  EXPECT_EQ(field.fields[0].field_id, -1);
  ASSERT_EQ(field.fields[0].field_count, 1U);
  EXPECT_EQ(field.fields[0].fields[0].field_id, 6);
}

TEST_F(RowsApi, fieldsSayWhatValuesAre) {
  const ScanHandle scanned = scan();
  const pf_field_t* root = nullptr;
  ASSERT_EQ(pf_scan_row_field(scanned.get(), &root, &error_), PF_STATUS_OK);
  EXPECT_STREQ(root->name, "");
  EXPECT_EQ(root->kind, PF_VALUE_GROUP);
  EXPECT_EQ(root->leaf_index, PF_NO_LEAF);
  ASSERT_EQ(root->field_count, 8U);
  const pf_field_t& tags = root->fields[1];
  EXPECT_STREQ(tags.name, "tags");
  EXPECT_EQ(tags.kind, PF_VALUE_LIST);
  EXPECT_EQ(tags.is_nullable, 1U);
  ASSERT_EQ(tags.field_count, 1U);
  EXPECT_STREQ(tags.fields[0].name, "element");
  EXPECT_EQ(tags.fields[0].kind, PF_VALUE_BYTES);
  EXPECT_EQ(tags.fields[0].logical, PF_LOGICAL_STRING);
  EXPECT_EQ(tags.fields[0].leaf_index, 1U);
  EXPECT_EQ(tags.fields[0].physical_type, PF_PHYSICAL_BYTE_ARRAY);
  const pf_field_t& map = root->fields[3];
  EXPECT_EQ(map.kind, PF_VALUE_MAP);
  ASSERT_EQ(map.field_count, 2U);
  EXPECT_STREQ(map.fields[0].name, "key");
  EXPECT_EQ(map.fields[0].is_nullable, 0U);
  EXPECT_STREQ(map.fields[1].name, "value");
  EXPECT_EQ(map.fields[1].kind, PF_VALUE_INT32);
  EXPECT_EQ(root->fields[6].kind, PF_VALUE_LIST);  // REPEATED
  EXPECT_EQ(root->fields[6].fields[0].kind, PF_VALUE_INT32);
  EXPECT_EQ(root->fields[7].type_length, 2U);
  EXPECT_EQ(root->fields[7].logical, PF_LOGICAL_FLOAT16);
  EXPECT_EQ(root->fields[7].field_id, -1);
  // Values have the fields of the schema.
  const pf_value_t* const row = next(scanned);
  EXPECT_EQ(row->field, root);
  EXPECT_EQ(row->values[3].field, &map);
  EXPECT_EQ(row->values[3].values[3].field, &map.fields[1]);
}

TEST_F(RowsApi, valuesThroughFunctions) {
  const ScanHandle scanned = scan();
  const pf_value_t* const row = next(scanned);
  const pf_value_t* value = nullptr;
  const pf_value_t* inner = nullptr;
  const pf_value_t* key = nullptr;
  int64_t id = 0;
  ASSERT_EQ(pf_value_field(row, 0, &value, &error_), PF_STATUS_OK);
  EXPECT_EQ(pf_value_int64(value, &id, &error_), PF_STATUS_OK);
  EXPECT_EQ(id, -1);
  const void* data = nullptr;
  size_t size = 9;
  ASSERT_EQ(pf_value_find(row, "tags", &value, &error_), PF_STATUS_OK);
  ASSERT_EQ(pf_value_element(value, 2, &inner, &error_), PF_STATUS_OK);
  EXPECT_EQ(pf_value_bytes(inner, &data, &size, &error_), PF_STATUS_OK);
  EXPECT_NE(data, nullptr);  // of no bytes
  EXPECT_EQ(size, 0U);
  int32_t number = 0;
  ASSERT_EQ(pf_value_find(row, "map", &value, &error_), PF_STATUS_OK);
  ASSERT_EQ(pf_value_entry(value, 0, &key, &inner, &error_), PF_STATUS_OK);
  EXPECT_EQ(pf_value_bytes(key, &data, &size, &error_), PF_STATUS_OK);
  EXPECT_EQ(std::string(static_cast<const char*>(data), size), "k");
  EXPECT_EQ(pf_value_int32(inner, &number, &error_), PF_STATUS_OK);
  EXPECT_EQ(number, 1);
  ASSERT_EQ(pf_value_entry(value, 1, &key, &inner, &error_), PF_STATUS_OK);
  EXPECT_EQ(inner->kind, PF_VALUE_NULL);
  double real = 0;
  ASSERT_EQ(pf_value_find(row, "points", &value, &error_), PF_STATUS_OK);
  ASSERT_EQ(pf_value_element(value, 2, &inner, &error_), PF_STATUS_OK);
  ASSERT_EQ(pf_value_find(inner, "y", &value, &error_), PF_STATUS_OK);
  EXPECT_EQ(pf_value_double(value, &real, &error_), PF_STATUS_OK);
  EXPECT_EQ(real, 0.5);
  float single = 0;
  int flag = 0;
  ASSERT_EQ(pf_value_find(row, "inner", &inner, &error_), PF_STATUS_OK);
  EXPECT_EQ(pf_value_float(&inner->values[1], &single, &error_), PF_STATUS_OK);
  EXPECT_EQ(single, 1.5F);
  EXPECT_EQ(pf_value_boolean(&inner->values[0].values[0], &flag, &error_), PF_STATUS_OK);
  EXPECT_EQ(flag, 1);
}

TEST_F(RowsApi, argumentsOfValues) {
  const ScanHandle scanned = scan();
  const pf_value_t* const row = next(scanned);
  const pf_value_t* const tags = &row->values[1];
  const pf_value_t* const map = &row->values[3];
  const pf_value_t* out = row;
  const pf_value_t* other = row;
  int32_t number = 7;
  expectRefused(pf_value_int32(&row->values[0], &number, &error_), "'id' is INT64, not INT32");
  EXPECT_EQ(number, 0);
  expectRefused(pf_value_int32(&map->values[3], &number, &error_), "'value' is null, not INT32");
  expectRefused(pf_value_int32(nullptr, &number, &error_), "value is NULL");
  expectRefused(pf_value_int32(&map->values[1], nullptr, &error_), "int32 is NULL");
  expectRefused(pf_value_element(tags, 3, &out, &error_), "index is 3, 'tags' has 3");
  EXPECT_EQ(out, nullptr);
  expectRefused(pf_value_element(row, 0, &out, &error_), "the row is GROUP, not LIST");
  expectRefused(pf_value_element(map, 0, &out, &error_), "'map' is MAP, not LIST");
  out = row;
  expectRefused(pf_value_entry(map, 2, &out, &other, &error_), "index is 2, 'map' has 2");
  EXPECT_EQ(out, nullptr);
  EXPECT_EQ(other, nullptr);
  expectRefused(pf_value_entry(map, 0, &out, nullptr, &error_), "value is NULL");
  expectRefused(pf_value_field(row, 8, &out, &error_), "index is 8, the row has 8");
  expectRefused(pf_value_field(tags, 0, &out, &error_), "'tags' is LIST, not GROUP");
  expectRefused(pf_value_find(row, "nobody", &out, &error_), "the row has no 'nobody'");
  expectRefused(pf_value_find(row, nullptr, &out, &error_), "name is NULL");
  const void* data = row;
  size_t size = 7;
  expectRefused(pf_value_bytes(tags, &data, &size, &error_), "'tags' is LIST, not BYTES");
  EXPECT_EQ(data, nullptr);
  EXPECT_EQ(size, 0U);
  expectRefused(pf_value_bytes(&tags->values[0], &data, nullptr, &error_), "bytes is NULL");
  EXPECT_EQ(pf_value_int32(nullptr, nullptr, nullptr), PF_STATUS_INVALID_ARGUMENT);
  // As the wrapper's value of what is not there: it is of no field.
  const pf_value_t missing{};
  expectRefused(pf_value_int32(&missing, &number, &error_), "value is null, not INT32");
  expectRefused(pf_value_find(&missing, "a", &out, &error_), "value is null, not GROUP");
}

// What was asked for first is what the scan gives.
TEST_F(RowsApi, rowsAndBatchesAreNotMixed) {
  const ScanHandle rows = scan();
  ASSERT_NE(next(rows), nullptr);
  ArrowArray array{};
  expectRefused(pf_scan_next_arrow(rows.get(), &array, &error_), "the scan gives rows already");
  std::vector<pf_column_view_t> columns(11);
  uint64_t count = 0;
  expectRefused(pf_scan_next_columns(rows.get(), columns.data(), columns.size(), &count, &error_),
                "the scan gives rows already");
  EXPECT_EQ(textOf(*next(rows)), kNullRow);  // it goes on
  const ScanHandle batches = scan();
  const pf_field_t* field = nullptr;
  EXPECT_EQ(pf_scan_row_field(batches.get(), &field, &error_), PF_STATUS_OK);
  ASSERT_EQ(pf_scan_next_arrow(batches.get(), &array, &error_), PF_STATUS_OK);
  array.release(&array);
  const pf_value_t* row = nullptr;
  expectRefused(pf_scan_next_row(batches.get(), &row, &error_), "the scan gives batches already");
}

TEST_F(RowsApi, errorsComeAgain) {
  // A byte of the last page that has values: its checksum is not that of its bytes.
  const std::string before = file_;
  bool isFound = false;
  for (size_t at = file_.size(); at-- > 4 && !isFound;) {
    file_ = before;
    file_[at] = static_cast<char>(file_[at] ^ 1);
    pf_input_t input;
    pf_input_init(&input, sizeof input);
    input.kind = PF_INPUT_MEMORY;
    input.memory = file_.data();
    input.memory_bytes = file_.size();
    pf_reader_t* reader = nullptr;
    if (pf_reader_open(&input, nullptr, &reader, nullptr) != PF_STATUS_OK) continue;
    reader_.reset(reader);
    const ScanHandle scanned = scan();
    const pf_value_t* row = nullptr;
    for (int i = 0; i < 4; ++i) {
      if (pf_scan_next_row(scanned.get(), &row, &error_) != PF_STATUS_OK) break;
    }
    if (row == nullptr || pf_scan_next_row(scanned.get(), &row, &error_) == PF_STATUS_OK) continue;
    isFound = true;
    EXPECT_EQ(error_.status, PF_STATUS_CORRUPT);
    EXPECT_EQ(row, nullptr);
    const std::string sentence = error_.message;
    row = reinterpret_cast<const pf_value_t*>(this);
    EXPECT_EQ(pf_scan_next_row(scanned.get(), &row, &error_), PF_STATUS_CORRUPT);
    EXPECT_EQ(error_.message, sentence);
    EXPECT_EQ(row, nullptr);
  }
  EXPECT_TRUE(isFound);
}

// A list whose rows are few bytes, and too many values.
TEST_F(RowsApi, rowsOfTooManyValuesAreAboveTheLimit) {
  const SchemaHandle schema = makeSchema();
  addLeaf(schema.get(), PF_SCHEMA_ROOT, "x", PF_PHYSICAL_BOOLEAN, PF_REPETITION_REPEATED);
  file_ = fileOf(schema.get(), {[](pf_row_t* row) {
                   list(row, [&] {
                     for (int i = 0; i < 100'000; ++i) pf_row_boolean(row, 1);
                   });
                 }},
                 2);
  pf_input_t input;
  pf_input_init(&input, sizeof input);
  input.kind = PF_INPUT_MEMORY;
  input.memory = file_.data();
  input.memory_bytes = file_.size();
  pf_reader_options_t options;
  pf_reader_options_init(&options, sizeof options);
  for (const bool isEnough : {true, false}) {
    options.page_bytes_max = isEnough ? 1 << 20 : 1 << 18;
    pf_reader_t* reader = nullptr;
    ASSERT_EQ(pf_reader_open(&input, &options, &reader, &error_), PF_STATUS_OK);
    reader_.reset(reader);
    const ScanHandle scanned = scan();
    const pf_value_t* row = nullptr;
    const pf_status_t status = pf_scan_next_row(scanned.get(), &row, &error_);
    EXPECT_EQ(status, isEnough ? PF_STATUS_OK : PF_STATUS_LIMIT) << error_.message;
    EXPECT_EQ(row == nullptr, !isEnough);
    if (isEnough) {
      EXPECT_EQ(row->values[0].count, 100'000U);
    } else {
      EXPECT_TRUE(contains(error_.message, "a row has more than ")) << error_.message;
    }
  }
}

}  // namespace
}  // namespace parquet_flow::test
