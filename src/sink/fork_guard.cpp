#include "sink/fork_guard.hpp"

#include <algorithm>
#include <mutex>
#include <vector>

#include "base/process.hpp"
#include "sink/core.hpp"

namespace parquet_flow::sink {
namespace {

// Never destroyed: threads may end, and the process may fork, after static destructors have run.
struct LiveSinks {
  std::mutex mutex;
  std::vector<Core*> cores;
  bool handlersRegistered = false;
};

LiveSinks& liveSinks() {
  static auto* const sinks = new LiveSinks;
  return *sinks;
}

bool isThere(const LiveSinks& sinks, std::uint64_t id) noexcept {
  return std::any_of(sinks.cores.begin(), sinks.cores.end(),
                     [id](const Core* core) { return core->id() == id; });
}

// The locks are held across the fork, so that the child finds whole lists, and no lock whose holder
// does not exist.
void beforeFork() {
  LiveSinks& sinks = liveSinks();
  sinks.mutex.lock();
  for (Core* core : sinks.cores) core->beforeFork();
}

void afterForkInParent() {
  LiveSinks& sinks = liveSinks();
  for (Core* core : sinks.cores) core->afterForkInParent();
  sinks.mutex.unlock();
}

void afterForkInChild() {
  LiveSinks& sinks = liveSinks();
  for (Core* core : sinks.cores) core->afterForkInChild();
  sinks.mutex.unlock();
}

}  // namespace

Result<void> addSink(Core* core) {
  LiveSinks& sinks = liveSinks();
  const std::lock_guard lock(sinks.mutex);
  if (!sinks.handlersRegistered) {
    PF_TRY(registerForkHandlers(beforeFork, afterForkInParent, afterForkInChild));
    sinks.handlersRegistered = true;
  }
  sinks.cores.push_back(core);
  return {};
}

void removeSink(Core* core) noexcept {
  LiveSinks& sinks = liveSinks();
  const std::lock_guard lock(sinks.mutex);
  std::erase(sinks.cores, core);
}

bool isSinkThere(std::uint64_t sinkId) noexcept {
  LiveSinks& sinks = liveSinks();
  const std::lock_guard lock(sinks.mutex);
  return isThere(sinks, sinkId);
}

void releaseIn(std::uint64_t sinkId, Producer* producer) noexcept {
  LiveSinks& sinks = liveSinks();
  const std::lock_guard lock(sinks.mutex);
  if (isThere(sinks, sinkId)) producer->release();
}

}  // namespace parquet_flow::sink
