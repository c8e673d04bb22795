// What Arrow's writers say of their schema in the footer's key-values.
//
// Source: Arrow's "IPC format", "Encapsulated message format"; Message.fbs and Schema.fbs, format
// version 5. The key and the base64 around it are Arrow C++'s.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace parquet_flow::schema {

inline constexpr std::string_view kArrowSchemaKey = "ARROW:schema";

// The FlatBuffers message of what stands in base64 under the key; empty: there is none.
[[nodiscard]] ConstBytes arrowMessageIn(ConstBytes encapsulated);

// `base64` with dictionaries' indices of 8 and 16 bits said to have 32. Readers take the indices of
// a column chunk for the type (Arrow C++ 26: "Integer value 128 not in range"), and a chunk that
// was put together of several has more entries than each of them. What is no Arrow schema stays
// as it is.
[[nodiscard]] std::string withWideIndices(std::string_view base64);

// `base64`, and each dictionary's indices as wide as the wider of both; nullopt where `other` says
// anything else otherwise. Whether indices are signed is no matter: writers of one schema make them
// of 32 bits where a row group needs it, and signed. Cost: where the texts differ, a pass over
// both.
[[nodiscard]] std::optional<std::string> withWiderIndices(std::string_view base64,
                                                          std::string_view other);

// What an Arrow schema says of leaves, by their indices.
struct ArrowLeaves {
  // Arrow C++ (26: "DecodeArrow of DictAccumulator") reads texts of these from dictionary and PLAIN
  // pages alone.
  std::vector<std::uint32_t> dictionaries;
  // Somewhere in a fixed-size list: a LIST to Parquet, which does not say that its length is fixed.
  std::vector<std::uint32_t> inFixedLists;
  // Of these the ones that are not nullable below something that is, with no list of any length
  // between: Polars 2.1 panics at DELTA encodings and BYTE_STREAM_SPLIT of them where some pages
  // have nulls and some have none.
  std::vector<std::uint32_t> requiredInFixedLists;
};

// Of `base64`; nothing where it does not have so many leaves.
[[nodiscard]] ArrowLeaves arrowLeavesIn(std::string_view base64, std::size_t leafCount);

}  // namespace parquet_flow::schema
