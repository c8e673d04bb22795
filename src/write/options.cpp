#include "write/options.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "stats/bounds.hpp"

namespace parquet_flow::write {
namespace {

constexpr std::uint64_t kPageBytesLeast = 1 << 10;
constexpr std::uint64_t kPageBytesMost = 1 << 30;
constexpr double kFalsePositiveRateLeast = 1e-6;
constexpr double kFalsePositiveRateMost = 0.5;
constexpr std::uint64_t kPageRowsMost = INT32_MAX;

Result<void> checkRange(const char* name, std::uint64_t value, std::uint64_t least,
                        std::uint64_t most) {
  if (value >= least && value <= most) {
    return {};
  }
  return fail(ErrorCode::kInvalidArgument, std::string(name) + " is " + std::to_string(value) +
                                               "; " + std::to_string(least) + " to " +
                                               std::to_string(most) + " is allowed");
}

Result<void> checkKeyValues(const std::vector<KeyValue>& keyValues) {
  for (const KeyValue& keyValue : keyValues) {
    PF_TRY(validateKeyValue(keyValue.first, keyValue.second));
  }
  return {};
}

Result<void> checkEncoding(encoding::Encoding encoding, Profile profile) {
  using encoding::Encoding;
  if (encoding == Encoding::kPlainDictionary || encoding == Encoding::kBitPacked) {
    return fail(ErrorCode::kInvalidArgument,
                std::string(encoding::encodingName(encoding)) + " is not written on demand");
  }
  if (profile == Profile::kBaseline && encoding != Encoding::kPlain &&
      encoding != Encoding::kRleDictionary) {
    return fail(ErrorCode::kInvalidArgument,
                std::string(encoding::encodingName(encoding)) + " is not in the baseline profile");
  }
  return {};
}

// BROTLI came to the format in 2016, the others later.
Result<void> checkCompression(codec::Compression compression, Profile profile) {
  using codec::Compression;
  if (profile == Profile::kBaseline &&
      (compression == Compression::kBrotli || compression == Compression::kZstd ||
       compression == Compression::kLz4Raw)) {
    return fail(ErrorCode::kInvalidArgument, std::string(codec::compressionName(compression)) +
                                                 " is not in the baseline profile");
  }
  return {};
}

bool isDecimalOfAnyLength(const schema::Leaf& leaf) noexcept {
  return leaf.type == schema::PhysicalType::kByteArray &&
         leaf.logical.kind == schema::LogicalKind::kDecimal;
}

// Spec: parquet.thrift, BloomFilterHash: what is hashed is a value in plain encoding. A DECIMAL in
// a BYTE_ARRAY has as many of these as it may have bytes (LogicalTypes.md, "DECIMAL": the fewest
// only should be used), and a reader that asks with another one than was written would be told that
// the number is not there.
bool canHaveBloomFilter(const schema::Leaf& leaf) noexcept {
  return leaf.type != schema::PhysicalType::kBoolean && !isDecimalOfAnyLength(leaf);
}

// Of the writer as a whole, or of one column.
Result<void> checkColumn(const ColumnOptions& column, Profile profile) {
  PF_TRY(checkCompression(column.compression, profile));
  PF_TRY(codec::checkCodec(column.compression, column.compressionLevel));
  if (column.encoding) {
    PF_TRY(checkEncoding(*column.encoding, profile));
  }
  if (column.bloomFilter) {
    PF_TRY(validateFalsePositiveRate(column.bloomFilter->falsePositiveRate));
  }
  return checkKeyValues(column.keyValues);
}

Result<void> checkOverride(const WriterOptions& options, const ColumnOverride& override,
                           const schema::Leaf& leaf) {
  const ColumnOptions column = columnOptions(options, leaf);
  PF_TRY(checkColumn(column, options.profile));
  if (override.encoding && override.encoding->encoding &&
      !encodingFits(*override.encoding->encoding, leaf)) {
    return fail(ErrorCode::kInvalidArgument,
                std::string(schema::physicalTypeName(leaf.type)) + " cannot be encoded as " +
                    std::string(encoding::encodingName(*override.encoding->encoding)));
  }
  if (override.bloomFilter && override.bloomFilter->bloomFilter && !canHaveBloomFilter(leaf)) {
    return fail(ErrorCode::kInvalidArgument,
                std::string(isDecimalOfAnyLength(leaf) ? "DECIMAL of BYTE_ARRAY" : "BOOLEAN") +
                    " has no bloom filter");
  }
  return {};
}

// Names may have dots in them: then a path can be that of two leaves. `what`: for the message.
Result<const schema::Leaf*> findOnlyLeaf(const schema::Schema& schema, const std::string& path,
                                         const char* what) {
  const schema::Leaf* found = nullptr;
  for (const schema::Leaf& leaf : schema.leaves()) {
    if (leaf.dottedPath != path) {
      continue;
    }
    if (found != nullptr) {
      return fail(ErrorCode::kInvalidArgument, std::string(what) + " '" + path +
                                                   "', a path that two columns of the schema have");
    }
    found = &leaf;
  }
  if (found == nullptr) {
    return fail(ErrorCode::kInvalidArgument,
                std::string(what) + " '" + path + "', which the schema does not have");
  }
  return found;
}

Result<void> checkOverrides(const WriterOptions& options, const schema::Schema& schema) {
  for (std::size_t i = 0; i < options.overrides.size(); ++i) {
    const std::string& path = options.overrides[i].path;
    PF_TRY_ASSIGN(const schema::Leaf* const leaf, findOnlyLeaf(schema, path, "options for column"));
    for (std::size_t earlier = 0; earlier < i; ++earlier) {
      if (options.overrides[earlier].path == path) {
        return fail(ErrorCode::kInvalidArgument, "options for column '" + path + "' twice");
      }
    }
    Result<void> checked = checkOverride(options, options.overrides[i], *leaf);
    if (!checked) {
      return fail(std::move(checked).error().withContext("column '" + path + "'"));
    }
  }
  return {};
}

Result<void> checkSortingColumns(const WriterOptions& options, const schema::Schema& schema) {
  const auto& columns = options.sortingColumns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const SortingColumn& column = columns[i];
    for (std::size_t earlier = 0; earlier < i; ++earlier) {
      if (columns[earlier].path == column.path) {
        return fail(ErrorCode::kInvalidArgument, "sorting column '" + column.path + "' twice");
      }
    }
    PF_TRY_ASSIGN(const schema::Leaf* const leaf,
                  findOnlyLeaf(schema, column.path, "sorting column"));
    if (leaf->maxRepetitionLevel != 0) {
      return fail(ErrorCode::kInvalidArgument,
                  "sorting column '" + column.path + "' repeats: rows have no one value of it");
    }
  }
  return {};
}

}  // namespace

Result<void> validateKeyValue(std::string_view key, const std::optional<std::string>& value) {
  if (!isUtf8(key) || (value && !isUtf8(*value))) {
    return fail(ErrorCode::kInvalidArgument, "a key or value of the metadata is not UTF-8");
  }
  return {};
}

Result<void> validateFalsePositiveRate(double rate) {
  // Written so that a NaN is refused.
  if (rate >= kFalsePositiveRateLeast && rate <= kFalsePositiveRateMost) {
    return {};
  }
  return fail(ErrorCode::kInvalidArgument,
              "the false positive rate of a bloom filter is from 1e-6 to 0.5");
}

Result<void> validateOptions(const WriterOptions& options, const schema::Schema& schema) {
  PF_ASSERT(std::ranges::is_sorted(options.dictionaryLeaves) &&
            std::ranges::is_sorted(options.leavesWithoutDeltas));
  PF_TRY(checkRange("page_bytes", options.pageBytes, kPageBytesLeast, kPageBytesMost));
  PF_TRY(checkRange("page_rows", options.pageRows, 1, kPageRowsMost));
  PF_TRY(checkRange("truncate_bytes", options.truncateBytes, 1, stats::kTruncateBytesMax));
  PF_TRY(checkRange("dictionary_bytes", options.dictionaryBytes, kPageBytesLeast, kPageBytesMost));
  PF_TRY(checkRange("data_page_version", options.dataPageVersion, 1, 2));
  if (options.profile == Profile::kBaseline && options.dataPageVersion != 1) {
    return fail(ErrorCode::kInvalidArgument,
                "the baseline profile has data pages of version 1 alone");
  }
  PF_TRY(checkColumn(options.column, options.profile));
  PF_TRY(checkOverrides(options, schema));
  PF_TRY(checkSortingColumns(options, schema));
  return checkKeyValues(options.keyValues);
}

bool encodingFits(encoding::Encoding encoding, const schema::Leaf& leaf) noexcept {
  using encoding::Encoding;
  using schema::PhysicalType;
  const PhysicalType type = leaf.type;
  switch (encoding) {
    case Encoding::kPlain:
      return true;
    case Encoding::kRle:
      return type == PhysicalType::kBoolean;
    case Encoding::kRleDictionary:
      return type != PhysicalType::kBoolean;
    case Encoding::kDeltaBinaryPacked:
      return type == PhysicalType::kInt32 || type == PhysicalType::kInt64;
    case Encoding::kDeltaLengthByteArray:
      return type == PhysicalType::kByteArray;
    case Encoding::kDeltaByteArray:
      return type == PhysicalType::kByteArray || type == PhysicalType::kFixedLenByteArray;
    case Encoding::kByteStreamSplit:
      return type == PhysicalType::kInt32 || type == PhysicalType::kInt64 ||
             type == PhysicalType::kFloat || type == PhysicalType::kDouble ||
             type == PhysicalType::kFixedLenByteArray;
    case Encoding::kPlainDictionary:
    case Encoding::kBitPacked:
      break;
  }
  return false;
}

ColumnOptions columnOptions(const WriterOptions& options, const schema::Leaf& leaf) {
  ColumnOptions column = options.column;
  if (column.encoding && !encodingFits(*column.encoding, leaf)) {
    column.encoding.reset();
  }
  if (!canHaveBloomFilter(leaf)) {
    column.bloomFilter.reset();
  }
  const bool isDictionary = std::ranges::binary_search(options.dictionaryLeaves, leaf.index);
  if (isDictionary) {
    column.encoding = encoding::Encoding::kRleDictionary;
  }
  column.mayChooseDeltas = !std::ranges::binary_search(options.leavesWithoutDeltas, leaf.index);
  for (const ColumnOverride& one : options.overrides) {
    if (one.path != leaf.dottedPath) {
      continue;
    }
    if (one.compression) {
      column.compression = *one.compression;
      column.compressionLevel = one.compressionLevel;
    }
    // One that leaves it open leaves a dictionary.
    if (one.encoding && (one.encoding->encoding || !isDictionary)) {
      column.encoding = one.encoding->encoding;
    }
    if (one.bloomFilter) {
      column.bloomFilter = one.bloomFilter->bloomFilter;
    }
    column.statistics = one.statistics.value_or(column.statistics);
    column.keyValues.insert(column.keyValues.end(), one.keyValues.begin(), one.keyValues.end());
  }
  return column;
}

}  // namespace parquet_flow::write
