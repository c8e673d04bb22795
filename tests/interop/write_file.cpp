// Writes one Parquet file from a JSON description, through the C ABI: the half of the interop tests
// that is ours. The rows come from Python, which compares them with what other readers give back.
//
//   interop_write DESCRIPTION.json ...
//
// {"path": "...", "mode": "rows" | "levels", "row_group_rows": n,
//  "compression": 0, "level": null, "page_bytes": n, "page_rows": n, "truncate_bytes": n,
//  "key_values": {"k": "v"}, "schema": [NODE, ...], "rows": [{...}, ...] | "row_groups": [{"rows":
//  n, "columns": [COLUMN, ...]}, ...]}
// NODE: {"name", "kind": "leaf" | "group" | "list" | "map", "repetition": 0..2, "type", "length",
// "logical": [kind, a, b],
//        "field_id", "children": [NODE, ...]}
// COLUMN: {"values": [...], "definition": "hex" | null, "repetition": "hex" | null}
// Values: booleans, numbers (floats and doubles as their bits), bytes as hex.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
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
// ---------------------------------------------------------------------------

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

// --- the file
// ----------------------------------------------------------------------------------------

void writeFile(const Json& file) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  pf_schema_t* schema = nullptr;
  check(pf_schema_create(&schema, &error), error);
  std::vector<const Json*> leaves;
  addNodes(schema, PF_SCHEMA_ROOT, file.at("schema"), leaves, error);

  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.compression = file.at("compression");
  if (!file.at("level").is_null()) {
    options.compression_level = file.at("level");
  }
  options.page_bytes = file.at("page_bytes");
  options.page_rows = file.at("page_rows");
  options.truncate_bytes = file.at("truncate_bytes");
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [key, value] : file.at("key_values").items()) {
    pairs.emplace_back(key, value.get<std::string>());
  }
  std::vector<pf_key_value_t> keyValues;
  for (const auto& [key, value] : pairs) {
    keyValues.push_back({key.c_str(), value.c_str()});
  }
  options.key_values = keyValues.data();
  options.key_value_count = keyValues.size();
  const std::string path = file.at("path");
  pf_output_t output;
  pf_output_init(&output, sizeof output);
  output.path = path.c_str();
  pf_writer_handle_t* writer = nullptr;
  check(pf_writer_create_with_options(schema, &options, &output, &writer, &error), error);
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

}  // namespace

int main(int argc, char** argv) {
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
