#include "codec/zstd.hpp"

#include <zstd.h>
#include <zstd_errors.h>

#include <cstddef>
#include <string>

#include "base/process.hpp"
#include "base/spare_stack.hpp"
#include "codec/opened.hpp"

namespace parquet_flow::codec {
namespace {

// RFC 8878, 3.1.2: 0x184D2A50 .. 0x184D2A5F.
constexpr std::uint32_t kSkippableMagic = 0x184D2A50;
constexpr std::uint32_t kSkippableMask = 0xFFFFFFF0;

// Above it the library has one set of parameters for a level.
constexpr std::uint64_t kSmallSourceBytes = 256 << 10;

// Of compressors that are gone. Making a context asks the processor twice what it has (CPUID),
// which a virtual machine's host answers: in 13 us each time, as long as a small file takes for all
// else. Without a destructor: compressors may go after it.
constinit SpareStack<ZSTD_CCtx, kZstdSpareContexts> spares;

// A library that is unloaded leaves nothing behind.
[[gnu::destructor]] void dropAllSpares() noexcept { (void)dropSpareZstdContexts(); }

class ZstdCompressor final : public Compressor {
 public:
  ~ZstdCompressor() override {
    if (context_ == nullptr) {
      return;
    }
    // In a child of the process that made it, another thread may have been in the middle of a page.
    const bool isWhole = process_ == processId();
    if (!isWhole || ZSTD_sizeof_CCtx(context_) > kZstdSpareBytesMax || !spares.give(context_)) {
      ZSTD_freeCCtx(context_);
    }
  }

  [[nodiscard]] bool open(std::int32_t level) noexcept {
    level_ = level;
    process_ = processId();
    context_ = spares.take();
    if (context_ == nullptr) {
      context_ = ZSTD_createCCtx();
    }
    return context_ != nullptr;
  }

  Result<void> compress(ConstBytes page, ByteBuffer& out) override {
    const std::size_t room = ZSTD_compressBound(page.size());
    PF_TRY_ASSIGN(std::byte* const at, out.reserveExtra(room));
    const std::size_t bytes =
        ZSTD_compressCCtx(context_, at, room, page.data(), page.size(), level_);
    PF_TRY(check(bytes));
    out.commit(bytes);
    return {};
  }

  // A level stands for other parameters where a source is known to be small: level 1 looks for
  // shorter matches then, and makes a quarter less of PLAIN doubles. What is not known to be small
  // is taken for large.
  Result<void> compressPart(ConstBytes part, std::uint64_t pageBytes, ByteBuffer& out) override {
    if (pageBytes <= kSmallSourceBytes) {
      return compress(part, out);
    }
    PF_TRY(check(ZSTD_CCtx_reset(context_, ZSTD_reset_session_only)));
    PF_TRY(check(ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, level_)));
    const std::size_t room = ZSTD_compressBound(part.size());
    PF_TRY_ASSIGN(std::byte* const at, out.reserveExtra(room));
    ZSTD_inBuffer from = {part.data(), part.size(), 0};
    ZSTD_outBuffer to = {at, room, 0};
    for (const ZSTD_EndDirective step : {ZSTD_e_continue, ZSTD_e_end}) {
      PF_TRY(check(ZSTD_compressStream2(context_, &to, &from, step)));
    }
    out.commit(to.pos);
    return {};
  }

  [[nodiscard]] std::uint64_t bound(std::uint64_t bytes) const noexcept override {
    return ZSTD_compressBound(bytes);
  }

 private:
  static Result<void> check(std::size_t result) {
    if (ZSTD_isError(result) == 0) {
      return {};
    }
    const bool noMemory = ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation;
    return fail(noMemory ? ErrorCode::kOutOfMemory : ErrorCode::kInternal,
                std::string("compressing a page with ZSTD: ") + ZSTD_getErrorName(result));
  }

  ZSTD_CCtx* context_ = nullptr;
  std::int64_t process_ = 0;  // that made it
  std::int32_t level_ = 0;
};

class ZstdDecompressor final : public Decompressor {
 public:
  ~ZstdDecompressor() override { ZSTD_freeDCtx(context_); }

  [[nodiscard]] bool open() noexcept {
    context_ = ZSTD_createDCtx();
    return context_ != nullptr;
  }

  // Frame by frame, because only so is it seen that each has today's magic number: the library may
  // have been built with the decoders of the formats before version 0.8, which nobody needs here.
  Result<void> decompress(ConstBytes page, MutableBytes out) override {
    do {
      const std::uint32_t magic = page.size() < 4 ? 0 : loadLe<std::uint32_t>(page.data());
      if (magic != ZSTD_MAGICNUMBER && (magic & kSkippableMask) != kSkippableMagic) {
        return failDamaged();
      }
      const std::size_t taken = ZSTD_findFrameCompressedSize(page.data(), page.size());
      if (ZSTD_isError(taken) != 0) {
        return failDamaged();
      }
      const std::size_t given =
          ZSTD_decompressDCtx(context_, out.data(), out.size(), page.data(), taken);
      if (ZSTD_isError(given) != 0) {
        return ZSTD_getErrorCode(given) == ZSTD_error_dstSize_tooSmall
                   ? fail(ErrorCode::kCorrupt, "a ZSTD page holds more than its header says")
                   : failDamaged();
      }
      page = page.subspan(taken);
      out = out.subspan(given);
    } while (!page.empty());
    if (!out.empty()) {
      return fail(ErrorCode::kCorrupt, "a ZSTD page holds less than its header says");
    }
    return {};
  }

  // A block of at most 128 KiB takes a header of three bytes and at least one more.
  [[nodiscard]] std::uint64_t bytesMax(std::uint64_t compressedBytes) const noexcept override {
    return compressedBytes * ((128U << 10) / 4);
  }

 private:
  static tl::unexpected<Error> failDamaged() {
    return fail(ErrorCode::kCorrupt, "a ZSTD page is cut short or damaged");
  }

  ZSTD_DCtx* context_ = nullptr;
};

}  // namespace

std::size_t dropSpareZstdContexts() noexcept {
  std::size_t count = 0;
  while (ZSTD_CCtx* const context = spares.take()) {
    ZSTD_freeCCtx(context);
    ++count;
  }
  return count;
}

Result<std::unique_ptr<Compressor>> makeZstdCompressor(std::int32_t level) {
  return opened<Compressor, ZstdCompressor>("zstd", level);
}

Result<std::unique_ptr<Decompressor>> makeZstdDecompressor() {
  return opened<Decompressor, ZstdDecompressor>("zstd");
}

}  // namespace parquet_flow::codec
