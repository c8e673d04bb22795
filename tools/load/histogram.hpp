// A histogram of durations with three significant digits, of fixed size: recording is an index and
// an increment.
//
// Buckets as HdrHistogram has them (Gil Tene): values up to 2 047 each have their own, and every
// doubling above is split into 1 024, so that no bucket is wider than a thousandth of its values.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace parquet_flow::load {

class Histogram {
 public:
  Histogram() : counts_(kBuckets, 0) {}

  // Allocates nothing.
  void record(std::uint64_t value) noexcept {
    ++counts_[indexOf(value)];
    ++count_;
    sum_ += value;
    if (value > max_) {
      max_ = value;
    }
  }
  void add(const Histogram& other) noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t max() const noexcept { return max_; }
  [[nodiscard]] double mean() const noexcept;
  // The value at or below which `percentile` (0 .. 100) of the records lie, as the largest of its
  // bucket; 0 when there are none.
  [[nodiscard]] std::uint64_t valueAt(double percentile) const noexcept;

  // HdrHistogram's percentile table (.hgrm); values are multiplied by `scale`. False: the file
  // could not be written.
  [[nodiscard]] bool writeHgrm(const std::string& path, double scale) const;

 private:
  static constexpr unsigned kSubBits = 11;
  static constexpr std::uint64_t kSub = std::uint64_t{1} << kSubBits;
  static constexpr unsigned kDoublings = 64 - kSubBits;
  static constexpr std::size_t kBuckets = kSub + kDoublings * (kSub / 2);

  static std::size_t indexOf(std::uint64_t value) noexcept {
    if (value < kSub) {
      return static_cast<std::size_t>(value);
    }
    // value >> shift is in kSub / 2 .. kSub - 1.
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - kSubBits;
    return static_cast<std::size_t>(kSub + (shift - 1) * (kSub / 2) +
                                    ((value >> shift) - kSub / 2));
  }
  // The largest value of a bucket.
  static std::uint64_t highestOf(std::size_t index) noexcept;

  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace parquet_flow::load
