#include "fake_api.hpp"

#include <chrono>
#include <cstring>
#include <memory>

pf_sink::~pf_sink() {
  for (const pf_producer* producer : producers) {
    delete producer;
  }
}

namespace {

int append(pf_row_t* row, std::string call) {
  row->calls.push_back(std::move(call));
  return 0;
}

pf_status_t addNode(pf_schema_t* schema, const char* kind, std::uint32_t parent, const char* name,
                    const std::string& rest, std::uint32_t* node) {
  schema->nodes.push_back(std::string(kind) + " " + std::to_string(parent) + " " + name + rest);
  if (node != nullptr) {
    *node = static_cast<std::uint32_t>(schema->nodes.size());
  }
  return PF_STATUS_OK;
}

}  // namespace

extern "C" {

void pf_error_init(pf_error_t* error, size_t) noexcept { std::memset(error, 0, sizeof *error); }

void pf_producer_options_init(pf_producer_options_t* options, size_t size) noexcept {
  std::memset(options, 0, size);
}

pf_status_t pf_sink_add_producer(pf_sink_t* sink, const pf_producer_options_t* options,
                                 pf_producer_t** producer, pf_error_t* error) noexcept {
  const std::lock_guard lock(sink->mutex);
  if (sink->producers.size() >= sink->producersMax) {
    std::strcpy(error->message, "no more rings");
    return PF_STATUS_LIMIT;
  }
  auto made = std::make_unique<pf_producer>();
  made->sink = sink;
  made->index = static_cast<std::uint32_t>(sink->producers.size());
  made->name = options->name;
  *producer = made.get();
  sink->producers.push_back(made.release());
  return PF_STATUS_OK;
}

void pf_producer_release(pf_producer_t* producer) noexcept {
  const std::lock_guard lock(producer->sink->mutex);
  ++producer->sink->released;
}

uint32_t pf_producer_index(const pf_producer_t* producer) noexcept { return producer->index; }

pf_record_result_t pf_try_record(pf_producer_t* producer, const void* payload,
                                 size_t bytes) noexcept {
  producer->records.emplace_back(static_cast<const char*>(payload), bytes);
  producer->times.push_back(std::chrono::steady_clock::now().time_since_epoch().count());
  return producer->sink->answer ? producer->sink->answer(*producer) : PF_RECORD_OK;
}

int pf_row_null(pf_row_t* row) noexcept { return append(row, "null"); }
int pf_row_int32(pf_row_t* row, int32_t value) noexcept {
  return append(row, "i32:" + std::to_string(value));
}
int pf_row_int64(pf_row_t* row, int64_t value) noexcept {
  return append(row, "i64:" + std::to_string(value));
}
int pf_row_bytes(pf_row_t* row, const void* data, size_t bytes) noexcept {
  return append(row, std::string(static_cast<const char*>(data), bytes));
}
int pf_row_begin_group(pf_row_t* row) noexcept { return append(row, "("); }
int pf_row_end_group(pf_row_t* row) noexcept { return append(row, ")"); }
int pf_row_begin_list(pf_row_t* row) noexcept { return append(row, "["); }
int pf_row_end_list(pf_row_t* row) noexcept { return append(row, "]"); }

pf_status_t pf_schema_create(pf_schema_t** schema, pf_error_t*) noexcept {
  *schema = std::make_unique<pf_schema>().release();
  return PF_STATUS_OK;
}
void pf_schema_destroy(pf_schema_t* schema) noexcept { delete schema; }
pf_status_t pf_schema_add_leaf(pf_schema_t* schema, uint32_t parent, const char* name,
                               pf_physical_type_t type, pf_repetition_t repetition, uint32_t,
                               pf_logical_type_t logical, int32_t a, int32_t b, int32_t,
                               uint32_t* leaf, pf_error_t*) noexcept {
  std::string rest;
  for (const int value :
       {static_cast<int>(repetition), static_cast<int>(type), static_cast<int>(logical), a, b}) {
    rest += " " + std::to_string(value);
  }
  return addNode(schema, "leaf", parent, name, rest, leaf);
}
pf_status_t pf_schema_add_group(pf_schema_t* schema, uint32_t parent, const char* name,
                                pf_repetition_t repetition, int32_t, uint32_t* node,
                                pf_error_t*) noexcept {
  return addNode(schema, "group", parent, name, " " + std::to_string(repetition), node);
}
pf_status_t pf_schema_add_list(pf_schema_t* schema, uint32_t parent, const char* name,
                               pf_repetition_t repetition, int32_t, uint32_t* node,
                               pf_error_t*) noexcept {
  return addNode(schema, "list", parent, name, " " + std::to_string(repetition), node);
}

}  // extern "C"
