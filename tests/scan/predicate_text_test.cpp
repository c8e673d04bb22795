// Goal: text becomes the predicate it says, and an error says where it is none.
//
// Method: tables of texts beside the tree in words, and of texts beside the whole error.
#include "scan/predicate_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parquet_flow::scan {
namespace {

std::string inWords(const Predicate& predicate) {
  constexpr const char* kComparisons[] = {"=", "<>", "<", "<=", ">", ">="};
  constexpr const char* kKinds[] = {"constant", "compare",  "between", "in",  "null", "starts",
                                    "ends",     "contains", "like",    "and", "or",   "not"};
  std::string words = std::string("(") + kKinds[static_cast<int>(predicate.kind)];
  if (predicate.kind == PredicateKind::kConstant) {
    words += predicate.constant == Truth::kTrue    ? " true"
             : predicate.constant == Truth::kFalse ? " false"
                                                   : " unknown";
  }
  words += predicate.column.empty() ? "" : " " + predicate.column;
  if (predicate.kind == PredicateKind::kCompare) {
    words += std::string(" ") + kComparisons[static_cast<int>(predicate.comparison)];
  }
  for (const Literal& literal : predicate.literals) {
    words += " " + describe(literal);
  }
  if (predicate.escape != kNoEscape) {
    words += std::string(" escape ") + static_cast<char>(predicate.escape);
  }
  for (const Predicate& child : predicate.children) {
    words += " " + inWords(child);
  }
  return words + ")";
}

TEST(PredicateText, becomesTheTreeItSays) {
  constexpr std::pair<const char*, const char*> kCases[] = {
      {"type = 'P' and price > 100.25", "(and (compare type = 'P') (compare price > 100.25))"},
      {"a == 1", "(compare a = 1)"},
      {"a<>1", "(compare a <> 1)"},
      {"a != -1", "(compare a <> -1)"},
      {"a <= +1", "(compare a <= 1)"},
      {"a >= 1e3", "(compare a >= 1e3)"},
      {"a < .5", "(compare a < .5)"},
      {"5 < a", "(compare a > 5)"},
      {"5 >= a", "(compare a <= 5)"},
      {"'x' = a", "(compare a = 'x')"},
      {"a = 9223372036854775807", "(compare a = 9223372036854775807)"},
      {"a = -9223372036854775808", "(compare a = -9223372036854775808)"},
      {"a = 18446744073709551615", "(compare a = 18446744073709551615)"},
      {"a = 18446744073709551616", "(compare a = 18446744073709551616)"},
      {"a = null", "(compare a = null)"},
      {"a = TRUE", "(compare a = true)"},
      {"a = 'it''s'", "(compare a = 'it''s')"},
      {"a = ''", "(compare a = '')"},
      {"a = x'00fF'", "(compare a = X'00FF')"},
      {"\"a b\".c = 1", "(compare a b.c = 1)"},
      {"\"say \"\"hi\"\"\" = 1", "(compare say \"hi\" = 1)"},
      {"\"and\" = 1", "(compare and = 1)"},
      {"g.list.x = 1", "(compare g.list.x = 1)"},
      {"größe = 1", "(compare größe = 1)"},
      {"t > timestamp '2026-11-20 09:30'", "(compare t > '2026-11-20 09:30')"},
      {"date = date '2026-11-20'", "(compare date = '2026-11-20')"},
      {"timestamp is null", "(null timestamp)"},
      {"a IN (1, 'b', NULL)", "(in a 1 'b' null)"},
      {"a not in (1)", "(not (in a 1))"},
      {"a between 1 and 2 and b = 3", "(and (between a 1 2) (compare b = 3))"},
      {"a not between 1 and 2", "(not (between a 1 2))"},
      {"a is null", "(null a)"},
      {"a is not null", "(not (null a))"},
      {"a like 'x%'", "(like a 'x%')"},
      {"a like 'x!%' escape '!'", "(like a 'x!%' escape !)"},
      {"a not like 'x'", "(not (like a 'x'))"},
      {"a starts with 'x'", "(starts a 'x')"},
      {"a not Ends With 'x'", "(not (ends a 'x'))"},
      {"a contains x'FF'", "(contains a X'FF')"},
      {"contains contains 'x'", "(contains contains 'x')"},
      {"a = 1 or b = 2 and c = 3", "(or (compare a = 1) (and (compare b = 2) (compare c = 3)))"},
      {"(a = 1 or b = 2) and c = 3", "(and (or (compare a = 1) (compare b = 2)) (compare c = 3))"},
      {"not a = 1 and b = 2", "(and (not (compare a = 1)) (compare b = 2))"},
      {"not not a = 1", "(not (not (compare a = 1)))"},
      {"a", "(compare a = true)"},
      {"not g.a", "(not (compare g.a = true))"},
      {"(a or not b) and c",
       "(and (or (compare a = true) (not (compare b = true))) "
       "(compare c = true))"},
      {"true", "(constant true)"},
      {"false or null", "(or (constant false) (constant unknown))"},
  };
  for (const auto& [text, words] : kCases) {
    const auto predicate = parsePredicate(text);
    ASSERT_TRUE(predicate) << text << ": " << predicate.error().message();
    EXPECT_EQ(inWords(*predicate), words) << text;
  }
}

TEST(PredicateText, saysWhereAndWhatWasExpected) {
  constexpr std::pair<const char*, const char*> kCases[] = {
      {"", "at 1: expected a column, found the end"},
      {"a b", "at 3: expected a comparison, found 'b'"},
      {"a not", "at 6: expected a comparison, found the end"},
      {"a = ", "at 5: expected a literal, found the end"},
      {"a = b", "at 5: expected a literal, found 'b'"},
      {"a = 1 b = 2", "at 7: expected 'and', 'or' or the end, found 'b'"},
      {"a = 1 and", "at 10: expected a column, found the end"},
      {"and = 1", "at 1: expected a column, found 'and'"},
      {"(a = 1", "at 7: expected ')', found the end"},
      {"a in 1", "at 6: expected '(', found '1'"},
      {"a in ()", "at 7: expected a literal, found ')'"},
      {"a between 1 or 2", "at 13: expected 'AND', found 'or'"},
      {"a is 5", "at 6: expected 'NULL', found '5'"},
      {"a starts 'x'", "at 10: expected 'WITH', found ''x''"},
      {"a like 5", "at 8: expected a string, found '5'"},
      {"a like 'x' escape 'ab'", "at 19: expected a string of one byte, found ''ab''"},
      {"a = 12ab", "at 5: '12ab' is not a number"},
      {"a = 1.2.3", "at 5: '1.2.3' is not a number"},
      {"a = - 'x'", "at 7: expected a number, found ''x''"},
      {"a = 'x", "at 5: a string without its end"},
      {"\"a = 1", "at 1: a name in quotes without its end"},
      {"a = x'0'", "at 5: an odd number of hexadecimal digits"},
      {"a = x'0g'", "at 7: expected two hexadecimal digits"},
      {"a = 1;", "at 6: the character ';' begins nothing"},
      {"a. = 1", "at 4: expected a column, found '='"},
      {"\"\" = 1", "at 1: expected a column, found '\"\"'"},
      {"5 and a = 1", "at 3: expected a comparison, found 'and'"},
      {"a not = 1", "at 7: expected a comparison, found '='"},
  };
  for (const auto& [text, message] : kCases) {
    const auto predicate = parsePredicate(text);
    ASSERT_FALSE(predicate) << text;
    EXPECT_EQ(predicate.error().code(), ErrorCode::kInvalidArgument) << text;
    EXPECT_EQ(predicate.error().message(), message) << text;
  }
}

TEST(PredicateText, refusesWhatIsNestedTooDeep) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "a = 1" + std::string(depth, ')');
  };
  EXPECT_TRUE(parsePredicate(nested(49)));
  const auto refused = parsePredicate(nested(50));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kLimit);
  std::string negations;
  for (int i = 0; i < 1'000'000; ++i) {
    negations += "not ";
  }
  EXPECT_EQ(parsePredicate(negations + "a = 1").error().code(), ErrorCode::kLimit);
}

}  // namespace
}  // namespace parquet_flow::scan
