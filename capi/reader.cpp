#include "reader.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "boundary.hpp"
#include "defaults.hpp"
#include "io/callback_file.hpp"
#include "io/memory_file.hpp"
#include "io/posix_file.hpp"
#include "read/chunk_info.hpp"
#include "schema.hpp"
#include "struct_versions.hpp"

namespace parquet_flow::capi {

Result<std::unique_ptr<io::InputFile>> readInput(const pf_input_t* input) {
  PF_TRY_ASSIGN(const pf_input_t given, readStruct(input, "input", defaultInput()));
  PF_TRY(requireZero(given.reserved, "reserved"));
  PF_TRY_ASSIGN(const bool map, requireSwitch(given.map, "map"));
  switch (given.kind) {
    case PF_INPUT_PATH:
      PF_TRY(requirePointer(given.path, "path"));
      return io::openInputFile(given.path,
                               map ? io::InputAccess::kMapping : io::InputAccess::kRead);
    case PF_INPUT_MEMORY:
      if (given.memory_bytes != 0) PF_TRY(requirePointer(given.memory, "memory"));
      return std::make_unique<io::MemoryInputFile>(constBytes(given.memory, given.memory_bytes));
    case PF_INPUT_CALLBACKS:
      PF_TRY(requirePointer(reinterpret_cast<const void*>(given.read_at), "read_at"));
      return io::makeCallbackInput({given.read_at, given.close, given.user, given.file_bytes});
    default:
      return notEnumerated(given.kind, "kind", "pf_input_kind_t");
  }
}

Result<ReaderOptions> readReaderOptions(const pf_reader_options_t* options) {
  pf_reader_options_t given = defaultReaderOptions();
  if (options != nullptr) {
    PF_TRY_ASSIGN(given, readStruct(options, "options", defaultReaderOptions()));
  }
  ReaderOptions ours;
  PF_TRY(requireZero(given.reserved, "options->reserved"));
  PF_TRY_ASSIGN(const bool noCrc, requireSwitch(given.no_crc, "no_crc"));
  PF_TRY_ASSIGN(const bool mapFiles, requireSwitch(given.map_files, "map_files"));
  ours.reading.checkCrc = !noCrc;
  ours.reading.pageBytesMax = given.page_bytes_max;
  ours.filesAccess = mapFiles ? io::InputAccess::kMapping : io::InputAccess::kRead;
  return ours;
}

namespace {

// The boundary of a function that asks a reader.
template <class Function>
pf_status_t ask(const pf_reader_t* reader, pf_error_t* error, Function&& function) noexcept {
  return guard(error, [&]() -> Result<void> {
    PF_TRY(requirePointer(reader, "reader"));
    return function(*reader->file);
  });
}

Result<const schema::Leaf*> leafAt(const read::FileReader& file, std::uint32_t index) {
  const auto leaves = file.schema().leaves();
  if (index < leaves.size()) return &leaves[index];
  return invalid("leaf_index is ", index, ", the file has ", leaves.size(), " leaves");
}

Result<void> requireRowGroup(const read::FileReader& file, std::uint64_t rowGroup) {
  if (rowGroup < file.rowGroupCount()) return {};
  return invalid("row_group is ", rowGroup, ", the file has ", file.rowGroupCount());
}

pf_chunk_info_t toC(const read::ChunkInfo& ours) noexcept {
  pf_chunk_info_t chunk{};
  chunk.compression = ours.compression;
  chunk.entries = ours.entries;
  chunk.uncompressed_bytes = ours.uncompressedBytes;
  chunk.compressed_bytes = ours.compressedBytes;
  chunk.offset = ours.offset;
  chunk.null_count = ours.nulls.value_or(-1);
  chunk.distinct_count = ours.distinct.value_or(-1);
  if (ours.least) {
    chunk.min_value = ours.least->value.data();
    chunk.min_bytes = ours.least->value.size();
    chunk.is_min_exact = ours.least->isExact ? 1 : 0;
  }
  if (ours.most) {
    chunk.max_value = ours.most->value.data();
    chunk.max_bytes = ours.most->value.size();
    chunk.is_max_exact = ours.most->isExact ? 1 : 0;
  }
  chunk.encodings = ours.encodings;
  chunk.has_page_index = ours.hasPageIndex ? 1 : 0;
  chunk.has_bloom_filter = ours.hasBloomFilter ? 1 : 0;
  return chunk;
}

}  // namespace
}  // namespace parquet_flow::capi

using parquet_flow::Result;
namespace capi = parquet_flow::capi;
using parquet_flow::read::FileReader;

extern "C" {

pf_status_t pf_reader_open(const pf_input_t* input, const pf_reader_options_t* options,
                           pf_reader_t** reader, pf_error_t* error) noexcept {
  return capi::guardMaking(reader, "reader", error, [&]() -> Result<void> {
    PF_TRY_ASSIGN(const auto ours, capi::readReaderOptions(options));
    PF_TRY_ASSIGN(auto file, capi::readInput(input));
    PF_TRY_ASSIGN(auto opened, FileReader::open(std::move(file), ours.reading));
    *reader = std::make_unique<pf_reader>(pf_reader{std::move(opened)}).release();
    return {};
  });
}

void pf_reader_destroy(pf_reader_t* reader) noexcept { delete reader; }

pf_status_t pf_reader_info(const pf_reader_t* reader, pf_file_info_t* info,
                           pf_error_t* error) noexcept {
  return capi::ask(reader, error, [&](const FileReader& file) -> Result<void> {
    pf_file_info_t ours{};
    ours.column_count = file.info().leaves;
    ours.rows = file.info().rows;
    ours.row_groups = file.info().rowGroups;
    ours.file_bytes = file.info().fileBytes;
    return capi::fillStruct(info, "info", ours);
  });
}

pf_status_t pf_reader_schema(const pf_reader_t* reader, pf_schema_t** schema,
                             pf_error_t* error) noexcept {
  if (schema != nullptr) *schema = nullptr;
  return capi::ask(reader, error, [&](const FileReader& file) -> Result<void> {
    PF_TRY(capi::requirePointer(schema, "schema"));
    *schema = std::make_unique<pf_schema>(pf_schema{file.schema()}).release();
    return {};
  });
}

pf_status_t pf_reader_get_column(const pf_reader_t* reader, uint32_t leaf_index,
                                 pf_reader_column_t* column, pf_error_t* error) noexcept {
  return capi::ask(reader, error, [&](const FileReader& file) -> Result<void> {
    PF_TRY_ASSIGN(const parquet_flow::schema::Leaf* const leaf, capi::leafAt(file, leaf_index));
    pf_reader_column_t ours{};
    ours.physical_type = static_cast<int32_t>(leaf->type);
    ours.type_length = leaf->typeLength;
    ours.logical = static_cast<int32_t>(leaf->logical.kind);
    ours.logical_a = leaf->logical.a;
    ours.logical_b = leaf->logical.b;
    ours.max_definition_level = leaf->maxDefinitionLevel;
    ours.max_repetition_level = leaf->maxRepetitionLevel;
    ours.path = leaf->dottedPath.c_str();
    return capi::fillStruct(column, "column", ours);
  });
}

pf_status_t pf_reader_get_key_value(const pf_reader_t* reader, size_t index,
                                    pf_key_value_t* key_value, pf_error_t* error) noexcept {
  return capi::ask(reader, error, [&](const FileReader& file) -> Result<void> {
    PF_TRY(capi::requirePointer(key_value, "key_value"));
    const auto found = parquet_flow::read::keyValue(file, index);
    if (!found) return capi::invalid("index is ", index, ", the footer has no such key");
    *key_value = {found->key, found->value};
    return {};
  });
}

pf_status_t pf_reader_row_group_rows(const pf_reader_t* reader, uint64_t row_group, uint64_t* rows,
                                     pf_error_t* error) noexcept {
  if (rows != nullptr) *rows = 0;
  return capi::ask(reader, error, [&](const FileReader& file) -> Result<void> {
    PF_TRY(capi::requirePointer(rows, "rows"));
    PF_TRY(capi::requireRowGroup(file, row_group));
    *rows = file.rowGroupRows(static_cast<std::size_t>(row_group));
    return {};
  });
}

pf_status_t pf_reader_get_chunk(const pf_reader_t* reader, uint64_t row_group, uint32_t leaf_index,
                                pf_chunk_info_t* chunk, pf_error_t* error) noexcept {
  return capi::ask(reader, error, [&](const FileReader& file) -> Result<void> {
    PF_TRY(capi::requireRowGroup(file, row_group));
    PF_TRY(capi::leafAt(file, leaf_index));
    const auto ours =
        parquet_flow::read::chunkInfo(file, static_cast<std::size_t>(row_group), leaf_index);
    return capi::fillStruct(chunk, "chunk", capi::toC(ours));
  });
}

}  // extern "C"
