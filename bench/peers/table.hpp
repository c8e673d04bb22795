// The works in memory: each beside Arrow C++, and each of ours with and without what is kept beside
// the values.
#pragma once

#include <cstdint>
#include <string>

#include "options.hpp"
#include "rounds.hpp"

namespace parquet_flow::peers {

struct TableOptions {
  std::string work;  // a regular expression that finds a part of the lines to print
  std::uint64_t rows = 1 << 20;
  RoundOptions rounds;
  WriteOptions write;
};

struct Work;

// Each work whose line is asked for, with and without nulls.
void forEachWork(const std::string& prefix, const TableOptions& options,
                 void (*measure)(const Work& work, unsigned nullPercent,
                                 const TableOptions& options));

// A line a work, with and without nulls:
//   work=int64_plain nulls=0 ours_mvalues_per_sec=... arrow_mvalues_per_sec=... ratio=... ...
void runTable(const TableOptions& options);

// What statistics, size statistics, page index and CRC cost together:
//   work=overhead_int64_plain nulls=0 on_mvalues_per_sec=... off_mvalues_per_sec=...
//   ns_per_byte=... percent=... ... read_ns_per_byte=...
// The last one is of a loop that reads as many bytes as the file has, and does nothing else.
void runOverhead(const TableOptions& options);

}  // namespace parquet_flow::peers
