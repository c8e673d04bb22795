// What the POSIX files share: an owned descriptor, and the loops around its system calls.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "base/bytes.hpp"

namespace parquet_flow::io {

// Owns a descriptor, or none (-1). The destructor closes it, and nothing else: after a fork that
// leaves the parent's file, and a lock on it, as they are.
class Descriptor {
 public:
  Descriptor() noexcept = default;
  explicit Descriptor(int descriptor) noexcept : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { (void)close(); }

  [[nodiscard]] int get() const noexcept { return descriptor_; }
  [[nodiscard]] bool isOpen() const noexcept { return descriptor_ >= 0; }
  // 0 or the errno. The descriptor is gone either way.
  int close() noexcept;

 private:
  int descriptor_ = -1;
};

// Writes all parts at the descriptor's position; goes on after short writes and signals, and waits
// where the descriptor is non-blocking and full. Returns 0 or the errno; `written` grows by what
// was taken.
[[nodiscard]] int writeAll(int descriptor, std::span<const ConstBytes> parts,
                           std::uint64_t& written) noexcept;

// Fills `into` from `offset`. Returns 0 or the errno; `read` is less than into.size() at the file's
// end.
[[nodiscard]] int readAllAt(int descriptor, std::uint64_t offset, MutableBytes into,
                            std::size_t& read) noexcept;

// Whether it pays to reserve space for a file before it is written: on ext4, where a write into
// space that is found already takes three quarters of the time. XFS is as fast either way, btrfs
// and tmpfs are slower with it (docs/decisions/0006-writes-of-512-kib.md).
[[nodiscard]] bool reservingPays(int descriptor) noexcept;

// Has the filesystem find room for so many bytes from `offset` on, if it can: a hint, which leaves
// the file's size as it is.
void reserveSpace(int descriptor, std::uint64_t offset, std::uint64_t bytes) noexcept;

// Cuts the file to `bytes` and puts the descriptor's position there. Returns 0 or the errno.
[[nodiscard]] int truncateAt(int descriptor, std::uint64_t bytes) noexcept;

// fsync. Returns 0 or the errno.
[[nodiscard]] int syncDescriptor(int descriptor) noexcept;

}  // namespace parquet_flow::io
