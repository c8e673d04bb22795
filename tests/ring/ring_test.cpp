// Goal: what one producer and one worker see of a ring, call by call, in one thread.
// Method: a ring of one page, so that its end is always near; sizes are taken from the byte table
// in layout.hpp: a record takes 24 bytes and its payload, rounded up to 8.
#include "ring/ring.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "ring_fixture.hpp"

namespace parquet_flow::ring {
namespace {

std::string letters(std::size_t bytes, unsigned seed = 0) {
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i) {
    text[i] = static_cast<char>('!' + (i * 7 + seed) % 90);
  }
  return text;
}

TEST(Ring, firstRecordComesBackAsItWasGiven) {
  Ends ends;
  ASSERT_EQ(ends.put("hello"), RecordResult::kOk);
  const auto taken = ends.takeAll();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].payload, "hello");
  EXPECT_EQ(taken[0].attempt, 1U);
  EXPECT_EQ(taken[0].kind, RecordKind::kData);
}

TEST(Ring, emptyRingHasNoRecord) {
  Ends ends;
  EXPECT_TRUE(ends.takeAll().empty());
  EXPECT_EQ(ends.consumer.refresh(), 0U);
}

// The clock that is not the counter is stamped on the slow way, which copies by memcpy whatever the
// size; the other copies up to kInlineCopyBytesMax in line.
class BothWays : public testing::TestWithParam<TimeBase> {};

TEST_P(BothWays, everySizeComesBackAndTouchesNoByteBesideIt) {
  Ends ends({}, {.stamp = GetParam()});
  const std::uint32_t most = ends.producer.recordBytesMax();
  ASSERT_GT(most, kInlineCopyBytesMax);
  for (std::uint32_t bytes = 1; bytes <= most; ++bytes) {
    std::fill_n(ends.view.data, ends.capacity(), std::byte{0xEE});
    const std::uint64_t start = ends.consumer.cursor();
    const std::string given = letters(bytes, bytes);
    ASSERT_EQ(ends.put(given), RecordResult::kOk) << bytes;
    for (std::uint64_t i = kRecordHeadBytes + bytes; i < ends.capacity(); ++i) {
      ASSERT_EQ(ends.view.data[(start + i) % ends.capacity()], std::byte{0xEE})
          << "byte " << i << " after a record of " << bytes;
    }
    const auto taken = ends.takeAll();
    ASSERT_EQ(taken.size(), 1U);
    ASSERT_EQ(taken[0].payload, given) << bytes;
  }
}

INSTANTIATE_TEST_SUITE_P(Ring, BothWays, testing::Values(TimeBase::kTicks, TimeBase::kNone),
                         [](const auto& test) {
                           return test.param == TimeBase::kTicks ? "in_line" : "slowly";
                         });

TEST(Ring, nothingIsReadBesideThePayload) {
  // The payload ends, and then begins, right beside a page that may not be read.
  const std::uint64_t page = pageBytes();
  void* mapped = mmap(nullptr, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(mapped, MAP_FAILED);
  auto* const readable = static_cast<char*>(mapped) + page;
  ASSERT_EQ(mprotect(readable, page, PROT_READ | PROT_WRITE), 0);
  Ends ends;
  for (std::uint32_t bytes = 1; bytes <= ends.producer.recordBytesMax(); ++bytes) {
    ASSERT_EQ(ends.put({readable, bytes}), RecordResult::kOk);
    ASSERT_EQ(ends.put({readable + page - bytes, bytes}), RecordResult::kOk);
    ends.takeAll();
  }
  munmap(mapped, 3 * page);
}

TEST(Ring, largestRecordIsTakenAndOneByteMoreIsNot) {
  Ends ends;
  const std::uint64_t most = ends.capacity() / 4 - 24;
  EXPECT_EQ(ends.producer.recordBytesMax(), most);
  EXPECT_EQ(ends.put(letters(most)), RecordResult::kOk);
  EXPECT_EQ(ends.put(letters(most + 1)), RecordResult::kTooLarge);
}

TEST(Ring, sizesThatNoRecordHasAreTooLarge) {
  Ends ends({.recordBytesMax = 100});
  const std::string text(200, 'x');
  EXPECT_EQ(ends.put({text.data(), 0}), RecordResult::kTooLarge);
  EXPECT_EQ(ends.put({text.data(), 101}), RecordResult::kTooLarge);
  // Rounded up to 8, these would wrap around to something small.
  for (std::size_t less = 0; less < 40; ++less) {
    const std::size_t bytes = std::numeric_limits<std::size_t>::max() - less;
    EXPECT_EQ(ends.put({text.data(), bytes}), RecordResult::kTooLarge);
  }
  EXPECT_EQ(ends.counters().refusedFor(RecordResult::kTooLarge), 42U);
  EXPECT_TRUE(ends.takeAll().empty());
}

TEST(Ring, recordThatExactlyFillsTheRingIsTaken) {
  Ends ends;
  const std::string quarter = letters(ends.capacity() / 4 - 24);
  for (int i = 0; i < 4; ++i) ASSERT_EQ(ends.put(quarter), RecordResult::kOk) << i;
  EXPECT_EQ(ends.consumer.refresh(), ends.capacity());
  EXPECT_EQ(ends.put("x"), RecordResult::kFull);
  EXPECT_EQ(ends.takeAll().size(), 4U);
  EXPECT_EQ(ends.put("x"), RecordResult::kOk);
}

TEST(Ring, recordThatWouldTakeOneWordTooMuchIsRefusedAndWritesNothing) {
  Ends ends;
  const std::string quarter = letters(ends.capacity() / 4 - 24);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(ends.put(quarter), RecordResult::kOk);
  ASSERT_EQ(ends.put(letters(ends.capacity() / 4 - 24 - 32)), RecordResult::kOk);  // 32 bytes left
  const std::vector<std::byte> before(ends.view.data, ends.view.data + ends.capacity());
  EXPECT_EQ(ends.put("123456789"), RecordResult::kFull);  // 24 + 9, rounded up: 40
  EXPECT_TRUE(std::equal(before.begin(), before.end(), ends.view.data));
  EXPECT_EQ(ends.put("12345678"), RecordResult::kOk);  // 24 + 8: 32
  EXPECT_EQ(ends.takeAll().size(), 5U);
}

TEST(Ring, recordThatRunsOverTheEndIsContiguous) {
  Ends ends;
  // Three records of 280 bytes advance by 840; over many turns a payload starts at every distance
  // from the end of the data, so that many lie across it.
  int across = 0;
  for (unsigned i = 0; i < 5'000; ++i) {
    const std::uint64_t start = ends.consumer.cursor() % ends.capacity();
    across += start + 280 > ends.capacity() ? 1 : 0;
    ASSERT_EQ(ends.put(letters(256, i)), RecordResult::kOk);
    const auto taken = ends.takeAll();
    ASSERT_EQ(taken.size(), 1U);
    ASSERT_EQ(taken[0].payload, letters(256, i));
    ASSERT_EQ(taken[0].attempt, i + 1U);
  }
  EXPECT_GT(across, 0);
}

TEST(Ring, refusedAttemptsLeaveTheirGap) {
  Ends ends;
  const std::string quarter = letters(ends.capacity() / 4 - 24);
  for (int i = 0; i < 4; ++i) ASSERT_EQ(ends.put(quarter), RecordResult::kOk);
  for (int i = 0; i < 7; ++i) ASSERT_EQ(ends.put("x"), RecordResult::kFull);
  EXPECT_EQ(ends.takeAll().back().attempt, 4U);
  ASSERT_EQ(ends.put("after"), RecordResult::kOk);
  EXPECT_EQ(ends.takeAll().front().attempt, 12U);
}

TEST(Ring, lowPriorityIsRefusedAboveItsShareWhereOthersStillFit) {
  Ends ends({}, {.stamp = TimeBase::kTicks, .lowPriorityBytes = pageBytes() / 2});
  const std::string eighth = letters(ends.capacity() / 8 - 24);
  const auto putLow = [&] { return ends.producer.tryRecordLow(eighth.data(), eighth.size()); };
  for (int i = 0; i < 4; ++i) ASSERT_EQ(putLow(), RecordResult::kOk) << i;
  EXPECT_EQ(putLow(), RecordResult::kReserved);
  for (int i = 0; i < 4; ++i) ASSERT_EQ(ends.put(eighth), RecordResult::kOk) << i;
  EXPECT_EQ(putLow(), RecordResult::kFull) << "there is no room for any record";
  EXPECT_EQ(ends.takeAll().size(), 8U);
  EXPECT_EQ(putLow(), RecordResult::kOk);
  EXPECT_EQ(ends.counters().refusedFor(RecordResult::kReserved), 1U);
}

TEST(Ring, callersTimeIsKept) {
  Ends ends({}, {.stamp = TimeBase::kTicks});
  for (const std::int64_t time : {std::int64_t{0}, std::int64_t{-5}, std::int64_t{1'732'000'000},
                                  std::numeric_limits<std::int64_t>::max()}) {
    ASSERT_EQ(ends.producer.tryRecordAt(time, "x", 1), RecordResult::kOk);
    const auto taken = ends.takeAll();
    EXPECT_EQ(static_cast<std::int64_t>(taken[0].time), time);
    EXPECT_EQ(taken[0].base, TimeBase::kUtcNs);
  }
}

TEST(Ring, stampIsOfTheClockThatWasAskedFor) {
  Ends ends({}, {.stamp = TimeBase::kTicks});
  const std::uint64_t ticksBefore = readTicks();
  ASSERT_EQ(ends.put("ticks"), RecordResult::kOk);
  const std::uint64_t ticksAfter = readTicks();
  ends.producer.setStamp(TimeBase::kUtcNs);
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const auto utc = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
                   static_cast<std::uint64_t>(now.tv_nsec);
  ASSERT_EQ(ends.put("utc"), RecordResult::kOk);
  ends.producer.setStamp(TimeBase::kNone);
  ASSERT_EQ(ends.put("none"), RecordResult::kOk);
  const auto taken = ends.takeAll();
  ASSERT_EQ(taken.size(), 3U);
  EXPECT_EQ(taken[0].base, TimeBase::kTicks);
  EXPECT_GE(taken[0].time, ticksBefore);
  EXPECT_LE(taken[0].time, ticksAfter);
  EXPECT_EQ(taken[1].base, TimeBase::kUtcNs);
  EXPECT_GE(taken[1].time, utc);
  EXPECT_LT(taken[1].time, utc + 60'000'000'000);
  EXPECT_EQ(taken[2].base, TimeBase::kNone);
  EXPECT_EQ(taken[2].time, 0U);
}

TEST(Reservation, filledInPlaceAndCommittedIsARecord) {
  Ends ends;
  void* room = nullptr;
  ASSERT_EQ(ends.producer.tryReserve(5, &room), RecordResult::kOk);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(room) % 8, 0U);
  std::memcpy(room, "hello", 5);
  EXPECT_TRUE(ends.takeAll().empty()) << "nothing is published before commit";
  ASSERT_EQ(ends.producer.commit(), RecordResult::kOk);
  const auto taken = ends.takeAll();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].payload, "hello");
  EXPECT_EQ(taken[0].attempt, 1U);
}

TEST(Reservation, abortedOnePublishesItsAttemptInTwentyFourBytes) {
  Ends ends;
  void* room = nullptr;
  ASSERT_EQ(ends.producer.tryReserve(500, &room), RecordResult::kOk);
  ASSERT_EQ(ends.producer.abort(), RecordResult::kOk);
  EXPECT_EQ(ends.consumer.refresh(), 24U);
  const auto taken = ends.takeAll();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].kind, RecordKind::kAborted);
  EXPECT_EQ(taken[0].payload, "");
  EXPECT_EQ(taken[0].attempt, 1U);
  EXPECT_EQ(ends.counters().aborted, 1U);
  EXPECT_EQ(ends.counters().accepted, 0U);
}

TEST(Reservation, everythingElseIsBusyMeanwhile) {
  Ends ends;
  void* room = nullptr;
  void* other = nullptr;
  ASSERT_EQ(ends.producer.tryReserve(8, &room), RecordResult::kOk);
  EXPECT_EQ(ends.producer.tryReserve(8, &other), RecordResult::kBusy);
  EXPECT_EQ(other, nullptr);
  EXPECT_EQ(ends.put("x"), RecordResult::kBusy);
  EXPECT_EQ(ends.put(letters(600)), RecordResult::kBusy);
  EXPECT_EQ(ends.producer.tryRecordAt(1, "x", 1), RecordResult::kBusy);
  EXPECT_EQ(ends.producer.tryRecordLow("x", 1), RecordResult::kBusy);
  std::memcpy(room, "reserved", 8);
  ASSERT_EQ(ends.producer.commit(), RecordResult::kOk);
  ASSERT_EQ(ends.put("after"), RecordResult::kOk);
  const auto taken = ends.takeAll();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0].payload, "reserved");
  EXPECT_EQ(taken[0].attempt, 1U) << "of the call that reserved";
  EXPECT_EQ(taken[1].attempt, 7U) << "five were busy";
  EXPECT_EQ(ends.counters().refusedFor(RecordResult::kBusy), 5U);
}

TEST(Reservation, commitAndAbortWithoutOneAreBusyAndNoAttempt) {
  Ends ends;
  EXPECT_EQ(ends.producer.commit(), RecordResult::kBusy);
  EXPECT_EQ(ends.producer.abort(), RecordResult::kBusy);
  void* room = nullptr;
  ASSERT_EQ(ends.producer.tryReserve(8, &room), RecordResult::kOk);
  ASSERT_EQ(ends.producer.abort(), RecordResult::kOk);
  EXPECT_EQ(ends.producer.abort(), RecordResult::kBusy);
  EXPECT_EQ(ends.counters().attempt, 1U);
}

TEST(Reservation, refusedOnesAreRefusedLikeRecords) {
  Ends ends({}, {.stamp = TimeBase::kTicks, .lowPriorityBytes = pageBytes() / 2});
  void* room = nullptr;
  EXPECT_EQ(ends.producer.tryReserve(0, &room), RecordResult::kTooLarge);
  EXPECT_EQ(ends.producer.tryReserve(ends.capacity() / 4 - 23, &room), RecordResult::kTooLarge);
  const std::string quarter = letters(ends.capacity() / 4 - 24);
  for (int i = 0; i < 4; ++i) ASSERT_EQ(ends.put(quarter), RecordResult::kOk);
  EXPECT_EQ(ends.producer.tryReserve(1, &room), RecordResult::kFull);
  EXPECT_EQ(room, nullptr);
  EXPECT_EQ(ends.producer.commit(), RecordResult::kBusy) << "a refused one is not open";
}

TEST(Counters, everyCallIsInExactlyOne) {
  Ends ends({}, {.stamp = TimeBase::kTicks, .lowPriorityBytes = 64});
  void* room = nullptr;
  ASSERT_EQ(ends.put("1"), RecordResult::kOk);
  ASSERT_EQ(ends.put(""), RecordResult::kTooLarge);
  ASSERT_EQ(ends.producer.tryReserve(8, &room), RecordResult::kOk);
  EXPECT_EQ(ends.counters().pending(), 1U) << "the open reservation";
  ASSERT_EQ(ends.put("3"), RecordResult::kBusy);
  ASSERT_EQ(ends.producer.abort(), RecordResult::kOk);
  ASSERT_EQ(ends.producer.tryReserve(8, &room), RecordResult::kOk);
  ASSERT_EQ(ends.producer.commit(), RecordResult::kOk);
  ASSERT_EQ(ends.producer.tryRecordLow("12345678", 8), RecordResult::kReserved);
  const std::string quarter = letters(ends.capacity() / 4 - 24);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(ends.put(quarter), RecordResult::kOk);
  ASSERT_EQ(ends.put(quarter), RecordResult::kFull);
  const Counters counters = ends.counters();
  EXPECT_EQ(counters.attempt, 10U);
  EXPECT_EQ(counters.accepted, 5U);
  EXPECT_EQ(counters.aborted, 1U);
  EXPECT_EQ(counters.refusedFor(RecordResult::kTooLarge), 1U);
  EXPECT_EQ(counters.refusedFor(RecordResult::kBusy), 1U);
  EXPECT_EQ(counters.refusedFor(RecordResult::kReserved), 1U);
  EXPECT_EQ(counters.refusedFor(RecordResult::kFull), 1U);
  EXPECT_EQ(counters.pending(), 0U);
}

TEST(Counters, highWaterIsTheMostThatWasEverInTheRing) {
  Ends ends;
  for (int i = 0; i < 10; ++i) ASSERT_EQ(ends.put("12345678"), RecordResult::kOk);
  ends.consumer.refresh();
  // Comes in after the worker has looked; it is in the ring all the same.
  for (int i = 0; i < 10; ++i) ASSERT_EQ(ends.put("12345678"), RecordResult::kOk);
  ends.takeAll();
  EXPECT_EQ(ends.counters().highWaterBytes, 640U);
  ASSERT_EQ(ends.put("12345678"), RecordResult::kOk);
  ends.takeAll();
  EXPECT_EQ(ends.counters().highWaterBytes, 640U);
}

TEST(Consumer, heldRecordsStayInPlaceUntilReleased) {
  Ends ends;
  const std::string quarter = letters(ends.capacity() / 4 - 24);
  for (int i = 0; i < 4; ++i) ASSERT_EQ(ends.put(quarter), RecordResult::kOk);
  ends.consumer.refresh();
  RecordView first;
  RecordView second;
  ASSERT_EQ(ends.consumer.next(&first), NextRecord::kRecord);
  ASSERT_EQ(ends.consumer.next(&second), NextRecord::kRecord);
  EXPECT_EQ(ends.consumer.heldBytes(), ends.capacity() / 2);
  EXPECT_EQ(ends.put("x"), RecordResult::kFull);
  ends.consumer.release(first.end);
  EXPECT_EQ(ends.consumer.heldBytes(), ends.capacity() / 4);
  ASSERT_EQ(ends.put(quarter), RecordResult::kOk);
  EXPECT_EQ(ends.put("x"), RecordResult::kFull);
  EXPECT_EQ(std::memcmp(second.payload.data(), quarter.data(), quarter.size()), 0);
}

TEST(Consumer, knowsWhenTheRingIsAQuarterFull) {
  Ends ends;
  const std::string eighth = letters(ends.capacity() / 8 - 24);
  ASSERT_EQ(ends.put(eighth), RecordResult::kOk);
  ends.consumer.refresh();
  EXPECT_FALSE(ends.consumer.isQuarterFull());
  ASSERT_EQ(ends.put(eighth), RecordResult::kOk);
  ends.consumer.refresh();
  EXPECT_TRUE(ends.consumer.isQuarterFull());
  RecordView record;
  while (ends.consumer.next(&record) == NextRecord::kRecord) continue;
  EXPECT_TRUE(ends.consumer.isQuarterFull()) << "held records count";
  ends.consumer.release(ends.consumer.cursor());
  EXPECT_FALSE(ends.consumer.isQuarterFull());
}

TEST(Consumer, recordsAfterItsLastLookWaitForTheNext) {
  Ends ends;
  ASSERT_EQ(ends.put("1"), RecordResult::kOk);
  ends.consumer.refresh();
  ASSERT_EQ(ends.put("2"), RecordResult::kOk);
  RecordView record;
  EXPECT_EQ(ends.consumer.next(&record), NextRecord::kRecord);
  EXPECT_EQ(ends.consumer.next(&record), NextRecord::kNone);
  EXPECT_EQ(ends.consumer.refresh(), 32U);
}

// What stands in the ring was scribbled over by the host process; one case a rule of layout.hpp.
struct Scribble {
  const char* what;
  std::size_t offset;
  std::uint64_t value;
  std::size_t bytes;
};
class ScribbledRing : public testing::TestWithParam<Scribble> {};

TEST_P(ScribbledRing, isReportedAndNotFollowed) {
  Ends ends;
  ASSERT_EQ(ends.put("12345678"), RecordResult::kOk);
  ASSERT_EQ(ends.put("12345678"), RecordResult::kOk);
  std::byte* const second = ends.view.data + 32;
  std::memcpy(second + GetParam().offset, &GetParam().value, GetParam().bytes);
  ends.consumer.refresh();
  RecordView record;
  ASSERT_EQ(ends.consumer.next(&record), NextRecord::kRecord);
  EXPECT_EQ(ends.consumer.next(&record), NextRecord::kBroken);
  EXPECT_EQ(ends.consumer.next(&record), NextRecord::kBroken) << "it stays so";
  EXPECT_EQ(ends.consumer.cursor(), 32U);
}

INSTANTIATE_TEST_SUITE_P(
    Consumer, ScribbledRing,
    testing::Values(Scribble{"longer_than_what_is_there", 0, 9, 4},
                    Scribble{"longer_than_any_record", 0, 0xFFFFFFFF, 4},
                    Scribble{"data_without_payload", 0, 0, 4}, Scribble{"no_such_kind", 4, 3, 2},
                    Scribble{"zero_kind", 4, 0, 2}, Scribble{"aborted_with_payload", 4, 2, 2},
                    Scribble{"no_such_base", 6, 4, 2}, Scribble{"zero_base", 6, 0, 2},
                    Scribble{"attempt_that_does_not_grow", 16, 1, 8},
                    Scribble{"attempt_that_was_never_made", 16, 3, 8}),
    [](const auto& test) { return std::string(test.param.what); });

TEST(WorkerState, durableAttemptAndAnchorAreReadBack) {
  Ends ends;
  EXPECT_EQ(readDurableAttempt(*ends.view.header), 0U);
  ends.consumer.storeDurableAttempt(42);
  EXPECT_EQ(readDurableAttempt(*ends.view.header), 42U);
  ends.consumer.storeAnchor({1, -2, 3, 4, 5});
  ClockAnchor anchor;
  ASSERT_TRUE(tryReadAnchor(*ends.view.header, &anchor));
  EXPECT_EQ(anchor.ticks, 1U);
  EXPECT_EQ(anchor.utcNs, -2);
  EXPECT_EQ(anchor.nsPerTick, 3U);
  EXPECT_EQ(anchor.errorNs, 4);
  EXPECT_EQ(anchor.epoch, 5U);
  ends.view.header->worker.anchorSequence.storeRelaxed(3);
  EXPECT_FALSE(tryReadAnchor(*ends.view.header, &anchor)) << "it is being changed";
}

}  // namespace
}  // namespace parquet_flow::ring
