// What statistics cost, on slices that stay in the second-level cache, as pages do while they are
// encoded.
//
// `checksum` is made of the answers, so that none of the work can be left out.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "schema/schema.hpp"
#include "stats/bloom_filter.hpp"
#include "stats/bounds.hpp"
#include "stats/size_statistics.hpp"
#include "stats/sort_order.hpp"

namespace parquet_flow::stats {
namespace {

using schema::LogicalKind;
using schema::PhysicalType;

constexpr std::size_t kSliceBytes = std::size_t{64} << 10;

// A 64-bit LCG's upper bits.
class Random {
 public:
  std::uint64_t next() noexcept {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return state_ >> 16U;
  }

 private:
  std::uint64_t state_ = 1;
};

schema::Leaf leafOf(PhysicalType type, schema::LogicalType logical = {},
                    std::uint32_t typeLength = 0) {
  schema::Leaf leaf;
  leaf.type = type;
  leaf.logical = logical;
  leaf.typeLength = typeLength;
  return leaf;
}

// The answer as a number.
double digest(const BoundsCollector& collector) {
  ColumnStatistics statistics;
  collector.finish(statistics);
  double sum = static_cast<double>(statistics.nanCount.value_or(0));
  for (const char byte : statistics.min + statistics.max) {
    sum += static_cast<unsigned char>(byte);
  }
  return sum;
}

void runFixed(benchmark::State& state, const schema::Leaf& leaf,
              FloatOrder floats = FloatOrder::kTypeDefined) {
  const std::size_t width = schema::fixedWidth(leaf.type, leaf.typeLength);
  const std::size_t count = kSliceBytes / width;
  std::vector<std::byte> values(count * width);
  Random random;
  for (std::byte& byte : values) {
    byte = static_cast<std::byte>(random.next());
  }
  BoundsCollector collector(leaf, 64, floats);
  while (state.KeepRunning()) {
    collector.addFixed(values.data(), count);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(values.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
  state.counters["checksum"] = digest(collector);
}

void boundsInt32(benchmark::State& state) { runFixed(state, leafOf(PhysicalType::kInt32)); }
void boundsInt64(benchmark::State& state) { runFixed(state, leafOf(PhysicalType::kInt64)); }
void boundsUint64(benchmark::State& state) {
  runFixed(state, leafOf(PhysicalType::kInt64, {LogicalKind::kInteger, 64, 0}));
}
void boundsFloat(benchmark::State& state) { runFixed(state, leafOf(PhysicalType::kFloat)); }
void boundsDouble(benchmark::State& state) { runFixed(state, leafOf(PhysicalType::kDouble)); }
void boundsDoubleTotal(benchmark::State& state) {
  runFixed(state, leafOf(PhysicalType::kDouble), FloatOrder::kIeee754Total);
}
void boundsHalf(benchmark::State& state) {
  runFixed(state, leafOf(PhysicalType::kFixedLenByteArray, {LogicalKind::kFloat16}, 2));
}
void boundsFixedBytes(benchmark::State& state) {
  const auto width = static_cast<std::uint32_t>(state.range(0));
  runFixed(state, leafOf(PhysicalType::kFixedLenByteArray, {}, width));
}
void boundsDecimal(benchmark::State& state) {
  const auto width = static_cast<std::uint32_t>(state.range(0));
  runFixed(state, leafOf(PhysicalType::kFixedLenByteArray, {LogicalKind::kDecimal, 9, 2}, width));
}
BENCHMARK(boundsInt32);
BENCHMARK(boundsInt64);
BENCHMARK(boundsUint64);
BENCHMARK(boundsFloat);
BENCHMARK(boundsDouble);
BENCHMARK(boundsDoubleTotal);
BENCHMARK(boundsHalf);
BENCHMARK(boundsFixedBytes)->Arg(6)->Arg(16);
BENCHMARK(boundsDecimal)->Arg(6)->Arg(16);

// Strings of `range(0)` to `range(1)` random bytes.
void boundsStrings(benchmark::State& state) {
  const auto shortest = static_cast<std::uint64_t>(state.range(0));
  const auto longest = static_cast<std::uint64_t>(state.range(1));
  Random random;
  std::string bytes;
  std::vector<std::uint32_t> offsets = {0};
  while (bytes.size() < kSliceBytes) {
    const std::uint64_t length = shortest + random.next() % (longest - shortest + 1);
    for (std::uint64_t i = 0; i < length; ++i) {
      bytes.push_back(static_cast<char>('a' + random.next() % 26));
    }
    offsets.push_back(static_cast<std::uint32_t>(bytes.size()));
  }
  BoundsCollector collector(leafOf(PhysicalType::kByteArray, {LogicalKind::kString}), 64);
  const std::uint64_t count = offsets.size() - 1;
  while (state.KeepRunning()) {
    collector.addByteArrays(reinterpret_cast<const std::byte*>(bytes.data()), offsets.data(),
                            count);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
  state.counters["checksum"] = digest(collector);
}
BENCHMARK(boundsStrings)->Args({6, 6})->Args({4, 7})->Args({4, 12})->Args({16, 47});

// Levels from 0 to `range(0)`.
void levelHistogram(benchmark::State& state) {
  schema::Leaf leaf = leafOf(PhysicalType::kInt32);
  leaf.maxDefinitionLevel = static_cast<std::uint8_t>(state.range(0));
  std::vector<std::uint8_t> levels(kSliceBytes);
  Random random;
  for (std::uint8_t& level : levels) {
    level = static_cast<std::uint8_t>(random.next() % (leaf.maxDefinitionLevel + 1U));
  }
  SizeStatistics sizes(leaf);
  while (state.KeepRunning()) {
    sizes.addDefinitionLevels(levels.data(), levels.size());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(levels.size()));
  state.counters["checksum"] = static_cast<double>(sizes.definitionLevels()[0]);
}
BENCHMARK(levelHistogram)->Arg(2)->Arg(3)->Arg(5)->Arg(15)->Arg(16)->Arg(40);

// A column chunk of `range(0)` distinct numbers, in slices, folded at its end. The filter is made
// for `range(1)` times as many.
void bloomInsert(benchmark::State& state) {
  const auto count = static_cast<std::uint64_t>(state.range(0));
  std::vector<std::uint64_t> values(count);
  Random random;
  for (std::uint64_t& value : values) {
    value = random.next();
  }
  BloomFilterBuilder filter;
  while (state.KeepRunning()) {
    if (!filter.start(count * static_cast<std::uint64_t>(state.range(1)), 0.01)) {
      std::abort();
    }
    filter.insertFixed(reinterpret_cast<const std::byte*>(values.data()), sizeof values[0], count);
    filter.fold();
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["checksum"] = static_cast<double>(filter.bits().size());
}
BENCHMARK(bloomInsert)->Args({1'000, 1})->Args({100'000, 1})->Args({1'000'000, 1});
BENCHMARK(bloomInsert)->Args({1'000, 1'000})->Args({100'000, 10});

// A row group of 100 000 rows in slices, one in `range(0)` null; 0: none.
void sortedRows(benchmark::State& state) {
  constexpr std::uint64_t kRows = 100'000;
  constexpr std::uint64_t kSliceRows = 8192;
  const auto nullEvery = static_cast<std::uint64_t>(state.range(0));
  std::vector<std::int64_t> values(kRows);
  std::vector<std::byte> validity(kRows / 8 + 1, std::byte{0xFF});
  for (std::uint64_t i = 0; i < kRows; ++i) {
    values[i] = static_cast<std::int64_t>(i / 2);
    if (nullEvery != 0 && i % nullEvery == 0) {
      validity[i / 8] &= ~static_cast<std::byte>(1U << (i % 8));
    }
  }
  SortedColumn column(leafOf(PhysicalType::kInt64), false, false);
  std::uint64_t sorted = 0;
  while (state.KeepRunning()) {
    column.clear();
    for (std::uint64_t at = 0; at < kRows; at += kSliceRows) {
      column.addFixed(reinterpret_cast<const std::byte*>(values.data() + at),
                      nullEvery == 0 ? nullptr : validity.data(), at,
                      std::min(kSliceRows, kRows - at));
    }
    const SortedColumn* columns[] = {&column};
    sorted += areSorted(columns) ? 1 : 0;
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kRows));
  state.counters["checksum"] = sorted > 0 ? 1 : 0;
}
BENCHMARK(sortedRows)->Arg(0)->Arg(1000)->Arg(10);

}  // namespace
}  // namespace parquet_flow::stats

BENCHMARK_MAIN();
