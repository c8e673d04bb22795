// Writes one Parquet file from a JSON description, through the C ABI: the half of the interop tests
// that is ours. The rows come from Python, which compares them with what other readers give back.
//
//   interop_write DESCRIPTION.json ...
//   interop_write --features    which codecs and encodings this build can write, as JSON
//
// {"path": "...", "mode": "rows" | "levels", "row_group_rows": n, "options": OPTIONS,
//  "columns": {PATH: OPTIONS that differ}, "schema": [NODE, ...],
//  "rows": [{...}, ...] | "row_groups": [{"rows": n, "columns": [COLUMN, ...]}, ...]}
// OPTIONS: those of description.py, OPTIONS and COLUMN there.
// NODE: {"name", "kind": "leaf" | "group" | "list" | "map", "repetition": 0..2, "type", "length",
// "logical": [kind, a, b],
//        "field_id", "children": [NODE, ...]}
// COLUMN: {"values": [...], "definition": "hex" | null, "repetition": "hex" | null}
// Values: booleans, numbers (floats and doubles as their bits), bytes as hex.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <list>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "parquet_flow.h"

namespace {

using Json = nlohmann::json;

struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

void check(pf_status_t status, const pf_error_t& error) {
  if (status != PF_STATUS_OK) {
    throw Failure(std::string(pf_status_name(status)) + ": " + error.message);
  }
}

std::string fromHex(const std::string& hex) {
  std::string bytes(hex.size() / 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(std::stoi(hex.substr(2 * i, 2), nullptr, 16));
  }
  return bytes;
}

pf_repetition_t repetitionOf(const Json& node) {
  return static_cast<pf_repetition_t>(node.at("repetition").get<int>());
}

void addNodes(pf_schema_t* schema, std::uint32_t parent, const Json& nodes,
              std::vector<const Json*>& leaves, pf_error_t& error) {
  for (const Json& node : nodes) {
    const std::string kind = node.at("kind");
    const std::string name = node.at("name");
    const std::int32_t fieldId = node.value("field_id", -1);
    std::uint32_t inner = 0;
    if (kind == "leaf") {
      const Json& logical = node.at("logical");
      check(pf_schema_add_leaf(schema, parent, name.c_str(),
                               static_cast<pf_physical_type_t>(node.at("type").get<int>()),
                               repetitionOf(node), node.value("length", 0U),
                               static_cast<pf_logical_type_t>(logical.at(0).get<int>()),
                               logical.at(1), logical.at(2), fieldId, nullptr, &error),
            error);
      leaves.push_back(&node);
      continue;
    }
    const auto add = kind == "list"  ? pf_schema_add_list
                     : kind == "map" ? pf_schema_add_map
                                     : pf_schema_add_group;
    check(add(schema, parent, name.c_str(), repetitionOf(node), fieldId, &inner, &error), error);
    addNodes(schema, inner, node.at("children"), leaves, error);
  }
}

// --- rows ----------------------------------------------------------------------------------------

void appendValue(pf_row_t* row, const Json& node, const Json& value);

void appendLeaf(pf_row_t* row, const Json& node, const Json& value) {
  switch (node.at("type").get<int>()) {
    case PF_PHYSICAL_BOOLEAN:
      pf_row_boolean(row, value.get<bool>() ? 1 : 0);
      return;
    case PF_PHYSICAL_INT32:
      pf_row_int32(row, value.get<std::int32_t>());
      return;
    case PF_PHYSICAL_INT64:
      pf_row_int64(row, value.get<std::int64_t>());
      return;
    case PF_PHYSICAL_FLOAT: {
      const auto bits = value.get<std::uint32_t>();
      float number = 0;
      std::memcpy(&number, &bits, sizeof number);
      pf_row_float(row, number);
      return;
    }
    case PF_PHYSICAL_DOUBLE: {
      const auto bits = value.get<std::uint64_t>();
      double number = 0;
      std::memcpy(&number, &bits, sizeof number);
      pf_row_double(row, number);
      return;
    }
    default: {
      const std::string bytes = fromHex(value);
      pf_row_bytes(row, bytes.data(), bytes.size());
    }
  }
}

void appendGroup(pf_row_t* row, const Json& node, const Json& value) {
  pf_row_begin_group(row);
  for (const Json& child : node.at("children")) {
    appendValue(row, child, value.at(child.at("name").get<std::string>()));
  }
  pf_row_end_group(row);
}

void appendPresent(pf_row_t* row, const Json& node, const Json& value) {
  if (node.at("kind") == "leaf") {
    appendLeaf(row, node, value);
  } else {
    appendGroup(row, node, value);
  }
}

void appendValue(pf_row_t* row, const Json& node, const Json& value) {
  const std::string kind = node.at("kind");
  if (repetitionOf(node) == PF_REPETITION_REPEATED) {
    pf_row_begin_list(row);
    for (const Json& element : value) {
      appendPresent(row, node, element);
    }
    pf_row_end_list(row);
  } else if (value.is_null()) {
    pf_row_null(row);
  } else if (kind == "list" || kind == "map") {
    const Json& children = node.at("children");
    pf_row_begin_list(row);
    for (const Json& element : value) {
      if (kind == "list") {
        appendValue(row, children.at(0), element);
      } else {
        appendValue(row, children.at(0), element.at(0));
        appendValue(row, children.at(1), element.at(1));
      }
    }
    pf_row_end_list(row);
  } else {
    appendPresent(row, node, value);
  }
}

void writeRows(pf_writer_handle_t* writer, const Json& file, pf_error_t& error) {
  pf_row_writer_t* rows = nullptr;
  check(pf_row_writer_create(writer, file.at("row_group_rows"), 1 << 30, &rows, &error), error);
  pf_status_t status = PF_STATUS_OK;
  for (const Json& values : file.at("rows")) {
    pf_row_t* row = nullptr;
    status = pf_row_writer_next(rows, &row, &error);
    if (status != PF_STATUS_OK) {
      break;
    }
    for (const Json& node : file.at("schema")) {
      appendValue(row, node, values.at(node.at("name").get<std::string>()));
    }
  }
  if (status == PF_STATUS_OK) {
    status = pf_row_writer_flush(rows, &error);
  }
  pf_row_writer_destroy(rows);
  check(status, error);
}

// --- columns with levels
// --------------------------------------------------------------------------

struct Column {
  std::string values;
  std::size_t count = 0;
  std::vector<std::uint32_t> offsets;
  std::string definition;
  std::string repetition;
  bool hasDefinition = false;
  bool hasRepetition = false;
};

template <class T>
void appendNumber(Column& column, const Json& value) {
  const auto number = value.get<T>();
  column.values.append(reinterpret_cast<const char*>(&number), sizeof number);
}

Column columnOf(const Json& leaf, const Json& json) {
  Column column;
  const int type = leaf.at("type");
  column.offsets.push_back(0);
  for (const Json& value : json.at("values")) {
    if (type == PF_PHYSICAL_BOOLEAN) {
      column.values.push_back(value.get<bool>() ? '\7' : '\0');
    } else if (type == PF_PHYSICAL_INT32) {
      appendNumber<std::int32_t>(column, value);
    } else if (type == PF_PHYSICAL_FLOAT) {
      appendNumber<std::uint32_t>(column, value);
    } else if (type == PF_PHYSICAL_INT64) {
      appendNumber<std::int64_t>(column, value);
    } else if (type == PF_PHYSICAL_DOUBLE) {
      appendNumber<std::uint64_t>(column, value);
    } else {
      column.values += fromHex(value);
    }
    column.offsets.push_back(static_cast<std::uint32_t>(column.values.size()));
    ++column.count;
  }
  column.hasDefinition = !json.at("definition").is_null();
  column.hasRepetition = !json.at("repetition").is_null();
  column.definition = column.hasDefinition ? fromHex(json.at("definition")) : "";
  column.repetition = column.hasRepetition ? fromHex(json.at("repetition")) : "";
  return column;
}

pf_column_input_with_levels_t inputOf(const Json& leaf, const Column& column) {
  const int type = leaf.at("type");
  const bool counted = type == PF_PHYSICAL_BOOLEAN || type == PF_PHYSICAL_INT32 ||
                       type == PF_PHYSICAL_INT64 || type == PF_PHYSICAL_FLOAT ||
                       type == PF_PHYSICAL_DOUBLE;
  pf_column_input_with_levels_t input{};
  input.values = column.values.data();
  input.values_len = counted ? column.count : column.values.size();
  if (type == PF_PHYSICAL_BYTE_ARRAY) {
    input.offsets = column.offsets.data();
    input.offsets_len = column.offsets.size();
  }
  if (column.hasDefinition) {
    input.definition_levels = reinterpret_cast<const std::uint8_t*>(column.definition.data());
    input.definition_levels_len = column.definition.size();
  }
  if (column.hasRepetition) {
    input.repetition_levels = reinterpret_cast<const std::uint8_t*>(column.repetition.data());
    input.repetition_levels_len = column.repetition.size();
  }
  return input;
}

void writeLevels(pf_writer_handle_t* writer, const Json& file,
                 const std::vector<const Json*>& leaves) {
  for (const Json& group : file.at("row_groups")) {
    std::vector<Column> columns;
    std::vector<pf_column_input_with_levels_t> inputs;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      columns.push_back(columnOf(*leaves[i], group.at("columns").at(i)));
    }
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      inputs.push_back(inputOf(*leaves[i], columns[i]));
    }
    const pf_status_t status = pf_writer_write_row_group_with_levels(writer, group.at("rows"),
                                                                     inputs.data(), inputs.size());
    if (status != PF_STATUS_OK) {
      throw Failure(std::string(pf_status_name(status)) + ": " + pf_writer_last_error(writer));
    }
  }
}

// --- the file ------------------------------------------------------------------------------------

std::int32_t levelOf(const Json& options) {
  const Json& level = options.at("level");
  return level.is_null() ? PF_LEVEL_DEFAULT : level.get<std::int32_t>();
}

bool isOn(const Json& json, const char* name) { return json.at(name).get<bool>(); }

std::int32_t encodingOf(const Json& options) {
  const Json& encoding = options.at("encoding");
  return encoding.is_null() ? PF_ENCODING_AUTO : encoding.get<std::int32_t>();
}

// Keys and values that outlive the calls which they are passed to.
struct KeyValues {
  explicit KeyValues(const Json& json) {
    for (const auto& [key, value] : json.items()) {
      texts.emplace_back(key, value.get<std::string>());
    }
    for (const auto& [key, value] : texts) {
      pairs.push_back({key.c_str(), value.c_str()});
    }
  }
  KeyValues(const KeyValues&) = delete;
  KeyValues& operator=(const KeyValues&) = delete;

  std::vector<std::pair<std::string, std::string>> texts;
  std::vector<pf_key_value_t> pairs;
};

// Options, and all that they point to.
struct Options {
  explicit Options(const Json& file) : json(file.at("options")), keyValues(json.at("key_values")) {
    setWriter();
    for (const auto& [path, differing] : file.at("columns").items()) {
      paths.push_back(path);
      addColumn(differing);
    }
    for (const Json& column : json.at("sorting_columns")) {
      sorting.push_back({column.at(0).get_ref<const std::string&>().c_str(),
                         column.at(1).get<bool>() ? 1U : 0U, column.at(2).get<bool>() ? 1U : 0U});
    }
    writer.columns = columns.data();
    writer.column_count = columns.size();
    writer.sorting_columns = sorting.data();
    writer.sorting_column_count = sorting.size();
  }
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  void setWriter() {
    pf_writer_options_init(&writer, sizeof writer);
    writer.compression = json.at("compression");
    writer.compression_level = levelOf(json);
    writer.statistics = isOn(json, "statistics") ? 1 : 0;
    writer.crc = isOn(json, "crc") ? 1 : 0;
    writer.page_bytes = json.at("page_bytes");
    writer.page_rows = json.at("page_rows");
    writer.truncate_bytes = json.at("truncate_bytes");
    writer.key_values = keyValues.pairs.data();
    writer.key_value_count = keyValues.pairs.size();
    writer.encoding = encodingOf(json);
    writer.profile = isOn(json, "baseline") ? PF_WRITER_PROFILE_BASELINE : PF_WRITER_PROFILE_MODERN;
    writer.data_page_version = json.at("data_page_version");
    writer.page_index = isOn(json, "page_index") ? 1 : 0;
    writer.size_statistics = isOn(json, "size_statistics") ? 1 : 0;
    writer.float_order = isOn(json, "total_order") ? PF_FLOAT_ORDER_TOTAL : PF_FLOAT_ORDER_TYPE;
    writer.bloom_filter = isOn(json, "bloom_filter") ? 1 : 0;
    writer.dictionary_bytes = json.at("dictionary_bytes");
  }

  void addColumn(const Json& differing) {
    Json whole = json;
    whole.update(differing);
    chunkKeyValues.push_back(std::make_unique<KeyValues>(whole.at("chunk_key_values")));
    pf_column_options_t column;
    pf_column_options_init(&column);
    column.path = paths.back().c_str();
    column.compression = whole.at("compression");
    column.compression_level = levelOf(whole);
    column.encoding = encodingOf(whole);
    column.statistics = isOn(whole, "statistics") ? 1 : 0;
    column.bloom_filter = isOn(whole, "bloom_filter") ? 1 : 0;
    column.key_values = chunkKeyValues.back()->pairs.data();
    column.key_value_count = chunkKeyValues.back()->pairs.size();
    columns.push_back(column);
  }

  const Json& json;
  KeyValues keyValues;
  std::list<std::string> paths;
  std::vector<std::unique_ptr<KeyValues>> chunkKeyValues;
  std::vector<pf_column_options_t> columns;
  std::vector<pf_sorting_column_t> sorting;
  pf_writer_options_t writer{};
};

void writeFile(const Json& file) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  pf_schema_t* schema = nullptr;
  check(pf_schema_create(&schema, &error), error);
  std::vector<const Json*> leaves;
  addNodes(schema, PF_SCHEMA_ROOT, file.at("schema"), leaves, error);

  const Options options(file);
  const std::string path = file.at("path");
  pf_output_t output;
  pf_output_init(&output, sizeof output);
  output.path = path.c_str();
  pf_writer_handle_t* writer = nullptr;
  check(pf_writer_create_with_options(schema, &options.writer, &output, &writer, &error), error);
  if (file.at("mode") == "rows") {
    writeRows(writer, file, error);
  } else {
    writeLevels(writer, file, leaves);
  }
  if (pf_writer_close(writer) != PF_STATUS_OK) {
    throw Failure(pf_writer_last_error(writer));
  }
  pf_writer_destroy(writer);
  pf_schema_destroy(schema);
}

// --- what this build can write -------------------------------------------------------------------

// Whether a value of this type can be written, to memory.
bool canWrite(int type, pf_compression_t compression, pf_encoding_t encoding) {
  pf_schema_t* schema = nullptr;
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  check(pf_schema_create(&schema, &error), error);
  check(
      pf_schema_add_leaf(schema, PF_SCHEMA_ROOT, "a", static_cast<pf_physical_type_t>(type),
                         PF_REPETITION_REQUIRED, type == PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY ? 12 : 0,
                         PF_LOGICAL_NONE, 0, 0, -1, nullptr, &error),
      error);
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  pf_column_options_t column;
  pf_column_options_init(&column);
  column.path = "a";
  column.compression = compression;
  column.encoding = encoding;
  options.columns = &column;
  options.column_count = 1;
  pf_output_t output;
  pf_output_init(&output, sizeof output);
  output.kind = PF_OUTPUT_MEMORY;
  pf_writer_handle_t* writer = nullptr;
  pf_status_t status = pf_writer_create_with_options(schema, &options, &output, &writer, &error);
  if (status == PF_STATUS_OK) {
    const char value[12] = {};
    const std::uint32_t offsets[] = {0, 12};
    const bool bytes = type == PF_PHYSICAL_BYTE_ARRAY;
    const bool counted =
        !bytes && type != PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY && type != PF_PHYSICAL_INT96;
    const pf_column_input_t input{value, counted ? 1U : 12U, bytes ? offsets : nullptr,
                                  bytes ? 2U : 0U};
    status = pf_writer_write_row_group(writer, 1, &input, 1);
    status = status == PF_STATUS_OK ? pf_writer_close(writer) : status;
  }
  pf_writer_destroy(writer);
  pf_schema_destroy(schema);
  return status == PF_STATUS_OK;
}

// {"codecs": [pf_compression_t, ...], "encodings": {pf_physical_type_t: [pf_encoding_t, ...]}}
Json features() {
  Json found = {{"codecs", Json::array()}, {"encodings", Json::object()}};
  for (const int codec : {PF_COMPRESSION_UNCOMPRESSED, PF_COMPRESSION_SNAPPY, PF_COMPRESSION_GZIP,
                          PF_COMPRESSION_BROTLI, PF_COMPRESSION_ZSTD, PF_COMPRESSION_LZ4_RAW}) {
    if (canWrite(PF_PHYSICAL_INT32, static_cast<pf_compression_t>(codec), PF_ENCODING_PLAIN)) {
      found["codecs"].push_back(codec);
    }
  }
  for (int type = PF_PHYSICAL_BOOLEAN; type <= PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY; ++type) {
    Json& encodings = found["encodings"][std::to_string(type)] = Json::array();
    for (const int encoding :
         {PF_ENCODING_PLAIN, PF_ENCODING_RLE, PF_ENCODING_DELTA_BINARY_PACKED,
          PF_ENCODING_DELTA_LENGTH_BYTE_ARRAY, PF_ENCODING_DELTA_BYTE_ARRAY,
          PF_ENCODING_RLE_DICTIONARY, PF_ENCODING_BYTE_STREAM_SPLIT, PF_ENCODING_AUTO}) {
      if (canWrite(type, PF_COMPRESSION_UNCOMPRESSED, static_cast<pf_encoding_t>(encoding))) {
        encodings.push_back(encoding);
      }
    }
  }
  return found;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--features") == 0) {
    std::printf("%s\n", features().dump().c_str());
    return 0;
  }
  for (int i = 1; i < argc; ++i) {
    try {
      writeFile(Json::parse(std::ifstream(argv[i])));
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s: %s\n", argv[i], error.what());
      return 1;
    }
  }
  return 0;
}
