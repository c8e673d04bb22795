#include "scan/predicate_scan.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "encoding/encoding.hpp"
#include "format/parquet_types.h"
#include "scan/bloom.hpp"
#include "scan/chunk_bounds.hpp"
#include "scan/value_tests.hpp"

namespace parquet_flow::scan {
namespace {

constexpr std::uint64_t kAllBits = ~std::uint64_t{0};

std::size_t wordsFor(std::uint64_t bits) noexcept {
  return static_cast<std::size_t>((bits + 63) / 64);
}

// Of the last word of `rows` rows.
std::uint64_t tailMask(std::uint64_t rows) noexcept {
  return kAllBits >> (wordsFor(rows) * 64 - rows);
}

void fillWith(bool value, std::uint64_t rows, Words& out) {
  out.assign(wordsFor(rows), value ? kAllBits : 0);
  if (value && rows != 0) {
    out.back() &= tailMask(rows);
  }
}

bool areZero(const Words& words) noexcept {
  return std::all_of(words.begin(), words.end(), [](std::uint64_t word) { return word == 0; });
}

bool areAllOnes(const Words& words, std::uint64_t rows) noexcept {
  return std::all_of(words.begin(), words.end() - 1,
                     [](std::uint64_t word) { return word == kAllBits; }) &&
         words.back() == tailMask(rows);
}

}  // namespace

PredicateScan::PredicateScan(const read::FileReader& file, BoundPredicate predicate,
                             const read::PageLimits& limits, ScanStats& stats)
    : file_(file), predicate_(std::move(predicate)), stats_(stats) {
  const std::vector<std::uint32_t> tested = leaves();
  leaves_.resize(tested.size());
  for (std::size_t i = 0; i < tested.size(); ++i) {
    leaves_[i].scan =
        std::make_unique<LeafScan>(file, file.schema().leaves()[tested[i]], limits, 1, true, stats);
  }
  for (const Test& test : predicate_.tests) {
    const auto place = std::lower_bound(tested.begin(), tested.end(), test.leaf);
    const auto leaf = static_cast<std::size_t>(place - tested.begin());
    LeafTests& tests = leaves_[leaf];
    places_.push_back({leaf, tests.rowTests.size()});
    tests.valueTests.push_back(test.kind == TestKind::kNull
                                   ? nullptr
                                   : makeValueTest(file.schema().leaves()[test.leaf], test));
    tests.rowTests.emplace_back().test = tests.valueTests.back().get();
    tests.bits.emplace_back();
  }
}

std::vector<std::uint32_t> PredicateScan::leaves() const {
  std::set<std::uint32_t> leaves;
  for (const Test& test : predicate_.tests) {
    leaves.insert(test.leaf);
  }
  return {leaves.begin(), leaves.end()};
}

void PredicateScan::givePagesTo(std::uint32_t leaf, read::PageCache& cache) {
  for (LeafTests& tests : leaves_) {
    if (tests.scan->leaf().index == leaf) {
      tests.scan->givePagesTo(cache);
    }
  }
}

bool PredicateScan::isAlwaysTrue() const noexcept {
  return verdictOf(predicate_.root, verdicts_).isAlwaysTrue;
}

Result<RowRanges> PredicateScan::beginRowGroup(std::size_t rowGroup, RowRange wanted) {
  rowGroup_ = rowGroup;
  for (LeafTests& tests : leaves_) {
    tests.scan->beginRowGroup(rowGroup);
    tests.rows = 0;
  }
  const auto verdict = [this] { return verdictOf(predicate_.root, verdicts_); };
  askStatistics();
  if (!verdict().mayBeTrue) {
    ++stats_.rowGroupsByStatistics;
    return RowRanges{};
  }
  if (verdict().isOpen()) {
    PF_TRY(askBloomFilters());
    if (!verdict().mayBeTrue) {
      ++stats_.rowGroupsByBloomFilter;
      return RowRanges{};
    }
  }
  if (verdict().isOpen()) {
    PF_TRY(askDictionaries());
    if (!verdict().mayBeTrue) {
      ++stats_.rowGroupsByDictionary;
      return RowRanges{};
    }
  }
  RowRanges ranges = {wanted};
  if (verdict().isOpen()) {
    PF_TRY_ASSIGN(const RowRanges found, candidatesOf(predicate_.root));
    ranges = intersectionOf(ranges, found);
    if (ranges.empty()) {
      ++stats_.rowGroupsByPageIndex;
      return ranges;
    }
    stats_.rowsByPageIndex += wanted.end - wanted.begin - countRows(ranges);
  }
  ++stats_.rowGroupsRead;
  return ranges;
}

void PredicateScan::endRowGroup() {
  for (LeafTests& tests : leaves_) {
    tests.scan->endRowGroup();
  }
}

void PredicateScan::askStatistics() {
  bounds_.clear();
  verdicts_.clear();
  for (const Test& test : predicate_.tests) {
    bounds_.push_back(chunkBounds(file_, rowGroup_, file_.schema().leaves()[test.leaf]));
    verdicts_.push_back(verdictOf(test, bounds_.back()));
  }
}

Result<void> PredicateScan::askBloomFilters() {
  for (std::size_t i = 0; i < verdicts_.size(); ++i) {
    const Test& test = predicate_.tests[i];
    if (verdicts_[i].isOpen()) {
      PF_TRY_ASSIGN(const bool isRuledOut,
                    isRuledOutByBloomFilter(file_, rowGroup_, file_.schema().leaves()[test.leaf],
                                            test, stats_.bytesRead));
      verdicts_[i] = isRuledOut ? kNeverTrue : verdicts_[i];
    }
  }
  return {};
}

// By encoding_stats alone: `encodings` has PLAIN for the dictionary page too.
bool PredicateScan::isAllInDictionary(const schema::Leaf& leaf) const {
  const format::ColumnMetaData& meta =
      file_.metaData().row_groups[rowGroup_].columns[leaf.index].meta_data;
  bool hasDataPages = false;
  for (const format::PageEncodingStats& pages : meta.encoding_stats) {
    const bool isData = pages.page_type == format::PageType::DATA_PAGE ||
                        pages.page_type == format::PageType::DATA_PAGE_V2;
    const auto encoding = static_cast<encoding::Encoding>(pages.encoding);
    if (isData && pages.count != 0 && encoding != encoding::Encoding::kRleDictionary &&
        encoding != encoding::Encoding::kPlainDictionary) {
      return false;
    }
    hasDataPages = hasDataPages || (isData && pages.count > 0);
  }
  return meta.__isset.encoding_stats && hasDataPages;
}

Result<void> PredicateScan::askDictionaries() {
  for (std::size_t i = 0; i < verdicts_.size(); ++i) {
    const Test& test = predicate_.tests[i];
    const auto [leaf, place] = places_[i];
    LeafTests& tests = leaves_[leaf];
    if (test.kind == TestKind::kNull || !verdicts_[i].isOpen() ||
        !isAllInDictionary(tests.scan->leaf())) {
      continue;
    }
    PF_TRY_ASSIGN(const std::optional<read::Share> share,
                  tests.scan->testDictionary(tests.rowTests[place]));
    if (share == read::Share::kNone) {
      verdicts_[i] = kNeverTrue;
    } else if (share == read::Share::kAll && !bounds_[i].mayHaveNulls) {
      verdicts_[i] = {true, true};
    }
  }
  return {};
}

Result<RowRanges> PredicateScan::candidatesOf(const BoundNode& node) {
  if (node.kind == NodeKind::kTest) {
    return candidatesOf(predicate_.tests[node.test]);
  }
  const Verdict verdict = verdictOf(node, verdicts_);
  if (!verdict.isOpen()) {
    return verdict.mayBeTrue ? allRows() : RowRanges{};
  }
  const bool isAnd = node.kind == NodeKind::kAnd;
  RowRanges ranges = isAnd ? allRows() : RowRanges{};
  for (const BoundNode& child : node.children) {
    PF_TRY_ASSIGN(const RowRanges ofChild, candidatesOf(child));
    ranges = isAnd ? intersectionOf(ranges, ofChild) : unionOf(ranges, ofChild);
  }
  return ranges;
}

Result<RowRanges> PredicateScan::candidatesOf(const Test& test) {
  const Verdict verdict = verdicts_[static_cast<std::size_t>(&test - predicate_.tests.data())];
  if (!verdict.isOpen()) {
    return verdict.mayBeTrue ? allRows() : RowRanges{};
  }
  LeafScan& scan = *leafTestsOf(test).scan;
  PF_TRY_ASSIGN(const PageLocations* const locations, scan.locations());
  if (locations == nullptr) {
    return allRows();
  }
  PF_TRY_ASSIGN(const auto pages,
                readPageBounds(file_, rowGroup_, scan.leaf(), *locations, stats_.bytesRead));
  return pages ? candidates(test, *locations, *pages, file_.rowGroupRows(rowGroup_)) : allRows();
}

Result<void> PredicateScan::test(std::uint64_t row, std::uint64_t rows, Words& out) {
  stats_.rowsTested += rows;
  return evaluate(predicate_.root, row, rows, out);
}

Result<void> PredicateScan::evaluate(const BoundNode& node, std::uint64_t row, std::uint64_t rows,
                                     Words& out) {
  const Verdict verdict = verdictOf(node, verdicts_);
  if (!verdict.isOpen()) {
    fillWith(verdict.mayBeTrue, rows, out);
    return {};
  }
  if (node.kind == NodeKind::kTest) {
    return evaluate(predicate_.tests[node.test], row, rows, out);
  }
  const bool isAnd = node.kind == NodeKind::kAnd;
  fillWith(isAnd, rows, out);
  Words child;
  if (!spare_.empty()) {
    child = std::move(spare_.back());
    spare_.pop_back();
  }
  for (const BoundNode& each : node.children) {
    PF_TRY(evaluate(each, row, rows, child));
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = isAnd ? out[i] & child[i] : out[i] | child[i];
    }
    if (isAnd ? areZero(out) : areAllOnes(out, rows)) {
      break;
    }
  }
  spare_.push_back(std::move(child));
  return {};
}

Result<void> PredicateScan::evaluate(const Test& test, std::uint64_t row, std::uint64_t rows,
                                     Words& out) {
  LeafTests& tests = leafTestsOf(test);
  if (tests.rows != rows || tests.row != row) {
    for (std::size_t i = 0; i < tests.bits.size(); ++i) {
      tests.bits[i].assign(wordsFor(rows), 0);
      tests.rowTests[i].bits = tests.bits[i].data();
    }
    PF_TRY(tests.scan->test(row, rows, tests.rowTests));
    tests.row = row;
    tests.rows = rows;
  }
  out = tests.bits[placeOf(test).test];
  if (test.kind == TestKind::kNull && !test.isNegated) {
    for (std::uint64_t& word : out) {
      word = ~word;
    }
    out.back() &= tailMask(rows);
  }
  return {};
}

}  // namespace parquet_flow::scan
