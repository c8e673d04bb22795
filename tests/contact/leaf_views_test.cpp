// Goal: what the encoder is shown agrees with the schema, level by level and value by value.
// Method: the schema's leaves against the model's constants; the views of a fill counted through.
#include "contact/leaf_views.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace parquet_flow::contact {
namespace {

TEST(ContactLeafViews, schemaHasTheModelsLevels) {
  const Result<schema::Schema> contact = makeContactSchema();
  ASSERT_TRUE(contact) << contact.error().message();
  ASSERT_TRUE(contact->validate());
  const auto leaves = contact->leaves();
  ASSERT_EQ(leaves.size(), 3U);
  EXPECT_EQ(leaves[0].dottedPath, "name");
  EXPECT_EQ(leaves[1].dottedPath, "phones.list.element.number");
  EXPECT_EQ(leaves[2].dottedPath, "phones.list.element.phone_type");
  EXPECT_EQ(leaves[0].maxDefinitionLevel, kNameDefinitionLevelMax);
  EXPECT_EQ(leaves[0].maxRepetitionLevel, 0);
  for (const std::size_t i : {1U, 2U}) {
    EXPECT_EQ(leaves[i].maxDefinitionLevel, kPhoneDefinitionLevelMax);
    EXPECT_EQ(leaves[i].maxRepetitionLevel, kPhoneRepetitionLevelMax);
  }
  for (const schema::Leaf& leaf : leaves) {
    EXPECT_EQ(leaf.type, schema::PhysicalType::kByteArray);
    EXPECT_EQ(leaf.logical.kind, schema::LogicalKind::kString);
  }
}

TEST(ContactLeafViews, viewsAgreeWithTheirSchema) {
  const Result<schema::Schema> contact = makeContactSchema();
  ASSERT_TRUE(contact);
  for (const std::uint64_t rows : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{5'000}}) {
    ContactColumns columns;
    ASSERT_TRUE(ContactGenerator({.seed = 12}).fill(40, 40 + rows, columns));
    const auto views = leafViews(columns);
    for (std::size_t i = 0; i < views.size(); ++i) {
      const column::LeafView& view = views[i];
      const schema::Leaf& leaf = contact->leaves()[i];
      EXPECT_EQ(view.rows, rows);
      EXPECT_FALSE(view.spaced);
      std::uint64_t rowStarts = 0;
      std::uint64_t values = 0;
      for (std::uint64_t entry = 0; entry < view.entries; ++entry) {
        ASSERT_LE(view.definitionLevels[entry], leaf.maxDefinitionLevel);
        values += view.definitionLevels[entry] == leaf.maxDefinitionLevel ? 1 : 0;
        rowStarts += leaf.maxRepetitionLevel == 0 || view.repetitionLevels[entry] == 0 ? 1 : 0;
      }
      EXPECT_EQ(rowStarts, rows) << leaf.dottedPath;
      EXPECT_EQ(values, view.values.count) << leaf.dottedPath;
      if (i < 2) {
        EXPECT_TRUE(std::is_sorted(view.values.offsets, view.values.offsets + values + 1));
      } else {
        const column::ValuesView& types = *view.values.dictionary;
        ASSERT_EQ(types.count, kPhoneTypeNames.size());
        for (std::size_t type = 0; type < types.count; ++type) {
          EXPECT_EQ(
              std::string_view(reinterpret_cast<const char*>(types.data) + types.offsets[type],
                               types.offsets[type + 1] - types.offsets[type]),
              kPhoneTypeNames[type]);
        }
      }
    }
  }
}

}  // namespace
}  // namespace parquet_flow::contact
