// What dictionaries, BYTE_STREAM_SPLIT and RLE booleans cost a value: pages of 128 Ki values, built
// and coded over and over in warm memory, in slices as the page writer gives them.
//
// `checksum` is one over what was written, or of the values that came back, which are checked.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/byte_buffer.hpp"
#include "encoding/byte_stream_split.hpp"
#include "encoding/dictionary_builder.hpp"
#include "encoding/dictionary_gather.hpp"
#include "encoding/dictionary_indices.hpp"
#include "encoding/rle_boolean.hpp"

namespace parquet_flow::encoding {
namespace {

constexpr std::size_t kPageValues = std::size_t{128} * 1024;
constexpr std::size_t kSliceValues = std::size_t{16} * 1024;
constexpr std::size_t kDictionaryBytesMax = std::size_t{1} << 20;

// Aborts rather than skips: a skipped benchmark would pass in the test run.
void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "micro_dictionary: %s\n", what);
  std::abort();
}

// Knuth's MMIX constants; the high bits are the good ones.
std::vector<std::uint32_t> randomBelow(std::size_t count, std::uint32_t bound) {
  std::vector<std::uint32_t> numbers(count);
  std::uint64_t state = 1;
  for (std::uint32_t& number : numbers) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    number = static_cast<std::uint32_t>(state >> 33U) % bound;
  }
  return numbers;
}

std::uint64_t checksumOf(ConstBytes bytes) {
  std::uint64_t sum = bytes.size();
  for (const std::byte byte : bytes) sum = sum * 31 + std::to_integer<unsigned>(byte);
  return sum;
}

void report(benchmark::State& state, std::uint64_t checksum) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kPageValues));
  state.counters["checksum"] = static_cast<double>(checksum);
}

// Values of some shape with `distinct` different ones in random order.
template <class Value>
struct FixedColumn {
  std::vector<Value> values;
  explicit FixedColumn(std::uint32_t distinct, std::uint64_t factor) {
    for (const std::uint32_t id : randomBelow(kPageValues, distinct)) {
      values.push_back(static_cast<Value>(id * factor));
    }
  }
  [[nodiscard]] static std::size_t width() { return sizeof(Value); }
  Result<std::size_t> append(DictionaryBuilder& builder, std::size_t begin, std::size_t count,
                             std::uint32_t* ids) const {
    return builder.append(reinterpret_cast<const std::byte*>(values.data() + begin), count, ids);
  }
};

struct StringColumn {
  std::string data;
  std::vector<std::uint32_t> offsets = {0};
  // "AAAAAA" and on, or longer with a common beginning.
  StringColumn(std::uint32_t distinct, std::size_t length) {
    for (std::uint32_t id : randomBelow(kPageValues, distinct)) {
      std::string value(length, 'A');
      for (std::size_t i = length; id != 0; id /= 26) {
        value[--i] = static_cast<char>('A' + id % 26);
      }
      data += value;
      offsets.push_back(static_cast<std::uint32_t>(data.size()));
    }
  }
  [[nodiscard]] static std::size_t width() { return DictionaryBuilder::kByteArrays; }
  Result<std::size_t> append(DictionaryBuilder& builder, std::size_t begin, std::size_t count,
                             std::uint32_t* ids) const {
    return builder.append(reinterpret_cast<const std::byte*>(data.data()), offsets.data() + begin,
                          count, ids);
  }
};

template <class Column>
void buildIds(const Column& column, DictionaryBuilder& builder, std::uint32_t* ids) {
  for (std::size_t begin = 0; begin < kPageValues; begin += kSliceValues) {
    const auto taken = column.append(builder, begin, kSliceValues, ids + begin);
    require(taken && *taken == kSliceValues, "the dictionary is full");
  }
}

// Ids of a page and their coding; a chunk is sixteen pages.
template <class Column>
void encodePages(benchmark::State& state, const Column& column) {
  DictionaryBuilder builder(Column::width(), kDictionaryBytesMax);
  std::vector<std::uint32_t> ids(kPageValues);
  ByteBuffer body;
  unsigned page = 0;
  while (state.KeepRunning()) {
    if (page++ % 16 == 0) builder.clear();
    buildIds(column, builder, ids.data());
    body.clear();
    require(encodeDictionaryIndices(ids.data(), ids.size(),
                                    dictionaryIndexBitWidth(builder.count()), body)
                .has_value(),
            "not encoded");
  }
  report(state, checksumOf(body.span()));
}

void encodeInt32(benchmark::State& state) {
  encodePages(state, FixedColumn<std::int32_t>(static_cast<std::uint32_t>(state.range(0)), 1));
}
// 104 729 is a prime: far apart, so that ids are found by hashing.
void encodeSparseInt32(benchmark::State& state) {
  encodePages(state, FixedColumn<std::int32_t>(static_cast<std::uint32_t>(state.range(0)), 104729));
}
void encodeInt64(benchmark::State& state) {
  encodePages(state, FixedColumn<std::int64_t>(static_cast<std::uint32_t>(state.range(0)), 1));
}
void encodeSparseInt64(benchmark::State& state) {
  encodePages(state, FixedColumn<std::int64_t>(static_cast<std::uint32_t>(state.range(0)),
                                               104729000000007));
}
void encodeStrings(benchmark::State& state) {
  encodePages(state, StringColumn(static_cast<std::uint32_t>(state.range(0)),
                                  static_cast<std::size_t>(state.range(1))));
}
BENCHMARK(encodeInt32)->Arg(2)->Arg(1000);
BENCHMARK(encodeSparseInt32)->Arg(1000)->Arg(20000);
BENCHMARK(encodeInt64)->Arg(1000);
BENCHMARK(encodeSparseInt64)->Arg(1000)->Arg(20000);
BENCHMARK(encodeStrings)->Args({1000, 6})->Args({1000, 12})->Args({1000, 40})->Args({20000, 6});

void encodeIndices(benchmark::State& state) {
  const auto bitWidth = static_cast<unsigned>(state.range(0));
  const std::vector<std::uint32_t> ids = randomBelow(kPageValues, 1U << bitWidth);
  ByteBuffer body;
  while (state.KeepRunning()) {
    body.clear();
    require(encodeDictionaryIndices(ids.data(), ids.size(), bitWidth, body).has_value(),
            "not encoded");
  }
  report(state, checksumOf(body.span()));
}
BENCHMARK(encodeIndices)->Arg(1)->Arg(7)->Arg(10)->Arg(16)->Arg(20);

// A page with its bit width.
ByteBuffer encodedPage(const std::vector<std::uint32_t>& ids, unsigned bitWidth) {
  ByteBuffer page;
  require(page.appendLe(static_cast<std::uint8_t>(bitWidth)).has_value(), "no memory");
  require(encodeDictionaryIndices(ids.data(), ids.size(), bitWidth, page).has_value(), "no memory");
  return page;
}

void decodeIndices(benchmark::State& state) {
  const auto bitWidth = static_cast<unsigned>(state.range(0));
  const std::vector<std::uint32_t> ids = randomBelow(kPageValues, 1U << bitWidth);
  const ByteBuffer page = encodedPage(ids, bitWidth);
  std::vector<std::uint32_t> decoded(ids.size());
  while (state.KeepRunning()) {
    require(decodeDictionaryIndices(page.span(), ids.size(), 1U << bitWidth, decoded.data())
                .has_value(),
            "not decoded");
  }
  require(decoded == ids, "other ids");
  report(state, checksumOf(constBytes(decoded.data(), decoded.size() * 4)));
}
BENCHMARK(decodeIndices)->Arg(1)->Arg(10)->Arg(20)->Arg(28);

template <class Value>
void decodeFixed(benchmark::State& state) {
  const std::vector<std::uint32_t> ids = randomBelow(kPageValues, 1000);
  const ByteBuffer page = encodedPage(ids, 10);
  std::vector<Value> dictionary(1000);
  for (std::size_t i = 0; i < dictionary.size(); ++i) dictionary[i] = static_cast<Value>(i * 7);
  std::vector<std::uint32_t> decoded(ids.size());
  std::vector<Value> values(ids.size());
  while (state.KeepRunning()) {
    require(decodeDictionaryIndices(page.span(), ids.size(), 1000, decoded.data()).has_value(),
            "not decoded");
    gatherFixed(reinterpret_cast<const std::byte*>(dictionary.data()), sizeof(Value),
                decoded.data(), decoded.size(), reinterpret_cast<std::byte*>(values.data()));
  }
  for (std::size_t i = 0; i < ids.size(); ++i) require(values[i] == dictionary[ids[i]], "lost");
  report(state, checksumOf(constBytes(values.data(), values.size() * sizeof(Value))));
}
BENCHMARK(decodeFixed<std::int32_t>);
BENCHMARK(decodeFixed<std::int64_t>);

void decodeStrings(benchmark::State& state) {
  const std::vector<std::uint32_t> ids = randomBelow(kPageValues, 1000);
  const ByteBuffer page = encodedPage(ids, 10);
  const auto length = static_cast<std::size_t>(state.range(0));
  std::string dictionary;
  std::vector<std::uint32_t> offsets = {0};
  for (std::size_t i = 0; i < 1000; ++i) {
    dictionary += std::string(length, static_cast<char>('a' + i % 26));
    offsets.push_back(static_cast<std::uint32_t>(dictionary.size()));
  }
  std::vector<std::uint32_t> decoded(ids.size());
  ByteBuffer data;
  ByteBuffer ends;
  while (state.KeepRunning()) {
    data.clear();
    ends.clear();
    require(decodeDictionaryIndices(page.span(), ids.size(), 1000, decoded.data()).has_value(),
            "not decoded");
    require(gatherByteArrays(reinterpret_cast<const std::byte*>(dictionary.data()), offsets.data(),
                             1000, decoded.data(), decoded.size(), data, ends)
                .has_value(),
            "not gathered");
  }
  require(data.size() == ids.size() * length, "lost");
  report(state, checksumOf(data.span()));
}
BENCHMARK(decodeStrings)->Arg(6)->Arg(40);

void splitStreams(benchmark::State& state) {
  const auto width = static_cast<std::size_t>(state.range(0));
  const std::vector<std::uint32_t> numbers = randomBelow(kPageValues * width / 4 + 1, 1U << 31);
  const auto* values = reinterpret_cast<const std::byte*>(numbers.data());
  ByteStreamSplitEncoder encoder(width);
  ByteBuffer body;
  while (state.KeepRunning()) {
    body.clear();
    encoder.begin(body);
    for (std::size_t begin = 0; begin < kPageValues; begin += kSliceValues) {
      require(encoder.append(values + begin * width, kSliceValues).has_value(), "no memory");
    }
    require(encoder.finish().has_value(), "no memory");
  }
  report(state, checksumOf(body.span()));
}
BENCHMARK(splitStreams)->Arg(2)->Arg(4)->Arg(8)->Arg(12)->Arg(16);

void mergeStreams(benchmark::State& state) {
  const auto width = static_cast<std::size_t>(state.range(0));
  const std::vector<std::uint32_t> streams = randomBelow(kPageValues * width / 4 + 1, 1U << 31);
  std::vector<std::byte> values(kPageValues * width);
  while (state.KeepRunning()) {
    require(decodeByteStreamSplit(constBytes(streams.data(), values.size()), kPageValues, width,
                                  values.data())
                .has_value(),
            "not decoded");
  }
  report(state, checksumOf(constBytes(values.data(), values.size())));
}
BENCHMARK(mergeStreams)->Arg(2)->Arg(4)->Arg(8)->Arg(12)->Arg(16);

// Random booleans, and ones in runs of 1000.
void encodeBooleans(benchmark::State& state) {
  const auto run = static_cast<std::size_t>(state.range(0));
  const std::vector<std::uint32_t> numbers = randomBelow(kPageValues, 2);
  std::vector<std::uint8_t> values(kPageValues);
  for (std::size_t i = 0; i < kPageValues; ++i) {
    values[i] = static_cast<std::uint8_t>(numbers[i / run]);
  }
  RleBooleanEncoder encoder;
  ByteBuffer body;
  while (state.KeepRunning()) {
    body.clear();
    encoder.begin(body);
    require(encoder.appendBytes(values.data(), values.size()).has_value(), "no memory");
    require(encoder.finish().has_value(), "no memory");
  }
  report(state, checksumOf(body.span()));
}
BENCHMARK(encodeBooleans)->Arg(1)->Arg(1000);

}  // namespace
}  // namespace parquet_flow::encoding

BENCHMARK_MAIN();
