#include "codec/brotli_memory.hpp"

#include <cstdlib>

namespace parquet_flow::codec {

BrotliMemory::~BrotliMemory() {
  for (const Block& block : blocks_) {
    std::free(block.at);
  }
}

void* BrotliMemory::allocate(void* self, std::size_t bytes) {
  return static_cast<BrotliMemory*>(self)->take(bytes);
}

void BrotliMemory::release(void* self, void* block) {
  if (block == nullptr) {
    return;
  }
  auto* const memory = static_cast<BrotliMemory*>(self);
  for (Block& known : memory->blocks_) {
    if (known.at == block) {
      known.isOut = false;
      memory->bytesOut_ -= known.asked;
      return;
    }
  }
}

// The smallest block that is large enough; else the largest that is not makes place for a new one,
// so that there are never more blocks than were out at once.
void* BrotliMemory::take(std::size_t bytes) noexcept {
  Block* best = nullptr;
  for (Block& block : blocks_) {
    if (block.isOut) {
      continue;
    }
    const bool fits = block.bytes >= bytes;
    const bool bestFits = best != nullptr && best->bytes >= bytes;
    if (best == nullptr || (fits && (!bestFits || block.bytes < best->bytes)) ||
        (!fits && !bestFits && block.bytes > best->bytes)) {
      best = &block;
    }
  }
  if (best == nullptr || bytes > bytesMax_ - bytesOut_) {
    return nullptr;
  }
  if (best->bytes < bytes) {
    std::free(best->at);
    *best = {};
    best->at = std::malloc(bytes);
    if (best->at == nullptr) {
      failed_ = true;
      return nullptr;
    }
    best->bytes = bytes;
  }
  best->isOut = true;
  best->asked = bytes;
  bytesOut_ += bytes;
  return best->at;
}

}  // namespace parquet_flow::codec
