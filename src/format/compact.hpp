// Thrift's compact protocol, in the one place that knows Thrift.
//
// Source: thrift-compact-protocol.md; parquet-format README.md, "Metadata". The structs are those
// that the Thrift compiler makes of parquet.thrift ("format/parquet_types.h"). Thrift's exceptions
// end here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"

namespace apache::thrift {
class TBase;
}

namespace parquet_flow::format {

// Writes structs. Reused: allocates nothing but what `out` grows by. One thread at a time.
class CompactWriter {
 public:
  CompactWriter();
  CompactWriter(const CompactWriter&) = delete;
  CompactWriter& operator=(const CompactWriter&) = delete;
  ~CompactWriter();

  // Appends one struct with its stop byte. kOutOfMemory; `out` is as before then.
  [[nodiscard]] Result<void> write(const apache::thrift::TBase& value, ByteBuffer& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Reads structs from bytes that may lie. What it allocates is bounded by a multiple of the bytes
// given: a list's length and a string's are held against what is left before room is made for them.
// One thread at a time.
class CompactReader {
 public:
  CompactReader();
  CompactReader(const CompactReader&) = delete;
  CompactReader& operator=(const CompactReader&) = delete;
  ~CompactReader();

  // Reads one struct from the front of `bytes` into `value`, which is to be new, and returns how
  // many bytes it took. kCorrupt "offset 123: ...", where `baseOffset` is that of `bytes` in its
  // file: the bytes end too early, lengths that cannot be, a required field that is missing, nested
  // deeper than kDepthMax; kLimit above 2^31 - 1 bytes; kOutOfMemory.
  [[nodiscard]] Result<std::size_t> read(ConstBytes bytes, apache::thrift::TBase& value,
                                         std::uint64_t baseOffset = 0);

  // The deepest struct of the format is at 7: FileMetaData, RowGroup, ColumnChunk, ...
  static constexpr int kDepthMax = 32;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What is spliced from parts that are encoded at different times. Field headers carry the distance
// to the field before, so a part is only valid behind the field it was made to follow.
//
// The header of a list of structs, element count `count`; without the field header before it.
[[nodiscard]] Result<void> appendStructListHeader(std::size_t count, ByteBuffer& out);
// An integer field whose number is `distance`, 1 .. 15, above that of the field before it.
[[nodiscard]] Result<void> appendI32Field(unsigned distance, std::int32_t value, ByteBuffer& out);
[[nodiscard]] Result<void> appendI64Field(unsigned distance, std::int64_t value, ByteBuffer& out);
inline constexpr std::byte kStop{0};

}  // namespace parquet_flow::format
