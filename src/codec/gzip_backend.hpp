// Who deflates: one backend of the three that may be built in, behind what gzip.cpp needs of it.
//
// A backend makes one whole GZIP member (RFC 1952) of one page. Its contexts are made once and used
// for page after page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/bytes.hpp"
#include "base/status.hpp"

namespace parquet_flow::codec {

class GzipBackend {
 public:
  GzipBackend() = default;
  GzipBackend(const GzipBackend&) = delete;
  GzipBackend& operator=(const GzipBackend&) = delete;
  virtual ~GzipBackend() = default;

  // The bytes of the member written into `out`; 0 when it does not fit.
  [[nodiscard]] virtual std::size_t compress(ConstBytes page, MutableBytes out) noexcept = 0;
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
};

// level 1 .. 9. kOutOfMemory.
[[nodiscard]] Result<std::unique_ptr<GzipBackend>> makeZlibBackend(int level);
#if defined(PF_HAVE_ISAL)
// What serves level 1.
[[nodiscard]] Result<std::unique_ptr<GzipBackend>> makeIsalBackend();
#endif
#if defined(PF_HAVE_LIBDEFLATE)
[[nodiscard]] Result<std::unique_ptr<GzipBackend>> makeLibdeflateBackend(int level);
#endif

// The one that a level belongs to in this build: ISA-L for 1, libdeflate above (and for 1 without
// ISA-L), else zlib.
[[nodiscard]] Result<std::unique_ptr<GzipBackend>> makeGzipBackend(int level);

// Fill `out` exactly from GZIP members one after another; kCorrupt when they give more, less or
// nonsense.
class GzipInflater {
 public:
  GzipInflater() = default;
  GzipInflater(const GzipInflater&) = delete;
  GzipInflater& operator=(const GzipInflater&) = delete;
  virtual ~GzipInflater() = default;
  [[nodiscard]] virtual Result<void> inflate(ConstBytes members, MutableBytes out) = 0;
};
[[nodiscard]] Result<std::unique_ptr<GzipInflater>> makeZlibInflater();
#if defined(PF_HAVE_LIBDEFLATE)
[[nodiscard]] Result<std::unique_ptr<GzipInflater>> makeLibdeflateInflater();
#endif

}  // namespace parquet_flow::codec
