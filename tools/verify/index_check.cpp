#include "verify/index_check.hpp"

#include <utility>

#include "base/byte_buffer.hpp"
#include "format/compact.hpp"
#include "read/column_index.hpp"

namespace parquet_flow::verify {
namespace {

constexpr const char* kKind = "page-index";

}  // namespace

Place IndexCheck::at(std::size_t page) const {
  Place place = place_;
  place.page = page;
  return place;
}

void IndexCheck::error(const Place& place, std::string message) const {
  findings_.error(kKind, place, std::move(message));
}

template <class Index>
bool IndexCheck::read(std::int64_t offset, std::int32_t bytes, const char* what, Index& index) {
  Place place = place_;
  place.offset = static_cast<std::uint64_t>(offset);
  const auto failed = [&](const std::string& message) {
    error(place, std::string(what) + " cannot be read: " + message);
    return false;
  };
  const std::uint64_t end = file_.size();
  if (offset < 4 || bytes <= 0 || static_cast<std::uint64_t>(offset) > end ||
      static_cast<std::uint64_t>(bytes) > end - static_cast<std::uint64_t>(offset)) {
    return failed(std::to_string(bytes) + " bytes at " + std::to_string(offset) +
                  " are not in the file");
  }
  ByteBuffer buffer;
  const auto to = buffer.appendUninitialized(static_cast<std::size_t>(bytes));
  if (!to) {
    return failed(to.error().message());
  }
  if (auto got = file_.readAt(static_cast<std::uint64_t>(offset), buffer.mutableSpan()); !got) {
    return failed(got.error().message());
  }
  format::CompactReader thrift;
  const auto used = thrift.read(buffer.span(), index, static_cast<std::uint64_t>(offset));
  if (!used) {
    return failed(used.error().message());
  }
  return *used == buffer.size() ||
         failed(std::to_string(buffer.size() - *used) + " of its bytes are behind it");
}

template <class T>
bool IndexCheck::hasCount(const std::vector<T>& list, const char* name, std::size_t expected) {
  if (list.size() == expected) {
    return true;
  }
  error(place_, std::string(name) + " has " + std::to_string(list.size()) +
                    " elements, and should have " + std::to_string(expected));
  return false;
}

void IndexCheck::check(const format::ColumnChunk& chunk, const std::vector<PageFacts>& pages) {
  format::OffsetIndex offsets;
  if (chunk.__isset.offset_index_offset &&
      read(chunk.offset_index_offset, chunk.offset_index_length, "the offset index", offsets)) {
    checkOffsets(offsets, pages);
  }
  format::ColumnIndex columns;
  if (chunk.__isset.column_index_offset &&
      read(chunk.column_index_offset, chunk.column_index_length, "the column index", columns)) {
    checkColumn(columns, pages);
  }
  if (chunk.__isset.column_index_offset && !chunk.__isset.offset_index_offset) {
    error(place_, "there is a column index without an offset index");
  }
}

void IndexCheck::checkOffsets(const format::OffsetIndex& index,
                              const std::vector<PageFacts>& pages) {
  if (!hasCount(index.page_locations, "page_locations", pages.size())) {
    return;
  }
  const bool hasSizes = index.__isset.unencoded_byte_array_data_bytes &&
                        hasCount(index.unencoded_byte_array_data_bytes,
                                 "unencoded_byte_array_data_bytes", pages.size());
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const format::PageLocation& said = index.page_locations[i];
    const PageFacts& page = pages[i];
    bounds_.checkCount(kKind, "offset", said.offset, page.offset, at(i));
    bounds_.checkCount(kKind, "compressed_page_size", said.compressed_page_size, page.bytes, at(i));
    if (!page.isKnown) {
      continue;
    }
    bounds_.checkCount(kKind, "first_row_index", said.first_row_index, page.firstRow, at(i));
    if (!page.beginsRow) {
      error(at(i), "it begins within a row, which pages of an offset index must not");
    }
    if (hasSizes) {
      bounds_.checkCount(kKind, "unencoded_byte_array_data_bytes",
                         index.unencoded_byte_array_data_bytes[i], page.facts.byteArrayBytes, at(i),
                         Severity::kWarning);
    }
  }
}

void IndexCheck::checkColumn(const format::ColumnIndex& index,
                             const std::vector<PageFacts>& pages) {
  const std::size_t count = pages.size();
  if (!hasCount(index.null_pages, "null_pages", count) ||
      !hasCount(index.min_values, "min_values", count) ||
      !hasCount(index.max_values, "max_values", count) ||
      (index.__isset.null_counts && !hasCount(index.null_counts, "null_counts", count)) ||
      (index.__isset.nan_counts && !hasCount(index.nan_counts, "nan_counts", count))) {
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (pages[i].isKnown) {
      checkPage(index, i, pages[i]);
    }
  }
  if (index.__isset.definition_level_histograms) {
    checkHistogram(index.definition_level_histograms, "definition_level_histograms",
                   leaf_.maxDefinitionLevel, pages, &ValueFacts::definitionLevels);
  }
  if (index.__isset.repetition_level_histograms) {
    checkHistogram(index.repetition_level_histograms, "repetition_level_histograms",
                   leaf_.maxRepetitionLevel, pages, &ValueFacts::repetitionLevels);
  }
  checkOrder(index);
}

void IndexCheck::checkPage(const format::ColumnIndex& index, std::size_t page,
                           const PageFacts& facts) {
  const bool isNull = facts.facts.values == 0;
  if (index.null_pages[page] != isNull) {
    error(at(page), isNull ? "null_pages says that there are values, and there are none"
                           : "null_pages says that all values are null, and some are not");
    return;
  }
  if (isNull) {
    if (!index.min_values[page].empty() || !index.max_values[page].empty()) {
      findings_.habit(kKind, at(page), "a page of nulls alone has bounds");
    }
  } else {
    SaidBounds said;
    said.min = index.min_values[page];
    said.max = index.max_values[page];
    bounds_.checkBounds(kKind, said, facts.facts, at(page));
  }
  if (index.__isset.null_counts) {
    bounds_.checkCount(kKind, "null_counts", index.null_counts[page], facts.facts.nulls(),
                       at(page));
  }
  if (index.__isset.nan_counts) {
    bounds_.checkCount(kKind, "nan_counts", index.nan_counts[page], facts.facts.nans, at(page));
  }
}

void IndexCheck::checkHistogram(const std::vector<std::int64_t>& said, const char* name,
                                std::uint8_t maxLevel, const std::vector<PageFacts>& pages,
                                std::vector<std::uint64_t> ValueFacts::* counts) {
  const std::size_t levels = std::size_t{maxLevel} + 1;
  if (said.empty() || !hasCount(said, name, pages.size() * levels)) {
    return;
  }
  for (std::size_t i = 0; i < pages.size(); ++i) {
    for (std::size_t level = 0; pages[i].isKnown && level < levels; ++level) {
      const std::string what = std::string(name) + " of level " + std::to_string(level);
      bounds_.checkCount(kKind, what.c_str(), said[i * levels + level],
                         (pages[i].facts.*counts)[level], at(i));
    }
  }
}

void IndexCheck::checkOrder(const format::ColumnIndex& index) {
  if (index.boundary_order == format::BoundaryOrder::UNORDERED || !bounds_.order() ||
      *bounds_.order() == stats::Order::kNone) {
    return;
  }
  if (index.boundary_order != format::BoundaryOrder::ASCENDING &&
      index.boundary_order != format::BoundaryOrder::DESCENDING) {
    error(place_, "boundary_order is " + std::to_string(index.boundary_order));
    return;
  }
  if (const auto wrong = read::boundsOutOfOrder(leaf_, *bounds_.order(), index)) {
    const bool isAscending = index.boundary_order == format::BoundaryOrder::ASCENDING;
    error(at(wrong->page),
          std::string("boundary_order is ") + (isAscending ? "ASCENDING" : "DESCENDING") +
              ", and the bounds " + bounds_.textOf(*wrong->bounds[0]) + ", " +
              bounds_.textOf(*wrong->bounds[1]) + " of pages " + std::to_string(wrong->before) +
              " and " + std::to_string(wrong->page) + " are not");
  }
}

}  // namespace parquet_flow::verify
