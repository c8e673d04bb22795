// Goal: columns keep the shares that the model promises, and no number comes twice. Method:
// chi-square over ten million rows and exact counts of all their numbers, one bit for each that
// there could be. PF_CONTACT_ROWS=1000000000 takes more rows: 1.3 GB of bits, and some minutes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "chi_square.hpp"
#include "contact/generator.hpp"

namespace parquet_flow::contact {
namespace {

constexpr std::uint64_t kChunk = 1 << 14;

std::uint64_t rowCount() {
  const char* const rows = std::getenv("PF_CONTACT_ROWS");
  return rows == nullptr ? 10'000'000 : std::strtoull(rows, nullptr, 10);
}

template <class Visit>
void forEachChunk(std::uint64_t seed, Visit visit) {
  const ContactGenerator generator({.seed = seed});
  ContactColumns columns;
  for (std::uint64_t begin = 0; begin < rowCount(); begin += kChunk) {
    ASSERT_TRUE(generator.fill(begin, std::min(begin + kChunk, rowCount()), columns));
    visit(columns);
  }
}

TEST(ColumnDistribution, sharesAreKeptOverTenMillionRows) {
  std::vector<std::uint64_t> rows(12);   // has a name x phones
  std::vector<std::uint64_t> fields(4);  // both, number alone, type alone, neither
  std::vector<std::uint64_t> types(kPhoneTypeNames.size());
  forEachChunk(3, [&](const ContactColumns& columns) {
    const auto names = columns.name().definitionLevels;
    const auto repetition = columns.number().repetitionLevels;
    const auto numbers = columns.number().definitionLevels;
    const auto typeLevels = columns.phoneType().definitionLevels;
    std::size_t entry = 0;
    for (const std::uint8_t name : names) {
      std::size_t phones = 0;
      do {
        if (numbers[entry] >= kLevelNullField) {
          ++phones;
          ++fields[(numbers[entry] == kLevelPresent ? 0U : 2U) +
                   (typeLevels[entry] == kLevelPresent ? 0U : 1U)];
        }
        ++entry;
      } while (entry < numbers.size() && repetition[entry] != 0);
      ++rows.at(phones + (name == 0 ? 0U : 6U));
    }
    for (const std::uint32_t type : columns.phoneType().types) {
      ++types.at(type);
    }
  });
  const double phones[] = {0.40, 0.45, 0.10, 0.05 / 3, 0.05 / 3, 0.05 / 3};
  std::vector<double> shares;
  for (const double named : {0.20, 0.80}) {
    for (const double share : phones) {
      shares.push_back(named * share);
    }
  }
  expectShares(rows, shares, "null names x phones a row");
  expectShares(fields, {0.90, 0.05, 0.04, 0.01}, "fields of a phone");
  expectShares(types, {0.55, 0.35, 0.10}, "types");
}

TEST(ColumnDistribution, noNumberComesTwice) {
  // As many numbers as the longest one could be.
  const unsigned digits = numberDigits(rowCount() * kPhonesMax - 1);
  std::uint64_t values = 1;
  for (unsigned i = 0; i < digits; ++i) {
    values *= 10;
  }
  std::vector<bool> seen(values);
  std::uint64_t numbers = 0;
  forEachChunk(1, [&](const ContactColumns& columns) {
    const auto leaf = columns.number();
    for (std::size_t i = 0; i + 1 < leaf.offsets.size(); ++i) {
      const std::string_view number(leaf.bytes.data() + leaf.offsets[i],
                                    leaf.offsets[i + 1] - leaf.offsets[i]);
      ASSERT_TRUE(number.starts_with(std::string_view(kNumberPrefix))) << number;
      ASSERT_GE(number.size(), kNumberPrefixBytes + 8) << number;
      std::uint64_t value = 0;
      for (const char c : number.substr(kNumberPrefixBytes)) {
        ASSERT_TRUE(c >= '0' && c <= '9') << number;
        value = 10 * value + static_cast<std::uint64_t>(c - '0');
      }
      ASSERT_FALSE(seen[value]) << number;  // none with nine digits begins with 0
      seen[value] = true;
      ++numbers;
    }
  });
  const double each = static_cast<double>(numbers) / static_cast<double>(rowCount());
  EXPECT_NEAR(each, 0.85 * 0.95, 0.01);
}

}  // namespace
}  // namespace parquet_flow::contact
