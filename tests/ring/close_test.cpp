// Goal: after close, every record that was answered with kOk is in the ring and every one that was
// not is not; and when that cannot be had in time, close says which of the reasons it was. Method:
// one thread plays both sides where order is enough; a policy whose copy waits holds a call in
// flight where it is not. The races themselves are the model checker's (relacy_test.cpp).
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include "ring/ring.hpp"
#include "ring_fixture.hpp"

namespace parquet_flow::ring {
namespace {

constexpr auto kNever = [] { return false; };
constexpr auto kAtOnce = [] { return true; };

TEST(Close, withNoCallInFlightIsFinal) {
  Ends ends;
  ASSERT_TRUE(StdAtomics::heavyFence()) << "this kernel has no membarrier";
  ASSERT_EQ(ends.put("1"), RecordResult::kOk);
  const CloseOutcome outcome = ends.producer.close(kAtOnce);
  EXPECT_EQ(outcome.status, CloseStatus::kFinal);
  EXPECT_TRUE(outcome.barrier);
  EXPECT_TRUE(outcome.mayUnmap());
  EXPECT_EQ(ends.takeAll().size(), 1U);
}

TEST(Close, everyCallAfterItIsClosedAndCounted) {
  Ends ends;
  ends.producer.beginClose();
  void* room = nullptr;
  EXPECT_EQ(ends.put("x"), RecordResult::kClosed);
  EXPECT_EQ(ends.put(""), RecordResult::kClosed);
  EXPECT_EQ(ends.producer.tryRecordAt(1, "x", 1), RecordResult::kClosed);
  EXPECT_EQ(ends.producer.tryRecordLow("x", 1), RecordResult::kClosed);
  EXPECT_EQ(ends.producer.tryReserve(1, &room), RecordResult::kClosed);
  EXPECT_EQ(ends.producer.close(kAtOnce).status, CloseStatus::kFinal) << "none is in flight";
  EXPECT_TRUE(ends.takeAll().empty());
  const Counters counters = ends.counters();
  EXPECT_EQ(counters.attempt, 5U);
  EXPECT_EQ(counters.refusedFor(RecordResult::kClosed), 5U);
  EXPECT_EQ(counters.pending(), 0U);
}

TEST(Close, openReservationIsACallInFlightThatMayStillBeCommitted) {
  Ends ends;
  void* room = nullptr;
  ASSERT_EQ(ends.producer.tryReserve(4, &room), RecordResult::kOk);
  const CloseOutcome first = ends.producer.close(kAtOnce);
  EXPECT_EQ(first.status, CloseStatus::kReservationOpen);
  EXPECT_FALSE(first.mayUnmap());
  std::memcpy(room, "late", 4);
  EXPECT_EQ(ends.producer.commit(), RecordResult::kOk);
  EXPECT_EQ(ends.producer.close(kAtOnce).status, CloseStatus::kFinal);
  const auto taken = ends.takeAll();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].payload, "late");
}

TEST(Close, recordDuringAReservationDoesNotHideItFromClose) {
  Ends ends;
  void* room = nullptr;
  ASSERT_EQ(ends.producer.tryReserve(4, &room), RecordResult::kOk);
  ASSERT_EQ(ends.put("x"), RecordResult::kBusy);
  EXPECT_EQ(ends.producer.close(kAtOnce).status, CloseStatus::kReservationOpen);
  EXPECT_EQ(ends.put("x"), RecordResult::kClosed);
  EXPECT_EQ(ends.producer.close(kAtOnce).status, CloseStatus::kReservationOpen);
}

TEST(Close, waitsForTheReservationOfAnotherThread) {
  Ends ends;
  std::atomic<bool> reserved{false};
  std::thread producer([&] {
    void* room = nullptr;
    ASSERT_EQ(ends.producer.tryReserve(4, &room), RecordResult::kOk);
    reserved = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::memcpy(room, "late", 4);
    EXPECT_EQ(ends.producer.commit(), RecordResult::kOk);
  });
  while (!reserved) std::this_thread::yield();
  EXPECT_EQ(ends.producer.close(kNever).status, CloseStatus::kFinal);
  EXPECT_EQ(ends.takeAll().size(), 1U);
  producer.join();
}

class FinalPosition : public testing::TestWithParam<bool> {};  // commit, or abort

TEST_P(FinalPosition, takenUnderAnOpenReservationRefusesItsEnd) {
  Ends ends;
  void* room = nullptr;
  ASSERT_EQ(ends.put("before"), RecordResult::kOk);
  ASSERT_EQ(ends.producer.tryReserve(4, &room), RecordResult::kOk);
  const CloseOutcome outcome = ends.producer.forceFinal(kAtOnce);
  EXPECT_EQ(outcome.status, CloseStatus::kReservationOpen);
  EXPECT_FALSE(outcome.mayUnmap()) << "the application may still write to what it reserved";
  EXPECT_EQ(ends.counters().pending(), 1U);
  std::memcpy(room, "late", 4);
  const RecordResult ended = GetParam() ? ends.producer.commit() : ends.producer.abort();
  EXPECT_EQ(ended, RecordResult::kClosed);
  EXPECT_EQ(ends.takeAll().size(), 1U);
  const Counters counters = ends.counters();
  EXPECT_EQ(counters.attempt, 2U);
  EXPECT_EQ(counters.refusedFor(RecordResult::kClosed), 1U);
  EXPECT_EQ(counters.pending(), 0U);
  EXPECT_TRUE(ends.producer.close(kAtOnce).mayUnmap()) << "now nobody holds any of it";
}

INSTANTIATE_TEST_SUITE_P(Close, FinalPosition, testing::Bool(),
                         [](const auto& test) { return test.param ? "commit" : "abort"; });

// A policy whose copy waits at a gate, so that a call is in flight for as long as a test likes.
struct GatedAtomics : StdAtomics {
  static inline std::atomic<bool> gate{true};
  static inline std::atomic<int> waiting{0};

  static void copyShort(Location to, const void* from, std::size_t bytes) noexcept {
    ++waiting;
    while (!gate) std::this_thread::yield();
    --waiting;
    StdAtomics::copyShort(to, from, bytes);
  }
};

TEST(Close, callThatDoesNotEndIsSaidSoAndItsRecordIsTakenOnceItHas) {
  RingEnds<GatedAtomics> ends({}, {.stamp = TimeBase::kTicks});
  GatedAtomics::gate = false;
  RecordResult result = RecordResult::kFull;
  std::thread producer([&] { result = ends.producer.tryRecordAt(1, "x", 1); });
  while (GatedAtomics::waiting == 0) std::this_thread::yield();
  int looks = 0;
  const CloseOutcome outcome = ends.producer.close([&] { return ++looks == 5; });
  EXPECT_EQ(outcome.status, CloseStatus::kCallRunning);
  EXPECT_FALSE(outcome.mayUnmap());
  EXPECT_EQ(looks, 5);
  EXPECT_EQ(ends.producer.forceFinal(kAtOnce).status, CloseStatus::kCallRunning);
  GatedAtomics::gate = true;
  EXPECT_EQ(ends.producer.close(kNever).status, CloseStatus::kFinal);
  producer.join();
  EXPECT_EQ(result, RecordResult::kOk);
  EXPECT_EQ(ends.takeAll().size(), 1U);
}

struct NoBarrierAtomics : StdAtomics {
  static bool heavyFence() noexcept { return false; }
};

TEST(Close, withoutBarrierItIsNotProvenAndTheRingMustStay) {
  RingEnds<NoBarrierAtomics> ends;
  const CloseOutcome outcome = ends.producer.close(kAtOnce);
  EXPECT_EQ(outcome.status, CloseStatus::kFinal);
  EXPECT_FALSE(outcome.barrier);
  EXPECT_FALSE(outcome.mayUnmap());
}

// The status waitpid gives for a child that runs `body` with SIGSEGV's default action.
template <class Body>
int statusOfChild(Body body) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGSEGV, SIG_DFL);
    _exit(body());
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status;
}

TEST(Fork, inTheChildEveryCallIsClosedAndTouchesNothing) {
  Ends ends({}, {.stamp = TimeBase::kTicks});
  ASSERT_EQ(ends.put("parent"), RecordResult::kOk);
  const int status = statusOfChild([&] {
    ends.producer.markDead();
    void* room = nullptr;
    const std::string longer(900, 'x');
    const bool areClosed = ends.put("x") == RecordResult::kClosed &&
                           ends.put(longer) == RecordResult::kClosed &&
                           ends.put("") == RecordResult::kClosed &&
                           ends.producer.tryRecordAt(1, "x", 1) == RecordResult::kClosed &&
                           ends.producer.tryRecordLow("x", 1) == RecordResult::kClosed &&
                           ends.producer.tryReserve(1, &room) == RecordResult::kClosed &&
                           ends.producer.commit() == RecordResult::kBusy;
    return areClosed && room == nullptr ? 0 : 1;
  });
  ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  ASSERT_EQ(ends.put("parent again"), RecordResult::kOk);
  const auto taken = ends.takeAll();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[1].attempt, 2U);
}

TEST(Fork, reservationOfTheParentIsClosedInTheChild) {
  for (const bool commits : {true, false}) {
    Ends ends;
    void* room = nullptr;
    ASSERT_EQ(ends.producer.tryReserve(4, &room), RecordResult::kOk);
    const int status = statusOfChild([&] {
      ends.producer.markDead();
      const RecordResult ended = commits ? ends.producer.commit() : ends.producer.abort();
      return ended == RecordResult::kClosed && ends.put("x") == RecordResult::kClosed ? 0 : 1;
    });
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    std::memcpy(room, "kept", 4);
    EXPECT_EQ(ends.producer.commit(), RecordResult::kOk);
    EXPECT_EQ(ends.takeAll().size(), 1U);
  }
}

TEST(Fork, withoutTheHandlerTheChildWouldFault) {
  // What markDead is for; were the mapping inherited, a child would write into the parent's ring.
  Ends ends;
  const int status = statusOfChild([&] { return ends.put("x") == RecordResult::kOk ? 0 : 1; });
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

}  // namespace
}  // namespace parquet_flow::ring
