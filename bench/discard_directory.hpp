// A directory whose files are counted and forgotten: what a sink costs without a disk.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/directory.hpp"
#include "io/discard_file.hpp"

namespace parquet_flow::bench {

class DiscardDirectory final : public io::Directory {
 public:
  Result<std::unique_ptr<io::OutputFile>> createExclusive(std::string_view) override {
    return std::make_unique<io::DiscardFile>();
  }
  Result<std::unique_ptr<io::InputFile>> openForReading(std::string_view name) override {
    return fail(ErrorCode::kIo, std::string(name) + " was discarded");
  }
  Result<void> publish(std::string_view, std::string_view) override { return {}; }
  Result<void> replace(std::string_view, std::string_view) override { return {}; }
  Result<void> remove(std::string_view) override { return {}; }
  Result<io::EntryKind> kind(std::string_view) override { return io::EntryKind::kNone; }
  Result<std::vector<io::DirectoryEntry>> list(std::string_view) override {
    return std::vector<io::DirectoryEntry>{};
  }
  Result<void> makeDirectory(std::string_view) override { return {}; }
  Result<void> syncFile(std::string_view) override { return {}; }
  Result<void> sync(std::string_view) override { return {}; }
  Result<std::unique_ptr<io::DirectoryLock>> lock(std::string_view) override {
    return std::make_unique<io::DirectoryLock>();
  }
  [[nodiscard]] std::string_view path() const noexcept override { return "<discard>"; }
};

}  // namespace parquet_flow::bench
