#include "base/crc32.hpp"

#include <zlib.h>

#include <array>
#include <utility>

#include "base/cpu.hpp"

#if defined(PF_HAVE_ISAL)
#include <isa-l/crc.h>
#endif
#if defined(PF_HAVE_LIBDEFLATE)
#include <libdeflate.h>
#endif

namespace parquet_flow {
namespace {

// ns a byte of 64 KiB on a Xeon (Sapphire Rapids): ISA-L 2.30 0.012, libdeflate 1.14 0.042; ISA-L's
// kernels for processors without AVX-512 0.11 to 0.22.
#if defined(PF_HAVE_ISAL)
std::uint32_t crc32Isal(std::uint32_t crc, ConstBytes bytes) noexcept {
  const std::uint32_t sum =
      crc32_gzip_refl(crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  clearUpperVectors();
  return sum;
}
#endif

#if defined(PF_HAVE_LIBDEFLATE)
std::uint32_t crc32Libdeflate(std::uint32_t crc, ConstBytes bytes) noexcept {
  // It takes a null buffer for the request of the initial value, 0.
  return bytes.empty() ? crc : libdeflate_crc32(crc, bytes.data(), bytes.size());
}
#endif

std::uint32_t crc32Zlib(std::uint32_t crc, ConstBytes bytes) noexcept {
  // As libdeflate with a null buffer.
  return bytes.empty()
             ? crc
             : static_cast<std::uint32_t>(::crc32_z(
                   crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

constexpr std::size_t kCount = 1
#if defined(PF_HAVE_ISAL)
                               + 1
#endif
#if defined(PF_HAVE_LIBDEFLATE)
                               + 1
#endif
    ;

std::array<Crc32Implementation, kCount> bestFirst() noexcept {
  std::array<Crc32Implementation, kCount> all = {{
#if defined(PF_HAVE_ISAL)
      {"isal", crc32Isal},
#endif
#if defined(PF_HAVE_LIBDEFLATE)
      {"libdeflate", crc32Libdeflate},
#endif
      {"zlib", crc32Zlib},
  }};
#if defined(__x86_64__) && defined(PF_HAVE_ISAL) && defined(PF_HAVE_LIBDEFLATE)
  if (simdLevel() < SimdLevel::kAvx512) {
    std::swap(all[0], all[1]);
  }
#endif
  return all;
}

const std::array<Crc32Implementation, kCount>& implementations() noexcept {
  static const std::array<Crc32Implementation, kCount> all = bestFirst();
  return all;
}

}  // namespace

std::uint32_t crc32(std::uint32_t crc, ConstBytes bytes) noexcept {
  return implementations().front().crc32(crc, bytes);
}

std::uint32_t crc32Combine(std::uint32_t crcA, std::uint32_t crcB, std::uint64_t bytesB) noexcept {
  return static_cast<std::uint32_t>(::crc32_combine(crcA, crcB, static_cast<z_off_t>(bytesB)));
}

std::span<const Crc32Implementation> crc32Implementations() noexcept { return implementations(); }

}  // namespace parquet_flow
