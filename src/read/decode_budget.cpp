#include "read/decode_budget.hpp"

#include <string>

namespace parquet_flow::read {
namespace {

// So many pages at the limit its columns may hold together, and come to, and so many bytes for each
// byte of the file: what files are that nobody made to grow.
constexpr std::uint64_t kHeldPages = 8;
constexpr std::uint64_t kHeldFactor = 64;
constexpr std::uint64_t kDecodedPages = 64;
constexpr std::uint64_t kDecodedFactor = 32768;

}  // namespace

std::uint64_t heldBytesMax(std::uint64_t pageBytesMax, std::uint64_t fileBytes) noexcept {
  return kHeldPages * pageBytesMax + kHeldFactor * fileBytes;
}

std::shared_ptr<DecodeBudget> budgetFor(std::uint64_t pageBytesMax, std::uint64_t fileBytes,
                                        std::uint64_t factor) {
  const std::uint64_t decodedMax = kDecodedPages * pageBytesMax + kDecodedFactor * fileBytes;
  return std::make_shared<DecodeBudget>(heldBytesMax(pageBytesMax, fileBytes),
                                        factor == 0 ? UINT64_MAX : decodedMax / factor);
}

Result<void> DecodeBudget::hold(std::uint64_t more) {
  const std::uint64_t held = held_.fetch_add(more, std::memory_order_relaxed) + more;
  if (held <= heldMax_) {
    return {};
  }
  return fail(ErrorCode::kLimit, "columns that are read together take " + std::to_string(held) +
                                     " bytes out of few, above the limit of " +
                                     std::to_string(heldMax_));
}

Result<void> DecodeBudget::decode(std::uint64_t bytes) {
  const std::uint64_t decoded = decoded_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (decoded <= decodedMax_) {
    return {};
  }
  return fail(ErrorCode::kLimit, "its pages come to more than " + std::to_string(decodedMax_) +
                                     " bytes, the limit for a file of this size");
}

}  // namespace parquet_flow::read
