// One producer's ring: one thread writes records, one reads them, neither waits for the other.
//
// The parts: layout.hpp says what the memory looks like, mapping.hpp gets it, atomics.hpp says who
// may write what and which edges order it, producer.hpp and consumer.hpp are the two ends. They are
// templates over the atomics, so that a model checker runs this very code.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.hpp"
#include "ring/atomics.hpp"
#include "ring/consumer.hpp"
#include "ring/layout.hpp"
#include "ring/mapping.hpp"
#include "ring/producer.hpp"

namespace parquet_flow::ring {

using Header = HeaderOf<StdAtomics>;
using RingView = RingViewOf<StdAtomics>;
using Producer = ProducerOf<StdAtomics>;
using Consumer = ConsumerOf<StdAtomics>;
using RecordView = RecordViewOf<StdAtomics>;

struct RingOptions {
  std::string_view name = {};  // of the producer, at most kNameBytesMax bytes
  std::uint64_t capacity = std::uint64_t{8} << 20;
  // The largest payload; 0 takes recordBytesLimit(capacity), which is also the most there may be.
  std::uint32_t recordBytesMax = 0;
  HugePages hugePages = HugePages::kOff;
  bool lockInMemory = false;
};

// Owns the memory; the two ends borrow it.
class Ring {
 public:
  // Also registers the process for the barrier that closing needs; where the kernel has none, the
  // CloseOutcome says so.
  // Fails as Mapping::open does, and with kInvalidArgument for a name or record size out of range.
  [[nodiscard]] static Result<Ring> open(const RingOptions& options);

  [[nodiscard]] const RingView& view() const noexcept { return view_; }
  [[nodiscard]] Header& header() const noexcept { return *view_.header; }
  [[nodiscard]] const Mapping& mapping() const noexcept { return mapping_; }

 private:
  Ring(Mapping mapping, RingView view) noexcept : mapping_(std::move(mapping)), view_(view) {}

  Mapping mapping_;
  RingView view_;
};

}  // namespace parquet_flow::ring
