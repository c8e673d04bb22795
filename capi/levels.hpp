// Whether levels that come through the ABI can be the levels of rows.
//
// Source: parquet-format README.md, "Nested Encoding". An entry with repetition level r goes on
// with a list at depth r, so it has an element there: its definition level is at least that of the
// repeated node, and so is that of the entry before it, which would else have been a null or empty
// list.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/status.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::capi {

// The levels of one leaf. An empty span: all are the maximum (definition), all are 0 (repetition).
struct Levels {
  const schema::Leaf* leaf = nullptr;
  std::span<const std::uint8_t> definition;
  std::span<const std::uint8_t> repetition;
  std::uint64_t entries = 0;

  [[nodiscard]] std::uint8_t definitionAt(std::uint64_t entry) const noexcept {
    return definition.empty() ? leaf->maxDefinitionLevel : definition[entry];
  }
  [[nodiscard]] std::uint8_t repetitionAt(std::uint64_t entry) const noexcept {
    return repetition.empty() ? std::uint8_t{0} : repetition[entry];
  }
};

// `repeatedDefinition[r - 1]` is the definition level of the leaf's repeated node at depth r.
// Checks that the levels are within the maxima, nest, and make `rows` rows.
[[nodiscard]] Result<void> checkLevels(const Levels& levels, std::uint64_t rows,
                                       std::span<const std::uint8_t> repeatedDefinition);

// How many entries have a value.
[[nodiscard]] std::uint64_t countPresent(const Levels& levels) noexcept;

// Two leaves under one node with these levels: whether they agree about it, that is where its lists
// begin and go on, and where it is null. Both have passed checkLevels.
[[nodiscard]] Result<void> checkAgreement(const Levels& left, const Levels& right,
                                          std::uint8_t definitionLevel,
                                          std::uint8_t repetitionLevel);

}  // namespace parquet_flow::capi
