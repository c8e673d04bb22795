// Goal: rows of other writers' files have the values that the same files have as Arrow data, which
// are held against other readers elsewhere: legacy lists and maps, every type and encoding.
//
// Method: each file of the parquet-testing corpus both ways, row by row, both as text.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "capi_fixture.hpp"
#include "row_text.hpp"
#include "support/corpus.hpp"

namespace parquet_flow::test {
namespace {

using ReaderHandle = std::unique_ptr<pf_reader_t, Destroy<pf_reader_destroy>>;
using ScanHandle = std::unique_ptr<pf_scan_t, Destroy<pf_scan_destroy>>;

template <class T>
T at(const void* values, int64_t index) {
  T value;
  std::memcpy(&value, static_cast<const char*>(values) + index * int64_t{sizeof value},
              sizeof value);
  return value;
}

bool bitAt(const void* bits, int64_t index) {
  return (at<uint8_t>(bits, index / 8) >> (index % 8) & 1) != 0;
}

// A number of `bits` as the file has it: INT32 or INT64.
std::string integerOf(const pf_field_t& field, int64_t value) {
  return field.kind == PF_VALUE_INT32 ? std::to_string(static_cast<int32_t>(value))
                                      : std::to_string(value) + "L";
}

std::string decimalOf(const pf_field_t& field, const void* values, int64_t index, int64_t width) {
  std::string bytes(static_cast<const char*>(values) + index * width,
                    static_cast<size_t>(width));  // little-endian
  if (field.kind != PF_VALUE_BYTES) return integerOf(field, at<int64_t>(bytes.data(), 0));
  std::reverse(bytes.begin(), bytes.end());
  return decimal(bytes);
}

std::string leafOf(const pf_field_t& field, std::string_view format, const ArrowArray& array,
                   int64_t i) {
  const void* const values = array.buffers[1];
  switch (format[0]) {
    case 'b':
      return bitAt(values, i) ? "true" : "false";
    case 'c':
      return integerOf(field, at<int8_t>(values, i));
    case 'C':
      return integerOf(field, at<uint8_t>(values, i));
    case 's':
      return integerOf(field, at<int16_t>(values, i));
    case 'S':
      return integerOf(field, at<uint16_t>(values, i));
    case 'i':
    case 'I':
      return integerOf(field, at<int32_t>(values, i));
    case 'l':
    case 'L':
      return integerOf(field, at<int64_t>(values, i));
    case 't':  // dates, times and timestamps
      return integerOf(
          field, field.kind == PF_VALUE_INT32 ? at<int32_t>(values, i) : at<int64_t>(values, i));
    case 'f':
      return real(static_cast<double>(at<float>(values, i))) + "f";
    case 'g':
      return real(at<double>(values, i));
    case 'd':
      return decimalOf(field, values, i, format.ends_with(",256") ? 32 : 16);
    case 'u':
    case 'z': {
      const auto begin = at<int32_t>(values, i);
      return bytesOf(field, {static_cast<const char*>(array.buffers[2]) + begin,
                             static_cast<size_t>(at<int32_t>(values, i + 1) - begin)});
    }
    default: {  // "w:16", and "e" of two bytes
      const size_t width = format == "e" ? 2 : std::stoul(std::string(format.substr(2)));
      return bytesOf(field,
                     {static_cast<const char*>(values) + static_cast<size_t>(i) * width, width});
    }
  }
}

std::string arrowOf(const pf_field_t& field, const ArrowSchema& type, const ArrowArray& array,
                    int64_t index) {
  const std::string_view format = type.format;
  const int64_t i = array.offset + index;
  if (format == "n" ||
      (array.n_buffers > 0 && array.buffers[0] != nullptr && !bitAt(array.buffers[0], i))) {
    return "null";
  }
  if (format == "+s") {
    std::string text = "{";
    for (int64_t child = 0; child < array.n_children; ++child) {
      text += std::string(child == 0 ? "" : ", ") + type.children[child]->name + ": ";
      text += arrowOf(field.fields[child], *type.children[child], *array.children[child], i);
    }
    return text + "}";
  }
  if (format != "+l" && format != "+m") return leafOf(field, format, array, i);
  const bool isMap = format == "+m";
  const ArrowSchema& entries = *type.children[0];
  const ArrowArray& values = *array.children[0];
  std::string text = isMap ? "{" : "[";
  const auto begin = at<int32_t>(array.buffers[1], i);
  for (auto each = begin; each < at<int32_t>(array.buffers[1], i + 1); ++each) {
    text += each == begin ? "" : ", ";
    if (isMap) {
      text += arrowOf(field.fields[0], *entries.children[0], *values.children[0], each) + " => ";
      text += arrowOf(field.fields[1], *entries.children[1], *values.children[1], each);
    } else {
      text += arrowOf(field.fields[0], entries, values, each);
    }
  }
  return text + (isMap ? "}" : "]");
}

ScanHandle scanOf(const pf_reader_t* reader) {
  pf_scan_options_t options;
  pf_scan_options_init(&options, sizeof options);
  options.strings = PF_STRINGS_OFFSETS;
  options.raw_int96 = 1;
  options.ignore_arrow_schema = 1;
  options.batch_rows = 1000;
  pf_scan_t* scan = nullptr;
  ErrorText error;
  EXPECT_EQ(pf_reader_scan(reader, &options, &scan, &error), PF_STATUS_OK) << error.message;
  return ScanHandle(scan);
}

// Whether it could be read, which is said of both alike.
bool compare(const std::string& path) {
  pf_input_t input;
  pf_input_init(&input, sizeof input);
  input.path = path.c_str();
  pf_reader_t* opened = nullptr;
  if (pf_reader_open(&input, nullptr, &opened, nullptr) != PF_STATUS_OK) return false;
  const ReaderHandle reader(opened);
  const ScanHandle arrays = scanOf(reader.get());
  const ScanHandle rows = scanOf(reader.get());
  const pf_field_t* field = nullptr;
  ArrowSchema type{};
  EXPECT_EQ(pf_scan_row_field(rows.get(), &field, nullptr), PF_STATUS_OK);
  EXPECT_EQ(pf_scan_arrow_schema(arrays.get(), &type, nullptr), PF_STATUS_OK);
  bool isRead = false;
  for (;;) {
    ErrorText error;
    ArrowArray array{};
    const pf_status_t status = pf_scan_next_arrow(arrays.get(), &array, &error);
    const pf_value_t* row = nullptr;
    for (int64_t i = 0; status == PF_STATUS_OK && array.release != nullptr && i < array.length;
         ++i) {
      EXPECT_EQ(pf_scan_next_row(rows.get(), &row, &error), PF_STATUS_OK) << error.message;
      if (row == nullptr) break;
      EXPECT_EQ(textOf(*row), arrowOf(*field, type, array, i)) << path;
    }
    if (array.release != nullptr) {
      array.release(&array);
      continue;
    }
    EXPECT_EQ(pf_scan_next_row(rows.get(), &row, &error), status) << path << error.message;
    EXPECT_EQ(row, nullptr);
    isRead = status == PF_STATUS_OK;
    break;
  }
  type.release(&type);
  return isRead;
}

TEST(RowsOfTheCorpus, areThoseOfItsArrowData) {
  PF_CORPUS_OR_SKIP(root, "parquet-testing");
  int files = 0;
  for (const char* const folder : {"data", "data/geospatial", "bad_data"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(root) / folder)) {
      if (entry.path().extension() == ".parquet") files += compare(entry.path().string()) ? 1 : 0;
    }
  }
  EXPECT_GE(files, 44);  // with every codec 72
}

}  // namespace
}  // namespace parquet_flow::test
