#include "encoding/delta_length_byte_array.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "encoding/delta_lengths.hpp"

namespace parquet_flow::encoding {

void DeltaLengthByteArrayEncoder::begin(ByteBuffer& body) noexcept {
  body_ = &body;
  lengths_.begin();
}

Result<void> DeltaLengthByteArrayEncoder::append(const std::byte* data,
                                                 const std::uint32_t* offsets, std::size_t count) {
  if (count == 0) {
    return {};
  }
  PF_TRY(lengths_.appendOffsets(offsets, count));
  return body_->append(data + offsets[0], offsets[count] - offsets[0]);
}

Result<void> DeltaLengthByteArrayEncoder::finish() { return lengths_.finish(); }

Result<std::size_t> decodeDeltaLengthByteArray(ConstBytes in, std::size_t count, ByteBuffer& data,
                                               ByteBuffer& offsets) {
  PF_TRY(checkDeltaBinaryPacked(in, count, sizeof(std::uint32_t)));
  PF_TRY_ASSIGN(std::byte* const ends, offsets.reserveExtra(count * sizeof(std::uint32_t)));
  PF_TRY_ASSIGN(const DeltaLengths lengths, decodeDeltaLengths(in, count, ends));
  const std::size_t left = in.size() - lengths.bytes;
  if (lengths.sum > left) {
    return fail(ErrorCode::kCorrupt, "BYTE_ARRAY values of " + std::to_string(lengths.sum) +
                                         " bytes in all, where " + std::to_string(left) +
                                         " bytes of their page are left");
  }
  PF_TRY(checkByteArrayBytes(data.size(), lengths.sum));
  std::uint64_t end = data.size();
  PF_TRY(data.append(in.data() + lengths.bytes, lengths.sum));
  for (std::size_t i = 0; i < count; ++i) {
    std::byte* const at = ends + i * sizeof(std::uint32_t);
    end += loadLe<std::uint32_t>(at);
    storeLe(at, static_cast<std::uint32_t>(end));
  }
  offsets.commit(count * sizeof(std::uint32_t));
  return lengths.bytes + static_cast<std::size_t>(lengths.sum);
}

}  // namespace parquet_flow::encoding
