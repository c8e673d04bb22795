// Reading FlatBuffers of any origin: nothing outside of the buffer is read.
//
// Source: FlatBuffers' "Internals".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"

namespace parquet_flow {

// A FlatBuffers table: where its fields are is in a vtable, {bytes of the vtable, bytes of the
// table, an offset in the table for each field}, 16 bits each; 0: the field has its default. What
// is not inside of the buffer reads as absent.
class FlatTable {
 public:
  FlatTable() = default;
  FlatTable(ConstBytes buffer, std::size_t at) : buffer_(buffer), at_(at) {
    std::int32_t distance = 0;
    if (!load(at, distance)) return;
    const std::int64_t vtable = static_cast<std::int64_t>(at) - distance;
    if (vtable < 0 || !load(static_cast<std::size_t>(vtable), vtableBytes_)) return;
    vtable_ = static_cast<std::size_t>(vtable);
    isThere_ = true;
  }
  [[nodiscard]] static FlatTable root(ConstBytes buffer) {
    const FlatTable whole(buffer);
    std::uint32_t at = 0;
    return whole.load(0, at) ? FlatTable(buffer, at) : FlatTable();
  }

  [[nodiscard]] bool isThere() const noexcept { return isThere_; }

  template <class T>
  [[nodiscard]] T number(int field, T itsDefault) const {
    T value = itsDefault;
    std::size_t at = 0;
    return find(field, at) && load(at, value) ? value : itsDefault;
  }
  // Where in the buffer a number of `bytes` bytes is; nullopt: it has its default.
  [[nodiscard]] std::optional<std::size_t> placeOf(int field, std::size_t bytes) const {
    std::size_t at = 0;
    if (!find(field, at) || at > buffer_.size() || buffer_.size() - at < bytes) return std::nullopt;
    return at;
  }
  [[nodiscard]] FlatTable table(int field) const {
    std::size_t at = 0;
    return follow(field, at) ? FlatTable(buffer_, at) : FlatTable();
  }
  [[nodiscard]] std::string_view text(int field) const {
    std::size_t at = 0;
    std::uint32_t bytes = 0;
    if (!follow(field, at) || !load(at, bytes) || bytes > buffer_.size() - at - sizeof bytes) {
      return {};
    }
    return asText(buffer_.subspan(at + sizeof bytes, bytes));
  }
  // How many tables a vector has, and one of them.
  [[nodiscard]] std::size_t tableCount(int field) const {
    std::size_t at = 0;
    std::uint32_t count = 0;
    return follow(field, at) && load(at, count) && count <= (buffer_.size() - at) / 4 ? count : 0;
  }
  [[nodiscard]] FlatTable tableAt(int field, std::size_t index) const {
    std::size_t at = 0;
    std::uint32_t distance = 0;
    if (!follow(field, at)) return {};
    at += 4 + 4 * index;
    return load(at, distance) ? FlatTable(buffer_, at + distance) : FlatTable();
  }

 private:
  explicit FlatTable(ConstBytes buffer) : buffer_(buffer) {}

  template <class T>
  [[nodiscard]] bool load(std::size_t at, T& value) const {
    if (at > buffer_.size() || buffer_.size() - at < sizeof(T)) return false;
    value = loadLe<T>(buffer_.data() + at);
    return true;
  }
  [[nodiscard]] bool find(int field, std::size_t& at) const {
    const auto entry = 4 + 2 * static_cast<std::size_t>(field);
    std::uint16_t offset = 0;
    if (!isThere_ || entry + 2 > vtableBytes_ || !load(vtable_ + entry, offset) || offset == 0) {
      return false;
    }
    at = at_ + offset;
    return true;
  }
  [[nodiscard]] bool follow(int field, std::size_t& at) const {
    std::uint32_t distance = 0;
    if (!find(field, at) || !load(at, distance)) return false;
    at += distance;
    return at <= buffer_.size();
  }

  ConstBytes buffer_;
  std::size_t at_ = 0;
  std::size_t vtable_ = 0;
  std::uint16_t vtableBytes_ = 0;
  bool isThere_ = false;
};

}  // namespace parquet_flow
