// JSON as RFC 8259 has it, byte by byte.
#include "sink/json_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace parquet_flow::sink {
namespace {

std::string textOf(std::string_view value) {
  JsonText json;
  json.beginObject();
  json.field("t", value);
  json.end();
  return std::move(json).take();
}

TEST(JsonText, objectsArraysAndNumbersStandWhereTheyBelong) {
  JsonText json;
  json.beginObject();
  json.field("least", INT64_MIN);
  json.field("most", UINT64_MAX);
  json.beginArray("list");
  json.beginObject();
  json.field("yes", true);
  json.end();
  json.beginObject();
  json.field("no", false);
  json.end();
  json.end();
  json.beginArray("empty");
  json.end();
  json.beginObject("inner");
  json.end();
  json.end();
  EXPECT_EQ(std::move(json).take(), R"({"least":-9223372036854775808,"most":18446744073709551615,)"
                                    R"("list":[{"yes":true},{"no":false}],"empty":[],"inner":{}})");
}

TEST(JsonText, whatWouldEndTheStringIsEscaped) {
  EXPECT_EQ(textOf("a\"b\\c"), R"({"t":"a\"b\\c"})");
  EXPECT_EQ(textOf(std::string_view("\0\n\x1f", 3)), R"({"t":"\u0000\u000a\u001f"})");
  EXPECT_EQ(textOf("\x7f/"), "{\"t\":\"\x7f/\"}");
}

TEST(JsonText, charactersStayAsTheyAre) {
  EXPECT_EQ(textOf("\u00e9\u20ac\U0001F4C8"), "{\"t\":\"\u00e9\u20ac\U0001F4C8\"}");
}

TEST(JsonText, whatIsNotUtf8IsReplaced) {
  const std::string r = "\xEF\xBF\xBD";
  EXPECT_EQ(textOf("a\xff"
                   "b"),
            "{\"t\":\"a" + r + "b\"}");
  EXPECT_EQ(textOf("\xC0\xAF"), "{\"t\":\"" + r + r + "\"}") << "overlong";
  EXPECT_EQ(textOf("\xED\xA0\x80"), "{\"t\":\"" + r + r + r + "\"}") << "a surrogate";
  EXPECT_EQ(textOf("\xF4\x90\x80\x80"), "{\"t\":\"" + r + r + r + r + "\"}") << "above U+10FFFF";
  EXPECT_EQ(textOf("\xE2\x82"), "{\"t\":\"" + r + r + "\"}") << "cut short";
}

}  // namespace
}  // namespace parquet_flow::sink
