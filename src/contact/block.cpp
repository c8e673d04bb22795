#include "contact/block.hpp"

#include "contact/block_kernels.hpp"

namespace parquet_flow::contact {
namespace {

void drawRows(std::uint64_t key, Block& block) noexcept { kernels::drawRows(key, block); }
void drawNames(Block& block) noexcept { kernels::drawNames(block); }
std::size_t drawEntries(std::uint8_t levelWithoutPhones, Block& block,
                        const BlockEntries& out) noexcept {
  return kernels::drawEntries(levelWithoutPhones, block, out);
}
template <unsigned kDigits>
void permute(const NumberKeys& keys, Block& block) noexcept {
  kernels::permute<kDigits>(keys, block);
}

constexpr BlockKernels kBlockKernelsScalar = {drawRows,   drawNames,  drawEntries,
                                              permute<8>, permute<9>, permute<10>};

}  // namespace

const BlockKernels& blockKernels(SimdLevel level) noexcept {
#if defined(__x86_64__)
  switch (level) {
    case SimdLevel::kAvx512:
      return kBlockKernelsAvx512;
    case SimdLevel::kAvx2:
      return kBlockKernelsAvx2;
    case SimdLevel::kScalar:
      break;
  }
#else
  static_cast<void>(level);
#endif
  return kBlockKernelsScalar;
}

}  // namespace parquet_flow::contact
