// Opaque: the payload is the row, one BYTE_ARRAY column.
#include <cstring>

#include "ring/inline_copy.hpp"
#include "sink/row_shape.hpp"

namespace parquet_flow::sink {
namespace {

constexpr std::uint64_t kOffsetBytes = sizeof(std::uint32_t);

void copyPayload(std::byte* to, const DrainedRecord& record) noexcept {
  if (record.bytes <= ring::kInlineCopyBytesMax) [[likely]] {
    ring::inlineCopy(to, record.payload, record.bytes);
  } else {
    std::memcpy(to, record.payload, record.bytes);
  }
}

class OpaqueShape final : public RowShape {
 public:
  explicit OpaqueShape(std::uint64_t captureBytes) noexcept
      : rowBytes_(captureBytes + kOffsetBytes) {}

  Appended append(std::span<DrainedRecord> records, std::uint64_t room, bool atLeastOne,
                  column::Batch& rows) noexcept override {
    std::size_t count = 0;
    std::uint64_t payloadBytes = 0;
    std::uint64_t used = 0;
    while (count < records.size()) {
      used += rowBytes_ + records[count].bytes;
      if (used > room && (count != 0 || !atLeastOne)) break;
      payloadBytes += records[count].bytes;
      ++count;
    }

    column::LeafBuffer& leaf = rows.leaves.front();
    if (!beginOffsets(leaf)) return {0, 0, true};
    auto values = leaf.values().reserveExtra(payloadBytes);
    auto offsets = leaf.offsets().reserveExtra(count * kOffsetBytes);
    if (!values || !offsets) return {0, 0, true};
    std::byte* value = *values;
    std::byte* offset = *offsets;
    auto end = static_cast<std::uint32_t>(leaf.values().size());
    for (const DrainedRecord& record : records.first(count)) {
      copyPayload(value, record);
      value += record.bytes;
      end += record.bytes;
      std::memcpy(offset, &end, kOffsetBytes);
      offset += kOffsetBytes;
    }
    leaf.values().commit(payloadBytes);
    leaf.offsets().commit(count * kOffsetBytes);
    rows.rows += count;
    return {count, count, false};
  }

 private:
  std::uint64_t rowBytes_;  // beside the payload
};

}  // namespace

std::unique_ptr<RowShape> makeOpaqueShape(std::uint64_t captureBytes) {
  return std::make_unique<OpaqueShape>(captureBytes);
}

}  // namespace parquet_flow::sink
