// A directory whose files cost no memory, and whose writes may be made to wait.
#pragma once

#include <atomic>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "io/directory.hpp"
#include "io/discard_file.hpp"

namespace parquet_flow::sink::test {

// While it is shut, writes wait.
class Gate {
 public:
  void shut() { isShut_.store(true); }
  void open() {
    isShut_.store(false);
    isShut_.notify_all();
  }
  void pass() const { isShut_.wait(true); }

 private:
  std::atomic<bool> isShut_{false};
};

class GatedFile final : public io::OutputFile {
 public:
  explicit GatedFile(const Gate& gate) : gate_(gate) {}
  using io::OutputFile::write;
  Result<void> write(std::span<const ConstBytes> parts) override {
    gate_.pass();
    return below_.write(parts);
  }
  Result<void> sync() override { return below_.sync(); }
  Result<void> truncate(std::uint64_t bytes) override { return below_.truncate(bytes); }
  Result<void> close() override { return below_.close(); }
  std::uint64_t position() const noexcept override { return below_.position(); }
  std::string_view name() const noexcept override { return below_.name(); }

 private:
  const Gate& gate_;
  io::DiscardFile below_;
};

// Names are kept, what is written is not.
class DiscardingDirectory final : public io::Directory {
 public:
  explicit DiscardingDirectory(std::shared_ptr<io::Directory> names) : names_(std::move(names)) {}
  Result<std::unique_ptr<io::OutputFile>> createExclusive(std::string_view name) override {
    PF_TRY(names_->createExclusive(name));
    return std::make_unique<GatedFile>(gate);
  }
  Result<std::unique_ptr<io::InputFile>> openForReading(std::string_view name) override {
    return names_->openForReading(name);
  }
  Result<void> publish(std::string_view from, std::string_view to) override {
    return names_->publish(from, to);
  }
  Result<void> replace(std::string_view from, std::string_view to) override {
    return names_->replace(from, to);
  }
  Result<void> remove(std::string_view name) override { return names_->remove(name); }
  Result<io::EntryKind> kind(std::string_view name) override { return names_->kind(name); }
  Result<std::vector<io::DirectoryEntry>> list(std::string_view name) override {
    return names_->list(name);
  }
  Result<void> makeDirectory(std::string_view name) override { return names_->makeDirectory(name); }
  Result<void> syncFile(std::string_view name) override { return names_->syncFile(name); }
  Result<void> sync(std::string_view name) override { return names_->sync(name); }
  Result<std::unique_ptr<io::DirectoryLock>> lock(std::string_view name) override {
    return names_->lock(name);
  }
  std::string_view path() const noexcept override { return "<discard>"; }

  Gate gate;

 private:
  std::shared_ptr<io::Directory> names_;
};

}  // namespace parquet_flow::sink::test
