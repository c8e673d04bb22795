// Goal: the C header and the layers below say the same: values of enumerations, defaults of
// options.
//
// Method: value by value, most of it asked of the compiler. capi/enums.cpp holds those of schemas
// and writers.
#include <gtest/gtest.h>

#include "defaults.hpp"
#include "read/batch_reader.hpp"
#include "sink/log_sink.hpp"
#include "sink/options.hpp"
#include "write/options.hpp"

namespace parquet_flow::capi {
namespace {

template <class Ours>
constexpr bool agrees(Ours ours, int theirs) {
  return static_cast<int>(ours) == theirs;
}

using sink::FieldType;
static_assert(
    agrees(FieldType::kBool8, PF_FIELD_BOOL8) && agrees(FieldType::kInt8, PF_FIELD_INT8) &&
    agrees(FieldType::kInt16, PF_FIELD_INT16) && agrees(FieldType::kInt32, PF_FIELD_INT32) &&
    agrees(FieldType::kInt64, PF_FIELD_INT64) && agrees(FieldType::kUint8, PF_FIELD_UINT8) &&
    agrees(FieldType::kUint16, PF_FIELD_UINT16) && agrees(FieldType::kUint32, PF_FIELD_UINT32) &&
    agrees(FieldType::kUint64, PF_FIELD_UINT64) && agrees(FieldType::kFloat, PF_FIELD_FLOAT) &&
    agrees(FieldType::kDouble, PF_FIELD_DOUBLE) && agrees(FieldType::kChars, PF_FIELD_CHARS) &&
    agrees(FieldType::kBytes, PF_FIELD_BYTES) &&
    agrees(FieldType::kTailBytes, PF_FIELD_TAIL_BYTES) &&
    agrees(FieldType::kTailString, PF_FIELD_TAIL_STRING));

static_assert(agrees(sink::Shape::kOpaque, PF_SHAPE_OPAQUE) &&
              agrees(sink::Shape::kStruct, PF_SHAPE_STRUCT) &&
              agrees(sink::Shape::kCallback, PF_SHAPE_CALLBACK));
static_assert(agrees(sink::Nullability::kNever, PF_NULL_NEVER) &&
              agrees(sink::Nullability::kBitmap, PF_NULL_BITMAP) &&
              agrees(sink::Nullability::kSentinel, PF_NULL_SENTINEL));
static_assert(agrees(sink::Profile::kNanos, PF_PROFILE_NANOS) &&
              agrees(sink::Profile::kPortable, PF_PROFILE_PORTABLE));
static_assert(agrees(sink::WorkerMode::kPark, PF_WORKER_PARK) &&
              agrees(sink::WorkerMode::kSpin, PF_WORKER_SPIN) &&
              agrees(sink::WorkerMode::kPoll, PF_WORKER_POLL));
static_assert(agrees(sink::LogLevel::kInfo, PF_LOG_INFO) &&
              agrees(sink::LogLevel::kWarning, PF_LOG_WARNING) &&
              agrees(sink::LogLevel::kError, PF_LOG_ERROR));
static_assert(sink::kTimeoutInfinite == PF_TIMEOUT_INFINITE);

TEST(Defaults, ofWriterOptions) {
  const pf_writer_options_t options = defaultWriterOptions();
  const write::WriterOptions ours;
  EXPECT_EQ(options.page_bytes, ours.pageBytes);
  EXPECT_EQ(options.page_rows, ours.pageRows);
  EXPECT_EQ(options.truncate_bytes, ours.truncateBytes);
  EXPECT_EQ(options.encoding == PF_ENCODING_AUTO, !ours.column.encoding);
  EXPECT_TRUE(agrees(ours.profile, options.profile));
  EXPECT_EQ(options.data_page_version, ours.dataPageVersion);
  EXPECT_EQ(options.page_index == 1, ours.pageIndex);
  EXPECT_EQ(options.size_statistics == 1, ours.sizeStatistics);
  EXPECT_TRUE(agrees(ours.floatOrder, options.float_order));
  EXPECT_TRUE(agrees(ours.fieldIds, options.field_ids));
  EXPECT_EQ(options.bloom_filter == 1, ours.column.bloomFilter.has_value());
  EXPECT_EQ(options.bloom_filter_fpp, write::BloomFilterOptions().falsePositiveRate);
  EXPECT_EQ(options.bloom_filter_ndv, write::BloomFilterOptions().distinctCount);
  EXPECT_EQ(options.dictionary_bytes, ours.dictionaryBytes);
  EXPECT_EQ(options.crc == 1, ours.crc);
  EXPECT_EQ(options.statistics == 1, ours.column.statistics);
  EXPECT_TRUE(agrees(ours.column.compression, options.compression));
  EXPECT_EQ(options.compression_level, ours.column.compressionLevel);
}

TEST(Defaults, ofReaderAndScanOptions) {
  EXPECT_EQ(defaultReaderOptions().page_bytes_max, read::ReadOptions().pageBytesMax);
  EXPECT_EQ(defaultReaderOptions().no_crc == 0, read::ReadOptions().checkCrc);
  EXPECT_EQ(defaultScanOptions().batch_rows, read::BatchOptions().batchRows);
  EXPECT_EQ(defaultScanOptions().row_count, read::BatchOptions().rows);
}

TEST(Defaults, ofSinkOptions) {
  const pf_sink_options_t options = defaultSinkOptions();
  const sink::SinkOptions ours;
  EXPECT_TRUE(agrees(ours.shape, options.shape));
  EXPECT_EQ(options.no_capture_columns == 0, ours.captureColumns);
  EXPECT_TRUE(agrees(ours.profile, options.profile));
  EXPECT_EQ(options.prefix, ours.prefix);
  EXPECT_EQ(options.replace == 1, ours.replace);
  EXPECT_EQ(options.no_sync == 0, ours.syncOnPublish);
  EXPECT_EQ(options.rotate_bytes, ours.rotateBytes);
  EXPECT_EQ(options.rotate_rows, ours.rotateRows);
  EXPECT_EQ(options.rotate_time_ns, ours.rotateTimeNs);
  EXPECT_EQ(options.row_group_rows, ours.rowGroupRows);
  EXPECT_EQ(options.row_group_bytes, ours.rowGroupBytes);
  EXPECT_EQ(options.row_group_time_ns, ours.rowGroupTimeNs);
  EXPECT_TRUE(agrees(ours.writer.column.compression, options.compression));
  EXPECT_EQ(options.compression_level, ours.writer.column.compressionLevel);
  EXPECT_EQ(options.writer, nullptr);
  EXPECT_EQ(options.ring_bytes, ours.ringBytes);
  EXPECT_EQ(options.record_bytes_max, ours.recordBytesMax);
  EXPECT_EQ(options.lock_memory == 1, ours.lockMemory);
  EXPECT_EQ(options.huge_pages == 1, ours.hugePages);
  EXPECT_EQ(options.low_priority_percent, ours.lowPriorityPercent);
  EXPECT_EQ(options.producers_max, ours.producersMax);
  EXPECT_TRUE(agrees(ours.clock, options.clock));
  EXPECT_TRUE(agrees(ours.worker, options.worker));
  EXPECT_EQ(options.grace_ns, ours.graceNs);
  EXPECT_EQ(options.held_bytes_max, ours.heldBytesMax);
  EXPECT_EQ(options.park_ns, ours.parkNs);
  EXPECT_EQ(options.park_max_ns, ours.parkMaxNs);
  EXPECT_EQ(options.worker_cpu_count, ours.workerCpus.size());
  EXPECT_EQ(options.encode_threads, ours.encodeThreads);
  EXPECT_EQ(options.row_group_buffers, ours.rowGroupBuffers);
  EXPECT_EQ(options.prefault == 1, ours.prefault);
}

}  // namespace
}  // namespace parquet_flow::capi
