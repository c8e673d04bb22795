// What a writer can be told, as pf_writer_options_t of parquet_flow.h has it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status.hpp"
#include "codec/codec.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::write {

// A key without a value is allowed by the format.
using KeyValue = std::pair<std::string, std::optional<std::string>>;

struct ColumnOptions {
  codec::Compression compression = codec::Compression::kUncompressed;
  std::int32_t compressionLevel = codec::kLevelDefault;
  bool statistics = true;
};

struct ColumnOverride {
  std::string path;  // dotted
  std::optional<codec::Compression> compression;
  std::int32_t compressionLevel = codec::kLevelDefault;
  std::optional<bool> statistics;
};

struct WriterOptions {
  ColumnOptions column;  // where no override names the column
  std::vector<ColumnOverride> overrides;
  bool crc = true;
  std::uint64_t pageBytes = 1 << 20;  // 1 KiB .. 1 GiB
  std::uint64_t pageRows = 1 << 20;   // 1 .. 2^31 - 1
  std::uint32_t truncateBytes = 64;   // 1 .. 65 535
  std::vector<KeyValue> keyValues;
};

// Refuses what is out of range, a codec that is not built, an override of a column that `schema`
// lacks.
[[nodiscard]] Result<void> validateOptions(const WriterOptions& options,
                                           const schema::Schema& schema);

}  // namespace parquet_flow::write
