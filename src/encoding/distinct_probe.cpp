#include "encoding/distinct_probe.hpp"

#include <bit>
#include <cstring>

#include "encoding/dictionary_source.hpp"

namespace parquet_flow::encoding {
namespace {

constexpr std::size_t kSlotsPerValue = 4;  // at least: nearly every value finds its slot empty

// The finalizer of MurmurHash3: all bits of a key for all of the hash.
std::uint64_t hashOf(std::uint64_t key) noexcept {
  key ^= key >> 33;
  key *= 0xFF51AFD7ED558CCDU;
  key ^= key >> 33;
  key *= 0xC4CEB9FE1A85EC53U;
  return key ^ key >> 33;
}

}  // namespace

Result<bool> DistinctProbe::allDiffer(const std::byte* values, std::size_t width,
                                      std::size_t count) {
  switch (width) {
    case sizeof(std::int32_t):
      return probe(WordSource<std::int32_t>{values}, count);
    case sizeof(std::int64_t):
      return probe(WordSource<std::int64_t>{values}, count);
    default:
      return probe(FixedSource{values, width, count * width}, count);
  }
}

Result<bool> DistinctProbe::allDiffer(const std::byte* data, const std::uint32_t* offsets,
                                      std::size_t count) {
  return count == 0 ? true : probe(ByteArraySource{data, offsets, offsets[count]}, count);
}

template <class Source>
Result<bool> DistinctProbe::probe(const Source& source, std::size_t count) {
  const std::size_t slotCount = std::bit_ceil(kSlotsPerValue * count + 1);
  const std::size_t mask = slotCount - 1;
  slots_.clear();
  PF_TRY_ASSIGN(std::byte* const to, slots_.appendUninitialized(slotCount * sizeof(std::uint32_t)));
  std::memset(to, 0, slots_.size());
  auto* const slots = reinterpret_cast<std::uint32_t*>(to);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t hash = hashOf(source.key(i));
    const auto mark = static_cast<std::uint32_t>(hash >> 32) | 1U;
    std::size_t at = static_cast<std::size_t>(hash) & mask;
    while (slots[at] != 0 && slots[at] != mark) {
      at = (at + 1) & mask;
    }
    if (slots[at] == mark) {
      return false;
    }
    slots[at] = mark;
  }
  return true;
}

}  // namespace parquet_flow::encoding
