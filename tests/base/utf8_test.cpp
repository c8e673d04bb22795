// Goal: isUtf8 takes what the Unicode Standard's table 3-7 ("Well-Formed UTF-8 Byte Sequences")
// has, and nothing else.
//
// Method: the first and last byte sequence of each row of that table, and their neighbours outside;
// then all sequences of up to three bytes against a decoder that goes by code points.
#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace parquet_flow {
namespace {

using namespace std::string_literals;

struct Case {
  std::string text;
  bool isGood;
};

TEST(Utf8, edgesOfEachRowOfTheTable) {
  const Case cases[] = {
      {"", true},
      {"\x00\x7F"s, true},                         // U+0000, U+007F
      {"\x80", false},                             // a continuation byte alone
      {"\xC1\xBF", false},                         // U+007F, overlong
      {"\xC2\x80\xDF\xBF", true},                  // U+0080, U+07FF
      {"\xC2\x7F", false},                         // no continuation byte
      {"\xC2", false},                             // cut short
      {"\xE0\x9F\xBF", false},                     // U+07FF, overlong
      {"\xE0\xA0\x80\xED\x9F\xBF", true},          // U+0800, U+D7FF
      {"\xED\xA0\x80", false},                     // U+D800, a surrogate
      {"\xED\xBF\xBF", false},                     // U+DFFF, a surrogate
      {"\xEE\x80\x80\xEF\xBF\xBF", true},          // U+E000, U+FFFF
      {"\xE2\x82", false},                         // cut short
      {"\xF0\x8F\xBF\xBF", false},                 // U+FFFF, overlong
      {"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", true},  // U+10000, U+10FFFF
      {"\xF4\x90\x80\x80", false},                 // U+110000
      {"\xF5\x80\x80\x80", false},
      {"\xFF", false},
      {"naïve 😀", true},
  };
  for (const Case& each : cases) EXPECT_EQ(isUtf8(each.text), each.isGood) << each.text;
}

// Decodes one character; 0 bytes when there is none.
std::size_t decode(const unsigned char* text, std::size_t bytes) {
  const unsigned lead = text[0];
  const std::size_t width = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : 0;
  if (width == 0 || width > bytes) return 0;
  std::uint32_t point = width == 1 ? lead : lead & (0x7FU >> width);
  for (std::size_t i = 1; i < width; ++i) {
    if (text[i] >> 6 != 2) return 0;
    point = point << 6 | (text[i] & 0x3FU);
  }
  const std::uint32_t least = width == 1 ? 0 : width == 2 ? 0x80 : 0x800;
  return point < least || (point >= 0xD800 && point <= 0xDFFF) ? 0 : width;
}

TEST(Utf8, allSequencesOfThreeBytes) {
  for (std::uint32_t bits = 0; bits < 1U << 24; bits += 1) {
    const unsigned char text[] = {static_cast<unsigned char>(bits >> 16),
                                  static_cast<unsigned char>(bits >> 8),
                                  static_cast<unsigned char>(bits)};
    std::size_t at = 0;
    std::size_t step = 1;
    while (at < 3 && (step = decode(text + at, 3 - at)) > 0) at += step;
    ASSERT_EQ(isUtf8({reinterpret_cast<const char*>(text), 3}), at == 3) << std::hex << bits;
  }
}

// Wherever it stands between eight bytes of ASCII and the next.
TEST(Utf8, whatIsNotAsciiIsFoundAtAnyPlace) {
  for (std::size_t bytes = 1; bytes <= 40; ++bytes) {
    ASSERT_TRUE(isUtf8(std::string(bytes, 'a'))) << bytes;
    for (std::size_t at = 0; at < bytes; ++at) {
      std::string text(bytes, 'a');
      text[at] = '\xC3';
      ASSERT_FALSE(isUtf8(text)) << bytes << ' ' << at;
      text.insert(at + 1, 1, '\xA9');
      ASSERT_TRUE(isUtf8(text)) << bytes << ' ' << at;
    }
  }
}

}  // namespace
}  // namespace parquet_flow
