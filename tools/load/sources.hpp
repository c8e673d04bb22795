// What producers hand over: one source for each producing thread, made by a factory, so that N
// threads share a feed out without meeting. Record k of producer p of n is record k * n + p of the
// feed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "contact/contact.hpp"
#include "load/itch_file.hpp"
#include "load/order_feed.hpp"

namespace parquet_flow::load {

class RecordSource {
 public:
  RecordSource() = default;
  RecordSource(const RecordSource&) = delete;
  RecordSource& operator=(const RecordSource&) = delete;
  virtual ~RecordSource() = default;

  // The next record's payload, valid until the next call; empty when there are no more. Allocates
  // nothing.
  [[nodiscard]] virtual std::span<const std::uint8_t> next() noexcept = 0;
};

// Makes the source of producer `producer` of `producers`. What it was made with outlives the
// sources.
using SourceFactory =
    std::function<std::unique_ptr<RecordSource>(std::uint32_t producer, std::uint32_t producers)>;

// Contacts 0, 1, 2, ... without end, as contact/payload.hpp encodes them.
[[nodiscard]] SourceFactory contactSource(const contact::ContactOptions& options);
// The messages of `file`, `loops` times over.
[[nodiscard]] SourceFactory itchReplaySource(const ItchFile& file, std::uint64_t loops);
// Made ITCH messages without end.
[[nodiscard]] SourceFactory itchSource(std::uint64_t seed);
// OrderRecords without end.
[[nodiscard]] SourceFactory orderSource(const OrderFeed& feed);

}  // namespace parquet_flow::load
