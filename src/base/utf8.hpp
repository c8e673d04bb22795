// Text that goes into files is UTF-8, because readers decode it as such.
#pragma once

#include <cstddef>
#include <string_view>

namespace parquet_flow {

// Well-formed by the Unicode Standard, table 3-7 (RFC 3629): no overlong form, no surrogate,
// nothing above U+10FFFF, no character cut short.
[[nodiscard]] bool isUtf8(std::string_view text) noexcept;
// Bytes of the character that `text`, which is not empty, begins with; 0 where that is none.
[[nodiscard]] std::size_t utf8CharacterBytes(std::string_view text) noexcept;

}  // namespace parquet_flow
