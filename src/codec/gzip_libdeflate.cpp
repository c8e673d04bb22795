#include <libdeflate.h>

#include <new>

#include "codec/gzip_backend.hpp"

namespace parquet_flow::codec {
namespace {

class LibdeflateBackend final : public GzipBackend {
 public:
  explicit LibdeflateBackend(int level) noexcept
      : compressor_(libdeflate_alloc_compressor(level)) {}
  ~LibdeflateBackend() override { libdeflate_free_compressor(compressor_); }

  [[nodiscard]] bool isOpen() const noexcept { return compressor_ != nullptr; }
  std::size_t compress(ConstBytes page, MutableBytes out) noexcept override {
    return libdeflate_gzip_compress(compressor_, page.data(), page.size(), out.data(), out.size());
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "libdeflate"; }

 private:
  libdeflate_compressor* compressor_;
};

class LibdeflateInflater final : public GzipInflater {
 public:
  LibdeflateInflater() noexcept : decompressor_(libdeflate_alloc_decompressor()) {}
  ~LibdeflateInflater() override { libdeflate_free_decompressor(decompressor_); }

  [[nodiscard]] bool isOpen() const noexcept { return decompressor_ != nullptr; }
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
  libdeflate_decompressor* decompressor_;
};

template <class Interface, class Implementation, class... Arguments>
Result<std::unique_ptr<Interface>> opened(Arguments... arguments) {
  std::unique_ptr<Implementation> made(new (std::nothrow) Implementation(arguments...));
  if (made == nullptr || !made->isOpen()) {
    return fail(ErrorCode::kOutOfMemory, "no memory for a libdeflate context");
  }
  return std::unique_ptr<Interface>(std::move(made));
}

}  // namespace

Result<std::unique_ptr<GzipBackend>> makeLibdeflateBackend(int level) {
  return opened<GzipBackend, LibdeflateBackend>(level);
}

Result<std::unique_ptr<GzipInflater>> makeLibdeflateInflater() {
  return opened<GzipInflater, LibdeflateInflater>();
}

}  // namespace parquet_flow::codec
