// Directories of the operating system.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.hpp"
#include "io/directory.hpp"

namespace parquet_flow::io {

enum class IfMissing : std::uint8_t { kFail, kCreate };

// The directory at `path`, held open: it stays the same one when the process changes its working
// directory, or somebody renames it. With kCreate it is made, with those on the way to it, when
// missing. Returns kInvalidArgument for an empty path, kIo.
//
// publish() is renameat2(RENAME_NOREPLACE); on filesystems without it link() and unlink(), where a
// crash between the two leaves the file under both names. Descriptors are closed on exec.
[[nodiscard]] Result<std::unique_ptr<Directory>> openDirectory(std::string_view path,
                                                               IfMissing ifMissing);

// "/data/feed.parquet" is "feed.parquet" in "/data", "feed.parquet" the same in ".". `name` is
// empty where the path ends in '/'.
struct SplitPath {
  std::string directory;
  std::string name;
};
[[nodiscard]] SplitPath splitPath(std::string_view path);
// Of what is there: from the root on, without links on the way.
[[nodiscard]] Result<std::string> realPath(const std::string& path);

// Which file it is, whatever it is called; links count as what they lead to. As long as it is there
// no other has the same.
struct Inode {
  std::uint64_t device = 0;
  std::uint64_t number = 0;
  auto operator<=>(const Inode&) const = default;
};
[[nodiscard]] Result<Inode> inodeOf(const std::string& path);

}  // namespace parquet_flow::io
