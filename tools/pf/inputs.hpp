// The files that a command line names.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "io/file.hpp"

namespace parquet_flow::pf {

inline constexpr char kStandardInput[] = "-";
// Nothing writes a Parquet file there: a file of that name is "./-".
inline constexpr char kStandardOutput[] = "-";
// What `--help` says of the words that findInputs takes.
inline constexpr char kInputsHelp[] =
    "files; directories, for all files below that end in .parquet; patterns with *, ? or [...], ** "
    "for "
    "any number of directories; - for standard input";

// In the order of the words, as io::findFiles finds them. kInvalidArgument: standard input twice, a
// pattern or a directory without files; kIo.
[[nodiscard]] Result<std::vector<std::string>> findInputs(std::span<const std::string> words);

// One of them. Standard input is read whole into memory.
[[nodiscard]] Result<std::unique_ptr<io::InputFile>> openInput(const std::string& path);

}  // namespace parquet_flow::pf
