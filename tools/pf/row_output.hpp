// Options of how rows are printed, and what they are printed like.
#pragma once

#include <CLI/CLI.hpp>

#include "rows/row_printer.hpp"

namespace parquet_flow::pf {

// --format table|csv|jsonl, and --json; `format` lives as long as the command.
void addRowFormat(CLI::App& command, rows::RowFormat& format);

// On a terminal values are cut and there are colours.
[[nodiscard]] rows::TableLook lookOfOutput();

}  // namespace parquet_flow::pf
