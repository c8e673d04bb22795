// Whether values all differ, found out without making a dictionary of them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"

namespace parquet_flow::encoding {

// Values are compared by their bytes, as DictionaryBuilder compares them. Reused; one thread at a
// time.
//
// Memory: 16 to 32 bytes a value. Cost: a hash of each value, up to the first that is there a
// second time.
class DistinctProbe {
 public:
  // True where no two of the values are equal. False also where two that differ have the same 31
  // bits of their hashes, which some thousand values seldom do. kOutOfMemory.
  [[nodiscard]] Result<bool> allDiffer(const std::byte* values, std::size_t width,
                                       std::size_t count);
  // BYTE_ARRAY: value i is data[offsets[i]] .. data[offsets[i + 1]]; offsets never go backwards.
  [[nodiscard]] Result<bool> allDiffer(const std::byte* data, const std::uint32_t* offsets,
                                       std::size_t count);

 private:
  template <class Source>
  Result<bool> probe(const Source& source, std::size_t count);

  ByteBuffer slots_;  // std::uint32_t each: of a hash; 0: none yet
};

}  // namespace parquet_flow::encoding
