// Encodings chosen in the order of the row groups, where these are encoded on several threads.
//
// What a chunk is encoded as may depend on what was chosen for the chunks before it
// (ChoiceHistory). So that a file does not depend on which thread came first, each leaf has a
// chain: a chunk takes the history that the one before it has left, chooses, and leaves its own,
// long before it is whole. A large chunk does not ask for what was before it, and never waits.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "base/thread.hpp"
#include "write/encoding_choice.hpp"

namespace parquet_flow::write {

// Of one leaf of one file. Any number of threads.
class ChoiceChain {
 public:
  // What the chunks in front of number `ordinal`, from 0, have left. Waits until they have;
  // nullopt: the chain was broken. They must be on other threads, which do not wait for this one.
  [[nodiscard]] std::optional<ChoiceHistory> take(std::uint64_t ordinal);
  // Once for each chunk.
  void give(std::uint64_t ordinal, const ChoiceHistory& history);
  // Nobody waits any more: there will be no file.
  void breakOff() noexcept;

 private:
  std::mutex mutex_;
  std::uint64_t next_ = 0;  // the chunk that `last_` is for
  ChoiceHistory last_;
  std::map<std::uint64_t, ChoiceHistory> ahead_;  // of later ones
  bool isBroken_ = false;
  WaitPoint changes_;
};

}  // namespace parquet_flow::write
