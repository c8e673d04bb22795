// A file as a row group is copied from it: what is read goes by the checks that a reader makes of
// pages before it decodes them.
//
//   chunk:  header, body, header, body, ...       of a page each
//   pieces: [2 MiB][2 MiB][2 MiB]                 as they are read, whatever the pages
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "format/compact.hpp"
#include "io/file.hpp"

namespace parquet_flow::merge {

// One thread at a time.
class CheckedPages final : public io::InputFile {
 public:
  struct Chunk {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;  // at least 1
  };

  CheckedPages(std::shared_ptr<const io::InputFile> file, std::vector<Chunk> chunks);

  // The chunks from the first byte of the first one on, in their order, each piece behind the one
  // before; or from the beginning again. As the file's; kCorrupt, naming file and page: the bytes
  // of a page are not those that the CRC in its header is of, what should be a header is none, or
  // the chunk ends in the page. Of a page without a CRC the header alone is looked at.
  // Cost: the CRC of what is read.
  [[nodiscard]] Result<void> readAt(std::uint64_t offset, MutableBytes into) const override;

  [[nodiscard]] std::uint64_t size() const noexcept override { return file_->size(); }
  [[nodiscard]] io::FileIdentity identity() const noexcept override { return file_->identity(); }
  [[nodiscard]] std::string_view name() const noexcept override { return file_->name(); }

 private:
  // Where reading is in the chunks.
  struct Place {
    std::size_t chunk = 0;
    std::uint64_t at = 0;        // in it
    ByteBuffer header;           // the front of one that is in two pieces
    std::uint64_t page = 0;      // where the page begins in the file
    std::uint64_t bodyLeft = 0;  // of the page
    bool hasCrc = false;
    std::uint32_t crcSaid = 0;
    std::uint32_t crc = 0;  // of its bytes so far
  };
  [[nodiscard]] Result<void> pass(ConstBytes bytes) const;
  [[nodiscard]] Result<std::size_t> passHeader(ConstBytes bytes) const;
  [[nodiscard]] Result<void> passBody(ConstBytes bytes) const;

  const std::shared_ptr<const io::InputFile> file_;
  const std::vector<Chunk> chunks_;
  mutable Place place_;
  mutable format::CompactReader thrift_;
};

}  // namespace parquet_flow::merge
