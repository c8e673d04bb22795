// Structs that grow: option, stats and error structs begin with `struct_size`, which says how much
// of the struct the caller's header knows.
//
//   struct_size            what happens
//   below the first        refused: no version has had it, the struct was not initialised
//   smaller than ours      an older header: what it lacks has its default, and what we fill in
//                          ends where its struct does
//   ours                   taken as it is
//   larger than ours       a newer header: zeros beyond our end are what its pf_xxx_init put
//                          there; anything else asks for what this library cannot do, kUnsupported
//   above 4096             refused: not initialised
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "base/status.hpp"
#include "boundary.hpp"

namespace parquet_flow::capi {

inline constexpr std::size_t kStructBytesMax = 4096;

// The size that T had when it was first released. Specialised for each struct in struct_size.cpp's
// table, never changed afterwards.
template <class T>
struct FirstVersion;

// pf_xxx_init: what fits of `defaults`, zeros behind it, and the caller's size.
template <class T>
void initStruct(T* out, std::size_t callerBytes, const T& defaults) noexcept {
  static_assert(std::is_trivially_copyable_v<T> && offsetof(T, struct_size) == 0);
  if (out == nullptr || callerBytes < sizeof out->struct_size) return;
  const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(callerBytes, UINT32_MAX));
  std::memcpy(out, &defaults, std::min(callerBytes, sizeof(T)));
  std::memcpy(out, &size, sizeof size);
  if (callerBytes > sizeof(T) && callerBytes <= kStructBytesMax) {
    std::memset(reinterpret_cast<std::byte*>(out) + sizeof(T), 0, callerBytes - sizeof(T));
  }
}

// Whether struct_size is one that a version of T can have.
template <class T>
[[nodiscard]] bool hasKnownSize(const T& value) noexcept {
  return value.struct_size >= FirstVersion<T>::kBytes && value.struct_size <= kStructBytesMax;
}

template <class T>
[[nodiscard]] Result<void> checkStruct(const T* value, const char* name) {
  PF_TRY(requirePointer(value, name));
  if (hasKnownSize(*value)) return {};
  return invalid(name, "->struct_size is ", value->struct_size, ", not a size it has had (now ",
                 sizeof(T), "): it was not initialised by its pf_..._init");
}

// What the caller gave, in our version of T.
template <class T>
[[nodiscard]] Result<T> readStruct(const T* value, const char* name, const T& defaults) {
  PF_TRY(checkStruct(value, name));
  const std::size_t bytes = value->struct_size;
  const auto* raw = reinterpret_cast<const std::byte*>(value);
  const bool newer = bytes > sizeof(T) && std::any_of(raw + sizeof(T), raw + bytes,
                                                      [](std::byte b) { return b != std::byte{}; });
  if (newer) {
    return fail(ErrorCode::kUnsupported,
                std::string(name) + " sets what this version of the library does not have");
  }
  T ours = defaults;
  std::memcpy(&ours, value, std::min(bytes, sizeof(T)));
  return ours;
}

// Fills what the caller has room for. struct_size stays the caller's.
template <class T>
[[nodiscard]] Result<void> fillStruct(T* out, const char* name, T value) {
  PF_TRY(checkStruct(out, name));
  const std::size_t bytes = out->struct_size;
  value.struct_size = out->struct_size;
  std::memcpy(out, &value, std::min(bytes, sizeof(T)));
  if (bytes > sizeof(T)) {
    std::memset(reinterpret_cast<std::byte*>(out) + sizeof(T), 0, bytes - sizeof(T));
  }
  return {};
}

}  // namespace parquet_flow::capi
