#include "encoding/rle_bitmap.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/bits.hpp"
#include "base/bytes.hpp"
#include "encoding/rle_run.hpp"

namespace parquet_flow::encoding {

namespace {

// Bits one behind the other, stored 64 at a time.
class BitWriter {
 public:
  explicit BitWriter(std::byte* to) noexcept : to_(to) {}

  // `count` <= 64; the bits above them are 0.
  void append(std::uint64_t bits, std::size_t count) noexcept {
    pending_ |= bits << held_;
    const std::size_t after = held_ + count;
    if (after >= 64) {
      storeLe(to_, pending_);
      to_ += sizeof pending_;
      pending_ = held_ == 0 ? 0 : bits >> (64 - held_);
    }
    held_ = after % 64;
  }
  void finish() noexcept {
    if (held_ != 0) {  // memcpy to nullptr is undefined, even of nothing
      std::memcpy(to_, &pending_, bitmapBytes(held_));
    }
  }

 private:
  std::byte* to_;
  std::uint64_t pending_ = 0;
  std::size_t held_ = 0;
};

void appendPacked(ConstBytes packed, std::size_t count, BitWriter& out) noexcept {
  for (std::size_t done = 0; done < count; done += 64) {
    const std::size_t taken = std::min<std::size_t>(count - done, 64);
    out.append(loadBits(packed.data(), done, taken), taken);
  }
}

void appendEqual(bool value, std::size_t count, BitWriter& out) noexcept {
  const std::uint64_t all = value ? ~std::uint64_t{0} : 0;
  for (; count > 64; count -= 64) {
    out.append(all, 64);
  }
  out.append(all >> (64 - count), count);
}

}  // namespace

Result<std::size_t> decodeRleBitmap(ConstBytes in, std::size_t count, std::byte* bitmap) {
  RleRunReader runs(in, 1, count);
  BitWriter out(bitmap);
  while (runs.left() != 0) {
    RleRun run;
    if (!runs.takeShort(run)) {
      PF_TRY_ASSIGN(run, runs.next());
    }
    if (run.isPacked) {
      appendPacked(run.packed, static_cast<std::size_t>(run.count), out);
    } else {
      appendEqual(run.value != 0, static_cast<std::size_t>(run.count), out);
    }
  }
  out.finish();
  if (runs.remainingBytes() != 0) {
    return fail(ErrorCode::kCorrupt,
                std::to_string(runs.remainingBytes()) + " bytes behind the last level");
  }
  return bitmapCount(bitmap, 0, count);
}

}  // namespace parquet_flow::encoding
