// Goal: what is wrong with an ArrowSchema, an ArrowArray or a stream is refused with a sentence
// that names it, before it is looked into; what is borrowed is never released, what was received
// always.
//
// Method: good structs made by hand, written and counted; then a table of ways to break them, one
// at a time. Whether the values arrive is tests/interop's to see.
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arrow_structs.hpp"
#include "capi_fixture.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::test {
namespace {

// tests/interop/arrow_random.py sets these two by their place.
static_assert(offsetof(pf_writer_options_t, row_group_rows) == 152);
static_assert(offsetof(pf_writer_options_t, row_group_bytes) == 160);

// x: int64; s: utf8; l: list<int32>; d: dictionary<int8, utf8>; v: utf8 view. Three rows: 1 2 3;
// "a"
// "" "bc"; [1] [] [2 3]; "a" "bc" "a"; "a" "a" and 13 times z.
class ArrowTest : public testing::Test {
 protected:
  static constexpr int64_t kRows = 3;

  static std::shared_ptr<Field> makeSchema() {
    auto dictionary = field("c", "d");
    dictionary->owned.push_back(field("u", ""));
    dictionary->dictionary = dictionary->owned.back().get();
    return field("+s", "",
                 std::vector{field("l", "x"), field("u", "s"),
                             field("+l", "l", std::vector{field("i", "item")}), dictionary,
                             field("vu", "v")});
  }

  std::shared_ptr<Array> makeArray() {
    const auto text = [&] {
      return std::make_shared<Array>(kRows,
                                     std::vector<const void*>{nullptr, textOffsets_.data(), "abc"});
    };
    const auto list = std::make_shared<Array>(
        kRows, std::vector<const void*>{nullptr, listOffsets_.data()},
        std::vector{std::make_shared<Array>(3, std::vector<const void*>{nullptr, int32s_.data()})});
    auto dictionary =
        std::make_shared<Array>(kRows, std::vector<const void*>{nullptr, indices_.data()});
    dictionary->owned.push_back(text());
    dictionary->dictionary = dictionary->owned.back().get();
    return std::make_shared<Array>(
        kRows, std::vector<const void*>{nullptr},
        std::vector{
            std::make_shared<Array>(kRows, std::vector<const void*>{nullptr, int64s_.data()}),
            text(), list, dictionary,
            std::make_shared<Array>(
                kRows,
                std::vector<const void*>{nullptr, views_.data(), "zzzzzzzzzzzzz", sizes_.data()})});
  }

  static WriterHandle makeWriterFor(const ArrowSchema* schema,
                                    const pf_writer_options_t* options = nullptr) {
    ErrorText error;
    pf_writer_handle_t* writer = nullptr;
    const OutputTo output(PF_OUTPUT_DISCARD);
    EXPECT_EQ(pf_writer_create_for_arrow(schema, options, &output, &writer, &error), PF_STATUS_OK)
        << error.message;
    return WriterHandle(writer);
  }
  static pf_writer_stats_t statsOf(pf_writer_handle_t* writer) {
    pf_writer_stats_t stats;
    pf_writer_stats_init(&stats, sizeof stats);
    EXPECT_EQ(pf_writer_get_stats(writer, &stats), PF_STATUS_OK);
    return stats;
  }

  std::vector<int64_t> int64s_ = {1, 2, 3};
  std::vector<int32_t> int32s_ = {1, 2, 3};
  std::vector<int32_t> textOffsets_ = {0, 1, 1, 3};
  std::vector<int32_t> listOffsets_ = {0, 1, 1, 3};
  std::vector<int8_t> indices_ = {0, 2, 0};
  std::vector<int32_t> views_ = {1, 'a', 0, 0, 1, 'a', 0, 0, 13, 'z', 0, 0};
  std::vector<int64_t> sizes_ = {13};
};

TEST_F(ArrowTest, aBatchIsARowGroupAndIsNotReleased) {
  const auto schema = makeSchema();
  const auto array = makeArray();
  const WriterHandle writer = makeWriterFor(schema.get());
  ErrorText error;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(pf_writer_write_arrow(writer.get(), array.get(), schema.get(), &error), PF_STATUS_OK)
        << error.message;
  }
  EXPECT_NE(schema->release, nullptr);
  EXPECT_NE(array->release, nullptr);
  EXPECT_EQ(statsOf(writer.get()).row_groups, 2U);
  EXPECT_EQ(statsOf(writer.get()).rows, 6U);
  array->length = 0;
  EXPECT_EQ(pf_writer_write_arrow(writer.get(), array.get(), schema.get(), nullptr), PF_STATUS_OK);
  EXPECT_EQ(statsOf(writer.get()).row_groups, 2U);
  EXPECT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK);
  PF_EXPECT_STATUS(PF_STATUS_NOT_OPEN,
                   pf_writer_write_arrow(writer.get(), array.get(), schema.get(), &error),
                   error.message, "closed");
}

TEST_F(ArrowTest, theSchemaIsThatOfParquet) {
  pf_schema_t* made = nullptr;
  ASSERT_EQ(pf_schema_create_from_arrow(makeSchema().get(), &made, nullptr), PF_STATUS_OK);
  const SchemaHandle schema(made);
  EXPECT_EQ(pf_schema_leaf_count(schema.get()), 5U);
  uint32_t leaf = 0;
  uint8_t definition = 0;
  uint8_t repetition = 0;
  EXPECT_EQ(pf_schema_leaf_index(schema.get(), "l.list.element", &leaf, &definition, &repetition,
                                 nullptr),
            PF_STATUS_OK);
  EXPECT_EQ(leaf, 2U);
  EXPECT_EQ(definition, 3);
  EXPECT_EQ(repetition, 1);
}

TEST_F(ArrowTest, missingArgumentsAreNamed) {
  const auto schema = makeSchema();
  const auto array = makeArray();
  const WriterHandle writer = makeWriterFor(schema.get());
  const OutputTo output(PF_OUTPUT_DISCARD);
  ErrorText error;
  pf_schema_t* made = nullptr;
  pf_writer_handle_t* opened = nullptr;
  const auto expect = [&](pf_status_t status, const char* part) {
    PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, status, error.message, part);
  };
  expect(pf_schema_create_from_arrow(nullptr, &made, &error), "schema is NULL");
  expect(pf_schema_create_from_arrow(schema.get(), nullptr, &error), "schema is NULL");
  expect(pf_writer_create_for_arrow(nullptr, nullptr, &output, &opened, &error), "schema is NULL");
  expect(pf_writer_create_for_arrow(schema.get(), nullptr, nullptr, &opened, &error),
         "output is NULL");
  expect(pf_writer_create_for_arrow(schema.get(), nullptr, &output, nullptr, &error),
         "writer is NULL");
  expect(pf_writer_write_arrow(nullptr, array.get(), schema.get(), &error), "writer is NULL");
  expect(pf_writer_write_arrow(writer.get(), nullptr, schema.get(), &error), "array is NULL");
  expect(pf_writer_write_arrow(writer.get(), array.get(), nullptr, &error), "schema is NULL");
  expect(pf_writer_write_arrow_stream(nullptr, nullptr, &error), "writer is NULL");
  expect(pf_writer_write_arrow_stream(writer.get(), nullptr, &error), "stream is NULL");
  EXPECT_TRUE(contains(pf_writer_last_error(writer.get()), "stream is NULL"));
  ArrowArrayStream stream{};
  expect(pf_writer_write_arrow_stream(writer.get(), &stream, &error), "has been released");
}

TEST_F(ArrowTest, brokenSchemasAreRefused) {
  struct Case {
    const char* message;
    std::function<void(Field&)> damage;
    pf_status_t status = PF_STATUS_INVALID_ARGUMENT;
  };
  const auto setFormat = [](Field& child, const char* format) { child.format = format; };
  const Case cases[] = {
      {"has been released", [](Field& f) { f.release = nullptr; }},
      {"not a struct of columns", [](Field& f) { f.format = "i", f.n_children = 0; }},
      {"the Arrow schema has no columns", [](Field& f) { f.n_children = 0; }},
      {"-1 children", [](Field& f) { f.n_children = -1; }},
      {"children is NULL", [](Field& f) { f.children = nullptr; }},
      {"a child of it is NULL", [](Field& f) { f.children[1] = nullptr; }},
      {"column s: the Arrow schema has been released",
       [](Field& f) { f.owned[1]->release = nullptr; }},
      {"column s: format is NULL", [](Field& f) { f.owned[1]->format = nullptr; }},
      {"the name is not UTF-8", [](Field& f) { f.owned[1]->name = "\xFF"; }},
      {"flags 8", [](Field& f) { f.owned[1]->flags = 8; }},
      {"column x: a union", [&](Field& f) { setFormat(*f.owned[0], "+us:0"); },
       PF_STATUS_UNSUPPORTED},
      {"the format \"q\" is not known", [&](Field& f) { setFormat(*f.owned[0], "q"); },
       PF_STATUS_UNSUPPORTED},
      {"is not one of a decimal", [&](Field& f) { setFormat(*f.owned[0], "d:5"); }},
      {"has 1 .. 38 digits, not 39", [&](Field& f) { setFormat(*f.owned[0], "d:39,0"); }},
      {"32, 64, 128 or 256 bits, not 96", [&](Field& f) { setFormat(*f.owned[0], "d:5,0,96"); }},
      {"the size -1", [&](Field& f) { setFormat(*f.owned[0], "w:-1"); }},
      {"the size 2x", [&](Field& f) { setFormat(*f.owned[0], "w:2x"); }},
      {"a list has 1 children, not 0", [&](Field& f) { setFormat(*f.owned[0], "+l"); }},
      {"a map is no struct", [&](Field& f) { setFormat(*f.owned[2], "+m"); }},
      {"indices into a dictionary of float", [&](Field& f) { setFormat(*f.owned[3], "f"); }},
      {"metadata of -1 pairs", [](Field& f) { f.owned[0]->metadata = "\xFF\xFF\xFF\xFF"; }},
      {"metadata of -2 bytes", [](Field& f) { f.owned[0]->metadata = "\1\0\0\0\xFE\xFF\xFF\xFF"; }},
      {"is there already", [](Field& f) { f.owned[1]->name = "x"; }},
  };
  for (const Case& c : cases) {
    const auto schema = makeSchema();
    c.damage(*schema);
    ErrorText error;
    pf_schema_t* made = nullptr;
    PF_EXPECT_STATUS(c.status, pf_schema_create_from_arrow(schema.get(), &made, &error),
                     error.message, c.message);
    EXPECT_EQ(made, nullptr);
  }
  auto deep = field("i", "x");
  for (int i = 0; i < 65; ++i) deep = field("+l", "x", std::vector{deep});
  ErrorText error;
  pf_schema_t* made = nullptr;
  PF_EXPECT_STATUS(
      PF_STATUS_LIMIT,
      pf_schema_create_from_arrow(field("+s", "", std::vector{deep}).get(), &made, &error),
      error.message, "more than 64 levels");
}

TEST_F(ArrowTest, brokenArraysAreRefusedAndTheWriterGoesOn) {
  struct Case {
    const char* message;
    std::function<void(Array&)> damage;
  };
  static const uint8_t kSecondIsNull = 0b101;
  static const int32_t kBackwards[] = {0, 2, 1, 3};
  static const int32_t kNegative[] = {-4, -3, -2, -1};
  static const int32_t kPast[] = {0, 1, 1, 4};
  static const int8_t kIndices[] = {0, 3, 0};
  static const int64_t kNoSizes[] = {-1};
  static const int64_t kShortSizes[] = {12};
  const Case cases[] = {
      {"the Arrow array: the array has been released", [](Array& a) { a.release = nullptr; }},
      {"column s: the array has been released", [](Array& a) { a.owned[1]->release = nullptr; }},
      {"column x: the array is NULL", [](Array& a) { a.children[0] = nullptr; }},
      {"length -1", [](Array& a) { a.owned[0]->length = -1; }},
      {"at offset -1", [](Array& a) { a.owned[0]->offset = -1; }},
      {"at offset 9223372036854775807", [](Array& a) { a.owned[0]->offset = INT64_MAX; }},
      {"4 nulls of 3", [](Array& a) { a.owned[0]->null_count = 4; }},
      {"1 nulls and no validity bitmap", [](Array& a) { a.owned[0]->null_count = 1; }},
      {"int64 has 2 buffers, not 1", [](Array& a) { a.owned[0]->n_buffers = 1; }},
      {"utf8 has 3 buffers, not 2", [](Array& a) { a.owned[1]->n_buffers = 2; }},
      {"utf8 view has 3 buffers, not 2", [](Array& a) { a.owned[4]->n_buffers = 2; }},
      {"column x: buffers is NULL", [](Array& a) { a.owned[0]->buffers = nullptr; }},
      {"column x: a buffer is missing", [](Array& a) { a.owned[0]->buffers[1] = nullptr; }},
      {"column s: a buffer is missing", [](Array& a) { a.owned[1]->buffers[1] = nullptr; }},
      {"the bytes of the values are missing", [](Array& a) { a.owned[1]->buffers[2] = nullptr; }},
      {"offsets are not aligned to 4 bytes",
       [](Array& a) {
         a.owned[1]->buffers[1] = static_cast<const char*>(a.owned[1]->buffers[1]) + 1;
       }},
      {"4 children, and the schema has 5", [](Array& a) { a.n_children = 4; }},
      {"children is NULL", [](Array& a) { a.children = nullptr; }},
      {"column x: 3 slots under a struct that needs 4", [](Array& a) { a.offset = 1; }},
      {"column d: the dictionary is missing", [](Array& a) { a.owned[3]->dictionary = nullptr; }},
      {"column x: a dictionary, and the schema has none",
       [](Array& a) { a.owned[0]->dictionary = a.owned[1].get(); }},
      {"the Arrow array: row 1: a null where none is allowed",
       [](Array& a) { a.buffers[0] = &kSecondIsNull, a.null_count = 1; }},
      {"column 's': row 1: the offsets go backwards",
       [](Array& a) { a.owned[1]->buffers[1] = kBackwards; }},
      {"column 's': row 0: the value ends at offset 42949672",
       [](Array& a) { a.owned[1]->buffers[1] = kNegative; }},
      {"column 'l.list.element': row 0: an offset of the list is negative",
       [](Array& a) { a.owned[2]->buffers[1] = kNegative; }},
      {"column 'l.list.element': row 2: the list ends past its elements",
       [](Array& a) { a.owned[2]->buffers[1] = kPast; }},
      {"column 'd': row 1: the index is negative or not below",
       [](Array& a) { a.owned[3]->buffers[1] = kIndices; }},
      {"buffer 0 of the views has -1 bytes", [](Array& a) { a.owned[4]->buffers[3] = kNoSizes; }},
      {"the lengths of the buffers are missing",
       [](Array& a) { a.owned[4]->buffers[3] = nullptr; }},
      {"column 'v': row 2: the view of 13 bytes at 0 is past the 12 bytes",
       [](Array& a) { a.owned[4]->buffers[3] = kShortSizes; }},
  };
  const auto schema = makeSchema();
  const WriterHandle writer = makeWriterFor(schema.get());
  for (const Case& c : cases) {
    const auto array = makeArray();
    c.damage(*array);
    ErrorText error;
    PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                     pf_writer_write_arrow(writer.get(), array.get(), schema.get(), &error),
                     error.message, c.message);
  }
  EXPECT_EQ(pf_writer_write_arrow(writer.get(), makeArray().get(), schema.get(), nullptr),
            PF_STATUS_OK);
  EXPECT_EQ(statsOf(writer.get()).rows, 3U);
  EXPECT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK);
}

// Pages of the rows before it are in the file by then, and are cut off again.
TEST_F(ArrowTest, aRowRefusedLateLeavesNothingOfItsBatch) {
  constexpr std::size_t kManyRows = 200'000;
  constexpr std::size_t kTextBytes = 20;
  const std::string bytes(kManyRows * kTextBytes, 'a');
  std::vector<int32_t> good(kManyRows + 1);
  for (std::size_t row = 0; row <= kManyRows; ++row) {
    good[row] = static_cast<int32_t>(row * kTextBytes);
  }
  std::vector<int32_t> bad = good;
  bad[kManyRows - 1] = 0;
  const auto schema = field("+s", "", std::vector{field("u", "s")}, false);
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.encoding = PF_ENCODING_PLAIN;
  options.compression = PF_COMPRESSION_UNCOMPRESSED;
  const TempDirectory directory;
  const std::string path = directory.file("a.parquet");
  const OutputTo output(path);
  ErrorText error;
  // Writes the batches and returns the file.
  const auto fileOf = [&](const std::vector<const std::vector<int32_t>*>& batches) {
    pf_writer_handle_t* made = nullptr;
    EXPECT_EQ(pf_writer_create_for_arrow(schema.get(), &options, &output, &made, &error),
              PF_STATUS_OK);
    const WriterHandle writer(made);
    for (const std::vector<int32_t>* offsets : batches) {
      const std::vector<const void*> buffers = {nullptr, offsets->data(), bytes.data()};
      const Array array(kManyRows, {nullptr}, {std::make_shared<Array>(kManyRows, buffers)});
      const auto status = pf_writer_write_arrow(made, &array, schema.get(), &error);
      if (offsets == &good) {
        EXPECT_EQ(status, PF_STATUS_OK) << error.message;
      } else {
        PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, status, error.message,
                         "row 199998: the offsets go backwards");
      }
    }
    EXPECT_EQ(pf_writer_close(made), PF_STATUS_OK);
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string file = fileOf({&good, &bad, &good});
  EXPECT_GT(file.size(), 2 * bytes.size());
  EXPECT_TRUE(file == fileOf({&good, &good}));
}

TEST_F(ArrowTest, dataOfAnotherSchemaIsRefused) {
  const WriterHandle writer = makeWriterFor(makeSchema().get());
  struct Case {
    const char* message;
    std::function<void(Field&)> damage;
  };
  const Case cases[] = {
      {"column x: its Arrow type makes INT32, and the writer has INT64",
       [](Field& f) { f.owned[0]->format = "i"; }},
      {"column s: its Arrow type makes BYTE_ARRAY", [](Field& f) { f.owned[1]->format = "z"; }},
      {"the Arrow schema has y where the writer has x", [](Field& f) { f.owned[0]->name = "y"; }},
      {"4 leaves, and the writer 5", [](Field& f) { f.n_children = 4; }},
  };
  for (const Case& c : cases) {
    const auto schema = makeSchema();
    c.damage(*schema);
    ErrorText error;
    PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                     pf_writer_write_arrow(writer.get(), makeArray().get(), schema.get(), &error),
                     error.message, c.message);
  }
}

// What has been read is not read again where a schema says the same, and only there.
TEST_F(ArrowTest, aSchemaThatHasChangedIsReadAgain) {
  struct Case {
    const char* message;  // "": it can be written
    std::function<void(Field&)> change;
  };
  static constexpr char kMetadata[] = "\1\0\0\0\1\0\0\0k\2\0\0\0vv";
  static constexpr char kBroken[] = "\xFF\xFF\xFF\xFF";
  const Case cases[] = {
      {"", [](Field&) {}},
      {"column x: its Arrow type makes INT32", [](Field& f) { f.owned[0]->format = "i"; }},
      {"column s: its Arrow type makes BYTE_ARRAY", [](Field& f) { f.owned[1]->format = "z"; }},
      {"the Arrow schema has lx where the writer has l", [](Field& f) { f.owned[2]->name = "lx"; }},
      {"column d: its Arrow type makes INT32", [](Field& f) { f.owned[3]->dictionary = nullptr; }},
      {"column v: flags 64", [](Field& f) { f.owned[4]->flags = 64; }},
      {"", [](Field& f) { f.owned[4]->flags = 0; }},
      {"column x: the Arrow schema has been released",
       [](Field& f) { f.owned[0]->release = nullptr; }},
      {"a child of it is NULL", [](Field& f) { f.children[1] = nullptr; }},
      {"4 leaves, and the writer 5", [](Field& f) { f.n_children = 4; }},
      {"", [](Field& f) { f.owned[1]->metadata = kMetadata; }},
      {"column s: metadata of -1 pairs", [](Field& f) { f.owned[1]->metadata = kBroken; }},
      {"", [](Field& f) { f.name = nullptr; }},
  };
  const WriterHandle writer = makeWriterFor(makeSchema().get());
  const auto write = [&](const ArrowSchema* schema, ErrorText& error) {
    return pf_writer_write_arrow(writer.get(), makeArray().get(), schema, &error);
  };
  for (const Case& c : cases) {
    ErrorText error;
    const auto good = makeSchema();
    EXPECT_EQ(write(good.get(), error), PF_STATUS_OK) << c.message;
    const auto changed = makeSchema();
    c.change(*changed);
    if (std::string_view(c.message).empty()) {
      EXPECT_EQ(write(changed.get(), error), PF_STATUS_OK) << error.message;
      EXPECT_EQ(write(changed.get(), error), PF_STATUS_OK) << error.message;
    } else {
      PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, write(changed.get(), error), error.message,
                       c.message);
    }
  }
}

// --- streams -----------------------------------------------------------------------------------

// Gives `batches` batches of the test's array, then what `end` says.
struct Stream : ArrowArrayStream {
  Stream(ArrowSchema& itsSchema, ArrowArray& itsBatch, int itsBatches, int itsEnd = 0)
      : ArrowArrayStream{}, schema(itsSchema), batch(itsBatch), left(itsBatches), end(itsEnd) {
    get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
      *out = of(self).schema;
      out->private_data = self;
      out->release = [](ArrowSchema* mine) {
        --of(static_cast<ArrowArrayStream*>(mine->private_data)).held;
        mine->release = nullptr;
      };
      ++of(self).held;
      return 0;
    };
    get_next = [](ArrowArrayStream* self, ArrowArray* out) {
      Stream& stream = of(self);
      if (stream.left-- == 0) {
        out->release = nullptr;
        return stream.end;
      }
      *out = stream.batch;
      out->private_data = self;
      out->release = [](ArrowArray* mine) {
        --of(static_cast<ArrowArrayStream*>(mine->private_data)).held;
        mine->release = nullptr;
      };
      EXPECT_EQ(++stream.held, 2);  // with the schema: no batch is kept
      return 0;
    };
    get_last_error = [](ArrowArrayStream*) { return "the feed broke"; };
    release = [](ArrowArrayStream*) { ADD_FAILURE() << "the stream is the caller's"; };
  }
  static Stream& of(ArrowArrayStream* self) { return *static_cast<Stream*>(self); }

  ArrowSchema& schema;
  ArrowArray& batch;
  int left;
  int end;
  int held = 0;
};

TEST_F(ArrowTest, batchesAreGatheredIntoRowGroupsOfTheBounds) {
  const auto schema = makeSchema();
  const auto array = makeArray();
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.row_group_rows = 10;
  const WriterHandle writer = makeWriterFor(schema.get(), &options);
  Stream stream(*schema, *array, 11);
  ErrorText error;
  EXPECT_EQ(pf_writer_write_arrow_stream(writer.get(), &stream, &error), PF_STATUS_OK)
      << error.message;
  EXPECT_EQ(stream.held, 0);
  EXPECT_EQ(statsOf(writer.get()).rows, 33U);
  EXPECT_EQ(statsOf(writer.get()).row_groups, 4U);
}

TEST_F(ArrowTest, aBatchAboveTheBoundIsCutIntoRowGroups) {
  const auto schema = makeSchema();
  const auto array = makeArray();
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.row_group_rows = 2;
  const WriterHandle writer = makeWriterFor(schema.get(), &options);
  Stream stream(*schema, *array, 2);
  EXPECT_EQ(pf_writer_write_arrow_stream(writer.get(), &stream, nullptr), PF_STATUS_OK);
  EXPECT_EQ(statsOf(writer.get()).rows, 6U);
  EXPECT_EQ(statsOf(writer.get()).row_groups, 4U);  // 2, 1, 2, 1: no row waits for the next batch
}

TEST_F(ArrowTest, aStreamThatFailsIsSaidAndLeavesTheWriterOpen) {
  const auto schema = makeSchema();
  const auto array = makeArray();
  const WriterHandle writer = makeWriterFor(schema.get());
  Stream stream(*schema, *array, 2, EPIPE);
  ErrorText error;
  PF_EXPECT_STATUS(PF_STATUS_IO, pf_writer_write_arrow_stream(writer.get(), &stream, &error),
                   error.message, "the Arrow stream: get_next: the feed broke");
  EXPECT_EQ(error.system_error, EPIPE);
  EXPECT_EQ(stream.held, 0);
  EXPECT_EQ(statsOf(writer.get()).rows, 0U);

  array->owned[0]->null_count = 1;
  Stream broken(*schema, *array, 1);
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_writer_write_arrow_stream(writer.get(), &broken, &error), error.message,
                   "batch 0: column x: 1 nulls and no validity bitmap");
  EXPECT_EQ(broken.held, 0);

  array->owned[0]->null_count = 0;
  Stream good(*schema, *array, 1);
  EXPECT_EQ(pf_writer_write_arrow_stream(writer.get(), &good, &error), PF_STATUS_OK);
  EXPECT_EQ(statsOf(writer.get()).rows, 3U);
}

}  // namespace
}  // namespace parquet_flow::test
