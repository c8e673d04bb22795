// When columns of two files are one column: what is put together by name, copied or read as one.
#pragma once

#include <cstdint>
#include <optional>

#include "schema/schema.hpp"

namespace parquet_flow::schema {

struct IntegerType {
  std::int32_t bits = 0;  // 0: it is none
  bool isSigned = true;
  bool operator==(const IntegerType&) const = default;
};

// INT32 and INT64 without a logical type are signed integers of all their bits.
[[nodiscard]] IntegerType integerTypeOf(const Leaf& leaf) noexcept;

// The same values, physical and logical; INT32 and INT64 without a logical type are as
// INTEGER(32, signed) and INTEGER(64, signed). Levels do not count.
[[nodiscard]] bool isSameType(const Leaf& a, const Leaf& b) noexcept;

// The same tree from these nodes down: kinds, repetitions, types, and names, but for those inside
// of a LIST or MAP, which are each writer's own.
[[nodiscard]] bool isSameColumn(const Schema& schemaA, std::uint32_t a, const Schema& schemaB,
                                std::uint32_t b) noexcept;

// The first node that is not the same, as isSameColumn has it; the names of the two that are given
// do not count.
struct ColumnDifference {
  enum class Kind : std::uint8_t {
    kForm,  // of values, a group, a list or a map
    kRepetition,
    kType,
    kMembers,  // their number, or the names or the order of those of a group
  };
  Kind kind = Kind::kForm;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
};
[[nodiscard]] std::optional<ColumnDifference> findDifference(const Schema& schemaA, std::uint32_t a,
                                                             const Schema& schemaB,
                                                             std::uint32_t b) noexcept;

// The leaves under a node, itself if it is one: `count` from `first` on.
struct LeafRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};
[[nodiscard]] LeafRange leavesUnder(const Schema& schema, std::uint32_t node) noexcept;

}  // namespace parquet_flow::schema
