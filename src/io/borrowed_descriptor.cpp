#include "io/borrowed_descriptor.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <string>

#include "io/descriptor.hpp"

namespace parquet_flow::io {
namespace {

// Keeps the SIGPIPE of this thread's writes from the process: it would end a host that, like most,
// has no handler. Blocked while writing, and taken back if it came by us; one that waited before is
// left.
class SigpipeGuard {
 public:
  SigpipeGuard() noexcept {
    sigset_t pending;
    ::sigemptyset(&pending);
    ::sigpending(&pending);
    if (::sigismember(&pending, SIGPIPE) == 1) {
      return;
    }
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    active_ = ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_) == 0;
  }
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;
  ~SigpipeGuard() {
    if (!active_) {
      return;
    }
    const timespec now{};
    while (::sigtimedwait(&pipe_, nullptr, &now) < 0 && errno == EINTR) {
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool active_ = false;
};

class BorrowedDescriptorFile final : public OutputFile {
 public:
  BorrowedDescriptorFile(int descriptor, bool isRegular, std::uint64_t begin)
      : name_("<descriptor " + std::to_string(descriptor) + ">"),
        begin_(begin),
        descriptor_(descriptor),
        isRegular_(isRegular) {}

  Result<void> write(std::span<const ConstBytes> parts) override {
    if (isClosed_) {
      return fail(ErrorCode::kNotOpen, "writing " + name_ + ": the file is closed");
    }
    const int error = isRegular_ ? writeAll(descriptor_, parts, position_) : writeToPeer(parts);
    if (error != 0) [[unlikely]] {
      return fail(systemError(error, "writing " + name_));
    }
    return {};
  }

  Result<void> sync() override {
    PF_TRY(checkRegular("syncing "));
    if (syncError_ == 0) {
      syncError_ = syncDescriptor(descriptor_);
    }
    if (syncError_ != 0) {  // for good: see PosixOutputFile::sync
      return fail(systemError(syncError_, "syncing " + name_));
    }
    return {};
  }

  Result<void> truncate(std::uint64_t bytes) override {
    PF_TRY(checkRegular("truncating "));
    if (bytes > position_) {
      return fail(ErrorCode::kInternal, "truncating " + name_ + " beyond its end");
    }
    const int error = truncateAt(descriptor_, begin_ + bytes);
    if (error != 0) {
      return fail(systemError(error, "truncating " + name_));
    }
    position_ = bytes;
    return {};
  }

  Result<void> close() override {
    isClosed_ = true;
    return {};
  }

  std::uint64_t position() const noexcept override { return position_; }
  std::string_view name() const noexcept override { return name_; }

 private:
  int writeToPeer(std::span<const ConstBytes> parts) noexcept {
    const SigpipeGuard guard;
    return writeAll(descriptor_, parts, position_);
  }

  Result<void> checkRegular(std::string_view action) const {
    if (isClosed_) {
      return fail(ErrorCode::kNotOpen, std::string(action) + name_ + ": the file is closed");
    }
    if (!isRegular_) {
      return fail(ErrorCode::kUnsupported, std::string(action) + name_ + ": not a regular file");
    }
    return {};
  }

  std::string name_;
  std::uint64_t begin_;  // of our bytes, in the file
  std::uint64_t position_ = 0;
  int descriptor_;
  int syncError_ = 0;
  bool isRegular_;
  bool isClosed_ = false;
};

}  // namespace

Result<std::unique_ptr<OutputFile>> borrowDescriptor(int descriptor) {
  const std::string what = "descriptor " + std::to_string(descriptor);
  const int flags = ::fcntl(descriptor, F_GETFL);
  if (flags < 0) {
    return fail(ErrorCode::kInvalidArgument, what + " is not open");
  }
  // O_PATH descriptors have the access mode of O_RDONLY, and cannot be written either.
  if ((flags & O_ACCMODE) == O_RDONLY) {
    return fail(ErrorCode::kInvalidArgument, what + " is not open for writing");
  }
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) {
    return fail(systemError(errno, what));
  }
  const bool isRegular = S_ISREG(status.st_mode);
  off_t begin = 0;
  if (isRegular) {
    begin = ::lseek(descriptor, 0, (flags & O_APPEND) != 0 ? SEEK_END : SEEK_CUR);
    if (begin < 0) {
      return fail(systemError(errno, what));
    }
  }
  return std::make_unique<BorrowedDescriptorFile>(descriptor, isRegular,
                                                  static_cast<std::uint64_t>(begin));
}

}  // namespace parquet_flow::io
