#include "base/spare_blocks.hpp"

#include <algorithm>

namespace parquet_flow {

SpareBlocks::Block SpareBlocks::take(std::size_t bytes) noexcept {
  if (bytes < kBytesMin || bytes > kBytesMax || !tryLock()) {
    return {};
  }
  std::size_t best = count_;
  for (std::size_t i = 0; i < count_; ++i) {
    const std::size_t has = blocks_[i].bytes;
    if (has >= bytes && has <= mostFor(bytes) && (best == count_ || has < blocks_[best].bytes)) {
      best = i;
    }
  }
  const Block taken = best == count_ ? Block{} : remove(best);
  unlock();
  return taken;
}

bool SpareBlocks::give(Block block, Release release) noexcept {
  if (block.bytes < kBytesMin || block.bytes > kBytesMax || !tryLock()) {
    return false;
  }
  Blocks old;
  std::size_t oldCount = 0;
  while (count_ == kCount || bytes_ + block.bytes > kBytesAll) {
    old[oldCount++] = remove(0);
  }
  blocks_[count_++] = block;
  bytes_ += block.bytes;
  unlock();
  for (std::size_t i = 0; i < oldCount; ++i) {
    release(old[i].data);
  }
  return true;
}

void SpareBlocks::clear(Release release) noexcept {
  if (!tryLock()) {
    return;
  }
  const Blocks all = blocks_;
  const std::size_t count = count_;
  count_ = 0;
  bytes_ = 0;
  unlock();
  for (std::size_t i = 0; i < count; ++i) {
    release(all[i].data);
  }
}

SpareBlocks::Block SpareBlocks::remove(std::size_t index) noexcept {
  const Block block = blocks_[index];
  std::copy(blocks_.begin() + static_cast<std::ptrdiff_t>(index) + 1,
            blocks_.begin() + static_cast<std::ptrdiff_t>(count_),
            blocks_.begin() + static_cast<std::ptrdiff_t>(index));
  --count_;
  bytes_ -= block.bytes;
  return block;
}

}  // namespace parquet_flow
