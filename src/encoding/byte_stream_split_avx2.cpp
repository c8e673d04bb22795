// The bytes of 32 values of C = 2, 4 or 8 bytes fill C registers. In each half of the registers
// (16 values: byte c of value v at v * C + c) the streams want it at c * 16 + v. Interleaving the
// first half of the registers with the second (unpack low, unpack high) moves the byte at i to
// 2 i, or, where that is past the end, 2 i - end + 1: it turns the bits of i left by one. v has
// four bits, so four rounds put c in front of v, and log2(C) more would bring v back to the front:
// they are the way from streams to values.
#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>

#include "encoding/byte_stream_split.hpp"

namespace parquet_flow::encoding {
namespace {

constexpr std::size_t kBlockValues = 32;
constexpr unsigned kSplitRounds = 4;

[[gnu::target("avx2,bmi2")]] inline __m128i load16(const std::byte* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}
[[gnu::target("avx2,bmi2")]] inline void store16(std::byte* to, __m128i bytes) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
}

template <unsigned kColumns>
[[gnu::target("avx2,bmi2"), gnu::always_inline]] inline void interleave(__m256i* registers,
                                                                        unsigned rounds) {
  for (; rounds != 0; --rounds) {
    __m256i next[kColumns];
    for (std::size_t i = 0; i < kColumns / 2; ++i) {
      next[2 * i] = _mm256_unpacklo_epi8(registers[i], registers[i + kColumns / 2]);
      next[2 * i + 1] = _mm256_unpackhi_epi8(registers[i], registers[i + kColumns / 2]);
    }
    for (std::size_t i = 0; i < kColumns; ++i) {
      registers[i] = next[i];
    }
  }
}

// Values that lie one behind the other: the lanes hold values 0 .. 15 and 16 .. 31.

template <unsigned kColumns>
[[gnu::target("avx2,bmi2")]] void splitDense(const std::byte* values, std::size_t blocks,
                                             std::size_t stride, std::byte* streams) {
  for (; blocks != 0; --blocks, values += kBlockValues * kColumns, streams += kBlockValues) {
    __m256i registers[kColumns];
    for (std::size_t i = 0; i < kColumns; ++i) {
      registers[i] = _mm256_inserti128_si256(_mm256_castsi128_si256(load16(values + 16 * i)),
                                             load16(values + 16 * (kColumns + i)), 1);
    }
    interleave<kColumns>(registers, kSplitRounds);
    for (std::size_t i = 0; i < kColumns; ++i) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(streams + i * stride), registers[i]);
    }
  }
}

template <unsigned kColumns>
[[gnu::target("avx2,bmi2")]] void mergeDense(const std::byte* streams, std::size_t blocks,
                                             std::size_t stride, std::byte* values) {
  constexpr unsigned kMergeRounds = kColumns == 8 ? 3 : kColumns == 4 ? 2 : 1;
  for (; blocks != 0; --blocks, values += kBlockValues * kColumns, streams += kBlockValues) {
    __m256i registers[kColumns];
    for (std::size_t i = 0; i < kColumns; ++i) {
      registers[i] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(streams + i * stride));
    }
    interleave<kColumns>(registers, kMergeRounds);
    for (std::size_t i = 0; i < kColumns; ++i) {
      store16(values + 16 * i, _mm256_castsi256_si128(registers[i]));
      store16(values + 16 * (kColumns + i), _mm256_extracti128_si256(registers[i], 1));
    }
  }
}

// Eight columns of values that lie `width` bytes apart, of which `columns` are wanted: the others
// belong to the next value.

[[gnu::target("avx2,bmi2"), gnu::always_inline]] inline __m128i loadTwo(const std::byte* values,
                                                                        std::size_t width) {
  return _mm_unpacklo_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(values)),
                            _mm_loadl_epi64(reinterpret_cast<const __m128i*>(values + width)));
}

[[gnu::target("avx2,bmi2")]] void splitColumns(const std::byte* values, std::size_t blocks,
                                               std::size_t width, unsigned columns,
                                               std::size_t stride, std::byte* streams) {
  for (; blocks != 0; --blocks, values += kBlockValues * width, streams += kBlockValues) {
    __m256i registers[8];
    for (std::size_t i = 0; i < 8; ++i) {
      registers[i] =
          _mm256_inserti128_si256(_mm256_castsi128_si256(loadTwo(values + 2 * i * width, width)),
                                  loadTwo(values + (16 + 2 * i) * width, width), 1);
    }
    interleave<8>(registers, kSplitRounds);
    for (std::size_t i = 0; i < columns; ++i) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(streams + i * stride), registers[i]);
    }
  }
}

// Writes eight bytes of each value, in order, so that what was too much is overwritten by the next.
[[gnu::target("avx2,bmi2")]] void mergeColumns(const std::byte* streams, std::size_t blocks,
                                               std::size_t width, unsigned columns,
                                               std::size_t stride, std::byte* values) {
  for (; blocks != 0; --blocks, streams += kBlockValues) {
    __m256i registers[8];
    for (std::size_t i = 0; i < 8; ++i) {
      registers[i] =
          i < columns ? _mm256_loadu_si256(reinterpret_cast<const __m256i*>(streams + i * stride))
                      : _mm256_setzero_si256();
    }
    interleave<8>(registers, 3);
    const auto storeTwo = [&values, width](__m128i two) {
      _mm_storel_epi64(reinterpret_cast<__m128i*>(values), two);
      _mm_storel_epi64(reinterpret_cast<__m128i*>(values + width), _mm_unpackhi_epi64(two, two));
      values += 2 * width;
    };
    for (const __m256i& four : registers) {
      storeTwo(_mm256_castsi256_si128(four));
    }
    for (const __m256i& four : registers) {
      storeTwo(_mm256_extracti128_si256(four, 1));
    }
  }
}

// Whole blocks; for narrow values those only behind whose last value eight bytes still are.
std::size_t blocksOf(std::size_t count, std::size_t width) noexcept {
  const std::size_t behind = width < 8 ? (8 - width + width - 1) / width : 0;
  return count < behind ? 0 : (count - behind) / kBlockValues;
}

// Calls `columns(first, wanted)` for eight columns at a time. The last eight may overlap the ones
// before: their streams are written twice, with the same bytes.
template <class Columns>
void forEachEight(std::size_t width, const Columns& columns) {
  for (std::size_t first = 0; first + 8 <= width; first += 8) {
    columns(first, 8);
  }
  if (width < 8) {
    columns(0, static_cast<unsigned>(width));
  } else if (width % 8 != 0) {
    columns(width - 8, 8);
  }
}

// The values behind the last whole block.
void splitRest(const std::byte* values, std::size_t begin, std::size_t count, std::size_t width,
               std::byte* streams, std::size_t stride) {
  for (std::size_t i = begin; i < count; ++i) {
    for (std::size_t byte = 0; byte < width; ++byte) {
      streams[byte * stride + i] = values[i * width + byte];
    }
  }
}

void mergeRest(const std::byte* streams, std::size_t stride, std::size_t begin, std::size_t count,
               std::size_t width, std::byte* values) {
  for (std::size_t i = begin; i < count; ++i) {
    for (std::size_t byte = 0; byte < width; ++byte) {
      values[i * width + byte] = streams[byte * stride + i];
    }
  }
}

void split(const std::byte* values, std::size_t count, std::size_t width, std::byte* streams,
           std::size_t stride) {
  std::size_t blocks = count / kBlockValues;
  if (width == 8) {
    splitDense<8>(values, blocks, stride, streams);
  } else if (width == 4) {
    splitDense<4>(values, blocks, stride, streams);
  } else if (width == 2) {
    splitDense<2>(values, blocks, stride, streams);
  } else {
    blocks = blocksOf(count, width);
    forEachEight(width, [&](std::size_t first, unsigned columns) {
      splitColumns(values + first, blocks, width, columns, stride, streams + first * stride);
    });
  }
  splitRest(values, blocks * kBlockValues, count, width, streams, stride);
}

void merge(const std::byte* streams, std::size_t stride, std::size_t count, std::size_t width,
           std::byte* values) {
  std::size_t blocks = count / kBlockValues;
  if (width == 8) {
    mergeDense<8>(streams, blocks, stride, values);
  } else if (width == 4) {
    mergeDense<4>(streams, blocks, stride, values);
  } else if (width == 2) {
    mergeDense<2>(streams, blocks, stride, values);
  } else {
    blocks = blocksOf(count, width);
    forEachEight(width, [&](std::size_t first, unsigned columns) {
      mergeColumns(streams + first * stride, blocks, width, columns, stride, values + first);
    });
  }
  mergeRest(streams, stride, blocks * kBlockValues, count, width, values);
}

}  // namespace

const ByteStreamSplitKernels kByteStreamSplitKernelsAvx2 = {split, merge};

}  // namespace parquet_flow::encoding

#endif
