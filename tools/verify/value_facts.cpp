#include "verify/value_facts.hpp"

#include <algorithm>

#include "stats/size_statistics.hpp"

namespace parquet_flow::verify {
namespace {

using stats::Order;

bool isTotal(Order order) noexcept {
  return order >= Order::kFloatTotal && order <= Order::kFloat16Total;
}

// Views of the extremes while a page is looked through.
struct Extremes {
  bool isThere = false;
  std::string_view min;
  std::string_view max;

  void add(Order order, std::string_view value) {
    if (!isThere) {
      *this = {true, value, value};
    } else if (stats::compareValues(order, value, min) < 0) {
      min = value;
    } else if (stats::compareValues(order, value, max) > 0) {
      max = value;
    }
  }
};

void countAll(ConstBytes levels, std::uint8_t maxLevel, std::uint64_t entries,
              std::vector<std::uint64_t>& counts) {
  counts.assign(std::size_t{maxLevel} + 1, 0);
  if (maxLevel == 0) {
    counts[0] = entries;
    return;
  }
  for (const std::byte level : levels) {
    ++counts[std::to_integer<std::size_t>(level)];
  }
}

}  // namespace

ValueFacts factsOf(const schema::Leaf& leaf, Order order, const PageDecoder& page) {
  ValueFacts facts;
  facts.values = page.levels().values;
  facts.rows = page.levels().rows;
  facts.entries = leaf.maxDefinitionLevel != 0   ? page.definitionLevels().size()
                  : leaf.maxRepetitionLevel != 0 ? page.repetitionLevels().size()
                                                 : facts.values;
  countAll(page.definitionLevels(), leaf.maxDefinitionLevel, facts.entries, facts.definitionLevels);
  countAll(page.repetitionLevels(), leaf.maxRepetitionLevel, facts.entries, facts.repetitionLevels);
  if (leaf.type == schema::PhysicalType::kByteArray) {
    facts.byteArrayBytes = page.values().size();
  }
  if (order == Order::kNone) {
    return facts;
  }
  Extremes numbers;
  Extremes nans;
  for (std::uint64_t i = 0; i < facts.values; ++i) {
    const std::string_view value = page.value(i);
    if (!isNan(order, value)) {
      numbers.add(order, value);
    } else {
      ++facts.nans;
      if (isTotal(order)) {
        nans.add(order, value);
      }
    }
  }
  const Extremes& bounds = numbers.isThere ? numbers : nans;
  facts.hasBounds = bounds.isThere;
  facts.min = bounds.min;
  facts.max = bounds.max;
  return facts;
}

void addTo(Order order, const ValueFacts& page, ValueFacts& chunk) {
  // In total order bounds of numbers are in the place of those of NaNs.
  const bool chunkIsNan = chunk.hasBounds && isNan(order, chunk.min);
  const bool pageIsNan = page.hasBounds && isNan(order, page.min);
  if (page.hasBounds && (!chunk.hasBounds || (chunkIsNan && !pageIsNan))) {
    chunk.min = page.min;
    chunk.max = page.max;
    chunk.hasBounds = true;
  } else if (page.hasBounds && chunkIsNan == pageIsNan) {
    if (stats::compareValues(order, page.min, chunk.min) < 0) {
      chunk.min = page.min;
    }
    if (stats::compareValues(order, page.max, chunk.max) > 0) {
      chunk.max = page.max;
    }
  }
  chunk.entries += page.entries;
  chunk.rows += page.rows;
  chunk.values += page.values;
  chunk.nans += page.nans;
  chunk.byteArrayBytes += page.byteArrayBytes;
  const auto addLevels = [](const std::vector<std::uint64_t>& from,
                            std::vector<std::uint64_t>& to) {
    to.resize(std::max(to.size(), from.size()), 0);
    std::ranges::transform(from, to, to.begin(), std::plus<>());
  };
  addLevels(page.definitionLevels, chunk.definitionLevels);
  addLevels(page.repetitionLevels, chunk.repetitionLevels);
}

}  // namespace parquet_flow::verify
