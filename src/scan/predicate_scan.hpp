// A bound predicate over one row group after the other: what can be said of it without its values,
// and then what its values say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/status.hpp"
#include "read/file_reader.hpp"
#include "read/value_test.hpp"
#include "scan/bound_predicate.hpp"
#include "scan/leaf_scan.hpp"
#include "scan/row_ranges.hpp"
#include "scan/scan_stats.hpp"
#include "scan/verdict.hpp"

namespace parquet_flow::scan {

using Words = std::vector<std::uint64_t>;

class PredicateScan {
 public:
  // All but the limits must live as long.
  PredicateScan(const read::FileReader& file, BoundPredicate predicate,
                const read::PageLimits& limits, ScanStats& stats);

  // Of one of leaves(): pages that its values are taken from are kept there. The cache must live as
  // long.
  void givePagesTo(std::uint32_t leaf, read::PageCache& cache);

  // Of the row group's rows in `wanted` those that the predicate may be true of, none where it is
  // of none; counts what ruled them out. Errors as FilteredReader::next.
  [[nodiscard]] Result<RowRanges> beginRowGroup(std::size_t rowGroup, RowRange wanted);
  // Whether it is true of all of these.
  [[nodiscard]] bool isAlwaysTrue() const noexcept;
  void endRowGroup();

  // Bit i % 64 of word i / 64: whether it is true of row `row` + i, zeros behind the last. Rows are
  // asked for in order.
  [[nodiscard]] Result<void> test(std::uint64_t row, std::uint64_t rows, Words& out);

  // The leaves that tests are of, once each, in schema order.
  [[nodiscard]] std::vector<std::uint32_t> leaves() const;

 private:
  // The tests of a leaf, taken in one passage over its values.
  struct LeafTests {
    std::unique_ptr<LeafScan> scan;
    std::vector<read::RowTest> rowTests;
    std::vector<std::unique_ptr<read::ValueTest>> valueTests;
    std::vector<Words> bits;
    std::uint64_t row = 0;  // which rows `bits` are of
    std::uint64_t rows = 0;
  };
  struct Place {
    std::size_t leaf;  // index into leaves_
    std::size_t test;  // index into its tests
  };

  [[nodiscard]] LeafTests& leafTestsOf(const Test& test) { return leaves_[placeOf(test).leaf]; }
  [[nodiscard]] const Place& placeOf(const Test& test) const {
    return places_[static_cast<std::size_t>(&test - predicate_.tests.data())];
  }
  void askStatistics();
  [[nodiscard]] Result<void> askBloomFilters();
  [[nodiscard]] Result<void> askDictionaries();
  [[nodiscard]] bool isAllInDictionary(const schema::Leaf& leaf) const;
  [[nodiscard]] Result<RowRanges> candidatesOf(const BoundNode& node);
  [[nodiscard]] Result<RowRanges> candidatesOf(const Test& test);
  [[nodiscard]] RowRanges allRows() const { return {{0, file_.rowGroupRows(rowGroup_)}}; }
  [[nodiscard]] Result<void> evaluate(const BoundNode& node, std::uint64_t row, std::uint64_t rows,
                                      Words& out);
  [[nodiscard]] Result<void> evaluate(const Test& test, std::uint64_t row, std::uint64_t rows,
                                      Words& out);

  const read::FileReader& file_;
  const BoundPredicate predicate_;
  ScanStats& stats_;
  std::vector<LeafTests> leaves_;
  std::vector<Place> places_;  // of each test
  std::size_t rowGroup_ = 0;
  std::vector<ValueBounds> bounds_;  // of each test's chunk
  std::vector<Verdict> verdicts_;    // of each test, in this row group
  std::vector<Words> spare_;         // for what is between
};

}  // namespace parquet_flow::scan
