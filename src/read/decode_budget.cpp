#include "read/decode_budget.hpp"

#include <string>

namespace parquet_flow::read {

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
