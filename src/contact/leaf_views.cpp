#include "contact/leaf_views.hpp"

#include <string_view>

namespace parquet_flow::contact {
namespace {

using schema::PhysicalType;
using schema::Repetition;

// The three types as values that indices lead to.
constexpr std::array<std::uint32_t, kPhoneTypeNames.size() + 1> kTypeOffsets = {0, 6, 10, 14};
constexpr char kTypeBytes[] = "MobileWorkHome";
const column::ValuesView kTypeDictionary = {.layout = column::ValuesLayout::kOffsets32,
                                            .data = reinterpret_cast<const std::byte*>(kTypeBytes),
                                            .offsets = kTypeOffsets.data(),
                                            .count = kPhoneTypeNames.size(),
                                            .dataBytes = sizeof kTypeBytes - 1};

column::LeafView viewOf(const ContactColumns::Leaf& leaf, std::uint64_t rows) noexcept {
  column::LeafView view;
  view.rows = rows;
  view.entries = leaf.definitionLevels.size();
  view.values.layout = column::ValuesLayout::kOffsets32;
  view.values.data = reinterpret_cast<const std::byte*>(leaf.bytes.data());
  view.values.offsets = leaf.offsets.data();
  view.values.count = leaf.offsets.size() - 1;
  view.definitionLevels = leaf.definitionLevels.data();
  view.repetitionLevels = leaf.repetitionLevels.data();  // nullptr for name
  return view;
}

column::LeafView viewOf(const ContactColumns::TypeLeaf& leaf, std::uint64_t rows) noexcept {
  column::LeafView view;
  view.rows = rows;
  view.entries = leaf.definitionLevels.size();
  view.values.layout = column::ValuesLayout::kIndices;
  view.values.form = column::SourceForm::kIndices;
  view.values.data = reinterpret_cast<const std::byte*>(leaf.types.data());
  view.values.indexType = column::IndexType::kUint32;
  view.values.dictionary = &kTypeDictionary;
  view.values.count = leaf.types.size();
  view.definitionLevels = leaf.definitionLevels.data();
  view.repetitionLevels = leaf.repetitionLevels.data();
  return view;
}

}  // namespace

Result<schema::Schema> makeContactSchema() {
  schema::Schema contact;
  const auto addText = [&](std::uint32_t parent, std::string_view name) {
    return contact.addLeaf(parent, name, PhysicalType::kByteArray, Repetition::kOptional, 0,
                           {schema::LogicalKind::kString});
  };
  PF_TRY(addText(schema::kRoot, "name"));
  PF_TRY_ASSIGN(const std::uint32_t list,
                contact.addList(schema::kRoot, "phones", Repetition::kOptional));
  PF_TRY_ASSIGN(const std::uint32_t element,
                contact.addGroup(list, "element", Repetition::kRequired));
  PF_TRY(addText(element, "number"));
  PF_TRY(addText(element, "phone_type"));
  return contact;
}

std::array<column::LeafView, 3> leafViews(const ContactColumns& columns) noexcept {
  return {viewOf(columns.name(), columns.rows()), viewOf(columns.number(), columns.rows()),
          viewOf(columns.phoneType(), columns.rows())};
}

}  // namespace parquet_flow::contact
