// The C++ half of the works that go to files; file_works.py, which has the other engines, drives
// it.
#pragma once

#include <cstdint>
#include <string>

#include "options.hpp"

namespace parquet_flow::peers {

struct ServeOptions {
  std::string work;    // itch10m, ints3
  std::string itch;    // the ITCH file
  std::string folder;  // an existing one
  std::uint64_t rows = 10'000'000;
  pf_compression_t compression = PF_COMPRESSION_UNCOMPRESSED;
};

// Puts the data into FOLDER/WORK.arrow, for the other engines to map, and says "ready". Then, for
// each line of standard input: "ours" or "arrow" writes the data to FOLDER/LINE.parquet with that
// writer's defaults, and prints the seconds this took and the file's bytes.
void serve(const ServeOptions& options);

}  // namespace parquet_flow::peers
