#include "pf/schema_command.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "format/parquet_types.h"
#include "pf/json_line.hpp"
#include "pf/names.hpp"
#include "read/file_reader.hpp"
#include "rows/printable.hpp"

namespace parquet_flow::pf {
namespace {

using nlohmann::ordered_json;
using schema::NodeKind;
using schema::PhysicalType;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::string typeText(const schema::Leaf& leaf) {
  if (leaf.type == PhysicalType::kByteArray) {
    return "binary";
  }
  const std::string name = lower(std::string(schema::physicalTypeName(leaf.type)));
  return leaf.type == PhysicalType::kFixedLenByteArray
             ? name + '(' + std::to_string(leaf.typeLength) + ')'
             : name;
}

// As parquet-java's MessageType prints itself, and its MessageTypeParser reads it.
class MessageText {
 public:
  explicit MessageText(const read::FileReader& file) : file_(file) {}

  std::string text() && {
    text_ = "message " + rows::printable(file_.metaData().schema[0].name) + " {\n";
    addChildren(schema::kRoot, 1);
    text_ += "}\n";
    return std::move(text_);
  }

 private:
  void addChildren(std::uint32_t node, std::size_t depth) {
    for (const std::uint32_t child : file_.schema().nodes()[node].children) {
      addNode(child, depth);
    }
  }

  void addNode(std::uint32_t index, std::size_t depth) {
    const schema::Node& node = file_.schema().nodes()[index];
    const bool isLeaf = node.kind == NodeKind::kLeaf;
    text_.append(2 * depth, ' ');
    text_ += lower(repetitionName(static_cast<std::int32_t>(node.repetition))) + ' ';
    text_ += isLeaf ? typeText(file_.schema().leaves()[node.leafIndex]) : "group";
    text_ += ' ' + rows::printable(node.name);
    if (const std::string annotation = annotationOf(file_, index); !annotation.empty()) {
      text_ += " (" + rows::printable(annotation) + ')';
    }
    // The reader keeps field ids where all nodes have one.
    if (const auto& element = file_.metaData().schema[index]; element.__isset.field_id) {
      text_ += " = " + std::to_string(element.field_id);
    }
    if (isLeaf) {
      text_ += ";\n";
      return;
    }
    text_ += " {\n";
    addChildren(index, depth + 1);
    text_.append(2 * depth, ' ');
    text_ += "}\n";
  }

  const read::FileReader& file_;
  std::string text_;
};

ordered_json nodeJson(const read::FileReader& file, std::uint32_t index) {  // NOLINT
  const schema::Node& node = file.schema().nodes()[index];
  ordered_json json;
  json["name"] = index == schema::kRoot ? file.metaData().schema[0].name : node.name;
  if (index != schema::kRoot) {
    json["repetition"] = repetitionName(static_cast<std::int32_t>(node.repetition));
  }
  if (const std::string annotation = annotationOf(file, index); !annotation.empty()) {
    json["annotation"] = annotation;
  }
  if (const auto& element = file.metaData().schema[index]; element.__isset.field_id) {
    json["field_id"] = element.field_id;
  }
  if (node.kind == NodeKind::kLeaf) {
    const schema::Leaf& leaf = file.schema().leaves()[node.leafIndex];
    json["type"] = schema::physicalTypeName(leaf.type);
    if (leaf.type == PhysicalType::kFixedLenByteArray) {
      json["type_length"] = leaf.typeLength;
    }
    json["path"] = leaf.dottedPath;
    json["max_definition_level"] = leaf.maxDefinitionLevel;
    json["max_repetition_level"] = leaf.maxRepetitionLevel;
    return json;
  }
  json["children"] = ordered_json::array();
  for (const std::uint32_t child : node.children) {
    json["children"].push_back(nodeJson(file, child));
  }
  return json;
}

}  // namespace

CLI::App* SchemaCommand::declare(CLI::App& app) {
  return declareFiles(app, "print the schema, as Parquet's message text",
                      "an object a file and line, with the nodes of the schema as a tree");
}

Result<void> SchemaCommand::visit(std::unique_ptr<io::InputFile> input, std::string& text) {
  PF_TRY_ASSIGN(const auto file, read::FileReader::open(std::move(input)));
  if (isJson()) {
    ordered_json json;
    json["file"] = file->file()->name();
    json["schema"] = nodeJson(*file, schema::kRoot);
    text += jsonLine(json);
    return {};
  }
  if (hasMany()) {
    text += rows::printable(file->file()->name()) + ":\n";
  }
  text += MessageText(*file).text();
  return {};
}

}  // namespace parquet_flow::pf
