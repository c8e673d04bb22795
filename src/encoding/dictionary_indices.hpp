// The values of a dictionary-encoded data page: indices into the dictionary page, as one byte of
// bit width and the hybrid's runs (rle_run.hpp), without a length.
//
// Source: parquet-format Encodings.md, "Dictionary Encoding (PLAIN_DICTIONARY = 2 and
// RLE_DICTIONARY = 8)"; the bit width is at most 32.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"
#include "encoding/rle_run.hpp"

namespace parquet_flow::encoding {

// The bit width of indices into `count` entries, 1 at least: parquet-java and arrow-rs write 0 for
// one entry, but readers (parquet-python, kostya-sh/parquet-go) have failed on it; Arrow C++ writes
// 1. It costs a byte a page.
[[nodiscard]] unsigned dictionaryIndexBitWidth(std::size_t count) noexcept;

// Appends the runs of one page's `count` ids, all below 2^bitWidth, to `body`; the byte with the
// bit width goes in front of them and is the caller's. A run of one value becomes an RLE run from
// where it is shorter than bit-packing, so from 8 ids on, 16 at 2 and 3 bits, 64 at 1; bit-packed
// runs are as long as there is no RLE run. At a width of 0, which is valid, the page is an RLE run
// whose value takes no bytes. `count` is below 2^31, which is how long the specification lets runs
// be. kOutOfMemory: `body` is to be cut back.
[[nodiscard]] Result<void> encodeDictionaryIndices(const std::uint32_t* ids, std::size_t count,
                                                   unsigned bitWidth, ByteBuffer& body);

// Decodes the values of a page, any number of them at a time: a page of few bytes can stand for any
// number. begin -> decode, skip ... No memory of its own.
class DictionaryIndexDecoder {
 public:
  // As decodeDictionaryIndices takes them; `in` must live as long as values are left. kCorrupt: a
  // bit width above 32, none, and values of no entries.
  [[nodiscard]] Result<void> begin(ConstBytes in, std::uint64_t count,
                                   std::uint32_t dictionaryCount);
  [[nodiscard]] std::uint64_t left() const noexcept { return run_.count + runs_.left(); }
  // Behind the last value: bytes that are none's.
  [[nodiscard]] std::size_t remainingBytes() const noexcept { return runs_.remainingBytes(); }

  // The next `count` <= left(); `ids` has room for them. kCorrupt as decodeDictionaryIndices.
  [[nodiscard]] Result<void> decode(std::size_t count, std::uint32_t* ids);
  // Goes on by `count` <= left(), whose bits are not looked at.
  [[nodiscard]] Result<void> skip(std::uint64_t count);
  // How many of the next, at least one being left, are known to be the same `id`, which is an
  // entry; 0: they are bit-packed.
  [[nodiscard]] Result<std::uint64_t> peekEqual(std::uint32_t& id);

 private:
  [[nodiscard]] Result<void> openRun();
  [[nodiscard]] std::uint32_t unpack(std::size_t count, std::uint32_t* ids) noexcept;

  RleRunReader runs_{{}, 0, 0};
  RleRun run_;               // what is left of it
  std::size_t groupAt_ = 0;  // values of the first group that are taken
  unsigned bitWidth_ = 0;
  std::uint32_t dictionaryCount_ = 0;
};

// Decodes the `count` values of a page, `in` being the byte with the bit width and the runs.
// `ids` has room for `count`. Returns how many bytes that was. kCorrupt: a bit width above 32, an
// id that is not below `dictionaryCount`, and what RleRunReader refuses. At a width of 0 the run
// may be missing: some writers leave it out, and there is one thing it can mean. For no values
// there may be a bit-packed run of none, as fastparquet writes it.
[[nodiscard]] Result<std::size_t> decodeDictionaryIndices(ConstBytes in, std::size_t count,
                                                          std::uint32_t dictionaryCount,
                                                          std::uint32_t* ids);

}  // namespace parquet_flow::encoding
