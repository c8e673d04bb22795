// What the gather stage makes of Arrow's layouts costs: values with nulls among them to dense ones,
// lists to levels, other forms to the leaf's. Batches of 1 Mi values, slices as the encoder takes
// them; `items` are slots, of lists rows.
//
// `checksum` sums what came out, so that nothing is left away; the kernels of compaction are held
// against the scalar ones in tests/column.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/cpu.hpp"
#include "column/compact.hpp"
#include "column/gather.hpp"
#include "column/nested_levels.hpp"

namespace parquet_flow::column {
namespace {

constexpr std::size_t kSlots = 1 << 20;
constexpr std::size_t kSlice = 8192;
constexpr PageRoom kWide{UINT64_MAX, UINT64_MAX, UINT64_MAX};

// Aborts rather than skips: a skipped benchmark would pass in the test run.
void require(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "micro_column: %s\n", what.c_str());
  std::abort();
}

std::vector<std::uint64_t> maskOf(std::size_t slots, unsigned nullPercent) {
  std::mt19937 random(1);
  std::vector<std::uint64_t> mask(maskWords(slots));
  for (std::size_t i = 0; i < slots; ++i) {
    mask[i / 64] |= std::uint64_t{random() % 100 >= nullPercent} << (i % 64);
  }
  return mask;
}

const CompactKernels* kernelsOf(SimdLevel level) {
  if (level > simdLevel()) return nullptr;
  if (level == SimdLevel::kScalar) return &scalarCompactKernels();
  return level == SimdLevel::kAvx2 ? avx2CompactKernels() : avx512CompactKernels();
}

template <std::size_t kWidth>
void compactKernel(benchmark::State& state, SimdLevel level) {
  const CompactKernels* const kernels = kernelsOf(level);
  if (kernels == nullptr) {
    state.SkipWithError("this machine has no such instructions");
    return;
  }
  const auto wide = kWidth == 4 ? kernels->width4 : kernels->width8;
  const auto kernel = kWidth == 2 ? kernels->width2 : wide;
  const auto mask = maskOf(kSlice, static_cast<unsigned>(state.range(0)));
  const std::vector<std::byte> from(kSlice * kWidth);
  std::vector<std::byte> to(kSlice * kWidth + kCompactSlackBytes);
  std::uint64_t checksum = 0;
  for (auto _ : state) {
    checksum += kernel(from.data(), mask.data(), kSlice, to.data());
    benchmark::ClobberMemory();
  }
  require(checksum != 0, "nothing was kept");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kSlice));
}
void compactInt64(benchmark::State& state, SimdLevel level) { compactKernel<8>(state, level); }
void compactHalf(benchmark::State& state, SimdLevel level) { compactKernel<2>(state, level); }
void compactInt32(benchmark::State& state, SimdLevel level) { compactKernel<4>(state, level); }
BENCHMARK_CAPTURE(compactInt64, scalar, SimdLevel::kScalar)->Arg(10)->Arg(50);
BENCHMARK_CAPTURE(compactInt64, avx2, SimdLevel::kAvx2)->Arg(10)->Arg(50);
BENCHMARK_CAPTURE(compactInt32, scalar, SimdLevel::kScalar)->Arg(10);
BENCHMARK_CAPTURE(compactInt32, avx2, SimdLevel::kAvx2)->Arg(10);
BENCHMARK_CAPTURE(compactHalf, avx2, SimdLevel::kAvx2)->Arg(10);
BENCHMARK_CAPTURE(compactHalf, avx512, SimdLevel::kAvx512)->Arg(10);

// A column of one leaf, and what its views borrow.
struct Source {
  schema::Schema schema;
  LeafView view;
  std::vector<std::byte> data;
  std::vector<std::uint64_t> validity;
  std::vector<std::uint32_t> offsets;
  std::vector<std::int64_t> offsets64;
  ValuesView dictionary;

  explicit Source(schema::PhysicalType type, unsigned nullPercent = 10) {
    (void)*schema.addLeaf(schema::kRoot, "x", type, schema::Repetition::kOptional);
    validity = maskOf(kSlots, nullPercent);
    view.rows = view.entries = view.values.count = kSlots;
    view.spaced = true;
    view.validity = reinterpret_cast<const std::uint8_t*>(validity.data());
    data.resize(kSlots * 16 + 64);
    view.values.data = data.data();
  }
};

void walk(benchmark::State& state, const Source& source, IndicesTaken taken = IndicesTaken::kNo) {
  SliceCursor cursor(source.schema.leaves()[0], taken);
  std::uint64_t checksum = 0;
  for (auto _ : state) {
    require(cursor.begin(source.view, 0).has_value(), "the view is refused");
    while (!cursor.atEnd()) {
      const auto slice = cursor.next(kWide);
      require(slice.has_value(), slice ? "" : slice.error().message());
      checksum += slice->values.count;
      benchmark::ClobberMemory();
    }
  }
  require(checksum != 0, "no values");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kSlots));
}

void sliceInt64WithNulls(benchmark::State& state) {
  walk(state, Source(schema::PhysicalType::kInt64));
}
BENCHMARK(sliceInt64WithNulls);

void sliceBooleansWithNulls(benchmark::State& state) {
  Source source(schema::PhysicalType::kBoolean);
  source.view.values.layout = ValuesLayout::kBits;
  walk(state, source);
}
BENCHMARK(sliceBooleansWithNulls);

void sliceInt8(benchmark::State& state) {
  Source source(schema::PhysicalType::kInt32, 0);
  source.view.validity = nullptr;
  source.view.values.form = SourceForm::kInt8;
  source.view.values.sourceWidth = 1;
  walk(state, source);
}
BENCHMARK(sliceInt8);

void sliceStringsWithNulls(benchmark::State& state) {
  Source source(schema::PhysicalType::kByteArray);
  source.view.values.layout = ValuesLayout::kOffsets32;
  std::uint32_t at = 0;
  for (std::size_t i = 0; i <= kSlots; ++i) {
    source.offsets.push_back(at);
    at += i < kSlots && (source.validity[i / 64] >> (i % 64) & 1) != 0 ? 6 : 0;
  }
  source.view.values.offsets = source.offsets.data();
  walk(state, source);
}
BENCHMARK(sliceStringsWithNulls);

void sliceLargeStrings(benchmark::State& state) {
  Source source(schema::PhysicalType::kByteArray, 0);
  source.view.values.layout = ValuesLayout::kOffsets32;
  source.view.values.form = SourceForm::kOffsets64;
  for (std::size_t i = 0; i <= kSlots; ++i) {
    source.offsets64.push_back(static_cast<std::int64_t>(6 * i));
  }
  source.view.values.offsets64 = source.offsets64.data();
  walk(state, source);
}
BENCHMARK(sliceLargeStrings);

void sliceShortViewsWithNulls(benchmark::State& state) {
  Source source(schema::PhysicalType::kByteArray);
  source.view.values.layout = ValuesLayout::kOffsets32;
  source.view.values.form = SourceForm::kViews;
  for (std::size_t i = 0; i < kSlots; ++i) {
    storeLe(source.data.data() + 16 * i, std::uint32_t{6});
  }
  walk(state, source);
}
BENCHMARK(sliceShortViewsWithNulls);

// A dictionary of 1 000 strings of 6 bytes; 0: the indices, 1: the values that they stand for.
void sliceDictionary(benchmark::State& state) {
  Source source(schema::PhysicalType::kByteArray, 0);
  source.view.validity = nullptr;
  std::mt19937 random(3);
  for (std::size_t i = 0; i < kSlots; ++i) {
    storeLe(source.data.data() + 2 * i, static_cast<std::uint16_t>(random() % 1000));
  }
  for (std::uint32_t i = 0; i <= 1000; ++i) source.offsets.push_back(6 * i);
  source.dictionary.layout = ValuesLayout::kOffsets32;
  source.dictionary.data = source.data.data();
  source.dictionary.offsets = source.offsets.data();
  source.dictionary.count = 1000;
  source.view.values.layout = ValuesLayout::kIndices;
  source.view.values.form = SourceForm::kIndices;
  source.view.values.indexType = IndexType::kUint16;
  source.view.values.dictionary = &source.dictionary;
  walk(state, source, state.range(0) == 0 ? IndicesTaken::kYes : IndicesTaken::kNo);
}
BENCHMARK(sliceDictionary)->Arg(0)->Arg(1);

// Lists of 0 to 7, 3.5 in the mean; 10 % of the elements null where the argument is 1. And lists of
// 768 each.
void levelsOfLists(benchmark::State& state) {
  constexpr std::size_t kRows = kSlots / 4;
  std::mt19937 random(4);
  std::vector<std::int32_t> offsets = {0};
  for (std::size_t i = 0; i < kRows; ++i) {
    offsets.push_back(offsets.back() + static_cast<std::int32_t>(random() % 8));
  }
  const auto elements = static_cast<std::uint64_t>(offsets.back());
  const auto validity = maskOf(elements, 10);
  ListShape shape;
  shape.offsets = offsets.data();
  shape.childCount = elements;
  Validity present;
  if (state.range(0) == 1) present.bits = reinterpret_cast<const std::uint8_t*>(validity.data());
  NestedLevels levels;
  std::uint64_t checksum = 0;
  for (auto _ : state) {
    levels.begin(0, kRows, 3);
    require(levels.addList(true, {}, shape).has_value(), "the lists are refused");
    require(levels.addStruct(true, present).has_value(), "the elements are refused");
    checksum += levels.entries();
    benchmark::ClobberMemory();
  }
  require(checksum != 0, "no entries");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kRows));
}
BENCHMARK(levelsOfLists)->Arg(0)->Arg(1);

void levelsOfLongLists(benchmark::State& state) {
  ListShape shape;
  shape.kind = ListShape::Kind::kFixedSize;
  shape.size = 768;
  shape.childCount = kSlots;
  NestedLevels levels;
  std::uint64_t checksum = 0;
  for (auto _ : state) {
    levels.begin(0, kSlots / 768, 2);
    require(levels.addList(true, {}, shape).has_value(), "the lists are refused");
    checksum += levels.entries();
  }
  require(checksum != 0, "no entries");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kSlots / 768 * 768));
}
BENCHMARK(levelsOfLongLists);

}  // namespace
}  // namespace parquet_flow::column

BENCHMARK_MAIN();
