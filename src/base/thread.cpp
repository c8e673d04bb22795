#include "base/thread.hpp"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>

namespace parquet_flow {
namespace {

static_assert(sizeof(pthread_t) == sizeof(std::uintptr_t));

constexpr std::uint64_t kNsPerSecond = 1'000'000'000;

void relax() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// A cpu_set_t of any number of CPUs.
class CpuSet {
 public:
  CpuSet() noexcept { CPU_ZERO_S(sizeof sets_, sets_); }
  void add(std::uint32_t cpu) noexcept { CPU_SET_S(cpu, sizeof sets_, sets_); }
  void addAll() noexcept {
    for (std::uint32_t cpu = 0; cpu < kCpus; ++cpu) add(cpu);
  }
  void remove(const CpuSet& other) noexcept {
    for (std::uint32_t cpu = 0; cpu < kCpus; ++cpu) {
      if (CPU_ISSET_S(cpu, sizeof sets_, other.sets_)) CPU_CLR_S(cpu, sizeof sets_, sets_);
    }
  }
  [[nodiscard]] bool isAs(const CpuSet& other) const noexcept {
    return CPU_EQUAL_S(sizeof sets_, sets_, other.sets_);
  }
  [[nodiscard]] int count() const noexcept { return CPU_COUNT_S(sizeof sets_, sets_); }
  [[nodiscard]] bool readFrom(pid_t thread) noexcept {
    return sched_getaffinity(thread, sizeof sets_, sets_) == 0;
  }
  [[nodiscard]] int applyTo(pthread_attr_t* attributes) const noexcept {
    return pthread_attr_setaffinity_np(attributes, sizeof sets_, sets_);
  }
  static constexpr std::uint32_t kCpus = 8 * CPU_SETSIZE;

 private:
  cpu_set_t sets_[8];
};

// The CPUs of a thread for which none were named; false: the caller's, which it inherits. The
// process's mask is its main thread's. A caller pinned to one core (a feed thread) keeps it for
// itself; where that leaves nothing, because the main thread is that thread, any other core that
// the kernel allows will do.
bool chooseCpus(CpuSet* cpus, bool* anyOther) noexcept {
  CpuSet caller;
  *anyOther = false;
  if (!cpus->readFrom(getpid()) || !caller.readFrom(0)) return false;
  if (caller.count() != 1) return !caller.isAs(*cpus);
  cpus->remove(caller);
  if (cpus->count() != 0) return true;
  cpus->addAll();
  cpus->remove(caller);
  *anyOther = true;
  return true;
}

class Attributes {
 public:
  Attributes() noexcept { pthread_attr_init(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { pthread_attr_destroy(&attributes_); }

  // Nothing where it would inherit that: what is set, its creator sets, and it waits for that,
  // 50 us of both on a virtual machine.
  void setOrdinaryPriority() noexcept {
    if (sched_getscheduler(0) == SCHED_OTHER) return;
    const sched_param zero{};
    pthread_attr_setinheritsched(&attributes_, PTHREAD_EXPLICIT_SCHED);
    pthread_attr_setschedpolicy(&attributes_, SCHED_OTHER);
    pthread_attr_setschedparam(&attributes_, &zero);
  }
  [[nodiscard]] pthread_attr_t* get() noexcept { return &attributes_; }

 private:
  pthread_attr_t attributes_;
};

// A ninth of the share that others have of a core.
constexpr int kNiceGivingWay = 10;

struct Start {
  Thread::Function function;
  void* argument;
  char name[16];
  bool givesWay;
};

void* run(void* raw) {
  const std::unique_ptr<Start> start(static_cast<Start*>(raw));
  pthread_setname_np(pthread_self(), start->name);
  // Of this thread alone, on Linux; to go down needs no permission.
  if (start->givesWay) static_cast<void>(setpriority(PRIO_PROCESS, 0, kNiceGivingWay));
  start->function(start->argument);
  return nullptr;
}

// Signals are blocked around the creation, because the new thread begins with its creator's mask.
int createBlocked(pthread_t* handle, pthread_attr_t* attributes, Start* start) noexcept {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int error = pthread_create(handle, attributes, run, start);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return error;
}

}  // namespace

Result<Thread> Thread::start(const ThreadOptions& options, Function function, void* argument) {
  std::unique_ptr<Start> start(new (std::nothrow) Start{function, argument, {}, options.givesWay});
  if (start == nullptr) return fail(ErrorCode::kOutOfMemory, "starting a thread");
  options.name.copy(start->name, sizeof start->name - 1);

  Attributes attributes;
  attributes.setOrdinaryPriority();
  CpuSet cpus;
  bool anyOther = false;
  for (const std::uint32_t cpu : options.cpus) {
    if (cpu >= CpuSet::kCpus) {
      return fail(ErrorCode::kInvalidArgument, "there is no CPU " + std::to_string(cpu));
    }
    cpus.add(cpu);
  }
  const bool hasCpus = !options.cpus.empty() || chooseCpus(&cpus, &anyOther);
  // A thread that cannot be bound runs where it is put.
  if (hasCpus) static_cast<void>(cpus.applyTo(attributes.get()));

  pthread_t handle{};
  int error = createBlocked(&handle, attributes.get(), start.get());
  if (error == EINVAL && anyOther) {
    // No other core exists or is allowed: then the caller's has to do.
    Attributes unbound;
    unbound.setOrdinaryPriority();
    error = createBlocked(&handle, unbound.get(), start.get());
  }
  if (error == EINVAL && !options.cpus.empty()) {
    return fail(ErrorCode::kInvalidArgument, "none of the given CPUs may be used");
  }
  if (error != 0) return fail(systemError(error, "starting a thread"));
  static_cast<void>(start.release());  // NOLINT(bugprone-unused-return-value): the thread's now
  Thread thread;
  thread.handle_ = handle;
  thread.running_ = true;
  return thread;
}

void Thread::join() noexcept {
  if (!running_) return;
  pthread_join(static_cast<pthread_t>(handle_), nullptr);
  running_ = false;
}

std::uint32_t affinityCpus() noexcept {
  CpuSet cpus;
  return cpus.readFrom(getpid()) ? static_cast<std::uint32_t>(cpus.count()) : 1;
}

void WaitPoint::waitFor(std::uint32_t seen, std::uint64_t ns) noexcept {
  timespec timeout{};
  timeout.tv_sec = static_cast<time_t>(ns / kNsPerSecond);
  timeout.tv_nsec = static_cast<long>(ns % kNsPerSecond);
  // Either the notifier sees this waiter, or the kernel sees the notifier's word: both sides are
  // sequentially consistent.
  waiters_.fetch_add(1, std::memory_order_seq_cst);
  syscall(SYS_futex, &word_, FUTEX_WAIT_PRIVATE, seen, &timeout, nullptr, 0);
  waiters_.fetch_sub(1, std::memory_order_seq_cst);
}

bool WaitPoint::spinFor(std::uint32_t seen, std::uint64_t ns) const noexcept {
  constexpr int kLooksPerClock = 32;
  const std::uint64_t end = monotonicNs() + ns;
  do {
    for (int i = 0; i < kLooksPerClock; ++i) {
      if (look() != seen) return true;
      relax();
    }
  } while (monotonicNs() < end);
  return false;
}

void WaitPoint::notifyAll() noexcept {
  word_.fetch_add(1, std::memory_order_seq_cst);
  if (waiters_.load(std::memory_order_seq_cst) == 0) return;
  syscall(SYS_futex, &word_, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

std::uint64_t monotonicNs() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * kNsPerSecond +
         static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace parquet_flow
