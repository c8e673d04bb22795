// Goal: under the C++ memory model, not only under that of this machine, no interleaving loses a
// record, shows one half written, overwrites one that is being read, or closes inexactly.
// Method: Relacy runs the ring's own templates over ModelAtomics, with stores seen as late as the
// model allows: in many random interleavings, and where the suite is small enough in all of them
// that have up to three switches between threads where none was due. Then every edge that
// atomics.hpp names is weakened, one side at a time, and its suite must fail.
#include <cstdint>
#include <cstdio>
#include <ostream>
#include <streambuf>

#include "model_atomics.hpp"

namespace parquet_flow::ring {
namespace {

using ModelProducer = ProducerOf<ModelAtomics>;
using ModelConsumer = ConsumerOf<ModelAtomics>;
using ModelRecord = RecordViewOf<ModelAtomics>;

// 16 words: four records of 24 bytes and a payload of 8, so that the fifth wraps around.
constexpr std::size_t kWords = 16;

struct ModelRing {
  HeaderOf<ModelAtomics> header;
  std::array<ModelAtomics::Word, kWords> words;
  RingViewOf<ModelAtomics> view{&header, {words.data(), kWords, 0}, kWords * 8, 8};
  ModelProducer producer{view, {.stamp = TimeBase::kNone, .lowPriorityBytes = kWords * 8}};
  ModelConsumer consumer{view};

  RecordResult put(std::uint64_t value) { return producer.tryRecordAt(0, &value, sizeof value); }
  // Takes all that is there; its payloads must be the attempt numbers. Returns how many.
  unsigned takeAll() {
    unsigned count = 0;
    consumer.refresh();
    ModelRecord record;
    NextRecord found = consumer.next(&record);
    for (; found == NextRecord::kRecord; found = consumer.next(&record)) {
      if (record.kind == RecordKind::kData) {
        const std::uint64_t value = record.payload.location[0](RL_INFO);
        RL_ASSERT(value == record.attempt);
        ++count;
      }
    }
    RL_ASSERT(found == NextRecord::kNone);
    consumer.release(consumer.cursor());
    return count;
  }
};

// Records and the room for them pass between the two threads; the ring wraps twice.
struct PassRecords : rl::test_suite<PassRecords, 2> {
  static constexpr unsigned kRecords = 7;
  ModelRing ring;
  unsigned given = 0;
  unsigned taken = 0;

  void thread(unsigned index) {
    if (index == 0) {
      std::uint64_t attempt = 0;
      while (given < kRecords) {
        if (ring.put(++attempt) == RecordResult::kOk) {
          ++given;
        } else {
          rl::yield(1, RL_INFO);
        }
      }
    } else {
      while (taken < kRecords) {
        const unsigned count = ring.takeAll();
        taken += count;
        if (count == 0) rl::yield(1, RL_INFO);
      }
    }
  }
  void after() { RL_ASSERT(ring.takeAll() == 0 && taken == kRecords); }
};

// Reservations: filled in place, then committed or aborted, while the worker drains.
struct Reserve : rl::test_suite<Reserve, 2> {
  static constexpr unsigned kReservations = 6;
  ModelRing ring;
  unsigned committed = 0;
  unsigned aborted = 0;
  unsigned taken = 0;

  void thread(unsigned index) {
    if (index == 0) {
      for (std::uint64_t attempt = 1; committed + aborted < kReservations; ++attempt) {
        ModelAtomics::Pointer room;
        if (ring.producer.tryReserve(8, &room) != RecordResult::kOk) {
          rl::yield(1, RL_INFO);
          continue;
        }
        room[0](RL_INFO) = attempt;
        const bool commits = attempt % 3 != 0;
        RL_ASSERT((commits ? ring.producer.commit() : ring.producer.abort()) == RecordResult::kOk);
        ++(commits ? committed : aborted);
      }
    } else {
      for (unsigned pass = 0; pass < 4; ++pass) taken += ring.takeAll();
      while (readCounters(ring.header).accepted + readCounters(ring.header).aborted <
             kReservations) {
        taken += ring.takeAll();
        rl::yield(1, RL_INFO);
      }
    }
  }
  void after() {
    taken += ring.takeAll();
    RL_ASSERT(taken == committed);
    RL_ASSERT(readCounters(ring.header).aborted == aborted);
  }
};

// Close against calls in flight: what was answered with kOk is below the final position, nothing is
// published behind it, and the counters agree.
struct CloseAgainstCalls : rl::test_suite<CloseAgainstCalls, 2> {
  ModelRing ring;
  unsigned ok = 0;
  unsigned closed = 0;
  unsigned taken = 0;
  std::uint64_t finalAccepted = 0;

  void thread(unsigned index) {
    if (index == 0) {
      for (std::uint64_t attempt = 1; attempt <= 3; ++attempt) {
        const RecordResult result = ring.put(attempt);
        if (result == RecordResult::kOk) ++ok;
        if (result == RecordResult::kClosed) ++closed;
      }
    } else {
      const CloseOutcome outcome = ring.producer.close([] { return false; });
      RL_ASSERT(outcome.mayUnmap());
      taken = ring.takeAll();
      finalAccepted = readCounters(ring.header).accepted;
    }
  }
  void after() {
    RL_ASSERT(taken == ok && finalAccepted == ok);
    RL_ASSERT(ring.takeAll() == 0);
    const Counters counters = readCounters(ring.header);
    RL_ASSERT(ok + closed == 3 && counters.attempt == 3 && counters.pending() == 0);
    RL_ASSERT(counters.refusedFor(RecordResult::kClosed) == closed);
  }
};

// Close against a reservation that is committed or aborted, or not before the final position is
// taken: the answer to commit and what the closer reads are the same story.
template <bool kCommits>
struct CloseAgainstReservation : rl::test_suite<CloseAgainstReservation<kCommits>, 2> {
  ModelRing ring;
  bool isReserved = false;
  RecordResult ended = RecordResult::kBusy;
  CloseStatus status = CloseStatus::kCallRunning;
  unsigned taken = 0;
  std::uint64_t finalPosition = 0;

  void thread(unsigned index) {
    if (index == 0) {
      ModelAtomics::Pointer room;
      isReserved = ring.producer.tryReserve(8, &room) == RecordResult::kOk;
      if (!isReserved) return;
      room[0](RL_INFO) = 1;
      ended = kCommits ? ring.producer.commit() : ring.producer.abort();
    } else {
      unsigned looks = 0;
      const CloseOutcome outcome = ring.producer.close([&looks] { return ++looks > 1; });
      status = outcome.status;
      if (status != CloseStatus::kFinal) {
        status = ring.producer.forceFinal([] { return false; }).status;
      }
      RL_ASSERT(status != CloseStatus::kCallRunning);
      taken = ring.takeAll();
      finalPosition = ring.consumer.cursor();
    }
  }
  void after() {
    RL_ASSERT(taken == (kCommits && ended == RecordResult::kOk ? 1U : 0U));
    RL_ASSERT(finalPosition == (ended != RecordResult::kOk ? 0U : kCommits ? 32U : 24U));
    RL_ASSERT(ring.takeAll() == 0 && ring.consumer.cursor() == finalPosition);
    const Counters counters = readCounters(ring.header);
    RL_ASSERT(counters.attempt == 1 && counters.pending() == 0);
  }
};

// Durable: who sees the attempt sees what the worker did before it said so.
struct Durable : rl::test_suite<Durable, 2> {
  ModelRing ring;
  rl::var<unsigned> synced{0U};

  void thread(unsigned index) {
    if (index == 0) {
      synced(RL_INFO) = 7;
      ring.consumer.storeDurableAttempt(7);
    } else if (readDurableAttempt(ring.header) == 7) {
      RL_ASSERT(synced(RL_INFO) == 7);
    }
  }
};

// The anchor is read whole or not at all.
struct Anchor : rl::test_suite<Anchor, 2> {
  ModelRing ring;

  void thread(unsigned index) {
    if (index == 0) {
      for (std::uint64_t i = 1; i <= 2; ++i) {
        const auto value = static_cast<std::int64_t>(i);
        ring.consumer.storeAnchor({i, value, i, value, i});
      }
    } else {
      for (int look = 0; look < 2; ++look) {
        ClockAnchor anchor;
        if (!tryReadAnchor(ring.header, &anchor)) continue;
        const auto value = static_cast<std::int64_t>(anchor.ticks);
        RL_ASSERT(anchor.utcNs == value && anchor.nsPerTick == anchor.ticks &&
                  anchor.errorNs == value && anchor.epoch == anchor.ticks);
      }
    }
  }
};

constexpr unsigned kRandomRuns = 100'000;
constexpr unsigned kSwitches = 3;

// Where Relacy reports to. It replaces operator new while it runs, so nothing may be allocated in a
// run and freed after it: a buffer that does not grow, what does not fit is dropped.
class Report : public std::streambuf {
 public:
  Report() { clear(); }
  void clear() { setp(text_.data(), text_.data() + text_.size()); }
  void print() const { std::printf("%.*s\n", static_cast<int>(pptr() - pbase()), pbase()); }

 private:
  int_type overflow(int_type c) override { return traits_type::not_eof(c); }
  std::array<char, 1 << 16> text_;
};

template <class TestSuite>
bool simulate(rl::test_params params, Report* report) {
  report->clear();
  std::ostream stream(report);
  params.output_stream = &stream;
  params.progress_stream = &stream;
  params.execution_depth_limit = 10'000;
  return rl::simulate<TestSuite>(params);
}

template <class TestSuite>
bool passes(Report* report) {
  rl::test_params params;
  params.search_type = rl::random_scheduler_type;
  params.iteration_count = kRandomRuns;
  return simulate<TestSuite>(params, report);
}

template <class TestSuite>
bool passesAll(Report* report) {
  rl::test_params params;
  params.search_type = rl::fair_context_bound_scheduler_type;
  params.context_bound = kSwitches;
  return simulate<TestSuite>(params, report) && passes<TestSuite>(report);
}

struct Mutation {
  const char* name;
  Weakened weakened;
  Edge edge;
  bool (*passes)(Report*);
};

constexpr Mutation kMutations[] = {
    {"kPublish store", Weakened::kStore, Edge::kPublish, passes<PassRecords>},
    {"kPublish load", Weakened::kLoad, Edge::kPublish, passes<PassRecords>},
    {"kRelease store", Weakened::kStore, Edge::kRelease, passes<PassRecords>},
    {"kRelease load", Weakened::kLoad, Edge::kRelease, passes<PassRecords>},
    {"kCallEnd store", Weakened::kStore, Edge::kCallEnd, passes<CloseAgainstCalls>},
    {"kCallEnd load", Weakened::kLoad, Edge::kCallEnd, passes<CloseAgainstCalls>},
    {"light fence", Weakened::kLightFence, Edge::kCallEnd, passes<CloseAgainstCalls>},
    {"heavy fence", Weakened::kHeavyFence, Edge::kCallEnd, passes<CloseAgainstCalls>},
    {"light fence, commit", Weakened::kLightFence, Edge::kCallEnd,
     passes<CloseAgainstReservation<true>>},
    {"heavy fence, abort", Weakened::kHeavyFence, Edge::kCallEnd,
     passes<CloseAgainstReservation<false>>},
    {"kDurable store", Weakened::kStore, Edge::kDurable, passes<Durable>},
    {"kDurable load", Weakened::kLoad, Edge::kDurable, passes<Durable>},
    {"kAnchor store", Weakened::kStore, Edge::kAnchor, passes<Anchor>},
    {"kAnchor load", Weakened::kLoad, Edge::kAnchor, passes<Anchor>},
};

struct Suite {
  const char* name;
  bool (*passes)(Report*);
};

constexpr Suite kSuites[] = {
    {"records", passes<PassRecords>},
    {"reservations", passes<Reserve>},
    {"close against calls", passesAll<CloseAgainstCalls>},
    {"close against a commit", passesAll<CloseAgainstReservation<true>>},
    {"close against an abort", passesAll<CloseAgainstReservation<false>>},
    {"durable", passesAll<Durable>},
    {"anchor", passesAll<Anchor>},
};

int run() {
  static Report report;
  int failures = 0;
  for (const Suite& suite : kSuites) {
    const bool passed = suite.passes(&report);
    std::printf("%s: %s\n", suite.name, passed ? "passes" : "FAILS");
    if (passed) continue;
    report.print();
    ++failures;
  }
  for (const Mutation& mutation : kMutations) {
    ModelAtomics::weakened = mutation.weakened;
    ModelAtomics::weakenedEdge = mutation.edge;
    const bool isCaught = !mutation.passes(&report);
    std::printf("without %s: %s\n", mutation.name, isCaught ? "caught" : "NOT CAUGHT");
    failures += isCaught ? 0 : 1;
  }
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace parquet_flow::ring

int main() { return parquet_flow::ring::run(); }
