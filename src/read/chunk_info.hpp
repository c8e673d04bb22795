// What a footer says of a column chunk, and of the file, for those who want to know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "read/file_reader.hpp"

namespace parquet_flow::read {

// Bounds of a chunk's values in PLAIN encoding, of BYTE_ARRAY without a length.
struct StoredBound {
  ConstBytes value;
  bool isExact = false;
};

// Borrows from the reader. What is not said is absent; nothing of it was checked.
struct ChunkInfo {
  std::int32_t compression = 0;  // by its number in parquet.thrift
  std::uint64_t entries = 0;
  std::uint64_t uncompressedBytes = 0;
  std::uint64_t compressedBytes = 0;
  std::uint64_t offset = 0;
  std::optional<std::int64_t> nulls = {};
  std::optional<std::int64_t> distinct = {};
  std::optional<StoredBound> least = {};
  std::optional<StoredBound> most = {};
  std::uint32_t encodings = 0;  // bit n: encoding n of parquet.thrift
  bool hasPageIndex = false;
  bool hasBloomFilter = false;
};

// `rowGroup` and `leaf` are there.
[[nodiscard]] ChunkInfo chunkInfo(const FileReader& file, std::size_t rowGroup, std::uint32_t leaf);

struct KeyValue {
  const char* key;    // ends in NUL
  const char* value;  // nullptr: none
};
// nullopt: there are not so many.
[[nodiscard]] std::optional<KeyValue> keyValue(const FileReader& file, std::size_t index);
// The value of the first that has the key.
[[nodiscard]] std::optional<std::string_view> findKeyValue(const FileReader& file,
                                                           std::string_view key);

}  // namespace parquet_flow::read
