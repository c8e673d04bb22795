// Decorators of the io seam whose operations fail on demand, and are counted.
//
// "Run the whole thing once for every write k": run it with a plan without faults, take
// plan->count(IoOperation::kWrite), then once for each k with plan->fail(kWrite, k, EIO).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "io/directory.hpp"
#include "io/file.hpp"

namespace parquet_flow::test {

enum class IoOperation : std::uint8_t {
  kCreate,
  kOpen,
  kWrite,
  kSync,
  kTruncate,
  kClose,
  kRead,
  kPublish,
  kReplace,
  kRemove,
  kKind,
  kList,
  kMakeDirectory,
  kSyncDirectory,
  kLock,
};
inline constexpr std::size_t kIoOperations = 15;

// What fails, shared by a directory and all files that come out of it. Any number of threads.
class FaultPlan {
 public:
  static constexpr std::uint64_t kForEver = ~std::uint64_t{0};
  // As `systemError`: the operation throws what nobody expects, a std::runtime_error.
  static constexpr int kThrown = -1;

  // The operations number `nth` (from 1, counted from the plan's making) to nth + times - 1 of this
  // kind fail with `systemError`. A write takes `bytesTaken` of its bytes before it does.
  void fail(IoOperation operation, std::uint64_t nth, int systemError, std::uint64_t times = 1,
            std::uint64_t bytesTaken = 0);
  // Room for this many bytes in all files together: a write that needs more takes what fits, and
  // fails with ENOSPC. What truncate() cuts off is free again.
  void limitSpace(std::uint64_t bytes);
  // No more faults; counts go on.
  void heal();

  // Operations so far, failed ones included.
  [[nodiscard]] std::uint64_t count(IoOperation operation) const;
  // How many of them this plan made fail.
  [[nodiscard]] std::uint64_t faults() const;

  // For the decorators: counts the operation; 0, or the errno it fails with.
  int begin(IoOperation operation);
  // The same for a write of `bytes` bytes; then `bytes` is what is written before the failure.
  int beginWrite(std::uint64_t& bytes);
  void giveBack(std::uint64_t bytes);

 private:
  struct Fault {
    IoOperation operation;
    std::uint64_t first;
    std::uint64_t times;
    std::uint64_t bytesTaken;
    int systemError;
  };
  const Fault* countAndFind(IoOperation operation);

  mutable std::mutex mutex_;
  std::vector<Fault> plan_;
  std::array<std::uint64_t, kIoOperations> counts_{};
  std::optional<std::uint64_t> spaceLeft_;
  std::uint64_t faults_ = 0;
};

// A file that consults the plan before each operation. A failed close() has closed the file below.
class FaultyOutputFile final : public io::OutputFile {
 public:
  FaultyOutputFile(std::unique_ptr<io::OutputFile> below, std::shared_ptr<FaultPlan> plan) noexcept
      : below_(std::move(below)), plan_(std::move(plan)) {}

  using io::OutputFile::write;
  Result<void> write(std::span<const ConstBytes> parts) override;
  Result<void> sync() override;
  Result<void> truncate(std::uint64_t bytes) override;
  Result<void> close() override;
  std::uint64_t position() const noexcept override { return below_->position(); }
  std::string_view name() const noexcept override { return below_->name(); }

 private:
  std::unique_ptr<io::OutputFile> below_;
  std::shared_ptr<FaultPlan> plan_;
  int syncError_ = 0;
};

// Over any directory, which it borrows. Its files are faulty ones of the same plan.
class FaultyDirectory final : public io::Directory {
 public:
  FaultyDirectory(io::Directory& below, std::shared_ptr<FaultPlan> plan) noexcept
      : below_(below), plan_(std::move(plan)) {}

  Result<std::unique_ptr<io::OutputFile>> createExclusive(std::string_view name) override;
  Result<std::unique_ptr<io::InputFile>> openForReading(std::string_view name) override;
  Result<void> publish(std::string_view from, std::string_view to) override;
  Result<void> replace(std::string_view from, std::string_view to) override;
  Result<void> remove(std::string_view name) override;
  Result<io::EntryKind> kind(std::string_view name) override;
  Result<std::vector<io::DirectoryEntry>> list(std::string_view name) override;
  Result<void> makeDirectory(std::string_view name) override;
  Result<void> syncFile(std::string_view name) override;
  Result<void> sync(std::string_view name) override;
  Result<std::unique_ptr<io::DirectoryLock>> lock(std::string_view name) override;
  std::string_view path() const noexcept override { return below_.path(); }

 private:
  [[nodiscard]] Result<void> begin(IoOperation operation, std::string_view name);

  io::Directory& below_;
  std::shared_ptr<FaultPlan> plan_;
};

}  // namespace parquet_flow::test
