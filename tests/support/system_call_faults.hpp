// Faults below the io seam: the POSIX files and directories run as they are, over a system that
// writes short, is interrupted, or is out of space.
//
// An executable gets it by naming pf_system_call_faults_dep among its dependencies: the linker then
// sends the library's calls of write, writev, pread, fsync, close and renameat2 here. Without a
// hook set they go on to the system. Hooks are set and cleared while no other thread of ours
// writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace parquet_flow::test {

struct WriteFault {
  std::size_t bytesMax = ~std::size_t{0};  // a short write, where that is less than asked for
  int systemError = 0;                     // or this error, and nothing written
};

struct SystemCallHooks {
  // write and writev of `bytes` bytes to `descriptor`.
  std::function<WriteFault(int descriptor, std::size_t bytes)> onWrite = nullptr;
  // pread from `offset` on. 0 lets the call go on; an errno is returned instead. Any thread.
  std::function<int(int descriptor, std::uint64_t offset)> onRead = nullptr;
  // 0 lets the call go on; an errno is returned instead. A failed close has closed.
  std::function<int(int descriptor)> onSync = nullptr;
  std::function<int(int descriptor)> onClose = nullptr;
  std::function<int()> onRename = nullptr;  // renameat2
};

// Sets the hooks for its lifetime; one at a time.
class SystemCallFaults {
 public:
  explicit SystemCallFaults(SystemCallHooks hooks);
  SystemCallFaults(const SystemCallFaults&) = delete;
  SystemCallFaults& operator=(const SystemCallFaults&) = delete;
  ~SystemCallFaults();
};

}  // namespace parquet_flow::test
