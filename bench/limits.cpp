#include "limits.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

#include "io/descriptor.hpp"

namespace parquet_flow::bench {
namespace {

constexpr std::size_t kBlockBytes = 1 << 20;
// The fastest length of a write here (docs/decisions/0006-writes-of-512-kib.md).
constexpr std::size_t kWriteBytes = 1 << 19;

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool writeAll(int descriptor, const std::byte* data, std::size_t bytes) {
  while (bytes > 0) {
    const ssize_t written = ::write(descriptor, data, bytes);
    if (written <= 0) {
      return false;
    }
    data += written;
    bytes -= static_cast<std::size_t>(written);
  }
  return true;
}

// The compiler sees the width of common sizes and leaves no call in the loop: the limit must not be
// a slow loop.
template <std::size_t kWidth>
std::size_t interleave(std::byte* out, const std::byte* values, std::size_t width,
                       std::uint64_t rows) {
  const std::size_t bytes = kWidth == 0 ? width : kWidth;
  const auto length = static_cast<std::uint32_t>(bytes);
  std::byte* at = out;
  for (std::uint64_t row = 0; row < rows; ++row) {
    std::memcpy(at, &length, sizeof length);
    std::memcpy(at + sizeof length, values, bytes);
    at += sizeof length + bytes;
    values += bytes;
  }
  return static_cast<std::size_t>(at - out);
}

using InterleaveFn = std::size_t (*)(std::byte*, const std::byte*, std::size_t, std::uint64_t);
InterleaveFn interleaveOf(std::size_t width) {
  switch (width) {
    case 64:
      return interleave<64>;
    case 128:
      return interleave<128>;
    case 256:
      return interleave<256>;
    case 512:
      return interleave<512>;
    default:
      return interleave<0>;
  }
}

}  // namespace

double interleaveAndWrite(const std::string& path, const PayloadPool& pool,
                          const Options& options) {
  const std::size_t width = options.rowSize;
  const std::uint64_t blockRows = std::max<std::uint64_t>(1, kWriteBytes / (width + 4));
  std::vector<std::byte> block(blockRows * (width + 4));
  const InterleaveFn fill = interleaveOf(width);
  const auto start = std::chrono::steady_clock::now();
  const int descriptor = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  bool good = descriptor >= 0;
  const bool reserves = good && io::reservingPays(descriptor);
  std::uint64_t position = 0;
  for (std::uint64_t row = 0, group = 0; good && row < options.rows;
       row += options.rowGroupRows, ++group) {
    const std::uint64_t rows = std::min(options.rowGroupRows, options.rows - row);
    const std::byte* values = pool.values(group);
    for (std::uint64_t done = 0; good && done < rows; done += blockRows) {
      const std::uint64_t now = std::min(blockRows, rows - done);
      const std::size_t bytes = fill(block.data(), values + done * width, width, now);
      if (reserves) io::reserveSpace(descriptor, position, bytes);
      good = writeAll(descriptor, block.data(), bytes);
      position += bytes;
    }
  }
  good = (descriptor < 0 || ::close(descriptor) == 0) && good;
  const double seconds = secondsSince(start);
  ::unlink(path.c_str());
  if (!good) {
    std::perror(path.c_str());
    return -1;
  }
  return seconds;
}

Deflated deflateWithZlib(std::span<const std::byte> bytes, int level) {
  Deflated result;
  std::vector<unsigned char> out(kBlockBytes + kBlockBytes / 100 + 64);
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t at = 0; at < bytes.size(); at += kBlockBytes) {
    const std::size_t now = std::min(kBlockBytes, bytes.size() - at);
    z_stream stream{};
    constexpr int kGzipWindowBits = 15 + 16;
    deflateInit2(&stream, level, Z_DEFLATED, kGzipWindowBits, 8, Z_DEFAULT_STRATEGY);
    // zlib's input pointer lacks const; it is not written.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data() + at));
    stream.avail_in = static_cast<uInt>(now);
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    result.bytes += stream.total_out;
    deflateEnd(&stream);
  }
  result.seconds = secondsSince(start);
  return result;
}

}  // namespace parquet_flow::bench
