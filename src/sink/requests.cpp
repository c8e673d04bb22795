#include "sink/requests.hpp"

#include <utility>

#include "sink/failure.hpp"

namespace parquet_flow::sink {
namespace {

void copy(const std::optional<Error>& from, std::optional<Error>* to) noexcept {
  to->reset();
  if (from) to->emplace(copyOf(*from));
}

}  // namespace

Requests::Ticket::Ticket(Requests& requests, bool publish) : requests_(requests) {
  const std::lock_guard lock(requests_.mutex_);
  requests_.waiting_.push_back(this);
  number_ = ++requests_.asked_;
  requests_.publish_ |= publish;
  requests_.isAsked_.store(true, std::memory_order_release);
}

Requests::Ticket::~Ticket() {
  const std::lock_guard lock(requests_.mutex_);
  requests_.waiting_.remove(this);
}

Result<void> Requests::Ticket::result() const {
  if (error_) return fail(*error_);
  return {};
}

Requests::Asked Requests::take() {
  if (!isAsked_.load(std::memory_order_acquire)) return {};
  const std::lock_guard lock(mutex_);
  isAsked_.store(false, std::memory_order_relaxed);
  if (taken_ == asked_) return {};
  taken_ = asked_;
  return {taken_, std::exchange(publish_, false)};
}

void Requests::answer(std::uint64_t number, const std::optional<Error>& error) noexcept {
  {
    const std::lock_guard lock(mutex_);
    for (Ticket* ticket : waiting_) {
      if (ticket->number_ > number || ticket->answered()) continue;
      copy(error, &ticket->error_);
      ticket->answered_.store(true, std::memory_order_release);
    }
  }
  answers_.notifyAll();
}

std::optional<Error> Requests::lastError() const {
  const std::lock_guard lock(mutex_);
  return lastError_;
}

void Requests::setFinished(const std::optional<Error>& error) noexcept {
  {
    const std::lock_guard lock(mutex_);
    copy(error, &lastError_);
  }
  finished_.store(true, std::memory_order_release);
  answers_.notifyAll();
}

}  // namespace parquet_flow::sink
