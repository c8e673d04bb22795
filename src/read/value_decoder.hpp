// The values of a chunk's pages, in whichever encoding each page has.
//
// Spec: parquet-format Encodings.md; README.md, "Column chunks": a dictionary page is the first of
// its chunk, and there is one at most.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"
#include "column/leaf_buffer.hpp"
#include "encoding/dictionary_indices.hpp"
#include "encoding/encoding.hpp"
#include "read/value_test.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::read {

// What pages are decoded with; reused for chunk after chunk, of any leaf.
struct DecodeScratch {
  ByteBuffer page;               // as it was before compression
  ByteBuffer dictionary;         // values
  ByteBuffer dictionaryOffsets;  // of BYTE_ARRAY, as LeafBuffer has them
  ByteBuffer ids;                // of those that are taken at once
  ByteBuffer lengths;
};

// What values are appended to: those of a BYTE_ARRAY leaf end to end, with the end of each.
struct ValueBuffers {
  ByteBuffer& values;
  ByteBuffer& offsets;  // std::uint32_t each, as LeafBuffer has them
};

// That what lies behind a page's values is nothing but zeros, of which fastparquet leaves eight.
// kCorrupt: else, as of values that are more than are counted, or are in another encoding.
[[nodiscard]] Result<void> checkBehind(ConstBytes rest);

//   setDictionary (once at most a chunk) -> decode ...
class ValueDecoder {
 public:
  // All must live as long. `expansionBytesMax`: see decode; below 4 GiB.
  ValueDecoder(const schema::Leaf& leaf, std::uint64_t expansionBytesMax,
               DecodeScratch& scratch) noexcept
      : leaf_(leaf), expansionBytesMax_(expansionBytesMax), scratch_(scratch) {}

  // For the next chunk.
  void forgetDictionary() noexcept { hasDictionary_ = false; }
  // `bytes`: the `count` values of the dictionary page, PLAIN. kCorrupt: not so many.
  [[nodiscard]] Result<void> setDictionary(ConstBytes bytes, std::uint32_t count);

  // Appends the `count` values of a page, which `bytes` begin with, to `out`; BOOLEAN a byte each.
  // `encoding`: as the page says. kCorrupt: what the encoding's decoder refuses, bytes behind the
  // last value that are not zero, or any of BYTE_STREAM_SPLIT, an encoding that the leaf's type
  // does not have, a dictionary that is not there; kUnsupported: an encoding that is not known;
  // kLimit: the values would take more than `expansionBytesMax` bytes above `bytes`, as a few bytes
  // can stand for any number of them, or above 4 GiB in `out`; kOutOfMemory. `out` is unspecified
  // then.
  [[nodiscard]] Result<void> decode(std::int32_t encoding, ConstBytes bytes, std::uint64_t count,
                                    ValueBuffers out);
  [[nodiscard]] Result<void> decode(std::int32_t encoding, ConstBytes bytes, std::uint64_t count,
                                    column::LeafBuffer& out) {
    return decode(encoding, bytes, count, {out.values(), out.offsets()});
  }
  // Zeros behind the last value of the page that was decoded last.
  [[nodiscard]] std::uint64_t bytesLeft() const noexcept { return bytesLeft_; }

  // A page in a dictionary's encoding as far as it is wanted, so that what it takes follows what is
  // taken at once: beginIds -> skipIds, takeIds, takeFixed or takeArrays with `count` <= idsLeft().
  // Errors as decode, of bytes behind the last value with the last one that is taken; entries that
  // are passed by are not looked at. `bytes` must live until then.
  [[nodiscard]] Result<void> beginIds(ConstBytes bytes, std::uint64_t count);
  [[nodiscard]] std::uint64_t idsLeft() const noexcept { return ids_.left(); }
  [[nodiscard]] Result<void> skipIds(std::uint64_t count) { return ids_.skip(count); }
  // Which entry each of the next is, until ids are taken again.
  [[nodiscard]] Result<const std::uint32_t*> takeIds(std::size_t count);
  // The values, of a fixed width; `to` has room for them.
  [[nodiscard]] Result<void> takeFixed(std::size_t count, std::byte* to);
  // Appends BYTE_ARRAYs. kLimit also: out.values would have more than `bytesMax`.
  [[nodiscard]] Result<void> takeArrays(std::size_t count, std::uint64_t bytesMax,
                                        ValueBuffers out);
  // The dictionary's entries, BOOLEAN a byte each; until the next is set.
  [[nodiscard]] DenseValues dictionary() const noexcept;

 private:
  // Each returns how many of the bytes it has taken.
  [[nodiscard]] Result<std::size_t> decodeAs(encoding::Encoding encoding, ConstBytes bytes,
                                             std::size_t count, ValueBuffers out);
  [[nodiscard]] Result<std::size_t> decodePlain(ConstBytes bytes, std::size_t count,
                                                ByteBuffer& values, ByteBuffer& offsets);
  [[nodiscard]] Result<std::size_t> decodeIndices(ConstBytes bytes, std::size_t count,
                                                  ValueBuffers out);
  [[nodiscard]] Result<void> checkIdsEnd() const;
  [[nodiscard]] Result<std::uint64_t> arrayBytes(std::size_t count);
  [[nodiscard]] const std::uint32_t* dictionaryEnds() const noexcept {
    return reinterpret_cast<const std::uint32_t*>(scratch_.dictionaryOffsets.data());
  }
  [[nodiscard]] Result<std::size_t> decodeDeltaByteArray(ConstBytes bytes, std::size_t count,
                                                         ValueBuffers out);
  // Room for `count` values of the leaf's width, within expansionBytesMax_.
  [[nodiscard]] Result<std::byte*> makeRoom(ConstBytes bytes, std::size_t count,
                                            ValueBuffers out) const;
  [[nodiscard]] Result<void> checkExpansion(ConstBytes bytes, std::uint64_t valueBytes) const;

  const schema::Leaf& leaf_;
  const std::uint64_t expansionBytesMax_;
  DecodeScratch& scratch_;
  encoding::DictionaryIndexDecoder ids_;
  ConstBytes idBytes_;
  std::uint64_t bytesLeft_ = 0;
  bool hasDictionary_ = false;
  std::uint32_t dictionaryCount_ = 0;
  std::uint32_t longestEntry_ = 0;  // of a dictionary of BYTE_ARRAYs
};

}  // namespace parquet_flow::read
