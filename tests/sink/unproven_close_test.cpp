// Where a sink cannot prove that no call goes on, it says so and leaves rings mapped: a call that
// never ends, a kernel without membarrier. Method: a payload on a page that comes only when the
// test lets it; a system call that fails.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "sink_harness.hpp"
#include "support/expect_result.hpp"

namespace {

std::atomic<bool> membarrierFails{false};

}  // namespace

// In place of the system's, by the linker's --wrap.
extern "C" long __real_syscall(long number, ...);
extern "C" long __wrap_syscall(long number, ...);
extern "C" long __wrap_syscall(long number, ...) {
  if (number == SYS_membarrier && membarrierFails) {
    errno = ENOSYS;
    return -1;
  }
  va_list list;
  va_start(list, number);
  long arguments[6];
  for (long& argument : arguments) argument = va_arg(list, long);
  va_end(list);
  return __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3],
                        arguments[4], arguments[5]);
}

namespace parquet_flow::sink {
namespace {

using test::kMs;
using test::kSecond;
using test::lineOf;
using test::record;
using test::SinkHarness;

// A page whose first reader waits, in the handler of its fault, until the page is let in.
class LatePage {
 public:
  LatePage() {
    bytes_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    page = mmap(nullptr, bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct sigaction action = {};
    action.sa_handler = [](int) {
      isWaitedFor = true;
      while (!isThere) {
        const timespec time{0, 100'000};
        nanosleep(&time, nullptr);
      }
      mprotect(page, bytes_, PROT_READ);
    };
    sigaction(SIGSEGV, &action, &before_);
  }
  LatePage(const LatePage&) = delete;
  LatePage& operator=(const LatePage&) = delete;
  ~LatePage() {
    sigaction(SIGSEGV, &before_, nullptr);
    munmap(page, bytes_);
  }

  static inline void* page = nullptr;
  static inline std::atomic<bool> isThere{false};
  static inline std::atomic<bool> isWaitedFor{false};

 private:
  static inline std::size_t bytes_ = 0;
  struct sigaction before_ = {};
};

TEST(UnprovenClose, callThatNeverEndsIsNamedAndItsRingIsLeft) {
  LatePage late;
  SinkHarness harness;
  harness.open();
  PF_ASSERT_OK_ASSIGN(Producer* const producer, harness.sink->addProducer());
  record(producer, "before");
  RecordResult result = RecordResult::kFull;
  std::thread stuck([&] { result = producer->tryRecord(LatePage::page, 64); });
  while (!LatePage::isWaitedFor) std::this_thread::yield();
  PF_EXPECT_ERROR(harness.sink->close(5 * kMs), ErrorCode::kTimeout, "producer-0 is in a call");
  EXPECT_FALSE(harness.hasLogged("left mapped"));
  harness.sink.reset();
  EXPECT_TRUE(harness.hasLogged("1 rings are left mapped: a call on them may still go on"));
  const auto file = harness.read("out.parquet");
  expectLedgerHolds(file);
  EXPECT_EQ(lineOf(file, 0)["last"], 2);
  EXPECT_EQ(lineOf(file, 0)["refused_by_reason"]["closed"], 1) << "nobody will read its record";

  LatePage::isThere = true;
  stuck.join();
  EXPECT_EQ(result, RecordResult::kOk) << "into memory that was left for it";
  EXPECT_EQ(producer->tryRecord("x", 1), RecordResult::kClosed);
  producer->release();
}

TEST(UnprovenClose, withoutMembarrierItIsSaidOnceAndNothingElseChanges) {
  membarrierFails = true;
  SinkHarness harness;
  harness.open();
  PF_ASSERT_OK_ASSIGN(Producer* const kept, harness.sink->addProducer());
  PF_ASSERT_OK_ASSIGN(Producer* const given, harness.sink->addProducer());
  record(kept, "a");
  record(given, "b");
  void* room = nullptr;
  ASSERT_EQ(kept->tryReserve(8, &room), RecordResult::kOk);
  PF_EXPECT_ERROR(harness.sink->close(5 * kMs), ErrorCode::kTimeout, "reservation open");
  ASSERT_EQ(kept->abort(), RecordResult::kOk);
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(harness.log,
            std::vector<std::string>{
                "without membarrier it is not proven that no call goes on: 2 rings stay mapped"});
  EXPECT_EQ(harness.read("out.parquet").rows.size(), 2U);
  given->release();
  harness.sink.reset();
  EXPECT_EQ(kept->tryRecord("x", 1), RecordResult::kClosed) << "its memory is there";
  kept->release();
  membarrierFails = false;
}

}  // namespace
}  // namespace parquet_flow::sink
