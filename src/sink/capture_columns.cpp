#include "sink/capture_columns.hpp"

#include "base/bytes.hpp"

namespace parquet_flow::sink {
namespace {

constexpr std::int64_t kNsPerUs = 1000;

// Towards the past for times before 1970 too: truncation would round those up.
std::int64_t floorToUs(std::int64_t ns) noexcept {
  return ns / kNsPerUs - (ns % kNsPerUs < 0 ? 1 : 0);
}

// Room must have been reserved.
template <class T, class ValueOf>
void fill(ByteBuffer& values, std::span<const DrainedRecord> records, ValueOf valueOf) noexcept {
  std::byte* to = values.data() + values.size();
  for (const DrainedRecord& record : records) {
    storeLe<T>(to, valueOf(record));
    to += sizeof(T);
  }
  values.commit(records.size() * sizeof(T));
}

}  // namespace

bool CaptureColumns::reserve(std::size_t rows, column::Batch& capture) const noexcept {
  for (column::LeafBuffer& leaf : capture.leaves) {
    if (!leaf.values().reserveExtra(rows * sizeof(std::int64_t))) return false;
  }
  return true;
}

void CaptureColumns::append(std::span<const DrainedRecord> records,
                            column::Batch& capture) const noexcept {
  if (!enabled_) return;
  auto leaf = capture.leaves.begin();
  const auto timeNs = [](const DrainedRecord& record) { return record.timeNs; };
  if (portable_) {
    fill<std::int64_t>((leaf++)->values(), records,
                       [](const DrainedRecord& record) { return floorToUs(record.timeNs); });
  }
  fill<std::int64_t>((leaf++)->values(), records, timeNs);
  fill<std::int32_t>((leaf++)->values(), records, [](const DrainedRecord& record) {
    return static_cast<std::int32_t>(record.producer);
  });
  fill<std::int64_t>(leaf->values(), records, [](const DrainedRecord& record) {
    return static_cast<std::int64_t>(record.attempt);
  });
  capture.rows += records.size();
}

}  // namespace parquet_flow::sink
