// How the columns of one file become those of another schema.
//
// Columns go by their names, in any order. A column has to be the same in both, with all that is
// under it, but for these:
//
//   - INT32 is the same as INTEGER(32, signed), INT64 as INTEGER(64, signed), and what writers call
//     the groups and elements inside of a LIST or MAP does not matter
//   - an optional column that the file does not have is null
//   - a required column of a single value may become an optional one
//   - an integer may become a wider one: INT32 an INT64, and of any bit width one that has all of
//     its values, unsigned ones a signed one of more bits
//   - FLOAT may become DOUBLE
//   - a DECIMAL may become one of the same scale and of no less precision, whatever physical type
//     the two have; but to one of BYTE_ARRAY none does
//
// Anything else is an error that names the column.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::format {
class SchemaElement;
}

namespace parquet_flow::merge {

enum class LeafSource : std::uint8_t {
  kColumn,
  kNull,
  kSignExtended,  // INT32 to INT64
  kZeroExtended,  // likewise, of an unsigned one
  kToDouble,
  kDecimal,  // of another physical type or length
  kSession,  // see captures.hpp
};

struct MappedLeaf {
  LeafSource source = LeafSource::kColumn;
  std::uint32_t leaf = 0;  // of the file; not with kNull
};

struct ColumnMap {
  std::vector<MappedLeaf> leaves;  // one for each of the output's
  // Whether both have the same columns in the same order: pages of the one are pages of the other.
  bool isIdentity = false;
};

// kInvalidArgument, naming the column; errors as checkColumnNames(from). `hasSession`: the output's
// last column says of which session a row is, and is made, of the file's column of that name where
// it has one; else the leaf is kNoLeaf.
[[nodiscard]] Result<ColumnMap> mapColumns(const schema::Schema& from, const schema::Schema& to,
                                           bool hasSession = false);
inline constexpr std::uint32_t kNoLeaf = UINT32_MAX;

// Whether columns can go by their names: kUnsupported, naming the column, where two have one.
[[nodiscard]] Result<void> checkColumnNames(const schema::Schema& schema);

// Whether `schema` says all that the elements which it was made of say: kUnsupported, naming the
// column, where its LIST or MAP is of a form of before the specification's, or it is a VARIANT,
// GEOMETRY or GEOGRAPHY: what a rewritten file would no longer say.
[[nodiscard]] Result<void> checkAnnotations(std::span<const format::SchemaElement> elements,
                                            const schema::Schema& schema);

}  // namespace parquet_flow::merge
