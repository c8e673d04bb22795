#include "pf/meta_document.hpp"

#include <string>

#include "format/parquet_types.h"
#include "pf/names.hpp"
#include "rows/leaf_text.hpp"

namespace parquet_flow::pf {
namespace {

using nlohmann::ordered_json;

ordered_json keyValuesJson(const std::vector<format::KeyValue>& keyValues) {
  ordered_json json = ordered_json::array();
  for (const format::KeyValue& each : keyValues) {
    ordered_json entry = {{"key", each.key}};
    if (each.__isset.value) {
      entry["value"] = each.value;
    }
    json.push_back(std::move(entry));
  }
  return json;
}

std::string boundText(const schema::Leaf& leaf, const std::string& bound) {
  std::string text;
  rows::LeafText(leaf).append(constBytes(bound), rows::TextForm::kPlain, text);
  return text;
}

ordered_json statisticsJson(const schema::Leaf& leaf, const format::Statistics& statistics) {
  const auto& isset = statistics.__isset;
  ordered_json json = ordered_json::object();
  if (isset.min_value || isset.min) {
    json["min"] = boundText(leaf, isset.min_value ? statistics.min_value : statistics.min);
  }
  if (isset.is_min_value_exact) {
    json["is_min_exact"] = statistics.is_min_value_exact;
  }
  if (isset.max_value || isset.max) {
    json["max"] = boundText(leaf, isset.max_value ? statistics.max_value : statistics.max);
  }
  if (isset.is_max_value_exact) {
    json["is_max_exact"] = statistics.is_max_value_exact;
  }
  if ((isset.min || isset.max) && !isset.min_value && !isset.max_value) {
    json["is_deprecated_form"] = true;
  }
  const std::tuple<const char*, bool, std::int64_t> counts[] = {
      {"null_count", isset.null_count, statistics.null_count},
      {"nan_count", isset.nan_count, statistics.nan_count},
      {"distinct_count", isset.distinct_count, statistics.distinct_count}};
  for (const auto& [key, isSet, count] : counts) {
    if (isSet) {
      json[key] = count;
    }
  }
  return json;
}

ordered_json sizesJson(const format::SizeStatistics& sizes) {
  ordered_json json = ordered_json::object();
  if (sizes.__isset.unencoded_byte_array_data_bytes) {
    json["unencoded_byte_array_data_bytes"] = sizes.unencoded_byte_array_data_bytes;
  }
  if (sizes.__isset.repetition_level_histogram) {
    json["repetition_level_histogram"] = sizes.repetition_level_histogram;
  }
  if (sizes.__isset.definition_level_histogram) {
    json["definition_level_histogram"] = sizes.definition_level_histogram;
  }
  return json;
}

ordered_json placeJson(std::int64_t offset, bool hasBytes, std::int32_t bytes) {
  ordered_json json = {{"offset", offset}};
  if (hasBytes) {
    json["bytes"] = bytes;
  }
  return json;
}

void addEncodings(const format::ColumnMetaData& column, ordered_json& json) {
  json["encodings"] = ordered_json::array();
  for (const std::int32_t encoding : column.encodings) {
    json["encodings"].push_back(encodingName(encoding));
  }
  if (column.__isset.encoding_stats) {
    json["encoding_stats"] = ordered_json::array();
    for (const format::PageEncodingStats& each : column.encoding_stats) {
      json["encoding_stats"].push_back({{"page_type", pageTypeName(each.page_type)},
                                        {"encoding", encodingName(each.encoding)},
                                        {"pages", each.count}});
    }
  }
}

ordered_json chunkJson(const schema::Leaf& leaf, const format::ColumnChunk& chunk) {
  const format::ColumnMetaData& column = chunk.meta_data;
  const auto& isset = column.__isset;
  ordered_json json;
  json["path"] = leaf.dottedPath;
  json["type"] = schema::physicalTypeName(leaf.type);
  json["codec"] = codecName(column.codec);
  addEncodings(column, json);
  json["values"] = column.num_values;
  json["uncompressed_bytes"] = column.total_uncompressed_size;
  json["compressed_bytes"] = column.total_compressed_size;
  json["data_page_offset"] = column.data_page_offset;
  if (isset.dictionary_page_offset) {
    json["dictionary_page_offset"] = column.dictionary_page_offset;
  }
  if (isset.statistics) {
    json["statistics"] = statisticsJson(leaf, column.statistics);
  }
  if (isset.size_statistics) {
    json["size_statistics"] = sizesJson(column.size_statistics);
  }
  if (chunk.__isset.column_index_offset) {
    json["column_index"] = placeJson(chunk.column_index_offset, chunk.__isset.column_index_length,
                                     chunk.column_index_length);
  }
  if (chunk.__isset.offset_index_offset) {
    json["offset_index"] = placeJson(chunk.offset_index_offset, chunk.__isset.offset_index_length,
                                     chunk.offset_index_length);
  }
  if (isset.bloom_filter_offset) {
    json["bloom_filter"] = placeJson(column.bloom_filter_offset, isset.bloom_filter_length,
                                     column.bloom_filter_length);
  }
  if (isset.key_value_metadata) {
    json["key_value_metadata"] = keyValuesJson(column.key_value_metadata);
  }
  return json;
}

ordered_json rowGroupJson(const read::FileReader& file, const format::RowGroup& rowGroup) {
  const auto leaves = file.schema().leaves();
  ordered_json json;
  json["rows"] = rowGroup.num_rows;
  json["uncompressed_bytes"] = rowGroup.total_byte_size;
  if (rowGroup.__isset.total_compressed_size) {
    json["compressed_bytes"] = rowGroup.total_compressed_size;
  }
  if (rowGroup.__isset.file_offset) {
    json["file_offset"] = rowGroup.file_offset;
  }
  if (rowGroup.__isset.ordinal) {
    json["ordinal"] = rowGroup.ordinal;
  }
  if (rowGroup.__isset.sorting_columns) {
    json["sorting_columns"] = ordered_json::array();
    for (const format::SortingColumn& each : rowGroup.sorting_columns) {
      const auto index = static_cast<std::size_t>(each.column_idx);
      json["sorting_columns"].push_back({{"column", each.column_idx >= 0 && index < leaves.size()
                                                        ? leaves[index].dottedPath
                                                        : std::to_string(each.column_idx)},
                                         {"descending", each.descending},
                                         {"nulls_first", each.nulls_first}});
    }
  }
  json["columns"] = ordered_json::array();
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    json["columns"].push_back(chunkJson(leaves[i], rowGroup.columns[i]));
  }
  return json;
}

ordered_json columnOrdersJson(const std::vector<format::ColumnOrder>& orders) {
  ordered_json json = ordered_json::array();
  for (const format::ColumnOrder& order : orders) {
    json.push_back(order.__isset.TYPE_ORDER              ? "TYPE_ORDER"
                   : order.__isset.IEEE_754_TOTAL_ORDER  ? "IEEE_754_TOTAL_ORDER"
                   : order.__isset.INT96_TIMESTAMP_ORDER ? "INT96_TIMESTAMP_ORDER"
                                                         : "");
  }
  return json;
}

}  // namespace

ordered_json metaDocument(const read::FileReader& file) {
  const format::FileMetaData& meta = file.metaData();
  ordered_json json;
  json["file"] = file.file()->name();
  json["file_bytes"] = file.file()->size();
  json["version"] = meta.version;
  if (meta.__isset.created_by) {
    json["created_by"] = meta.created_by;
  }
  json["rows"] = file.rows();
  json["leaves"] = file.schema().leaves().size();
  if (meta.__isset.column_orders) {
    json["column_orders"] = columnOrdersJson(meta.column_orders);
  }
  json["key_value_metadata"] = keyValuesJson(meta.key_value_metadata);
  json["row_groups"] = ordered_json::array();
  for (const format::RowGroup& rowGroup : meta.row_groups) {
    json["row_groups"].push_back(rowGroupJson(file, rowGroup));
  }
  return json;
}

}  // namespace parquet_flow::pf
