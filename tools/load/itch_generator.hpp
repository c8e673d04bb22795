// Made ITCH messages, for where no recorded file is at hand: message i is a pure function of (seed,
// i), so any number of threads can share a feed out without meeting.
//
// A feed begins as a day does: start of messages, the directory and the trading state of each
// stock, start of system and market hours. From there on types come in about the shares of a busy
// day; executions, cancels, deletes and replacements name an order that was added before, with its
// stock and within its shares.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "load/itch_spec.hpp"

namespace parquet_flow::load {

class ItchGenerator {
 public:
  static constexpr std::uint64_t kStocks = 512;
  // The opening of the day: two messages a stock, start of messages, of system hours and of market
  // hours, and the circuit breaker's levels.
  static constexpr std::uint64_t kOpeningMessages = 2 * kStocks + 4;

  explicit ItchGenerator(std::uint64_t seed) noexcept;

  // Writes message i and returns it: the part of `out` that it fills.
  // Threads: any, together. Cost: some 150 ns; allocates nothing.
  [[nodiscard]] std::span<const std::uint8_t> messageAt(
      std::uint64_t i, std::span<std::uint8_t, kItchMessageBytesMax> out) const noexcept;

 private:
  struct Order;

  [[nodiscard]] std::uint8_t typeAt(std::uint64_t i) const noexcept;
  [[nodiscard]] std::uint64_t locateAt(std::uint64_t i) const noexcept;
  [[nodiscard]] std::uint64_t timestampAt(std::uint64_t i) const noexcept;
  [[nodiscard]] Order orderAt(std::uint64_t i) const noexcept;
  // The position of the message, of one of the types, that message i refers to: some way back from
  // i; the first one behind the opening where there is none.
  [[nodiscard]] std::uint64_t positionBefore(std::uint64_t i,
                                             std::string_view types) const noexcept;
  [[nodiscard]] std::uint64_t numberFor(ItchColumn column, std::uint64_t i,
                                        const Order& order) const noexcept;
  void writeText(ItchColumn column, std::uint64_t i, const Order& order,
                 std::span<std::uint8_t> out) const noexcept;

  std::uint64_t key_;
};

}  // namespace parquet_flow::load
