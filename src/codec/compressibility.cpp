#include "codec/compressibility.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace parquet_flow::codec {
namespace {

// --- symbols
// ---------------------------------------------------------------------------------------
//
// With n bytes of which symbol s occurs c_s times, the sum of c_s^2 is n + n (n - 1) / 256 on
// average for noise, and (1 + e) times its second term where the collision entropy is log2(1 + e)
// bits below 8.

constexpr std::size_t kWindows = 16;
constexpr std::size_t kWindowBytes = 1024;
// One window alone: half a bit below 8, some 20 standard deviations of noise away. A mebibyte page
// with one such window in sixteen saves perhaps 0.4 %, but windows are samples of what may be more.
constexpr double kWindowExcess = 0.41;
// All windows together: 0.16 bits below 8 are 2 %.
constexpr double kTotalExcess = 0.117;

double excessOf(const std::array<std::uint32_t, 256>& counts, std::size_t bytes) noexcept {
  double squares = 0;
  for (const std::uint32_t count : counts) {
    squares += static_cast<double>(count) * count;
  }
  const auto n = static_cast<double>(bytes);
  return (squares - n) * 256 / (n * (n - 1)) - 1;
}

bool hasSkewedSymbols(ConstBytes page) noexcept {
  std::array<std::uint32_t, 256> total{};
  const std::size_t windows = std::clamp<std::size_t>(page.size() / kWindowBytes, 1, kWindows);
  const std::size_t bytes = std::min(page.size(), kWindowBytes);
  // From the middle of each stride: the levels at the front of a page are no sample of it.
  const std::size_t stride = page.size() / windows;
  const std::size_t first = (stride - bytes) / 2;
  for (std::size_t window = 0; window < windows; ++window) {
    // Two tables: equal bytes in a row would wait for each other's count.
    std::array<std::uint32_t, 256> even{};
    std::array<std::uint32_t, 256> odd{};
    const std::byte* at = page.data() + first + window * stride;
    for (std::size_t i = 0; i + 1 < bytes; i += 2) {
      ++even[static_cast<std::size_t>(at[i])];
      ++odd[static_cast<std::size_t>(at[i + 1])];
    }
    for (std::size_t symbol = 0; symbol < even.size(); ++symbol) {
      even[symbol] += odd[symbol];
      total[symbol] += even[symbol];
    }
    if (excessOf(even, bytes & ~std::size_t{1}) > kWindowExcess) {
      return true;
    }
  }
  return excessOf(total, windows * (bytes & ~std::size_t{1})) > kTotalExcess;
}

// --- sequences
// -------------------------------------------------------------------------------------

constexpr std::size_t kRanges = 4;
constexpr std::size_t kRangeBytes = 8192;
constexpr unsigned kTableBits = 12;
constexpr std::size_t kStride = 7;  // of look-ups: meets every alignment of records in turn
constexpr std::size_t kMatchMin = 4;
constexpr std::size_t kMatchMax = 64;  // longer ones count no more
// A match takes about three bytes (RFC 1951: a length and a distance with its extra bits).
constexpr double kMatchCost = 3;
constexpr double kMatchSaving = 0.02;

std::size_t slotOf(const std::byte* at, unsigned tableBits) noexcept {
  return (loadLe<std::uint32_t>(at) * 2654435761U) >> (32 - tableBits);
}

// The share of a match's bytes that it saves; 0 for none.
double savingAt(const std::byte* now, const std::byte* before, const std::byte* end) noexcept {
  const std::size_t most = std::min<std::size_t>(kMatchMax, static_cast<std::size_t>(end - now));
  std::size_t bytes = 0;
  while (bytes < most && now[bytes] == before[bytes]) {
    ++bytes;
  }
  return bytes < kMatchMin ? 0 : 1 - kMatchCost / static_cast<double>(bytes);
}

bool hasRepetition(ConstBytes page) noexcept {
  const std::size_t bytes = std::min(page.size(), kRangeBytes);
  const std::size_t ranges = std::clamp<std::size_t>(page.size() / kRangeBytes, 1, kRanges);
  const std::size_t stride = ranges == 1 ? 0 : (page.size() - bytes) / (ranges - 1);
  double saved = 0;
  std::size_t looked = 0;
  for (std::size_t range = 0; range < ranges; ++range) {
    const std::byte* const begin = page.data() + range * stride;
    const std::byte* const end = begin + bytes;
    std::array<std::uint16_t, std::size_t{1} << kTableBits> last{};  // position + 1
    std::size_t untilLook = kStride;
    for (std::size_t i = 0; i + kMatchMin <= bytes; ++i) {
      const std::size_t slot = slotOf(begin + i, kTableBits);
      if (--untilLook == 0) {
        untilLook = kStride;
        ++looked;
        if (last[slot] != 0) {
          saved += savingAt(begin + i, begin + last[slot] - 1, end);
        }
      }
      last[slot] = static_cast<std::uint16_t>(i + 1);
    }
  }
  return looked != 0 && saved / static_cast<double>(looked) > kMatchSaving;
}

// --- distant sequences
// -------------------------------------------------------------------------------------
//
// What comes back after more than a range's length, as values from a large pool do. Every fourth
// position is remembered over twice deflate's window, and bursts of successive positions are looked
// up: one of four successive ones meets a position remembered, so a match of seven bytes and more
// is found wherever it lies.

constexpr std::size_t kReaches = 2;
constexpr std::size_t kReachBytes = 64 << 10;
constexpr std::size_t kWindowOfDeflate = 32 << 10;
constexpr unsigned kReachTableBits = 14;
constexpr std::size_t kRememberStride = 4;
constexpr std::size_t kBurstStride = 1024;
constexpr std::size_t kBurstBytes = 64;

// Bytes saved by the matches that begin in the burst at `burst`; adds the bytes that it went over.
std::size_t savedInBurst(ConstBytes reach, std::size_t burst,
                         const std::array<std::uint16_t, std::size_t{1} << kReachTableBits>& last,
                         std::size_t& looked) noexcept {
  const std::byte* const begin = reach.data();
  std::size_t saved = 0;
  std::size_t i = burst;
  while (i < burst + kBurstBytes && i + kMatchMin <= reach.size()) {
    const std::size_t before =
        std::size_t{last[slotOf(begin + i, kReachTableBits)]} * kRememberStride;
    std::size_t bytes = 0;
    if (before < i && i - before <= kWindowOfDeflate) {
      const std::size_t most = std::min(kMatchMax, reach.size() - i);
      while (bytes < most && begin[i + bytes] == begin[before + bytes]) {
        ++bytes;
      }
    }
    const std::size_t step = bytes < kMatchMin ? 1 : bytes;
    saved += bytes < kMatchMin ? 0 : bytes - static_cast<std::size_t>(kMatchCost);
    looked += step;
    i += step;
  }
  return saved;
}

bool hasDistantRepetition(ConstBytes page) noexcept {
  const std::size_t bytes = std::min(page.size(), kReachBytes);
  const std::size_t reaches = std::clamp<std::size_t>(page.size() / kReachBytes, 1, kReaches);
  const std::size_t stride = reaches == 1 ? 0 : (page.size() - bytes) / (reaches - 1);
  std::size_t saved = 0;
  std::size_t looked = 0;
  for (std::size_t number = 0; number < reaches; ++number) {
    const ConstBytes reach = page.subspan(number * stride, bytes);
    std::array<std::uint16_t, std::size_t{1} << kReachTableBits> last{};  // position / stride
    for (std::size_t burst = 0; burst + kBurstStride <= bytes; burst += kBurstStride) {
      saved += savedInBurst(reach, burst, last, looked);
      for (std::size_t i = burst; i < burst + kBurstStride; i += kRememberStride) {
        last[slotOf(reach.data() + i, kReachTableBits)] =
            static_cast<std::uint16_t>(i / kRememberStride);
      }
    }
  }
  return looked != 0 && static_cast<double>(saved) / static_cast<double>(looked) > kMatchSaving;
}

}  // namespace

bool mayCompress(ConstBytes page) noexcept {
  constexpr std::size_t kTooShortToTell = 512;  // deflating them costs nothing
  return page.size() < kTooShortToTell || hasSkewedSymbols(page) || hasRepetition(page) ||
         hasDistantRepetition(page);
}

}  // namespace parquet_flow::codec
