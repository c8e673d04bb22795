#include "io/pending_file.hpp"

#include <cstddef>

#include "base/uuid.hpp"

namespace parquet_flow::io {
namespace {

// A name takes 255 bytes on every filesystem of Linux; the rest is for the dot and the suffixes.
constexpr std::size_t kStemBytesMax = 200;

std::string_view directoryOf(std::string_view name) noexcept {
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : name.substr(0, slash);
}

// Random, so that neither what a dead process left nor another writer of the same file is in the
// way.
Result<std::string> hiddenNameFor(std::string_view name) {
  PF_TRY_ASSIGN(const Uuid random, randomUuid());
  const std::string_view directory = directoryOf(name);
  const std::string_view stem = directory.empty() ? name : name.substr(directory.size() + 1);
  std::string hidden(directory);
  if (!directory.empty()) {
    hidden.push_back('/');
  }
  hidden.append(".").append(stem.substr(0, kStemBytesMax));
  return hidden.append(".").append(uuidText(random), 0, 8).append(kPendingSuffix);
}

Result<void> checkTarget(Directory& directory, std::string_view name, IfTaken ifTaken) {
  PF_TRY_ASSIGN(const EntryKind there, directory.kind(name));
  if (there == EntryKind::kNone) {
    return {};
  }
  const std::string path = std::string(directory.path()) + "/" + std::string(name);
  if (ifTaken == IfTaken::kRefuse) {
    return fail(ErrorCode::kExists, path + " exists already");
  }
  if (there != EntryKind::kFile) {
    return fail(ErrorCode::kInvalidArgument, path + " is not a regular file");
  }
  return {};
}

}  // namespace

Result<PendingFile> PendingFile::create(Directory& directory, std::string_view name,
                                        IfTaken ifTaken) {
  PF_TRY(checkTarget(directory, name, ifTaken));
  PF_TRY_ASSIGN(std::string hiddenName, hiddenNameFor(name));
  PF_TRY_ASSIGN(auto file, directory.createExclusive(hiddenName));
  return PendingFile(directory, std::move(hiddenName), std::move(file), ifTaken);
}

Result<void> PendingFile::syncWhole(OutputFile& file) {
  if (isSynced_) return {};
  PF_TRY(file.sync());
  isSynced_ = true;
  return {};
}

Result<void> PendingFile::publishClosed(std::string_view name) {
  if (isDiscarded_) {
    return fail(ErrorCode::kNotOpen, "publishing " + std::string(name) + ": it was discarded");
  }
  if (isBroken_) {
    return fail(ErrorCode::kIo, "publishing " + std::string(name) + ": closing it had failed");
  }
  if (!isPublished_) {
    PF_TRY(ifTaken_ == IfTaken::kReplace ? directory_->replace(hiddenName_, name)
                                         : directory_->publish(hiddenName_, name));
    isPublished_ = true;
  }
  return {};
}

Result<void> PendingFile::publish(OutputFile& file, std::string_view name, Durability durability) {
  const bool synced = durability == Durability::kSynced;
  if (!isPublished_ && !isDiscarded_ && !isBroken_) {
    if (synced) PF_TRY(syncWhole(file));
    // A file takes its second close for a good one.
    isBroken_ = true;
    PF_TRY(file.close());
    isBroken_ = false;
  }
  PF_TRY(publishClosed(name));
  return synced ? directory_->sync(directoryOf(name)) : Result<void>{};
}

Result<void> PendingFile::discard() {
  if (isPublished_ || isDiscarded_) {
    return {};
  }
  PF_TRY(directory_->remove(hiddenName_));
  isDiscarded_ = true;
  return {};
}

}  // namespace parquet_flow::io
