#include "pf/interrupts.hpp"

#include <atomic>
#include <csignal>

namespace parquet_flow::pf {
namespace {

std::atomic<int> caughtSignal{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may touch no other");

void onSignal(int signal) { caughtSignal.store(signal); }

}  // namespace

void catchInterrupts() {
  struct sigaction action{};
  action.sa_handler = onSignal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

int caughtInterrupt() noexcept { return caughtSignal.load(); }

}  // namespace parquet_flow::pf
