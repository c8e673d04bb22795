// Keys numbered in the order in which they first come: hash tables with open addressing. Where a
// key lies depends on a random number of the table's: who makes a file cannot choose keys that all
// lie at one place, which would take time by the square of their number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parquet_flow::scan {

struct Numbered {
  std::uint32_t number;
  bool isNew;
};

// Keys of eight bytes. At most 2^32 - 2 of them, as below; the memory bound of whoever has a table
// comes first.
class NumberTable {
 public:
  NumberTable();

  [[nodiscard]] Numbered findOrAdd(std::uint64_t key) {
    std::size_t at = home(key);
    while (slots_[at].number != kNone) {
      if (slots_[at].key == key) {
        return {slots_[at].number, false};
      }
      at = (at + 1) & mask_;
    }
    return {add(key), true};
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return slots_.size() * sizeof(Slot); }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t number = kNone;
  };

  // The high half of a product is crossed with the low one: first of one with the table's number,
  // then with 2^64 / the golden ratio, for keys that are close to each other.
  [[nodiscard]] std::size_t home(std::uint64_t key) const noexcept {
    const std::uint64_t own = key * seed_;
    const std::uint64_t product = (own ^ own >> 32) * 0x9E3779B97F4A7C15U;
    return static_cast<std::size_t>(product ^ product >> 32) & mask_;
  }
  std::uint32_t add(std::uint64_t key);
  void put(const Slot& slot) noexcept;

  std::uint64_t seed_;  // odd
  std::vector<Slot> slots_;
  std::size_t mask_;
  std::size_t count_ = 0;
};

// Keys of any bytes.
class BytesTable {
 public:
  BytesTable();

  [[nodiscard]] Numbered findOrAdd(std::string_view key);
  [[nodiscard]] std::size_t count() const noexcept { return ends_.size() - 1; }
  [[nodiscard]] std::uint64_t bytes() const noexcept;

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number = kNone;
  };

  [[nodiscard]] std::string_view keyOf(std::uint32_t number) const noexcept {
    return std::string_view(text_).substr(ends_[number], ends_[number + 1] - ends_[number]);
  }
  void grow();

  std::uint64_t seed_;
  std::vector<Slot> slots_;
  std::string text_;               // of all keys, end to end
  std::vector<std::size_t> ends_;  // where key i begins, and one more
};

}  // namespace parquet_flow::scan
