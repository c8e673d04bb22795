#include <zlib.h>

#include <algorithm>
#include <limits>

#include "codec/gzip_backend.hpp"
#include "codec/opened.hpp"

namespace parquet_flow::codec {
namespace {

constexpr int kGzipWindowBits = 15 + 16;  // a 32 KiB window, GZIP framing
constexpr int kMemoryLevel = 9;

// zlib does not write to its input; the pointer lacks const.
Bytef* inputOf(ConstBytes bytes) noexcept {
  return reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
}

class ZlibBackend final : public GzipBackend {
 public:
  ~ZlibBackend() override { deflateEnd(&stream_); }

  [[nodiscard]] bool open(int level) noexcept {
    return deflateInit2(&stream_, level, Z_DEFLATED, kGzipWindowBits, kMemoryLevel,
                        Z_DEFAULT_STRATEGY) == Z_OK;
  }
  std::size_t compress(ConstBytes page, MutableBytes out) noexcept override {
    if (page.size() > std::numeric_limits<uInt>::max()) {
      return 0;
    }
    deflateReset(&stream_);
    stream_.next_in = inputOf(page);
    stream_.avail_in = static_cast<uInt>(page.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(out.size(), UINT32_MAX));
    return deflate(&stream_, Z_FINISH) == Z_STREAM_END ? stream_.total_out : 0;
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "zlib"; }

 private:
  z_stream stream_{};
};

class ZlibInflater final : public GzipInflater {
 public:
  ~ZlibInflater() override { inflateEnd(&stream_); }

  [[nodiscard]] bool open() noexcept { return inflateInit2(&stream_, kGzipWindowBits) == Z_OK; }

  Result<void> inflate(ConstBytes members, MutableBytes out) override {
    if (members.size() > UINT32_MAX || out.size() > UINT32_MAX) {
      return fail(ErrorCode::kLimit, "a GZIP page of over 4 GiB");
    }
    // zlib wants a place to write to, even for nothing.
    Bytef nothing = 0;
    stream_.next_in = inputOf(members);
    stream_.avail_in = static_cast<uInt>(members.size());
    stream_.next_out = out.empty() ? &nothing : reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    do {
      inflateReset(&stream_);
      const int status = ::inflate(&stream_, Z_FINISH);
      if (status != Z_STREAM_END) {
        return fail(ErrorCode::kCorrupt, status == Z_BUF_ERROR && stream_.avail_in != 0
                                             ? "a GZIP page holds more than its header says"
                                             : "a GZIP page is cut short or damaged");
      }
    } while (stream_.avail_in != 0);
    if (stream_.avail_out != 0) {
      return fail(ErrorCode::kCorrupt, "a GZIP page holds less than its header says");
    }
    return {};
  }

 private:
  z_stream stream_{};
};

}  // namespace

Result<std::unique_ptr<GzipBackend>> makeZlibBackend(int level) {
  return opened<GzipBackend, ZlibBackend>("zlib", level);
}

Result<std::unique_ptr<GzipInflater>> makeZlibInflater() {
  return opened<GzipInflater, ZlibInflater>("zlib");
}

}  // namespace parquet_flow::codec
