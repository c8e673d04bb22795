// Where a footer says that things are, and how many there are: before any page is looked at.
#pragma once

#include "read/file_reader.hpp"
#include "verify/finding.hpp"

namespace parquet_flow::verify {

// Nothing overlaps and nothing is outside of the file; counts and sizes agree with each other.
void checkLayout(const read::FileReader& file, Findings& findings);

}  // namespace parquet_flow::verify
