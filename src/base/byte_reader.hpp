// The one way to read bytes that somebody else wrote.
//
// Each read checks what is left before it touches anything, and fails with ErrorCode::kCorrupt and
// the offset. Counts that lead to an allocation go through readCount or checkCount, which refuse
// one that cannot fit what is left: so a reader's memory is bounded by the size of its input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/varint.hpp"

namespace parquet_flow {

// Borrows the bytes. A failed read leaves the position where it was. One thread at a time.
class ByteReader {
 public:
  // `baseOffset` is where `bytes` begins in its file; it only appears in error messages.
  explicit ByteReader(ConstBytes bytes, std::uint64_t baseOffset = 0) noexcept
      : bytes_(bytes), baseOffset_(baseOffset) {}

  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  [[nodiscard]] std::size_t remaining() const noexcept { return bytes_.size() - position_; }
  [[nodiscard]] bool atEnd() const noexcept { return position_ == bytes_.size(); }
  // Where the next read begins, in the file.
  [[nodiscard]] std::uint64_t offset() const noexcept { return baseOffset_ + position_; }
  [[nodiscard]] ConstBytes rest() const noexcept { return bytes_.subspan(position_); }

  // A little-endian integer or floating-point value, sizeof(T) bytes.
  template <class T>
    requires std::is_arithmetic_v<T>
  [[nodiscard]] Result<T> read() {
    if (remaining() < sizeof(T)) [[unlikely]] {
      return failShort(sizeof(T));
    }
    const T value = loadLe<T>(bytes_.data() + position_);
    position_ += sizeof(T);
    return value;
  }

  // `bytes` bytes, borrowed from the input.
  [[nodiscard]] Result<ConstBytes> readBytes(std::uint64_t bytes) {
    if (remaining() < bytes) [[unlikely]] {
      return failShort(bytes);
    }
    const ConstBytes taken = bytes_.subspan(position_, static_cast<std::size_t>(bytes));
    position_ += taken.size();
    return taken;
  }

  [[nodiscard]] Result<void> skip(std::uint64_t bytes) {
    if (remaining() < bytes) [[unlikely]] {
      return failShort(bytes);
    }
    position_ += static_cast<std::size_t>(bytes);
    return {};
  }

  // A reader over the next `bytes` bytes, which this one then has behind it.
  [[nodiscard]] Result<ByteReader> readSubReader(std::uint64_t bytes) {
    const std::uint64_t begin = offset();
    PF_TRY_ASSIGN(const ConstBytes taken, readBytes(bytes));
    return ByteReader(taken, begin);
  }

  // Unsigned LEB128. Longer forms than needed are taken, as every reader does; one that runs past
  // the end, or holds bits above the 32nd or 64th, is not.
  [[nodiscard]] Result<std::uint32_t> readVarint32();
  [[nodiscard]] Result<std::uint64_t> readVarint64();
  [[nodiscard]] Result<std::int32_t> readZigzag32();
  [[nodiscard]] Result<std::int64_t> readZigzag64();

  // An unsigned LEB128 count of things of at least `minBytesEach` (>= 1) bytes each that lie behind
  // it; refused where so many cannot be left.
  [[nodiscard]] Result<std::size_t> readCount(std::size_t minBytesEach);
  // The same check for a count that was read in another way.
  [[nodiscard]] Result<std::size_t> checkCount(std::uint64_t count, std::size_t minBytesEach) const;

  // kCorrupt: "offset 123: <message>".
  [[nodiscard]] tl::unexpected<Error> failCorrupt(std::string_view message) const;

 private:
  [[nodiscard]] tl::unexpected<Error> failShort(std::uint64_t bytes) const;
  // Returns how many bytes the varint takes, 0 when it is not whole or does not fit `bitsMax`.
  std::size_t peekVarint(unsigned bitsMax, std::uint64_t& value) const noexcept;

  ConstBytes bytes_;
  std::size_t position_ = 0;
  std::uint64_t baseOffset_;
};

}  // namespace parquet_flow
