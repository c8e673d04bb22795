#include "load/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace parquet_flow::load {

void Histogram::add(const Histogram& other) noexcept {
  for (std::size_t i = 0; i < kBuckets; ++i) {
    counts_[i] += other.counts_[i];
  }
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
}

double Histogram::mean() const noexcept {
  return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::uint64_t Histogram::highestOf(std::size_t index) noexcept {
  if (index < kSub) {
    return index;
  }
  const std::uint64_t above = index - kSub;
  const unsigned shift = static_cast<unsigned>(above / (kSub / 2)) + 1;
  const std::uint64_t top = above % (kSub / 2) + kSub / 2;
  return ((top + 1) << shift) - 1;
}

std::uint64_t Histogram::valueAt(double percentile) const noexcept {
  if (count_ == 0) {
    return 0;
  }
  // A step below, so that 99.9 % of 1 000 is 999 although 99.9 is a little more in binary.
  const double exact = std::nextafter(percentile, 0.0) / 100.0 * static_cast<double>(count_);
  const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(exact)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += counts_[i];
    if (seen >= rank) {
      return std::min(highestOf(i), max_);
    }
  }
  return max_;
}

bool Histogram::writeHgrm(const std::string& path, double scale) const {
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) {
    return false;
  }
  std::fprintf(file, "%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount",
               "1/(1-Percentile)");
  // Half of what is left at each of five ticks, as HdrHistogram's percentile iterator steps.
  double percentile = 0;
  while (count_ > 0) {
    const std::uint64_t value = valueAt(percentile);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i <= indexOf(value); ++i) {
      below += counts_[i];
    }
    if (below == count_) {
      std::fprintf(file, "%12.3f %14.12f %10llu\n", static_cast<double>(value) * scale, 1.0,
                   static_cast<unsigned long long>(below));
      break;
    }
    std::fprintf(file, "%12.3f %14.12f %10llu %14.2f\n", static_cast<double>(value) * scale,
                 percentile / 100, static_cast<unsigned long long>(below),
                 1 / (1 - percentile / 100));
    const double halvings = std::floor(std::log2(100 / (100 - percentile)));
    percentile += 100 / (5 * std::pow(2.0, halvings + 1));
  }
  std::fprintf(file, "#[Mean    = %12.3f, Count = %llu]\n#[Max     = %12.3f]\n", mean() * scale,
               static_cast<unsigned long long>(count_), static_cast<double>(max_) * scale);
  return std::fclose(file) == 0;
}

}  // namespace parquet_flow::load
