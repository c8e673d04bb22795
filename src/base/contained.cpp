#include "base/contained.hpp"

#include <string>

namespace parquet_flow {

Error leanError(ErrorCode code, const char* message) noexcept {
  std::string text;
  try {
    text = message;
  } catch (const std::exception&) {
    text.clear();
  }
  return {code, std::move(text)};
}

}  // namespace parquet_flow
