// The two ways from a value to its id in a dictionary: by the value itself where all lie close to
// each other, else by hashing. Values are looked up in blocks, first without a branch and in one
// place each; only those that were not there are then searched for.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"

namespace parquet_flow::encoding {

inline constexpr std::uint32_t kNoId = UINT32_MAX;

// Open addressing with linear probing; a slot is found by its key, which for short values is the
// value and for long ones a hash of it, so that these are compared too.
template <class Key>
class DictionaryHashTable {
 public:
  struct Slot32 {
    std::uint32_t key = 0;
    std::uint32_t id = kNoId;
  };
  struct Slot64 {
    std::uint64_t key = 0;
    std::uint32_t id = kNoId;
    std::uint32_t position = 0;  // of the value in the dictionary page
  };
  using Slot = std::conditional_t<sizeof(Key) == 4, Slot32, Slot64>;

  // Empties the table and gives it the size for `count` ids and, as with fit, `lookUps`.
  [[nodiscard]] Result<void> clear(std::size_t count, std::size_t lookUps) {
    const unsigned bits = bitsFor(count, lookUps);
    memory_.clear();
    const std::size_t bytes = sizeof(Slot) << bits;
    PF_TRY(memory_.appendUninitialized(bytes));
    bits_ = bits;
    std::fill_n(slots(), std::size_t{1} << bits, Slot());
    slots()[0].key = 1;
    static_assert(home(0, 64 - kBitsMin) == 0 && home(1, 64 - kBitsMin) != 0);
    return {};
  }

  // The most memory for `count` ids: the table, another of its size from when it last grew, and
  // while it grows what that one had before.
  [[nodiscard]] static std::uint64_t memoryBytesMax(std::size_t count) noexcept {
    const std::uint64_t bytes = sizeof(Slot) << bitsFor(count, SIZE_MAX);
    return 2 * bytes + bytes / 2;
  }

  // Where the search for a key begins. If the key there is the same, so is the slot: an empty one
  // has a key whose search begins elsewhere.
  struct View {
    const Slot* slots;
    unsigned shift;

    [[nodiscard]] const Slot& first(Key key) const noexcept { return slots[home(key, shift)]; }
  };
  [[nodiscard]] View view() const noexcept { return {slots(), 64 - bits_}; }

  // The slot of `key` for which `equal` holds, or the empty one where it would be put, whose id is
  // kNoId.
  template <class Equal>
  [[nodiscard]] Slot& find(Key key, const Equal& equal) noexcept {
    return slots()[search(key, equal)];
  }

  // Grows the table to where `lookUps` of values, done and about to be done, are quick.
  [[nodiscard]] Result<void> fit(std::size_t count, std::size_t lookUps) {
    return isCrowded(count, bits_, lookUps) ? grow(count, lookUps) : Result<void>{};
  }

  // Adds the slot of a value that find did not find; `count`: ids with this one.
  [[nodiscard]] Result<void> insert(const Slot& slot, std::size_t count, std::size_t lookUps) {
    const auto never = [](const Slot&) { return false; };
    return insert(find(slot.key, never), slot, count, lookUps);
  }
  // The same; `empty` is what find gave, and nothing has been added since.
  [[nodiscard]] Result<void> insert(Slot& empty, const Slot& slot, std::size_t count,
                                    std::size_t lookUps) {
    if (isCrowded(count, bits_, lookUps)) [[unlikely]] {
      PF_TRY(grow(count, lookUps));
      put(slot);
      return {};
    }
    empty = slot;
    return {};
  }

 private:
  static constexpr unsigned kBitsMin = 9;

  // While the table fits the nearest cache levels it is kept so empty that nearly every id is in
  // the first place looked at: a miss costs more than the memory. That pays once there have been as
  // many look-ups as it has slots: memory that is new costs as much as some misses, and of a few
  // thousand values that all differ there is nothing but new memory.
  [[nodiscard]] static bool isCrowded(std::size_t count, unsigned bits,
                                      std::size_t lookUps) noexcept {
    const bool isWorn = lookUps >> bits != 0;
    const unsigned spare = !isWorn ? 1 : bits <= 14 ? 4 : bits == 15 ? 2 : 1;
    return count > (std::size_t{1} << bits) >> spare;
  }

  [[nodiscard]] static unsigned bitsFor(std::size_t count, std::size_t lookUps) noexcept {
    unsigned bits = kBitsMin;
    while (isCrowded(count, bits, lookUps)) {
      ++bits;
    }
    return bits;
  }

  // The high bits of the product with 2^64 / the golden ratio, crossed with those of its low half:
  // from one half alone numbers at equal distances can come out on few spots.
  [[nodiscard]] static constexpr std::size_t home(Key key, unsigned shift) noexcept {
    const std::uint64_t product = key * 0x9E3779B97F4A7C15U;
    return static_cast<std::size_t>((product ^ product << 32) >> shift);
  }

  template <class Equal>
  [[nodiscard]] std::size_t search(Key key, const Equal& equal) const noexcept {
    const std::size_t mask = (std::size_t{1} << bits_) - 1;
    std::size_t at = home(key, 64 - bits_);
    while (slots()[at].id != kNoId && !(slots()[at].key == key && equal(slots()[at]))) {
      at = (at + 1) & mask;
    }
    return at;
  }

  void put(const Slot& slot) noexcept {
    slots()[search(slot.key, [](const Slot&) { return false; })] = slot;
  }

  [[nodiscard]] Result<void> grow(std::size_t count, std::size_t lookUps) {
    DictionaryHashTable larger;
    larger.memory_ = std::move(spare_);
    PF_TRY(larger.clear(count, lookUps));
    for (std::size_t at = 0; at < std::size_t{1} << bits_; ++at) {
      if (slots()[at].id != kNoId) {
        larger.put(slots()[at]);
      }
    }
    spare_ = std::move(memory_);
    memory_ = std::move(larger.memory_);
    bits_ = larger.bits_;
    return {};
  }

  [[nodiscard]] Slot* slots() noexcept { return reinterpret_cast<Slot*>(memory_.data()); }
  [[nodiscard]] const Slot* slots() const noexcept {
    return reinterpret_cast<const Slot*>(memory_.data());
  }

  ByteBuffer memory_;
  ByteBuffer spare_;  // where the next larger table goes: so growing again allocates nothing
  unsigned bits_ = kBitsMin;  // log2 of the slots
};

// Ids by value, for whole numbers of a small range.
class DictionaryDirectTable {
 public:
  // Empties the table; it then has no range.
  void clear() noexcept {
    entries_ = 0;
    isEmpty_ = true;
  }

  [[nodiscard]] static std::uint64_t memoryBytesMax() noexcept {
    return ByteBuffer::capacityMax((2 * kRangeMax + 1) * sizeof(std::uint32_t));
  }

  // What looking ids up needs, once a value is covered.
  struct View {
    const std::uint32_t* ids;
    std::uint64_t base;
    std::uint64_t entries;

    // The id of `value`, or kNoId.
    [[nodiscard]] std::uint32_t id(std::int64_t value) const noexcept {
      return ids[std::min(static_cast<std::uint64_t>(value) - base, entries)];
    }
  };
  [[nodiscard]] View view() const noexcept {
    return {reinterpret_cast<const std::uint32_t*>(ids_.data()), base_, entries_};
  }
  [[nodiscard]] bool covers(std::int64_t value) const noexcept {
    return static_cast<std::uint64_t>(value) - base_ < entries_;
  }
  // `value` is covered.
  void set(std::int64_t value, std::uint32_t id) noexcept {
    storeLe(ids_.data() + (static_cast<std::uint64_t>(value) - base_) * sizeof id, id);
  }

  // Widens the range for `value`, with room at both ends, and forgets all ids. Returns false where
  // the range would be too large; the table is then not to be used before it is cleared.
  [[nodiscard]] Result<bool> cover(std::int64_t value) {
    lowest_ = isEmpty_ ? value : std::min(lowest_, value);
    highest_ = isEmpty_ ? value : std::max(highest_, value);
    isEmpty_ = false;
    const std::uint64_t range =
        static_cast<std::uint64_t>(highest_) - static_cast<std::uint64_t>(lowest_);
    if (range >= kRangeMax) {
      return false;
    }
    entries_ = std::max(kEntriesMin, 2 * std::bit_ceil(range + 1));
    base_ = static_cast<std::uint64_t>(lowest_) - (entries_ - range) / 2;
    ids_.clear();
    // One more: what lies outside is looked up there.
    const std::size_t bytes = (entries_ + 1) * sizeof(std::uint32_t);
    PF_TRY_ASSIGN(std::byte* const to, ids_.appendUninitialized(bytes));
    std::memset(to, 0xFF, bytes);
    return true;
  }

 private:
  // 256 KiB of ids at most: what the second level of cache takes beside the values.
  static constexpr std::uint64_t kRangeMax = 1U << 15U;
  static constexpr std::uint64_t kEntriesMin = 256;

  ByteBuffer ids_;
  std::uint64_t entries_ = 0;
  std::uint64_t base_ = 0;  // the value whose id is the first
  bool isEmpty_ = true;
  std::int64_t lowest_ = 0;  // of the values
  std::int64_t highest_ = 0;
};

}  // namespace parquet_flow::encoding
