#include "write/choice_chain.hpp"

namespace parquet_flow::write {
namespace {

// Only a bound: whoever gives wakes whoever waits.
constexpr std::uint64_t kWaitNs = 100'000'000;

}  // namespace

std::optional<ChoiceHistory> ChoiceChain::take(std::uint64_t ordinal) {
  while (true) {
    const std::uint32_t seen = changes_.look();
    {
      const std::lock_guard lock(mutex_);
      if (isBroken_) return std::nullopt;
      if (next_ == ordinal) return last_;
    }
    changes_.waitFor(seen, kWaitNs);
  }
}

void ChoiceChain::give(std::uint64_t ordinal, const ChoiceHistory& history) {
  {
    const std::lock_guard lock(mutex_);
    if (ordinal != next_) {
      ahead_.emplace(ordinal, history);
      return;
    }
    last_ = history;
    ++next_;
    for (auto first = ahead_.begin(); first != ahead_.end() && first->first == next_; ++next_) {
      last_ = first->second;
      first = ahead_.erase(first);
    }
  }
  changes_.notifyAll();
}

void ChoiceChain::breakOff() noexcept {
  {
    const std::lock_guard lock(mutex_);
    isBroken_ = true;
  }
  changes_.notifyAll();
}

}  // namespace parquet_flow::write
