// Goal: every format string of Arrow's C data interface is either written, as the Parquet type that
// docs/arrow.md says and with the value that it stands for, or refused as unsupported by a sentence
// that names the column. None is written as something else.
//
// Method: the tables of the specification ("Data type description - format strings"), a line each;
// a value in the bytes that Arrow's columnar format has for it, and the bytes that Parquet's PLAIN
// has, both written by hand. What is written is read back through a pipeline, a stream and batches.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arrow_rows.hpp"

namespace parquet_flow::test {
namespace {

using namespace std::string_literals;
using Buffers = std::vector<const void*>;

// A value that has a buffer to itself, little-endian: both machines and PLAIN are.
struct Fixed {
  const char* format;
  std::string arrow;
  pf_physical_type_t type;
  std::uint32_t length;
  pf_logical_type_t logical;
  std::int32_t a;
  std::int32_t b;
  std::string slot;  // as textOf has it
};

constexpr auto kInt32 = PF_PHYSICAL_INT32;
constexpr auto kInt64 = PF_PHYSICAL_INT64;
constexpr auto kFixed = PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY;
constexpr auto kBytes = PF_PHYSICAL_BYTE_ARRAY;

const std::vector<Fixed>& fixedFormats() {
  static const std::vector<Fixed> kAll = {
      {"b", "\x01"s, PF_PHYSICAL_BOOLEAN, 0, PF_LOGICAL_NONE, 0, 0, "true"},
      {"c", "\x80"s, kInt32, 0, PF_LOGICAL_INTEGER, 8, 1, "-128"},
      {"C", "\x80"s, kInt32, 0, PF_LOGICAL_INTEGER, 8, 0, "128"},
      {"s", "\x00\x80"s, kInt32, 0, PF_LOGICAL_INTEGER, 16, 1, "-32768"},
      {"S", "\x00\x80"s, kInt32, 0, PF_LOGICAL_INTEGER, 16, 0, "32768"},
      {"i", "\xFE\xFF\xFF\xFF"s, kInt32, 0, PF_LOGICAL_NONE, 0, 0, "-2"},
      // As bits: -2.
      {"I", "\xFE\xFF\xFF\xFF"s, kInt32, 0, PF_LOGICAL_INTEGER, 32, 0, "-2"},
      {"l", "\xFD\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s, kInt64, 0, PF_LOGICAL_NONE, 0, 0, "-3"},
      {"L", "\xFD\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s, kInt64, 0, PF_LOGICAL_INTEGER, 64, 0, "-3"},
      {"e", "\x00\x3E"s, kFixed, 2, PF_LOGICAL_FLOAT16, 0, 0, "\x00\x3E"s},
      {"f", "\x00\x00\xC0\x3F"s, PF_PHYSICAL_FLOAT, 0, PF_LOGICAL_NONE, 0, 0, "\x00\x00\xC0\x3F"s},
      {"g", "\x00\x00\x00\x00\x00\x00\xF8\x3F"s, PF_PHYSICAL_DOUBLE, 0, PF_LOGICAL_NONE, 0, 0,
       "\x00\x00\x00\x00\x00\x00\xF8\x3F"s},
      {"w:3", "a\0c"s, kFixed, 3, PF_LOGICAL_NONE, 0, 0, "a\0c"s},
      // -123.45; two's complement, of 16 bytes where no width is said. As bytes: big-endian, as few
      // as the digits need, 9 of 20 (2^63 < 10^20 < 2^71) and 32 of 76.
      {"d:5,2,32", "\xC7\xCF\xFF\xFF"s, kInt32, 0, PF_LOGICAL_DECIMAL, 5, 2, "-12345"},
      {"d:9,2,64", "\xC7\xCF\xFF\xFF\xFF\xFF\xFF\xFF"s, kInt32, 0, PF_LOGICAL_DECIMAL, 9, 2,
       "-12345"},
      {"d:10,2,64", "\xC7\xCF\xFF\xFF\xFF\xFF\xFF\xFF"s, kInt64, 0, PF_LOGICAL_DECIMAL, 10, 2,
       "-12345"},
      {"d:18,2", "\xC7\xCF"s + std::string(14, '\xFF'), kInt64, 0, PF_LOGICAL_DECIMAL, 18, 2,
       "-12345"},
      {"d:20,2,128", "\xC7\xCF"s + std::string(14, '\xFF'), kFixed, 9, PF_LOGICAL_DECIMAL, 20, 2,
       std::string(7, '\xFF') + "\xCF\xC7"s},
      {"d:76,2,256", "\xC7\xCF"s + std::string(30, '\xFF'), kFixed, 32, PF_LOGICAL_DECIMAL, 76, 2,
       std::string(30, '\xFF') + "\xCF\xC7"s},
      // Days since 1970; 3 * 86 400 000 milliseconds are 3 days.
      {"tdD", "\xFF\xFF\xFF\xFF"s, kInt32, 0, PF_LOGICAL_DATE, 0, 0, "-1"},
      {"tdm", "\x00\x14\x73\x0F\x00\x00\x00\x00"s, kInt32, 0, PF_LOGICAL_DATE, 0, 0, "3"},
      {"tts", "\x07\x00\x00\x00"s, kInt32, 0, PF_LOGICAL_TIME, PF_TIME_MILLIS, 0, "7000"},
      {"ttm", "\x07\x00\x00\x00"s, kInt32, 0, PF_LOGICAL_TIME, PF_TIME_MILLIS, 0, "7"},
      {"ttu", "\x07\x00\x00\x00\x00\x00\x00\x00"s, kInt64, 0, PF_LOGICAL_TIME, PF_TIME_MICROS, 0,
       "7"},
      {"ttn", "\x07\x00\x00\x00\x00\x00\x00\x00"s, kInt64, 0, PF_LOGICAL_TIME, PF_TIME_NANOS, 0,
       "7"},
      {"tss:", "\x07\x00\x00\x00\x00\x00\x00\x00"s, kInt64, 0, PF_LOGICAL_TIMESTAMP, PF_TIME_MILLIS,
       0, "7000"},
      {"tsm:", "\x07\x00\x00\x00\x00\x00\x00\x00"s, kInt64, 0, PF_LOGICAL_TIMESTAMP, PF_TIME_MILLIS,
       0, "7"},
      {"tsu:UTC", "\x07\x00\x00\x00\x00\x00\x00\x00"s, kInt64, 0, PF_LOGICAL_TIMESTAMP,
       PF_TIME_MICROS, 1, "7"},
      {"tsn:+05:30", "\x07\x00\x00\x00\x00\x00\x00\x00"s, kInt64, 0, PF_LOGICAL_TIMESTAMP,
       PF_TIME_NANOS, 1, "7"},
      {"tDs", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s, kInt64, 0, PF_LOGICAL_NONE, 0, 0, "-1"},
      {"tDm", "\x07\x00\x00\x00\x00\x00\x00\x00"s, kInt64, 0, PF_LOGICAL_NONE, 0, 0, "7"},
      {"tDu", "\x07\x00\x00\x00\x00\x00\x00\x00"s, kInt64, 0, PF_LOGICAL_NONE, 0, 0, "7"},
      {"tDn", "\x07\x00\x00\x00\x00\x00\x00\x00"s, kInt64, 0, PF_LOGICAL_NONE, 0, 0, "7"},
      // Months, days and milliseconds, 4 bytes each; Arrow's third one has 2 000 000 nanoseconds.
      {"tiM", "\x0E\x00\x00\x00"s, kFixed, 12, PF_LOGICAL_INTERVAL, 0, 0,
       "\x0E\x00\x00\x00"s + std::string(8, '\0')},
      {"tiD", "\x05\x00\x00\x00\x09\x00\x00\x00"s, kFixed, 12, PF_LOGICAL_INTERVAL, 0, 0,
       std::string(4, '\0') + "\x05\x00\x00\x00\x09\x00\x00\x00"s},
      {"tin", "\x0E\x00\x00\x00\x05\x00\x00\x00\x80\x84\x1E\x00\x00\x00\x00\x00"s, kFixed, 12,
       PF_LOGICAL_INTERVAL, 0, 0, "\x0E\x00\x00\x00\x05\x00\x00\x00\x02\x00\x00\x00"s},
  };
  return kAll;
}

// One row of the column, written in each way and read back.
void expectWritten(const std::shared_ptr<Field>& column, const std::shared_ptr<Array>& array,
                   const Fixed& as, const std::string& path) {
  SCOPED_TRACE(as.format);
  const auto schema = field("+s", "", std::vector{column});
  const Array batch(array->length, {nullptr}, {array});
  for (const auto& [name, write] : kWaysToWrite) {
    SCOPED_TRACE(name);
    const std::string file = write(*schema, {&batch}, nullptr, OutputTo(PF_OUTPUT_MEMORY));
    const std::vector<LeafRead> leaves = leavesOf(file);
    ASSERT_FALSE(leaves.empty());
    const LeafRead& leaf = leaves.front();
    EXPECT_EQ(leaf.path, path);
    EXPECT_EQ(leaf.column.physical_type, as.type);
    EXPECT_EQ(leaf.column.type_length, as.length);
    EXPECT_EQ(leaf.column.logical, as.logical);
    EXPECT_EQ(leaf.column.logical_a, as.a);
    EXPECT_EQ(leaf.column.logical_b, as.b);
    EXPECT_EQ(leaf.slots, std::vector{as.slot});
  }
}

TEST(ArrowFormats, ofFixedWidth) {
  for (const Fixed& each : fixedFormats()) {
    expectWritten(field(each.format, "x"),
                  std::make_shared<Array>(1, Buffers{nullptr, each.arrow.data()}), each, "x");
  }
}

TEST(ArrowFormats, ofNulls) {
  expectWritten(field("n", "x"), std::make_shared<Array>(1, Buffers{}),
                {"n", {}, kInt32, 0, PF_LOGICAL_UNKNOWN, 0, 0, "null"}, "x");
}

TEST(ArrowFormats, ofTextsAndBytes) {
  static constexpr std::int32_t kNarrow[] = {0, 5};
  static constexpr std::int64_t kWide[] = {0, 5};
  struct View {
    std::int32_t length;
    char text[12];
  };
  static constexpr View kView = {5, "hello"};
  struct Case {
    const char* format;
    Buffers buffers;
    pf_logical_type_t logical;
  };
  const Case cases[] = {
      {"u", {nullptr, kNarrow, "hello"}, PF_LOGICAL_STRING},
      {"U", {nullptr, kWide, "hello"}, PF_LOGICAL_STRING},
      {"vu", {nullptr, &kView, nullptr}, PF_LOGICAL_STRING},
      {"z", {nullptr, kNarrow, "hello"}, PF_LOGICAL_NONE},
      {"Z", {nullptr, kWide, "hello"}, PF_LOGICAL_NONE},
      {"vz", {nullptr, &kView, nullptr}, PF_LOGICAL_NONE},
  };
  for (const Case& c : cases) {
    expectWritten(field(c.format, "x"), std::make_shared<Array>(1, c.buffers),
                  {c.format, {}, kBytes, 0, c.logical, 0, 0, "hello"}, "x");
  }
}

// Each with one number, 7, in its innermost leaf.
TEST(ArrowFormats, ofNestedTypesAndEncodings) {
  static constexpr std::int32_t kNumber[] = {7};
  static constexpr std::int32_t kNarrow[] = {0, 1};
  static constexpr std::int64_t kWide[] = {0, 1};
  static constexpr std::int16_t kEnd[] = {1};
  static constexpr std::int8_t kIndex[] = {0};
  const auto number = std::make_shared<Array>(1, Buffers{nullptr, kNumber});
  const auto end = std::make_shared<Array>(1, Buffers{nullptr, kEnd});
  const auto pair = std::make_shared<Array>(1, Buffers{nullptr}, std::vector{number, number});
  const auto pairField =
      field("+s", "entries", std::vector{field("i", "key"), field("i", "value")}, false);
  struct Case {
    const char* format;
    Buffers buffers;
    std::vector<std::shared_ptr<Field>> fields;
    std::vector<std::shared_ptr<Array>> children;
    const char* path;
  };
  const Case cases[] = {
      {"+l", {nullptr, kNarrow}, {field("i", "item")}, {number}, "x.list.element"},
      {"+L", {nullptr, kWide}, {field("i", "item")}, {number}, "x.list.element"},
      {"+vl", {nullptr, kNarrow, kNarrow + 1}, {field("i", "item")}, {number}, "x.list.element"},
      {"+vL", {nullptr, kWide, kWide + 1}, {field("i", "item")}, {number}, "x.list.element"},
      {"+w:1", {nullptr}, {field("i", "item")}, {number}, "x.list.element"},
      {"+s", {nullptr}, {field("i", "f")}, {number}, "x.f"},
      {"+m", {nullptr, kNarrow}, {pairField}, {pair}, "x.key_value.key"},
      {"+r", {}, {field("s", "run_ends"), field("i", "values")}, {end, number}, "x"},
  };
  for (const Case& c : cases) {
    expectWritten(field(c.format, "x", c.fields), std::make_shared<Array>(1, c.buffers, c.children),
                  {c.format, {}, kInt32, 0, PF_LOGICAL_NONE, 0, 0, "7"}, c.path);
  }
  auto dictionary = field("c", "x");
  dictionary->owned.push_back(field("i", ""));
  dictionary->dictionary = dictionary->owned.back().get();
  const auto indices = std::make_shared<Array>(1, Buffers{nullptr, kIndex});
  indices->dictionary = number.get();
  expectWritten(dictionary, indices, {"c into i", {}, kInt32, 0, PF_LOGICAL_NONE, 0, 0, "7"}, "x");
}

// --- what Parquet does not have ------------------------------------------------------------------

// `below`: the path from the column to the field that is named.
void expectRefused(const std::shared_ptr<Field>& column, const std::string& sentence,
                   pf_status_t status = PF_STATUS_UNSUPPORTED, const std::string& below = "") {
  // Also where it is deep.
  const auto inStruct = field("+s", "outer", std::vector{column});
  for (const auto& root :
       {field("+s", "", std::vector{column}), field("+s", "", std::vector{inStruct})}) {
    const bool isDeep = root->owned.front() == inStruct;
    const std::string path = (isDeep ? "column outer.x" : "column x") + below + ": ";
    ErrorText error;
    pf_schema_t* made = nullptr;
    PF_EXPECT_STATUS(status, pf_schema_create_from_arrow(root.get(), &made, &error), error.message,
                     path + sentence);
    EXPECT_EQ(made, nullptr);
    const OutputTo output(PF_OUTPUT_DISCARD);
    pf_writer_handle_t* writer = nullptr;
    PF_EXPECT_STATUS(status,
                     pf_writer_create_for_arrow(root.get(), nullptr, &output, &writer, &error),
                     error.message, path + sentence);
    EXPECT_EQ(writer, nullptr);
  }
}

TEST(ArrowFormats, thatParquetDoesNotHaveAreRefused) {
  expectRefused(field("+ud:0,1", "x", std::vector{field("i", "a"), field("u", "b")}),
                "a union, which Parquet does not have");
  expectRefused(field("+us:0,1", "x", std::vector{field("i", "a"), field("u", "b")}),
                "a union, which Parquet does not have");
  expectRefused(field("+s", "x"), "a struct without fields, which Parquet does not have");
  expectRefused(field("w:0", "x"), "values of 0 bytes, which Parquet does not have");
  expectRefused(field("d:5,-2", "x"), "a decimal with 5 digits, -2 of them behind the point");
  expectRefused(field("d:5,6", "x"), "a decimal with 5 digits, 6 of them behind the point");
  expectRefused(field("+r", "x", std::vector{field("i", "run_ends"), field("+s", "values")}),
                "a struct without fields, which Parquet does not have", PF_STATUS_UNSUPPORTED,
                ".values");
  auto dictionary = field("c", "x");
  dictionary->owned.push_back(field("+s", "", std::vector{field("i", "a")}));
  dictionary->dictionary = dictionary->owned.back().get();
  expectRefused(dictionary, "a dictionary of a nested, dictionary or run-end type");
  const auto key = field(
      "+r", "key",
      std::vector{field("i", "run_ends"), field("+s", "values", std::vector{field("i", "a")})});
  expectRefused(
      field("+m", "x", std::vector{field("+s", "entries", std::vector{key, field("i", "value")})}),
      "keys of a map that are null", PF_STATUS_UNSUPPORTED, ".entries.key");
}

// Nulls alone are no REQUIRED column, also where they are the values of something else.
TEST(ArrowFormats, ofNullsThatAreNotNullableAreRefused) {
  const std::vector<std::shared_ptr<Field>> none;
  auto dictionary = field("c", "x", none, false);
  dictionary->owned.push_back(field("n", ""));
  dictionary->dictionary = dictionary->owned.back().get();
  const std::vector runs = {field("i", "run_ends", none, false), field("n", "values")};
  for (const auto& column :
       {field("n", "x", none, false), dictionary, field("+r", "x", runs, false)}) {
    expectRefused(column, "the null type, and not nullable", PF_STATUS_INVALID_ARGUMENT);
  }
  dictionary->flags = ARROW_FLAG_NULLABLE;
  dictionary->owned.back()->flags = 0;
  const auto root = field("+s", "", std::vector{dictionary});
  ErrorText error;
  pf_schema_t* made = nullptr;
  EXPECT_EQ(pf_schema_create_from_arrow(root.get(), &made, &error), PF_STATUS_OK) << error.message;
  pf_schema_destroy(made);
}

// A key is REQUIRED whatever its field says, and a REQUIRED column of UNKNOWN can have no row.
TEST(ArrowFormats, mapsWithKeysOfTheNullTypeAreRefused) {
  const auto dictionary = field("c", "key");
  dictionary->owned.push_back(field("n", ""));
  dictionary->dictionary = dictionary->owned.back().get();
  const auto runs = field("+r", "key", std::vector{field("i", "run_ends"), field("n", "values")});
  const std::vector<std::shared_ptr<Field>> none;
  for (const auto& key : {field("n", "key"), field("n", "key", none, false), dictionary, runs}) {
    const auto entries = field("+s", "entries", std::vector{key, field("i", "value")}, false);
    expectRefused(field("+m", "x", std::vector{entries}),
                  "the null type, and keys of a map are never null", PF_STATUS_INVALID_ARGUMENT,
                  ".entries.key");
  }
}

// Those of a later version of the interface, and what is none at all.
TEST(ArrowFormats, thatAreNotKnownAreRefused) {
  for (const std::string_view format :
       {"",   "a",   "ii", "vl", "td",  "tdd", "tt",    "ttM", "ts", "tss", "tsM:", "tD", "tDM",
        "ti", "tim", "+",  "+v", "+vs", "+u",  "+ux:0", "+x",  "d",  "w",   "+w",   "v",  "n "}) {
    const std::string text(format);
    expectRefused(field(text, "x"), "the format \"" + text + "\" is not known");
  }
}

// Formats whose parameters are wrong are no formats of a later version.
TEST(ArrowFormats, withWrongParametersAreRefused) {
  for (const char* const format :
       {"d:", "d:5", "d:5,", "d:5,2,", "d:5,2,32,1", "d:x,2", "d: 5,2"}) {
    expectRefused(field(format, "x"),
                  "the format " + std::string(format) + " is not one of a decimal",
                  PF_STATUS_INVALID_ARGUMENT);
  }
  for (const char* const format : {"d:10,2,32", "d:19,2,64", "d:39,2", "d:77,2,256", "d:0,0"}) {
    expectRefused(field(format, "x"), "a decimal of ", PF_STATUS_INVALID_ARGUMENT);
  }
  for (const char* const format :
       {"w:", "w:-1", "w:1,2", "w:3x", "+w:", "+w:-1", "+w:99999999999"}) {
    expectRefused(field(format, "x"), "the size ", PF_STATUS_INVALID_ARGUMENT);
  }
}

// --- values that Parquet does not have -----------------------------------------------------------

TEST(ArrowFormats, valuesThatParquetDoesNotHaveAreRefusedByColumnAndRow) {
  struct Case {
    const char* format;
    std::string two;  // of which the second cannot be written
    const char* sentence;
  };
  const std::string zeros(32, '\0');
  const std::string nanos = "\x01"s + std::string(7, '\0');
  const Case cases[] = {
      // INTERVAL has no negative parts, and no nanoseconds.
      {"tiM", zeros.substr(0, 4) + "\xFF\xFF\xFF\xFF"s, "the interval"},
      {"tiD", zeros.substr(0, 8) + "\xFF\xFF\xFF\xFF\x00\x00\x00\x00"s, "the interval"},
      {"tiD", zeros.substr(0, 8) + "\x00\x00\x00\x00\xFF\xFF\xFF\xFF"s, "the interval"},
      {"tin", zeros.substr(0, 16) + "\xFF\xFF\xFF\xFF"s + zeros.substr(0, 12), "the interval"},
      {"tin", zeros.substr(0, 24) + nanos, "the interval"},
      // 2^62 seconds are more milliseconds than 64 bits have; 2^31 - 1 seconds than 32 have.
      {"tss:", zeros.substr(0, 8) + zeros.substr(0, 7) + "\x40"s, "the time"},
      {"tts", zeros.substr(0, 4) + "\xFF\xFF\xFF\x7F"s, "the time"},
      // 2^31, where two digits are an INT32.
      {"d:2,0", zeros.substr(0, 16) + "\x00\x00\x00\x80"s + zeros.substr(0, 12), "the decimal"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.format);
    const auto schema = field("+s", "", std::vector{field(c.format, "x")});
    const Array batch(2, {nullptr}, {std::make_shared<Array>(2, Buffers{nullptr, c.two.data()})});
    const OutputTo output(PF_OUTPUT_DISCARD);
    ErrorText error;
    pf_writer_handle_t* made = nullptr;
    ASSERT_EQ(pf_writer_create_for_arrow(schema.get(), nullptr, &output, &made, &error),
              PF_STATUS_OK);
    const WriterHandle writer(made);
    PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                     pf_writer_write_arrow(made, &batch, schema.get(), &error), error.message,
                     "column 'x': row 1: "s + c.sentence);
  }
}

}  // namespace
}  // namespace parquet_flow::test
