#include "codec/gzip.hpp"

#include <new>

#include "codec/compressibility.hpp"
#include "codec/gzip_backend.hpp"
#include "codec/stored.hpp"

namespace parquet_flow::codec {
namespace {

class GzipCompressor final : public Compressor {
 public:
  // nullptr: stored blocks alone.
  explicit GzipCompressor(std::unique_ptr<GzipBackend> backend) noexcept
      : backend_(std::move(backend)) {}

  Result<void> compress(ConstBytes page, ByteBuffer& out) override {
    if (backend_ == nullptr || !mayCompress(page)) {
      return appendStoredMember(page, out);
    }
    // A member that does not fit into what a stored one takes has not shrunk.
    const std::uint64_t room = storedMemberBytes(page.size());
    PF_TRY_ASSIGN(std::byte * at, out.reserveExtra(room));
    const std::size_t bytes = backend_->compress(page, {at, room});
    if (bytes == 0) {
      return appendStoredMember(page, out);
    }
    out.commit(bytes);
    return {};
  }

  [[nodiscard]] std::uint64_t bound(std::uint64_t bytes) const noexcept override {
    return storedMemberBytes(bytes);
  }

 private:
  std::unique_ptr<GzipBackend> backend_;
};

class GzipDecompressor final : public Decompressor {
 public:
  explicit GzipDecompressor(std::unique_ptr<GzipInflater> inflater) noexcept
      : inflater_(std::move(inflater)) {}
  Result<void> decompress(ConstBytes page, MutableBytes out) override {
    return inflater_->inflate(page, out);
  }
  // RFC 1951 gives at most 258 bytes for two bits.
  [[nodiscard]] std::uint64_t bytesMax(std::uint64_t compressedBytes) const noexcept override {
    return compressedBytes * 1032;
  }

 private:
  std::unique_ptr<GzipInflater> inflater_;
};

tl::unexpected<Error> failNoMemory() {
  return fail(ErrorCode::kOutOfMemory, "no memory for a GZIP context");
}

}  // namespace

Result<std::unique_ptr<GzipBackend>> makeGzipBackend(int level) {
#if defined(PF_HAVE_ISAL)
  if (level == 1) {
    return makeIsalBackend();
  }
#endif
#if defined(PF_HAVE_LIBDEFLATE)
  return makeLibdeflateBackend(level);
#else
  return makeZlibBackend(level);
#endif
}

Result<std::unique_ptr<Compressor>> makeGzipCompressor(std::int32_t level) {
  std::unique_ptr<GzipBackend> backend;
  if (level != 0) {
    PF_TRY_ASSIGN(backend, makeGzipBackend(level));
  }
  std::unique_ptr<Compressor> made(new (std::nothrow) GzipCompressor(std::move(backend)));
  if (made == nullptr) {
    return failNoMemory();
  }
  return made;
}

Result<std::unique_ptr<Decompressor>> makeGzipDecompressor() {
#if defined(PF_HAVE_LIBDEFLATE)
  PF_TRY_ASSIGN(std::unique_ptr<GzipInflater> inflater, makeLibdeflateInflater());
#else
  PF_TRY_ASSIGN(std::unique_ptr<GzipInflater> inflater, makeZlibInflater());
#endif
  std::unique_ptr<Decompressor> made(new (std::nothrow) GzipDecompressor(std::move(inflater)));
  if (made == nullptr) {
    return failNoMemory();
  }
  return made;
}

}  // namespace parquet_flow::codec
