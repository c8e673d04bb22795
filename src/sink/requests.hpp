// What callers ask of the worker, and how they hear that it is done.
//
// A request has a number. The worker takes all that are there at once, does what they ask, and has
// their highest number go along with a row group; the output answers all up to it.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>

#include "base/status.hpp"
#include "base/thread.hpp"

namespace parquet_flow::sink {

class Requests {
 public:
  // --- callers, any thread -------------------------------------------------------------------

  // One request, until it is answered or its caller stops waiting.
  class Ticket {
   public:
    Ticket(Requests& requests, bool publish);
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket();

    [[nodiscard]] bool answered() const noexcept {
      return answered_.load(std::memory_order_acquire);
    }
    // Once answered.
    [[nodiscard]] Result<void> result() const;

   private:
    friend class Requests;
    Requests& requests_;
    std::uint64_t number_ = 0;
    std::optional<Error> error_;
    std::atomic<bool> answered_{false};
  };

  // No more producers, no more records: drain, write the ledger, publish.
  void finish() noexcept { finish_.store(true, std::memory_order_release); }
  // Neither drain nor wait for an output that fails.
  void abandon() noexcept { abandon_.store(true, std::memory_order_release); }
  [[nodiscard]] bool finished() const noexcept { return finished_.load(std::memory_order_acquire); }
  // Once finished: what went wrong with what was not answered before.
  [[nodiscard]] std::optional<Error> lastError() const;
  // Changes with each answer, and when finished() comes true.
  [[nodiscard]] WaitPoint& answers() noexcept { return answers_; }

  // --- the worker ----------------------------------------------------------------------------

  struct Asked {
    std::uint64_t number = 0;  // of the last one; 0: nothing new
    bool publish = false;
  };
  [[nodiscard]] Asked take();
  [[nodiscard]] bool isFinishing() const noexcept {
    return finish_.load(std::memory_order_acquire);
  }
  [[nodiscard]] bool isAbandoned() const noexcept {
    return abandon_.load(std::memory_order_acquire);
  }

  // --- the output ----------------------------------------------------------------------------

  void answer(std::uint64_t number, const std::optional<Error>& error) noexcept;
  // Nobody is answered any more.
  void setFinished(const std::optional<Error>& error) noexcept;

 private:
  mutable std::mutex mutex_;
  std::list<Ticket*> waiting_;
  std::uint64_t asked_ = 0;
  std::uint64_t taken_ = 0;
  bool publish_ = false;
  std::optional<Error> lastError_;
  std::atomic<bool> isAsked_{false};  // there is something to take
  std::atomic<bool> finish_{false};
  std::atomic<bool> abandon_{false};
  std::atomic<bool> finished_{false};
  WaitPoint answers_;
};

}  // namespace parquet_flow::sink
