// The values and levels of one leaf of an open batch, owned and reused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "base/assert.hpp"
#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "column/leaf_view.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::column {

// Dense values (nulls have no slot). A BYTE_ARRAY leaf has offsets; at most 4 GiB - 1 of bytes a
// batch, above which append returns false. Definition levels are kept where the leaf's maximum is
// above 0, repetition levels likewise.
class LeafBuffer {
 public:
  explicit LeafBuffer(const schema::Leaf& leaf);

  // Each returns false without memory, or at the bound (nothing appended). The type must be the
  // leaf's. In the header, because a row is many of these calls.
  bool appendFixed(const void* value) noexcept {  // width() bytes
    if (!hasRoom(values_, width_)) [[unlikely]] {
      return false;
    }
    // NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): hasRoom has made room
    std::memcpy(values_.data() + values_.size(), value, width_);
    values_.commit(width_);
    return true;
  }
  template <class T>
    requires std::is_arithmetic_v<T>
  bool appendValue(T value) noexcept {  // the same for a width known to the compiler
    PF_ASSERT(sizeof value == width_);
    if (!hasRoom(values_, sizeof value)) [[unlikely]] {
      return false;
    }
    storeLe(values_.data() + values_.size(), value);
    values_.commit(sizeof value);
    return true;
  }
  bool appendBoolean(bool value) noexcept {
    return appendValue(static_cast<std::uint8_t>(value ? 1 : 0));
  }
  bool appendBytes(const void* data, std::size_t bytes) noexcept {
    // The first offset is missing only where the constructor found no memory for it.
    if (!hasRoom(offsets_, 2 * sizeof(std::uint32_t)) || !hasRoom(values_, bytes) ||
        bytes > UINT32_MAX - values_.size() || (offsets_.empty() && !beginOffsets())) [[unlikely]] {
      return false;
    }
    if (bytes != 0) {
      std::memcpy(values_.data() + values_.size(), data, bytes);
      values_.commit(bytes);
    }
    storeLe(offsets_.data() + offsets_.size(), static_cast<std::uint32_t>(values_.size()));
    offsets_.commit(sizeof(std::uint32_t));
    return true;
  }
  // One entry's levels: goes with each value, null and empty list. A level whose maximum is 0 is
  // not kept.
  bool appendLevels(std::uint8_t definition, std::uint8_t repetition) noexcept {
    if ((hasDefinition_ && !hasRoom(definitionLevels_, 1)) ||
        (hasRepetition_ && !hasRoom(repetitionLevels_, 1))) [[unlikely]] {
      return false;
    }
    if (hasDefinition_) {
      definitionLevels_.data()[definitionLevels_.size()] = static_cast<std::byte>(definition);
      definitionLevels_.commit(1);
    }
    if (hasRepetition_) {
      repetitionLevels_.data()[repetitionLevels_.size()] = static_cast<std::byte>(repetition);
      repetitionLevels_.commit(1);
    }
    return true;
  }
  // Bytes of an appendFixed value; 0: BYTE_ARRAY.
  [[nodiscard]] std::uint32_t width() const noexcept { return width_; }

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
  [[nodiscard]] Mark mark() const noexcept {
    return {values_.size(), offsets_.size(), definitionLevels_.size(), repetitionLevels_.size()};
  }
  void rollBack(const Mark& mark) noexcept;

  [[nodiscard]] LeafView view(std::uint64_t rows) const noexcept;
  [[nodiscard]] std::uint64_t valueBytes() const noexcept { return values_.size(); }
  // In use.
  [[nodiscard]] std::uint64_t bytes() const noexcept;
  [[nodiscard]] std::uint64_t capacityBytes() const noexcept;
  // Room in all for so many entries, nulls counted, values, and bytes of values; false without
  // memory.
  [[nodiscard]] bool reserve(std::uint64_t entries, std::uint64_t values,
                             std::uint64_t valueBytes) noexcept;
  void touch() noexcept;  // what is reserved, see ByteBuffer::touch
  void clear() noexcept;  // keeps the memory

 private:
  static bool hasRoom(ByteBuffer& buffer, std::size_t bytes) noexcept {
    return bytes <= buffer.capacity() - buffer.size() || growFor(buffer, bytes);
  }
  static bool growFor(ByteBuffer& buffer, std::size_t bytes) noexcept;
  bool beginOffsets() noexcept;

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
