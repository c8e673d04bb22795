// The footer's schema elements, a list, back to the tree that they stand for.
//
// Source: parquet.thrift, SchemaElement; LogicalTypes.md, "Lists", "Maps" and the compatibility of
// ConvertedType.
#pragma once

#include <span>

#include "base/status.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::format {
class SchemaElement;
}

namespace parquet_flow::read {

// The leaves come in the order of the elements. A LIST or MAP that is not of the form that the
// specification asks for is read as the plain groups that it is made of: paths and levels are the
// same. A logical type that does not go with its physical one is left out, and field ids that only
// some fields have. Names may be empty, and one be there twice. kCorrupt: counts of children that
// do not fit the list, a leaf without a valid type, names that are not UTF-8; kLimit: nested too
// deep, paths that are many times longer than the names they are made of.
[[nodiscard]] Result<schema::Schema> schemaOf(std::span<const format::SchemaElement> elements);

// What each of the two annotations of a leaf says, whether it goes with the physical type or not;
// kNone: nothing, or nothing that is known.
struct Annotations {
  schema::LogicalType logical;
  schema::LogicalType converted;  // of time, as adjusted to UTC
};
[[nodiscard]] Annotations annotationsOf(const format::SchemaElement& element) noexcept;

}  // namespace parquet_flow::read
