#include <memory>
#include <string>
#include <vector>

#include "arrow_out_type.hpp"

namespace parquet_flow::capi {
namespace {

// What an exported ArrowSchema points to.
struct SchemaHolder {
  SchemaHolder() = default;
  SchemaHolder(const SchemaHolder&) = delete;
  SchemaHolder& operator=(const SchemaHolder&) = delete;
  ~SchemaHolder() {
    for (const auto& child : children) {
      if (child->release != nullptr) child->release(child.get());
    }
  }

  std::string format;
  std::string name;
  std::string metadata;
  std::vector<std::unique_ptr<ArrowSchema>> children;
  std::vector<ArrowSchema*> pointers;
};

void releaseSchema(ArrowSchema* schema) {
  delete static_cast<SchemaHolder*>(schema->private_data);
  schema->release = nullptr;
}

void appendNumber(std::string& to, std::size_t number) {
  const auto value = static_cast<std::int32_t>(number);
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// As readMetadata of arrow_type.cpp reads it.
std::string metadataOf(const ArrowField& field) {
  std::string text;
  if (field.metadata.empty()) return text;
  appendNumber(text, field.metadata.size());
  for (const auto& [key, value] : field.metadata) {
    appendNumber(text, key.size());
    text += key;
    appendNumber(text, value.size());
    text += value;
  }
  return text;
}

}  // namespace

void exportArrowSchema(const ArrowField& field, ArrowSchema* out) {
  auto holder = std::make_unique<SchemaHolder>();
  holder->format = arrowFormat(field);
  holder->name = field.name;
  holder->metadata = metadataOf(field);
  for (const ArrowField& child : field.children) {
    holder->children.push_back(std::make_unique<ArrowSchema>());
    holder->pointers.push_back(holder->children.back().get());
    exportArrowSchema(child, holder->children.back().get());
  }
  *out = ArrowSchema{};
  out->format = holder->format.c_str();
  out->name = holder->name.c_str();
  out->metadata = holder->metadata.empty() ? nullptr : holder->metadata.data();
  out->flags = (field.isNullable ? ARROW_FLAG_NULLABLE : 0) |
               (field.keysSorted ? ARROW_FLAG_MAP_KEYS_SORTED : 0);
  out->n_children = static_cast<std::int64_t>(field.children.size());
  out->children = holder->pointers.data();
  out->release = releaseSchema;
  out->private_data = holder.release();
}

}  // namespace parquet_flow::capi
