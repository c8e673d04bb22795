// Sinks and the forks of their process.
//
// The child of a fork has neither our threads nor the rings' memory, and its descriptors are the
// parent's. There every producer is marked dead, so that recording says "closed" and touches
// nothing that is not there; closing and destroying a sink only free memory.
#pragma once

#include <cstdint>

#include "base/status.hpp"

namespace parquet_flow::sink {

class Core;
class Producer;

// What every call on the parent's sink gets in the child, but for those that record and that free.
[[nodiscard]] inline Error parentsSink() {
  return {ErrorCode::kNotOpen, "the sink is the parent process's"};
}
// Keeps `core` informed of forks, and reachable for threads that end, until removeSink.
[[nodiscard]] Result<void> addSink(Core* core);
// Nothing on its way to `core` is left when this returns.
void removeSink(Core* core) noexcept;
[[nodiscard]] bool isSinkThere(std::uint64_t sinkId) noexcept;
// Gives the ring back, if the sink of that number still exists.
void releaseIn(std::uint64_t sinkId, Producer* producer) noexcept;

}  // namespace parquet_flow::sink
