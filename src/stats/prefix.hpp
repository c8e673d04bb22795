// The first bytes of a byte string as a number that compares as they do.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace parquet_flow::stats {

// Of eight bytes, zeros behind the end: where it differs it decides the order of two, and where it
// does not, what follows does. An empty one may lie at NULL.
[[nodiscard]] inline std::uint64_t prefixOf(std::string_view bytes) noexcept {
  std::uint64_t prefix = 0;
  if (bytes.size() >= sizeof prefix) {
    std::memcpy(&prefix, bytes.data(), sizeof prefix);
  } else if (!bytes.empty()) {
    std::memcpy(&prefix, bytes.data(), bytes.size());
  }
  return __builtin_bswap64(prefix);
}

}  // namespace parquet_flow::stats
