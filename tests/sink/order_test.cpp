// The order of rows: (time, producer, attempt) among records that wait together, and who waits for
// whom. Method: records with times of their own, a sink whose clock moves by hand.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "sink_harness.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::sink {
namespace {

using test::kMs;
using test::kSecond;
using test::SinkHarness;

class Order : public ::testing::Test {
 protected:
  void openWith(std::size_t producers) {
    harness.options.graceNs = kMs;
    harness.open();
    for (std::size_t i = 0; i < producers; ++i) {
      auto producer = harness.sink->addProducer();
      ASSERT_TRUE(producer.has_value());
      p.push_back(*producer);
    }
    harness.poll();
  }
  void at(std::size_t producer, std::int64_t timeNs, std::string_view payload) {
    ASSERT_EQ(p[producer]->tryRecordAt(timeNs, payload.data(), payload.size()), RecordResult::kOk);
  }
  // How many records are rows of a row group, and not waiting in a ring.
  std::uint64_t taken() {
    const SinkStats stats = harness.sink->stats();
    return stats.records.accepted - waiting();
  }
  std::uint64_t waiting() {
    std::uint64_t bytes = harness.sink->stats().heldBytes;
    return bytes / 32;  // a head of 24 bytes and a payload of up to 8
  }
  std::string rowsAsText() {
    EXPECT_TRUE(harness.close().has_value());
    std::string text;
    for (const auto& row : harness.allRows()) text += row.payload + " ";
    return text;
  }

  SinkHarness harness;
  std::vector<Producer*> p;
};

TEST_F(Order, recordsThatWaitTogetherComeOutByTimeThenProducer) {
  openWith(3);
  at(2, 30, "c30");
  at(0, 20, "a20");
  at(1, 10, "b10");
  at(1, 20, "b20");
  at(0, 40, "a40");
  harness.poll();
  EXPECT_EQ(waiting(), 5U) << "the grace has not passed";
  harness.pollAfter(2 * kMs);
  EXPECT_EQ(waiting(), 0U);
  EXPECT_EQ(rowsAsText(), "b10 a20 b20 c30 a40 ");
  EXPECT_EQ(harness.sink->stats().outOfOrder, 0U);
}

TEST_F(Order, recordThatComesWithinTheGraceIsPutInItsPlace) {
  openWith(2);
  at(0, 20, "a20");
  harness.poll();
  harness.clock.advance(kMs / 2);
  at(1, 10, "b10");
  harness.poll();
  harness.pollAfter(2 * kMs);
  EXPECT_EQ(rowsAsText(), "b10 a20 ");
}

TEST_F(Order, recordThatComesAfterTheGraceStandsBehindALaterOneAndIsCounted) {
  openWith(2);
  at(0, 20, "a20");
  harness.poll();
  harness.pollAfter(2 * kMs);
  at(1, 10, "b10");
  harness.poll();
  harness.pollAfter(2 * kMs);
  EXPECT_EQ(rowsAsText(), "a20 b10 ");
  EXPECT_EQ(harness.sink->stats().outOfOrder, 1U);
}

TEST_F(Order, graceCountsFromTheSightNotFromTheRecordsOwnTime) {
  openWith(2);
  const std::int64_t farAhead = INT64_MAX;
  at(0, farAhead, "garbage");
  at(0, 5, "a5");
  at(1, 7, "b7");
  harness.poll();
  harness.pollAfter(2 * kMs);
  EXPECT_EQ(waiting(), 0U) << "a stamp of another clock delays nobody";
  // a5 stands behind the garbage in its own ring, and that order holds.
  EXPECT_EQ(rowsAsText(), "b7 garbage a5 ");
  EXPECT_EQ(harness.allRows()[1].time, farAhead) << "times are never rewritten";
}

TEST_F(Order, idleProducersDelayNobody) {
  openWith(3);
  at(0, 10, "a");
  harness.poll();
  harness.pollAfter(kMs + kMs / 16);
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(Order, loneProducerWaitsForNobody) {
  openWith(1);
  at(0, 10, "a");
  harness.poll();
  EXPECT_EQ(waiting(), 0U);
  EXPECT_EQ(taken(), 1U);
}

TEST_F(Order, producerLeftAloneWaitsNoMore) {
  openWith(2);
  p[1]->release();
  harness.poll();
  at(0, 10, "a");
  harness.poll();
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(Order, ringAQuarterFullReleasesAtOnce) {
  openWith(2);
  const std::string payload(8, 'x');  // 32 bytes a record; a quarter of 64 KiB are 512 of them
  for (int i = 0; i < 511; ++i) at(0, i, payload);
  at(1, 3, "b3");
  harness.poll();
  EXPECT_EQ(waiting(), 512U);
  at(0, 511, payload);
  harness.poll();
  EXPECT_EQ(waiting(), 0U);
  EXPECT_TRUE(harness.close().has_value());
  const auto rows = harness.allRows();
  ASSERT_EQ(rows.size(), 513U);
  EXPECT_EQ(rows[4].payload, "b3") << "what was there was ordered";
}

TEST_F(Order, heldBytesAreCapped) {
  harness.options.ringBytes = 1 << 20;
  harness.options.heldBytesMax = 64 << 10;
  openWith(2);
  const std::string payload(8, 'x');  // 32 bytes a record: 2048 of them are 64 KiB
  for (int i = 0; i < 2048; ++i) at(static_cast<std::size_t>(i % 2), i, payload);
  harness.poll();
  EXPECT_EQ(waiting(), 2048U);
  at(1, 2048, payload);
  harness.poll();
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(Order, flushReleasesAtOnce) {
  openWith(2);
  at(1, 20, "b20");
  at(0, 30, "a30");
  PF_EXPECT_OK(harness.sink->flush(kSecond));
  EXPECT_EQ(waiting(), 0U);
  EXPECT_EQ(harness.sink->stats().rowsDurable, 2U);
  EXPECT_EQ(rowsAsText(), "b20 a30 ");
}

TEST_F(Order, closeReleasesAtOnce) {
  openWith(2);
  at(1, 20, "b20");
  at(0, 10, "a10");
  EXPECT_EQ(rowsAsText(), "a10 b20 ");
}

TEST_F(Order, orderOfAProducerHoldsWhateverItsTimesAre) {
  openWith(2);
  for (int i = 0; i < 100; ++i) at(0, 1000 - i, "a");
  for (int i = 0; i < 100; ++i) at(1, (i * 37) % 100, "b");
  harness.poll();
  harness.pollAfter(2 * kMs);
  EXPECT_TRUE(harness.close().has_value());
  std::uint64_t last[2] = {};
  for (const auto& row : harness.allRows()) {
    EXPECT_EQ(row.attempt, ++last[row.producer]);
  }
  EXPECT_EQ(last[0], 100U);
  EXPECT_EQ(last[1], 100U);
}

TEST_F(Order, recordsStampedByTheWorkerCarryTheTimeOfTheirFirstSight) {
  openWith(2);
  ASSERT_EQ(p[0]->tryRecord("early", 5), RecordResult::kOk);
  harness.poll();
  const std::int64_t early = harness.clock.utcNs();
  harness.clock.advance(kMs / 2);
  ASSERT_EQ(p[1]->tryRecord("late", 4), RecordResult::kOk);
  harness.poll();
  const std::int64_t late = harness.clock.utcNs();
  harness.pollAfter(10 * kMs);
  EXPECT_EQ(rowsAsText(), "early late ");
  EXPECT_EQ(harness.allRows()[0].time, early);
  EXPECT_EQ(harness.allRows()[1].time, late);
}

TEST_F(Order, abortedRecordsTakePartAndLeaveNoRow) {
  openWith(2);
  void* room = nullptr;
  at(0, 10, "a10");
  ASSERT_EQ(p[0]->tryReserve(8, &room), RecordResult::kOk);
  ASSERT_EQ(p[0]->abort(), RecordResult::kOk);
  at(0, 30, "a30");
  at(1, 20, "b20");
  harness.poll();
  harness.pollAfter(2 * kMs);
  ASSERT_TRUE(harness.close().has_value());
  const auto file = harness.read("out.parquet");
  expectLedgerHolds(file);
  EXPECT_EQ(test::lineOf(file, 0)["aborted"], 1);
  EXPECT_EQ(test::lineOf(file, 0)["last"], 3);
  EXPECT_EQ(file.rows.size(), 3U);
}

TEST_F(Order, manyProducersAreMergedInOneOrder) {
  harness.options.heldBytesMax = 1 << 30;
  openWith(20);
  std::mt19937 random(7);
  std::vector<std::int64_t> clock(p.size(), 0);
  for (int i = 0; i < 2000; ++i) {
    const std::size_t producer = random() % p.size();
    clock[producer] += random() % 100;
    at(producer, clock[producer], "x");
  }
  harness.poll();
  harness.pollAfter(2 * kMs);
  EXPECT_TRUE(harness.close().has_value());
  const auto rows = harness.allRows();
  ASSERT_EQ(rows.size(), 2000U);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto key = [](const auto& row) {
      return std::tuple(row.time, row.producer, row.attempt);
    };
    EXPECT_LT(key(rows[i - 1]), key(rows[i])) << i;
  }
}

}  // namespace
}  // namespace parquet_flow::sink
