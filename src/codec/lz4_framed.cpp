// LZ4 as it was before LZ4_RAW: which of its three forms a page has, the page does not say.
//
//   Hadoop   (u32 bytes, (u32 compressed bytes, LZ4 block) ...) ..., integers big-endian; the
//            blocks behind one `bytes` give so many together. parquet-cpp and most others write one
//            block for each. Hadoop itself writes several where a page is longer than its buffer,
//            256 KiB, and then 0 `bytes` as the last ones, without a block; of an empty page these
//            alone.
//   frame    magic 0x184D2204, little-endian: the LZ4 Frame Format, version 1.6.
//   block    one LZ4 block.
//
// Each is tried in turn, and counts only if it takes all of the page and fills all of the output.
// A block cannot begin with the magic: its first sequence would copy from before the output.
#include <lz4.h>
#include <lz4frame.h>

#include <algorithm>
#include <limits>

#include "base/byte_reader.hpp"
#include "codec/lz4.hpp"
#include "codec/opened.hpp"

namespace parquet_flow::codec {
namespace {

constexpr std::uint32_t kFrameMagic = 0x184D2204;
constexpr auto kBytesMax = static_cast<std::size_t>(std::numeric_limits<int>::max());

// Bytes written to the front of `out`, or -1.
int decompressBlock(ConstBytes block, MutableBytes out) noexcept {
  return LZ4_decompress_safe(reinterpret_cast<const char*>(block.data()),
                             reinterpret_cast<char*>(out.data()), static_cast<int>(block.size()),
                             static_cast<int>(out.size()));
}

Result<std::uint32_t> readBigEndian(ByteReader& reader) {
  PF_TRY_ASSIGN(const std::uint32_t value, reader.read<std::uint32_t>());
  return __builtin_bswap32(value);
}

Result<void> decompressHadoop(ConstBytes page, MutableBytes out) {
  ByteReader reader(page);
  do {
    PF_TRY_ASSIGN(const std::uint32_t bytes, readBigEndian(reader));
    if (bytes > out.size()) {
      return reader.failCorrupt("more than its header says");
    }
    if (bytes == 0 && reader.atEnd()) {
      break;
    }
    MutableBytes part = out.first(bytes);
    out = out.subspan(bytes);
    do {
      PF_TRY_ASSIGN(const std::uint32_t blockBytes, readBigEndian(reader));
      PF_TRY_ASSIGN(const ConstBytes block, reader.readBytes(blockBytes));
      const int given = decompressBlock(block, part);
      // An empty block for an empty part is well; elsewhere each block gives something.
      if (given < 0 || (given == 0 && !part.empty())) {
        return reader.failCorrupt("a damaged block");
      }
      part = part.subspan(static_cast<std::size_t>(given));
    } while (!part.empty());
  } while (!reader.atEnd());
  return out.empty() ? Result<void>{} : reader.failCorrupt("less than its header says");
}

class Lz4Decompressor final : public Decompressor {
 public:
  ~Lz4Decompressor() override { LZ4F_freeDecompressionContext(context_); }

  [[nodiscard]] bool open() noexcept {
    return LZ4F_isError(LZ4F_createDecompressionContext(&context_, LZ4F_VERSION)) == 0;
  }

  Result<void> decompress(ConstBytes page, MutableBytes out) override {
    if (page.size() > kBytesMax || out.size() > kBytesMax) {
      return fail(ErrorCode::kLimit, "an LZ4 page of over 2 GiB");
    }
    if (decompressHadoop(page, out)) {
      return {};
    }
    const bool isFrame = page.size() >= 4 && loadLe<std::uint32_t>(page.data()) == kFrameMagic;
    const bool whole = isFrame ? decompressFrame(page, out)
                               : decompressBlock(page, out) == static_cast<int>(out.size());
    return whole ? Result<void>{}
                 : fail(ErrorCode::kCorrupt, "an LZ4 page is damaged, or not of its header's size");
  }

  [[nodiscard]] std::uint64_t bytesMax(std::uint64_t compressedBytes) const noexcept override {
    return compressedBytes * kLz4InflationMax;
  }

 private:
  // The library makes buffers of what the frame calls its largest block: 4 MiB, twice, at most.
  bool decompressFrame(ConstBytes page, MutableBytes out) noexcept {
    LZ4F_resetDecompressionContext(context_);
    while (!page.empty()) {
      std::size_t taken = page.size();
      std::size_t given = out.size();
      const std::size_t hint =
          LZ4F_decompress(context_, out.data(), &given, page.data(), &taken, nullptr);
      if (LZ4F_isError(hint) != 0 || (taken == 0 && given == 0)) {
        return false;
      }
      page = page.subspan(taken);
      out = out.subspan(given);
      if (hint == 0) {
        return page.empty() && out.empty();
      }
    }
    return false;
  }

  LZ4F_dctx* context_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<Decompressor>> makeLz4Decompressor() {
  return opened<Decompressor, Lz4Decompressor>("lz4");
}

}  // namespace parquet_flow::codec
