// --compression: a codec of this build, with a level behind it where one likes: zstd:3.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "pf/values.hpp"

namespace parquet_flow::pf {

// `take` is called while the command line is parsed.
CLI::Option* addCodec(CLI::App& command, std::function<void(const CodecChoice&)> take,
                      const std::string& help);

}  // namespace parquet_flow::pf
