// What a writer can be told, as pf_writer_options_t of parquet_flow.h has it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.hpp"
#include "codec/codec.hpp"
#include "encoding/encoding.hpp"
#include "schema/schema.hpp"
#include "stats/order.hpp"

namespace parquet_flow::write {

// A key without a value is allowed by the format.
using KeyValue = std::pair<std::string, std::optional<std::string>>;

// Values, nulls and empty lists of a page, so that one of the largest page size and of nothing but
// empty strings stays below 2 GiB.
inline constexpr std::uint64_t kPageEntriesMax = 1 << 26;

// Which readers a file is for. The values are those of pf_writer_profile_t.
enum class Profile : std::uint8_t {
  kModern = 0,
  // Those of 2015: data pages of version 1, PLAIN and PLAIN_DICTIONARY alone.
  kBaseline = 1,
};

// Where the values are pf_field_ids_t's.
enum class FieldIds : std::uint8_t {
  kSchemas = 0,   // as the schema has them, or has not
  kNone = 1,      // left out
  kAssigned = 2,  // depth first from 1, whatever the schema has
};

struct BloomFilterOptions {
  double falsePositiveRate = 0.01;  // above 0, below 1
  // The most distinct values that a chunk is expected to have; 0: as many as it has values.
  std::uint64_t distinctCount = 0;
};

struct ColumnOptions {
  codec::Compression compression = codec::Compression::kUncompressed;
  std::int32_t compressionLevel = codec::kLevelDefault;
  // nullopt: chosen for each chunk from a sample of its values.
  std::optional<encoding::Encoding> encoding = std::nullopt;
  bool statistics = true;
  std::optional<BloomFilterOptions> bloomFilter = std::nullopt;
  // Where the encoding is chosen: whether it may be one of DELTA or BYTE_STREAM_SPLIT.
  bool mayChooseDeltas = true;
  std::vector<KeyValue> keyValues;  // for the column's chunks
};

struct ColumnOverride {
  // Either, so that what is not named stays the writer's.
  struct EncodingChoice {
    std::optional<encoding::Encoding> encoding;
  };
  struct BloomFilterChoice {
    std::optional<BloomFilterOptions> bloomFilter;
  };

  std::string path;  // dotted
  std::optional<codec::Compression> compression = std::nullopt;
  std::int32_t compressionLevel = codec::kLevelDefault;
  std::optional<EncodingChoice> encoding = std::nullopt;
  std::optional<bool> statistics = std::nullopt;
  std::optional<BloomFilterChoice> bloomFilter = std::nullopt;
  std::vector<KeyValue> keyValues = {};
};

struct SortingColumn {
  std::string path;  // dotted; a leaf that does not repeat
  bool descending = false;
  bool nullsFirst = false;
};

struct ColumnTotals;  // write/file_writer.hpp

struct WriterOptions {
  ColumnOptions column;  // where no override names the column
  std::vector<ColumnOverride> overrides;
  // Indices of leaves, ascending, that are RLE_DICTIONARY unless an override names another
  // encoding.
  std::vector<std::uint32_t> dictionaryLeaves;
  // Indices of leaves, ascending, for which neither DELTA encodings nor BYTE_STREAM_SPLIT are
  // chosen.
  std::vector<std::uint32_t> leavesWithoutDeltas;
  Profile profile = Profile::kModern;
  std::uint32_t dataPageVersion = 1;  // 1 or 2
  bool crc = true;
  bool pageIndex = true;
  bool sizeStatistics = true;
  stats::FloatOrder floatOrder = stats::FloatOrder::kTypeDefined;
  FieldIds fieldIds = FieldIds::kSchemas;
  // A page ends with the row that brings it to one of these, or to kPageEntriesMax; and in a large
  // chunk before one at which a part may begin (write/column_parts.hpp).
  std::uint64_t pageBytes = 1 << 20;        // of its values; 1 KiB .. 1 GiB
  std::uint64_t pageRows = 1 << 20;         // 1 .. 2^31 - 1
  std::uint64_t dictionaryBytes = 1 << 20;  // of a dictionary page's values; 1 KiB .. 1 GiB
  std::uint32_t truncateBytes = 64;         // 1 .. 65 535
  std::vector<KeyValue> keyValues;
  // Asked when the file is finished, for key-values that go by what it holds: one ColumnTotals a
  // leaf. A key that was given another value since the file was opened keeps that one.
  std::function<std::vector<KeyValue>(std::span<const ColumnTotals>)> lastKeyValues;
  // How the rows of each row group are expected to be sorted, the first column before the next.
  // Each row group is looked at, and says so where it is.
  std::vector<SortingColumn> sortingColumns;
};

// kInvalidArgument: out of range, an override or sorting column that `schema` lacks or that comes
// twice, an encoding that the column's type or the profile does not have, text that is not UTF-8, a
// codec without the level; kUnsupported: a codec that is not built.
[[nodiscard]] Result<void> validateOptions(const WriterOptions& options,
                                           const schema::Schema& schema);

// kInvalidArgument: not UTF-8.
[[nodiscard]] Result<void> validateKeyValue(std::string_view key,
                                            const std::optional<std::string>& value);
// kInvalidArgument: not a rate that a bloom filter can be made for.
[[nodiscard]] Result<void> validateFalsePositiveRate(double rate);
// What holds for one leaf, its override taken in. An encoding that the writer's options ask of all
// columns holds for those that can have it.
[[nodiscard]] ColumnOptions columnOptions(const WriterOptions& options, const schema::Leaf& leaf);
// Whether values of the leaf can be written in this encoding.
[[nodiscard]] bool encodingFits(encoding::Encoding encoding, const schema::Leaf& leaf) noexcept;

}  // namespace parquet_flow::write
