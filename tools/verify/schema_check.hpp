// What the schema says that the values of columns are.
#pragma once

#include "read/file_reader.hpp"
#include "verify/finding.hpp"

namespace parquet_flow::verify {

// Annotations of leaves go with their physical types, and with each other.
void checkSchema(const read::FileReader& file, Findings& findings);

}  // namespace parquet_flow::verify
