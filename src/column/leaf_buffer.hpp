// The values and levels of one leaf of an open batch, owned and reused.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"
#include "column/leaf_view.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::column {

// Dense values (nulls have no slot). A BYTE_ARRAY leaf has offsets; at most 4 GiB - 1 of bytes a
// batch, above which append returns false. Definition levels are kept where the leaf's maximum is
// above 0, repetition levels likewise.
class LeafBuffer {
 public:
  explicit LeafBuffer(const schema::Leaf& leaf);

  // Each returns false without memory (nothing appended). The type must be the leaf's.
  bool appendFixed(const void* value) noexcept;  // width() bytes
  bool appendBoolean(bool value) noexcept;
  bool appendBytes(const void* data, std::size_t bytes) noexcept;
  // One entry's levels: goes with each value, null and empty list.
  bool appendLevels(std::uint8_t definition, std::uint8_t repetition) noexcept;

  // For sources that fill columns directly (contact generator): the raw parts.
  [[nodiscard]] ByteBuffer& values() noexcept { return values_; }
  [[nodiscard]] ByteBuffer& offsets() noexcept { return offsets_; }  // uint32_t each, starts with 0
  [[nodiscard]] ByteBuffer& definitionLevels() noexcept { return definitionLevels_; }
  [[nodiscard]] ByteBuffer& repetitionLevels() noexcept { return repetitionLevels_; }

  // A position to go back to when a row is rejected.
  struct Mark {
    std::size_t values;
    std::size_t offsets;
    std::size_t definitionLevels;
    std::size_t repetitionLevels;
  };
  [[nodiscard]] Mark mark() const noexcept;
  void rollBack(const Mark& mark) noexcept;

  [[nodiscard]] LeafView view(std::uint64_t rows) const noexcept;
  [[nodiscard]] std::uint64_t bytes() const noexcept;
  [[nodiscard]] std::uint64_t capacityBytes() const noexcept;
  [[nodiscard]] bool reserve(std::uint64_t rows, std::uint64_t valueBytes) noexcept;
  void clear() noexcept;  // keeps the memory

 private:
  ByteBuffer values_;
  ByteBuffer offsets_;
  ByteBuffer definitionLevels_;
  ByteBuffer repetitionLevels_;
  std::uint32_t width_;  // 0: BYTE_ARRAY; BOOLEAN is kept as a byte each
  bool isByteArray_;
  bool isBoolean_;
  bool hasDefinition_;
  bool hasRepetition_;
};

}  // namespace parquet_flow::column
