#include "sink/memory.hpp"

#include <algorithm>

#include "ring/mapping.hpp"
#include "sink/file_schema.hpp"
#include "sink/options.hpp"

namespace parquet_flow::sink {
namespace {

constexpr std::uint64_t kKiB = 1024;
constexpr std::uint64_t kMiB = 1024 * kKiB;

// Values of one row group at most: a row group is sealed before a row would pass the bound, unless
// that row is alone, or comes out of a callback, whose row is known when it is there.
std::uint64_t valueBytesMax(const SinkOptions& options) noexcept {
  constexpr std::uint64_t kCaptureBytes = 28;
  constexpr std::uint64_t kLevelAndOffsetBytes = 5;
  std::uint64_t rowBytes = kCaptureBytes;
  switch (options.shape) {
    case Shape::kOpaque:
      rowBytes += options.recordBytesMax + kLevelAndOffsetBytes;
      break;
    case Shape::kStruct:  // every tail may be the whole payload
      rowBytes += options.structColumns.size() * (options.recordBytesMax + kLevelAndOffsetBytes);
      break;
    case Shape::kCallback:
      return 2 * options.rowGroupBytes;
  }
  return std::max(options.rowGroupBytes, rowBytes);
}

// A column's buffer doubles, and while it does its old and its new memory are there. Those of the
// others are as large as they ever were, up to where reset() frees them.
constexpr std::uint64_t kGrowth = 5;

}  // namespace

std::uint64_t bufferBytesMax(const SinkOptions& options) noexcept {
  return 2 * valueBytesMax(options);
}

Result<std::uint64_t> memoryCeilingBytes(const SinkOptions& given, std::uint32_t producers) {
  PF_TRY_ASSIGN(const SinkOptions options, normalizeOptions(given));
  PF_TRY_ASSIGN(const FileSchema schema, makeFileSchema(options));
  const std::uint64_t leaves = schema.file->leaves().size();
  const std::uint64_t values = valueBytesMax(options);

  constexpr std::uint64_t kProducerBytes = 8 * kKiB;  // handle, reader, account, ring header
  const std::uint64_t ring =
      options.ringBytes + kProducerBytes + (options.hugePages ? ring::kHugePageBytes : 4 * kKiB);
  // Pages that do not shrink become stored blocks, which add a little.
  const std::uint64_t encoded = values + values / 64 + leaves * 64 * kKiB;
  const std::uint64_t buffer = kGrowth * (values + encoded);
  // A page ends at 1 MiB of values, or after the one value that is larger; there is its gathered
  // form and its compressed one.
  const std::uint64_t page = std::max(2 * kMiB, 2 * std::min(values, options.recordBytesMax));
  const std::uint64_t encoder = leaves * (2 * page + kMiB);
  constexpr std::uint64_t kOwnBytes = 4 * kMiB;  // worker, queues, file names
  return producers * ring + options.rowGroupBuffers * buffer +
         std::max(options.encodeThreads, 1U) * encoder + kOwnBytes;
}

}  // namespace parquet_flow::sink
