// Whether each value of a chunk is in its bloom filter.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/byte_buffer.hpp"
#include "format/parquet_types.h"
#include "io/file.hpp"
#include "verify/finding.hpp"

namespace parquet_flow::verify {

class BloomCheck {
 public:
  // Reads the filter, where the chunk has one. `end`: of the pages and what is among them.
  void begin(const io::InputFile& file, const format::ColumnMetaData& column, std::uint64_t end,
             const Place& place, Findings& findings);

  // Whether there is a filter that values can be looked for in.
  [[nodiscard]] bool isThere() const noexcept { return !bits_.empty(); }
  // A value in PLAIN encoding, a BYTE_ARRAY without its length.
  [[nodiscard]] bool has(std::string_view value) const noexcept;

 private:
  [[nodiscard]] Result<void> read(const io::InputFile& file, const format::ColumnMetaData& column,
                                  std::uint64_t end);

  ByteBuffer bits_;
};

}  // namespace parquet_flow::verify
