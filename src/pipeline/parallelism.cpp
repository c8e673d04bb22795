#include "pipeline/parallelism.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/cpu_count.hpp"

namespace parquet_flow::pipeline {
namespace {

Result<std::uint32_t> checkRange(std::uint64_t threads, const std::string& name) {
  if (threads >= 1 && threads <= kParallelismMax) return static_cast<std::uint32_t>(threads);
  return fail(ErrorCode::kInvalidArgument, name + " is " + std::to_string(threads) +
                                               ", it must be 1 .. " +
                                               std::to_string(kParallelismMax));
}

}  // namespace

Result<std::uint32_t> chooseParallelism(std::uint32_t asked) {
  if (asked != 0) return checkRange(asked, "threads");
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the host's setenv is its own affair
  const char* const set = std::getenv(kParallelismVariable);
  if (set == nullptr) return std::min(usableCpus(), kParallelismMax);
  const std::string_view text(set);
  std::uint32_t threads = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threads);
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(ErrorCode::kInvalidArgument, std::string(kParallelismVariable) + " is \"" +
                                                 std::string(text) + "\", it must be a number");
  }
  return checkRange(threads, kParallelismVariable);
}

std::shared_ptr<EncodeThreads> makeEncodeThreads(std::uint32_t parallelism) {
  if (parallelism <= 1) return nullptr;
  return std::make_shared<EncodeThreads>(EncodeThreadsOptions{.threads = parallelism - 1});
}

}  // namespace parquet_flow::pipeline
