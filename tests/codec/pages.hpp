// Pages to compress.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace parquet_flow::codec {

using Bytes = std::vector<std::byte>;

inline Bytes bytesOf(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) {
    bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

inline Bytes noise(std::size_t bytes, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  Bytes page(bytes);
  for (std::byte& byte : page) {
    byte = static_cast<std::byte>(random());
  }
  return page;
}

inline Bytes text(std::size_t bytes) {
  const std::string words = "the quick brown fox jumps over the lazy dog and counts ";
  Bytes page;
  for (std::size_t i = 0; page.size() < bytes; ++i) {
    const std::string piece = words.substr(i % 40) + std::to_string(i * i);
    const ConstBytes part = constBytes(piece);
    page.insert(page.end(), part.begin(), part.end());
  }
  page.resize(bytes);
  return page;
}

}  // namespace parquet_flow::codec
