// How long pages take to decode, before they are.
#pragma once

#include <cstdint>

#include "read/page_stream.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::read {

// As bytes of decoded numbers, which take the least: a data page or a dictionary that `inflated`
// bytes were decompressed for (0: none), whose levels become `levels` bytes. What entries of a
// dictionary of BYTE_ARRAYs come to is not in it: that is kArrayBytesWork a byte.
[[nodiscard]] std::uint64_t pageWork(const schema::Leaf& leaf, const Page& page,
                                     std::uint64_t inflated, std::uint64_t levels) noexcept;
inline constexpr std::uint64_t kArrayBytesWork = 2;

// Whether the values are in a dictionary's encoding.
[[nodiscard]] bool isInDictionary(const Page& page) noexcept;

}  // namespace parquet_flow::read
