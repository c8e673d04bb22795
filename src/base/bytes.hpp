// Borrowed bytes, and little-endian values in them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace parquet_flow {

// Everything in a Parquet file is little-endian, and whole columns are moved with memcpy.
static_assert(std::endian::native == std::endian::little, "big-endian machines are not supported");

using ConstBytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

[[nodiscard]] inline ConstBytes constBytes(const void* data, std::size_t bytes) noexcept {
  return {static_cast<const std::byte*>(data), bytes};
}
[[nodiscard]] inline ConstBytes constBytes(std::string_view text) noexcept {
  return constBytes(text.data(), text.size());
}
[[nodiscard]] inline std::string_view asText(ConstBytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A value at any alignment; `from` has sizeof(T) readable bytes.
template <class T>
  requires std::is_trivially_copyable_v<T>
[[nodiscard]] inline T loadLe(const void* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// `to` has sizeof(T) writable bytes, at any alignment.
template <class T>
  requires std::is_trivially_copyable_v<T>
inline void storeLe(void* to, T value) noexcept {
  std::memcpy(to, &value, sizeof value);
}

}  // namespace parquet_flow
