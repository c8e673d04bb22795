// Goal: made messages are ones that the exchange could have sent: valid, in about the shares of a
// real day, in time order, and consistent with one another. Method: the first 200 000 messages are
// decoded and followed as a reader of the feed would.
#include "load/itch_generator.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "decoded.hpp"

namespace parquet_flow::load {
namespace {

using Buffer = std::array<std::uint8_t, kItchMessageBytesMax>;

struct Added {
  std::string locate;
  std::uint64_t shares;
};

TEST(ItchGenerator, messagesAreValidAndConsistent) {
  const ItchGenerator generator(1);
  std::map<std::string, std::uint64_t> types;
  std::unordered_map<std::string, std::string> stocks;  // locate to stock, from the directory
  std::unordered_map<std::string, Added> orders;        // by reference
  std::unordered_set<std::string> matches;
  std::uint64_t last = 0;
  Buffer buffer;
  constexpr std::uint64_t kMessages = 200'000;
  for (std::uint64_t i = 0; i < kMessages; ++i) {
    const Decoded m = decode(generator.messageAt(i, buffer));
    ASSERT_FALSE(m.empty()) << i;
    ASSERT_EQ(m.count("error"), 0U) << i;
    const std::string& type = m.at("message_type");
    ++types[type];
    const std::uint64_t time = std::stoull(m.at("timestamp"));
    ASSERT_GE(time, last) << i;
    last = time;
    const std::string& locate = m.at("stock_locate");
    if (type == "R") {
      const auto [entry, added] = stocks.emplace(locate, m.at("stock"));
      ASSERT_EQ(entry->second, m.at("stock")) << i;
    } else if (m.count("stock") != 0) {
      ASSERT_EQ(stocks.at(locate), m.at("stock")) << i;
    }
    if (type == "A" || type == "F") {
      const std::uint64_t shares = std::stoull(m.at("shares"));
      ASSERT_GT(shares, 0U);
      ASSERT_TRUE(orders.emplace(m.at("order_reference"), Added{locate, shares}).second) << i;
    } else if (type == "E" || type == "C" || type == "X" || type == "D" || type == "U") {
      const auto order = orders.find(m.at("order_reference"));
      ASSERT_NE(order, orders.end()) << i;
      ASSERT_EQ(order->second.locate, locate) << i;
      if (type != "D") {
        ASSERT_LE(std::stoull(m.at("shares")), order->second.shares) << i;
        ASSERT_GT(std::stoull(m.at("shares")), 0U) << i;
      }
    }
    if (type == "B") {
      ASSERT_EQ(matches.count(m.at("match_number")), 1U) << i;
    } else if (m.count("match_number") != 0) {
      ASSERT_TRUE(matches.insert(m.at("match_number")).second) << i;
    }
  }
  EXPECT_EQ(types.size(), kItchMessageTypes);
  EXPECT_EQ(stocks.size(), ItchGenerator::kStocks);
  std::unordered_set<std::string> names;
  for (const auto& [locate, stock] : stocks) {
    names.insert(stock);
  }
  EXPECT_EQ(names.size(), stocks.size());
  const auto share = [&](const char* type) {
    return static_cast<double>(types[type]) / static_cast<double>(kMessages);
  };
  EXPECT_NEAR(share("A"), 0.426, 0.01);
  EXPECT_NEAR(share("D"), 0.415, 0.01);
  EXPECT_NEAR(share("U"), 0.064, 0.005);
  EXPECT_NEAR(share("E"), 0.035, 0.005);
}

TEST(ItchGenerator, theDayOpensAsItShould) {
  const ItchGenerator generator(3);
  Buffer buffer;
  const auto at = [&](std::uint64_t i) { return decode(generator.messageAt(i, buffer)); };
  EXPECT_EQ(at(0).at("event_code"), "O");
  EXPECT_EQ(at(0).at("stock_locate"), "0");
  EXPECT_EQ(at(1).at("message_type"), "R");
  EXPECT_EQ(at(1).at("stock_locate"), "1");
  EXPECT_EQ(at(512).at("stock_locate"), "512");
  EXPECT_EQ(at(513).at("message_type"), "H");
  EXPECT_EQ(at(513).at("trading_state"), "T");
  EXPECT_EQ(at(1024).at("stock_locate"), "512");
  EXPECT_EQ(at(1025).at("event_code"), "S");
  EXPECT_EQ(at(1026).at("message_type"), "V");
  EXPECT_EQ(at(1027).at("event_code"), "Q");
  EXPECT_EQ(at(1028).at("message_type"), "A");
  EXPECT_EQ(ItchGenerator::kOpeningMessages, 1028U);
}

TEST(ItchGenerator, messagesDependOnSeedAndPositionAlone) {
  const ItchGenerator one(9);
  const ItchGenerator same(9);
  const ItchGenerator other(10);
  Buffer a;
  Buffer b;
  int different = 0;
  for (std::uint64_t i = 20'000; i-- > 0;) {
    a.fill(0xAA);
    b.fill(0x55);
    const auto x = one.messageAt(i, a);
    const auto y = same.messageAt(i, b);
    ASSERT_TRUE(std::equal(x.begin(), x.end(), y.begin(), y.end())) << i;
    const auto z = other.messageAt(i, b);
    different += std::equal(x.begin(), x.end(), z.begin(), z.end()) ? 0 : 1;
  }
  EXPECT_GT(different, 19'900);
  // Pinned: feeds made from a seed stay comparable between versions.
  EXPECT_EQ(decode(one.messageAt(123'456, a)), (Decoded{{"message_type", "D"},
                                                        {"order_reference", "120345"},
                                                        {"stock_locate", "114"},
                                                        {"timestamp", "14402469125052"},
                                                        {"tracking_number", "15"}}));
}

}  // namespace
}  // namespace parquet_flow::load
