// ITCH files, and their replay.
//
// Framing: a two-byte big-endian length, then the message, whose first byte is its type. Some files
// have 0 for every length; the length then follows from the type. A length that is there must agree
// with the type's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "load/itch_spec.hpp"

namespace parquet_flow::load {

inline constexpr std::size_t kItchFrameBytes = 2;

// A file that was checked from its first to its last byte. It is held in memory, so that a thread
// that replays it touches nothing else.
class ItchFile {
 public:
  // Reads and checks the file at `path`. Returns kIo, kOutOfMemory, or kCorrupt naming the offset
  // of the message and what is wrong: a type that ITCH 5.0 does not have, a length that disagrees
  // with the type, an end inside a message.
  [[nodiscard]] static Result<ItchFile> read(const std::string& path);

  // The same for bytes that are there already; `name` stands in errors.
  [[nodiscard]] static Result<ItchFile> fromBytes(std::vector<std::uint8_t> bytes,
                                                  std::string_view name);

  [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }
  [[nodiscard]] std::uint64_t messagesOf(char type) const noexcept {
    return perType_[static_cast<std::uint8_t>(type)];
  }

 private:
  ItchFile() = default;
  [[nodiscard]] Result<> check(std::string_view name);

  std::vector<std::uint8_t> bytes_;
  std::uint64_t messages_ = 0;
  std::array<std::uint64_t, 256> perType_{};
};

// Appends the frame of `message`: its length and its bytes.
void appendItchFrame(std::span<const std::uint8_t> message, std::vector<std::uint8_t>& out);

// The messages of a file, over and over, or every n-th of them, so that n threads share the file
// out.
class ItchReplay {
 public:
  static constexpr std::uint64_t kForever = UINT64_MAX;

  //   file   outlives the replay.
  //   loops  how often the file is gone through; kForever.
  //   first, step  messages first, first + step, ... of the whole sequence, counted on over the
  //   loops.
  ItchReplay(const ItchFile& file, std::uint64_t loops, std::uint64_t first = 0,
             std::uint64_t step = 1) noexcept;

  // The next message without its frame, in the file's memory; empty at the end.
  // Cost: a table look-up a message gone over; allocates nothing.
  [[nodiscard]] std::span<const std::uint8_t> next() noexcept;

 private:
  const ItchFile* file_;
  std::uint64_t loopsLeft_;
  std::uint64_t step_;
  std::uint64_t skip_;
  std::size_t offset_ = 0;
};

}  // namespace parquet_flow::load
