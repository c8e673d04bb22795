// Pages that a cursor has opened, kept for another that goes over the same chunk behind it: they
// are read, checked and decompressed once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"

namespace parquet_flow::format {
class PageHeader;
}

namespace parquet_flow::read {

// One thread at a time.
class PageCache {
 public:
  struct Entry {
    std::uint64_t offset = 0;                    // of the page, in the file
    std::shared_ptr<format::PageHeader> header;  // nullptr: the page could not be opened
    std::size_t headerBytes = 0;
    ByteBuffer body;         // its bytes as they were before compression, levels first
    ConstBytes bytes;        // these, or where they lie in the file's memory
    bool isLasting = false;  // see Page
    std::uint64_t held = 0;  // bytes that it counts as
  };

  // For the page at `offset`, which is behind all before it, and what its body will take. It lives
  // until it is forgotten and whoever has it lets go; above kBytesMax the oldest are forgotten.
  [[nodiscard]] std::shared_ptr<Entry> add(std::uint64_t offset, std::uint64_t bodyBytes);
  // nullptr: not there.
  [[nodiscard]] std::shared_ptr<Entry> find(std::uint64_t offset) const;

  // All but the dictionary page and the last one, which are still used.
  void forgetPassed();
  void forgetAll();

  static constexpr std::uint64_t kBytesMax = 16U << 20;

 private:
  void forget(std::size_t index);

  std::deque<std::shared_ptr<Entry>> entries_;  // by offset
  std::vector<std::shared_ptr<Entry>> spare_;   // whose memory is used again
  std::uint64_t held_ = 0;                      // of all of them
};

}  // namespace parquet_flow::read
