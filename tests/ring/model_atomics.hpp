// The atomics policy that the Relacy model checker runs the ring with: rl::atomic for what two
// threads access, one rl::var for each 8 bytes of data, so that an access that no edge orders is a
// data race.
//
// Any one edge can be weakened, to see that the checker would notice: a model that passes with a
// release store gone checks nothing.
//
// Include the ring before this file: Relacy defines macros over words of the standard library.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "ring/atomics.hpp"
#include "ring/consumer.hpp"
#include "ring/layout.hpp"
#include "ring/producer.hpp"

#include <relacy/relacy.hpp>

namespace parquet_flow::ring {

enum class Weakened : std::uint8_t { kNothing, kStore, kLoad, kLightFence, kHeavyFence };

struct ModelAtomics {
  // What the current run weakens; the edge counts for kStore and kLoad.
  static inline Weakened weakened = Weakened::kNothing;
  static inline Edge weakenedEdge = Edge::kPublish;

  static bool isWeakened(Weakened side, Edge edge) {
    return weakened == side && weakenedEdge == edge;
  }

  template <class T>
  class Atomic {
   public:
    Atomic() : value_(0) {}
    explicit Atomic(T value) : value_(static_cast<std::uint64_t>(value)) {}

    T loadRelaxed() const { return load(rl::mo_relaxed); }
    T loadAcquire(Edge edge) const {
      return load(isWeakened(Weakened::kLoad, edge) ? rl::mo_relaxed : rl::mo_acquire);
    }
    void storeRelaxed(T value) { store(value, rl::mo_relaxed); }
    void storeRelease(T value, Edge edge) {
      store(value, isWeakened(Weakened::kStore, edge) ? rl::mo_relaxed : rl::mo_release);
    }

   private:
    T load(rl::memory_order order) const { return static_cast<T>(value_.load(order, RL_INFO)); }
    void store(T value, rl::memory_order order) {
      value_.store(static_cast<std::uint64_t>(value), order, RL_INFO);
    }
    rl::atomic<std::uint64_t> value_;
  };

  using Word = rl::var<std::uint64_t>;
  struct Location {
    Word* words = nullptr;
    std::size_t count = 0;
    std::size_t index = 0;

    // The mirror: what runs over the end goes on at the start.
    Word& operator[](std::size_t i) const { return words[(index + i) % count]; }
  };
  using Pointer = Location;
  struct Payload {
    Location location;
    std::size_t bytes = 0;
  };

  static Location at(Location base, std::uint64_t offset) {
    base.index += offset / sizeof(std::uint64_t);
    return base;
  }
  static Pointer pointer(Location location) { return location; }
  static Payload payload(Location location, std::size_t bytes) { return {location, bytes}; }

  static void writeHead(Location to, const RecordHead& head) {
    std::array<std::uint64_t, 3> words{};
    std::memcpy(words.data(), &head, sizeof head);
    for (std::size_t i = 0; i < words.size(); ++i) to[i](RL_INFO) = words[i];
  }
  static RecordHead readHead(Location from) {
    std::array<std::uint64_t, 3> words{};
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = from[i](RL_INFO);
    RecordHead head;
    std::memcpy(&head, words.data(), sizeof head);
    return head;
  }
  static void copyShort(Location to, const void* from, std::size_t bytes) {
    const auto* source = static_cast<const std::byte*>(from);
    for (std::size_t i = 0; i * sizeof(std::uint64_t) < bytes; ++i) {
      std::uint64_t word = 0;
      std::memcpy(&word, source + i * sizeof word, sizeof word);
      to[i](RL_INFO) = word;
    }
  }
  static void copyLong(Location to, const void* from, std::size_t bytes) {
    copyShort(to, from, bytes);
  }
  static void prefetch(Location /*from*/, std::uint64_t /*bytes*/) {}

  // membarrier(2) makes the closer's barrier one of the producer's too, at whatever point its
  // thread is; a fence on both sides is the weaker of what that can do.
  static void lightFence() {
    if (weakened != Weakened::kLightFence) rl::atomic_thread_fence(rl::mo_seq_cst, RL_INFO);
  }
  static bool heavyFence() {
    if (weakened != Weakened::kHeavyFence) rl::atomic_thread_fence(rl::mo_seq_cst, RL_INFO);
    return true;
  }
  static void pause() { rl::yield(1, RL_INFO); }
};

}  // namespace parquet_flow::ring
