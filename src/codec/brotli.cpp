#include "codec/brotli.hpp"

#include <brotli/decode.h>
#include <brotli/encode.h>

#include <algorithm>
#include <limits>

#include "codec/brotli_memory.hpp"
#include "codec/opened.hpp"

namespace parquet_flow::codec {
namespace {

const std::uint8_t* bytesOf(ConstBytes bytes) noexcept {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

class BrotliCompressor final : public Compressor {
 public:
  [[nodiscard]] bool open(std::int32_t level) noexcept {
    level_ = static_cast<std::uint32_t>(level);
    return true;
  }

  Result<void> compress(ConstBytes page, ByteBuffer& out) override {
    // A stream that does not fit into what a stored one takes has not shrunk.
    const std::uint64_t room = storedBrotliBytes(page.size());
    PF_TRY_ASSIGN(std::byte* const at, out.reserveExtra(room));
    PF_TRY_ASSIGN(const std::size_t bytes, compressInto(page, {at, room}));
    if (bytes == 0) {
      return appendStoredBrotli(page, out);
    }
    out.commit(bytes);
    return {};
  }

  [[nodiscard]] std::uint64_t bound(std::uint64_t bytes) const noexcept override {
    return storedBrotliBytes(bytes);
  }

 private:
  // Bytes of the stream; 0 when it does not fit.
  Result<std::size_t> compressInto(ConstBytes page, MutableBytes out) {
    memory_.begin();
    BrotliEncoderState* const encoder =
        BrotliEncoderCreateInstance(BrotliMemory::allocate, BrotliMemory::release, &memory_);
    if (encoder == nullptr) {
      return failNoMemory();
    }
    BrotliEncoderSetParameter(encoder, BROTLI_PARAM_QUALITY, level_);
    BrotliEncoderSetParameter(
        encoder, BROTLI_PARAM_SIZE_HINT,
        static_cast<std::uint32_t>(std::min<std::size_t>(page.size(), UINT32_MAX)));
    const std::uint8_t* in = bytesOf(page);
    std::size_t inLeft = page.size();
    auto* to = reinterpret_cast<std::uint8_t*>(out.data());
    std::size_t outLeft = out.size();
    const bool went = BrotliEncoderCompressStream(encoder, BROTLI_OPERATION_FINISH, &inLeft, &in,
                                                  &outLeft, &to, nullptr) != BROTLI_FALSE;
    const bool finished = went && BrotliEncoderIsFinished(encoder) != BROTLI_FALSE;
    BrotliEncoderDestroyInstance(encoder);
    if (!went) {
      return failNoMemory();
    }
    return finished ? out.size() - outLeft : 0;
  }

  static tl::unexpected<Error> failNoMemory() {
    return fail(ErrorCode::kOutOfMemory, "no memory to compress a page with BROTLI");
  }

  BrotliMemory memory_;
  std::uint32_t level_ = 0;
};

class BrotliDecompressor final : public Decompressor {
 public:
  [[nodiscard]] static bool open() noexcept { return true; }

  Result<void> decompress(ConstBytes page, MutableBytes out) override {
    memory_.begin(kTablesBytesMax + kWindowsMax * out.size());
    BrotliDecoderState* const decoder =
        BrotliDecoderCreateInstance(BrotliMemory::allocate, BrotliMemory::release, &memory_);
    if (decoder == nullptr) {
      return fail(ErrorCode::kOutOfMemory, "no memory for a context of brotli");
    }
    const std::uint8_t* in = bytesOf(page);
    std::size_t inLeft = page.size();
    std::uint8_t nothing = 0;
    auto* to = out.empty() ? &nothing : reinterpret_cast<std::uint8_t*>(out.data());
    std::size_t outLeft = out.size();
    const BrotliDecoderResult result =
        BrotliDecoderDecompressStream(decoder, &inLeft, &in, &outLeft, &to, nullptr);
    BrotliDecoderDestroyInstance(decoder);
    if (result == BROTLI_DECODER_RESULT_SUCCESS && inLeft == 0) {
      return outLeft == 0
                 ? Result<void>{}
                 : fail(ErrorCode::kCorrupt, "a BROTLI page holds less than its header says");
    }
    if (memory_.failed()) {
      return fail(ErrorCode::kOutOfMemory, "no memory to decompress a page with BROTLI");
    }
    return fail(ErrorCode::kCorrupt, result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT
                                         ? "a BROTLI page holds more than its header says"
                                         : "a BROTLI page is cut short or damaged");
  }

  // A meta-block gives up to 16 MiB, and its header alone takes more than three bytes (RFC 7932,
  // section 9.2).
  [[nodiscard]] std::uint64_t bytesMax(std::uint64_t compressedBytes) const noexcept override {
    return std::min<std::uint64_t>(compressedBytes, UINT32_MAX) * (4U << 20) + (16U << 20);
  }

 private:
  // The decoder makes its window twice as large as what it has to hold at most, and has an old one
  // beside a new one while it grows; a stream that wants more holds more than the page. Prefix
  // codes: 3 kinds, 256 trees, 1 112 entries of 4 bytes at most, and the decoder's own state.
  static constexpr std::uint64_t kWindowsMax = 4;
  static constexpr std::uint64_t kTablesBytesMax = 4U << 20;

  BrotliMemory memory_;
};

// RFC 7932, section 9.2: MLEN - 1 in four nibbles.
constexpr std::uint64_t kStoredBlockBytesMax = 65'536;
constexpr std::uint64_t kStoredHeaderBytes = 3;

}  // namespace

std::uint64_t storedBrotliBytes(std::uint64_t bytes) noexcept {
  const std::uint64_t blocks = (bytes + kStoredBlockBytesMax - 1) / kStoredBlockBytesMax;
  return blocks * kStoredHeaderBytes + bytes + 1;
}

// Fields are packed from the lowest bit on. WBITS is in front of the first meta-block alone: 0, one
// bit, a window of 64 KiB.
Result<void> appendStoredBrotli(ConstBytes page, ByteBuffer& out) {
  PF_TRY_ASSIGN(std::byte * at, out.reserveExtra(storedBrotliBytes(page.size())));
  unsigned windowBits = 1;
  for (ConstBytes rest = page; !rest.empty();) {
    const ConstBytes block = rest.first(std::min<std::size_t>(rest.size(), kStoredBlockBytesMax));
    rest = rest.subspan(block.size());
    // ISLAST 0, MNIBBLES 0 (four, two bits), MLEN - 1, ISUNCOMPRESSED 1, and zeros to a byte.
    const auto lengthLessOne = static_cast<std::uint32_t>(block.size() - 1);
    const std::uint32_t header = (lengthLessOne << 3 | 1U << 19) << windowBits;
    storeLe<std::uint16_t>(at, static_cast<std::uint16_t>(header));
    at[2] = static_cast<std::byte>(header >> 16);
    std::memcpy(at + kStoredHeaderBytes, block.data(), block.size());
    at += kStoredHeaderBytes + block.size();
    windowBits = 0;
  }
  *at = static_cast<std::byte>(3U << windowBits);  // ISLAST 1, ISLASTEMPTY 1
  out.commit(storedBrotliBytes(page.size()));
  return {};
}

Result<std::unique_ptr<Compressor>> makeBrotliCompressor(std::int32_t level) {
  return opened<Compressor, BrotliCompressor>("brotli", level);
}

Result<std::unique_ptr<Decompressor>> makeBrotliDecompressor() {
  return opened<Decompressor, BrotliDecompressor>("brotli");
}

}  // namespace parquet_flow::codec
