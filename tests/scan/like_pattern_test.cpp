// Goal: LIKE and its simpler forms take what SQL says.
//
// Method: a table of patterns and values.
#include "scan/like_pattern.hpp"

#include <gtest/gtest.h>

#include "scan/predicate.hpp"

namespace parquet_flow::scan {
namespace {

TEST(LikePattern, takesWhatSqlSays) {
  const struct {
    const char* pattern;
    const char* value;
    bool isTaken;
  } kCases[] = {
      {"", "", true},
      {"", "a", false},
      {"%", "", true},
      {"%%", "abc", true},
      {"abc", "abc", true},
      {"abc", "abcd", false},
      {"abc", "ab", false},
      {"a%", "a", true},
      {"a%", "ba", false},
      {"%a", "ba", true},
      {"%a", "ab", false},
      {"%b%", "abc", true},
      {"%b%", "ac", false},
      {"_", "a", true},
      {"_", "", false},
      {"_", "ab", false},
      {"_", "ü", true},
      {"__", "ü", false},
      {"_", "東", true},
      {"_", "🙂", true},
      {"a_c", "abc", true},
      {"a_c", "ac", false},
      {"a%c", "ac", true},
      {"a%c", "abbc", true},
      {"a%c", "abcd", false},
      {"%_", "", false},
      {"%_", "a", true},
      {"%_b", "ab", true},
      {"%_b", "b", false},
      {"ab%ab", "ab", false},
      {"ab%ab", "abab", true},
      {"ab%ba", "aba", false},
      {"%ab%ab%", "xabab", true},
      {"%ab%ab%", "xab", false},
      {"%a_%a_%", "abac", true},
      {"%a_%a_%", "aba", false},
      {"a%b%c", "aXbYc", true},
      {"a%b%c", "abc", true},
      {"a%b%c", "acb", false},
      {"%東%", "x東京", true},
      {"A%", "a", false},
  };
  for (const auto& [pattern, value, isTaken] : kCases) {
    const auto made = likePattern(pattern, kNoEscape, true);
    ASSERT_TRUE(made) << pattern;
    EXPECT_EQ(matches(*made, value), isTaken) << pattern << " of " << value;
  }
}

TEST(LikePattern, takesTheCharacterBehindItsEscapeAsItIs) {
  EXPECT_TRUE(matches(*likePattern("50!%", '!', true), "50%"));
  EXPECT_FALSE(matches(*likePattern("50!%", '!', true), "50x"));
  EXPECT_TRUE(matches(*likePattern("a!_b", '!', true), "a_b"));
  EXPECT_FALSE(matches(*likePattern("a!_b", '!', true), "axb"));
  EXPECT_TRUE(matches(*likePattern("!!", '!', true), "!"));
  EXPECT_TRUE(matches(*likePattern("!a", '!', true), "a"));
  EXPECT_EQ(likePattern("a!", '!', true).error().code(), ErrorCode::kInvalidArgument);
}

TEST(LikePattern, ofBytesTakesOneForACharacter) {
  EXPECT_FALSE(matches(*likePattern("_", kNoEscape, false), "ü"));
  EXPECT_TRUE(matches(*likePattern("__", kNoEscape, false), "ü"));
}

TEST(LikePattern, knowsItsPrefix) {
  EXPECT_EQ(likePattern("ab_c%", kNoEscape, true)->prefix(), "ab");
  EXPECT_EQ(likePattern("abc", kNoEscape, true)->prefix(), "abc");
  EXPECT_EQ(likePattern("%abc", kNoEscape, true)->prefix(), "");
  EXPECT_EQ(likePattern("_a", kNoEscape, true)->prefix(), "");
  EXPECT_EQ(prefixPattern("ab").prefix(), "ab");
  EXPECT_EQ(suffixPattern("ab").prefix(), "");
}

TEST(LikePattern, ofOnePieceIsPlain) {
  EXPECT_TRUE(likePattern("%abc%", kNoEscape, true)->isPlain());
  EXPECT_FALSE(likePattern("%a_c%", kNoEscape, true)->isPlain());
  EXPECT_FALSE(likePattern("a%c", kNoEscape, true)->isPlain());
}

}  // namespace
}  // namespace parquet_flow::scan
