#include "stats/bloom_filter.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

// NOLINTBEGIN(readability-identifier-naming): the header's own switches; the second keeps its
// intrinsics out.
#define XXH_INLINE_ALL
#define XXH_NO_XXH3
// NOLINTEND(readability-identifier-naming)
#include <xxhash.h>

namespace parquet_flow::stats {
namespace {

constexpr std::size_t kWords = 8;
// Hashes are made and inserted by so many: 4 KiB of them.
constexpr std::uint64_t kBatch = 512;

std::uint64_t blockOf(std::uint64_t hash, std::uint64_t blocks) noexcept {
  return ((hash >> 32U) * blocks) >> 32U;
}

std::uint32_t bitOf(std::uint64_t hash, std::size_t word) noexcept {
  return 1U << ((static_cast<std::uint32_t>(hash) * kBloomSalt[word]) >> 27U);
}

std::uint32_t loadWord(const std::byte* bits, std::size_t index) noexcept {
  std::uint32_t word = 0;
  std::memcpy(&word, bits + index * sizeof word, sizeof word);
  return word;
}

void insertScalar(std::byte* bits, std::uint64_t blocks, const std::uint64_t* hashes,
                  std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    std::byte* block = bits + blockOf(hashes[i], blocks) * kBloomBlockBytes;
    for (std::size_t w = 0; w < kWords; ++w) {
      const std::uint32_t word = loadWord(block, w) | bitOf(hashes[i], w);
      std::memcpy(block + w * sizeof word, &word, sizeof word);
    }
  }
}

double rateScalar(const std::byte* bits, std::uint64_t blocks, unsigned foldings) noexcept {
  const std::uint64_t together = std::uint64_t{1} << foldings;
  double sum = 0;
  for (std::uint64_t b = 0; b < blocks; b += together) {
    double share = 1;
    for (std::size_t w = 0; w < kWords; ++w) {
      std::uint32_t word = 0;
      for (std::uint64_t k = 0; k < together; ++k) {
        word |= loadWord(bits, (b + k) * kWords + w);
      }
      share *= std::popcount(word) / 32.0;
    }
    sum += share;
  }
  const std::uint64_t folded = blocks / together;
  return sum / static_cast<double>(folded);
}

constexpr BloomKernels kScalar = {.insert = insertScalar, .rate = rateScalar};

template <std::size_t kWidth>
void hashFixed(const std::byte* values, std::size_t width, std::size_t count,
               std::uint64_t* hashes) noexcept {
  const std::size_t bytes = kWidth == 0 ? width : kWidth;
  for (std::size_t i = 0; i < count; ++i) {
    hashes[i] = XXH64(values + i * bytes, bytes, 0);
  }
}

}  // namespace

const BloomKernels& bloomKernels(SimdLevel level) noexcept {
#if defined(__x86_64__)
  return level == SimdLevel::kScalar ? kScalar : kBloomKernelsAvx2;
#else
  static_cast<void>(level);
  return kScalar;
#endif
}

const BloomKernels& bloomKernels() noexcept {
  static const BloomKernels& kernels = bloomKernels(simdLevel());
  return kernels;
}

std::uint64_t bloomHash(ConstBytes value) noexcept { return XXH64(value.data(), value.size(), 0); }

// With k values in a block, a pattern is taken for one of them with (1 - (31/32)^k)^8, because each
// sets one of the 32 bits of each word; k has a Poisson distribution of mean n / z. The power is
// multiplied out, and the mean of q^k is e^(mean (q - 1)).
double bloomFalsePositiveRate(std::uint64_t distinct, std::size_t bytes) noexcept {
  constexpr double kChoose[] = {1, -8, 28, -56, 70, -56, 28, -8, 1};
  const std::size_t blocks = bytes / kBloomBlockBytes;
  const double mean = static_cast<double>(distinct) / static_cast<double>(blocks);
  double rate = 0;
  for (std::size_t j = 0; j <= kWords; ++j) {
    rate += kChoose[j] * std::exp(mean * (std::pow(31.0 / 32.0, static_cast<double>(j)) - 1));
  }
  return std::clamp(rate, 0.0, 1.0);
}

std::size_t bloomFilterBytes(std::uint64_t distinct, double falsePositiveRate) noexcept {
  std::size_t bytes = kBloomBlockBytes;
  while (bytes < kBloomBytesMax && bloomFalsePositiveRate(distinct, bytes) > falsePositiveRate) {
    bytes *= 2;
  }
  return bytes;
}

bool bloomMayContain(ConstBytes bits, std::uint64_t hash) noexcept {
  const std::byte* block =
      bits.data() + blockOf(hash, bits.size() / kBloomBlockBytes) * kBloomBlockBytes;
  for (std::size_t w = 0; w < kWords; ++w) {
    if ((loadWord(block, w) & bitOf(hash, w)) == 0) {
      return false;
    }
  }
  return true;
}

Result<void> BloomFilterBuilder::start(std::uint64_t distinctMax, double falsePositiveRate) {
  const std::size_t bytes = bloomFilterBytes(distinctMax, falsePositiveRate);
  bits_.clear();
  PF_TRY(bits_.appendUninitialized(bytes));
  std::memset(bits_.data(), 0, bytes);
  rate_ = falsePositiveRate;
  return {};
}

void BloomFilterBuilder::insertFixed(const std::byte* values, std::size_t width,
                                     std::uint64_t count) noexcept {
  // A length that is known where the hash is compiled leaves a few multiplications of it.
  const auto hash = width == 4 ? hashFixed<4> : width == 8 ? hashFixed<8> : hashFixed<0>;
  std::uint64_t hashes[kBatch];
  for (std::uint64_t i = 0; i < count; i += kBatch) {
    const auto batch = static_cast<std::size_t>(std::min(kBatch, count - i));
    hash(values + i * width, width, batch, hashes);
    bloomKernels().insert(bits_.data(), bits_.size() / kBloomBlockBytes, hashes, batch);
  }
}

void BloomFilterBuilder::insertByteArrays(const std::byte* bytes, const std::uint32_t* offsets,
                                          std::uint64_t count) noexcept {
  std::uint64_t hashes[kBatch];
  for (std::uint64_t i = 0; i < count; i += kBatch) {
    const auto batch = static_cast<std::size_t>(std::min(kBatch, count - i));
    for (std::size_t k = 0; k < batch; ++k) {
      hashes[k] = XXH64(bytes + offsets[i + k], offsets[i + k + 1] - offsets[i + k], 0);
    }
    bloomKernels().insert(bits_.data(), bits_.size() / kBloomBlockBytes, hashes, batch);
  }
}

void BloomFilterBuilder::insertHash(std::uint64_t hash) noexcept {
  bloomKernels().insert(bits_.data(), bits_.size() / kBloomBlockBytes, &hash, 1);
}

void BloomFilterBuilder::merge(const BloomFilterBuilder& other) noexcept {
  std::byte* const bits = bits_.data();
  const std::byte* const others = other.bits_.data();
  for (std::size_t i = 0; i < bits_.size(); ++i) {
    bits[i] |= others[i];
  }
}

void BloomFilterBuilder::fold() noexcept {
  while (bits_.size() > kBloomBlockBytes) {
    const std::uint64_t blocks = bits_.size() / kBloomBlockBytes;
    if (bloomKernels().rate(bits_.data(), blocks, 1) > rate_) {
      return;
    }
    for (std::uint64_t b = 0; b < blocks / 2; ++b) {
      for (std::size_t w = 0; w < kWords; ++w) {
        const std::uint32_t word = loadWord(bits_.data(), 2 * b * kWords + w) |
                                   loadWord(bits_.data(), (2 * b + 1) * kWords + w);
        std::memcpy(bits_.data() + (b * kWords + w) * sizeof word, &word, sizeof word);
      }
    }
    bits_.truncate(bits_.size() / 2);
  }
}

double BloomFilterBuilder::falsePositiveRate() const noexcept {
  return bloomKernels().rate(bits_.data(), bits_.size() / kBloomBlockBytes, 0);
}

}  // namespace parquet_flow::stats
