// Goal: what a hot thread calls makes no system call and allocates nothing, in the product as it is
// linked into a program.
//
// Method: a child process opens a sink; one of its threads forbids itself every system call but the
// end of the process (seccomp, which kills on any other) and then records some hundred thousand
// times, more than the ring holds, so that refusals are among them. The allocations of that thread
// are counted. That the method sees a system call and an allocation is tried too.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <thread>

#include "capi_fixture.hpp"
#include "support/allocation_counter.hpp"
#include "support/sanitizers.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::test {
namespace {

// From now on this thread can do nothing but end the process.
bool forbidSystemCalls() {
  sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  const sock_fprog program{static_cast<unsigned short>(std::size(rules)), rules};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

// What the child found, in memory that both see.
struct Found {
  uint64_t calls = 0;
  uint64_t accepted = 0;
  uint64_t refused = 0;
  uint64_t allocations = 0;
  bool isForbidden = false;
};

struct Handles {
  pf_sink_t* sink;
  pf_producer_t* producer;
};

using Body = void (*)(const Handles& handles, Found& found);

void count(Found& found, pf_record_result_t result) {
  ++found.calls;
  ++(result == PF_RECORD_OK ? found.accepted : found.refused);
}

// Opens a sink, runs `body` on a thread that may not call the system, and ends.
[[noreturn]] void childMain(const std::string& path, Body body, Found& found) {
  pf_sink_options_t options;
  pf_sink_options_init(&options, sizeof options);
  options.output_path = path.c_str();
  options.ring_bytes = 64 << 10;
  pf_sink_t* sink = nullptr;
  pf_producer_t* producer = nullptr;
  if (pf_sink_open(&options, &sink, nullptr) != PF_STATUS_OK) _exit(2);
  if (pf_sink_add_producer(sink, nullptr, &producer, nullptr) != PF_STATUS_OK) _exit(3);
  std::thread([&] {
    if (pf_sink_prepare_thread(sink, nullptr) != PF_STATUS_OK) _exit(4);
    // What the loader binds at the first call is bound before.
    (void)pf_sink_try_record(sink, "warm", 4);
    found.isForbidden = forbidSystemCalls();
    const AllocationWatch watch;
    body({sink, producer}, found);
    found.allocations = watch.allocations();
    (void)syscall(SYS_exit_group, 0);  // _exit of a sanitizer does more
  }).join();
  _exit(5);
}

class HotPathCalls : public testing::Test {
 protected:
  HotPathCalls()
      : found_(static_cast<Found*>(mmap(nullptr, sizeof(Found), PROT_READ | PROT_WRITE,
                                        MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    *found_ = {};
  }
  void SetUp() override {
    if (kThreadSanitized) GTEST_SKIP() << "what TSan adds to a call makes calls";
  }
  ~HotPathCalls() override { munmap(found_, sizeof(Found)); }

  // The child's wait status.
  int run(Body body) {
    const pid_t child = fork();
    if (child == 0) childMain(directory_.file("x.parquet"), body, *found_);
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(found_->isForbidden);
    return status;
  }
  void expectNothing(Body body) {
    const int status = run(body);
    EXPECT_FALSE(WIFSIGNALED(status))
        << "killed by signal " << WTERMSIG(status) << " in call " << found_->calls;
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_GE(found_->calls, 100'000U);
    EXPECT_GT(found_->accepted, 0U);
    EXPECT_EQ(found_->allocations, 0U);
  }

  TempDirectory directory_;
  Found* found_;
};

constexpr int kRounds = 100'000;
alignas(64) const std::array<char, 1024> kPayload{};

TEST_F(HotPathCalls, tryRecordOfAllSizes) {
  expectNothing([](const Handles& handles, Found& found) {
    for (std::size_t i = 0; i < kRounds; ++i) {
      count(found, pf_try_record(handles.producer, kPayload.data(), 1 + i % kPayload.size()));
    }
  });
  EXPECT_GT(found_->refused, 0U);  // faster than the worker: full rings are among them
}

TEST_F(HotPathCalls, tryRecordAtAndLow) {
  expectNothing([](const Handles& handles, Found& found) {
    for (int i = 0; i < kRounds; ++i) {
      count(found, pf_try_record_at(handles.producer, i, kPayload.data(), 64));
      count(found, pf_try_record_low(handles.producer, kPayload.data(), 64));
    }
  });
}

TEST_F(HotPathCalls, reserveCommitAbort) {
  expectNothing([](const Handles& handles, Found& found) {
    for (int i = 0; i < kRounds; ++i) {
      void* place = nullptr;
      const pf_record_result_t reserved = pf_try_reserve(handles.producer, 100, &place);
      count(found, reserved);
      if (reserved != PF_RECORD_OK) continue;
      std::memset(place, i, 100);
      (void)(i % 3 == 0 ? pf_abort(handles.producer) : pf_commit(handles.producer));
    }
  });
}

TEST_F(HotPathCalls, sinkTryRecord) {
  expectNothing([](const Handles& handles, Found& found) {
    for (int i = 0; i < kRounds; ++i) {
      count(found, pf_sink_try_record(handles.sink, kPayload.data(), 256));
    }
  });
}

// --- the method itself
// -----------------------------------------------------------------------------

TEST_F(HotPathCalls, aSystemCallIsSeen) {
  const int status = run([](const Handles&, Found& found) {
    ++found.calls;
    (void)syscall(SYS_getppid);
  });
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
  EXPECT_EQ(found_->calls, 1U);
}

TEST_F(HotPathCalls, anAllocationIsSeen) {
  run([](const Handles&, Found&) {
    void* volatile memory = std::malloc(16);
    std::free(memory);
  });
  EXPECT_EQ(found_->allocations, 1U);
}

}  // namespace
}  // namespace parquet_flow::test
