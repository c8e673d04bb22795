// Threads start with ordinary priority, blocked signals, their name and their CPUs, whatever their
// creator has; waiting ends by notice and by time, and no notice is missed. Method: threads that
// report what they see of themselves, from creators of different kinds.
#include "base/thread.hpp"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

namespace parquet_flow {
namespace {

struct Seen {
  int policy = -1;
  int priority = -1;
  bool allSignalsBlocked = true;
  std::string name;
  cpu_set_t cpus{};
};

void look(void* raw) noexcept {
  auto& seen = *static_cast<Seen*>(raw);
  sched_param parameters{};
  pthread_getschedparam(pthread_self(), &seen.policy, &parameters);
  seen.priority = parameters.sched_priority;
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGALRM, SIGPROF, SIGHUP}) {
    if (sigismember(&mask, signal) != 1) seen.allSignalsBlocked = false;
  }
  std::array<char, 16> name{};
  pthread_getname_np(pthread_self(), name.data(), name.size());
  seen.name = name.data();
  sched_getaffinity(0, sizeof seen.cpus, &seen.cpus);
}

Seen startAndJoin(const ThreadOptions& options) {
  Seen seen;
  auto thread = Thread::start(options, look, &seen);
  EXPECT_TRUE(thread.has_value()) << (thread ? "" : thread.error().message());
  if (thread) thread->join();
  return seen;
}

std::vector<std::uint32_t> cpusOf(const cpu_set_t& set) {
  std::vector<std::uint32_t> cpus;
  for (std::uint32_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

std::vector<std::uint32_t> processCpus() {
  cpu_set_t set;
  sched_getaffinity(getpid(), sizeof set, &set);
  return cpusOf(set);
}

TEST(Thread, startsWithItsOwnNamePriorityAndAllSignalsBlocked) {
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  const Seen seen = startAndJoin({"pf-test-name", {}});
  EXPECT_EQ(seen.policy, SCHED_OTHER);
  EXPECT_EQ(seen.priority, 0);
  EXPECT_TRUE(seen.allSignalsBlocked);
  EXPECT_EQ(seen.name, "pf-test-name");
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  EXPECT_EQ(sigismember(&before, SIGUSR1), sigismember(&after, SIGUSR1));
}

TEST(Thread, nameThatIsTooLongIsCut) {
  EXPECT_EQ(startAndJoin({"pf-a-name-beyond-fifteen", {}}).name, "pf-a-name-beyon");
}

TEST(Thread, realTimePriorityOfTheCreatorIsNotInherited) {
  bool couldSet = false;
  Seen seen;
  std::thread creator([&] {
    sched_param parameters{};
    parameters.sched_priority = 1;
    couldSet = pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters) == 0;
    if (couldSet) seen = startAndJoin({"pf-test", {}});
  });
  creator.join();
  if (!couldSet) GTEST_SKIP() << "this user may not use SCHED_FIFO";
  EXPECT_EQ(seen.policy, SCHED_OTHER);
}

TEST(Thread, runsOnTheGivenCpus) {
  const std::uint32_t cpu = processCpus().back();
  const Seen seen = startAndJoin({"pf-test", std::span(&cpu, 1)});
  EXPECT_EQ(cpusOf(seen.cpus), std::vector{cpu});
}

TEST(Thread, cpuThatIsNotThereIsRefused) {
  for (const std::uint32_t cpu : {8'191U, 1'000'000U}) {
    auto thread = Thread::start({"pf-test", std::span(&cpu, 1)}, look, nullptr);
    ASSERT_FALSE(thread.has_value()) << cpu;
    EXPECT_EQ(thread.error().code(), ErrorCode::kInvalidArgument);
  }
}

TEST(Thread, leavesTheCoreOfAPinnedCreatorAlone) {
  const auto cpus = processCpus();
  if (cpus.size() < 2) GTEST_SKIP() << "needs two CPUs";
  Seen seen;
  std::thread creator([&] {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpus.front(), &one);
    ASSERT_EQ(pthread_setaffinity_np(pthread_self(), sizeof one, &one), 0);
    seen = startAndJoin({"pf-test", {}});
  });
  creator.join();
  EXPECT_EQ(cpusOf(seen.cpus), std::vector(cpus.begin() + 1, cpus.end()));
}

TEST(Thread, runsWhereTheProcessMayWhenTheCreatorIsNotPinned) {
  EXPECT_EQ(cpusOf(startAndJoin({"pf-test", {}}).cpus), processCpus());
}

TEST(WaitPoint, noticeBetweenTheLookAndTheWaitIsNotMissed) {
  WaitPoint point;
  const auto seen = point.look();
  point.notifyAll();
  const std::uint64_t start = monotonicNs();
  point.waitFor(seen, 60'000'000'000);
  EXPECT_LT(monotonicNs() - start, 30'000'000'000U);
}

TEST(WaitPoint, waitEndsByTimeWithoutANotice) {
  WaitPoint point;
  const std::uint64_t start = monotonicNs();
  while (monotonicNs() - start < 5'000'000) point.waitFor(point.look(), 5'000'000);
  EXPECT_GE(monotonicNs() - start, 5'000'000U);
}

TEST(WaitPoint, spinningEndsByANoticeAndByTime) {
  WaitPoint point;
  const auto seen = point.look();
  std::uint64_t start = monotonicNs();
  EXPECT_FALSE(point.spinFor(seen, 2'000'000));
  EXPECT_GE(monotonicNs() - start, 2'000'000U);
  start = monotonicNs();
  point.notifyAll();
  EXPECT_TRUE(point.spinFor(seen, 60'000'000'000));
  EXPECT_LT(monotonicNs() - start, 30'000'000'000U);
}

TEST(WaitPoint, oneNoticeWakesAllWhoWait) {
  WaitPoint point;
  std::atomic<bool> there{false};
  std::vector<std::thread> waiters;
  for (int i = 0; i < 4; ++i) {
    waiters.emplace_back([&] {
      while (true) {
        const auto seen = point.look();
        if (there.load()) return;
        point.waitFor(seen, 60'000'000'000);
      }
    });
  }
  there.store(true);
  point.notifyAll();
  for (auto& waiter : waiters) waiter.join();
}

}  // namespace
}  // namespace parquet_flow
