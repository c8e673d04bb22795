// Files of the operating system.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "io/descriptor.hpp"
#include "io/file.hpp"

namespace parquet_flow::io {

// Over a descriptor of its own: a new, empty file, open for writing.
class PosixOutputFile final : public OutputFile {
 public:
  PosixOutputFile(Descriptor descriptor, std::string name) noexcept
      : descriptor_(std::move(descriptor)),
        name_(std::move(name)),
        reserves_(reservingPays(descriptor_.get())) {}

  using OutputFile::write;
  [[nodiscard]] Result<void> write(std::span<const ConstBytes> parts) override;
  [[nodiscard]] Result<void> copyFrom(const InputFile& from, std::uint64_t offset,
                                      std::uint64_t bytes) override;
  [[nodiscard]] Result<void> sync() override;
  [[nodiscard]] Result<void> truncate(std::uint64_t bytes) override;
  [[nodiscard]] bool takesPieces() const noexcept override { return true; }
  [[nodiscard]] Result<void> close() override;
  [[nodiscard]] std::uint64_t position() const noexcept override { return position_; }
  [[nodiscard]] std::string_view name() const noexcept override { return name_; }

 private:
  Descriptor descriptor_;
  std::string name_;
  bool reserves_;
  std::uint64_t position_ = 0;
  int syncError_ = 0;  // of the first fsync that failed
  ByteBuffer piece_;   // of what is copied
};

class PosixInputFile final : public InputFile {
 public:
  // Takes the descriptor of a file open for reading. kInvalidArgument when it is not a regular
  // file.
  [[nodiscard]] static Result<std::unique_ptr<InputFile>> open(Descriptor descriptor,
                                                               std::string name);

  [[nodiscard]] Result<void> readAt(std::uint64_t offset, MutableBytes into) const override;
  [[nodiscard]] std::uint64_t size() const noexcept override { return identity_.bytes; }
  [[nodiscard]] FileIdentity identity() const noexcept override { return identity_; }
  [[nodiscard]] std::string_view name() const noexcept override { return name_; }

 private:
  PosixInputFile(Descriptor descriptor, std::string name, const FileIdentity& identity) noexcept
      : descriptor_(std::move(descriptor)), name_(std::move(name)), identity_(identity) {}

  Descriptor descriptor_;
  std::string name_;
  FileIdentity identity_;
};

// The same in the process's address space: contents() is the file. What another process cuts off it
// meanwhile raises SIGBUS where it is read.
class MappedInputFile final : public InputFile {
 public:
  // As PosixInputFile::open.
  [[nodiscard]] static Result<std::unique_ptr<InputFile>> open(Descriptor descriptor,
                                                               std::string name);
  ~MappedInputFile() override;

  [[nodiscard]] Result<void> readAt(std::uint64_t offset, MutableBytes into) const override;
  [[nodiscard]] ConstBytes contents() const noexcept override { return bytes_; }
  [[nodiscard]] std::uint64_t size() const noexcept override { return bytes_.size(); }
  [[nodiscard]] FileIdentity identity() const noexcept override { return identity_; }
  [[nodiscard]] std::string_view name() const noexcept override { return name_; }

 private:
  MappedInputFile(ConstBytes bytes, std::string name, const FileIdentity& identity) noexcept
      : bytes_(bytes), name_(std::move(name)), identity_(identity) {}

  ConstBytes bytes_;
  std::string name_;
  FileIdentity identity_;
};

enum class InputAccess : std::uint8_t { kRead, kMapping };

// The file at `path`. kIo when it cannot be opened, kInvalidArgument when it is not a regular file.
[[nodiscard]] Result<std::unique_ptr<InputFile>> openInputFile(
    const std::string& path, InputAccess access = InputAccess::kRead);

}  // namespace parquet_flow::io
