// Size statistics: how often each level occurs, and the bytes of the values without any encoding.
//
// Source: parquet-format parquet.thrift, SizeStatistics. A histogram that says nothing new is left
// out, as the specification lets it: of repetition levels where the maximum is 0, of definition
// levels where it is 0 or 1, because null_count and num_values give it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/cpu.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::stats {

// Adds to counts[level] how often `level` is in the `count` levels, none of which is above
// `maxLevel`.
using CountLevels = void (*)(const std::uint8_t* levels, std::size_t count, std::uint8_t maxLevel,
                             std::uint64_t* counts) noexcept;
// What this processor has; chosen once. Of one level, for tests: the scalar one is the definition.
[[nodiscard]] CountLevels countLevels() noexcept;
[[nodiscard]] CountLevels countLevels(SimdLevel level) noexcept;
#if defined(__x86_64__)
void countLevelsAvx2(const std::uint8_t* levels, std::size_t count, std::uint8_t maxLevel,
                     std::uint64_t* counts) noexcept;
#endif

// Those of a page, and of pages those of a chunk. Levels of which no histogram is kept cost
// nothing. Allocates in its constructor alone: eight bytes for each level.
class SizeStatistics {
 public:
  explicit SizeStatistics(const schema::Leaf& leaf);

  void clear() noexcept;

  void addDefinitionLevels(const std::uint8_t* levels, std::size_t count) noexcept;
  void addRepetitionLevels(const std::uint8_t* levels, std::size_t count) noexcept;
  // `count` times the same.
  void addDefinitionRun(std::uint8_t level, std::uint64_t count) noexcept;
  void addRepetitionRun(std::uint8_t level, std::uint64_t count) noexcept;
  // A bitmap of the values that are there at the maximum definition level; the others are null at
  // the level below.
  void addValidity(const std::byte* bitmap, std::size_t bitOffset, std::size_t count) noexcept;
  // Bytes of BYTE_ARRAY values, without their lengths. Of other leaves they are not kept.
  void addByteArrayBytes(std::uint64_t bytes) noexcept { byteArrayBytes_ += bytes; }

  // Adds what `other` of the same leaf has counted.
  void merge(const SizeStatistics& other) noexcept;

  // Maximum level + 1 counts each, or none where the histogram is left out.
  [[nodiscard]] std::span<const std::uint64_t> definitionLevels() const noexcept {
    return definition_;
  }
  [[nodiscard]] std::span<const std::uint64_t> repetitionLevels() const noexcept {
    return repetition_;
  }
  // Whether the leaf is a BYTE_ARRAY, so that byteArrayBytes() is to be written.
  [[nodiscard]] bool hasByteArrayBytes() const noexcept { return isByteArray_; }
  [[nodiscard]] std::uint64_t byteArrayBytes() const noexcept { return byteArrayBytes_; }
  // Whether there is anything to write.
  [[nodiscard]] bool any() const noexcept {
    return isByteArray_ || !definition_.empty() || !repetition_.empty();
  }

 private:
  std::vector<std::uint64_t> definition_;
  std::vector<std::uint64_t> repetition_;
  std::uint64_t byteArrayBytes_ = 0;
  bool isByteArray_;
};

}  // namespace parquet_flow::stats
