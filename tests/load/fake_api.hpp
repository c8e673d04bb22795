// A stand-in for the calls of the C contract that the drivers make, so that what they do is seen
// call by call and refusals come when a test wants them. A test that links this does not link the
// library's own.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "parquet_flow.h"

struct pf_producer {
  pf_sink* sink = nullptr;
  std::uint32_t index = 0;
  std::string name;
  std::vector<std::string> records;  // payloads, refused ones too
  std::vector<std::int64_t> times;   // of the calls, on the monotonic clock
};

struct pf_sink {
  std::uint32_t producersMax = UINT32_MAX;  // further ones are refused with PF_STATUS_LIMIT
  std::function<pf_record_result_t(const pf_producer&)> answer;  // OK where not set
  // Kept when they are released; guarded, because drives may run together.
  std::mutex mutex;
  std::vector<pf_producer*> producers;
  std::uint32_t released = 0;

  ~pf_sink();
};

// What was appended: values as text, "null", and ( ) for groups, [ ] for lists.
struct pf_row {
  std::vector<std::string> calls;
};

// One line a node: kind, parent, name, repetition, and for leaves physical type, logical type, a,
// b.
struct pf_schema {
  std::vector<std::string> nodes;
};
