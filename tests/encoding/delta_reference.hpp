// DELTA_BINARY_PACKED as slowly as the specification describes it, bit by bit, and in every layout
// that it allows: what encoders are compared with, and what pages for decoders are made of.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"

namespace parquet_flow::encoding {

using Bytes = std::vector<std::uint8_t>;

inline Bytes toVector(ConstBytes bytes) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return {data, data + bytes.size()};
}
inline ConstBytes asBytes(const Bytes& bytes) { return constBytes(bytes.data(), bytes.size()); }
inline const std::byte* dataOf(const void* data) { return static_cast<const std::byte*>(data); }

inline Bytes join(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}
inline Bytes textBytes(std::string_view text) { return {text.begin(), text.end()}; }
inline Bytes zeros(std::size_t count) { return Bytes(count); }

struct DeltaLayout {
  std::uint64_t blockValues = 128;
  std::uint64_t miniblocks = 4;
  // Of the unused miniblocks of the last block, and of the padding of its last used one.
  std::uint8_t unusedWidth = 0;
  bool paddingBits = false;
};

namespace reference {

inline void putVarint(Bytes& out, std::uint64_t value) {
  for (; value >= 128; value /= 128) out.push_back(static_cast<std::uint8_t>(value % 128 + 128));
  out.push_back(static_cast<std::uint8_t>(value));
}
template <class U>
void putZigzag(Bytes& out, U value) {
  const auto number = static_cast<std::make_signed_t<U>>(value);
  putVarint(out, number < 0 ? 2 * ~static_cast<std::uint64_t>(number) + 1
                            : 2 * static_cast<std::uint64_t>(number));
}

template <class U>
void putMiniblock(Bytes& out, const std::vector<U>& deltas, unsigned width, std::uint64_t values,
                  bool paddingBits) {
  const std::size_t begin = out.size();
  out.resize(begin + values * width / 8);
  for (std::uint64_t bit = 0; bit < values * width; ++bit) {
    const std::uint64_t index = bit / width;
    const bool isSet =
        index < deltas.size() ? (deltas[index] >> (bit % width) & 1) != 0 : paddingBits;
    if (isSet) out[begin + bit / 8] |= static_cast<std::uint8_t>(1U << (bit % 8));
  }
}

template <class U>
Bytes encode(const std::vector<U>& values, const DeltaLayout& layout = {}) {
  using Signed = std::make_signed_t<U>;
  Bytes out;
  putVarint(out, layout.blockValues);
  putVarint(out, layout.miniblocks);
  putVarint(out, values.size());
  putZigzag(out, values.empty() ? U{0} : values[0]);
  const std::uint64_t miniblockValues = layout.blockValues / layout.miniblocks;
  for (std::size_t i = 1; i < values.size(); i += layout.blockValues) {
    std::vector<U> deltas;
    for (std::size_t k = i; k < std::min<std::size_t>(values.size(), i + layout.blockValues); ++k) {
      deltas.push_back(static_cast<U>(values[k] - values[k - 1]));
    }
    const U least = *std::min_element(deltas.begin(), deltas.end(), [](U a, U b) {
      return static_cast<Signed>(a) < static_cast<Signed>(b);
    });
    putZigzag(out, least);
    Bytes bodies;
    for (std::uint64_t m = 0; m < layout.miniblocks; ++m) {
      std::vector<U> relative;
      unsigned width = 0;
      for (std::uint64_t k = m * miniblockValues;
           k < std::min<std::uint64_t>(deltas.size(), (m + 1) * miniblockValues); ++k) {
        relative.push_back(static_cast<U>(deltas[k] - least));
        while (width < 8 * sizeof(U) && relative.back() >> width != 0) ++width;
      }
      out.push_back(relative.empty() ? layout.unusedWidth : static_cast<std::uint8_t>(width));
      if (!relative.empty()) {
        putMiniblock(bodies, relative, width, miniblockValues, layout.paddingBits);
      }
    }
    out.insert(out.end(), bodies.begin(), bodies.end());
  }
  return out;
}

}  // namespace reference
}  // namespace parquet_flow::encoding
