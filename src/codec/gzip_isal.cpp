#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/cpu.hpp"
#include "codec/gzip_backend.hpp"
#include "codec/opened.hpp"

namespace parquet_flow::codec {
namespace {

// ISA-L's level 2 serves GZIP level 1: on order messages it takes 3 % longer than its level 1 (471
// and 485 MiB/s, zlib 1: 90), and is the one that is no larger than zlib's level 1 (0.370, 0.375,
// zlib 0.374).
constexpr std::uint32_t kIsalLevel = 2;

// --- where a stream lies
// ---------------------------------------------------------------------------
//
// At levels 1 and 2 isal_deflate (2.30 to 2.32, igzip_icf_body_h1_gr_bt.asm) remembers a page's
// third position under a hash of the stream's address instead of one of the four bytes there. Every
// reader gets the page back, but where that hash is one of the first three positions', the page
// compresses to other bytes than in a stream elsewhere. So a stream lies where it is none of them.
//
// What is left: behind 32 KiB the entry stands for another position, at which a match may be found
// or missed where bytes of that very hash come back. Of pages of 1 MiB one in some million, by an
// estimate.

// Bits 16 to 47 of an address are hashed. Four neighbours in them differ pairwise in the lower five
// bits of the hash (CRC-32C is linear), and ISA-L uses six at least, so whatever the hashes of
// three positions are, one place is free of them.
constexpr unsigned kHashedShift = 16;
constexpr std::size_t kPlaceStep = std::size_t{1} << kHashedShift;
constexpr std::size_t kPlaces = 4;
constexpr std::size_t kPlacesBytes = (kPlaces - 1) * kPlaceStep + sizeof(isal_zstream);
// The largest size gives the longest blocks, so the fewest Huffman tables.
constexpr std::size_t kLevelBufferBytes = ISAL_DEF_LVL2_EXTRA_LARGE;
static_assert(kLevelBufferBytes % alignof(isal_zstream) == 0);

#if defined(__x86_64__)

constexpr std::size_t kPositions = 3;
constexpr std::size_t kHashedBytes = 4;

[[gnu::target("sse4.2")]] std::uint32_t lowHashOf(std::uint32_t value) noexcept {
  return __builtin_ia32_crc32si(0, value) % 32;
}

std::size_t placeFor(ConstBytes page, const std::byte* places) noexcept {
  if (page.size() < kPositions - 1 + kHashedBytes) {
    return 0;
  }
  std::uint32_t taken = 0;  // a bit for each hash
  for (std::size_t position = 0; position < kPositions; ++position) {
    taken |= 1U << lowHashOf(loadLe<std::uint32_t>(page.data() + position));
  }
  const auto hashed =
      static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(places) >> kHashedShift);
  std::size_t place = 0;
  while (place + 1 < kPlaces &&
         (taken >> lowHashOf(hashed + static_cast<std::uint32_t>(place)) & 1) != 0) {
    ++place;
  }
  return place;
}

// Without SSE 4.2 ISA-L runs its plain C, where the hash is the right one.
bool addressShows() noexcept {
  __builtin_cpu_init();
  return __builtin_cpu_supports("sse4.2") != 0;
}

#endif

// --- compressing
// -----------------------------------------------------------------------------------

class IsalBackend final : public GzipBackend {
 public:
  [[nodiscard]] bool open() noexcept {
    return memory_.appendUninitialized(kLevelBufferBytes + kPlacesBytes).has_value();
  }

  std::size_t compress(ConstBytes page, MutableBytes out) noexcept override {
    if (page.size() > std::numeric_limits<std::uint32_t>::max()) {
      return 0;
    }
    isal_zstream& stream = streamFor(page);
    isal_deflate_init(&stream);
    stream.level = kIsalLevel;
    stream.level_buf = reinterpret_cast<std::uint8_t*>(memory_.data());
    stream.level_buf_size = kLevelBufferBytes;
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
  [[nodiscard]] isal_zstream& streamFor([[maybe_unused]] ConstBytes page) noexcept {
    std::byte* const places = memory_.data() + kLevelBufferBytes;
    std::size_t place = 0;
#if defined(__x86_64__)
    if (addressShows()) place = placeFor(page, places);
#endif
    return *new (places + place * kPlaceStep) isal_zstream;
  }

  ByteBuffer memory_;  // the level buffer, and behind it the places where a stream may lie
};

}  // namespace

Result<std::unique_ptr<GzipBackend>> makeIsalBackend() {
  return opened<GzipBackend, IsalBackend>("ISA-L");
}

}  // namespace parquet_flow::codec
