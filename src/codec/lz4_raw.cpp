#include <lz4.h>
#include <lz4hc.h>

#include <cstdlib>
#include <limits>

#include "codec/lz4.hpp"
#include "codec/opened.hpp"

namespace parquet_flow::codec {
namespace {

class Lz4RawCompressor final : public Compressor {
 public:
  ~Lz4RawCompressor() override { std::free(state_); }

  [[nodiscard]] bool open(std::int32_t level) noexcept {
    level_ = level;
    state_ =
        std::malloc(static_cast<std::size_t>(isFast() ? LZ4_sizeofState() : LZ4_sizeofStateHC()));
    return state_ != nullptr;
  }

  Result<void> compress(ConstBytes page, ByteBuffer& out) override {
    if (page.size() > LZ4_MAX_INPUT_SIZE) {
      return fail(ErrorCode::kLimit, "a page of over 0x7E000000 bytes for LZ4_RAW");
    }
    if (page.empty()) {
      // Above level 9 the library would search it for matches. A token of no literals, no match:
      return out.appendLe(std::uint8_t{0});
    }
    const auto room = static_cast<int>(bound(page.size()));
    PF_TRY_ASSIGN(std::byte* const at, out.reserveExtra(static_cast<std::size_t>(room)));
    const auto* const from = reinterpret_cast<const char*>(page.data());
    auto* const to = reinterpret_cast<char*>(at);
    const auto pageBytes = static_cast<int>(page.size());
    const int bytes = isFast()
                          ? LZ4_compress_fast_extState(state_, from, to, pageBytes, room, 1)
                          : LZ4_compress_HC_extStateHC(state_, from, to, pageBytes, room, level_);
    if (bytes <= 0) {
      return fail(ErrorCode::kInternal, "LZ4_RAW did not compress a page into its bound");
    }
    out.commit(static_cast<std::size_t>(bytes));
    return {};
  }

  // LZ4_compressBound, which says 0 where the library takes no more.
  [[nodiscard]] std::uint64_t bound(std::uint64_t bytes) const noexcept override {
    return bytes > LZ4_MAX_INPUT_SIZE ? UINT64_MAX : LZ4_COMPRESSBOUND(bytes);
  }

 private:
  [[nodiscard]] bool isFast() const noexcept { return level_ == kLz4LevelMin; }

  void* state_ = nullptr;
  std::int32_t level_ = 0;
};

class Lz4RawDecompressor final : public Decompressor {
 public:
  [[nodiscard]] static bool open() noexcept { return true; }

  Result<void> decompress(ConstBytes page, MutableBytes out) override {
    constexpr auto kMax = static_cast<std::size_t>(std::numeric_limits<int>::max());
    if (page.size() > kMax || out.size() > kMax) {
      return fail(ErrorCode::kLimit, "an LZ4_RAW page of over 2 GiB");
    }
    const int bytes = LZ4_decompress_safe(
        reinterpret_cast<const char*>(page.data()), reinterpret_cast<char*>(out.data()),
        static_cast<int>(page.size()), static_cast<int>(out.size()));
    if (bytes < 0) {
      return fail(ErrorCode::kCorrupt,
                  "an LZ4_RAW page is damaged, or holds more than its header says");
    }
    if (static_cast<std::size_t>(bytes) != out.size()) {
      return fail(ErrorCode::kCorrupt, "an LZ4_RAW page holds less than its header says");
    }
    return {};
  }

  [[nodiscard]] std::uint64_t bytesMax(std::uint64_t compressedBytes) const noexcept override {
    return compressedBytes * kLz4InflationMax;
  }
};

}  // namespace

Result<std::unique_ptr<Compressor>> makeLz4RawCompressor(std::int32_t level) {
  return opened<Compressor, Lz4RawCompressor>("lz4", level);
}

Result<std::unique_ptr<Decompressor>> makeLz4RawDecompressor() {
  return opened<Decompressor, Lz4RawDecompressor>("lz4");
}

}  // namespace parquet_flow::codec
