// The seam between Parquet and where its bytes go to or come from.
//
// Above it nobody knows of descriptors, paths or errno. Behind it: POSIX, memory, the application's
// callbacks, a counter that discards; in tests, files whose operations fail on demand.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"

namespace parquet_flow::io {

class InputFile;

// A file being written, from its begin to its end. One thread at a time.
//
// The destructor lets go of the file without a word about errors, and without waiting for the disk:
// what must be known to have been written goes through close().
class OutputFile {
 public:
  OutputFile() = default;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  virtual ~OutputFile() = default;

  // Appends all parts in order, whatever their number and size; blocks until the system took all of
  // them. On failure a part of the bytes may have been written: position() says how much, and
  // truncate() cuts it off. Returns kIo (disk full, I/O error), kOutOfMemory, kNotOpen after
  // close().
  [[nodiscard]] virtual Result<void> write(std::span<const ConstBytes> parts) = 0;
  [[nodiscard]] Result<void> write(ConstBytes part) { return write(std::span(&part, 1)); }

  // Appends `bytes` bytes of `from`, which begin at `offset`: as write does, and errors as those of
  // InputFile::readAt.
  [[nodiscard]] virtual Result<void> copyFrom(const InputFile& from, std::uint64_t offset,
                                              std::uint64_t bytes);

  // What was written is on the disk when this returns (fsync). After a failure nothing is known
  // about what was written since the last success: the kernel may have dropped it, and a second
  // fsync would not say so. Therefore every later sync() of the same file fails too.
  [[nodiscard]] virtual Result<void> sync() = 0;

  // Cuts back to the first `bytes` <= position() bytes; the next write goes there. Returns
  // kUnsupported where written bytes cannot be taken back (pipes, callbacks).
  [[nodiscard]] virtual Result<void> truncate(std::uint64_t bytes) = 0;

  // Whether many writes are as good as one: what was written can be cut off again, and costs no
  // more in pieces.
  [[nodiscard]] virtual bool takesPieces() const noexcept { return false; }

  // Ends the writing; does not sync. An error here (a full disk behind a network) means that the
  // content is not to be relied on. The second call succeeds and does nothing.
  [[nodiscard]] virtual Result<void> close() = 0;

  // Bytes written so far through this object, those of a write that failed half-way included.
  [[nodiscard]] virtual std::uint64_t position() const noexcept = 0;
  // For error messages: a path, or "<memory>", "<callbacks>", "<descriptor 5>".
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

 protected:
  // copyFrom, through memory that may be used again.
  [[nodiscard]] Result<void> copyThrough(ByteBuffer& piece, const InputFile& from,
                                         std::uint64_t offset, std::uint64_t bytes);
};

// What tells a file from one that stands in its place later, or from itself once it was written to.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t bytes = 0;
  std::int64_t modifiedNs = 0;  // since 1970

  bool operator==(const FileIdentity&) const = default;
};

// A file being read, at any offset. Any number of threads.
class InputFile {
 public:
  InputFile() = default;
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  virtual ~InputFile() = default;

  // Fills `into` from `offset`. Returns kCorrupt when offset + size is past the end: it was read
  // from a file that lies about where its parts are; kIo.
  [[nodiscard]] virtual Result<void> readAt(std::uint64_t offset, MutableBytes into) const = 0;
  // All of it, where it lies in memory as long as this object; else nothing: it has to be read.
  [[nodiscard]] virtual ConstBytes contents() const noexcept { return {}; }

  // Bytes, when the file was opened.
  [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
  // The same; of what no filesystem has it is the size alone.
  [[nodiscard]] virtual FileIdentity identity() const noexcept { return {.bytes = size()}; }
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
};

// kCorrupt: "reading <name>: 8 bytes at 100 of a file of 90".
[[nodiscard]] Error pastEndError(const InputFile& file, std::uint64_t offset, std::uint64_t bytes);

}  // namespace parquet_flow::io
