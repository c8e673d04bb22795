#include "arrow_settings.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow_message.hpp"
#include "base/utf8.hpp"
#include "key_values.hpp"
#include "schema/arrow_schema.hpp"
#include "write/file_writer.hpp"

namespace parquet_flow::capi {
namespace {

// The dictionary field of each leaf, in schema order; nullptr: it is of another type.
template <class Field>  // ArrowField, const or not
void collectDictionaries(Field& field, std::vector<Field*>& leaves) {
  if (!isNested(field.kind)) {
    leaves.push_back(field.dictionary != nullptr ? &field : nullptr);
    return;
  }
  for (Field& child : field.children) collectDictionaries(child, leaves);
}

// How many entries indices of the kind tell apart.
std::uint64_t entriesMax(ArrowKind index) noexcept {
  switch (index) {
    case ArrowKind::kInt8:
      return 1U << 7;
    case ArrowKind::kUint8:
      return 1U << 8;
    case ArrowKind::kInt16:
      return 1U << 15;
    case ArrowKind::kUint16:
      return 1U << 16;
    default:
      return UINT64_MAX;
  }
}

// Whether a reader may have more distinct values at once than that: those of one dictionary page,
// and those that stand beside it. Pages of nulls alone are PLAIN, and have none. Values beside
// dictionaries count over all of the file, as Arrow C++ keeps them until the next dictionary page.
bool mayHaveMore(const write::ColumnTotals& column, std::uint64_t entries) noexcept {
  return column.dictionaryEntriesMax + column.valuesBesideDictionary > entries;
}

// Arrow's readers take the type of the indices at its word, and fail at a chunk of more entries
// (26.0: "Integer value 128 not in range"). Batches may have fewer each, in dictionaries of their
// own, so what a chunk has is known when it is written.
std::vector<write::KeyValue> schemaWithWideIndices(const ArrowField& type,
                                                   std::span<const write::ColumnTotals> columns) {
  ArrowField wide = type;
  std::vector<ArrowField*> dictionaries;
  collectDictionaries(wide, dictionaries);
  bool differs = false;
  for (std::size_t i = 0; i < dictionaries.size(); ++i) {
    ArrowField* const field = dictionaries[i];
    if (field == nullptr || !mayHaveMore(columns[i], entriesMax(field->kind))) continue;
    field->kind = ArrowKind::kInt32;
    differs = true;
  }
  if (!differs) return {};
  return {{std::string(schema::kArrowSchemaKey), encodeArrowSchema(wide)}};
}

bool hasNarrowIndices(const ArrowField& field) noexcept {
  return (field.dictionary != nullptr && entriesMax(field.kind) != UINT64_MAX) ||
         std::any_of(field.children.begin(), field.children.end(), hasNarrowIndices);
}

// An extension type insists on its storage type.
void dropExtension(ArrowField& field) {
  std::erase_if(field.metadata, [](const auto& pair) {
    return pair.first == kExtensionName || pair.first == kExtensionMetadata;
  });
}

// The field as one of its values, which are not looked up in a dictionary or by runs any more.
void makeValues(ArrowField& field) {
  ArrowField values = field.valueField();
  values.name = field.name;
  values.path = field.path;
  values.isNullable = field.isNullable;
  values.metadata = field.metadata;
  field = std::move(values);
}

bool hasRuns(const ArrowField& field) noexcept {
  return field.kind == ArrowKind::kRunEnd || std::ranges::any_of(field.children, hasRuns);
}

// Runs are written out, and said to be so.
ArrowField withoutRuns(ArrowField type) {
  if (type.kind == ArrowKind::kRunEnd) makeValues(type);
  for (ArrowField& child : type.children) child = withoutRuns(std::move(child));
  return type;
}

// Whether Arrow C++ reads a dictionary of the leaf: one of texts out of PLAIN and dictionary pages
// alone (26.0: "DecodeArrow of DictAccumulator"), others as their values whatever is said.
bool readsDictionary(const write::WriterOptions& options, const schema::Leaf& leaf) {
  using encoding::Encoding;
  const auto encoding = write::columnOptions(options, leaf).encoding;
  return leaf.type != schema::PhysicalType::kByteArray || encoding == Encoding::kPlain ||
         encoding == Encoding::kRleDictionary;
}

// Dictionaries that cannot be read as such are said to be their values. `leaf`: the index of the
// field's first; then that of the one behind its last.
bool sayValues(const schema::Schema& schema, const write::WriterOptions& options, ArrowField& field,
               std::size_t& leaf) {
  bool differs = false;
  if (isNested(field.kind)) {
    for (ArrowField& child : field.children) {
      differs = sayValues(schema, options, child, leaf) || differs;
    }
  } else {
    const schema::Leaf& its = schema.leaves()[leaf++];
    differs = field.dictionary != nullptr && !readsDictionary(options, its);
    if (differs) makeValues(field);
  }
  if (differs) dropExtension(field);
  return differs;
}

// Where a struct is null, a REQUIRED list in it has no elements in the file, and Arrow C++ wants a
// fixed-size list's there too (26.0: "Expected all lists to be of size=2 but index 2 had size=0",
// also of files of its own). Where a struct may be null such a list is said to be one of any
// length, whether one is or not: files of one schema are to say the same.
bool freeLists(ArrowField& field, bool isInNullable) {
  bool differs = false;
  if (field.kind == ArrowKind::kFixedList && field.size != 0 && !field.isNullable && isInNullable) {
    field.kind = ArrowKind::kList;
    differs = true;
  }
  // A slot of a list or map is there, and so are a map's pairs, whatever their field says.
  const bool isStruct = field.kind == ArrowKind::kStruct;
  ArrowField& parent = field.kind == ArrowKind::kMap ? field.children[0] : field;
  for (ArrowField& child : parent.children) {
    differs = freeLists(child, isStruct && (isInNullable || field.isNullable)) || differs;
  }
  if (differs) dropExtension(field);
  return differs;
}

// Readers take an id out of a field's metadata where the schema element has none: what the options
// leave out, or what is no id, is not said. `nodes`: the schema's; `field` has become number
// `node`.
void sayIds(std::span<const schema::Node> nodes, write::FieldIds choice, ArrowField& field,
            std::uint32_t node) {
  const schema::Node& its = nodes[node];
  std::int32_t id = choice == write::FieldIds::kSchemas ? its.fieldId : schema::kNoFieldId;
  if (choice == write::FieldIds::kAssigned) id = static_cast<std::int32_t>(node);
  std::erase_if(field.metadata, [&](const auto& pair) {
    return pair.first == kFieldId &&
           (id == schema::kNoFieldId || pair.second != std::to_string(id));
  });
  if (isListKind(field.kind)) node = its.children.front();
  for (std::size_t i = 0; i < field.children.size() && isNested(field.kind); ++i) {
    sayIds(nodes, choice, field.children[i], nodes[node].children[i]);
  }
}

// What ARROW:schema says of the type.
ArrowField saidOf(ArrowField type, const schema::Schema& schema,
                  const write::WriterOptions& options) {
  std::size_t leaf = 0;
  const auto nodes = schema.nodes();
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    ArrowField& column = type.children[i];
    sayValues(schema, options, column, leaf);
    freeLists(column, false);
    sayIds(nodes, options.fieldIds, column, nodes[schema::kRoot].children[i]);
  }
  return type;
}

// ARROW:schema, and the metadata that the Arrow schema has itself, as Arrow C++ writes it. What the
// options name stays. An ARROW:schema of the metadata is of the file that it was read from.
void addKeyValues(const ArrowField& type, const schema::Schema& schema, WriterSettings& settings) {
  auto& all = settings.options.keyValues;
  const auto isSaid = [&](std::string_view key) {
    return std::ranges::any_of(all, [key](const auto& said) { return said.first == key; });
  };
  if (!isSaid(schema::kArrowSchemaKey)) {
    ArrowField said = saidOf(type, schema, settings.options);
    all.emplace_back(schema::kArrowSchemaKey, encodeArrowSchema(said));
    if (hasNarrowIndices(said)) {
      settings.options.lastKeyValues =
          [said = std::move(said)](std::span<const write::ColumnTotals> columns) {
            return schemaWithWideIndices(said, columns);
          };
    }
  }
  for (const auto& [key, value] : type.metadata) {
    if (!isSaid(key) && isUtf8(key) && isUtf8(value)) all.emplace_back(key, value);
  }
}

// Texts of a dictionary type are not left to be chosen for: readsDictionary.
void keepDictionaries(const ArrowField& type, const schema::Schema& schema,
                      WriterSettings& settings) {
  write::WriterOptions& options = settings.options;
  std::vector<const ArrowField*> dictionaries;
  collectDictionaries(type, dictionaries);
  for (const schema::Leaf& leaf : schema.leaves()) {
    if (dictionaries[leaf.index] == nullptr || leaf.type != schema::PhysicalType::kByteArray)
      continue;
    if (write::columnOptions(options, leaf).encoding) continue;
    options.dictionaryLeaves.push_back(leaf.index);
  }
}

// Whether each leaf, in schema order, is REQUIRED in fixed-size lists and structs of which one may
// be null.
void collectRequiredInOptional(const ArrowField& field, bool isInOptional,
                               std::vector<bool>& leaves) {
  if (!isNested(field.kind)) {
    leaves.push_back(isInOptional && !field.isNullable);
    return;
  }
  const bool staysOne = field.kind == ArrowKind::kFixedList || field.kind == ArrowKind::kStruct;
  for (const ArrowField& child : field.children) {
    collectRequiredInOptional(child, staysOne && (isInOptional || field.isNullable), leaves);
  }
}

// Polars 2.1 panics at DELTA encodings and BYTE_STREAM_SPLIT of these as it does at those of a
// member of an OPTIONAL group: where ARROW:schema says fixed-size list it reads one as such a
// group, and only Arrow's type tells that from any other LIST.
void avoidDeltas(const ArrowField& type, WriterSettings& settings) {
  std::vector<bool> leaves;
  for (const ArrowField& column : type.children) collectRequiredInOptional(column, false, leaves);
  for (std::uint32_t leaf = 0; leaf < leaves.size(); ++leaf) {
    if (leaves[leaf]) settings.options.leavesWithoutDeltas.push_back(leaf);
  }
}

}  // namespace

void addArrowSettings(const ArrowField& arrow, const schema::Schema& schema,
                      WriterSettings& settings) {
  std::optional<ArrowField> written;
  if (hasRuns(arrow)) written = withoutRuns(arrow);
  const ArrowField& type = written ? *written : arrow;
  keepDictionaries(type, schema, settings);
  addKeyValues(type, schema, settings);
  avoidDeltas(type, settings);
}

}  // namespace parquet_flow::capi
