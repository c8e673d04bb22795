// What it costs to open a file and read some batches of it: time, and memory that was asked for.
//
// With a counter before malloc: what was asked for in all is more than was ever held at once. Time
// is that of all calls together.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <ctime>
#include <memory>
#include <string>

#include "io/memory_file.hpp"
#include "read/batch_reader.hpp"
#include "read/file_reader.hpp"
#include "support/allocation_counter.hpp"
#include "support/sanitizers.hpp"

namespace parquet_flow::read::test {

constexpr std::uint64_t kLimit = kPageBytesMaxDefault;
// What a reader takes beside pages: its window, contexts of codecs (Brotli's looks back 16 MiB),
// the least that buffers grow by.
constexpr std::uint64_t kOverhead = 24U << 20;

// A ColumnChunk of three bytes is a struct of some hundred; so much more it takes of memory.
constexpr std::uint64_t kMetadataFactor = 256;

// A second, on machines of which a test run gets half. Sanitizers and builds that are not optimised
// take about that many times as long, TSan twice that.
#if defined(NDEBUG)
constexpr double kSecondsMax = 2;
#else
constexpr double kSecondsMax = parquet_flow::test::kThreadSanitized ? 40 : 20;
#endif

// That it computed: others on the machine do not count.
inline double secondsOfThread() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct Cost {
  Result<std::uint64_t> rows = std::uint64_t{0};
  std::uint64_t bytes = 0;
  double seconds = 0;  // of all calls
};

class Costs {
 public:
  explicit Costs(Cost& cost) : cost_(cost) {}
  ~Costs() { cost_.bytes = watch_.bytes(); }
  Costs(const Costs&) = delete;
  Costs& operator=(const Costs&) = delete;

  template <class F>
  auto call(F&& function) {
    const double begin = secondsOfThread();
    auto result = function();
    cost_.seconds += secondsOfThread() - begin;
    return result;
  }

 private:
  Cost& cost_;
  parquet_flow::test::AllocationWatch watch_;
};

// Opened, and its batches read as long as there are some, `batchesMax` at most.
inline Cost costOf(const std::string& file, int batchesMax = 4, const ReadOptions& options = {}) {
  Cost cost;
  Costs costs(cost);
  const auto reader = costs.call([&] {
    return FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(file), "f"), options);
  });
  if (!reader) {
    cost.rows = fail(Error(reader.error()));
    return cost;
  }
  const auto batches = std::move(*BatchReader::create(**reader, {}));
  ColumnBatch batch;
  for (int i = 0; i < batchesMax; ++i) {
    const auto isThere = costs.call([&] { return batches->next(batch); });
    if (!isThere) {
      cost.rows = fail(Error(isThere.error()));
      break;
    }
    if (!*isThere) {
      break;
    }
    *cost.rows += batch.rows;
  }
  return cost;
}

inline void expectWithin(const Cost& cost, std::uint64_t bytesMax, const std::string& what) {
  EXPECT_LE(cost.bytes, bytesMax) << what << ": "
                                  << (cost.rows ? "read" : cost.rows.error().message());
  EXPECT_LE(cost.seconds, kSecondsMax) << what;
}

inline void expectRefused(const Cost& cost, ErrorCode code, std::uint64_t bytesMax,
                          const std::string& what) {
  ASSERT_FALSE(cost.rows) << what << ": " << *cost.rows << " rows";
  EXPECT_EQ(cost.rows.error().code(), code) << what << ": " << cost.rows.error().message();
  expectWithin(cost, bytesMax, what);
}

}  // namespace parquet_flow::read::test
