#include "io/posix_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace parquet_flow::io {
namespace {

// Of the regular file behind a descriptor.
Result<FileIdentity> identityOf(const Descriptor& descriptor, const std::string& name) {
  struct stat status{};
  if (::fstat(descriptor.get(), &status) != 0) {
    return fail(systemError(errno, "opening " + name));
  }
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::kInvalidArgument, "opening " + name + ": not a regular file");
  }
  constexpr std::int64_t kSecondNs = 1'000'000'000;
  return FileIdentity{status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size),
                      status.st_mtim.tv_sec * kSecondNs + status.st_mtim.tv_nsec};
}

}  // namespace

Result<void> PosixOutputFile::write(std::span<const ConstBytes> parts) {
  if (!descriptor_.isOpen()) {
    return fail(ErrorCode::kNotOpen, "writing " + name_ + ": the file is closed");
  }
  constexpr std::uint64_t kReservedBytesMin = 256 << 10;
  if (reserves_) {
    std::uint64_t bytes = 0;
    for (const ConstBytes part : parts) bytes += part.size();
    if (bytes >= kReservedBytesMin) reserveSpace(descriptor_.get(), position_, bytes);
  }
  const int error = writeAll(descriptor_.get(), parts, position_);
  if (error != 0) [[unlikely]] {
    return fail(systemError(error, "writing " + name_));
  }
  return {};
}

// copy_file_range goes page by page where the two offsets do not lie alike within a block, as they
// never do here. 200 MB into one file, page cache to page cache, ext4 of Linux 6.18: 190 ms so; in
// pieces of 2 MiB through memory 92 ms, and where space for them is reserved 74 ms.
Result<void> PosixOutputFile::copyFrom(const InputFile& from, std::uint64_t offset,
                                       std::uint64_t bytes) {
  return copyThrough(piece_, from, offset, bytes);
}

Result<void> PosixOutputFile::sync() {
  if (!descriptor_.isOpen()) {
    return fail(ErrorCode::kNotOpen, "syncing " + name_ + ": the file is closed");
  }
  if (syncError_ == 0) {
    syncError_ = syncDescriptor(descriptor_.get());
  }
  // After a failure Linux marks the pages clean: a second fsync would succeed without having
  // written.
  if (syncError_ != 0) {
    return fail(systemError(syncError_, "syncing " + name_));
  }
  return {};
}

Result<void> PosixOutputFile::truncate(std::uint64_t bytes) {
  if (!descriptor_.isOpen()) {
    return fail(ErrorCode::kNotOpen, "truncating " + name_ + ": the file is closed");
  }
  if (bytes > position_) {
    return fail(ErrorCode::kInternal, "truncating " + name_ + " beyond its end");
  }
  const int error = truncateAt(descriptor_.get(), bytes);
  if (error != 0) {
    return fail(systemError(error, "truncating " + name_));
  }
  position_ = bytes;
  return {};
}

Result<void> PosixOutputFile::close() {
  const int error = descriptor_.close();
  if (error != 0) {
    return fail(systemError(error, "closing " + name_));
  }
  return {};
}

Result<std::unique_ptr<InputFile>> PosixInputFile::open(Descriptor descriptor, std::string name) {
  PF_TRY_ASSIGN(const FileIdentity identity, identityOf(descriptor, name));
  return std::unique_ptr<InputFile>(
      new PosixInputFile(std::move(descriptor), std::move(name), identity));
}

Result<void> PosixInputFile::readAt(std::uint64_t offset, MutableBytes into) const {
  if (offset > size() || into.size() > size() - offset) {
    return fail(pastEndError(*this, offset, into.size()));
  }
  std::size_t read = 0;
  const int error = readAllAt(descriptor_.get(), offset, into, read);
  if (error != 0) {
    return fail(systemError(error, "reading " + name_));
  }
  if (read != into.size()) {
    return fail(ErrorCode::kIo, "reading " + name_ + ": the file has become shorter");
  }
  return {};
}

Result<std::unique_ptr<InputFile>> MappedInputFile::open(Descriptor descriptor, std::string name) {
  PF_TRY_ASSIGN(const FileIdentity identity, identityOf(descriptor, name));
  const auto bytes = static_cast<std::size_t>(identity.bytes);
  ConstBytes mapped;
  if (bytes != 0) {  // which cannot be mapped
    void* const at = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, descriptor.get(), 0);
    if (at == MAP_FAILED) {
      return fail(systemError(errno, "mapping " + name));
    }
    mapped = constBytes(at, bytes);
  }
  return std::unique_ptr<InputFile>(new MappedInputFile(mapped, std::move(name), identity));
}

MappedInputFile::~MappedInputFile() {
  if (!bytes_.empty()) {
    ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
  }
}

Result<void> MappedInputFile::readAt(std::uint64_t offset, MutableBytes into) const {
  if (offset > bytes_.size() || into.size() > bytes_.size() - offset) {
    return fail(pastEndError(*this, offset, into.size()));
  }
  if (!into.empty()) {
    std::memcpy(into.data(), bytes_.data() + offset, into.size());
  }
  return {};
}

Result<std::unique_ptr<InputFile>> openInputFile(const std::string& path, InputAccess access) {
  // O_NONBLOCK: opening a FIFO without a writer would wait for one. It means nothing to a file.
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!descriptor.isOpen()) {
    return fail(systemError(errno, "opening " + path));
  }
  return access == InputAccess::kMapping ? MappedInputFile::open(std::move(descriptor), path)
                                         : PosixInputFile::open(std::move(descriptor), path);
}

}  // namespace parquet_flow::io
