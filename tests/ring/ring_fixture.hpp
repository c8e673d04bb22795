// Small rings for the tests, and the two things every one of them does: hand a string over, take
// all that is there.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ring/ring.hpp"

namespace parquet_flow::ring {

inline std::uint64_t pageBytes() { return static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)); }

struct Taken {
  std::string payload;
  std::uint64_t time;
  std::uint64_t attempt;
  RecordKind kind;
  TimeBase base;
};

// A ring, both its ends, and no threads. Policy: StdAtomics or one derived from it.
template <class Policy>
struct RingEnds {
  explicit RingEnds(RingOptions options = {},
                    ProducerOptions producerOptions = {.stamp = TimeBase::kTicks})
      : ring(openOrFail(options)),
        view{reinterpret_cast<HeaderOf<Policy>*>(ring->view().header), ring->view().data,
             ring->view().capacity, ring->view().recordBytesMax},
        producer(view, producerOptions),
        consumer(view) {}

  static std::unique_ptr<Ring> openOrFail(RingOptions options) {
    if (options.capacity == RingOptions{}.capacity) options.capacity = pageBytes();
    auto opened = Ring::open(options);
    if (!opened) {
      ADD_FAILURE() << opened.error().message();
      std::abort();
    }
    return std::make_unique<Ring>(std::move(*opened));
  }

  // Not inlined, as the C function is not: the size is known at run time only.
  [[gnu::noinline]] RecordResult put(std::string_view payload) {
    return producer.tryRecord(payload.data(), payload.size());
  }
  std::uint64_t capacity() const { return view.capacity; }
  Counters counters() const { return readCounters(*view.header); }

  // One whole pass: what is there, in order, and its bytes given back.
  std::vector<Taken> takeAll() {
    std::vector<Taken> taken;
    consumer.refresh();
    RecordViewOf<Policy> record;
    NextRecord found = consumer.next(&record);
    for (; found == NextRecord::kRecord; found = consumer.next(&record)) {
      taken.push_back(
          {std::string(reinterpret_cast<const char*>(record.payload.data()), record.payload.size()),
           record.time, record.attempt, record.kind, record.base});
    }
    EXPECT_EQ(found, NextRecord::kNone);
    consumer.release(consumer.cursor());
    return taken;
  }

  std::unique_ptr<Ring> ring;
  RingViewOf<Policy> view;
  ProducerOf<Policy> producer;
  ConsumerOf<Policy> consumer;
};

using Ends = RingEnds<StdAtomics>;

}  // namespace parquet_flow::ring
