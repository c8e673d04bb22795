// How the ring touches memory that two threads share, as a policy: StdAtomics is the real one, and
// a model checker's has the same members, so that it checks the very code that ships.
//
// Who may write what, and which edges order it. P = the producer's thread, W = the worker,
// C = whoever closes, R = anyone who reads.
//
//   kPublish   P  written.store(release)     records below written are complete
//              W  written.load(acquire)      ... so W may read them
//   kRelease   W  read.store(release)        W is done with the bytes below read
//              P  read.load(acquire)         ... so P may overwrite them
//   kCallEnd   P  inCall.store(release)      the call has published and counted
//              C  inCall.load(acquire)       ... so C sees its final position and counters
//   kDurable   W  durableAttempt.store(release)   files hold every attempt up to it
//              R  durableAttempt.load(acquire)    ... so R may look at what W did before
//   kAnchor    W  each field of the anchor, then anchorSequence, store(release)
//              R  anchorSequence, then each field, load(acquire)
//                 ... so a field of a later anchor brings its odd sequence with it
//
//   Closing is a pair of store-then-load, where each side must see the other's store or have its
//   own seen: P stores inCall, then loads state; C stores state, then loads inCall. Both need a
//   full barrier between. P's is a compiler barrier only (lightFence), because C's is membarrier(2)
//   (heavyFence), which runs one on every core that runs a thread of this process.
//
// A thread that reads what it alone writes needs no edge: relaxed. So do the counters: each is
// exact by itself at any time, and all of them together once C has passed kCallEnd.
//
// Weakening kPublish or kRelease stays hidden on x86, whose hardware orders them anyway; on ARM the
// producer would overwrite bytes still being read.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "ring/inline_copy.hpp"
#include "ring/layout.hpp"

namespace parquet_flow::ring {

static_assert(std::endian::native == std::endian::little, "writeHead packs its fields");

enum class Edge : std::uint8_t { kPublish, kRelease, kCallEnd, kDurable, kAnchor };

struct StdAtomics {
  template <class T>
  class Atomic {
   public:
    Atomic() noexcept = default;
    explicit Atomic(T value) noexcept : value_(value) {}

    [[nodiscard]] T loadRelaxed() const noexcept { return value_.load(std::memory_order_relaxed); }
    [[nodiscard]] T loadAcquire(Edge /*edge*/) const noexcept {
      return value_.load(std::memory_order_acquire);
    }
    void storeRelaxed(T value) noexcept { value_.store(value, std::memory_order_relaxed); }
    void storeRelease(T value, Edge /*edge*/) noexcept {
      value_.store(value, std::memory_order_release);
    }

   private:
    static_assert(std::atomic<T>::is_always_lock_free, "other processes map these");
    std::atomic<T> value_{};
  };

  // A place in the data; anything up to a record's length further on is contiguous.
  using Location = std::byte*;
  using Pointer = void*;                       // what a reservation hands out
  using Payload = std::span<const std::byte>;  // what the worker sees

  [[nodiscard]] static Location at(Location base, std::uint64_t offset) noexcept {
    return base + offset;
  }
  [[nodiscard]] static Pointer pointer(Location location) noexcept { return location; }
  [[nodiscard]] static Payload payload(Location location, std::size_t bytes) noexcept {
    return {location, bytes};
  }
  static void writeHead(Location to, const RecordHead& head) noexcept {
    // As words, because parts put together in memory would be loaded before they have been stored.
    storeWord(to, head.bytes | static_cast<std::uint64_t>(head.kind) << 32 |
                      static_cast<std::uint64_t>(head.base) << 48);
    storeWord(to + 8, head.time);
    storeWord(to + 16, head.attempt);
  }
  [[nodiscard]] static RecordHead readHead(Location from) noexcept {
    RecordHead head;
    std::memcpy(&head, from, sizeof head);
    return head;
  }
  // In line, for at most kInlineCopyBytesMax bytes.
  [[gnu::always_inline]] static void copyShort(Location to, const void* from,
                                               std::size_t bytes) noexcept {
    inlineCopy(to, static_cast<const std::byte*>(from), bytes);
  }
  static void copyLong(Location to, const void* from, std::size_t bytes) noexcept {
    std::memcpy(to, from, bytes);
  }

  // Has the first KiB of `bytes` bytes come into the cache, for reading. Says nothing about order.
  [[gnu::always_inline]] static void prefetch(Location from, std::uint64_t bytes) noexcept {
    constexpr std::uint64_t kMost = 1024;
    constexpr std::uint64_t kLineBytes = 64;
    for (std::uint64_t at = 0; at < bytes && at < kMost; at += kLineBytes) {
      __builtin_prefetch(from + at);
    }
  }

  static void lightFence() noexcept { std::atomic_signal_fence(std::memory_order_seq_cst); }
  // A full barrier in every running thread of the process. False when the kernel refuses; then
  // there was one in this thread only. A system call, some microseconds.
  static bool heavyFence() noexcept;
  // What a waiting closer does between two looks: sleeps 50 us.
  static void pause() noexcept;

 private:
  [[gnu::always_inline]] static void storeWord(std::byte* to, std::uint64_t word) noexcept {
    std::memcpy(to, &word, sizeof word);
  }
};

}  // namespace parquet_flow::ring
