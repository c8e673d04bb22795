// From tryRecord to rows in a file. Method: a sink driven by hand over a directory in memory, its
// files read back.
#include "sink/log_sink.hpp"

#include <gtest/gtest.h>

#include <string>

#include "sink_harness.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::sink {
namespace {

using test::kMs;
using test::kSecond;
using test::lineOf;
using test::record;
using test::SinkHarness;

TEST(LogSink, recordsOfOneProducerComeOutAsTheyWentIn) {
  SinkHarness harness;
  harness.open();
  PF_ASSERT_OK_ASSIGN(Producer* const producer, harness.sink->addProducer({.name = "md-a"}));
  record(producer, "first");
  record(producer, std::string(3000, 'x'));
  harness.clock.advance(5);
  harness.poll();
  record(producer, "third");
  harness.clock.advance(7);
  PF_ASSERT_OK(harness.close());

  ASSERT_EQ(harness.files(), std::vector<std::string>{"out.parquet"});
  const auto file = harness.read("out.parquet");
  ASSERT_EQ(file.rows.size(), 3U);
  const std::int64_t start = test::HandClock::kStartUtcNs + 1000;
  EXPECT_EQ(file.rows[0], (test::CapturedRow{start + 5, 0, 1, "first"}));
  EXPECT_EQ(file.rows[1], (test::CapturedRow{start + 5, 0, 2, std::string(3000, 'x')}));
  EXPECT_EQ(file.rows[2], (test::CapturedRow{start + 12, 0, 3, "third"}));
  EXPECT_EQ(lineOf(file, 0)["name"], "md-a");
  expectLedgerHolds(file);
  EXPECT_TRUE(harness.hiddenFiles().empty());

  const SinkStats stats = harness.sink->stats();
  EXPECT_EQ(stats.rows, 3U);
  EXPECT_EQ(stats.rowsDurable, 3U);
  EXPECT_EQ(stats.records.attempt, 3U);
  EXPECT_EQ(stats.records.accepted, 3U);
  EXPECT_EQ(stats.filesPublished, 1U);
  EXPECT_FALSE(stats.failed.has_value());
  producer->release();
}

TEST(LogSink, tryRecordFindsTheThreadsOwnRing) {
  SinkHarness harness;
  harness.open();
  EXPECT_EQ(harness.sink->tryRecord("a", 1), RecordResult::kOk);
  EXPECT_EQ(harness.sink->tryRecord("b", 1), RecordResult::kOk);
  PF_EXPECT_OK(harness.sink->prepareThread());
  EXPECT_EQ(harness.sink->stats().producers, 1U);
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(harness.read("out.parquet").payloads(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(harness.sink->tryRecord("c", 1), RecordResult::kClosed);
}

}  // namespace
}  // namespace parquet_flow::sink
