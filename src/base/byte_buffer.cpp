#include "base/byte_buffer.hpp"

#include <algorithm>
#include <limits>
#include <new>

#include "base/huge_pages.hpp"
#include "base/spare_blocks.hpp"
#include "base/spare_stack.hpp"

namespace parquet_flow {
namespace {

// One page of memory: below it the first doublings would only be copies.
constexpr std::size_t kFirstCapacity = 4096;
// From here on a buffer stands on huge pages: less than a quarter of it is lost to rounding.
constexpr std::size_t kHugeCapacity = 4 * kHugePageBytes;

constexpr std::size_t alignmentOf(std::size_t capacity) noexcept {
  return capacity < kHugeCapacity ? ByteBuffer::kAlignment : kHugePageBytes;
}

// Without destructors: buffers may go after them. A writer has a dozen buffers that never grow, and
// blocks of their size are those that malloc splits and joins.
constinit SpareBlocks spares;
constinit SpareStack<std::byte, 32> firstSpares;  // of kFirstCapacity

// ASan is to see who uses a block that was given back.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kKeepsSpares = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kKeepsSpares = false;
#else
constexpr bool kKeepsSpares = true;
#endif
#else
constexpr bool kKeepsSpares = true;
#endif

// What stands before a small block. Allocating aligned memory costs three times as much.
struct Head {
  std::byte* whole = nullptr;  // what was allocated
  std::size_t bytes = 0;       // of the block
};

std::byte* allocateSmall(std::size_t capacity) noexcept {
  constexpr std::size_t kAlignment = ByteBuffer::kAlignment;
  static_assert(__STDCPP_DEFAULT_NEW_ALIGNMENT__ >= sizeof(Head));
  if (kKeepsSpares) {
    std::byte* const spare =
        capacity == kFirstCapacity ? firstSpares.take() : spares.take(capacity).data;
    if (spare != nullptr) return spare;
  }
  auto* const whole = static_cast<std::byte*>(::operator new(capacity + kAlignment, std::nothrow));
  if (whole == nullptr) return nullptr;
  std::byte* const data =
      whole + (kAlignment - reinterpret_cast<std::uintptr_t>(whole) % kAlignment);
  storeLe(data - sizeof(Head), Head{whole, capacity});
  return data;
}

void freeSmall(std::byte* data) noexcept {
  ::operator delete(loadLe<Head>(data - sizeof(Head)).whole);
}

std::byte* allocate(std::size_t capacity) noexcept {
  if (capacity < kHugeCapacity) return allocateSmall(capacity);
  const std::align_val_t alignment{kHugePageBytes};
  auto* const data = static_cast<std::byte*>(::operator new(capacity, alignment, std::nothrow));
  if (data != nullptr) preferHugePages(data, capacity);
  return data;
}

void release(std::byte* data, std::size_t capacity) noexcept {
  if (data == nullptr) return;
  if (capacity >= kHugeCapacity) {
    ::operator delete(data, std::align_val_t{kHugePageBytes});
    return;
  }
  const SpareBlocks::Block block = {data, loadLe<Head>(data - sizeof(Head)).bytes};
  const bool isKept =
      kKeepsSpares &&
      (block.bytes == kFirstCapacity ? firstSpares.give(data) : spares.give(block, freeSmall));
  if (!isKept) freeSmall(data);
}

}  // namespace

bool ByteBuffer::grow(std::size_t capacity) noexcept {
  constexpr std::size_t kMax = std::numeric_limits<std::ptrdiff_t>::max() / 2;
  if (capacity > kMax) {
    return false;
  }
  capacity = std::max({capacity, capacity_ * 2, kFirstCapacity});
  const std::size_t alignment = alignmentOf(capacity);
  capacity = (capacity + alignment - 1) / alignment * alignment;
  std::byte* const grown = allocate(capacity);
  if (grown == nullptr) {
    return false;
  }
  if (size_ != 0) {
    std::memcpy(grown, data_, size_);
  }
  parquet_flow::release(data_, capacity_);
  data_ = grown;
  capacity_ = capacity;
  return true;
}

// What is too small becomes twice as large, at least.
std::uint64_t ByteBuffer::capacityMax(std::uint64_t bytes) noexcept {
  if (bytes == 0) {
    return 0;
  }
  const std::uint64_t capacity = std::max<std::uint64_t>(2 * bytes, kFirstCapacity);
  return SpareBlocks::mostFor(capacity) + alignmentOf(capacity) + kAlignment;
}

bool ByteBuffer::growBy(std::size_t bytes) noexcept {
  return bytes <= std::numeric_limits<std::size_t>::max() - size_ && grow(size_ + bytes);
}

void ByteBuffer::release() noexcept {
  parquet_flow::release(data_, capacity_);
  data_ = nullptr;
  size_ = 0;
  capacity_ = 0;
}

namespace {

// A library that is unloaded leaves nothing behind.
[[gnu::destructor]] void dropAllSpares() noexcept { ByteBuffer::dropSpares(); }

}  // namespace

void ByteBuffer::dropSpares() noexcept {
  spares.clear(freeSmall);
  while (std::byte* const first = firstSpares.take()) freeSmall(first);
}

tl::unexpected<Error> ByteBuffer::failOutOfMemory() {
  return fail(ErrorCode::kOutOfMemory, "out of memory");  // short enough to need no memory itself
}

}  // namespace parquet_flow
