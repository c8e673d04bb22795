#include <libdeflate.h>

#include "codec/gzip_backend.hpp"
#include "codec/opened.hpp"

namespace parquet_flow::codec {
namespace {

class LibdeflateBackend final : public GzipBackend {
 public:
  ~LibdeflateBackend() override { libdeflate_free_compressor(compressor_); }

  [[nodiscard]] bool open(int level) noexcept {
    compressor_ = libdeflate_alloc_compressor(level);
    return compressor_ != nullptr;
  }
  std::size_t compress(ConstBytes page, MutableBytes out) noexcept override {
    return libdeflate_gzip_compress(compressor_, page.data(), page.size(), out.data(), out.size());
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "libdeflate"; }

 private:
  libdeflate_compressor* compressor_ = nullptr;
};

class LibdeflateInflater final : public GzipInflater {
 public:
  ~LibdeflateInflater() override { libdeflate_free_decompressor(decompressor_); }

  [[nodiscard]] bool open() noexcept {
    decompressor_ = libdeflate_alloc_decompressor();
    return decompressor_ != nullptr;
  }
  Result<void> inflate(ConstBytes members, MutableBytes out) override {
    do {
      std::size_t taken = 0;
      std::size_t given = 0;
      const libdeflate_result result = libdeflate_gzip_decompress_ex(
          decompressor_, members.data(), members.size(), out.data(), out.size(), &taken, &given);
      if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
        return fail(ErrorCode::kCorrupt, "a GZIP page holds more than its header says");
      }
      if (result != LIBDEFLATE_SUCCESS) {
        return fail(ErrorCode::kCorrupt, "a GZIP page is cut short or damaged");
      }
      members = members.subspan(taken);
      out = out.subspan(given);
    } while (!members.empty());
    if (!out.empty()) {
      return fail(ErrorCode::kCorrupt, "a GZIP page holds less than its header says");
    }
    return {};
  }

 private:
  libdeflate_decompressor* decompressor_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<GzipBackend>> makeLibdeflateBackend(int level) {
  return opened<GzipBackend, LibdeflateBackend>("libdeflate", level);
}

Result<std::unique_ptr<GzipInflater>> makeLibdeflateInflater() {
  return opened<GzipInflater, LibdeflateInflater>("libdeflate");
}

}  // namespace parquet_flow::codec
