// A directory and what is done with the names in it.
//
// Names are paths below the directory: "feed.parquet", "date=2026-11-20/feed-000042.parquet". They
// do not begin with '/', are not empty (but where "" stands for the directory itself) and hold no
// NUL; others are refused as kInvalidArgument.
//
// A name is as durable as its directory: after createExclusive, publish, replace or remove it may
// be back to what it was when the machine dies, until sync() of the directory that holds it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "io/file.hpp"

namespace parquet_flow::io {

// Symbolic links count as what they lead to, and as kOther when they lead nowhere.
enum class EntryKind : std::uint8_t { kNone, kFile, kDirectory, kOther };

struct DirectoryEntry {
  std::string name;  // without the directory
  EntryKind kind;
};

// Holds a lock until it is destroyed. See Directory::lock.
class DirectoryLock {
 public:
  DirectoryLock() = default;
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;
  virtual ~DirectoryLock() = default;
};

// Any thread may call; calls on the same name are ordered by the caller. Errors are kIo with the
// errno unless another code is named, and the message names the path.
class Directory {
 public:
  Directory() = default;
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  virtual ~Directory() = default;

  // A new, empty file. kExists when the name is taken.
  [[nodiscard]] virtual Result<std::unique_ptr<OutputFile>> createExclusive(
      std::string_view name) = 0;
  // kInvalidArgument when it is not a regular file.
  [[nodiscard]] virtual Result<std::unique_ptr<InputFile>> openForReading(
      std::string_view name) = 0;

  // Gives the file `from` the name `to` in one step. Never replaces: kExists, and nothing is
  // changed, when `to` is taken.
  [[nodiscard]] virtual Result<void> publish(std::string_view from, std::string_view to) = 0;
  // The same, and takes the place of a file `to`. kInvalidArgument when `to` is something else than
  // a file: a directory, /dev/null.
  [[nodiscard]] virtual Result<void> replace(std::string_view from, std::string_view to) = 0;
  // A file.
  [[nodiscard]] virtual Result<void> remove(std::string_view name) = 0;

  [[nodiscard]] virtual Result<EntryKind> kind(std::string_view name) = 0;
  // What is in the directory `name` ("": this one), hidden names too, in no order; without "." and
  // "..".
  [[nodiscard]] virtual Result<std::vector<DirectoryEntry>> list(std::string_view name) = 0;

  // Creates the directory `name` and those on the way to it that are missing, and syncs the
  // directories which hold them. Succeeds when it is there already.
  [[nodiscard]] virtual Result<void> makeDirectory(std::string_view name) = 0;
  // What the closed file `name` holds is on the disk when this returns, or an error says that it
  // may not be. Of failures before it was closed it may know nothing.
  [[nodiscard]] virtual Result<void> syncFile(std::string_view name) = 0;
  // The names in the directory `name` ("": this one) are on the disk when this returns.
  [[nodiscard]] virtual Result<void> sync(std::string_view name) = 0;

  // Takes the lock that the file `name` (created when missing, never removed) stands for. kExists
  // when somebody holds it, in this process or another. It ends with the object in the process that
  // took it; or with that process and its forked children that keep the descriptor open.
  [[nodiscard]] virtual Result<std::unique_ptr<DirectoryLock>> lock(std::string_view name) = 0;

  // For error messages.
  [[nodiscard]] virtual std::string_view path() const noexcept = 0;
};

}  // namespace parquet_flow::io
