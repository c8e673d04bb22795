// Text that a file brings, made fit for a line on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace parquet_flow::rows {

// Whether there is a control character in it, of C0 or C1, or DEL.
[[nodiscard]] bool hasControls(std::string_view text) noexcept;
// `text`, which is UTF-8, with these escaped: \n, \r, \t, \u001b.
void escapeControls(std::string& text);
// Any bytes: what is no UTF-8 becomes U+FFFD, then as escapeControls.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace parquet_flow::rows
