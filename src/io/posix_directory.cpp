#include "io/posix_directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "base/process.hpp"
#include "io/descriptor.hpp"
#include "io/posix_file.hpp"

namespace parquet_flow::io {
namespace {

constexpr int kOpenDirectory = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

std::string_view parentOf(std::string_view name) noexcept {
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : name.substr(0, slash);
}

EntryKind kindOfMode(mode_t mode) noexcept {
  return S_ISREG(mode)   ? EntryKind::kFile
         : S_ISDIR(mode) ? EntryKind::kDirectory
                         : EntryKind::kOther;
}

// Of what `name` leads to, seen from `directory`. Returns 0 or the errno.
int kindAt(int directory, const char* name, EntryKind& kind) noexcept {
  struct stat status{};
  if (::fstatat(directory, name, &status, 0) == 0) {
    kind = kindOfMode(status.st_mode);
    return 0;
  }
  if (errno != ENOENT) {
    return errno;
  }
  // A symbolic link that leads nowhere is a taken name.
  const bool isLink = ::fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
  kind = isLink ? EntryKind::kOther : EntryKind::kNone;
  return 0;
}

class PosixLock final : public DirectoryLock {
 public:
  explicit PosixLock(Descriptor descriptor) noexcept
      : descriptor_(std::move(descriptor)), process_(processId()) {}
  // The lock belongs to the open file. Its last descriptor may be that of a child, forked a moment
  // ago, that has not come to closing it; but a child must not give up what is the parent's.
  ~PosixLock() override {
    if (processId() == process_) ::flock(descriptor_.get(), LOCK_UN);
  }

 private:
  Descriptor descriptor_;
  const std::int64_t process_;  // that took the lock
};

class PosixDirectory final : public Directory {
 public:
  PosixDirectory(Descriptor root, std::string path) noexcept
      : root_(std::move(root)), path_(std::move(path)) {}

  Result<std::unique_ptr<OutputFile>> createExclusive(std::string_view name) override;
  Result<std::unique_ptr<InputFile>> openForReading(std::string_view name) override;
  Result<void> publish(std::string_view from, std::string_view to) override;
  Result<void> replace(std::string_view from, std::string_view to) override;
  Result<void> remove(std::string_view name) override;
  Result<EntryKind> kind(std::string_view name) override;
  Result<std::vector<DirectoryEntry>> list(std::string_view name) override;
  Result<void> makeDirectory(std::string_view name) override;
  Result<void> syncFile(std::string_view name) override;
  Result<void> sync(std::string_view name) override;
  Result<std::unique_ptr<DirectoryLock>> lock(std::string_view name) override;
  std::string_view path() const noexcept override { return path_; }

 private:
  // With its end marked by NUL, for the system; refuses what is not a name below this directory.
  Result<std::string> checkedName(std::string_view name) const;
  std::string fullPath(std::string_view name) const;
  tl::unexpected<Error> failHere(int error, std::string_view action, std::string_view name) const {
    return fail(systemError(error, std::string(action) + fullPath(name)));
  }

  Descriptor root_;
  std::string path_;
};

std::string PosixDirectory::fullPath(std::string_view name) const {
  if (name.empty()) {
    return path_;
  }
  std::string full = path_ == "." ? std::string() : path_;
  if (!full.empty() && full.back() != '/') {
    full.push_back('/');
  }
  return full.append(name);
}

Result<std::string> PosixDirectory::checkedName(std::string_view name) const {
  if (name.empty() || name.front() == '/' || name.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument,
                "not a name in " + path_ + ": \"" + std::string(name) + '"');
  }
  return std::string(name);
}

Result<std::unique_ptr<OutputFile>> PosixDirectory::createExclusive(std::string_view name) {
  PF_TRY_ASSIGN(const std::string file, checkedName(name));
  Descriptor descriptor(
      ::openat(root_.get(), file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!descriptor.isOpen()) {
    return failHere(errno, "creating ", name);
  }
  return std::make_unique<PosixOutputFile>(std::move(descriptor), fullPath(name));
}

Result<std::unique_ptr<InputFile>> PosixDirectory::openForReading(std::string_view name) {
  PF_TRY_ASSIGN(const std::string file, checkedName(name));
  // As in openInputFile.
  Descriptor descriptor(
      ::openat(root_.get(), file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!descriptor.isOpen()) {
    return failHere(errno, "opening ", name);
  }
  return PosixInputFile::open(std::move(descriptor), fullPath(name));
}

Result<void> PosixDirectory::publish(std::string_view from, std::string_view to) {
  PF_TRY_ASSIGN(const std::string source, checkedName(from));
  PF_TRY_ASSIGN(const std::string target, checkedName(to));
  if (::renameat2(root_.get(), source.c_str(), root_.get(), target.c_str(), RENAME_NOREPLACE) ==
      0) {
    return {};
  }
  // ENOSYS: an old kernel; EINVAL: a filesystem that does not know the flag.
  if (errno != ENOSYS && errno != EINVAL) {
    return failHere(errno, "publishing ", to);
  }
  if (::linkat(root_.get(), source.c_str(), root_.get(), target.c_str(), 0) != 0) {
    return failHere(errno, "publishing ", to);
  }
  // The file is published. A hidden name that stays is untidy, but no reason to say that it is not.
  (void)::unlinkat(root_.get(), source.c_str(), 0);
  return {};
}

Result<void> PosixDirectory::replace(std::string_view from, std::string_view to) {
  PF_TRY_ASSIGN(const std::string source, checkedName(from));
  PF_TRY_ASSIGN(const std::string target, checkedName(to));
  // rename() would put a file in the place of /dev/null, for a user who may.
  EntryKind there = EntryKind::kNone;
  if (const int error = kindAt(root_.get(), target.c_str(), there); error != 0) {
    return failHere(error, "replacing ", to);
  }
  if (there != EntryKind::kNone && there != EntryKind::kFile) {
    return fail(ErrorCode::kInvalidArgument, "replacing " + fullPath(to) + ": not a regular file");
  }
  if (::renameat(root_.get(), source.c_str(), root_.get(), target.c_str()) != 0) {
    return failHere(errno, "replacing ", to);
  }
  return {};
}

Result<void> PosixDirectory::remove(std::string_view name) {
  PF_TRY_ASSIGN(const std::string file, checkedName(name));
  if (::unlinkat(root_.get(), file.c_str(), 0) != 0) {
    return failHere(errno, "removing ", name);
  }
  return {};
}

Result<EntryKind> PosixDirectory::kind(std::string_view name) {
  PF_TRY_ASSIGN(const std::string entry, checkedName(name));
  EntryKind found = EntryKind::kNone;
  if (const int error = kindAt(root_.get(), entry.c_str(), found); error != 0) {
    return failHere(error, "looking at ", name);
  }
  return found;
}

Result<std::vector<DirectoryEntry>> PosixDirectory::list(std::string_view name) {
  PF_TRY_ASSIGN(const std::string directory, checkedName(name.empty() ? "." : name));
  const int opened = ::openat(root_.get(), directory.c_str(), kOpenDirectory);
  if (opened < 0) {
    return failHere(errno, "listing ", name);
  }
  // The stream owns the descriptor from here on.
  const auto closeStream = [](DIR* stream) { ::closedir(stream); };
  const std::unique_ptr<DIR, decltype(closeStream)> stream(::fdopendir(opened));
  if (stream == nullptr) {
    const int error = errno;
    ::close(opened);
    return failHere(error, "listing ", name);
  }
  std::vector<DirectoryEntry> entries;
  for (;;) {
    errno = 0;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this call's own
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr) {
      break;
    }
    const std::string_view entryName = entry->d_name;
    if (entryName == "." || entryName == "..") {
      continue;
    }
    EntryKind found = entry->d_type == DT_REG   ? EntryKind::kFile
                      : entry->d_type == DT_DIR ? EntryKind::kDirectory
                                                : EntryKind::kOther;
    if (entry->d_type == DT_UNKNOWN || entry->d_type == DT_LNK) {
      if (const int error = kindAt(opened, entry->d_name, found); error != 0) {
        found = EntryKind::kOther;  // a link in a loop, or to where we may not look
      }
    }
    if (found != EntryKind::kNone) {  // else removed since readdir saw it
      entries.push_back({std::string(entryName), found});
    }
  }
  if (errno != 0) {
    return failHere(errno, "listing ", name);
  }
  return entries;
}

Result<void> PosixDirectory::syncFile(std::string_view name) {
  PF_TRY_ASSIGN(const std::string file, checkedName(name));
  const Descriptor descriptor(::openat(root_.get(), file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!descriptor.isOpen()) {
    return failHere(errno, "opening ", name);
  }
  if (const int error = syncDescriptor(descriptor.get()); error != 0) {
    return failHere(error, "syncing ", name);
  }
  return {};
}

Result<void> PosixDirectory::makeDirectory(std::string_view name) {
  PF_TRY_ASSIGN(const std::string checked, checkedName(name));
  for (std::size_t end = 0; end < name.size();) {
    end = std::min(name.find('/', end + 1), name.size());
    const std::string_view step = name.substr(0, end);
    if (::mkdirat(root_.get(), checked.substr(0, end).c_str(), 0777) == 0) {
      PF_TRY(sync(parentOf(step)));
    } else if (errno != EEXIST) {
      return failHere(errno, "creating the directory ", step);
    }
  }
  PF_TRY_ASSIGN(const EntryKind made, kind(name));
  if (made != EntryKind::kDirectory) {
    return failHere(ENOTDIR, "creating the directory ", name);
  }
  return {};
}

Result<void> PosixDirectory::sync(std::string_view name) {
  PF_TRY_ASSIGN(const std::string directory, checkedName(name.empty() ? "." : name));
  const Descriptor descriptor(::openat(root_.get(), directory.c_str(), kOpenDirectory));
  if (!descriptor.isOpen()) {
    return failHere(errno, "syncing ", name);
  }
  const int error = syncDescriptor(descriptor.get());
  // EINVAL: a filesystem that has no such thing as syncing a directory, so nothing that could be
  // done.
  if (error != 0 && error != EINVAL) {
    return failHere(error, "syncing ", name);
  }
  return {};
}

Result<std::unique_ptr<DirectoryLock>> PosixDirectory::lock(std::string_view name) {
  PF_TRY_ASSIGN(const std::string file, checkedName(name));
  Descriptor descriptor(::openat(root_.get(), file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!descriptor.isOpen()) {
    return failHere(errno, "locking ", name);
  }
  while (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return fail(ErrorCode::kExists, "locking " + fullPath(name) + ": somebody holds the lock");
    }
    if (errno != EINTR) {
      return failHere(errno, "locking ", name);
    }
  }
  return std::make_unique<PosixLock>(std::move(descriptor));
}

// Makes the directory and returns it as `path` says it; both are absolute, or both relative to ".".
Result<void> makeMissing(const std::string& path) {
  const bool isAbsolute = path.front() == '/';
  Descriptor root(::open(isAbsolute ? "/" : ".", kOpenDirectory));
  if (!root.isOpen()) {
    return fail(systemError(errno, "creating the directory " + path));
  }
  const std::size_t begin = path.find_first_not_of('/');
  if (begin == std::string::npos) {
    return {};  // "/" is there
  }
  return PosixDirectory(std::move(root), isAbsolute ? "/" : ".").makeDirectory(path.substr(begin));
}

}  // namespace

Result<std::unique_ptr<Directory>> openDirectory(std::string_view path, IfMissing ifMissing) {
  if (path.empty() || path.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument,
                "not the path of a directory: \"" + std::string(path) + '"');
  }
  std::string text(path);
  Descriptor root(::open(text.c_str(), kOpenDirectory));
  if (!root.isOpen() && errno == ENOENT && ifMissing == IfMissing::kCreate) {
    PF_TRY(makeMissing(text));
    root = Descriptor(::open(text.c_str(), kOpenDirectory));
  }
  if (!root.isOpen()) {
    return fail(systemError(errno, "opening the directory " + text));
  }
  return std::make_unique<PosixDirectory>(std::move(root), std::move(text));
}

SplitPath splitPath(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) {
    return {".", std::string(path)};
  }
  const std::string_view directory = slash == 0 ? "/" : path.substr(0, slash);
  return {std::string(directory), std::string(path.substr(slash + 1))};
}

Result<std::string> realPath(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  if (real == nullptr) {
    return fail(systemError(errno, path));
  }
  return std::string(real.get());
}

Result<Inode> inodeOf(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    return fail(systemError(errno, path));
  }
  return Inode{status.st_dev, status.st_ino};
}

}  // namespace parquet_flow::io
