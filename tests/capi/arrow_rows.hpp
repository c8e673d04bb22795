// Arrow data written to memory in each way that there is, and read back as texts.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "arrow_structs.hpp"
#include "capi_fixture.hpp"

namespace parquet_flow::test {

using Batches = std::vector<const ArrowArray*>;

// Of batches that differ, all borrowed.
struct BatchesStream : ArrowArrayStream {
  BatchesStream(const ArrowSchema& itsSchema, Batches itsBatches)
      : ArrowArrayStream{}, schema(itsSchema), batches(std::move(itsBatches)) {
    get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
      *out = static_cast<BatchesStream*>(self)->schema;
      return 0;
    };
    get_next = [](ArrowArrayStream* self, ArrowArray* out) {
      auto& mine = *static_cast<BatchesStream*>(self);
      *out = {};
      if (mine.next < mine.batches.size()) *out = *mine.batches[mine.next++];
      return 0;
    };
    get_last_error = [](ArrowArrayStream*) { return ""; };
    release = [](ArrowArrayStream*) {};
  }
  ArrowSchema schema;
  Batches batches;
  std::size_t next = 0;
};

// Writes the batches to `output`; the file's bytes where that is memory.
using WriteAll = std::function<std::string(const ArrowSchema&, const Batches&,
                                           const pf_writer_options_t*, const pf_output_t&)>;

inline std::string writeByWriter(
    const ArrowSchema& schema, const pf_writer_options_t* options, const pf_output_t& output,
    const std::function<void(pf_writer_handle_t*, pf_error_t*)>& writeRows) {
  ErrorText error;
  pf_writer_handle_t* made = nullptr;
  EXPECT_EQ(pf_writer_create_for_arrow(&schema, options, &output, &made, &error), PF_STATUS_OK)
      << error.message;
  const WriterHandle writer(made);
  if (made == nullptr) return {};
  writeRows(made, &error);
  EXPECT_EQ(pf_writer_close(made), PF_STATUS_OK) << pf_writer_last_error(made);
  const void* data = nullptr;
  std::size_t bytes = 0;
  if (output.kind == PF_OUTPUT_MEMORY) {
    EXPECT_EQ(pf_writer_memory(made, &data, &bytes), PF_STATUS_OK);
  }
  return {static_cast<const char*>(data), bytes};
}

inline std::string writeBatches(const ArrowSchema& schema, const Batches& batches,
                                const pf_writer_options_t* options, const pf_output_t& output) {
  return writeByWriter(schema, options, output, [&](pf_writer_handle_t* writer, pf_error_t* error) {
    for (const ArrowArray* const batch : batches) {
      EXPECT_EQ(pf_writer_write_arrow(writer, batch, &schema, error), PF_STATUS_OK)
          << error->message;
    }
  });
}

inline std::string writeStreamOf(const ArrowSchema& schema, const Batches& batches,
                                 const pf_writer_options_t* options, const pf_output_t& output) {
  return writeByWriter(schema, options, output, [&](pf_writer_handle_t* writer, pf_error_t* error) {
    BatchesStream stream(schema, batches);
    EXPECT_EQ(pf_writer_write_arrow_stream(writer, &stream, error), PF_STATUS_OK) << error->message;
  });
}

inline std::string submitBatches(const ArrowSchema& schema, const Batches& batches,
                                 const pf_writer_options_t* options, const pf_output_t& output) {
  ErrorText error;
  pf_pipeline_t* pipeline = nullptr;
  EXPECT_EQ(pf_pipeline_create_for_arrow(&schema, options, &output, nullptr, &pipeline, &error),
            PF_STATUS_OK)
      << error.message;
  if (pipeline == nullptr) return {};
  for (const ArrowArray* const batch : batches) {
    ArrowArray moved = *batch;
    EXPECT_EQ(pf_pipeline_submit_arrow(pipeline, &moved, nullptr, nullptr, &error), PF_STATUS_OK)
        << error.message;
  }
  EXPECT_EQ(pf_pipeline_close(pipeline, nullptr, &error), PF_STATUS_OK) << error.message;
  const void* data = nullptr;
  std::size_t bytes = 0;
  if (output.kind == PF_OUTPUT_MEMORY) {
    EXPECT_EQ(pf_pipeline_memory(pipeline, &data, &bytes, &error), PF_STATUS_OK);
  }
  std::string file(static_cast<const char*>(data), bytes);
  pf_pipeline_destroy(pipeline);
  return file;
}

inline const std::array<std::pair<const char*, WriteAll>, 3> kWaysToWrite = {{
    {"batch by batch", writeBatches},
    {"a stream", writeStreamOf},
    {"a pipeline", submitBatches},
}};

// The slot's value: numbers in decimal, other values as they are.
inline std::string textOf(const pf_reader_column_t& column, const pf_column_view_t& view,
                          std::uint64_t slot) {
  const auto isSet = [](const void* bits, std::uint64_t bit) {
    return (static_cast<const std::uint8_t*>(bits)[bit / 8] >> (bit % 8) & 1) != 0;
  };
  if (view.validity != nullptr && !isSet(view.validity, slot)) return "null";
  const auto* const values = static_cast<const char*>(view.values);
  const auto number = [&](auto value) {
    std::memcpy(&value, values + slot * sizeof value, sizeof value);
    return std::to_string(value);
  };
  switch (column.physical_type) {
    case PF_PHYSICAL_BOOLEAN:
      return isSet(values, view.bit_offset + slot) ? "true" : "false";
    case PF_PHYSICAL_INT32:
      return number(std::int32_t{0});
    case PF_PHYSICAL_INT64:
      return number(std::int64_t{0});
    case PF_PHYSICAL_FLOAT:
      return {values + slot * sizeof(float), sizeof(float)};
    case PF_PHYSICAL_DOUBLE:
      return {values + slot * sizeof(double), sizeof(double)};
    case PF_PHYSICAL_BYTE_ARRAY:
      return {values + view.offsets[slot], view.offsets[slot + 1] - view.offsets[slot]};
    default:
      return {values + slot * column.type_length, column.type_length};
  }
}

// What is read of a leaf.
struct LeafRead {
  pf_reader_column_t column;
  std::string path;
  std::vector<std::string> slots;  // values, and "null"
};

inline std::vector<LeafRead> leavesOf(const std::string& file) {
  pf_input_t input;
  pf_input_init(&input, sizeof input);
  input.kind = PF_INPUT_MEMORY;
  input.memory = file.data();
  input.memory_bytes = file.size();
  ErrorText error;
  pf_reader_t* reader = nullptr;
  EXPECT_EQ(pf_reader_open(&input, nullptr, &reader, &error), PF_STATUS_OK) << error.message;
  if (reader == nullptr) return {};
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  EXPECT_EQ(pf_reader_info(reader, &info, &error), PF_STATUS_OK) << error.message;
  std::vector<LeafRead> leaves(info.column_count);
  for (std::uint32_t i = 0; i < leaves.size(); ++i) {
    pf_reader_column_init(&leaves[i].column, sizeof leaves[i].column);
    EXPECT_EQ(pf_reader_get_column(reader, i, &leaves[i].column, &error), PF_STATUS_OK);
    leaves[i].path = leaves[i].column.path;
    leaves[i].column.path = nullptr;  // it goes with the reader
  }
  pf_scan_t* scan = nullptr;
  EXPECT_EQ(pf_reader_scan(reader, nullptr, &scan, &error), PF_STATUS_OK) << error.message;
  std::vector<pf_column_view_t> views(leaves.size());
  for (std::uint64_t rows = 1; rows != 0;) {
    rows = 0;
    EXPECT_EQ(pf_scan_next_columns(scan, views.data(), views.size(), &rows, &error), PF_STATUS_OK)
        << error.message;
    for (std::size_t i = 0; rows != 0 && i < leaves.size(); ++i) {
      for (std::uint64_t slot = 0; slot < views[i].slots; ++slot) {
        leaves[i].slots.push_back(textOf(leaves[i].column, views[i], slot));
      }
    }
  }
  pf_scan_destroy(scan);
  pf_reader_destroy(reader);
  return leaves;
}

// What is read of the first leaf, whichever way the batches come.
inline void expectSlots(const ArrowSchema& schema, const Batches& batches,
                        const std::vector<std::string>& expected) {
  for (const auto& [name, write] : kWaysToWrite) {
    SCOPED_TRACE(name);
    const std::string file = write(schema, batches, nullptr, OutputTo(PF_OUTPUT_MEMORY));
    const std::vector<LeafRead> leaves = leavesOf(file);
    ASSERT_FALSE(leaves.empty());
    EXPECT_EQ(leaves.front().slots, expected);
  }
}

}  // namespace parquet_flow::test
