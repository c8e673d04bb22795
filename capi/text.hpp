// Strings that come through the ABI and end up in files.
#pragma once

#include <string_view>

#include "base/status.hpp"

namespace parquet_flow::capi {

// The string, unless it is NULL or not UTF-8.
[[nodiscard]] Result<std::string_view> requireText(const char* text, const char* name);

}  // namespace parquet_flow::capi
