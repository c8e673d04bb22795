// Options that are numbers, with a power of 1000 behind them where one likes: 64k, 1G.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

namespace parquet_flow::pf {

// `name`: a literal; `value` lives as long as the command.
CLI::Option* addCount(CLI::App& command, const char* name, std::uint64_t& value,
                      const std::string& help);
// Below 2^32.
CLI::Option* addCount(CLI::App& command, const char* name, std::uint32_t& value,
                      const std::string& help);

}  // namespace parquet_flow::pf
