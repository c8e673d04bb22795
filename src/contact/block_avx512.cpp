#if defined(__x86_64__)

#include "contact/block_kernels.hpp"

#define PF_AVX512 [[gnu::target("avx2,bmi2,avx512f,avx512bw,avx512cd,avx512dq,avx512vl")]]

namespace parquet_flow::contact {
namespace {

PF_AVX512 void drawRows(std::uint64_t key, Block& block) noexcept { kernels::drawRows(key, block); }
PF_AVX512 void drawNames(Block& block) noexcept { kernels::drawNames(block); }
PF_AVX512 std::size_t drawEntries(std::uint8_t levelWithoutPhones, Block& block,
                                  const BlockEntries& out) noexcept {
  return kernels::drawEntries(levelWithoutPhones, block, out);
}
PF_AVX512 void permute8(const NumberKeys& keys, Block& block) noexcept {
  kernels::permute<8>(keys, block);
}
PF_AVX512 void permute9(const NumberKeys& keys, Block& block) noexcept {
  kernels::permute<9>(keys, block);
}
PF_AVX512 void permute10(const NumberKeys& keys, Block& block) noexcept {
  kernels::permute<10>(keys, block);
}

}  // namespace

constinit const BlockKernels kBlockKernelsAvx512 = {drawRows, drawNames, drawEntries,
                                                    permute8, permute9,  permute10};

}  // namespace parquet_flow::contact

#endif
