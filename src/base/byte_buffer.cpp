#include "base/byte_buffer.hpp"

#include <algorithm>
#include <limits>
#include <new>

namespace parquet_flow {
namespace {

// One page of memory: below it the first doublings would only be copies.
constexpr std::size_t kFirstCapacity = 4096;
constexpr std::align_val_t kAlign{ByteBuffer::kAlignment};

}  // namespace

bool ByteBuffer::grow(std::size_t capacity) noexcept {
  constexpr std::size_t kMax = std::numeric_limits<std::ptrdiff_t>::max() / 2;
  if (capacity > kMax) {
    return false;
  }
  capacity = std::max({capacity, capacity_ * 2, kFirstCapacity});
  capacity = (capacity + kAlignment - 1) / kAlignment * kAlignment;
  auto* grown = static_cast<std::byte*>(::operator new(capacity, kAlign, std::nothrow));
  if (grown == nullptr) {
    return false;
  }
  if (size_ != 0) {
    std::memcpy(grown, data_, size_);
  }
  ::operator delete(data_, kAlign);
  data_ = grown;
  capacity_ = capacity;
  return true;
}

bool ByteBuffer::growBy(std::size_t bytes) noexcept {
  return bytes <= std::numeric_limits<std::size_t>::max() - size_ && grow(size_ + bytes);
}

void ByteBuffer::release() noexcept {
  ::operator delete(data_, kAlign);
  data_ = nullptr;
  size_ = 0;
  capacity_ = 0;
}

tl::unexpected<Error> ByteBuffer::failOutOfMemory() {
  return fail(ErrorCode::kOutOfMemory, "out of memory");  // short enough to need no memory itself
}

}  // namespace parquet_flow
