// Contacts for the column encoder: their schema, and the views of filled columns.
#pragma once

#include <array>

#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "contact/generator.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::contact {

// name: string?, phones: list<struct<number: string?, phone_type: string?>>?
[[nodiscard]] Result<schema::Schema> makeContactSchema();

// The leaves in schema order. They borrow from `columns` until its next fill.
[[nodiscard]] std::array<column::LeafView, 3> leafViews(const ContactColumns& columns) noexcept;

}  // namespace parquet_flow::contact
