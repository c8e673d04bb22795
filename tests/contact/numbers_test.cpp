// Goal: no two slots share a phone number, in any bracket, and the text has the promised form.
// Method: the bracket of eight digits is walked whole with one bit per number; larger ones at their
// edges, where a wrong size of the grid would show.
#include "contact/numbers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parquet_flow::contact {
namespace {

constexpr std::uint64_t kEightDigits = 100'000'000;

std::string numberOf(const NumberSpace& space, std::uint64_t slot) {
  char text[kNumberBytesMax];
  return std::string(text, space.write(slot, text));
}

TEST(Numbers, everySlotOfEightDigitsHasANumberOfItsOwn) {
  const NumberSpace space(42);
  std::vector<bool> seen(kEightDigits);
  for (std::uint64_t slot = 0; slot < kEightDigits; ++slot) {
    const std::uint64_t number = space.permute(slot);
    ASSERT_LT(number, kEightDigits) << slot;
    ASSERT_FALSE(seen[number]) << "slot " << slot << " repeats " << number;
    seen[number] = true;
  }
}

TEST(Numbers, slotsOfHigherBracketsStayInTheirBracketAndAreUnique) {
  const NumberSpace space(7);
  for (std::uint64_t begin = kEightDigits; begin < 1'000'000'000'000'000'000; begin *= 10) {
    const std::uint64_t end = begin * 10;
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = 0; i < 50'000; ++i) {
      numbers.push_back(space.permute(begin + i));
      numbers.push_back(space.permute(end - 1 - i));
      numbers.push_back(space.permute(begin + (end - begin) / 3 + i));
    }
    EXPECT_GE(*std::min_element(numbers.begin(), numbers.end()), begin);
    EXPECT_LT(*std::max_element(numbers.begin(), numbers.end()), end);
    std::sort(numbers.begin(), numbers.end());
    EXPECT_EQ(std::adjacent_find(numbers.begin(), numbers.end()), numbers.end()) << begin;
  }
}

TEST(Numbers, textIsThePrefixAndAtLeastEightDigits) {
  const NumberSpace space(3);
  const struct {
    std::uint64_t slot;
    std::size_t digits;
  } kCases[] = {
      {0, 8},           {kEightDigits - 1, 8}, {kEightDigits, 9},
      {999'999'999, 9}, {1'000'000'000, 10},   {9'999'999'999'999'999'999U, 19},
  };
  for (const auto& c : kCases) {
    const std::string number = numberOf(space, c.slot);
    EXPECT_EQ(number.substr(0, 7), "+91-99-");
    const std::string digits = number.substr(7);
    EXPECT_EQ(digits.size(), c.digits) << number;
    EXPECT_EQ(digits.find_first_not_of("0123456789"), std::string::npos) << number;
    EXPECT_EQ(std::stoull(digits), space.permute(c.slot)) << number;
  }
}

TEST(Numbers, anotherSeedGivesOtherNumbers) {
  const NumberSpace a(1);
  const NumberSpace b(2);
  int same = 0;
  for (std::uint64_t slot = 0; slot < 1000; ++slot) {
    same += a.permute(slot) == b.permute(slot) ? 1 : 0;
  }
  EXPECT_LE(same, 1);
}

}  // namespace
}  // namespace parquet_flow::contact
