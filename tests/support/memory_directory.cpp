#include "support/memory_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "io/memory_file.hpp"

namespace parquet_flow::test {
namespace {

std::string parentOf(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(name.substr(0, slash));
}

struct Inode {
  std::string data;
  std::string synced;           // what the disk has
  std::size_t stableBytes = 0;  // `data` and `synced` agree on these

  void sync() {
    synced.resize(stableBytes);
    synced.append(data, stableBytes);
    stableBytes = synced.size();
  }
};

using Names = std::map<std::string, std::shared_ptr<Inode>, std::less<>>;

tl::unexpected<Error> failName(int error, std::string_view action, std::string_view name) {
  return fail(systemError(error, std::string(action) + " <memory>/" + std::string(name)));
}

}  // namespace

struct MemoryDirectory::State {
  std::mutex mutex;
  Names live;                                                     // what the process sees
  Names durable;                                                  // what a power loss leaves
  std::set<std::string, std::less<>> directories{std::string()};  // always durable
  std::set<std::string, std::less<>> locks;
  std::uint64_t crashes = 0;

  void syncNames(std::string_view directory) {
    std::erase_if(durable, [&](const auto& entry) { return parentOf(entry.first) == directory; });
    for (const auto& [path, inode] : live) {
      if (parentOf(path) == directory) {
        durable.emplace(path, inode);
      }
    }
  }

  bool isTaken(std::string_view name) const {
    return live.contains(name) || directories.contains(name);
  }
};

namespace {

using State = MemoryDirectory::State;

class File final : public io::OutputFile {
 public:
  File(std::shared_ptr<State> state, std::shared_ptr<Inode> inode, std::string name)
      : state_(std::move(state)),
        inode_(std::move(inode)),
        name_(std::move(name)),
        crashes_(state_->crashes) {}

  Result<void> write(std::span<const ConstBytes> parts) override {
    const std::lock_guard guard(state_->mutex);
    PF_TRY(check("writing"));
    for (const ConstBytes part : parts) {
      inode_->data.append(asText(part));
    }
    position_ = inode_->data.size();
    return {};
  }

  Result<void> sync() override {
    const std::lock_guard guard(state_->mutex);
    PF_TRY(check("syncing"));
    inode_->sync();
    return {};
  }

  Result<void> truncate(std::uint64_t bytes) override {
    const std::lock_guard guard(state_->mutex);
    PF_TRY(check("truncating"));
    if (bytes > position_) {
      return fail(ErrorCode::kInternal, "truncating " + name_ + " beyond its end");
    }
    position_ = bytes;
    inode_->data.resize(position_);
    inode_->stableBytes = std::min<std::size_t>(inode_->stableBytes, position_);
    return {};
  }

  Result<void> close() override {
    const std::lock_guard guard(state_->mutex);
    if (std::exchange(isClosed_, true)) {
      return {};
    }
    return crashes_ == state_->crashes ? Result<void>{} : failName(EIO, "closing", name_);
  }

  std::uint64_t position() const noexcept override { return position_; }
  std::string_view name() const noexcept override { return name_; }

 private:
  Result<void> check(std::string_view action) const {
    if (isClosed_) {
      return fail(ErrorCode::kNotOpen, std::string(action) + " " + name_ + ": the file is closed");
    }
    return crashes_ == state_->crashes ? Result<void>{} : failName(EIO, action, name_);
  }

  std::shared_ptr<State> state_;
  std::shared_ptr<Inode> inode_;
  std::string name_;
  std::uint64_t position_ = 0;
  std::uint64_t crashes_;
  bool isClosed_ = false;
};

// The content when it was opened: published files do not change.
class Snapshot final : public io::InputFile {
 public:
  Snapshot(std::string content, std::string name)
      : content_(std::move(content)), file_(constBytes(content_), std::move(name)) {}

  Result<void> readAt(std::uint64_t offset, MutableBytes into) const override {
    return file_.readAt(offset, into);
  }
  std::uint64_t size() const noexcept override { return file_.size(); }
  std::string_view name() const noexcept override { return file_.name(); }

 private:
  std::string content_;
  io::MemoryInputFile file_;
};

class Lock final : public io::DirectoryLock {
 public:
  Lock(std::shared_ptr<State> state, std::string name)
      : state_(std::move(state)), name_(std::move(name)), crashes_(state_->crashes) {}
  ~Lock() override {
    const std::lock_guard guard(state_->mutex);
    if (crashes_ == state_->crashes) {  // else it was lost, and may be another's now
      state_->locks.erase(name_);
    }
  }

 private:
  std::shared_ptr<State> state_;
  std::string name_;
  std::uint64_t crashes_;
};

}  // namespace

MemoryDirectory::MemoryDirectory() : state_(std::make_shared<State>()) {}
MemoryDirectory::~MemoryDirectory() = default;

Result<std::unique_ptr<io::OutputFile>> MemoryDirectory::createExclusive(std::string_view name) {
  const std::lock_guard guard(state_->mutex);
  if (state_->isTaken(name)) {
    return failName(EEXIST, "creating", name);
  }
  if (!state_->directories.contains(parentOf(name))) {
    return failName(ENOENT, "creating", name);
  }
  auto inode = std::make_shared<Inode>();
  state_->live.emplace(name, inode);
  return std::make_unique<File>(state_, std::move(inode), "<memory>/" + std::string(name));
}

Result<std::unique_ptr<io::InputFile>> MemoryDirectory::openForReading(std::string_view name) {
  const std::lock_guard guard(state_->mutex);
  const auto found = state_->live.find(name);
  if (found == state_->live.end()) {
    return failName(ENOENT, "opening", name);
  }
  return std::make_unique<Snapshot>(found->second->data, "<memory>/" + std::string(name));
}

Result<void> MemoryDirectory::publish(std::string_view from, std::string_view to) {
  const std::lock_guard guard(state_->mutex);
  if (state_->isTaken(to)) {
    return failName(EEXIST, "publishing", to);
  }
  const auto source = state_->live.find(from);
  if (source == state_->live.end() || !state_->directories.contains(parentOf(to))) {
    return failName(ENOENT, "publishing", to);
  }
  state_->live.emplace(to, source->second);
  state_->live.erase(source);
  return {};
}

Result<void> MemoryDirectory::replace(std::string_view from, std::string_view to) {
  const std::lock_guard guard(state_->mutex);
  if (state_->directories.contains(to)) {
    return fail(ErrorCode::kInvalidArgument,
                "replacing <memory>/" + std::string(to) + ": not a regular file");
  }
  const auto source = state_->live.find(from);
  if (source == state_->live.end() || !state_->directories.contains(parentOf(to))) {
    return failName(ENOENT, "replacing", to);
  }
  const std::shared_ptr<Inode> inode = source->second;
  state_->live.erase(source);
  state_->live.insert_or_assign(std::string(to), inode);
  return {};
}

Result<void> MemoryDirectory::remove(std::string_view name) {
  const std::lock_guard guard(state_->mutex);
  const auto found = state_->live.find(name);
  if (found == state_->live.end()) {
    return failName(ENOENT, "removing", name);
  }
  state_->live.erase(found);
  return {};
}

Result<void> MemoryDirectory::syncFile(std::string_view name) {
  const std::lock_guard guard(state_->mutex);
  const auto found = state_->live.find(name);
  if (found == state_->live.end()) {
    return failName(ENOENT, "syncing", name);
  }
  found->second->sync();
  return {};
}

Result<io::EntryKind> MemoryDirectory::kind(std::string_view name) {
  const std::lock_guard guard(state_->mutex);
  return state_->live.contains(name)          ? io::EntryKind::kFile
         : state_->directories.contains(name) ? io::EntryKind::kDirectory
                                              : io::EntryKind::kNone;
}

Result<std::vector<io::DirectoryEntry>> MemoryDirectory::list(std::string_view name) {
  const std::lock_guard guard(state_->mutex);
  if (!state_->directories.contains(name)) {
    return failName(ENOENT, "listing", name);
  }
  const std::size_t skip = name.empty() ? 0 : name.size() + 1;
  std::vector<io::DirectoryEntry> entries;
  for (const auto& [path, inode] : state_->live) {
    if (parentOf(path) == name) {
      entries.push_back({path.substr(skip), io::EntryKind::kFile});
    }
  }
  for (const std::string& path : state_->directories) {
    if (!path.empty() && parentOf(path) == name) {
      entries.push_back({path.substr(skip), io::EntryKind::kDirectory});
    }
  }
  return entries;
}

Result<void> MemoryDirectory::makeDirectory(std::string_view name) {
  const std::lock_guard guard(state_->mutex);
  for (std::size_t end = 0; end < name.size();) {
    end = std::min(name.find('/', end + 1), name.size());
    const std::string_view step = name.substr(0, end);
    if (state_->live.contains(step)) {
      return failName(ENOTDIR, "creating the directory", step);
    }
    state_->directories.emplace(step);
  }
  return {};
}

Result<void> MemoryDirectory::sync(std::string_view name) {
  const std::lock_guard guard(state_->mutex);
  if (!state_->directories.contains(name)) {
    return failName(ENOENT, "syncing", name);
  }
  state_->syncNames(name);
  return {};
}

Result<std::unique_ptr<io::DirectoryLock>> MemoryDirectory::lock(std::string_view name) {
  const std::lock_guard guard(state_->mutex);
  if (!state_->directories.contains(parentOf(name))) {
    return failName(ENOENT, "locking", name);
  }
  if (!state_->locks.emplace(name).second) {
    return fail(ErrorCode::kExists,
                "locking <memory>/" + std::string(name) + ": somebody holds the lock");
  }
  state_->live.try_emplace(std::string(name), std::make_shared<Inode>());
  return std::make_unique<Lock>(state_, std::string(name));
}

void MemoryDirectory::crash() {
  const std::lock_guard guard(state_->mutex);
  ++state_->crashes;
  state_->locks.clear();
  state_->live = state_->durable;
  for (auto& [path, inode] : state_->live) {
    inode->data = inode->synced;
    inode->stableBytes = inode->synced.size();
  }
}

void MemoryDirectory::crashTorn(SeededRandom& random) {
  {
    const std::lock_guard guard(state_->mutex);
    for (const Names* names : {&state_->live, &state_->durable}) {
      for (const auto& [path, inode] : *names) {
        const std::size_t unsynced = inode->data.size() - inode->stableBytes;
        inode->data.resize(inode->stableBytes + random.below(unsynced + 1));
        inode->sync();
      }
    }
    for (const std::string& directory : state_->directories) {
      if (random.chance(1, 2)) {
        state_->syncNames(directory);
      }
    }
  }
  crash();
}

std::string MemoryDirectory::contents(std::string_view name) const {
  const std::lock_guard guard(state_->mutex);
  const auto found = state_->live.find(name);
  if (found == state_->live.end()) {
    ADD_FAILURE() << "no file " << name;
    return {};
  }
  return found->second->data;
}

}  // namespace parquet_flow::test
