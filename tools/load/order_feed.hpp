// A made feed of order events, each a C struct of 64 bytes, for a sink of the `struct` shape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "parquet_flow.h"

namespace parquet_flow::load {

struct OrderRecord {
  std::int64_t timeNs;     // since 1970 UTC
  std::uint64_t sequence;  // 0, 1, 2, ...
  std::uint64_t orderId;
  std::int64_t price;       // in 1/10 000; kNoPrice for a market order
  char symbol[8];           // padded with NULs
  char account[8];          // the same; empty: none
  std::uint32_t quantity;   // of the order
  std::uint32_t filled;     // of it so far, 0 .. quantity
  std::uint16_t venue;      // 0 .. 15
  std::uint16_t flags;      // bit 0 hidden, bit 1 post only, bit 2 reduce only
  char side;                // B buy, S sell
  char event;               // N new, F fill, C cancel, R replace
  char timeInForce;         // D day, I immediate or cancel, G good till cancelled
  std::uint8_t isPriority;  // 0, 1

  static constexpr std::int64_t kNoPrice = INT64_MIN;
};
static_assert(sizeof(OrderRecord) == 64);

// The columns of an OrderRecord, as pf_sink_options_t::struct_columns takes them. Static storage.
[[nodiscard]] std::span<const pf_struct_column_t> orderColumns() noexcept;

// Event i is a pure function of (seed, start, rate, i): it happens at start + i / rate.
class OrderFeed {
 public:
  //   startNs        since 1970 UTC.
  //   ratePerSecond  events a second of the feed's own time, 1 .. 10^9.
  OrderFeed(std::uint64_t seed, std::int64_t startNs, std::uint64_t ratePerSecond) noexcept;

  // Threads: any, together. Cost: some 20 ns; allocates nothing.
  [[nodiscard]] OrderRecord recordAt(std::uint64_t i) const noexcept;

 private:
  std::uint64_t key_;
  std::int64_t startNs_;
  std::uint64_t ratePerSecond_;
};

}  // namespace parquet_flow::load
