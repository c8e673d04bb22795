#include "encoding/rle_run.hpp"

#include <cstring>
#include <string>

namespace parquet_flow::encoding {

Result<RleRun> RleRunReader::next() {
  PF_TRY_ASSIGN(const std::uint64_t header, in_.readVarint64());
  const std::uint64_t count = header >> 1;
  if (count == 0) {
    return in_.failCorrupt("a run without values");
  }
  RleRun run;
  run.isPacked = (header & 1) != 0;
  if (run.isPacked) {
    if (bitWidth_ != 0 && count > in_.remaining() / bitWidth_) {
      return in_.failCorrupt("a bit-packed run of " + std::to_string(count) + " groups of " +
                             std::to_string(bitWidth_) + " bytes, where " +
                             std::to_string(in_.remaining()) + " bytes are left");
    }
    PF_TRY_ASSIGN(run.packed, in_.readBytes(bitWidth_ == 0 ? 0 : count * bitWidth_));
    run.count = count > left_ / kGroupValues ? left_ : count * kGroupValues;
  } else {
    if (count > left_) {
      return in_.failCorrupt("a run of " + std::to_string(count) + " values, where " +
                             std::to_string(left_) + " are left");
    }
    PF_TRY_ASSIGN(const ConstBytes value, in_.readBytes((bitWidth_ + 7) / 8));
    if (!value.empty()) {
      std::memcpy(&run.value, value.data(), value.size());
    }
    if (std::uint64_t{run.value} >> bitWidth_ != 0) {
      return in_.failCorrupt("a run of the value " + std::to_string(run.value) + ", in " +
                             std::to_string(bitWidth_) + " bits");
    }
    run.count = count;
  }
  left_ -= run.count;
  return run;
}

}  // namespace parquet_flow::encoding
