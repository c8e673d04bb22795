// The codecs that a build may be without, and whether this one is.
#pragma once

#include <array>

namespace parquet_flow::test {

struct OptionalCodec {
  int compression;  // CompressionCodec, pf_compression_t
  const char* name;
  bool built;
};

inline constexpr std::array kOptionalCodecs = {
#if defined(PF_HAVE_SNAPPY)
    OptionalCodec{1, "SNAPPY", true},
#else
    OptionalCodec{1, "SNAPPY", false},
#endif
#if defined(PF_HAVE_BROTLI)
    OptionalCodec{4, "BROTLI", true},
#else
    OptionalCodec{4, "BROTLI", false},
#endif
#if defined(PF_HAVE_ZSTD)
    OptionalCodec{6, "ZSTD", true},
#else
    OptionalCodec{6, "ZSTD", false},
#endif
#if defined(PF_HAVE_LZ4)
    OptionalCodec{7, "LZ4_RAW", true},
#else
    OptionalCodec{7, "LZ4_RAW", false},
#endif
};

[[nodiscard]] constexpr bool isBuilt(int compression) noexcept {
  for (const OptionalCodec& codec : kOptionalCodecs) {
    if (codec.compression == compression) {
      return codec.built;
    }
  }
  return compression != 5 || isBuilt(7);  // LZ4 comes with LZ4_RAW
}

}  // namespace parquet_flow::test
