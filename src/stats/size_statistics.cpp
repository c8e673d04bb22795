#include "stats/size_statistics.hpp"

#include <algorithm>

#include "base/bits.hpp"

namespace parquet_flow::stats {
namespace {

// Four tables, so that equal levels in a row do not wait for one another's sum.
void countLevelsScalar(const std::uint8_t* levels, std::size_t count, std::uint8_t maxLevel,
                       std::uint64_t* counts) noexcept {
  constexpr std::size_t kTables = 4;
  constexpr std::size_t kBlock = 1U << 16U;
  const std::size_t kinds = std::size_t{maxLevel} + 1;
  for (std::size_t start = 0; start < count; start += kBlock) {
    std::uint32_t tables[kTables][256];
    for (auto& table : tables) {
      std::fill_n(table, kinds, 0U);
    }
    const std::size_t end = std::min(count, start + kBlock);
    std::size_t i = start;
    for (; i + kTables <= end; i += kTables) {
      for (std::size_t t = 0; t < kTables; ++t) {
        ++tables[t][levels[i + t]];
      }
    }
    for (; i < end; ++i) {
      ++tables[0][levels[i]];
    }
    for (std::size_t level = 0; level < kinds; ++level) {
      for (const auto& table : tables) {
        counts[level] += table[level];
      }
    }
  }
}

void addAll(std::vector<std::uint64_t>& sums, const std::vector<std::uint64_t>& more) noexcept {
  for (std::size_t i = 0; i < sums.size(); ++i) {
    sums[i] += more[i];
  }
}

}  // namespace

CountLevels countLevels(SimdLevel level) noexcept {
#if defined(__x86_64__)
  return level == SimdLevel::kScalar ? countLevelsScalar : countLevelsAvx2;
#else
  static_cast<void>(level);
  return countLevelsScalar;
#endif
}

CountLevels countLevels() noexcept {
  static const CountLevels kernel = countLevels(simdLevel());
  return kernel;
}

SizeStatistics::SizeStatistics(const schema::Leaf& leaf)
    : definition_(leaf.maxDefinitionLevel > 1 ? leaf.maxDefinitionLevel + 1U : 0U),
      repetition_(leaf.maxRepetitionLevel > 0 ? leaf.maxRepetitionLevel + 1U : 0U),
      isByteArray_(leaf.type == schema::PhysicalType::kByteArray) {}

void SizeStatistics::clear() noexcept {
  std::ranges::fill(definition_, 0);
  std::ranges::fill(repetition_, 0);
  byteArrayBytes_ = 0;
}

void SizeStatistics::addDefinitionLevels(const std::uint8_t* levels, std::size_t count) noexcept {
  if (!definition_.empty()) {
    countLevels()(levels, count, static_cast<std::uint8_t>(definition_.size() - 1),
                  definition_.data());
  }
}

void SizeStatistics::addRepetitionLevels(const std::uint8_t* levels, std::size_t count) noexcept {
  if (!repetition_.empty()) {
    countLevels()(levels, count, static_cast<std::uint8_t>(repetition_.size() - 1),
                  repetition_.data());
  }
}

void SizeStatistics::addDefinitionRun(std::uint8_t level, std::uint64_t count) noexcept {
  if (!definition_.empty()) {
    definition_[level] += count;
  }
}

void SizeStatistics::addRepetitionRun(std::uint8_t level, std::uint64_t count) noexcept {
  if (!repetition_.empty()) {
    repetition_[level] += count;
  }
}

void SizeStatistics::addValidity(const std::byte* bitmap, std::size_t bitOffset,
                                 std::size_t count) noexcept {
  if (!definition_.empty()) {
    const std::size_t there = bitmapCount(bitmap, bitOffset, count);
    definition_[definition_.size() - 1] += there;
    definition_[definition_.size() - 2] += count - there;
  }
}

void SizeStatistics::merge(const SizeStatistics& other) noexcept {
  addAll(definition_, other.definition_);
  addAll(repetition_, other.repetition_);
  byteArrayBytes_ += other.byteArrayBytes_;
}

}  // namespace parquet_flow::stats
