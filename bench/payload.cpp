#include "payload.hpp"

#include <algorithm>
#include <cstring>

#include "load/order_feed.hpp"

namespace parquet_flow::bench {
namespace {

constexpr std::uint64_t kPoolBytes = 96 << 20;
constexpr std::uint64_t kPageBytes = 1 << 20;

}  // namespace

void fillRandom(std::uint64_t seed, std::span<std::byte> out) {
  // Knuth's MMIX multiplier; the upper half of the state, because the lower bits of an LCG repeat
  // early.
  std::uint64_t state = seed * 0x9E3779B97F4A7C15U + 1;
  std::size_t at = 0;
  while (at < out.size()) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    const auto word = static_cast<std::uint32_t>(state >> 32U);
    const std::size_t bytes = std::min<std::size_t>(sizeof word, out.size() - at);
    std::memcpy(out.data() + at, &word, bytes);
    at += bytes;
  }
}

void fillMarket(std::uint64_t first, std::span<std::byte> out) {
  constexpr std::int64_t kStartNs = 1'700'000'000'000'000'000;
  constexpr std::uint64_t kRatePerSecond = 1'000'000;
  const load::OrderFeed feed(1, kStartNs, kRatePerSecond);
  std::size_t at = 0;
  while (at < out.size()) {
    const load::OrderRecord message = feed.recordAt(first++);
    const std::size_t bytes = std::min(sizeof message, out.size() - at);
    std::memcpy(out.data() + at, &message, bytes);
    at += bytes;
  }
}

PayloadPool::PayloadPool(const Options& options, std::uint64_t values, std::uint64_t groups)
    : groupBytes_(values * options.rowSize) {
  const std::uint64_t fit =
      groupBytes_ == 0 ? 1 : std::max<std::uint64_t>(1, kPoolBytes / groupBytes_);
  slots_ = std::min(groups, fit);
  bytes_.resize(slots_ * groupBytes_);
  offsets_.resize(values + 1);
  for (std::uint64_t i = 0; i <= values; ++i) {
    offsets_[i] = static_cast<std::uint32_t>(i * options.rowSize);
  }
  if (options.payload == Payload::kMixed) {
    const std::uint64_t fitting = std::max<std::uint64_t>(1, kPageBytes / (options.rowSize + 4));
    pageRows_ = std::max<std::uint64_t>(1, std::min(fitting, values / 2));
  }
  const std::uint64_t chunkRows = pageRows_ == 0 ? values : pageRows_;
  for (std::uint64_t slot = 0; slot < slots_; ++slot) {
    for (std::uint64_t row = 0, page = 0; row < values; row += chunkRows, ++page) {
      const std::uint64_t rows = std::min(chunkRows, values - row);
      const std::uint64_t first = slot * values + row;
      const std::span<std::byte> out(bytes_.data() + slot * groupBytes_ + row * options.rowSize,
                                     rows * options.rowSize);
      const bool market = options.payload == Payload::kMarket ||
                          (options.payload == Payload::kMixed && page % 2 == 1);
      if (market) {
        fillMarket(first * options.rowSize / sizeof(load::OrderRecord), out);
      } else {
        fillRandom(first + 1, out);
      }
    }
  }
}

const std::byte* PayloadPool::values(std::uint64_t group) const noexcept {
  return bytes_.data() + (group % slots_) * groupBytes_;
}

}  // namespace parquet_flow::bench
