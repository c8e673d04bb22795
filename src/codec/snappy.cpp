#include "codec/snappy.hpp"

#include <snappy-c.h>

#include "codec/opened.hpp"

namespace parquet_flow::codec {
namespace {

// The length in front of a block is a varint of 32 bits.
constexpr std::uint64_t kPageBytesMax = UINT32_MAX;

const char* textOf(ConstBytes bytes) noexcept {
  return reinterpret_cast<const char*>(bytes.data());
}

class SnappyCompressor final : public Compressor {
 public:
  [[nodiscard]] static bool open() noexcept { return true; }

  Result<void> compress(ConstBytes page, ByteBuffer& out) override {
    if (page.size() > kPageBytesMax) {
      return fail(ErrorCode::kLimit, "a page above 4 GiB - 1 for SNAPPY");
    }
    std::size_t bytes = bound(page.size());
    PF_TRY_ASSIGN(std::byte* const at, out.reserveExtra(bytes));
    snappy_status status = SNAPPY_OK;
    try {
      status = snappy_compress(textOf(page), page.size(), reinterpret_cast<char*>(at), &bytes);
    } catch (const std::bad_alloc&) {
      return fail(ErrorCode::kOutOfMemory, "no memory to compress a page with SNAPPY");
    }
    if (status != SNAPPY_OK) {
      return fail(ErrorCode::kInternal, "SNAPPY did not compress a page into its bound");
    }
    out.commit(bytes);
    return {};
  }

  [[nodiscard]] std::uint64_t bound(std::uint64_t bytes) const noexcept override {
    return bytes > kPageBytesMax ? UINT64_MAX : snappy_max_compressed_length(bytes);
  }
};

class SnappyDecompressor final : public Decompressor {
 public:
  [[nodiscard]] static bool open() noexcept { return true; }

  Result<void> decompress(ConstBytes page, MutableBytes out) override {
    std::size_t bytes = 0;
    if (snappy_uncompressed_length(textOf(page), page.size(), &bytes) != SNAPPY_OK) {
      return failDamaged();
    }
    if (bytes != out.size()) {
      return fail(ErrorCode::kCorrupt, bytes > out.size()
                                           ? "a SNAPPY page holds more than its header says"
                                           : "a SNAPPY page holds less than its header says");
    }
    // An empty page has no place to be written to, and the library wants one.
    char nothing = 0;
    char* const to = out.empty() ? &nothing : reinterpret_cast<char*>(out.data());
    if (snappy_uncompress(textOf(page), page.size(), to, &bytes) != SNAPPY_OK) {
      return failDamaged();
    }
    return {};
  }

  // The densest element is a copy of 64 bytes, in three.
  [[nodiscard]] std::uint64_t bytesMax(std::uint64_t compressedBytes) const noexcept override {
    return compressedBytes * 22;
  }

 private:
  static tl::unexpected<Error> failDamaged() {
    return fail(ErrorCode::kCorrupt, "a SNAPPY page is cut short or damaged");
  }
};

}  // namespace

Result<std::unique_ptr<Compressor>> makeSnappyCompressor() {
  return opened<Compressor, SnappyCompressor>("snappy");
}

Result<std::unique_ptr<Decompressor>> makeSnappyDecompressor() {
  return opened<Decompressor, SnappyDecompressor>("snappy");
}

}  // namespace parquet_flow::codec
