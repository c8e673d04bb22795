// What the demo prints of a capture.
#pragma once

#include "demo/capture.hpp"

namespace parquet_flow::demo {

// Counts, refusals by reason, call times beside those of an empty bracket, files: to stdout.
void printCapture(const Feed& feed, const Capture& capture, const load::Histogram& emptyBracket);

// "1 234 567".
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace parquet_flow::demo
