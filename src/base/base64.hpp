// Base64 with the digits of RFC 4648, section 4.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace parquet_flow {

// Padded with '='.
[[nodiscard]] std::string encodeBase64(ConstBytes bytes);

// With padding or without. nullopt: something in it is no digit.
[[nodiscard]] std::optional<std::vector<std::byte>> decodeBase64(std::string_view text);

}  // namespace parquet_flow
