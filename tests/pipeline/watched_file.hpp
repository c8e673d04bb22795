// Outputs that are slow, or wait for something.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "feed.hpp"
#include "io/file.hpp"

namespace parquet_flow::pipeline::test {

// Calls something before each write of more than a footer's or magic's few bytes.
class WatchedFile final : public io::OutputFile {
 public:
  WatchedFile(std::string& bytes, std::function<void()> beforeWrite)
      : below_(bytes), beforeWrite_(std::move(beforeWrite)) {}
  using io::OutputFile::write;
  Result<void> write(std::span<const ConstBytes> parts) override {
    if (writes_++ != 0) beforeWrite_();
    return below_.write(parts);
  }
  Result<void> sync() override { return {}; }
  Result<void> truncate(std::uint64_t bytes) override { return below_.truncate(bytes); }
  Result<void> close() override { return {}; }
  [[nodiscard]] std::uint64_t position() const noexcept override { return below_.position(); }
  [[nodiscard]] std::string_view name() const noexcept override { return "<watched>"; }

 private:
  KeptFile below_;
  std::function<void()> beforeWrite_;
  int writes_ = 0;
};

// A write that waits to be let through. No lock: who has one while it calls a pipeline has it
// before the pipeline's own, and the writer behind it, which TSan takes for a deadlock to come.
struct Gate {
  ~Gate() { open(); }
  std::function<void()> waiting() {
    return [this] {
      isReached = true;
      isOpen.wait(false);
    };
  }
  void awaitWriter() const {
    while (!isReached) std::this_thread::yield();
  }
  void open() {
    isOpen = true;
    isOpen.notify_all();
  }
  std::atomic<bool> isOpen{false};
  std::atomic<bool> isReached{false};
};

// Whether what hangs does not.
template <class T>
[[nodiscard]] bool isDone(const std::future<T>& call) {
  return call.wait_for(std::chrono::minutes(5)) == std::future_status::ready;
}

// The same of a condition that no one tells of.
template <class IsSo>
[[nodiscard]] bool comesTrue(IsSo&& isSo) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(5);
  while (!isSo()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace parquet_flow::pipeline::test
