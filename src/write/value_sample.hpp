// Values picked from the views of a chunk, to choose an encoding by.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "column/slice_values.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::write {

// Runs of neighbouring values, spread over the views as evenly as their layout lets them be found:
// the runs show how neighbours differ, their spread what there is of different values. Reused.
class ValueSample {
 public:
  // A run has one more than a whole number of DELTA_BINARY_PACKED blocks: the first value is in the
  // page's header.
  static constexpr std::size_t kRunValues = 257;
  static constexpr std::size_t kRunsMax = 16;
  // Of BYTE_ARRAYs; a run ends with the value that brings it there.
  static constexpr std::size_t kRunBytesMax = 32 << 10;
  static constexpr std::size_t kRunBytesToCompressMin = 4 << 10;

  // Takes a sample of what is in `views`, which follow one another: a quarter of the values at
  // most, or one run. Where it is `toCompress`, a sixteenth of the bytes of BYTE_ARRAYs, as far as
  // these are known: compressing costs more than all else. A view may contradict itself: what is
  // found wrong ends the sample, and is the gather stage's to name. kOutOfMemory.
  [[nodiscard]] Result<void> take(const schema::Leaf& leaf, std::span<const column::LeafView> views,
                                  bool toCompress);

  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  // All of them: kFixed, kOffsets32 from 0 on, or kByteBooleans.
  [[nodiscard]] column::ValuesView values() const noexcept { return values(0, count_); }
  [[nodiscard]] std::size_t runs() const noexcept { return runs_; }
  [[nodiscard]] column::ValuesView run(std::size_t index) const noexcept {
    return values(begins_[index], begins_[index + 1] - begins_[index]);
  }
  // Bytes of the values, without lengths.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return data_.size(); }
  // How many values the views have, as far as the sample tells of their nulls.
  [[nodiscard]] std::uint64_t viewValues() const noexcept { return viewValues_; }

 private:
  struct SlotWalk;

  [[nodiscard]] Result<void> takeRuns(const schema::Leaf& leaf,
                                      std::span<const column::LeafView> views);
  [[nodiscard]] Result<bool> takeRun(const schema::Leaf& leaf, SlotWalk& walk, std::uint64_t first,
                                     std::uint64_t slots);
  [[nodiscard]] Result<void> takePart(const schema::Leaf& leaf, const column::LeafView& view,
                                      column::SlotRange range, column::SliceValues& source);
  [[nodiscard]] Result<void> takeFronts(const schema::Leaf& leaf,
                                        std::span<const column::LeafView> views);
  [[nodiscard]] Result<void> append(const column::ValuesView& dense);
  void endRun() noexcept;
  [[nodiscard]] column::ValuesView values(std::size_t begin, std::size_t count) const noexcept;

  std::uint32_t width_ = 0;  // bytes of a value; 0: BYTE_ARRAY
  bool isBoolean_ = false;
  std::size_t runBytesMax_ = kRunBytesMax;
  std::size_t runBytesBegin_ = 0;   // of the open run, in data_
  std::uint64_t runsExpected_ = 1;  // by what the first is of its view
  ByteBuffer data_;
  ByteBuffer offsets_;
  std::size_t count_ = 0;
  std::size_t runs_ = 0;
  std::array<std::size_t, kRunsMax + 1> begins_{};
  std::uint64_t viewValues_ = 0;
};

}  // namespace parquet_flow::write
