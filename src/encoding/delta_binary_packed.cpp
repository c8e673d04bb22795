#include "encoding/delta_binary_packed.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>

#include "base/assert.hpp"
#include "base/byte_reader.hpp"

namespace parquet_flow::encoding {

void DeltaRuns::add(std::size_t values, bool ascends) noexcept {
  if (values == 0) {
    return;
  }
  if (count_ != 0 && runs_[count_ - 1].ascends == ascends) {
    runs_[count_ - 1].count += values;
  } else if (count_ < runs_.size()) {
    runs_[count_++] = {values, ascends};
  } else {
    runs_[count_ - 1].count += values;
    runs_[count_ - 1].ascends = false;
  }
}

namespace {

// Whether the values of an encoded block ascend from the one before them on. They do where no delta
// is negative and none so large that the sum of all could wrap twice: once it would show in the
// ends, of the signed or of the unsigned values.
template <class U>
bool blockAscends(const std::byte* block, U before, U last) noexcept {
  using Signed = std::make_signed_t<U>;
  constexpr unsigned kWidthMax = 8 * sizeof(U) - 10;
  constexpr std::size_t kLeastBytesMax = sizeof(U) - 1;
  static_assert(7 * kLeastBytesMax - 1 < kWidthMax);
  constexpr std::byte kContinues{0x80};
  if ((block[0] & std::byte{1}) != std::byte{0}) {  // zigzag: the least delta is negative
    return false;
  }
  std::size_t at = 0;
  while ((block[at] & kContinues) != std::byte{0}) {
    ++at;
  }
  if (++at > kLeastBytesMax) {
    return false;
  }
  unsigned width = 0;
  for (std::size_t m = 0; m < kDeltaMiniblocks; ++m) {
    width = std::max(width, std::to_integer<unsigned>(block[at + m]));
  }
  return width <= kWidthMax && static_cast<Signed>(before) <= static_cast<Signed>(last) &&
         before <= last;
}

}  // namespace

template <class U>
void DeltaBinaryPackedEncoder<U>::begin(ByteBuffer& body) noexcept {
  body_ = &body;
  count_ = 0;
  first_ = 0;
  keptCount_ = 0;
  headBytes_ = 0;
}

// Takes as many of the values as there is room for.
template <class U>
std::size_t DeltaBinaryPackedEncoder<U>::keep(const std::byte* values, std::size_t count) noexcept {
  const std::size_t taken = std::min(count, kept_.size() - keptCount_);
  std::memcpy(kept_.data() + keptCount_, values, taken * sizeof(U));
  keptCount_ += taken;
  return taken;
}

template <class U>
void DeltaBinaryPackedEncoder<U>::encodeKept(std::byte*& to) noexcept {
  to = kernels_->encodeBlock(reinterpret_cast<const std::byte*>(kept_.data()), to);
  kept_[0] = kept_[kDeltaBlockValues];
  keptCount_ = 1;
}

template <class U>
Result<void> DeltaBinaryPackedEncoder<U>::append(const std::byte* values, std::size_t count,
                                                 DeltaRuns* runs) {
  if (count == 0) {
    return {};
  }
  const std::size_t blocks = (keptCount_ + count) / kDeltaBlockValues;
  PF_TRY_ASSIGN(std::byte* const reserved,
                body_->reserveExtra(blocks * kDeltaBlockBytesMax<U> + kBitPackSlack));
  std::byte* to = reserved;
  if (count_ == 0) {
    first_ = loadLe<U>(values);
  }
  count_ += count;
  std::size_t done = keep(values, count);
  if (runs != nullptr) {
    runs->add(done, false);
  }
  if (keptCount_ == kept_.size()) {
    encodeKept(to);
    // From here on, the value before a block lies before it.
    for (; count - done >= kDeltaBlockValues; done += kDeltaBlockValues) {
      const std::byte* const before = values + (done - 1) * sizeof(U);
      const std::byte* const block = to;
      to = kernels_->encodeBlock(before, to);
      if (runs != nullptr) {
        const U last = loadLe<U>(before + kDeltaBlockValues * sizeof(U));
        runs->add(kDeltaBlockValues, blockAscends(block, loadLe<U>(before), last));
      }
    }
    kept_[0] = loadLe<U>(values + (done - 1) * sizeof(U));
    if (runs != nullptr) {
      runs->add(count - done, false);
    }
    done += keep(values + done * sizeof(U), count - done);
    PF_ASSERT(done == count);
  }
  body_->commit(static_cast<std::size_t>(to - reserved));
  return {};
}

template <class U>
Result<void> DeltaBinaryPackedEncoder<U>::finish() {
  using Signed = std::make_signed_t<U>;
  if (keptCount_ > 1) {
    // The block goes on with its least delta: less that one, the padding is zeros, and miniblocks
    // of padding alone have width 0 and no body.
    Signed least = std::numeric_limits<Signed>::max();
    for (std::size_t i = 1; i < keptCount_; ++i) {
      least = std::min(least, static_cast<Signed>(kept_[i] - kept_[i - 1]));
    }
    for (; keptCount_ < kept_.size(); ++keptCount_) {
      kept_[keptCount_] = kept_[keptCount_ - 1] + static_cast<U>(least);
    }
    PF_TRY_ASSIGN(std::byte* const reserved,
                  body_->reserveExtra(kDeltaBlockBytesMax<U> + kBitPackSlack));
    std::byte* to = reserved;
    encodeKept(to);
    body_->commit(static_cast<std::size_t>(to - reserved));
  }
  std::byte* to = putVarint(head_.data(), kDeltaBlockValues);
  to = putVarint(to, kDeltaMiniblocks);
  to = putVarint(to, count_);
  to = putZigzag(to, static_cast<Signed>(first_));
  headBytes_ = static_cast<std::size_t>(to - head_.data());
  return {};
}

template class DeltaBinaryPackedEncoder<std::uint32_t>;
template class DeltaBinaryPackedEncoder<std::uint64_t>;

namespace {

// Readers and writers hold a block's size in an i32.
constexpr std::uint64_t kBlockValuesMax = 0x7FFF'FFFF;
// Whatever the type.
constexpr unsigned kDeltaBitsMax = 64;

template <class U>
class Decoder {
 public:
  Decoder(ConstBytes in, std::byte* out) noexcept : reader_(in), out_(out) {}

  Result<std::size_t> decode(std::size_t count) {
    PF_TRY(readHeader(count));
    if (count != 0) {
      storeLe(out_, previous_);
      out_ += sizeof(U);
      --count;
    }
    while (count != 0) {
      PF_TRY_ASSIGN(const std::size_t decoded, decodeBlock(count));
      count -= decoded;
    }
    return reader_.position();
  }

  Result<void> readHeader(std::size_t count) {
    PF_TRY_ASSIGN(const std::uint64_t blockValues, reader_.readVarint64());
    if (blockValues == 0 || blockValues % 128 != 0 || blockValues > kBlockValuesMax) {
      return reader_.failCorrupt("delta blocks of " + std::to_string(blockValues) +
                                 " values, not of a multiple of 128");
    }
    PF_TRY_ASSIGN(miniblocks_, reader_.readVarint64());
    if (miniblocks_ == 0 || blockValues % miniblocks_ != 0 ||
        blockValues / miniblocks_ % kPackedValues != 0) {
      return reader_.failCorrupt(std::to_string(miniblocks_) + " miniblocks in a delta block of " +
                                 std::to_string(blockValues) +
                                 " values: not of a multiple of 32 values each");
    }
    miniblockValues_ = blockValues / miniblocks_;
    groups_ = miniblockValues_ / kPackedValues;
    PF_TRY_ASSIGN(const std::uint64_t total, reader_.readVarint64());
    if (total != count) {
      return reader_.failCorrupt("a count of " + std::to_string(total) +
                                 " delta-encoded values, where there are " + std::to_string(count));
    }
    PF_TRY_ASSIGN(const std::int64_t first, reader_.readZigzag64());
    previous_ = static_cast<U>(first);
    return {};
  }

 private:
  // Of the `count` values that are left; returns how many the block has. All is taken modulo the
  // type: there are writers that have INT32 in 64 bits and do not wrap, DuckDB among them, whose
  // deltas then take up to 33.
  Result<std::size_t> decodeBlock(std::size_t count) {
    PF_TRY_ASSIGN(const std::int64_t wideLeast, reader_.readZigzag64());
    const auto least = static_cast<U>(wideLeast);
    PF_TRY_ASSIGN(const ConstBytes widths, reader_.readBytes(miniblocks_));
    count = std::min<std::size_t>(count, miniblocks_ * miniblockValues_);
    const std::size_t used = (count + miniblockValues_ - 1) / miniblockValues_;
    PF_TRY_ASSIGN(const std::uint64_t bytes, bodyBytes(widths.first(used)));
    const std::size_t readable = reader_.remaining();
    PF_TRY_ASSIGN(const ConstBytes body, reader_.readBytes(bytes));
    const bool isWide = std::ranges::any_of(widths.first(used), [](std::byte width) {
      return std::to_integer<unsigned>(width) > 8 * sizeof(U);
    });
    if (isWide) [[unlikely]] {
      decodeByGroups<std::uint64_t>(body.data(), widths, static_cast<std::uint64_t>(wideLeast),
                                    count);
    } else if (count == used * miniblockValues_ && readable - bytes >= kBitPackSlack) [[likely]] {
      previous_ = kernels_.decodeMiniblocks(body.data(), widths.data(), used, groups_, least,
                                            previous_, out_);
      out_ += count * sizeof(U);
    } else {
      decodeByGroups<U>(body.data(), widths, least, count);
    }
    return count;
  }

  // What miniblocks of these widths take.
  Result<std::uint64_t> bodyBytes(ConstBytes widths) const {
    std::uint64_t bytes = 0;
    for (const std::byte byte : widths) {
      const auto width = std::to_integer<unsigned>(byte);
      if (width > kDeltaBitsMax) {
        return reader_.failCorrupt("a miniblock of deltas of " + std::to_string(width) +
                                   " bits; at most 64");
      }
      bytes += groups_ * packedBytes(width);
    }
    return bytes;
  }

  // A block that is not whole, or so near to the page's end that a kernel must not read past it:
  // out of a copy of each group, in integers that the deltas fit into.
  template <class Wide>
  void decodeByGroups(const std::byte* from, ConstBytes widths, Wide least,
                      std::size_t count) noexcept {
    const DeltaKernels<Wide>& kernels = deltaKernels<Wide>(simdLevel());
    std::array<std::byte, packedBytes(8 * sizeof(Wide)) + kBitPackSlack> packed{};
    std::array<Wide, kPackedValues> values;
    Wide previous = previous_;
    for (std::uint64_t group = 0; count != 0; ++group) {
      const std::byte& width = widths[group / groups_];
      const std::size_t bytes = packedBytes(std::to_integer<unsigned>(width));
      std::copy_n(from, bytes, packed.data());
      from += bytes;
      kernels.decodeMiniblocks(packed.data(), &width, 1, 1, least, previous,
                               reinterpret_cast<std::byte*>(values.data()));
      const std::size_t taken = std::min(count, kPackedValues);
      std::array<U, kPackedValues> narrow;
      std::transform(values.begin(), values.end(), narrow.begin(),
                     [](Wide value) { return static_cast<U>(value); });
      std::memcpy(out_, narrow.data(), taken * sizeof(U));
      previous = values[taken - 1];
      out_ += taken * sizeof(U);
      count -= taken;
    }
    previous_ = static_cast<U>(previous);
  }

  const DeltaKernels<U>& kernels_ = deltaKernels<U>(simdLevel());
  ByteReader reader_;
  std::byte* out_;
  std::uint64_t miniblocks_ = 0;  // of a block
  std::uint64_t miniblockValues_ = 0;
  std::uint64_t groups_ = 0;  // of a miniblock
  U previous_ = 0;
};

}  // namespace

Result<std::size_t> decodeDeltaBinaryPacked(ConstBytes in, std::size_t count, std::size_t width,
                                            std::byte* out) {
  PF_ASSERT(width == 4 || width == 8);
  return width == 4 ? Decoder<std::uint32_t>(in, out).decode(count)
                    : Decoder<std::uint64_t>(in, out).decode(count);
}

Result<void> checkDeltaBinaryPacked(ConstBytes in, std::size_t count, std::size_t width) {
  return width == 4 ? Decoder<std::uint32_t>(in, nullptr).readHeader(count)
                    : Decoder<std::uint64_t>(in, nullptr).readHeader(count);
}

}  // namespace parquet_flow::encoding
