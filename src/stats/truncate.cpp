// Bounds cut short. UTF-8 compares like its code points, so a bound that ends in an incremented
// character is above all that begin with the character before it; it stays valid because readers
// decode bounds of STRING columns as text.
#include <cstdint>

#include "stats/bounds.hpp"

namespace parquet_flow::stats {
namespace {

bool isContinuation(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// Where the prefix of at most `bytes` bytes ends. Text that is not UTF-8 there is cut as bytes:
// four continuation bytes in a row belong to no character.
std::size_t cutAt(const std::string& value, std::size_t bytes, bool utf8) noexcept {
  if (value.size() <= bytes) {
    return value.size();
  }
  if (!utf8) {
    return bytes;
  }
  std::size_t at = bytes;
  for (int i = 0; i < 3 && at > 0 && isContinuation(value[at]); ++i) {
    --at;
  }
  return isContinuation(value[at]) ? bytes : at;
}

struct Character {
  std::size_t bytes = 0;  // 0: no valid character ends here
  std::uint32_t point = 0;
};

constexpr std::uint32_t kFirstOfWidth[] = {0, 0, 0x80, 0x800, 0x10000};
constexpr std::uint32_t kLastOfWidth[] = {0, 0x7F, 0x7FF, 0xFFFF, 0x10FFFF};

// The character that ends before `end`.
Character lastCharacter(const std::string& text, std::size_t end) noexcept {
  std::size_t start = end - 1;
  while (start > 0 && end - start < 4 && isContinuation(text[start])) {
    --start;
  }
  const auto lead = static_cast<unsigned char>(text[start]);
  const std::size_t width = lead < 0x80             ? 1
                            : (lead >> 5U) == 0x6U  ? 2
                            : (lead >> 4U) == 0xEU  ? 3
                            : (lead >> 3U) == 0x1EU ? 4
                                                    : 0;
  if (width == 0 || width != end - start) {
    return {};
  }
  std::uint32_t point = width == 1 ? lead : lead & (0x7FU >> width);
  for (std::size_t i = start + 1; i < end; ++i) {
    point = (point << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (point < kFirstOfWidth[width] || point > kLastOfWidth[width] || surrogate) {
    return {};
  }
  return {width, point};
}

void encode(std::string& text, std::size_t at, Character character) noexcept {
  if (character.bytes == 1) {
    text[at] = static_cast<char>(character.point);
    return;
  }
  std::uint32_t rest = character.point;
  for (std::size_t i = character.bytes - 1; i > 0; --i) {
    text[at + i] = static_cast<char>(0x80U | (rest & 0x3FU));
    rest >>= 6U;
  }
  constexpr std::uint32_t kLead[] = {0, 0, 0xC0, 0xE0, 0xF0};
  text[at] = static_cast<char>(kLead[character.bytes] | rest);
}

// Increments the last character of text[0, end) that the width allows, dropping those behind it.
bool incrementUtf8(std::string& text, std::size_t end) noexcept {
  while (end > 0) {
    Character character = lastCharacter(text, end);
    if (character.bytes == 0) {
      return false;
    }
    if (character.point < kLastOfWidth[character.bytes]) {
      character.point = character.point == 0xD7FF ? 0xE000 : character.point + 1;
      encode(text, end - character.bytes, character);
      text.resize(end);
      return true;
    }
    end -= character.bytes;
  }
  return false;
}

bool incrementBytes(std::string& bytes, std::size_t end) noexcept {
  for (; end > 0; --end) {
    const auto last = static_cast<unsigned char>(bytes[end - 1]);
    if (last != 0xFF) {
      bytes[end - 1] = static_cast<char>(last + 1U);
      bytes.resize(end);
      return true;
    }
  }
  return false;
}

}  // namespace

void truncateMin(std::string& value, std::size_t bytes, bool utf8) {
  value.resize(cutAt(value, bytes, utf8));
}

bool truncateMax(std::string& value, std::size_t bytes, bool utf8) {
  if (value.size() <= bytes) {
    return true;
  }
  const std::size_t end = cutAt(value, bytes, utf8);
  return utf8 ? incrementUtf8(value, end) : incrementBytes(value, end);
}

}  // namespace parquet_flow::stats
