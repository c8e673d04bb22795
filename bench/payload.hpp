// The bytes that are written: prepared before any clock runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "options.hpp"

namespace parquet_flow::bench {

// Bytes of a 64-bit linear congruential generator: do not compress.
void fillRandom(std::uint64_t seed, std::span<std::byte> out);

// A stream of 64-byte order messages (tools/load/order_feed.hpp), from message `first`.
void fillMarket(std::uint64_t first, std::span<std::byte> out);

// Row groups of values, cycled through while writing: larger together than the last-level cache, so
// that neither the writer nor the limit reads from it.
class PayloadPool {
 public:
  // `values`: of a row group at most.
  PayloadPool(const Options& options, std::uint64_t values, std::uint64_t groups);

  [[nodiscard]] const std::byte* values(std::uint64_t group) const noexcept;
  // values + 1 entries: multiples of the row size.
  [[nodiscard]] const std::uint32_t* offsets() const noexcept { return offsets_.data(); }
  // Rows of a page, where the payload alternates from page to page; else 0.
  [[nodiscard]] std::uint64_t pageRows() const noexcept { return pageRows_; }

 private:
  std::vector<std::byte> bytes_;
  std::vector<std::uint32_t> offsets_;
  std::uint64_t groupBytes_ = 0;
  std::uint64_t slots_ = 0;
  std::uint64_t pageRows_ = 0;
};

}  // namespace parquet_flow::bench
