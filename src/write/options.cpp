#include "write/options.hpp"

#include "base/utf8.hpp"

namespace parquet_flow::write {
namespace {

constexpr std::uint64_t kPageBytesLeast = 1 << 10;
constexpr std::uint64_t kPageBytesMost = 1 << 30;
constexpr std::uint64_t kPageRowsMost = INT32_MAX;
constexpr std::uint32_t kTruncateBytesMost = 65'535;

Result<void> checkRange(const char* name, std::uint64_t value, std::uint64_t least,
                        std::uint64_t most) {
  if (value >= least && value <= most) {
    return {};
  }
  return fail(ErrorCode::kInvalidArgument, std::string(name) + " is " + std::to_string(value) +
                                               "; " + std::to_string(least) + " to " +
                                               std::to_string(most) + " is allowed");
}

// ": <the codec's sentence>", behind which column it is for.
Result<void> checkCodec(const ColumnOptions& column, std::string_view name) {
  Result<void> checked = codec::checkCodec(column.compression, column.compressionLevel);
  if (!checked && !name.empty()) {
    return fail(std::move(checked).error().withContext("column '" + std::string(name) + "'"));
  }
  return checked;
}

Result<void> checkOverrides(const WriterOptions& options, const schema::Schema& schema) {
  for (std::size_t i = 0; i < options.overrides.size(); ++i) {
    const std::string& path = options.overrides[i].path;
    const schema::Leaf* leaf = schema.findLeaf(path);
    if (leaf == nullptr) {
      return fail(ErrorCode::kInvalidArgument,
                  "options for column '" + path + "', which the schema does not have");
    }
    for (std::size_t earlier = 0; earlier < i; ++earlier) {
      if (options.overrides[earlier].path == path) {
        return fail(ErrorCode::kInvalidArgument, "options for column '" + path + "' twice");
      }
    }
    PF_TRY(checkCodec(columnOptions(options, *leaf), path));
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

Result<void> validateOptions(const WriterOptions& options, const schema::Schema& schema) {
  PF_TRY(checkRange("page_bytes", options.pageBytes, kPageBytesLeast, kPageBytesMost));
  PF_TRY(checkRange("page_rows", options.pageRows, 1, kPageRowsMost));
  PF_TRY(checkRange("truncate_bytes", options.truncateBytes, 1, kTruncateBytesMost));
  PF_TRY(checkCodec(options.column, {}));
  PF_TRY(checkOverrides(options, schema));
  for (const KeyValue& keyValue : options.keyValues) {
    PF_TRY(validateKeyValue(keyValue.first, keyValue.second));
  }
  return {};
}

ColumnOptions columnOptions(const WriterOptions& options, const schema::Leaf& leaf) {
  ColumnOptions column = options.column;
  for (const ColumnOverride& one : options.overrides) {
    if (one.path != leaf.dottedPath) {
      continue;
    }
    if (one.compression) {
      column.compression = *one.compression;
      column.compressionLevel = one.compressionLevel;
    }
    column.statistics = one.statistics.value_or(column.statistics);
  }
  return column;
}

}  // namespace parquet_flow::write
