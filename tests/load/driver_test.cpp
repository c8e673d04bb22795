// Goal: every record that a drive counts was handed over once, in its place, when it was due, and
// what was refused is in the report. Method: a stand-in for the C calls that keeps what it is
// given.
#include "load/driver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "contact/generator.hpp"
#include "contact/payload.hpp"
#include "fake_api.hpp"
#include "load/itch_generator.hpp"
#include "load/pacer.hpp"

namespace parquet_flow::load {
namespace {

// Records "0", "1", "2", ... up to `count`.
class CountingSource final : public RecordSource {
 public:
  CountingSource(std::uint64_t first, std::uint64_t step, std::uint64_t count)
      : next_(first), step_(step), count_(count) {}

  std::span<const std::uint8_t> next() noexcept override {
    if (next_ >= count_) {
      return {};
    }
    text_ = std::to_string(next_);
    next_ += step_;
    return {reinterpret_cast<const std::uint8_t*>(text_.data()), text_.size()};
  }

 private:
  std::uint64_t next_;
  std::uint64_t step_;
  std::uint64_t count_;
  std::string text_;
};

SourceFactory counting(std::uint64_t count = UINT64_MAX) {
  return [count](std::uint32_t producer, std::uint32_t producers) {
    return std::make_unique<CountingSource>(producer, producers, count);
  };
}

DriveReport driven(pf_sink& sink, const SourceFactory& sources, const DriveOptions& options) {
  Result<DriveReport> report = drive(&sink, sources, options);
  EXPECT_TRUE(report) << (report ? "" : report.error().message());
  return report ? std::move(*report) : DriveReport{};
}

std::multiset<std::string> allRecords(const pf_sink& sink) {
  std::multiset<std::string> records;
  for (const pf_producer* producer : sink.producers) {
    records.insert(producer->records.begin(), producer->records.end());
  }
  return records;
}

std::multiset<std::string> numbersBelow(std::uint64_t count) {
  std::multiset<std::string> numbers;
  for (std::uint64_t i = 0; i < count; ++i) {
    numbers.insert(std::to_string(i));
  }
  return numbers;
}

TEST(Drive, threadsShareTheRecordsOutExactly) {
  for (const std::uint32_t producers : {1U, 2U, 3U, 8U}) {
    for (const std::uint64_t records : {1U, 7U, 1000U}) {
      pf_sink sink;
      const DriveReport report =
          driven(sink, counting(), {.producers = producers, .records = records});
      EXPECT_EQ(report.total().attempted, records);
      EXPECT_EQ(report.total().accepted(), records);
      EXPECT_EQ(allRecords(sink), numbersBelow(records)) << producers;
      EXPECT_EQ(sink.released, producers);
      EXPECT_EQ(report.producers.size(), producers);
    }
  }
}

TEST(Drive, endsWithItsSources) {
  pf_sink sink;
  const DriveReport report = driven(sink, counting(101), {.name = "n", .producers = 3});
  EXPECT_EQ(allRecords(sink), numbersBelow(101));
  EXPECT_EQ(report.producers[0].attempted, 34U);
  EXPECT_EQ(report.producers[2].attempted, 33U);
  EXPECT_EQ(sink.producers[2]->name, "n-2");
  EXPECT_EQ(report.producers[2].producer, 2U);
}

TEST(Drive, refusalsAreCountedByReasonAndNotTriedAgain) {
  pf_sink sink;
  sink.answer = [](const pf_producer& producer) {
    const std::size_t attempt = producer.records.size();
    return attempt % 10 == 0  ? PF_RECORD_TOO_LARGE
           : attempt % 5 == 0 ? PF_RECORD_FULL
                              : PF_RECORD_OK;
  };
  const DriveReport report = driven(sink, counting(), {.producers = 2, .records = 200});
  const ProducerReport total = report.total();
  EXPECT_EQ(allRecords(sink), numbersBelow(200));
  EXPECT_EQ(total.accepted(), 160U);
  EXPECT_EQ(total.refused(), 40U);
  EXPECT_EQ(total.results[PF_RECORD_FULL], 20U);
  EXPECT_EQ(total.results[PF_RECORD_TOO_LARGE], 20U);
  std::uint64_t bytes = 0;
  for (const pf_producer* producer : sink.producers) {
    for (std::size_t i = 0; i < producer->records.size(); ++i) {
      bytes += (i + 1) % 5 == 0 ? 0 : producer->records[i].size();
    }
  }
  EXPECT_EQ(total.acceptedBytes, bytes);
}

TEST(Drive, atARateTheScheduleDecidesHowManyAndWhen) {
  pf_sink sink;
  // 2 producers, 4 000 a second together: 200 records in 50 ms, a producer's own every 500 us.
  const auto before = std::chrono::steady_clock::now().time_since_epoch().count();
  const DriveReport report =
      driven(sink, counting(), {.producers = 2, .ratePerSecond = 4'000, .durationNs = 50'000'000});
  EXPECT_EQ(report.total().attempted, 200U);
  EXPECT_GE(report.elapsedNs, 49'750'000U);
  for (const pf_producer* producer : sink.producers) {
    ASSERT_EQ(producer->times.size(), 100U);
    for (std::size_t k = 0; k < producer->times.size(); ++k) {
      EXPECT_GE(producer->times[k] - before,
                static_cast<std::int64_t>(k * 500'000 + producer->index * 250'000));
    }
  }
}

TEST(Drive, burstsComeTogetherAndTakeTurns) {
  pf_sink sink;
  const auto before = std::chrono::steady_clock::now().time_since_epoch().count();
  const DriveReport report =
      driven(sink, counting(),
             {.producers = 2, .ratePerSecond = 16'000, .burst = 32, .durationNs = 20'000'000});
  // 320 records are due below 20 ms: bursts at 0, 2, 4, ... ms, in turns.
  EXPECT_EQ(report.total().attempted, 320U);
  for (const pf_producer* producer : sink.producers) {
    ASSERT_EQ(producer->times.size(), 160U);
    for (std::size_t k = 0; k < producer->times.size(); ++k) {
      const std::size_t burst = 2 * (k / 32) + producer->index;
      EXPECT_GE(producer->times[k] - before, static_cast<std::int64_t>(burst * 2'000'000));
    }
    // One after the other a producer's 32 would take 3.9 ms; the median bears a thread held up.
    std::vector<std::int64_t> spreads;
    for (std::size_t first = 0; first < producer->times.size(); first += 32) {
      spreads.push_back(producer->times[first + 31] - producer->times[first]);
    }
    std::sort(spreads.begin(), spreads.end());
    EXPECT_LT(spreads[spreads.size() / 2], 1'500'000);
  }
}

TEST(Drive, flatOutEndsByTheClock) {
  // The clock runs before the thread does: on a busy machine the 5 ms may be over then.
  std::uint64_t attempted = 0;
  for (int turn = 0; turn < 20 && attempted <= 64; ++turn) {
    pf_sink sink;
    const DriveReport report = driven(sink, counting(), {.durationNs = 5'000'000});
    EXPECT_GE(report.elapsedNs, 5'000'000U);
    EXPECT_EQ(report.total().attempted % 64, 0U);
    EXPECT_EQ(report.total().latestNs, 0U);
    attempted = report.total().attempted;
  }
  EXPECT_GT(attempted, 64U);
}

TEST(Drive, stopsWhenTold) {
  pf_sink sink;
  std::atomic<bool> stop = false;
  sink.answer = [&](const pf_producer& producer) {
    if (producer.records.size() == 10) {
      stop.store(true);
    }
    return PF_RECORD_OK;
  };
  const DriveReport report = driven(sink, counting(), {.stop = &stop});
  EXPECT_EQ(report.total().attempted, 10U);
}

TEST(Drive, observersSeeEachCall) {
  struct Counter final : CallObserver {
    void call(std::uint64_t ns) noexcept override {
      ++calls;
      longest = std::max(longest, ns);
    }
    int calls = 0;
    std::uint64_t longest = 0;
  };
  pf_sink sink;
  std::array<Counter, 2> counters;
  driven(sink, counting(),
         {.producers = 2, .records = 101, .observers = {&counters[0], &counters[1]}});
  EXPECT_EQ(counters[0].calls, 51);
  EXPECT_EQ(counters[1].calls, 50);
  EXPECT_GT(counters[0].longest, 0U);
}

TEST(Drive, wrongOptionsAreRefusedBeforeAnythingHappens) {
  CallObserver* const none = nullptr;
  const DriveOptions kCases[] = {
      {.producers = 0, .records = 1},
      {.ratePerSecond = 1'000'000'001, .records = 1},
      {.burst = 0, .records = 1},
      {.producers = 2, .records = 1, .observers = {none}},
  };
  for (const DriveOptions& options : kCases) {
    pf_sink sink;
    const Result<DriveReport> report = drive(&sink, counting(), options);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_TRUE(sink.producers.empty());
  }
}

TEST(Drive, aProducerThatCannotBeAddedEndsItAndReleasesTheOthers) {
  pf_sink sink;
  sink.producersMax = 2;
  const Result<DriveReport> report = drive(&sink, counting(), {.producers = 3, .records = 10});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code(), ErrorCode::kLimit);
  EXPECT_EQ(report.error().message(), "no more rings");
  EXPECT_EQ(sink.released, 2U);
  EXPECT_TRUE(allRecords(sink).empty());
}

// The feeds, whatever the number of threads: the same records.
TEST(Sources, feedsDoNotDependOnTheNumberOfThreads) {
  std::vector<std::uint8_t> framed;
  const ItchGenerator generator(3);
  for (std::uint64_t i = 0; i < 500; ++i) {
    std::array<std::uint8_t, kItchMessageBytesMax> message;
    appendItchFrame(generator.messageAt(i, message), framed);
  }
  const Result<ItchFile> file = ItchFile::fromBytes(framed, "made");
  ASSERT_TRUE(file);
  const struct {
    const char* name;
    SourceFactory sources;
    std::uint64_t records;
  } kFeeds[] = {
      {"contacts", contactSource({.seed = 4}), 999},
      {"itch", itchSource(3), 999},
      {"replay", itchReplaySource(*file, 2), 0},
      {"orders", orderSource(OrderFeed(1, 0, 1000)), 999},
  };
  for (const auto& feed : kFeeds) {
    pf_sink one;
    driven(one, feed.sources, {.records = feed.records});
    EXPECT_EQ(one.producers[0]->records.size(), feed.records == 0 ? 1000 : feed.records);
    for (const std::uint32_t producers : {2U, 5U}) {
      pf_sink many;
      driven(many, feed.sources, {.producers = producers, .records = feed.records});
      EXPECT_EQ(allRecords(many), allRecords(one)) << feed.name;
    }
  }
}

TEST(Sources, contactsAreThoseOfTheGenerator) {
  pf_sink sink;
  driven(sink, contactSource({.seed = 8, .emptyLists = true}), {.producers = 2, .records = 100});
  const contact::ContactGenerator generator({.seed = 8, .emptyLists = true});
  contact::ContactText text;
  for (std::uint64_t row = 0; row < 100; ++row) {
    const std::string& payload = sink.producers[row % 2]->records[row / 2];
    contact::Contact contact;
    ASSERT_TRUE(contact::decodePayload(
        {reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()}, contact));
    EXPECT_TRUE(contact == generator.contactAt(row, text)) << row;
  }
}

}  // namespace
}  // namespace parquet_flow::load
