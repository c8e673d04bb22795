// The Parquet files that a word stands for: a file, a directory, a pattern.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"

namespace parquet_flow::io {

// Appends to `files`, by name: of a directory the files at any depth below it that end in
// ".parquet"; of a pattern with *, ? or [...] what is like it, directories with their files, or,
// where a part of it is "**", any number of directories, files alone; any other word as it is,
// whether there is such a file or not. Of directories, and for "**", files and folders that begin
// with a dot or "_" are left out, as those of a capture that goes on and _delta_log are, but for
// partitions like "_day=1"; links
// count as what they lead to, and one to a directory that it is in is passed by. A word that is a
// file is never taken as a pattern. kInvalidArgument: a pattern or a directory without files; kIo.
[[nodiscard]] Result<void> findFiles(const std::string& word, std::vector<std::string>& files);

// Whether a name in a directory is one that is left out.
[[nodiscard]] bool isPassedBy(std::string_view name) noexcept;

}  // namespace parquet_flow::io
