// Captures: records, and the rows that they become.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "load/c_api.hpp"
#include "load/sources.hpp"
#include "parquet_flow.h"

namespace parquet_flow::choices {

struct Capture {
  const char* name;
  load::SchemaHandle schema;
  pf_row_fn appendRow;
  load::SourceFactory source;  // without end
};

// 64-byte order structs, Contacts, and where `itchPath` names a file, its messages over and over.
// Stops the program where that cannot be.
[[nodiscard]] std::vector<Capture> makeCaptures(const std::string& itchPath);

}  // namespace parquet_flow::choices
