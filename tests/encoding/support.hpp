// What the tests of the encodings share.
#pragma once

#include <cstdint>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/cpu.hpp"

namespace parquet_flow::encoding {

using Bytes = std::vector<std::uint8_t>;

inline Bytes toVector(ConstBytes bytes) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return {data, data + bytes.size()};
}
inline Bytes toVector(const ByteBuffer& buffer) { return toVector(buffer.span()); }

inline ConstBytes asBytes(const Bytes& bytes) { return constBytes(bytes.data(), bytes.size()); }

inline const std::byte* dataOf(const void* data) { return static_cast<const std::byte*>(data); }

// The levels whose kernels this machine can run.
inline std::vector<SimdLevel> simdLevels() {
  std::vector<SimdLevel> levels;
  for (const SimdLevel level : {SimdLevel::kScalar, SimdLevel::kAvx2, SimdLevel::kAvx512}) {
    if (level <= simdLevel()) {
      levels.push_back(level);
    }
  }
  return levels;
}

}  // namespace parquet_flow::encoding
