#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "base/cpu.hpp"
#include "codec/gzip_backend.hpp"
#include "codec/isal_streams.hpp"
#include "codec/opened.hpp"

namespace parquet_flow::codec {
namespace {

// ISA-L's level 2 serves GZIP level 1: on order messages it takes 3 % longer than its level 1 (471
// and 485 MiB/s, zlib 1: 90), and is the one that is no larger than zlib's level 1 (0.370, 0.375,
// zlib 0.374).
constexpr std::uint32_t kIsalLevel = 2;

class IsalBackend final : public GzipBackend {
 public:
  [[nodiscard]] bool open() noexcept {
    // The largest size gives the longest blocks, so the fewest Huffman tables.
    return streams_.open(ISAL_DEF_LVL2_EXTRA_LARGE);
  }

  std::size_t compress(ConstBytes page, MutableBytes out) noexcept override {
    if (page.size() > std::numeric_limits<std::uint32_t>::max()) {
      return 0;
    }
    isal_zstream& stream = streams_.streamFor(page);
    stream.level = kIsalLevel;
    stream.gzip_flag = IGZIP_GZIP;
    stream.end_of_stream = 1;
    stream.flush = NO_FLUSH;
    // ISA-L does not write to its input; the pointer lacks const.
    stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(page.data()));
    stream.avail_in = static_cast<std::uint32_t>(page.size());
    stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream.avail_out = static_cast<std::uint32_t>(std::min<std::size_t>(out.size(), UINT32_MAX));
    const bool done = isal_deflate(&stream) == COMP_OK && stream.internal_state.state == ZSTATE_END;
    clearUpperVectors();
    return done ? stream.total_out : 0;
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "isal"; }

 private:
  IsalStreams streams_;
};

}  // namespace

Result<std::unique_ptr<GzipBackend>> makeIsalBackend() {
  return opened<GzipBackend, IsalBackend>("ISA-L");
}

}  // namespace parquet_flow::codec
