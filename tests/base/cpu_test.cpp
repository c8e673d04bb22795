// Goal: what a library leaves in the upper parts of vector registers is gone before anybody else
// computes: each SSE instruction would wait for it. Method: registers are filled by hand, and read
// after what clears them.
#include "base/cpu.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/crc32.hpp"

namespace parquet_flow {
namespace {

#if defined(__x86_64__)

// Bits 128 to 191 of a register that no code of this file uses otherwise.
void fillUpper() { asm volatile("vpcmpeqd %%ymm15, %%ymm15, %%ymm15" ::: "xmm15"); }
std::uint64_t readUpper() {
  std::uint64_t upper = 0;
  asm volatile("vextracti128 $1, %%ymm15, %%xmm15\n\tvmovq %%xmm15, %0" : "=r"(upper)::"xmm15");
  return upper;
}

TEST(Cpu, upperPartsOfVectorsAreCleared) {
  if (simdLevel() == SimdLevel::kScalar) {
    GTEST_SKIP() << "no AVX2";
  }
  fillUpper();
  EXPECT_EQ(readUpper(), UINT64_MAX);  // nothing else clears them
  fillUpper();
  clearUpperVectors();
  EXPECT_EQ(readUpper(), 0U);
}

#if defined(PF_HAVE_ISAL)
TEST(Cpu, nothingIsLeftOfASum) {
  if (simdLevel() == SimdLevel::kScalar) {
    GTEST_SKIP() << "no AVX2";
  }
  const std::vector<std::byte> page(4096, std::byte{0xA5});
  fillUpper();
  static_cast<void>(crc32(0, page));
  EXPECT_EQ(readUpper(), 0U);
}
#endif

#endif

}  // namespace
}  // namespace parquet_flow
