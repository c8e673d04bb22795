// What is different where somebody looks on.
#pragma once

namespace parquet_flow::pf {

// Whether stdout, or stderr, is a terminal.
[[nodiscard]] bool isTerminal(int descriptor) noexcept;
// Whether text there may have colours: on a terminal that knows them, and NO_COLOR is not set
// (no-color.org).
[[nodiscard]] bool hasColour(int descriptor) noexcept;

}  // namespace parquet_flow::pf
