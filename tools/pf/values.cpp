#include "pf/values.hpp"

#include <charconv>

namespace parquet_flow::pf {

std::optional<std::uint64_t> parseCount(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [rest, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || end - rest > 1) {
    return std::nullopt;
  }
  if (rest == end) {
    return value;
  }
  constexpr std::string_view kPowers = "kMGT";
  const std::size_t power = kPowers.find(*rest == 'K' ? 'k' : *rest);
  if (power == std::string_view::npos) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i <= power; ++i) {
    if (value > UINT64_MAX / 1000) {
      return std::nullopt;
    }
    value *= 1000;
  }
  return value;
}

std::optional<CodecChoice> parseCodec(std::string_view text) noexcept {
  using codec::Compression;
  static constexpr std::pair<std::string_view, Compression> kNames[] = {
      {"uncompressed", Compression::kUncompressed},
      {"snappy", Compression::kSnappy},
      {"gzip", Compression::kGzip},
      {"brotli", Compression::kBrotli},
      {"zstd", Compression::kZstd},
      {"lz4_raw", Compression::kLz4Raw}};
  const std::size_t colon = text.find(':');
  for (const auto& [name, compression] : kNames) {
    if (text.substr(0, colon) != name) {
      continue;
    }
    if (colon == std::string_view::npos) {
      return CodecChoice{compression, codec::kLevelDefault};
    }
    std::int32_t level = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, level);
    if (error == std::errc() && rest == end) {
      return CodecChoice{compression, level};
    }
  }
  return std::nullopt;
}

std::string grouped(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, " ");
  }
  return text;
}

}  // namespace parquet_flow::pf
