// An output that counts bytes and forgets them: for measuring what comes before it.
#pragma once

#include "io/file.hpp"

namespace parquet_flow::io {

class DiscardFile final : public OutputFile {
 public:
  using OutputFile::write;
  [[nodiscard]] Result<void> write(std::span<const ConstBytes> parts) override;
  [[nodiscard]] Result<void> sync() override;
  [[nodiscard]] Result<void> truncate(std::uint64_t bytes) override;
  [[nodiscard]] bool takesPieces() const noexcept override { return true; }
  [[nodiscard]] Result<void> close() override;
  [[nodiscard]] std::uint64_t position() const noexcept override { return position_; }
  [[nodiscard]] std::string_view name() const noexcept override { return "<discard>"; }

 private:
  std::uint64_t position_ = 0;
  bool isClosed_ = false;
};

}  // namespace parquet_flow::io
