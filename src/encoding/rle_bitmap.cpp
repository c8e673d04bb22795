#include "encoding/rle_bitmap.hpp"

#include <string>

#include "base/bits.hpp"
#include "encoding/rle_run.hpp"

namespace parquet_flow::encoding {

Result<std::size_t> decodeRleBitmap(ConstBytes in, std::size_t count, std::byte* bitmap) {
  RleRunReader runs(in, 1, count);
  std::size_t done = 0;
  std::size_t set = 0;
  while (runs.left() != 0) {
    PF_TRY_ASSIGN(const RleRun run, runs.next());
    const auto bits = static_cast<std::size_t>(run.count);
    if (run.isPacked) {
      copyBits(run.packed.data(), 0, bits, bitmap, done);
      set += bitmapCount(run.packed.data(), 0, bits);
    } else {
      fillBits(run.value != 0, bits, bitmap, done);
      set += run.value != 0 ? bits : 0;
    }
    done += bits;
  }
  if (runs.remainingBytes() != 0) {
    return fail(ErrorCode::kCorrupt,
                std::to_string(runs.remainingBytes()) + " bytes behind the last level");
  }
  return set;
}

}  // namespace parquet_flow::encoding
