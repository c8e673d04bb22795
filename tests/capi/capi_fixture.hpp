// What the tests of the ABI share. They include the C header alone and call the library as an
// application does.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "parquet_flow.h"

namespace parquet_flow::test {

struct ErrorText : pf_error_t {
  ErrorText() { pf_error_init(this, sizeof(pf_error_t)); }
};

template <auto kDestroy>
struct Destroy {
  template <class Handle>
  void operator()(Handle* handle) const {
    kDestroy(handle);
  }
};
using SchemaHandle = std::unique_ptr<pf_schema_t, Destroy<pf_schema_destroy>>;
using WriterHandle = std::unique_ptr<pf_writer_handle_t, Destroy<pf_writer_destroy>>;
using RowWriterHandle = std::unique_ptr<pf_row_writer_t, Destroy<pf_row_writer_destroy>>;
using SinkHandle = std::unique_ptr<pf_sink_t, Destroy<pf_sink_destroy>>;
using ProducerHandle = std::unique_ptr<pf_producer_t, Destroy<pf_producer_release>>;

inline SchemaHandle makeSchema() {
  pf_schema_t* schema = nullptr;
  EXPECT_EQ(pf_schema_create(&schema, nullptr), PF_STATUS_OK);
  return SchemaHandle(schema);
}

inline void addLeaf(pf_schema_t* schema, uint32_t parent, const char* name, pf_physical_type_t type,
                    pf_repetition_t repetition = PF_REPETITION_REQUIRED, uint32_t typeLength = 0,
                    pf_logical_type_t logical = PF_LOGICAL_NONE) {
  ErrorText error;
  EXPECT_EQ(pf_schema_add_leaf(schema, parent, name, type, repetition, typeLength, logical, 0, 0,
                               -1, nullptr, &error),
            PF_STATUS_OK)
      << error.message;
}

// One REQUIRED INT64 column `x`.
inline SchemaHandle oneColumn() {
  SchemaHandle schema = makeSchema();
  addLeaf(schema.get(), PF_SCHEMA_ROOT, "x", PF_PHYSICAL_INT64);
  return schema;
}

// name: optional string; phones: optional list<struct<number: optional string, type: optional
// string>>.
inline SchemaHandle contactSchema() {
  SchemaHandle schema = makeSchema();
  addLeaf(schema.get(), PF_SCHEMA_ROOT, "name", PF_PHYSICAL_BYTE_ARRAY, PF_REPETITION_OPTIONAL, 0,
          PF_LOGICAL_STRING);
  uint32_t list = 0;
  uint32_t group = 0;
  EXPECT_EQ(pf_schema_add_list(schema.get(), PF_SCHEMA_ROOT, "phones", PF_REPETITION_OPTIONAL, -1,
                               &list, nullptr),
            PF_STATUS_OK);
  EXPECT_EQ(pf_schema_add_group(schema.get(), list, "element", PF_REPETITION_REQUIRED, -1, &group,
                                nullptr),
            PF_STATUS_OK);
  for (const char* name : {"number", "type"}) {
    addLeaf(schema.get(), group, name, PF_PHYSICAL_BYTE_ARRAY, PF_REPETITION_OPTIONAL, 0,
            PF_LOGICAL_STRING);
  }
  return schema;
}

struct OutputTo : pf_output_t {
  explicit OutputTo(pf_output_kind_t outputKind) {
    pf_output_init(this, sizeof(pf_output_t));
    kind = outputKind;
  }
  // `to` is borrowed, so it is no temporary.
  explicit OutputTo(const std::string& to) : OutputTo(PF_OUTPUT_PATH) { path = to.c_str(); }
  explicit OutputTo(std::string&&) = delete;
};

// A test failure and NULL where it cannot be made.
inline WriterHandle makeWriter(const pf_schema_t* schema, const pf_output_t& output,
                               const pf_writer_options_t* options = nullptr) {
  ErrorText error;
  pf_writer_handle_t* writer = nullptr;
  EXPECT_EQ(pf_writer_create_with_options(schema, options, &output, &writer, &error), PF_STATUS_OK)
      << error.message;
  return WriterHandle(writer);
}

// The columns of `oneColumn` with `count` values.
inline pf_column_input_t int64Column(const int64_t* values, size_t count) {
  return {.values = values, .values_len = count, .offsets = nullptr, .offsets_len = 0};
}

inline bool contains(const char* text, std::string_view part) {
  return std::string_view(text).find(part) != std::string_view::npos;
}

}  // namespace parquet_flow::test

// A status, and a sentence in `message` that holds `part`.
#define PF_EXPECT_STATUS(expected, call, message, part)                                         \
  do {                                                                                          \
    EXPECT_STREQ(pf_status_name(call), pf_status_name(expected)) << #call << ": " << (message); \
    EXPECT_TRUE(::parquet_flow::test::contains(message, part))                                  \
        << "no \"" << (part) << "\" in: " << (message);                                         \
  } while (false)
