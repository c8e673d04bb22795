// Numbers and codecs as the command line has them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/codec.hpp"

namespace parquet_flow::pf {

// "1000", "64k", "10M", "1G": digits, and a power of 1000 behind them. nullopt: something else, or
// above 2^64 - 1.
[[nodiscard]] std::optional<std::uint64_t> parseCount(std::string_view text) noexcept;

struct CodecChoice {
  codec::Compression compression;
  std::int32_t level;
};
// "zstd", "zstd:3". nullopt: no such codec, or no number behind the colon.
[[nodiscard]] std::optional<CodecChoice> parseCodec(std::string_view text) noexcept;

// 1234567 as "1 234 567".
[[nodiscard]] std::string grouped(std::uint64_t value);

}  // namespace parquet_flow::pf
