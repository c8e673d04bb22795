// What the encodings cost a value, encoded and decoded, with a page's worth of values in the
// second-level cache: the kernels, without pages and files around them.
//
// `checksum` is a hash of the encoded bytes, or of the decoded ones, which are compared with what
// was encoded.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "encoding/delta_binary_packed.hpp"
#include "encoding/delta_byte_array.hpp"
#include "encoding/delta_length_byte_array.hpp"

namespace parquet_flow::encoding {
namespace {

constexpr std::size_t kValues = 64 << 10;
constexpr std::size_t kSliceValues = 16 << 10;  // as a page is written

// Aborts rather than skips: a skipped benchmark would pass in the test run.
void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "micro_encoding: %s\n", what);
  std::abort();
}
template <class T>
void require(const Result<T>& result) {
  require(result.has_value(), result ? "" : result.error().message().c_str());
}

double checksumOf(ConstBytes head, ConstBytes body) {
  std::uint32_t sum = 2166136261;  // FNV-1a
  for (const ConstBytes bytes : {head, body}) {
    for (const std::byte byte : bytes)
      sum = (sum ^ std::to_integer<std::uint32_t>(byte)) * 16777619;
  }
  return sum;
}

void report(benchmark::State& state, ConstBytes head, ConstBytes body) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kValues));
  state.counters["bytes_per_value"] =
      static_cast<double>(head.size() + body.size()) / static_cast<double>(kValues);
  state.counters["checksum"] = checksumOf(head, body);
}

std::vector<std::byte> pageOf(ConstBytes head, ConstBytes body) {
  std::vector<std::byte> page(head.begin(), head.end());
  page.insert(page.end(), body.begin(), body.end());
  return page;
}

// The bits that deltas vary by; -1: a sequence whose step never changes.
template <class U>
std::vector<U> integers(std::int64_t bits) {
  std::mt19937_64 random(1);
  std::vector<U> values(kValues);
  U last = 1000;
  for (U& value : values) {
    value = last;
    const std::uint64_t delta = bits > 0 ? random() >> (64 - bits) : 1;
    last = static_cast<U>(last + delta - (bits > 0 ? std::uint64_t{1} << (bits - 1) : 0));
  }
  return values;
}

template <class U>
void encodeIntegers(const std::vector<U>& values, DeltaBinaryPackedEncoder<U>& encoder,
                    ByteBuffer& body) {
  body.clear();
  encoder.begin(body);
  for (std::size_t done = 0; done < kValues; done += kSliceValues) {
    require(encoder.append(reinterpret_cast<const std::byte*>(values.data() + done), kSliceValues));
  }
  require(encoder.finish());
}

template <class U>
void deltaEncode(benchmark::State& state) {
  const std::vector<U> values = integers<U>(state.range(0));
  DeltaBinaryPackedEncoder<U> encoder;
  ByteBuffer body;
  while (state.KeepRunning()) encodeIntegers(values, encoder, body);
  report(state, encoder.head(), body.span());
}

template <class U>
void deltaDecode(benchmark::State& state) {
  const std::vector<U> values = integers<U>(state.range(0));
  DeltaBinaryPackedEncoder<U> encoder;
  ByteBuffer body;
  encodeIntegers(values, encoder, body);
  const std::vector<std::byte> page = pageOf(encoder.head(), body.span());
  std::vector<U> out(kValues);
  while (state.KeepRunning()) {
    require(decodeDeltaBinaryPacked(page, kValues, sizeof(U),
                                    reinterpret_cast<std::byte*>(out.data())));
  }
  require(out == values, "other integers were decoded");
  report(state, {}, constBytes(out.data(), kValues * sizeof(U)));
}

BENCHMARK(deltaEncode<std::uint32_t>)->Arg(-1)->Arg(4)->Arg(10)->Arg(20)->Arg(31);
BENCHMARK(deltaEncode<std::uint64_t>)->Arg(-1)->Arg(4)->Arg(10)->Arg(20)->Arg(31)->Arg(50);
BENCHMARK(deltaDecode<std::uint32_t>)->Arg(-1)->Arg(4)->Arg(10)->Arg(20)->Arg(31);
BENCHMARK(deltaDecode<std::uint64_t>)->Arg(-1)->Arg(4)->Arg(10)->Arg(20)->Arg(31)->Arg(50);

struct Strings {
  std::string data;
  std::vector<std::uint32_t> offsets{0};
};

// 16 .. 47 random bytes; `isSorted`: in order, and of a small alphabet, so that neighbours share
// most of a value.
Strings strings(bool isSorted) {
  std::mt19937_64 random(2);
  std::vector<std::string> values(kValues);
  for (std::string& value : values) {
    value.resize(16 + random() % 32);
    for (char& c : value) c = static_cast<char>(isSorted ? 'a' + random() % 2 : random());
  }
  if (isSorted) std::sort(values.begin(), values.end());
  Strings all;
  for (const std::string& value : values) {
    all.data += value;
    all.offsets.push_back(static_cast<std::uint32_t>(all.data.size()));
  }
  return all;
}

template <class Encoder>
void encodeStrings(const Strings& values, Encoder& encoder, ByteBuffer& body) {
  body.clear();
  encoder.begin(body);
  for (std::size_t done = 0; done < kValues; done += kSliceValues) {
    require(encoder.append(reinterpret_cast<const std::byte*>(values.data.data()),
                           values.offsets.data() + done, kSliceValues));
  }
  require(encoder.finish());
}

template <class Encoder>
void stringsEncode(benchmark::State& state) {
  const Strings values = strings(state.range(0) != 0);
  Encoder encoder;
  ByteBuffer body;
  while (state.KeepRunning()) encodeStrings(values, encoder, body);
  report(state, encoder.head(), body.span());
}

Result<std::size_t> decodeStrings(const DeltaLengthByteArrayEncoder&, ConstBytes page,
                                  ByteBuffer& data, ByteBuffer& offsets) {
  return decodeDeltaLengthByteArray(page, kValues, data, offsets);
}
Result<std::size_t> decodeStrings(const DeltaByteArrayEncoder&, ConstBytes page, ByteBuffer& data,
                                  ByteBuffer& offsets) {
  return decodeDeltaByteArray(page, kValues, UINT32_MAX, data, offsets);
}

template <class Encoder>
void stringsDecode(benchmark::State& state) {
  const Strings values = strings(state.range(0) != 0);
  Encoder encoder;
  ByteBuffer body;
  encodeStrings(values, encoder, body);
  const std::vector<std::byte> page = pageOf(encoder.head(), body.span());
  ByteBuffer data;
  ByteBuffer offsets;
  while (state.KeepRunning()) {
    data.clear();
    offsets.clear();
    require(decodeStrings(encoder, page, data, offsets));
  }
  require(asText(data.span()) == values.data, "other strings were decoded");
  report(state, offsets.span(), data.span());
}

BENCHMARK(stringsEncode<DeltaLengthByteArrayEncoder>)->Arg(0);
BENCHMARK(stringsEncode<DeltaByteArrayEncoder>)->Arg(0)->Arg(1);
BENCHMARK(stringsDecode<DeltaLengthByteArrayEncoder>)->Arg(0);
BENCHMARK(stringsDecode<DeltaByteArrayEncoder>)->Arg(0)->Arg(1);

}  // namespace
}  // namespace parquet_flow::encoding

BENCHMARK_MAIN();
