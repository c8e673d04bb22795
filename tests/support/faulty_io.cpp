#include "support/faulty_io.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <string>

namespace parquet_flow::test {
namespace {

tl::unexpected<Error> failInjected(int error, std::string_view name) {
  if (error == FaultPlan::kThrown) throw std::runtime_error("thrown in " + std::string(name));
  return fail(systemError(error, "injected into " + std::string(name)));
}

class FaultyInputFile final : public io::InputFile {
 public:
  FaultyInputFile(std::unique_ptr<io::InputFile> below, std::shared_ptr<FaultPlan> plan) noexcept
      : below_(std::move(below)), plan_(std::move(plan)) {}

  Result<void> readAt(std::uint64_t offset, MutableBytes into) const override {
    if (const int error = plan_->begin(IoOperation::kRead); error != 0) {
      return failInjected(error, name());
    }
    return below_->readAt(offset, into);
  }
  std::uint64_t size() const noexcept override { return below_->size(); }
  std::string_view name() const noexcept override { return below_->name(); }

 private:
  std::unique_ptr<io::InputFile> below_;
  std::shared_ptr<FaultPlan> plan_;
};

}  // namespace

void FaultPlan::fail(IoOperation operation, std::uint64_t nth, int systemError, std::uint64_t times,
                     std::uint64_t bytesTaken) {
  const std::lock_guard guard(mutex_);
  plan_.push_back({operation, nth, times, bytesTaken, systemError});
}

void FaultPlan::limitSpace(std::uint64_t bytes) {
  const std::lock_guard guard(mutex_);
  spaceLeft_ = bytes;
}

void FaultPlan::heal() {
  const std::lock_guard guard(mutex_);
  plan_.clear();
  spaceLeft_.reset();
}

std::uint64_t FaultPlan::count(IoOperation operation) const {
  const std::lock_guard guard(mutex_);
  return counts_[static_cast<std::size_t>(operation)];
}

std::uint64_t FaultPlan::faults() const {
  const std::lock_guard guard(mutex_);
  return faults_;
}

const FaultPlan::Fault* FaultPlan::countAndFind(IoOperation operation) {
  const std::uint64_t number = ++counts_[static_cast<std::size_t>(operation)];
  const auto hits = [&](const Fault& fault) {
    return fault.operation == operation && number >= fault.first &&
           number - fault.first < fault.times;
  };
  const auto found = std::find_if(plan_.begin(), plan_.end(), hits);
  if (found == plan_.end()) {
    return nullptr;
  }
  ++faults_;
  return &*found;
}

int FaultPlan::begin(IoOperation operation) {
  const std::lock_guard guard(mutex_);
  const Fault* fault = countAndFind(operation);
  return fault == nullptr ? 0 : fault->systemError;
}

int FaultPlan::beginWrite(std::uint64_t& bytes) {
  const std::lock_guard guard(mutex_);
  int error = 0;
  if (const Fault* fault = countAndFind(IoOperation::kWrite); fault != nullptr) {
    error = fault->systemError;
    bytes = std::min(bytes, fault->bytesTaken);
  }
  if (spaceLeft_) {
    if (error == 0 && bytes > *spaceLeft_) {
      error = ENOSPC;
      ++faults_;
    }
    bytes = std::min(bytes, *spaceLeft_);
    *spaceLeft_ -= bytes;
  }
  return error;
}

void FaultPlan::giveBack(std::uint64_t bytes) {
  const std::lock_guard guard(mutex_);
  if (spaceLeft_) {
    *spaceLeft_ += bytes;
  }
}

Result<void> FaultyOutputFile::write(std::span<const ConstBytes> parts) {
  std::uint64_t asked = 0;
  for (const ConstBytes part : parts) {
    asked += part.size();
  }
  std::uint64_t bytes = asked;
  const int error = plan_->beginWrite(bytes);
  if (error == 0) {
    return below_->write(parts);
  }
  for (ConstBytes part : parts) {
    part = part.first(std::min<std::size_t>(part.size(), bytes));
    PF_TRY(below_->write(part));
    bytes -= part.size();
  }
  return failInjected(error, name());
}

Result<void> FaultyOutputFile::sync() {
  const int error = plan_->begin(IoOperation::kSync);
  if (syncError_ == 0) {
    syncError_ = error;
  }
  return syncError_ == 0 ? below_->sync() : failInjected(syncError_, name());
}

Result<void> FaultyOutputFile::truncate(std::uint64_t bytes) {
  if (const int error = plan_->begin(IoOperation::kTruncate); error != 0) {
    return failInjected(error, name());
  }
  const std::uint64_t before = position();
  PF_TRY(below_->truncate(bytes));
  plan_->giveBack(before - bytes);
  return {};
}

Result<void> FaultyOutputFile::close() {
  const int error = plan_->begin(IoOperation::kClose);
  PF_TRY(below_->close());
  return error == 0 ? Result<void>{} : failInjected(error, name());
}

Result<void> FaultyDirectory::begin(IoOperation operation, std::string_view name) {
  const int error = plan_->begin(operation);
  return error == 0 ? Result<void>{} : failInjected(error, name);
}

Result<std::unique_ptr<io::OutputFile>> FaultyDirectory::createExclusive(std::string_view name) {
  PF_TRY(begin(IoOperation::kCreate, name));
  PF_TRY_ASSIGN(auto file, below_.createExclusive(name));
  return std::make_unique<FaultyOutputFile>(std::move(file), plan_);
}

Result<std::unique_ptr<io::InputFile>> FaultyDirectory::openForReading(std::string_view name) {
  PF_TRY(begin(IoOperation::kOpen, name));
  PF_TRY_ASSIGN(auto file, below_.openForReading(name));
  return std::make_unique<FaultyInputFile>(std::move(file), plan_);
}

Result<void> FaultyDirectory::publish(std::string_view from, std::string_view to) {
  PF_TRY(begin(IoOperation::kPublish, to));
  return below_.publish(from, to);
}

Result<void> FaultyDirectory::replace(std::string_view from, std::string_view to) {
  PF_TRY(begin(IoOperation::kReplace, to));
  return below_.replace(from, to);
}

Result<void> FaultyDirectory::remove(std::string_view name) {
  PF_TRY(begin(IoOperation::kRemove, name));
  return below_.remove(name);
}

Result<io::EntryKind> FaultyDirectory::kind(std::string_view name) {
  PF_TRY(begin(IoOperation::kKind, name));
  return below_.kind(name);
}

Result<std::vector<io::DirectoryEntry>> FaultyDirectory::list(std::string_view name) {
  PF_TRY(begin(IoOperation::kList, name));
  return below_.list(name);
}

Result<void> FaultyDirectory::makeDirectory(std::string_view name) {
  PF_TRY(begin(IoOperation::kMakeDirectory, name));
  return below_.makeDirectory(name);
}

Result<void> FaultyDirectory::syncFile(std::string_view name) {
  PF_TRY(begin(IoOperation::kSync, name));
  return below_.syncFile(name);
}

Result<void> FaultyDirectory::sync(std::string_view name) {
  PF_TRY(begin(IoOperation::kSyncDirectory, name));
  return below_.sync(name);
}

Result<std::unique_ptr<io::DirectoryLock>> FaultyDirectory::lock(std::string_view name) {
  PF_TRY(begin(IoOperation::kLock, name));
  return below_.lock(name);
}

}  // namespace parquet_flow::test
