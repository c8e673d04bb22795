// A file that appears under its name when it is whole, or not at all.
//
// It is written under a hidden name in the same directory, ".feed-000042.parquet.9f86d081.pending":
// neither the leading dot nor the suffix matches what readers take for data. A process that dies
// leaves that name behind, and never the real one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.hpp"
#include "io/directory.hpp"

namespace parquet_flow::io {

inline constexpr std::string_view kPendingSuffix = ".pending";

enum class IfTaken : std::uint8_t {
  kRefuse,   // kExists
  kReplace,  // a regular file gives way
};

enum class Durability : std::uint8_t {
  kSystem,  // the system writes it out when it likes; a power loss may take it
  kSynced,  // the file, then its directory, are on the disk
};

// One thread at a time. The destructor leaves the hidden file where it is; discard() removes it.
class PendingFile {
 public:
  // Creates the hidden file for `name` in `directory`, which must outlive this. Looks already here
  // whether `name` could be published: kExists with kRefuse when it is taken, kInvalidArgument with
  // kReplace when it is something else than a file.
  [[nodiscard]] static Result<PendingFile> create(Directory& directory, std::string_view name,
                                                  IfTaken ifTaken);
  PendingFile(PendingFile&&) noexcept = default;
  PendingFile& operator=(PendingFile&&) noexcept = default;

  // The file, empty; once.
  [[nodiscard]] std::unique_ptr<OutputFile> takeFile() noexcept { return std::move(file_); }

  // Syncs `file`, which takeFile() returned, and to which nothing is written from here on: once
  // that has succeeded neither this nor publish does it again.
  [[nodiscard]] Result<void> syncWhole(OutputFile& file);

  // Syncs (if asked), closes `file`, which takeFile() returned, and gives it the name `name`, in
  // the same directory as that given to create(). Goes on where it failed when it is called again:
  //
  //   kExists  the name was taken meanwhile; another one may be tried.
  //   kIo ...  of the sync (see OutputFile::sync) or the close: for good.
  //            Of the rename: not published, may be tried again.
  //            Of the directory's sync: isPublished(), but a power loss may undo it.
  [[nodiscard]] Result<void> publish(OutputFile& file, std::string_view name,
                                     Durability durability);

  // The same without a sync, where what takeFile() returned is closed, and may be gone.
  [[nodiscard]] Result<void> publishClosed(std::string_view name);

  // Removes the hidden file; nothing once it is published. `file` may be open, and is useless then.
  [[nodiscard]] Result<void> discard();

  [[nodiscard]] bool isPublished() const noexcept { return isPublished_; }
  // Closing it failed: it will never be published.
  [[nodiscard]] bool isBroken() const noexcept { return isBroken_; }
  [[nodiscard]] std::string_view hiddenName() const noexcept { return hiddenName_; }

 private:
  PendingFile(Directory& directory, std::string hiddenName, std::unique_ptr<OutputFile> file,
              IfTaken ifTaken) noexcept
      : directory_(&directory),
        hiddenName_(std::move(hiddenName)),
        file_(std::move(file)),
        ifTaken_(ifTaken) {}

  Directory* directory_;
  std::string hiddenName_;
  std::unique_ptr<OutputFile> file_;
  IfTaken ifTaken_;
  bool isSynced_ = false;
  bool isBroken_ = false;  // close() failed
  bool isPublished_ = false;
  bool isDiscarded_ = false;
};

}  // namespace parquet_flow::io
