#include "support/system_call_faults.hpp"

#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

namespace {

parquet_flow::test::SystemCallHooks hooks;

}  // namespace

// The linker's --wrap=NAME sends calls of NAME to __wrap_NAME, and __real_NAME to the system's.
extern "C" {

ssize_t __real_write(int descriptor, const void* data, size_t bytes);
ssize_t __real_writev(int descriptor, const iovec* parts, int count);
ssize_t __real_pread64(int descriptor, void* into, size_t bytes, off_t offset);
int __real_fsync(int descriptor);
int __real_close(int descriptor);
int __real_renameat2(int fromDirectory, const char* from, int toDirectory, const char* to,
                     unsigned flags);

ssize_t __wrap_write(int descriptor, const void* data, size_t bytes);
ssize_t __wrap_writev(int descriptor, const iovec* parts, int count);
ssize_t __wrap_pread64(int descriptor, void* into, size_t bytes, off_t offset);
int __wrap_fsync(int descriptor);
int __wrap_close(int descriptor);
int __wrap_renameat2(int fromDirectory, const char* from, int toDirectory, const char* to,
                     unsigned flags);

ssize_t __wrap_write(int descriptor, const void* data, size_t bytes) {
  if (!hooks.onWrite) {
    return __real_write(descriptor, data, bytes);
  }
  const auto fault = hooks.onWrite(descriptor, bytes);
  if (fault.systemError != 0) {
    errno = fault.systemError;
    return -1;
  }
  return __real_write(descriptor, data, std::min(bytes, fault.bytesMax));
}

ssize_t __wrap_writev(int descriptor, const iovec* parts, int count) {
  if (!hooks.onWrite) {
    return __real_writev(descriptor, parts, count);
  }
  std::vector<iovec> cut(parts, parts + count);
  std::size_t bytes = 0;
  for (const iovec& part : cut) {
    bytes += part.iov_len;
  }
  const auto fault = hooks.onWrite(descriptor, bytes);
  if (fault.systemError != 0) {
    errno = fault.systemError;
    return -1;
  }
  std::size_t left = fault.bytesMax;
  for (iovec& part : cut) {
    part.iov_len = std::min(part.iov_len, left);
    left -= part.iov_len;
  }
  return __real_writev(descriptor, cut.data(), count);
}

// As pread is called where off_t has 64 bits.
ssize_t __wrap_pread64(int descriptor, void* into, size_t bytes, off_t offset) {
  const int error = hooks.onRead ? hooks.onRead(descriptor, static_cast<std::uint64_t>(offset)) : 0;
  if (error != 0) {
    errno = error;
    return -1;
  }
  return __real_pread64(descriptor, into, bytes, offset);
}

int __wrap_fsync(int descriptor) {
  const int error = hooks.onSync ? hooks.onSync(descriptor) : 0;
  if (error != 0) {
    errno = error;
    return -1;
  }
  return __real_fsync(descriptor);
}

int __wrap_close(int descriptor) {
  const int error = hooks.onClose ? hooks.onClose(descriptor) : 0;
  const int closed = __real_close(descriptor);
  if (error != 0) {
    errno = error;
    return -1;
  }
  return closed;
}

int __wrap_renameat2(int fromDirectory, const char* from, int toDirectory, const char* to,
                     unsigned flags) {
  const int error = hooks.onRename ? hooks.onRename() : 0;
  if (error != 0) {
    errno = error;
    return -1;
  }
  return __real_renameat2(fromDirectory, from, toDirectory, to, flags);
}
}

namespace parquet_flow::test {

SystemCallFaults::SystemCallFaults(SystemCallHooks given) { hooks = std::move(given); }
SystemCallFaults::~SystemCallFaults() { hooks = {}; }

}  // namespace parquet_flow::test
