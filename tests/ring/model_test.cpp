// Goal: whatever the order of calls, the ring does what a queue of records with a byte budget does.
// Method: random calls on a small ring and on a std::deque model side by side; every answer, every
// record and every counter is compared. PF_FUZZ_SEED and PF_FUZZ_CALLS run another or a longer one.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <deque>
#include <random>
#include <string>

#include "ring/ring.hpp"
#include "ring_fixture.hpp"

namespace parquet_flow::ring {
namespace {

std::uint64_t fromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

struct Expected {
  std::string payload;
  std::uint64_t time;
  std::uint64_t attempt;
  RecordKind kind;
  std::uint64_t end;
};

class Model {
 public:
  Model(std::uint64_t capacity, std::uint64_t recordBytesMax, std::uint64_t lowPriorityBytes)
      : capacity_(capacity), recordBytesMax_(recordBytesMax), lowPriorityBytes_(lowPriorityBytes) {}

  RecordResult offer(const std::string& payload, std::uint64_t time, bool isLow) {
    const RecordResult result = admit(payload.size(), isLow);
    if (result == RecordResult::kOk) push(payload, time, attempt_, RecordKind::kData);
    return result;
  }
  RecordResult reserve(std::size_t bytes) {
    const RecordResult result = admit(bytes, false);
    if (result == RecordResult::kOk) reservedAttempt_ = attempt_;
    return result;
  }
  RecordResult resolve(const std::string& payload, bool commits) {
    if (reservedAttempt_ == 0) return RecordResult::kBusy;
    push(commits ? payload : "", 0, reservedAttempt_,
         commits ? RecordKind::kData : RecordKind::kAborted);
    reservedAttempt_ = 0;
    return RecordResult::kOk;
  }
  bool hasReservation() const { return reservedAttempt_ != 0; }

  std::deque<Expected> records;  // published and not yet taken
  std::uint64_t read = 0;        // what the worker has given back
  Counters counters() const {
    Counters all = counters_;
    all.attempt = attempt_;
    return all;
  }

 private:
  // The contract of CAPTURE's fast path, spelled out in the plainest way.
  RecordResult admit(std::size_t bytes, bool isLow) {
    ++attempt_;
    const RecordResult result = judge(bytes, isLow);
    if (result != RecordResult::kOk) ++counters_.refused[static_cast<std::size_t>(result) - 1];
    return result;
  }
  RecordResult judge(std::size_t bytes, bool isLow) const {
    if (bytes == 0 || bytes > recordBytesMax_) return RecordResult::kTooLarge;
    if (reservedAttempt_ != 0) return RecordResult::kBusy;
    const std::uint64_t used = written_ + (24 + bytes + 7) / 8 * 8 - read;
    if (used > capacity_) return RecordResult::kFull;
    if (isLow && used > lowPriorityBytes_) return RecordResult::kReserved;
    return RecordResult::kOk;
  }
  void push(const std::string& payload, std::uint64_t time, std::uint64_t attempt,
            RecordKind kind) {
    written_ += (24 + payload.size() + 7) / 8 * 8;
    records.push_back({payload, time, attempt, kind, written_});
    ++(kind == RecordKind::kData ? counters_.accepted : counters_.aborted);
  }

  std::uint64_t capacity_;
  std::uint64_t recordBytesMax_;
  std::uint64_t lowPriorityBytes_;
  std::uint64_t written_ = 0;
  std::uint64_t attempt_ = 0;
  std::uint64_t reservedAttempt_ = 0;
  Counters counters_;
};

class Pair {
 public:
  explicit Pair(std::uint64_t seed)
      : random_(seed),
        ends_({.recordBytesMax = 700}, {.lowPriorityBytes = pageBytes() * 5 / 8}),
        model_(pageBytes(), 700, pageBytes() * 5 / 8) {}

  void step() {
    switch (upTo(11)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return record(false);
      case 4:
      case 5:
        return record(true);
      case 6:
        return reserve();
      case 7:
        return resolve(true);
      case 8:
        return resolve(false);
      default:
        return pass();
    }
  }
  void compareCounters() {
    const Counters is = ends_.counters();
    const Counters expected = model_.counters();
    ASSERT_EQ(is.attempt, expected.attempt);
    ASSERT_EQ(is.accepted, expected.accepted);
    ASSERT_EQ(is.aborted, expected.aborted);
    ASSERT_EQ(is.refused, expected.refused);
    ASSERT_EQ(is.pending(), model_.hasReservation() ? 1U : 0U);
  }
  Counters counters() const { return model_.counters(); }

 private:
  std::uint64_t upTo(std::uint64_t most) {
    return std::uniform_int_distribution<std::uint64_t>(0, most)(random_);
  }
  std::string payload() {
    // Mostly short, now and then around the maximum and at 0.
    const std::uint64_t bytes = upTo(9) == 0 ? 690 + upTo(20) : upTo(upTo(1) == 0 ? 40 : 500);
    std::string text(bytes, '\0');
    for (char& c : text) c = static_cast<char>(random_());
    return text;
  }
  void record(bool isLow) {
    const std::string given = payload();
    const std::uint64_t time = isLow ? 0 : upTo(1'000'000);
    const RecordResult is = isLow ? ends_.producer.tryRecordLow(given.data(), given.size())
                                  : ends_.producer.tryRecordAt(static_cast<std::int64_t>(time),
                                                               given.data(), given.size());
    ASSERT_EQ(is, model_.offer(given, time, isLow));
  }
  void reserve() {
    const std::string given = payload();
    void* room = nullptr;
    const RecordResult is = ends_.producer.tryReserve(given.size(), &room);
    ASSERT_EQ(is, model_.reserve(given.size()));
    if (is != RecordResult::kOk) return;
    std::memcpy(room, given.data(), given.size());
    reserved_ = given;
  }
  void resolve(bool commits) {
    ASSERT_EQ(commits ? ends_.producer.commit() : ends_.producer.abort(),
              model_.resolve(reserved_, commits));
  }
  // Takes some of what is there, and gives some of what it took back.
  void pass() {
    ends_.consumer.refresh();
    for (std::uint64_t left = upTo(12); left > 0; --left) {
      RecordView is;
      const NextRecord found = ends_.consumer.next(&is);
      ASSERT_EQ(found, model_.records.empty() ? NextRecord::kNone : NextRecord::kRecord);
      if (found == NextRecord::kNone) break;
      const Expected expected = model_.records.front();
      model_.records.pop_front();
      ASSERT_EQ(std::string(reinterpret_cast<const char*>(is.payload.data()), is.payload.size()),
                expected.payload);
      ASSERT_EQ(is.time, expected.time);
      ASSERT_EQ(is.attempt, expected.attempt);
      ASSERT_EQ(is.kind, expected.kind);
      ASSERT_EQ(is.end, expected.end);
      held_.push_back(is.end);
    }
    for (std::uint64_t left = upTo(held_.size()); left > 0; --left) {
      model_.read = held_.front();
      held_.pop_front();
    }
    ends_.consumer.release(model_.read);
  }

  std::mt19937_64 random_;
  Ends ends_;
  Model model_;
  std::string reserved_;
  std::deque<std::uint64_t> held_;
};

TEST(RingAgainstModel, answersAndRecordsAreTheSame) {
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  const std::uint64_t seed = fromEnvironment("PF_FUZZ_SEED", static_cast<std::uint64_t>(now));
  const std::uint64_t calls = fromEnvironment("PF_FUZZ_CALLS", 300'000);
  std::printf("PF_FUZZ_SEED=%llu PF_FUZZ_CALLS=%llu\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(calls));
  Pair pair(seed);
  for (std::uint64_t i = 0; i < calls; ++i) {
    pair.step();
    if (i % 64 == 0) pair.compareCounters();
    ASSERT_FALSE(HasFatalFailure()) << "PF_FUZZ_SEED=" << seed << ", call " << i;
  }
  const Counters counters = pair.counters();
  std::printf("accepted=%llu aborted=%llu refused=%llu\n",
              static_cast<unsigned long long>(counters.accepted),
              static_cast<unsigned long long>(counters.aborted),
              static_cast<unsigned long long>(counters.refusedInAll()));
  if (calls < 100'000) return;
  for (const auto reason : {RecordResult::kFull, RecordResult::kTooLarge, RecordResult::kReserved,
                            RecordResult::kBusy}) {
    EXPECT_GT(counters.refusedFor(reason), 0U) << "the run did not reach it";
  }
}

}  // namespace
}  // namespace parquet_flow::ring
