// Goal: the table of columns describes the struct, and the feed keeps to its ranges. Method: the
// columns tile the 64 bytes; a record's bytes are read through the table and compared with its
// members.
#include "load/order_feed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace parquet_flow::load {
namespace {

std::size_t sizeOf(const pf_struct_column_t& column) {
  switch (column.field) {
    case PF_FIELD_CHARS:
      return column.size;
    case PF_FIELD_INT64:
    case PF_FIELD_UINT64:
      return 8;
    case PF_FIELD_UINT32:
      return 4;
    case PF_FIELD_UINT16:
      return 2;
    case PF_FIELD_BOOL8:
      return 1;
    default:
      ADD_FAILURE() << column.name << ": another field type";
      return 0;
  }
}

const pf_struct_column_t& columnNamed(std::string_view name) {
  for (const pf_struct_column_t& column : orderColumns()) {
    if (name == column.name) {
      return column;
    }
  }
  ADD_FAILURE() << "no column " << name;
  return orderColumns()[0];
}

template <class T>
T read(const OrderRecord& record, std::string_view name) {
  T value;
  EXPECT_EQ(sizeOf(columnNamed(name)), sizeof value) << name;
  std::memcpy(&value, reinterpret_cast<const char*>(&record) + columnNamed(name).offset,
              sizeof value);
  return value;
}

TEST(OrderFeed, columnsTileTheStruct) {
  std::size_t end = 0;
  std::set<std::string> names;
  std::vector<pf_struct_column_t> columns(orderColumns().begin(), orderColumns().end());
  for (const pf_struct_column_t& column : columns) {
    EXPECT_EQ(column.offset, end) << column.name;
    end = column.offset + sizeOf(column);
    EXPECT_TRUE(names.insert(column.name).second) << column.name;
  }
  EXPECT_EQ(end, 64U);
}

TEST(OrderFeed, columnsReadTheirMembers) {
  const OrderFeed feed(4, 1'000, 1'000'000);
  const OrderRecord record = feed.recordAt(77);
  EXPECT_EQ(read<std::int64_t>(record, "time"), record.timeNs);
  EXPECT_EQ(read<std::uint64_t>(record, "sequence"), 77U);
  EXPECT_EQ(read<std::uint64_t>(record, "order_id"), record.orderId);
  EXPECT_EQ(read<std::int64_t>(record, "price"), record.price);
  EXPECT_EQ(read<std::uint32_t>(record, "quantity"), record.quantity);
  EXPECT_EQ(read<std::uint32_t>(record, "filled"), record.filled);
  EXPECT_EQ(read<std::uint16_t>(record, "venue"), record.venue);
  EXPECT_EQ(read<std::uint16_t>(record, "flags"), record.flags);
  EXPECT_EQ(read<char>(record, "side"), record.side);
  EXPECT_EQ(read<char>(record, "event"), record.event);
  EXPECT_EQ(read<char>(record, "time_in_force"), record.timeInForce);
  EXPECT_EQ(read<std::uint8_t>(record, "is_priority"), record.isPriority);
  EXPECT_EQ(columnNamed("price").null_value, 0x8000000000000000U);
  EXPECT_EQ(columnNamed("price").nullability, PF_NULL_SENTINEL);
}

TEST(OrderFeed, recordsKeepToTheirRanges) {
  constexpr std::int64_t kStart = 1'700'000'000'000'000'000;
  const OrderFeed feed(1, kStart, 3);  // a third of a second each
  std::map<char, int> events;
  std::set<std::string> symbols;
  int marketOrders = 0;
  int accounts = 0;
  constexpr std::uint64_t kRecords = 50'000;
  for (std::uint64_t i = 0; i < kRecords; ++i) {
    const OrderRecord r = feed.recordAt(i);
    ASSERT_EQ(r.sequence, i);
    ASSERT_EQ(r.timeNs, kStart + static_cast<std::int64_t>(i / 3 * 1'000'000'000 +
                                                           i % 3 * 1'000'000'000 / 3));
    ASSERT_LE(r.orderId, i);
    ASSERT_GE(r.orderId + 255, i);
    ASSERT_TRUE(r.price == OrderRecord::kNoPrice || (r.price > 0 && r.price % 100 == 0));
    ASSERT_GE(r.quantity, 1U);
    ASSERT_LE(r.filled, r.quantity);
    ASSERT_EQ(r.filled != 0, r.event == 'F');
    ASSERT_LT(r.venue, 16);
    ASSERT_LT(r.flags, 8);
    ASSERT_TRUE(r.side == 'B' || r.side == 'S');
    ASSERT_LE(r.isPriority, 1);
    ASSERT_EQ(r.symbol[7], '\0');
    symbols.insert(r.symbol);
    ++events[r.event];
    marketOrders += r.price == OrderRecord::kNoPrice ? 1 : 0;
    accounts += r.account[0] != '\0' ? 1 : 0;
  }
  EXPECT_EQ(symbols.size(), 16U);
  EXPECT_EQ(events.size(), 4U);
  EXPECT_NEAR(marketOrders, kRecords / 32.0, 200);
  EXPECT_NEAR(accounts, kRecords * 7 / 8.0, 400);
}

TEST(OrderFeed, recordsDependOnSeedAndPositionAlone) {
  const OrderFeed one(5, 10, 1000);
  const OrderFeed same(5, 10, 1000);
  const OrderFeed other(6, 10, 1000);
  int different = 0;
  for (std::uint64_t i = 1000; i-- > 0;) {
    const OrderRecord a = one.recordAt(i);
    const OrderRecord b = same.recordAt(i);
    const OrderRecord c = other.recordAt(i);
    ASSERT_EQ(std::memcmp(&a, &b, sizeof a), 0);
    different += std::memcmp(&a, &c, sizeof a) != 0 ? 1 : 0;
  }
  EXPECT_EQ(different, 1000);
}

}  // namespace
}  // namespace parquet_flow::load
