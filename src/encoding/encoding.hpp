// The encodings of values and levels, by the names and numbers of the format.
//
// Source: parquet-format Encodings.md; parquet.thrift, Encoding.
#pragma once

#include <cstdint>
#include <string_view>

namespace parquet_flow::encoding {

// The values are those of parquet.thrift and of pf_encoding_t.
enum class Encoding : std::uint8_t {
  kPlain = 0,
  kPlainDictionary = 2,  // as kRleDictionary was called before data pages of version 2
  kRle = 3,
  kBitPacked = 4,  // of levels; read alone
  kDeltaBinaryPacked = 5,
  kDeltaLengthByteArray = 6,
  kDeltaByteArray = 7,
  kRleDictionary = 8,
  kByteStreamSplit = 9,
};
inline constexpr std::uint8_t kEncodings = 10;  // one more than the highest

// "DELTA_BINARY_PACKED", ...; "unknown encoding" for what is none.
[[nodiscard]] std::string_view encodingName(Encoding encoding) noexcept;

}  // namespace parquet_flow::encoding
