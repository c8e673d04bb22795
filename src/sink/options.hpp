// What a sink can be told: pf_sink_options_t of parquet_flow.h, and what tests put in its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/status.hpp"
#include "column/row_builder.hpp"
#include "io/directory.hpp"
#include "schema/schema.hpp"
#include "write/options.hpp"

namespace parquet_flow::sink {

// The values of these are those of pf_shape_t, pf_struct_field_t, pf_nullability_t, pf_profile_t,
// pf_worker_mode_t and pf_log_level_t.
enum class Shape : std::uint8_t { kOpaque = 0, kStruct = 1, kCallback = 2 };

enum class FieldType : std::uint8_t {
  kBool8 = 0,
  kInt8 = 1,
  kInt16 = 2,
  kInt32 = 3,
  kInt64 = 4,
  kUint8 = 5,
  kUint16 = 6,
  kUint32 = 7,
  kUint64 = 8,
  kFloat = 9,
  kDouble = 10,
  kChars = 11,
  kBytes = 12,
  kTailBytes = 13,
  kTailString = 14,
};

enum class Nullability : std::uint8_t { kNever = 0, kBitmap = 1, kSentinel = 2 };

enum class Profile : std::uint8_t { kNanos = 0, kPortable = 1 };

enum class WorkerMode : std::uint8_t { kPark = 0, kSpin = 1, kPoll = 2 };

enum class LogLevel : std::uint8_t { kInfo = 0, kWarning = 1, kError = 2 };

// As pf_struct_column_t.
struct StructColumn {
  std::string name;
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
  FieldType field = FieldType::kInt64;
  Nullability nullability = Nullability::kNever;
  std::uint32_t nullOffset = 0;
  std::uint32_t nullBit = 0;
  std::uint64_t nullValue = 0;
  schema::LogicalType logical;
};

// What a row callback is told; the layout is pf_record_t's, which the C API passes on as it is.
struct RecordInfo {
  const void* payload;
  std::size_t bytes;
  std::int64_t timeNs;
  std::uint64_t attempt;
  std::uint32_t producer;
  std::uint32_t reserved;
};

struct FileEvent {
  const char* path;
  std::uint64_t rows;
  std::uint64_t bytes;
  std::uint64_t rowGroups;
  std::uint64_t rowsLost;
};

struct DoubtEvent {
  std::uint32_t producer;
  std::uint64_t firstAttempt;
  std::uint64_t lastAttempt;
  const char* path;
};

// Nonzero rejects the row.
using RowFunction = int (*)(void* user, const RecordInfo& record, column::RowBuilder& row);
using LogFunction = void (*)(void* user, LogLevel level, const char* message);
using FileFunction = void (*)(void* user, const FileEvent& event);
using DoubtFunction = void (*)(void* user, const DoubtEvent& event);

// Bounds that parquet_flow.h states.
inline constexpr std::uint64_t kRowGroupRowsMax = (std::uint64_t{1} << 31) - 1;
inline constexpr std::uint64_t kRowGroupBytesMin = std::uint64_t{64} << 10;
inline constexpr std::uint64_t kRowGroupBytesMax = std::uint64_t{1} << 30;
inline constexpr std::uint64_t kRingBytesMin = std::uint64_t{64} << 10;
inline constexpr std::uint64_t kRingBytesMax = std::uint64_t{16} << 30;
inline constexpr std::uint64_t kHeldBytesMin = std::uint64_t{64} << 10;
inline constexpr std::uint64_t kHeldBytesMax = std::uint64_t{1} << 30;
inline constexpr std::uint64_t kGraceNsMax = 60'000'000'000;
inline constexpr std::uint64_t kParkNsMin = 1'000;
inline constexpr std::uint64_t kParkNsMax = 1'000'000'000;
inline constexpr std::uint32_t kProducersMax = 65'535;
inline constexpr std::uint32_t kEncodeThreadsMax = 64;
inline constexpr std::uint32_t kRowGroupBuffersMin = 2;
inline constexpr std::uint32_t kRowGroupBuffersMax = 64;
inline constexpr std::uint32_t kProducerNameBytesMax = 63;
inline constexpr std::uint32_t kFieldBytesMax = 65'535;
inline constexpr std::uint32_t kNullBitMax = 65'535;
// A page holds at least one value, and a page is below 2 GiB (parquet.thrift, PageHeader).
inline constexpr std::uint64_t kRecordBytesMax = std::uint64_t{1} << 30;

struct SinkOptions {
  // Rows.
  Shape shape = Shape::kOpaque;
  std::shared_ptr<const schema::Schema> schema;  // kCallback: of a row
  std::vector<StructColumn> structColumns;       // kStruct
  RowFunction onRow = nullptr;                   // kCallback
  void* onRowUser = nullptr;
  bool captureColumns = true;
  Profile profile = Profile::kNanos;

  // Files: exactly one of outputPath and directory.
  std::string outputPath;
  std::string directory;
  std::string prefix = "feed";
  bool replace = false;
  bool syncOnPublish = true;
  std::uint64_t rotateBytes = std::uint64_t{1} << 30;
  std::uint64_t rotateRows = 0;
  std::uint64_t rotateTimeNs = 3'600'000'000'000;

  // Row groups.
  std::uint64_t rowGroupRows = std::uint64_t{1} << 20;
  std::uint64_t rowGroupBytes = std::uint64_t{64} << 20;
  std::uint64_t rowGroupTimeNs = 5'000'000'000;
  write::WriterOptions writer;  // held against the file's schema when the sink is opened

  // Rings.
  std::uint64_t ringBytes = std::uint64_t{8} << 20;
  std::uint64_t recordBytesMax = 0;
  bool lockMemory = false;
  bool hugePages = false;
  std::uint32_t lowPriorityPercent = 50;
  std::uint32_t producersMax = 1024;

  // Time and order.
  ClockChoice clock = ClockChoice::kAuto;
  WorkerMode worker = WorkerMode::kPark;
  std::uint64_t graceNs = 1'000'000;
  std::uint64_t heldBytesMax = std::uint64_t{64} << 20;
  std::uint64_t parkNs = 50'000;
  std::uint64_t parkMaxNs = 10'000'000;

  // Threads of ours; none in WorkerMode::kPoll.
  std::vector<std::uint32_t> workerCpus;
  std::uint32_t encodeThreads = 1;
  std::uint32_t rowGroupBuffers = 3;
  bool prefault = false;

  // Telling the application.
  LogFunction log = nullptr;
  void* logUser = nullptr;
  FileFunction onFile = nullptr;
  void* onFileUser = nullptr;
  DoubtFunction onDoubt = nullptr;
  void* onDoubtUser = nullptr;

  // The seams, for tests and for measuring without a disk.
  // Stands for `directory`, or for the directory of outputPath; nullptr: the real one is opened.
  std::shared_ptr<io::Directory> files;
  // Of time stamps, and of the worker's own waiting; parking is always in real time.
  ClockSources clockSources = systemClockSources();
};

// Refuses what parquet_flow.h does not allow: one sentence that names the option. Fills in what
// "0: ..." stands for, and rounds the ring's size up to a power of two. Touches no file.
[[nodiscard]] Result<SinkOptions> normalizeOptions(SinkOptions options);

// As pf_sink_memory_ceiling. Normalizes by itself.
[[nodiscard]] Result<std::uint64_t> memoryCeilingBytes(const SinkOptions& given,
                                                       std::uint32_t producers);

}  // namespace parquet_flow::sink
