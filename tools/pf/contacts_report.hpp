// What `pf contacts` says: before, while, and when it is done.
#pragma once

#include <cstdint>
#include <string>

#include "contacts/run.hpp"

namespace parquet_flow::pf {

// "1 000 000 000 rows into 4 files, ...".
[[nodiscard]] std::string startLine(const contacts::RunOptions& options, std::uint32_t cpus);

// One line that writes over the one before it: rows, rows/s and MiB/s so far, time left.
class ProgressLine {
 public:
  explicit ProgressLine(std::uint64_t rows);
  void show(std::uint64_t rowsDone, std::uint64_t bytesWritten);
  // Takes the line away.
  void clear();

 private:
  const std::uint64_t rows_;
  const std::uint64_t startNs_;
};

[[nodiscard]] std::string resultText(const contacts::RunOptions& options,
                                     const contacts::RunResult& result);
[[nodiscard]] std::string resultJson(const contacts::RunOptions& options,
                                     const contacts::RunResult& result);

}  // namespace parquet_flow::pf
