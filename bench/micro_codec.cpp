// What compressing and decompressing a page costs, beside the one call that each library has for
// it: MiB/s of uncompressed bytes, over pages of 1 MiB of order messages in turn.
//
// `ratio` is compressed to uncompressed bytes, `checksum` the CRC-32 of the compressed pages. Every
// page is decompressed again and compared, before the clock runs.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/crc32.hpp"
#include "codec/codec.hpp"
#include "payload.hpp"

#if defined(PF_HAVE_SNAPPY)
#include <snappy-c.h>
#endif
#if defined(PF_HAVE_ZSTD)
#include <zstd.h>
#endif
#if defined(PF_HAVE_LZ4)
#include <lz4.h>
#include <lz4hc.h>
#endif
#if defined(PF_HAVE_BROTLI)
#include <brotli/encode.h>
#endif

namespace parquet_flow::codec {
namespace {

constexpr std::size_t kPageBytes = 1 << 20;
constexpr std::size_t kPages = 8;

// Aborts rather than skips: a skipped benchmark would pass in the test run.
void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "micro_codec: %s\n", what);
  std::abort();
}

using Pages = std::vector<std::vector<std::byte>>;

Pages pagesOf(void (*fill)(std::uint64_t first, std::span<std::byte> out)) {
  Pages made(kPages, std::vector<std::byte>(kPageBytes));
  for (std::size_t i = 0; i < kPages; ++i) {
    fill(i * kPageBytes / 64, made[i]);
  }
  return made;
}
const Pages& marketPages() {
  static const Pages kMade = pagesOf(bench::fillMarket);
  return kMade;
}
const Pages& randomPages() {
  static const Pages kMade = pagesOf(bench::fillRandom);
  return kMade;
}

std::vector<ByteBuffer> compressAll(const Pages& pages, Compression compression,
                                    std::int32_t level) {
  auto compressor = std::move(*makeCompressor(compression, level));
  auto decompressor = std::move(*makeDecompressor(compression));
  std::vector<ByteBuffer> compressed(kPages);
  std::vector<std::byte> back(kPageBytes);
  for (std::size_t i = 0; i < kPages; ++i) {
    require(compressor->compress(pages[i], compressed[i]).has_value(), "not compressed");
    require(decompressor->decompress(compressed[i].span(), back).has_value() && back == pages[i],
            "a page did not come back");
  }
  return compressed;
}

void report(benchmark::State& state, const std::vector<ByteBuffer>& compressed) {
  std::uint32_t crc = 0;
  std::size_t bytes = 0;
  for (const ByteBuffer& page : compressed) {
    crc = crc32(crc, page.span());
    bytes += page.size();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kPageBytes));
  state.counters["ratio"] = static_cast<double>(bytes) / (kPages * kPageBytes);
  state.counters["checksum"] = crc;
}

void compress(benchmark::State& state, const Pages& pages, Compression compression,
              std::int32_t level) {
  const std::vector<ByteBuffer> compressed = compressAll(pages, compression, level);
  auto compressor = std::move(*makeCompressor(compression, level));
  ByteBuffer out;
  std::size_t page = 0;
  for (auto _ : state) {
    out.clear();
    require(compressor->compress(pages[page], out).has_value(), "not compressed");
    page = (page + 1) % kPages;
  }
  report(state, compressed);
}

void decompress(benchmark::State& state, Compression compression, std::int32_t level) {
  const Pages& pages = marketPages();
  const std::vector<ByteBuffer> compressed = compressAll(pages, compression, level);
  auto decompressor = std::move(*makeDecompressor(compression));
  std::vector<std::byte> out(kPageBytes);
  std::size_t page = 0;
  for (auto _ : state) {
    require(decompressor->decompress(compressed[page].span(), out).has_value(), "refused");
    page = (page + 1) % kPages;
  }
  report(state, compressed);
}

// Bytes written, 0 for none: a library's own call for a page.
using OneShot = std::size_t (*)(ConstBytes page, MutableBytes out, int level);

void oneShot(benchmark::State& state, OneShot call, std::int32_t level) {
  const Pages& pages = marketPages();
  std::vector<ByteBuffer> compressed(kPages);
  for (std::size_t i = 0; i < kPages; ++i) {
    std::byte* const at = *compressed[i].reserveExtra(kPageBytes * 2);
    compressed[i].commit(call(pages[i], {at, kPageBytes * 2}, level));
  }
  std::vector<std::byte> out(kPageBytes * 2);
  std::size_t page = 0;
  for (auto _ : state) {
    require(call(pages[page], out, level) != 0, "not compressed");
    page = (page + 1) % kPages;
  }
  report(state, compressed);
}

[[maybe_unused]] const char* textOf(ConstBytes bytes) {
  return reinterpret_cast<const char*>(bytes.data());
}
[[maybe_unused]] char* textOf(MutableBytes bytes) { return reinterpret_cast<char*>(bytes.data()); }

#if defined(PF_HAVE_SNAPPY)
std::size_t snappyOneShot(ConstBytes page, MutableBytes out, int /*level*/) {
  std::size_t bytes = out.size();
  return snappy_compress(textOf(page), page.size(), textOf(out), &bytes) == SNAPPY_OK ? bytes : 0;
}
#endif
#if defined(PF_HAVE_ZSTD)
std::size_t zstdOneShot(ConstBytes page, MutableBytes out, int level) {
  const std::size_t bytes = ZSTD_compress(out.data(), out.size(), page.data(), page.size(), level);
  return ZSTD_isError(bytes) != 0 ? 0 : bytes;
}
#endif
#if defined(PF_HAVE_LZ4)
std::size_t lz4OneShot(ConstBytes page, MutableBytes out, int level) {
  const auto pageBytes = static_cast<int>(page.size());
  const auto room = static_cast<int>(out.size());
  return static_cast<std::size_t>(
      level == 1 ? LZ4_compress_default(textOf(page), textOf(out), pageBytes, room)
                 : LZ4_compress_HC(textOf(page), textOf(out), pageBytes, room, level));
}
#endif
#if defined(PF_HAVE_BROTLI)
std::size_t brotliOneShot(ConstBytes page, MutableBytes out, int level) {
  std::size_t bytes = out.size();
  const bool went =
      BrotliEncoderCompress(level, BROTLI_DEFAULT_WINDOW, BROTLI_DEFAULT_MODE, page.size(),
                            reinterpret_cast<const std::uint8_t*>(page.data()), &bytes,
                            reinterpret_cast<std::uint8_t*>(out.data())) != BROTLI_FALSE;
  return went ? bytes : 0;
}
#endif

void add(const std::string& name, Compression compression, std::int32_t level, OneShot call) {
  benchmark::RegisterBenchmark(("compress/" + name).c_str(), [=](benchmark::State& state) {
    compress(state, marketPages(), compression, level);
  });
  if (call != nullptr) {
    benchmark::RegisterBenchmark(("one_shot/" + name).c_str(),
                                 [=](benchmark::State& state) { oneShot(state, call, level); });
  }
  benchmark::RegisterBenchmark(("decompress/" + name).c_str(), [=](benchmark::State& state) {
    decompress(state, compression, level);
  });
}

// Of pages that do not shrink, at the default level.
void addRandom(const std::string& name, Compression compression) {
  benchmark::RegisterBenchmark(("compress_random/" + name).c_str(), [=](benchmark::State& state) {
    compress(state, randomPages(), compression, kLevelDefault);
  });
}

[[maybe_unused]] void addLevels(const std::string& name, Compression compression,
                                std::initializer_list<std::int32_t> levels, OneShot call) {
  for (const std::int32_t level : levels) {
    add(name + ":" + std::to_string(level), compression, level, call);
  }
}

void addAll() {
  addLevels("gzip", Compression::kGzip, {1, 6}, nullptr);
  addRandom("gzip", Compression::kGzip);
#if defined(PF_HAVE_SNAPPY)
  add("snappy", Compression::kSnappy, kLevelDefault, snappyOneShot);
  addRandom("snappy", Compression::kSnappy);
#endif
#if defined(PF_HAVE_ZSTD)
  addLevels("zstd", Compression::kZstd, {1, 2, 3, 6, 9}, zstdOneShot);
  addRandom("zstd", Compression::kZstd);
#endif
#if defined(PF_HAVE_LZ4)
  addLevels("lz4_raw", Compression::kLz4Raw, {1, 2, 4, 9}, lz4OneShot);
  addRandom("lz4_raw", Compression::kLz4Raw);
#endif
#if defined(PF_HAVE_BROTLI)
  addLevels("brotli", Compression::kBrotli, {0, 1, 2, 3, 4, 5, 6}, brotliOneShot);
  addRandom("brotli", Compression::kBrotli);
#endif
}

}  // namespace
}  // namespace parquet_flow::codec

int main(int argc, char** argv) {
  parquet_flow::codec::addAll();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
