#include "scan/key_table.hpp"

#ifndef XXH_INLINE_ALL
#define XXH_INLINE_ALL  // no code of a library that a host may have too
#endif
#include <xxhash.h>

#include "base/bytes.hpp"
#include "base/uuid.hpp"

namespace parquet_flow::scan {
namespace {

constexpr std::size_t kSlotsMin = 1024;

std::uint32_t hashOf(std::string_view key, std::uint64_t seed) noexcept {
  return static_cast<std::uint32_t>(XXH3_64bits_withSeed(key.data(), key.size(), seed));
}

// 60 random bits; where the machine has no generator they are the same each time.
std::uint64_t randomSeed() {
  const Result<Uuid> random = randomUuid();
  return random ? loadLe<std::uint64_t>(random->bytes.data()) : 0x9E3779B97F4A7C15U;
}

}  // namespace

NumberTable::NumberTable() : seed_(randomSeed() | 1U), slots_(kSlotsMin), mask_(kSlotsMin - 1) {}

void NumberTable::put(const Slot& slot) noexcept {
  std::size_t at = home(slot.key);
  while (slots_[at].number != kNone) {
    at = (at + 1) & mask_;
  }
  slots_[at] = slot;
}

std::uint32_t NumberTable::add(std::uint64_t key) {
  if (count_ + 1 > slots_.size() / 2) {
    std::vector<Slot> before(slots_.size() * 2);
    before.swap(slots_);
    mask_ = slots_.size() - 1;
    for (const Slot& slot : before) {
      if (slot.number != kNone) {
        put(slot);
      }
    }
  }
  const auto number = static_cast<std::uint32_t>(count_++);
  put({key, number});
  return number;
}

BytesTable::BytesTable() : seed_(randomSeed()), slots_(kSlotsMin), ends_(1, 0) {}

Numbered BytesTable::findOrAdd(std::string_view key) {
  const std::uint32_t hash = hashOf(key, seed_);
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at].number != kNone; at = (at + 1) & mask) {
    if (slots_[at].hash == hash && keyOf(slots_[at].number) == key) {
      return {slots_[at].number, false};
    }
  }
  const auto number = static_cast<std::uint32_t>(count());
  text_.append(key);
  ends_.push_back(text_.size());
  slots_[at] = {hash, number};
  if (count() > slots_.size() / 2) {
    grow();
  }
  return {number, true};
}

void BytesTable::grow() {
  std::vector<Slot> before(slots_.size() * 2);
  before.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : before) {
    if (slot.number == kNone) {
      continue;
    }
    std::size_t at = slot.hash & mask;
    while (slots_[at].number != kNone) {
      at = (at + 1) & mask;
    }
    slots_[at] = slot;
  }
}

std::uint64_t BytesTable::bytes() const noexcept {
  return slots_.size() * sizeof(Slot) + text_.capacity() + ends_.capacity() * sizeof(std::size_t);
}

}  // namespace parquet_flow::scan
