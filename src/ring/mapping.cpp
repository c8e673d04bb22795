#include "ring/mapping.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <string>
#include <utility>

#include "ring/layout.hpp"

// Newer than the C library's headers may be.
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MFD_HUGE_2MB
#define MFD_HUGE_2MB (21U << 26)
#endif

namespace parquet_flow::ring {
namespace {

struct FileDescriptor {
  int fd;
  explicit FileDescriptor(int value) noexcept : fd(value) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (fd >= 0) close(fd);
  }
};

std::string describe(const MappingOptions& options) {
  return "ring '" + std::string(options.name) + "' of " + std::to_string(options.capacity) +
         " bytes";
}

tl::unexpected<Error> failWithErrno(const MappingOptions& options, const char* what) {
  const int saved = errno;
  return fail(systemError(saved, describe(options) + ": " + what));
}

}  // namespace

Result<Mapping> Mapping::open(const MappingOptions& options) {
  const auto pageBytes = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  if (!std::has_single_bit(options.capacity) || options.capacity < pageBytes ||
      options.capacity > kCapacityMax) {
    return fail(ErrorCode::kInvalidArgument,
                describe(options) + ": the capacity must be a power of two from " +
                    std::to_string(pageBytes) + " to " + std::to_string(kCapacityMax));
  }
  if (options.hugePages == HugePages::kOff) return openWithPages(options, false);
  if (options.capacity >= kHugePageBytes) {
    auto mapping = openWithPages(options, true);
    if (mapping || options.hugePages == HugePages::kRequire) return mapping;
  } else if (options.hugePages == HugePages::kRequire) {
    return fail(ErrorCode::kInvalidArgument,
                describe(options) + ": below one huge page of " + std::to_string(kHugePageBytes));
  }
  return openWithPages(options, false);
}

Result<Mapping> Mapping::openWithPages(const MappingOptions& options, bool huge) {
  const std::uint64_t pageBytes =
      huge ? kHugePageBytes : static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  Mapping mapping(options.capacity, pageBytes);
  const FileDescriptor file(
      memfd_create("parquet_flow.ring", MFD_CLOEXEC | (huge ? MFD_HUGETLB | MFD_HUGE_2MB : 0U)));
  if (file.fd < 0) {
    return failWithErrno(options, huge ? "memfd_create with huge pages" : "memfd_create");
  }
  const auto bytes = static_cast<off_t>(mapping.dataOffset_ + options.capacity);
  if (ftruncate(file.fd, bytes) != 0) return failWithErrno(options, "ftruncate");
  // Memory that is not there is refused here, not by SIGBUS at the first write.
  if (fallocate(file.fd, 0, 0, bytes) != 0) {
    return failWithErrno(options, huge ? "allocating huge pages" : "allocating memory");
  }
  PF_TRY(mapping.mapViews(options, file.fd));
  PF_TRY(mapping.populate(options));
  return mapping;
}

Result<> Mapping::mapViews(const MappingOptions& options, int fd) {
  // One reservation for all, aligned by hand because mmap aligns to ordinary pages only.
  const std::uint64_t bytes = dataOffset_ + 2 * capacity_;
  void* reserved = mmap(nullptr, bytes + pageBytes_, PROT_NONE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) return failWithErrno(options, "reserving addresses");
  const auto start = reinterpret_cast<std::uintptr_t>(reserved);
  const std::uintptr_t aligned = (start + pageBytes_ - 1) & ~(pageBytes_ - 1);
  auto* const base = static_cast<std::byte*>(reserved) + (aligned - start);
  const std::uint64_t after = pageBytes_ - (aligned - start);
  if (aligned != start) munmap(reserved, aligned - start);
  if (after != 0) munmap(base + bytes, after);
  address_ = base;
  owner_ = getpid();

  const int protection = PROT_READ | PROT_WRITE;
  if (mmap(base, dataOffset_ + capacity_, protection, MAP_SHARED | MAP_FIXED, fd, 0) ==
      MAP_FAILED) {
    return failWithErrno(options, "mapping the data");
  }
  if (mmap(base + dataOffset_ + capacity_, capacity_, protection, MAP_SHARED | MAP_FIXED, fd,
           static_cast<off_t>(dataOffset_)) == MAP_FAILED) {
    return failWithErrno(options, "mapping the data a second time");
  }
  if (madvise(base, bytes, MADV_DONTFORK) != 0) {
    return failWithErrno(options, "keeping it from forked children");
  }
  return {};
}

Result<> Mapping::populate(const MappingOptions& options) {
  const std::uint64_t bytes = dataOffset_ + 2 * capacity_;
  if (madvise(address_, bytes, MADV_POPULATE_WRITE) != 0) {
    // Kernels before 5.14 do not know it: touch every page. The memory is allocated and still zero.
    if (errno != EINVAL) return failWithErrno(options, "populating");
    for (std::uint64_t offset = 0; offset < bytes; offset += pageBytes_) {
      *static_cast<volatile std::byte*>(address_ + offset) = std::byte{0};
    }
  }
  if (options.lockInMemory && mlock(address_, bytes) != 0) {
    return failWithErrno(options, "mlock (RLIMIT_MEMLOCK covers both views)");
  }
  return {};
}

void Mapping::unmap() noexcept {
  if (address_ != nullptr && owner_ == getpid()) munmap(address_, dataOffset_ + 2 * capacity_);
  address_ = nullptr;
}

Mapping::Mapping(Mapping&& other) noexcept
    : address_(std::exchange(other.address_, nullptr)),
      capacity_(other.capacity_),
      dataOffset_(other.dataOffset_),
      pageBytes_(other.pageBytes_),
      owner_(other.owner_) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  if (this == &other) return *this;
  unmap();
  address_ = std::exchange(other.address_, nullptr);
  capacity_ = other.capacity_;
  dataOffset_ = other.dataOffset_;
  pageBytes_ = other.pageBytes_;
  owner_ = other.owner_;
  return *this;
}

Mapping::~Mapping() { unmap(); }

}  // namespace parquet_flow::ring
