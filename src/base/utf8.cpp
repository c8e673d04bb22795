#include "base/utf8.hpp"

#include <cstdint>

#include "base/bytes.hpp"

namespace parquet_flow {
namespace {

struct LeadByte {
  std::size_t bytes;  // of the whole character; 0: no character begins so
  unsigned char secondMin;
  unsigned char secondMax;
};

LeadByte leadByte(unsigned char lead) noexcept {
  if (lead < 0x80) return {1, 0, 0};
  if (lead < 0xC2) return {0, 0, 0};  // a continuation byte, or an overlong form of ASCII
  if (lead < 0xE0) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};  // below: overlong
  if (lead == 0xED) return {3, 0x80, 0x9F};  // above: surrogates
  if (lead < 0xF0) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};  // below: overlong
  if (lead < 0xF4) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};  // above: past U+10FFFF
  return {0, 0, 0};
}

}  // namespace

std::size_t utf8CharacterBytes(std::string_view text) noexcept {
  const LeadByte lead = leadByte(static_cast<unsigned char>(text[0]));
  if (lead.bytes > text.size()) return 0;
  for (std::size_t i = 1; i < lead.bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < (i == 1 ? lead.secondMin : 0x80) || byte > (i == 1 ? lead.secondMax : 0xBF)) {
      return 0;
    }
  }
  return lead.bytes;
}

bool isUtf8(std::string_view text) noexcept {
  constexpr std::uint64_t kNotAscii = 0x8080808080808080U;
  while (!text.empty()) {
    if (text.size() >= sizeof kNotAscii && (loadLe<std::uint64_t>(text.data()) & kNotAscii) == 0) {
      text.remove_prefix(sizeof kNotAscii);
      continue;
    }
    const std::size_t bytes = utf8CharacterBytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

}  // namespace parquet_flow
