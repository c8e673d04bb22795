#include "io/descriptor.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace parquet_flow::io {
namespace {

// Parts for one writev: below IOV_MAX (1024 on Linux), and 4 KiB of stack.
constexpr std::size_t kPartsPerCall = 256;

// Bytes for one write, which ends at a multiple of as many in the file. The page cache is cut into
// folios as long as a write, and a virtual machine may have given the memory for long ones back to
// its host: writes of 64 MiB then came to 0.4 GiB/s, these to 3.7
// (docs/decisions/0006-writes-of-512-kib.md).
constexpr std::size_t kCallBytes = std::size_t{512} << 10;

// Walks over parts, in step with what the kernel took of them.
class PartCursor {
 public:
  explicit PartCursor(std::span<const ConstBytes> parts) noexcept : parts_(parts) {}

  // The next non-empty pieces, together at most `bytes` > 0 of them; returns how many.
  std::size_t fill(std::span<iovec> batch, std::size_t bytes) const noexcept {
    std::size_t filled = 0;
    std::size_t skip = taken_;
    for (std::size_t i = next_; i < parts_.size() && filled < batch.size() && bytes > 0; ++i) {
      const ConstBytes rest = parts_[i].subspan(skip);
      const ConstBytes piece = rest.first(std::min(rest.size(), bytes));
      skip = 0;
      bytes -= piece.size();
      if (!piece.empty()) {
        // iovec is shared with readv and therefore not const; writev does not write there.
        batch[filled++] = {const_cast<std::byte*>(piece.data()), piece.size()};
      }
    }
    return filled;
  }

  void advance(std::size_t bytes) noexcept {
    taken_ += bytes;
    while (next_ < parts_.size() && taken_ >= parts_[next_].size()) {
      taken_ -= parts_[next_].size();
      ++next_;
    }
  }

 private:
  std::span<const ConstBytes> parts_;
  std::size_t next_ = 0;
  std::size_t taken_ = 0;  // of parts_[next_]
};

// Returns 0 or the errno.
int waitUntilWritable(int descriptor) noexcept {
  pollfd waited{descriptor, POLLOUT, 0};
  while (::poll(&waited, 1, -1) < 0) {
    if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

int Descriptor::close() noexcept {
  const int descriptor = std::exchange(descriptor_, -1);
  if (descriptor < 0 || ::close(descriptor) == 0) {
    return 0;
  }
  // Linux has released the descriptor also when a signal came; a second close could hit another
  // file.
  return errno == EINTR ? 0 : errno;
}

int writeAll(int descriptor, std::span<const ConstBytes> parts, std::uint64_t& written) noexcept {
  std::array<iovec, kPartsPerCall> batch;
  PartCursor cursor(parts);
  for (;;) {
    const std::size_t count = cursor.fill(batch, kCallBytes - written % kCallBytes);
    if (count == 0) {
      return 0;
    }
    const ssize_t taken = count == 1 ? ::write(descriptor, batch[0].iov_base, batch[0].iov_len)
                                     : ::writev(descriptor, batch.data(), static_cast<int>(count));
    if (taken > 0) {
      cursor.advance(static_cast<std::size_t>(taken));
      written += static_cast<std::uint64_t>(taken);
      continue;
    }
    // A device that takes nothing and names no error would be asked for ever.
    const int error = taken == 0 ? EIO : errno;
    if (error == EAGAIN) {
      if (const int waitError = waitUntilWritable(descriptor); waitError != 0) {
        return waitError;
      }
    } else if (error != EINTR) {
      return error;
    }
  }
}

int readAllAt(int descriptor, std::uint64_t offset, MutableBytes into, std::size_t& read) noexcept {
  read = 0;
  while (read < into.size()) {
    const ssize_t got = ::pread(descriptor, into.data() + read, into.size() - read,
                                static_cast<off_t>(offset + read));
    if (got == 0) {
      return 0;
    }
    if (got > 0) {
      read += static_cast<std::size_t>(got);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

bool reservingPays(int descriptor) noexcept {
  struct statfs status{};
  return ::fstatfs(descriptor, &status) == 0 && status.f_type == EXT4_SUPER_MAGIC;
}

void reserveSpace(int descriptor, std::uint64_t offset, std::uint64_t bytes) noexcept {
  // Where it fails, the write behind it says why it matters.
  static_cast<void>(::fallocate(descriptor, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                                static_cast<off_t>(bytes)));
}

int truncateAt(int descriptor, std::uint64_t bytes) noexcept {
  while (::ftruncate(descriptor, static_cast<off_t>(bytes)) != 0) {
    if (errno != EINTR) {
      return errno;
    }
  }
  return ::lseek(descriptor, static_cast<off_t>(bytes), SEEK_SET) < 0 ? errno : 0;
}

int syncDescriptor(int descriptor) noexcept {
  while (::fsync(descriptor) != 0) {
    if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace parquet_flow::io
