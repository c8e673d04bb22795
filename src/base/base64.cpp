#include "base/base64.hpp"

#include <algorithm>
#include <cstdint>

namespace parquet_flow {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string encodeBase64(ConstBytes bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  auto to = text.begin();
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < left; ++k) {
      word |= std::to_integer<std::uint32_t>(bytes[i + k]) << (16 - 8 * k);
    }
    for (std::size_t k = 0; k <= left; ++k) {
      to[static_cast<std::ptrdiff_t>(k)] = kDigits[word >> (18 - 6 * k) & 63];
    }
    to += 4;
  }
  return text;
}

std::optional<std::vector<std::byte>> decodeBase64(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t word = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    word = word << 6 | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<std::byte>(word >> bits));
    }
  }
  return bytes;
}

}  // namespace parquet_flow
