#include "pipeline/encode_threads.hpp"

#include <cerrno>
#include <string>
#include <thread>
#include <utility>

#include "base/contained.hpp"

namespace parquet_flow::pipeline {
namespace {

// A process that is at the limit of its threads stays there for a while; to be refused takes some
// 10 us.
constexpr std::uint64_t kTryAgainNs = 1'000'000'000;

}  // namespace

EncodeThreads::EncodeThreads(EncodeThreadsOptions options) : options_(std::move(options)) {
  const std::uint32_t queues = options_.ownQueues ? options_.threads : 1;
  for (std::uint32_t i = 0; i < queues; ++i) {
    queues_.push_back(std::make_unique<Queue>(options_.tasksMax));
    queues_.back()->token.emplace(queues_.back()->tasks);
  }
}

EncodeThreads::~EncodeThreads() { stop(); }

Result<void> EncodeThreads::start() {
  const std::lock_guard lock(mutex_);
  return startLocked();
}

std::uint32_t EncodeThreads::startSome() noexcept {
  if (running() == options_.threads) return options_.threads;
  const std::lock_guard lock(mutex_);
  if (monotonicNs() < nextTryNs_) return running();
  const auto started = contained([&] { return startLocked(); });
  int error = 0;
  if (!started) {
    nextTryNs_ = monotonicNs() + kTryAgainNs;
    error = started.error().systemError();
    if (error == 0) error = ENOMEM;
  }
  startError_.store(error, std::memory_order_relaxed);
  return running();
}

Result<void> EncodeThreads::startLocked() {
  if (isStopping_) return fail(ErrorCode::kNotOpen, "the threads have been told to end");
  for (const auto& queue : queues_) {
    // One for which there was no memory may not be used.
    if (!queue->token->valid()) queue->token.emplace(queue->tasks);
    if (!queue->token->valid()) return fail(ErrorCode::kOutOfMemory, std::string());
  }
  lanes_.reserve(options_.threads);  // a thread that runs is always in the list
  while (lanes_.size() < options_.threads) {
    auto lane = std::make_unique<Lane>();
    lane->owner = this;
    lane->index = static_cast<std::uint32_t>(lanes_.size());
    lane->queue = queues_[lane->index % queues_.size()].get();
    const std::string name = "pf-encode-" + std::to_string(lane->index);
    auto thread = Thread::start({name, options_.cpus, options_.givesWay}, runLane, lane.get());
    if (!thread) return fail(std::move(thread).error());
    lane->thread = std::move(*thread);
    lanes_.push_back(std::move(lane));
    running_.store(static_cast<std::uint32_t>(lanes_.size()), std::memory_order_relaxed);
  }
  return {};
}

bool EncodeThreads::post(std::uint32_t thread, const Task& task) {
  Queue& queue = *queues_[thread % queues_.size()];
  if (options_.ownQueues) return queue.tasks.enqueue(*queue.token, task);
  const std::lock_guard lock(mutex_);
  return queue.tasks.enqueue(*queue.token, task);
}

void EncodeThreads::runLane(void* raw) noexcept {
  Lane& lane = *static_cast<Lane*>(raw);
  while (true) {
    Task task;
    lane.queue->tasks.wait_dequeue(task);
    if (task.runner == nullptr) return;
    task.runner->run(lane.index, task);
  }
}

void EncodeThreads::beginToStop() noexcept {
  const std::lock_guard lock(mutex_);
  if (std::exchange(isStopping_, true)) return;
  for (const auto& lane : lanes_) {
    // As post: what is begun makes room.
    while (!lane->queue->tasks.enqueue(*lane->queue->token, Task{})) std::this_thread::yield();
  }
}

void EncodeThreads::stop() noexcept {
  beginToStop();
  for (const auto& lane : lanes_) lane->thread.join();
  lanes_.clear();
}

void EncodeThreads::abandon() noexcept {
  // What the threads stood on stays where it is: they are gone in the middle of whatever they did.
  // NOLINTNEXTLINE(bugprone-unused-return-value)
  for (auto& lane : lanes_) static_cast<void>(lane.release());
  lanes_.clear();
}

}  // namespace parquet_flow::pipeline
