// The page index of a column chunk: where its pages lie, and what is said of the values of each.
//
// Source: parquet-format PageIndex.md. An index is an aid: one that contradicts itself or its chunk
// is taken for none, and all pages are looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/status.hpp"
#include "read/file_reader.hpp"
#include "read/page_locations.hpp"
#include "scan/row_ranges.hpp"
#include "scan/verdict.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::scan {

using read::PageLocations;
using read::readPageLocations;

// Of each page, in their order, of a leaf that is in no list.
[[nodiscard]] Result<std::optional<std::vector<ValueBounds>>> readPageBounds(
    const read::FileReader& file, std::size_t rowGroup, const schema::Leaf& leaf,
    const PageLocations& locations, std::uint64_t& bytesRead);

// The rows of pages that the test may be true in.
[[nodiscard]] RowRanges candidates(const Test& test, const PageLocations& locations,
                                   const std::vector<ValueBounds>& pages, std::uint64_t rows);

}  // namespace parquet_flow::scan
