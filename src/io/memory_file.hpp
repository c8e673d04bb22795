// Files in memory.
#pragma once

#include <cstdint>
#include <string>

#include "base/byte_buffer.hpp"
#include "io/file.hpp"

namespace parquet_flow::io {

class MemoryOutputFile final : public OutputFile {
 public:
  MemoryOutputFile() noexcept = default;

  using OutputFile::write;
  [[nodiscard]] Result<void> write(std::span<const ConstBytes> parts) override;
  // Nothing to do: it lasts as long as the process, synced or not.
  [[nodiscard]] Result<void> sync() override;
  [[nodiscard]] Result<void> truncate(std::uint64_t bytes) override;
  [[nodiscard]] Result<void> close() override;
  [[nodiscard]] std::uint64_t position() const noexcept override { return bytes_.size(); }
  [[nodiscard]] std::string_view name() const noexcept override { return "<memory>"; }

  // What was written; until the next write.
  [[nodiscard]] ConstBytes contents() const noexcept { return bytes_.span(); }

 private:
  ByteBuffer bytes_;
  bool isClosed_ = false;
};

// Over borrowed bytes.
class MemoryInputFile final : public InputFile {
 public:
  explicit MemoryInputFile(ConstBytes bytes, std::string name = "<memory>") noexcept
      : bytes_(bytes), name_(std::move(name)) {}

  [[nodiscard]] Result<void> readAt(std::uint64_t offset, MutableBytes into) const override;
  [[nodiscard]] ConstBytes contents() const noexcept override { return bytes_; }
  [[nodiscard]] std::uint64_t size() const noexcept override { return bytes_.size(); }
  [[nodiscard]] std::string_view name() const noexcept override { return name_; }

 private:
  ConstBytes bytes_;
  std::string name_;
};

}  // namespace parquet_flow::io
