// A file that is being merged: opened, and its footer read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "format/parquet_types.h"
#include "io/file.hpp"
#include "read/footer.hpp"

namespace parquet_flow::merge {

inline constexpr std::string_view kLedgerKey = "parquet_flow.ledger";

// One thread at a time.
class SourceFile {
 public:
  // A file of up to so many bytes is read whole, with one call: of 100 000 small ones most of the
  // work would else be system calls.
  static constexpr std::uint64_t kWholeBytes = 128 << 10;

  // Opens the file, and lets go of the one before. Errors as read::readFooter, and those of
  // opening; kInvalidArgument: not a regular file.
  [[nodiscard]] Result<void> open(const std::string& path);
  void close() noexcept;

  [[nodiscard]] const format::FileMetaData& metaData() const noexcept { return *metaData_; }
  [[nodiscard]] const read::FileInfo& info() const noexcept { return info_; }
  // Of all its pages, decompressed but as they are encoded: what the footer says.
  [[nodiscard]] std::uint64_t uncompressedBytes() const noexcept;
  // To read from: where it was read whole, from memory of this object.
  [[nodiscard]] const io::InputFile& bytes() const noexcept {
    return memory_ != nullptr ? *memory_ : *file_;
  }
  // The same from the disk, for whoever reads when this object has gone on.
  [[nodiscard]] const std::shared_ptr<const io::InputFile>& file() const noexcept { return file_; }
  // FileMetaData's; nullptr: there is no such key, or no value.
  [[nodiscard]] const std::string* keyValue(std::string_view key) const noexcept;

 private:
  std::shared_ptr<const io::InputFile> file_;
  std::unique_ptr<io::InputFile> memory_;
  ByteBuffer whole_;
  std::unique_ptr<format::FileMetaData> metaData_;
  read::FileInfo info_;
};

}  // namespace parquet_flow::merge
