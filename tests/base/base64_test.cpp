// Goal: base64 as RFC 4648 has it, both ways. Method: the vectors of its section 10, all digits,
// and texts that are none.
#include "base/base64.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace parquet_flow {
namespace {

TEST(Base64, vectorsOfTheRfcBothWays) {
  const std::pair<std::string_view, std::string_view> vectors[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(encodeBase64(constBytes(bytes)), text);
    const auto decoded = decodeBase64(text);
    ASSERT_TRUE(decoded) << text;
    EXPECT_EQ(asText(*decoded), bytes);
  }
}

TEST(Base64, eachDigitHasItsPlace) {
  // 6 bits each, counted up from 0: 000000 000001 000010 000011 is 0x00 0x10 0x83.
  std::vector<std::byte> bytes;
  for (std::uint32_t digit = 0; digit < 64; digit += 4) {
    const std::uint32_t word = digit << 18 | (digit + 1) << 12 | (digit + 2) << 6 | (digit + 3);
    for (const int shift : {16, 8, 0}) bytes.push_back(static_cast<std::byte>(word >> shift));
  }
  EXPECT_EQ(encodeBase64(bytes),
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
}

TEST(Base64, paddingMayBeLeftOut) {
  EXPECT_EQ(asText(decodeBase64("Zg").value()), "f");
  EXPECT_EQ(asText(decodeBase64("Zm8").value()), "fo");
}

TEST(Base64, whatIsNoDigitIsRefused) {
  for (const std::string_view text : {"Zm9v\n", "Zm-v", "Zm_v", "Zg==Zg", "\xC3\xA9"}) {
    EXPECT_FALSE(decodeBase64(text)) << text;
  }
}

}  // namespace
}  // namespace parquet_flow
