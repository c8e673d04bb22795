#include "column/compact.hpp"

#include <cstring>

#include "column/level_scan.hpp"

namespace parquet_flow::column {
namespace {

// Calls visit(begin, end) for each run of present entries.
template <class Visit>
void forEachRun(const Presence& presence, std::size_t entries, Visit&& visit) {
  const auto isPresent = [&](std::size_t entry) {
    return presence.validity != nullptr
               ? bitAt(presence.validity, presence.validityBitOffset + entry)
               : presence.definitionLevels[entry] == presence.maxDefinitionLevel;
  };
  for (std::size_t entry = 0; entry < entries;) {
    while (entry < entries && !isPresent(entry)) {
      ++entry;
    }
    const std::size_t begin = entry;
    while (entry < entries && isPresent(entry)) {
      ++entry;
    }
    if (begin != entry) {
      visit(begin, entry);
    }
  }
}

}  // namespace

Result<ValuesView> CompactValues::compact(const ValuesView& spaced, std::size_t entries,
                                          std::size_t width, const Presence& presence) {
  data_.clear();
  offsets_.clear();
  ValuesView dense;
  dense.layout = spaced.layout == ValuesLayout::kBits ? ValuesLayout::kByteBooleans : spaced.layout;
  switch (spaced.layout) {
    case ValuesLayout::kByteBooleans:
      width = 1;
      [[fallthrough]];
    case ValuesLayout::kFixed: {
      PF_TRY_ASSIGN(std::byte * to, data_.reserveExtra(entries * width));
      forEachRun(presence, entries, [&](std::size_t begin, std::size_t end) {
        std::memcpy(to, spaced.data + begin * width, (end - begin) * width);
        to += (end - begin) * width;
        dense.count += end - begin;
      });
      break;
    }
    case ValuesLayout::kBits: {
      PF_TRY_ASSIGN(std::byte * to, data_.reserveExtra(entries));
      const auto* bits = reinterpret_cast<const std::uint8_t*>(spaced.data);
      forEachRun(presence, entries, [&](std::size_t begin, std::size_t end) {
        for (std::size_t entry = begin; entry < end; ++entry) {
          *to++ = static_cast<std::byte>(bitAt(bits, spaced.bitOffset + entry) ? 1 : 0);
        }
        dense.count += end - begin;
      });
      break;
    }
    case ValuesLayout::kOffsets32: {
      PF_TRY_ASSIGN(std::byte * to,
                    data_.reserveExtra(spaced.offsets[entries] - spaced.offsets[0]));
      PF_TRY_ASSIGN(std::byte * offsetTo,
                    offsets_.reserveExtra((entries + 1) * sizeof(std::uint32_t)));
      auto* offsets = reinterpret_cast<std::uint32_t*>(offsetTo);
      std::uint32_t bytes = 0;
      *offsets = 0;
      forEachRun(presence, entries, [&](std::size_t begin, std::size_t end) {
        const std::uint32_t from = spaced.offsets[begin];
        const std::uint32_t runBytes = spaced.offsets[end] - from;
        if (runBytes != 0) {
          std::memcpy(to + bytes, spaced.data + from, runBytes);
        }
        for (std::size_t entry = begin; entry < end; ++entry) {
          *++offsets = bytes + (spaced.offsets[entry + 1] - from);
        }
        bytes += runBytes;
        dense.count += end - begin;
      });
      dense.offsets = reinterpret_cast<const std::uint32_t*>(offsets_.data());
      dense.dataBytes = bytes;
      break;
    }
  }
  dense.data = data_.data();
  return dense;
}

}  // namespace parquet_flow::column
