// What a scan had before it, and what it went without: by which means.
#pragma once

#include <cstdint>

namespace parquet_flow::scan {

struct ScanStats {
  std::uint64_t rowGroups = 0;              // with rows asked for, up to where the scan stopped
  std::uint64_t rowGroupsByStatistics = 0;  // without a row that can be asked for, by which
  std::uint64_t rowGroupsByBloomFilter = 0;
  std::uint64_t rowGroupsByDictionary = 0;
  std::uint64_t rowGroupsByPageIndex = 0;
  std::uint64_t rowGroupsRead = 0;

  std::uint64_t rows = 0;             // asked for in these
  std::uint64_t rowsByPageIndex = 0;  // of row groups that were read: in pages without candidates
  std::uint64_t rowsTested = 0;       // by their values; others are known by statistics
  std::uint64_t rowsSelected = 0;     // before skip and limit

  // Of the columns of the predicate and of the output, in these row groups.
  std::uint64_t chunkBytes = 0;    // as they lie in the file
  std::uint64_t pagesRead = 0;     // opened, dictionaries too
  std::uint64_t pagesSkipped = 0;  // passed by, of chunks that were begun
  // Of pages opened, bloom filters and page indexes; files that are not in memory are read in
  // pieces of up to 1 MiB, which may have others beside.
  std::uint64_t bytesRead = 0;
};

}  // namespace parquet_flow::scan
