#include "scan/part_search.hpp"

#include <algorithm>

namespace parquet_flow::scan {
namespace {

std::size_t findPartScalar(std::string_view bytes, std::string_view part,
                           std::size_t from) noexcept {
  return bytes.find(part, from);
}
static_assert(std::string_view::npos == SIZE_MAX);

}  // namespace

FindPart findPart([[maybe_unused]] SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level >= SimdLevel::kAvx2) {
    return findPartAvx2;
  }
#endif
  return findPartScalar;
}

void findInValues(const std::byte* bytes, const std::uint32_t* offsets, std::size_t count,
                  std::string_view part, std::uint64_t* bits) noexcept {
  static const FindPart find = findPart(simdLevel());
  const std::string_view all(reinterpret_cast<const char*>(bytes), offsets[count]);
  std::size_t value = 0;
  for (std::size_t at = offsets[0]; value < count;) {
    at = find(all, part, at);
    if (at == SIZE_MAX) {
      return;
    }
    // The next value is mostly near; far ones are looked for in steps that double.
    std::size_t step = 1;
    while (value + step < count && offsets[value + step] <= at) {
      value += step;
      step *= 2;
    }
    value = static_cast<std::size_t>(std::upper_bound(offsets + value + 1,
                                                      offsets + std::min(value + step, count) + 1,
                                                      static_cast<std::uint32_t>(at)) -
                                     offsets - 1);
    if (at + part.size() <= offsets[value + 1]) {
      bits[value / 64] |= std::uint64_t{1} << (value % 64);
      ++value;
      at = value < count ? offsets[value] : at;
    } else {
      ++at;
    }
  }
}

}  // namespace parquet_flow::scan
