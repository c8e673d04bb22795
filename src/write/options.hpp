// What a writer can be told, as pf_writer_options_t of parquet_flow.h has it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.hpp"
#include "codec/codec.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::write {

// A key without a value is allowed by the format.
using KeyValue = std::pair<std::string, std::optional<std::string>>;

// Values, nulls and empty lists of a page, so that one of the largest page size and of nothing but
// empty strings stays below 2 GiB.
inline constexpr std::uint64_t kPageEntriesMax = 1 << 26;

struct ColumnOptions {
  codec::Compression compression = codec::Compression::kUncompressed;
  std::int32_t compressionLevel = codec::kLevelDefault;
  bool statistics = true;
};

struct ColumnOverride {
  std::string path;  // dotted
  std::optional<codec::Compression> compression = std::nullopt;
  std::int32_t compressionLevel = codec::kLevelDefault;
  std::optional<bool> statistics = std::nullopt;
};

struct WriterOptions {
  ColumnOptions column;  // where no override names the column
  std::vector<ColumnOverride> overrides;
  bool crc = true;
  // A page ends with the row that brings it to one of these, or to kPageEntriesMax.
  std::uint64_t pageBytes = 1 << 20;  // of its values; 1 KiB .. 1 GiB
  std::uint64_t pageRows = 1 << 20;   // 1 .. 2^31 - 1
  std::uint32_t truncateBytes = 64;   // 1 .. 65 535
  std::vector<KeyValue> keyValues;
};

// kInvalidArgument: out of range, an override of a column that `schema` lacks or that has one
// already, text that is not UTF-8, a codec without the level; kUnsupported: a codec that is not
// built.
[[nodiscard]] Result<void> validateOptions(const WriterOptions& options,
                                           const schema::Schema& schema);

// kInvalidArgument: not UTF-8.
[[nodiscard]] Result<void> validateKeyValue(std::string_view key,
                                            const std::optional<std::string>& value);
// What holds for one leaf, its override taken in.
[[nodiscard]] ColumnOptions columnOptions(const WriterOptions& options, const schema::Leaf& leaf);

}  // namespace parquet_flow::write
