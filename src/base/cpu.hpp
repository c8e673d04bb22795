// Which instruction sets the kernels of this process may use.
//
// A kernel is written once in plain C++, which is its definition, and again in a file whose name
// ends in an instruction set, its functions marked [[gnu::target(...)]]: no file is compiled for
// more than the baseline, so that no inline function of a header is. Whoever has kernels to choose
// from chooses once, by simdLevel().
#pragma once

#include <cstdint>

namespace parquet_flow {

// Each has all of those before it.
enum class SimdLevel : std::uint8_t {
  kScalar,
  kAvx2,    // AVX2, BMI1, BMI2, POPCNT
  kAvx512,  // AVX-512 F, BW, CD, DQ, VL, VBMI, VBMI2: Ice Lake, Zen 4 and later
};

// What this processor and system have; the same for the life of the process. Any thread.
[[nodiscard]] SimdLevel simdLevel() noexcept;

// Behind calls of a library that leaves something in the upper parts of vector registers: as long
// as it is there, SSE instructions have to keep it on many processors (Zen 4 copies as fast with
// it). Nothing in ISA-L 2.30 clears them. Any thread; a few cycles.
void clearUpperVectors() noexcept;

}  // namespace parquet_flow
