// Goal: any bytes become one valid string of JSON.
//
// Method: what RFC 8259, section 7 wants escaped, its neighbours, and bytes that are no UTF-8.
#include "base/json_string.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parquet_flow {
namespace {

using namespace std::string_literals;

TEST(JsonString, quotesBackslashesAndControlCharactersAreEscaped) {
  const struct {
    std::string text;
    std::string json;
  } cases[] = {
      {"", R"("")"},
      {"plain", R"("plain")"},
      {"a\"b\\c", R"("a\"b\\c")"},
      {"\x00\x1F\x20\x7F"s, "\"\\u0000\\u001f \x7F\""},
      {"a\nb\tc", R"("a\u000ab\u0009c")"},
      {"naïve 😀", "\"naïve 😀\""},
      {"\xFF", "\"\uFFFD\""},
      {"a\xE2\x82", "\"a\uFFFD\uFFFD\""},                  // cut short
      {"\xED\xA0\x80\"x", "\"\uFFFD\uFFFD\uFFFD\\\"x\""},  // a surrogate, then a quote
  };
  for (const auto& each : cases) {
    std::string out = "[";
    appendJsonString(each.text, out);
    EXPECT_EQ(out, "[" + each.json);
  }
}

TEST(JsonString, withoutQuotesOnlyWhatIsNoTextIsReplaced) {
  std::string out;
  appendUtf8("a\"\n\xC3\xA9\xC3", out);
  EXPECT_EQ(out, "a\"\n\xC3\xA9\uFFFD");
}

}  // namespace
}  // namespace parquet_flow
