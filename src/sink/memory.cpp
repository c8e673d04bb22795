#include "sink/memory.hpp"

#include <algorithm>

#include "ring/mapping.hpp"
#include "sink/file_schema.hpp"
#include "write/memory.hpp"

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
constexpr std::uint64_t kOffsetBytes = 4;  // of a string, in columns and in pages

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

// What the encoder is to expect.
write::RowGroupLimits rowGroupLimits(const SinkOptions& options, std::size_t leaves) noexcept {
  const std::uint64_t row = rowBytesMax(options);
  return {.rows = options.rowGroupRows,
          .bytes = valueBytesMax(options),
          .rowBytes = row,
          .pieceBytes = piecePlan(options, leaves).bytes + row};
}

// What an entry of the leaf takes. A null takes its levels alone, a string its bytes besides.
struct EntryBytes {
  bool isString;
  bool mayBeNull;
  std::uint64_t levels;
  std::uint64_t value;

  explicit EntryBytes(const schema::Leaf& leaf) noexcept
      : isString(leaf.type == schema::PhysicalType::kByteArray),
        mayBeNull(leaf.maxDefinitionLevel != 0),
        levels((mayBeNull ? 1 : 0) + (leaf.maxRepetitionLevel != 0 ? 1 : 0)),
        value(isString ? kOffsetBytes
              : leaf.type == schema::PhysicalType::kBoolean
                  ? 1
                  : schema::fixedWidth(leaf.type, leaf.typeLength)) {}
};

// Of rows of `bytes` together, at most `rowsMax`, in leaves of at most `bytesMax` >= 1.5 * `bytes`
// together. There are most rows where all is null that may be: levels, and what may not be null,
// have room for that many. The rest goes to what may be null, for as many rows as there are without
// nulls, and to strings' bytes.
std::vector<LeafRoom> leafRooms(const schema::Schema& schema, std::uint64_t rowsMax,
                                std::uint64_t bytes, std::uint64_t bytesMax) {
  std::uint64_t rowBytes = 0;
  std::uint64_t mayBeNull = 0;  // of a row's values
  std::uint64_t strings = 0;
  for (const schema::Leaf& leaf : schema.leaves()) {
    const EntryBytes entry(leaf);
    rowBytes += entry.levels + (entry.mayBeNull ? 0 : entry.value);
    mayBeNull += entry.mayBeNull ? entry.value : 0;
    strings += entry.isString ? 1 : 0;
  }
  const std::uint64_t leastRow = std::max<std::uint64_t>(rowBytes, 1);
  const std::uint64_t rows = std::min(rowsMax, bytes / leastRow);
  std::uint64_t rest = bytesMax - rows * leastRow;
  std::uint64_t rowsWithoutNulls = std::min(rowsMax, bytes / (leastRow + mayBeNull));
  if (mayBeNull != 0 && strings != 0) {
    rowsWithoutNulls = std::min(rowsWithoutNulls, rest / 2 / mayBeNull);
  }
  rest -= rowsWithoutNulls * mayBeNull;
  std::vector<LeafRoom> rooms;
  rooms.reserve(schema.leaves().size());
  for (const schema::Leaf& leaf : schema.leaves()) {
    const EntryBytes entry(leaf);
    const std::uint64_t values = entry.mayBeNull ? rowsWithoutNulls : rows;
    rooms.push_back(
        {.entries = rows,
         .values = values,
         .valueBytes = entry.isString ? std::min(bytes, rest / strings) : values * entry.value});
  }
  return rooms;
}

// A piece's buffer doubles, and while it does its old and its new memory are there; the other half
// of it may be as large as it ever was, up to where it is freed.
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
  // Strings with more than an even share double beyond what was prefaulted. Were that given back,
  // each use would allocate anew.
  if (options.prefault) plan.keepBytes += 2 * plan.bytes;
  plan.keepAnyBelowBytes = 8 * (plan.bytes + rowBytesMax(options));
  plan.bytesMax = plan.count * plan.keepBytes + plan.keepAnyBelowBytes;
  return plan;
}

std::vector<LeafRoom> pieceRooms(const SinkOptions& options, const schema::Schema& schema) {
  // The worker makes room for a run of records at a time, eight bytes for each.
  constexpr std::uint64_t kRunRows = 512;
  constexpr std::uint64_t kRunBytes = kRunRows * sizeof(std::int64_t);
  const PiecePlan plan = piecePlan(options, schema.leaves().size());
  std::vector<LeafRoom> rooms = leafRooms(schema, options.rowGroupRows, plan.bytes, 2 * plan.bytes);
  for (LeafRoom& room : rooms) {
    room.entries += kRunRows;
    room.values += kRunRows;
    room.valueBytes += kRunBytes;
  }
  return rooms;
}

std::vector<std::uint64_t> rowGroupRooms(const SinkOptions& options, const schema::Schema& schema) {
  const std::vector<LeafRoom> rooms = leafRooms(schema, options.rowGroupRows, options.rowGroupBytes,
                                                options.rowGroupBytes + options.rowGroupBytes / 2);
  std::vector<std::uint64_t> bytes;
  bytes.reserve(rooms.size());
  for (std::size_t i = 0; i < rooms.size(); ++i) {
    const bool isString = schema.leaves()[i].type == schema::PhysicalType::kByteArray;
    bytes.push_back(rooms[i].valueBytes + (isString ? kOffsetBytes * rooms[i].values : 0));
  }
  return bytes;
}

std::uint64_t encodedBytesMax(const SinkOptions& options, const schema::Schema& schema) noexcept {
  return 2 * write::encodedBytesMax(schema, options.writer,
                                    rowGroupLimits(options, schema.leaves().size()));
}

Result<std::uint64_t> memoryCeilingBytes(const SinkOptions& given, std::uint32_t producers) {
  PF_TRY_ASSIGN(const SinkOptions options, normalizeOptions(given));
  PF_TRY_ASSIGN(const FileSchema schema, makeFileSchema(options));
  PF_TRY(write::validateOptions(options.writer, *schema.file));
  const std::uint64_t leaves = schema.file->leaves().size();

  constexpr std::uint64_t kProducerBytes = 8 * kKiB;  // handle, reader, account, ring header
  const std::uint64_t ring =
      options.ringBytes + kProducerBytes + (options.hugePages ? ring::kHugePageBytes : 4 * kKiB);
  // The one that is being filled may be growing.
  const PiecePlan plan = piecePlan(options, leaves);
  const std::uint64_t pieces = plan.bytesMax + kGrowth * (plan.bytes + rowBytesMax(options));
  // Of an encoded form some leaves' buffers are as they were left, others have the room that was
  // made when the row group began, an eighth more than all of it, and others have doubled, one of
  // them just now. The only encoder there is writes what it has encoded before it begins the next.
  const write::RowGroupLimits limits = rowGroupLimits(options, leaves);
  const std::uint64_t encoded = write::encodedBytesMax(*schema.file, options.writer, limits);
  const std::uint64_t encodedForm =
      encodedBytesMax(options, *schema.file) + limits.bytes + limits.bytes / 8 + 3 * encoded;
  const std::uint64_t encodedCount = options.encodeThreads == 1 ? 1 : options.rowGroupBuffers;
  const std::uint64_t encoder = write::encoderBytesMax(*schema.file, options.writer, limits);
  constexpr std::uint64_t kOwnBytes = 4 * kMiB;  // worker, queues, file names
  return producers * ring + pieces + encodedCount * encodedForm +
         std::max(options.encodeThreads, 1U) * encoder + kOwnBytes;
}

}  // namespace parquet_flow::sink
