// What the values and levels of a page, or of a chunk, are in truth: by comparing each with the
// others, apart from what the writer's statistics are made with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/schema.hpp"
#include "stats/order.hpp"
#include "verify/page_walk.hpp"

namespace parquet_flow::verify {

struct ValueFacts {
  std::uint64_t entries = 0;
  std::uint64_t rows = 0;
  std::uint64_t values = 0;
  std::uint64_t nans = 0;
  std::uint64_t byteArrayBytes = 0;
  std::vector<std::uint64_t> definitionLevels;  // how often each is there: maximum + 1
  std::vector<std::uint64_t> repetitionLevels;
  // Of the values that are no NaN; in total order, where all are, of these.
  bool hasBounds = false;
  std::string min;
  std::string max;

  [[nodiscard]] std::uint64_t nulls() const noexcept { return entries - values; }
};

// Those of the page that was decoded last. `order`: kNone: without bounds.
[[nodiscard]] ValueFacts factsOf(const schema::Leaf& leaf, stats::Order order,
                                 const PageDecoder& page);
// Adds a page to its chunk.
void addTo(stats::Order order, const ValueFacts& page, ValueFacts& chunk);

}  // namespace parquet_flow::verify
