#include "sink/memory.hpp"

#include <algorithm>

#include "ring/mapping.hpp"
#include "sink/file_schema.hpp"
#include "stats/bloom_filter.hpp"

namespace parquet_flow::sink {
namespace {

constexpr std::uint64_t kKiB = 1024;
constexpr std::uint64_t kMiB = 1024 * kKiB;

// What is filled, encoded, and the ring it comes from stay in a second-level cache of 1 MiB.
constexpr std::uint64_t kPieceBytes = 256 * kKiB;
// Of each leaf: less would make many short calls of the encoder.
constexpr std::uint64_t kPieceLeafBytes = 8 * kKiB;
// Every piece has objects of its own, so there must not be too many.
constexpr std::uint64_t kPiecesMax = 4096;
// Each of a leaf's four buffers begins with 4 KiB.
constexpr std::uint64_t kLeafBytesMin = 16 * kKiB;

// The largest row. One that comes out of a callback is refused above the size of a row group.
std::uint64_t rowBytesMax(const SinkOptions& options) noexcept {
  constexpr std::uint64_t kCaptureBytes = 28;
  constexpr std::uint64_t kLevelAndOffsetBytes = 5;
  const std::uint64_t column = options.recordBytesMax + kLevelAndOffsetBytes;
  switch (options.shape) {
    case Shape::kOpaque:
      return kCaptureBytes + column;
    case Shape::kStruct:  // every tail may be the whole payload
      return kCaptureBytes + options.structColumns.size() * column;
    case Shape::kCallback:
      break;
  }
  return options.rowGroupBytes;
}

// Values of one row group at most: a row group is sealed before a row would pass the bound, unless
// that row is alone, or comes out of a callback, whose row is known when it is there.
std::uint64_t valueBytesMax(const SinkOptions& options) noexcept {
  return options.shape == Shape::kCallback ? 2 * options.rowGroupBytes
                                           : std::max(options.rowGroupBytes, rowBytesMax(options));
}

// Of one leaf's pages in a row group: what is kept of each beside its values.
std::uint64_t pageInfoBytesMax(const SinkOptions& options) noexcept {
  const write::WriterOptions& writer = options.writer;
  const std::uint64_t pages =
      1 + options.rowGroupRows / writer.pageRows + valueBytesMax(options) / writer.pageBytes;
  constexpr std::uint64_t kHeaderAndIndexBytes = 256;
  constexpr std::uint64_t kBounds = 4;  // two in the header, or in the index
  return pages * (kHeaderAndIndexBytes + kBounds * writer.truncateBytes);
}

std::uint64_t bloomFilterBytesMax(const SinkOptions& options, const schema::Schema& schema) {
  std::uint64_t bytes = 0;
  for (const schema::Leaf& leaf : schema.leaves()) {
    const auto filter = write::columnOptions(options.writer, leaf).bloomFilter;
    if (!filter) continue;
    const std::uint64_t values =
        leaf.maxRepetitionLevel == 0 ? options.rowGroupRows : valueBytesMax(options);
    bytes += stats::bloomFilterBytes(filter->distinctCount != 0 ? filter->distinctCount : values,
                                     filter->falsePositiveRate);
  }
  return bytes;
}

// A buffer doubles, and while it does its old and its new memory are there; the other half of it
// may be as large as it ever was, up to where it is freed.
constexpr std::uint64_t kGrowth = 5;

}  // namespace

PiecePlan piecePlan(const SinkOptions& options, std::size_t leaves) noexcept {
  // Beside the row group that is being written there may be so much of others.
  const std::uint64_t filled = (options.rowGroupBuffers - 1) * options.rowGroupBytes;
  PiecePlan plan;
  plan.bytes = std::min(options.rowGroupBytes,
                        std::max({kPieceBytes, leaves * kPieceLeafBytes, filled / kPiecesMax}));
  plan.count = static_cast<std::uint32_t>(
      std::max<std::uint64_t>(filled / plan.bytes, options.rowGroupBuffers));
  plan.keepBytes = 2 * plan.bytes + leaves * kLeafBytesMin;
  plan.keepAnyBelowBytes = 8 * (plan.bytes + rowBytesMax(options));
  plan.bytesMax = plan.count * plan.keepBytes + plan.keepAnyBelowBytes;
  return plan;
}

std::uint64_t encodedBytesMax(const SinkOptions& options) noexcept {
  return 2 * valueBytesMax(options);
}

Result<std::uint64_t> memoryCeilingBytes(const SinkOptions& given, std::uint32_t producers) {
  PF_TRY_ASSIGN(const SinkOptions options, normalizeOptions(given));
  PF_TRY_ASSIGN(const FileSchema schema, makeFileSchema(options));
  PF_TRY(write::validateOptions(options.writer, *schema.file));
  const std::uint64_t leaves = schema.file->leaves().size();
  const std::uint64_t values = valueBytesMax(options);

  constexpr std::uint64_t kProducerBytes = 8 * kKiB;  // handle, reader, account, ring header
  const std::uint64_t ring =
      options.ringBytes + kProducerBytes + (options.hugePages ? ring::kHugePageBytes : 4 * kKiB);
  // The one that is being filled may be growing.
  const PiecePlan plan = piecePlan(options, leaves);
  const std::uint64_t pieces = plan.bytesMax + kGrowth * (plan.bytes + rowBytesMax(options));
  const std::uint64_t filters = bloomFilterBytesMax(options, *schema.file);
  // Pages that do not shrink become stored blocks, which add a little. The only encoder there is
  // writes what it has encoded before it begins the next row group.
  const std::uint64_t encoded =
      values + values / 64 + leaves * (32 * kKiB + pageInfoBytesMax(options)) + filters;
  const std::uint64_t encodedCount = options.encodeThreads == 1 ? 1 : options.rowGroupBuffers;
  // A page ends at page_bytes of values, or after the one value that is larger; there is its
  // gathered form and its compressed one. A dictionary's tables take eight times its page.
  const std::uint64_t page =
      2 * std::max(options.writer.pageBytes, std::min(values, options.recordBytesMax));
  const std::uint64_t encoder =
      leaves * (2 * page + 9 * options.writer.dictionaryBytes + kMiB) + filters;
  constexpr std::uint64_t kOwnBytes = 4 * kMiB;  // worker, queues, file names
  return producers * ring + pieces + encodedCount * kGrowth * encoded +
         std::max(options.encodeThreads, 1U) * encoder + kOwnBytes;
}

}  // namespace parquet_flow::sink
