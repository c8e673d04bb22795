// One function for each thing that hot_path_test.py must find; it fails unless it finds them all.
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

extern "C" {

std::uint64_t brokenLocked(std::atomic<std::uint64_t>* counter);
void brokenExchange(std::atomic<std::uint64_t>* flag);
void brokenFence();
long brokenSystemCall(long number);
void* brokenAllocation(std::size_t bytes);
void brokenIndirectCall(void (*callback)());
int brokenTailCall();

std::uint64_t brokenLocked(std::atomic<std::uint64_t>* counter) { return counter->fetch_add(1); }
void brokenExchange(std::atomic<std::uint64_t>* flag) { flag->store(1); }
void brokenFence() { __asm__ volatile("mfence" ::: "memory"); }
long brokenSystemCall(long number) {
  long result = 0;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number) : "rcx", "r11", "memory");
  return result;
}
void* brokenAllocation(std::size_t bytes) {
  void* memory = std::malloc(bytes);
  __asm__ volatile("" : : "r"(memory));
  return memory;
}
void brokenIndirectCall(void (*callback)()) {
  callback();
  __asm__ volatile("");
}
int brokenTailCall() { return getpid(); }

}  // extern "C"
