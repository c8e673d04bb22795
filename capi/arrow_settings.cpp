#include "arrow_settings.hpp"

#include <string>
#include <utility>
#include <vector>

#include "arrow_message.hpp"
#include "base/utf8.hpp"
#include "key_values.hpp"

namespace parquet_flow::capi {
namespace {

// ARROW:schema, and the metadata that the Arrow schema has itself, as Arrow C++ writes it. What the
// options name stays. An ARROW:schema of the metadata is of the file that it was read from.
void addKeyValues(const ArrowField& type, WriterSettings& settings) {
  auto& all = settings.options.keyValues;
  const auto add = [&](const std::string& key, std::string value) {
    for (const auto& keyValue : all) {
      if (keyValue.first == key) return;
    }
    if (isUtf8(key) && isUtf8(value)) {
      all.emplace_back(key, std::move(value));
    }
  };
  add(kArrowSchemaKey, encodeArrowSchema(type));
  for (const auto& [key, value] : type.metadata) add(key, value);
}

// Whether each leaf is of a dictionary type, in schema order.
void collectDictionaries(const ArrowField& field, std::vector<bool>& leaves) {
  if (!isNested(field.kind)) {
    leaves.push_back(field.dictionary != nullptr);
    return;
  }
  for (const ArrowField& child : field.children) collectDictionaries(child, leaves);
}

// Where ARROW:schema says that texts are a dictionary, Arrow C++ reads them as one, which it can do
// of PLAIN and dictionary pages alone (26.0: "DecodeArrow of DictAccumulator"). So these columns
// are not left to be chosen for.
void keepDictionaries(const ArrowField& type, const schema::Schema& schema,
                      WriterSettings& settings) {
  write::WriterOptions& options = settings.options;
  if (options.column.encoding) return;
  std::vector<bool> areDictionaries;
  collectDictionaries(type, areDictionaries);
  for (const schema::Leaf& leaf : schema.leaves()) {
    if (!areDictionaries[leaf.index] || leaf.type != schema::PhysicalType::kByteArray) continue;
    options.dictionaryLeaves.push_back(leaf.index);
  }
}

}  // namespace

void addArrowSettings(const ArrowField& type, const schema::Schema& schema,
                      WriterSettings& settings) {
  addKeyValues(type, settings);
  keepDictionaries(type, schema, settings);
}

}  // namespace parquet_flow::capi
