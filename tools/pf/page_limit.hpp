// The limit on pages: `--page-bytes-max` of what reads them.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>

#include "base/status.hpp"

namespace parquet_flow::pf {

// `value`, its default, lives as long as the command.
void addPageBytesMax(CLI::App& command, std::uint64_t& value);

// An error that a page is above the limit says which option raises it; others are as they are.
[[nodiscard]] Error withPageLimit(Error error);

}  // namespace parquet_flow::pf
