// Goal: another process that knows nothing but the byte table in layout.hpp reads a ring rightly.
// Method: offsets and values are written here by hand from that table, and compared with the
// memory.
#include "ring/layout.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>

#include "ring_fixture.hpp"

namespace parquet_flow::ring {
namespace {

template <class T>
T load(const std::byte* memory, std::size_t offset) {
  T value;
  std::memcpy(&value, memory + offset, sizeof value);
  return value;
}

TEST(Layout, headerIsWhatTheTableSays) {
  Ends ends({.name = "feed/\xC3\xA9", .recordBytesMax = 200}, {.lowPriorityBytes = 64});
  void* room = nullptr;
  const std::string quarter(200, 'q');
  ASSERT_EQ(ends.put("12345678"), RecordResult::kOk);                // attempt 1
  ASSERT_EQ(ends.put(""), RecordResult::kTooLarge);                  // 2
  ASSERT_EQ(ends.producer.tryReserve(8, &room), RecordResult::kOk);  // 3
  ASSERT_EQ(ends.put("x"), RecordResult::kBusy);                     // 4
  ASSERT_EQ(ends.put("x"), RecordResult::kBusy);                     // 5
  ASSERT_EQ(ends.producer.abort(), RecordResult::kOk);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(ends.producer.tryRecordLow("12345678", 8), RecordResult::kReserved);  // 6, 7, 8
  }
  RecordResult filling = RecordResult::kOk;
  std::uint64_t filled = 0;
  while ((filling = ends.put(quarter)) == RecordResult::kOk) ++filled;  // 9 ...
  ASSERT_EQ(filling, RecordResult::kFull);
  ends.producer.beginClose();
  for (int i = 0; i < 5; ++i) ASSERT_EQ(ends.put("x"), RecordResult::kClosed);
  ends.consumer.refresh();
  RecordView record;
  ASSERT_EQ(ends.consumer.next(&record), NextRecord::kRecord);
  ends.consumer.release(record.end);
  ends.consumer.storeDurableAttempt(1);
  ends.consumer.storeAnchor({101, 102, 103, 104, 105});

  const auto* memory = reinterpret_cast<const std::byte*>(ends.view.header);
  EXPECT_EQ(std::memcmp(memory, "PFRING\r\n", 8), 0);
  EXPECT_EQ(load<std::uint32_t>(memory, 8), 1U);
  EXPECT_EQ(load<std::uint32_t>(memory, 12), pageBytes());
  EXPECT_EQ(load<std::uint64_t>(memory, 16), ends.capacity());
  EXPECT_EQ(load<std::uint64_t>(memory, 24), pageBytes());
  EXPECT_EQ(memory + load<std::uint64_t>(memory, 24), ends.view.data);
  EXPECT_EQ(load<std::uint32_t>(memory, 32), 200U);
  EXPECT_EQ(load<std::uint32_t>(memory, 36), 7U);
  for (std::size_t i = 40; i < 64; ++i) EXPECT_EQ(memory[i], std::byte{0});
  EXPECT_EQ(std::memcmp(memory + 64, "feed/\xC3\xA9\0\0", 9), 0);

  const std::uint64_t attempt = 8 + filled + 1 + 5;
  EXPECT_EQ(load<std::uint64_t>(memory, 128), attempt);
  EXPECT_EQ(load<std::uint64_t>(memory, 136), 1 + filled);
  EXPECT_EQ(load<std::uint64_t>(memory, 144), 1U);
  EXPECT_EQ(load<std::uint64_t>(memory, 152), 1U) << "full";
  EXPECT_EQ(load<std::uint64_t>(memory, 160), 1U) << "too large";
  EXPECT_EQ(load<std::uint64_t>(memory, 168), 5U) << "closed";
  EXPECT_EQ(load<std::uint64_t>(memory, 176), 3U) << "reserved";
  EXPECT_EQ(load<std::uint64_t>(memory, 184), 2U) << "busy";
  const std::uint64_t written = 32 + 24 + filled * 224;
  EXPECT_EQ(load<std::uint64_t>(memory, 256), written);
  EXPECT_EQ(load<std::uint64_t>(memory, 384), 32U);
  EXPECT_EQ(load<std::uint64_t>(memory, 392), written);
  EXPECT_EQ(load<std::uint64_t>(memory, 512), 1U);
  EXPECT_EQ(load<std::uint64_t>(memory, 520), 2U);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(load<std::uint64_t>(memory, 528 + 8 * i), 101 + i);
  for (std::size_t i = 568; i < pageBytes(); ++i) EXPECT_EQ(memory[i], std::byte{0}) << i;
}

TEST(Layout, recordIsWhatTheTableSays) {
  Ends ends({}, {.stamp = TimeBase::kNone});
  ASSERT_EQ(ends.producer.tryRecordAt(0x1122334455667788, "hello", 5), RecordResult::kOk);
  ASSERT_EQ(ends.put("123456789"), RecordResult::kOk);
  void* room = nullptr;
  ASSERT_EQ(ends.producer.tryReserve(1, &room), RecordResult::kOk);
  ASSERT_EQ(ends.producer.abort(), RecordResult::kOk);
  // 24 + 5 is 29, padded to 32; 24 + 9 is 33, padded to 40; an aborted record is 24.
  const std::byte* data = ends.view.data;
  EXPECT_EQ(load<std::uint32_t>(data, 0), 5U);
  EXPECT_EQ(load<std::uint16_t>(data, 4), 1U);
  EXPECT_EQ(load<std::uint16_t>(data, 6), 2U) << "nanoseconds UTC";
  EXPECT_EQ(load<std::uint64_t>(data, 8), 0x1122334455667788U);
  EXPECT_EQ(load<std::uint64_t>(data, 16), 1U);
  EXPECT_EQ(std::memcmp(data + 24, "hello", 5), 0);
  EXPECT_EQ(load<std::uint32_t>(data, 32), 9U);
  EXPECT_EQ(load<std::uint16_t>(data, 38), 3U) << "no time";
  EXPECT_EQ(load<std::uint64_t>(data, 48), 2U);
  EXPECT_EQ(load<std::uint32_t>(data, 72), 0U);
  EXPECT_EQ(load<std::uint16_t>(data, 76), 2U) << "aborted";
  EXPECT_EQ(load<std::uint64_t>(data, 88), 3U);
  EXPECT_EQ(ends.consumer.refresh(), 96U);
}

TEST(Layout, recordTakesItsHeadAndItsPayloadRoundedUp) {
  EXPECT_EQ(recordBytes(0), 24U);
  EXPECT_EQ(recordBytes(1), 32U);
  EXPECT_EQ(recordBytes(8), 32U);
  EXPECT_EQ(recordBytes(9), 40U);
  EXPECT_EQ(recordBytes(256), 280U);
  EXPECT_EQ(recordBytesLimit(4096), 1000U);
  EXPECT_EQ(recordBytesLimit(kCapacityMax), 0xFFFFFFE8U) << "fits the u32 of a record";
}

}  // namespace
}  // namespace parquet_flow::ring
