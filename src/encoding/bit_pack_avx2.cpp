#include "encoding/bit_pack_avx2.hpp"

#if defined(__x86_64__)

namespace parquet_flow::encoding {

PF_AVX2 void packBitsAvx2(const std::uint32_t* values, unsigned width, std::byte* to) noexcept {
  avx2::pack(values, width, to);
}
PF_AVX2 void packBitsAvx2(const std::uint64_t* values, unsigned width, std::byte* to) noexcept {
  avx2::pack(values, width, to);
}
PF_AVX2 void unpackBitsAvx2(const std::byte* from, unsigned width, std::uint32_t* values) noexcept {
  avx2::unpack(from, width, values);
}
PF_AVX2 void unpackBitsAvx2(const std::byte* from, unsigned width, std::uint64_t* values) noexcept {
  avx2::unpack(from, width, values);
}

}  // namespace parquet_flow::encoding

#endif
