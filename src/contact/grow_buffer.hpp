// An array that grows by doubling, keeps its memory, and leaves new elements uninitialised: a
// std::vector would zero each byte before it is written, which costs as much as the writing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>

namespace parquet_flow::contact {

template <class T>
class GrowBuffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  // Room for `count` more elements. May throw std::bad_alloc; the contents are then as before.
  void reserveMore(std::size_t count) {
    if (capacity_ - size_ >= count) {
      return;
    }
    const std::size_t capacity = std::max(size_ + count, 2 * capacity_);
    auto grown = std::make_unique_for_overwrite<T[]>(capacity);
    if (size_ != 0) {
      std::memcpy(grown.get(), data_.get(), size_ * sizeof(T));
    }
    data_ = std::move(grown);
    capacity_ = capacity;
  }

  void clear() noexcept { size_ = 0; }

  // The end, where the caller writes up to the reserved count, and then says how far it got.
  [[nodiscard]] T* end() noexcept { return data_.get() + size_; }
  void setEnd(const T* end) noexcept { size_ = static_cast<std::size_t>(end - data_.get()); }

  [[nodiscard]] std::span<const T> view() const noexcept { return {data_.get(), size_}; }

 private:
  std::unique_ptr<T[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace parquet_flow::contact
