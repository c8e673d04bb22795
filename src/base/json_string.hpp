// Text as a string of JSON (RFC 8259).
#pragma once

#include <string>
#include <string_view>

namespace parquet_flow {

// Appends `text` in quotes, escaped. What is not UTF-8 in it is replaced by U+FFFD, each byte by
// one, so that the result is always valid.
void appendJsonString(std::string_view text, std::string& out);

// The same without quotes and escapes: `text` as valid UTF-8.
void appendUtf8(std::string_view text, std::string& out);

}  // namespace parquet_flow
