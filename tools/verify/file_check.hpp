// A file, whole: what it says held against what it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "io/file.hpp"
#include "read/page_stream.hpp"
#include "verify/finding.hpp"
#include "verify/ledger.hpp"

namespace parquet_flow::verify {

struct FileVerdict {
  std::string file;
  std::uint64_t rows = 0;
  std::uint64_t rowGroups = 0;
  std::uint64_t chunks = 0;
  std::uint64_t pages = 0;    // data pages
  std::uint64_t entries = 0;  // values, nulls and empty lists
  std::vector<Finding> findings;
  std::vector<LedgerSession> sessions;  // of a captured file

  [[nodiscard]] std::size_t errors() const noexcept;
  [[nodiscard]] std::size_t warnings() const noexcept { return findings.size() - errors(); }
};

// Every page is decoded, and everything is held against it that footer, headers, page index, bloom
// filters and ledger say. What is wrong hides as little as can be: the next page, chunk, row group
// is gone on with. Memory: a page of a chunk, of which each page's bounds, and two bits a row of
// columns that a row group is sorted by. A page above `pageBytesMax` is an error, and what all
// pages of a file of its size come to above a limit that is in proportion to it: what is behind is
// then not decoded, so that 64 KiB take about a second. `onRowGroup`, where there is one, is called
// before each row group, with its index and how many there are.
[[nodiscard]] FileVerdict verifyFile(
    std::unique_ptr<io::InputFile> input, std::uint64_t pageBytesMax = read::kPageBytesMaxDefault,
    const std::function<void(std::size_t index, std::size_t count)>& onRowGroup = {});

}  // namespace parquet_flow::verify
