// Goal: the generator keeps every share it promises. Method: chi-square over a million rows of two
// seeds, and exact counts of distinct names and numbers. PF_CONTACT_ROWS=10000000 takes more rows.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chi_square.hpp"
#include "contact/generator.hpp"
#include "contact/names.hpp"
#include "contact/random.hpp"

namespace parquet_flow::contact {
namespace {

std::uint64_t rowCount() {
  const char* const rows = std::getenv("PF_CONTACT_ROWS");
  return rows == nullptr ? 1'000'000 : std::strtoull(rows, nullptr, 10);
}

class Distribution : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  // Calls visit(contact) for each row.
  template <class Visit>
  void forEachContact(Visit visit) const {
    const ContactGenerator generator({.seed = GetParam()});
    ContactText text;
    for (std::uint64_t row = 0; row < rowCount(); ++row) {
      visit(generator.contactAt(row, text));
    }
  }
};

TEST_P(Distribution, rowsHaveTheirSharesOfNamesAndPhones) {
  // Names and phone counts together: they are to be independent as well.
  std::vector<std::uint64_t> counts(12);
  forEachContact([&](const Contact& contact) {
    ASSERT_EQ(contact.hasPhones, contact.phoneCount != 0);
    ++counts[contact.phoneCount + (contact.name ? 6U : 0U)];
  });
  const double phones[] = {0.40, 0.45, 0.10, 0.05 / 3, 0.05 / 3, 0.05 / 3};
  std::vector<double> shares;
  for (const double named : {0.20, 0.80}) {
    for (const double share : phones) {
      shares.push_back(named * share);
    }
  }
  expectShares(counts, shares, "null names x phones a row");
}

TEST_P(Distribution, phonesHaveTheirSharesOfFieldsAndTypes) {
  std::vector<std::uint64_t> fields(4);  // both, number alone, type alone, neither
  std::vector<std::uint64_t> types(3);   // Mobile, Work, Home
  std::vector<std::uint64_t> places(9);  // the type of the first and of the second phone
  forEachContact([&](const Contact& contact) {
    for (const Phone& phone : contact.phones()) {
      ++fields[(phone.number ? 0U : 2U) + (phone.type ? 0U : 1U)];
      if (phone.type) {
        ++types[static_cast<std::size_t>(*phone.type)];
      }
    }
    if (contact.phoneCount >= 2 && contact.phones()[0].type && contact.phones()[1].type) {
      ++places[3 * static_cast<std::size_t>(*contact.phones()[0].type) +
               static_cast<std::size_t>(*contact.phones()[1].type)];
    }
  });
  expectShares(fields, {0.90, 0.05, 0.04, 0.01}, "fields of a phone");
  expectShares(types, {0.55, 0.35, 0.10}, "types");
  std::vector<double> shares;
  for (const double a : {0.55, 0.35, 0.10}) {
    for (const double b : {0.55, 0.35, 0.10}) {
      shares.push_back(a * b);
    }
  }
  expectShares(places, shares, "type of one phone x type of the next");
}

// The share of the first k names of a table of n is the square root of k / n.
TEST_P(Distribution, firstNamesAreAsCommonAsTheirPlace) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < kFirstNames.size(); ++i) {
    ASSERT_TRUE(places.emplace(kFirstNames[i].view(), i).second) << kFirstNames[i].view();
  }
  std::vector<std::uint64_t> counts(kFirstNames.size());
  forEachContact([&](const Contact& contact) {
    if (contact.name) {
      const auto place = places.find(contact.name->substr(0, contact.name->find(' ')));
      ASSERT_NE(place, places.end()) << *contact.name;
      ++counts[place->second];
    }
  });
  // Of the 65 536 equally likely draws u, those with 256 u^2 / 2^32 below k are the first k names'.
  std::vector<std::uint64_t> draws(kFirstNames.size());
  for (std::uint64_t u = 0; u < 65'536; ++u) {
    ++draws[(u * u * kFirstNames.size()) >> 32];
  }
  std::vector<double> shares;
  for (const std::uint64_t draw : draws) {
    shares.push_back(static_cast<double>(draw) / 65'536);
  }
  expectShares(counts, shares, "first names");
  EXPECT_NEAR(static_cast<double>(counts[0]) / (0.8 * static_cast<double>(rowCount())), 1.0 / 16,
              0.001);
}

TEST_P(Distribution, digitsOfNumbersAreEven) {
  std::vector<std::uint64_t> counts(100);  // the first and the last of the eight digits
  forEachContact([&](const Contact& contact) {
    for (const Phone& phone : contact.phones()) {
      if (phone.number && phone.number->size() == 15) {
        const std::string_view digits = phone.number->substr(7);
        ++counts[static_cast<std::size_t>(10 * (digits.front() - '0') + digits.back() - '0')];
      }
    }
  });
  expectShares(counts, std::vector<double>(100, 0.01), "digits");
}

INSTANTIATE_TEST_SUITE_P(Seeds, Distribution, ::testing::Values(1, 20'240'229));

// A set of 64-bit hashes of names: equal names always count once; two different ones collide with a
// probability below 1e-5 over all, and then count too low.
class HashSet {
 public:
  explicit HashSet(unsigned bits) : slots_(std::size_t{1} << bits), mask_(slots_.size() - 1) {}

  bool insert(std::string_view text) {
    std::uint64_t hash = text.size();
    for (std::size_t i = 0; i < text.size(); i += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + i, std::min<std::size_t>(8, text.size() - i));
      hash = mix64(hash ^ word) + kStreamStep;
    }
    hash |= 1;  // 0 is an empty slot
    std::size_t slot = static_cast<std::size_t>(hash >> 20) & mask_;
    while (slots_[slot] != 0) {
      if (slots_[slot] == hash) {
        return false;
      }
      slot = (slot + 1) & mask_;
    }
    slots_[slot] = hash;
    return true;
  }

 private:
  std::vector<std::uint64_t> slots_;
  std::size_t mask_;
};

TEST(DistinctNames, atLeastAQuarterAtTenMillionRows) {
  const ContactGenerator generator({.seed = 1});
  HashSet set(23);  // 8 Mi slots for some 2.9 M distinct names
  ContactText text;
  std::uint64_t names = 0;
  std::uint64_t distinct = 0;
  for (std::uint64_t row = 0; row < 10'000'000; ++row) {
    const Contact contact = generator.contactAt(row, text);
    if (contact.name) {
      ++names;
      distinct += set.insert(*contact.name) ? 1 : 0;
    }
  }
  const double share = static_cast<double>(distinct) / static_cast<double>(names);
  RecordProperty("distinct_share_percent", static_cast<int>(100 * share));
  EXPECT_GE(share, 0.25);
  EXPECT_LE(share, 0.60);  // names also repeat, as names do
}

TEST(DistinctNames, theOptionMakesAllOfThemDistinct) {
  const ContactGenerator generator({.seed = 5, .distinctNames = true});
  HashSet set(23);
  ContactText text;
  std::uint64_t names = 0;
  // The first rows, and those around the 2^34th, where the tables are used up.
  for (const std::uint64_t begin : {std::uint64_t{0}, (std::uint64_t{1} << 34) - 1'000'000}) {
    for (std::uint64_t row = begin; row < begin + 2'000'000; ++row) {
      const Contact contact = generator.contactAt(row, text);
      if (contact.name) {
        ++names;
        ASSERT_TRUE(set.insert(*contact.name)) << "row " << row << ": " << *contact.name;
      }
    }
  }
  EXPECT_NEAR(static_cast<double>(names) / 4'000'000, 0.8, 0.002);
}

TEST(DistinctNumbers, noNumberTwiceInFourMillionRows) {
  const ContactGenerator generator({.seed = 1});
  std::vector<bool> seen(100'000'000);
  ContactText text;
  std::uint64_t numbers = 0;
  for (std::uint64_t row = 0; row < 4'000'000; ++row) {
    const auto contact = generator.contactAt(row, text);  // owns what phones() shows
    for (const Phone& phone : contact.phones()) {
      if (phone.number) {
        ASSERT_EQ(phone.number->size(), 15U);
        std::uint64_t digits = 0;
        for (const char c : phone.number->substr(7)) {
          digits = 10 * digits + static_cast<std::uint64_t>(c - '0');
        }
        ASSERT_FALSE(seen[digits]) << *phone.number;
        seen[digits] = true;
        ++numbers;
      }
    }
  }
  EXPECT_GT(numbers, 3'000'000U);
}

TEST(NameTables, entriesAreDistinctAndWithoutWhatJoinsThem) {
  std::unordered_map<std::string_view, int> last;
  for (const ShortName& name : kLastNames) {
    EXPECT_EQ(++last[name.view()], 1) << name.view();
    EXPECT_EQ(name.view().find_first_of(" -."), std::string_view::npos) << name.view();
    EXPECT_FALSE(name.view().empty());
  }
  for (const ShortName& name : kFirstNames) {
    EXPECT_EQ(name.view().find_first_of(" -."), std::string_view::npos) << name.view();
    EXPECT_FALSE(name.view().empty());
  }
}

}  // namespace
}  // namespace parquet_flow::contact
