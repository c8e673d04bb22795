#include "verify/file_check.hpp"

#include <algorithm>
#include <string_view>

#include "format/parquet_types.h"
#include "read/batch_reader.hpp"
#include "read/chunk_info.hpp"
#include "read/file_reader.hpp"
#include "rows/row_cells.hpp"
#include "stats/sort_order.hpp"
#include "verify/chunk_check.hpp"
#include "verify/layout_check.hpp"
#include "verify/schema_check.hpp"
#include "write/copied_row_group.hpp"

namespace parquet_flow::verify {
namespace {

constexpr std::string_view kOurName = "parquet_flow version ";

// What is decoded is held against all that is said of it, which takes so many times as long; and
// an entry that becomes text, in the units of DecodeBudget.
constexpr std::uint64_t kVerifyFactor = 2;
constexpr std::uint64_t kTextWork = 64;

bool hasNesting(const read::Shape& column) { return column.kind != read::ShapeKind::kLeaf; }

class FileCheck {
 public:
  FileCheck(const read::FileReader& file, FileVerdict& verdict, Findings& findings)
      : file_(file),
        verdict_(verdict),
        findings_(findings),
        limits_(file.limitsOfScan(kVerifyFactor)),
        chunks_(file, limits_, findings) {}

  void check(const std::function<void(std::size_t, std::size_t)>& onRowGroup) {
    checkSchema(file_, findings_);
    checkLayout(file_, findings_);
    bool isWhole = true;
    std::uint64_t firstRow = 0;
    for (std::size_t i = 0; i < file_.rowGroupCount(); ++i) {
      if (onRowGroup) {
        onRowGroup(i, file_.rowGroupCount());
      }
      const bool isGroupWhole = checkRowGroup(i);
      if (isGroupWhole) {
        checkStructure(i, firstRow);
      }
      isWhole = isWhole && isGroupWhole;
      firstRow += file_.rowGroupRows(i);
    }
    checkLedger(file_, isWhole, findings_, verdict_.sessions);
  }

 private:
  // Whether all of it can be decoded.
  bool checkRowGroup(std::size_t index) {
    const format::RowGroup& group = file_.metaData().row_groups[index];
    const std::vector<format::SortingColumn> sorting = sortingColumns(group, index);
    std::vector<stats::SortedColumn> sorted;
    sorted.reserve(sorting.size());
    for (const format::SortingColumn& each : sorting) {
      sorted.emplace_back(leafAt(each), each.descending, each.nulls_first);
    }
    bool isWhole = true;
    for (const schema::Leaf& leaf : file_.schema().leaves()) {
      const auto found = std::ranges::find(sorting, static_cast<std::int32_t>(leaf.index),
                                           &format::SortingColumn::column_idx);
      stats::SortedColumn* const column =
          found != sorting.end() ? &sorted[static_cast<std::size_t>(found - sorting.begin())]
                                 : nullptr;
      const ChunkVerdict chunk = chunks_.check(index, leaf, column);
      ++verdict_.chunks;
      verdict_.pages += chunk.pages;
      verdict_.entries += chunk.entries;
      isWhole = isWhole && chunk.isWhole;
    }
    if (isWhole && !sorted.empty()) {
      std::vector<const stats::SortedColumn*> columns;
      columns.reserve(sorted.size());
      for (const stats::SortedColumn& each : sorted) {
        columns.push_back(&each);
      }
      if (!stats::areSorted(columns)) {
        findings_.error("sorting", {.rowGroup = index},
                        "its rows are not sorted as sorting_columns says");
      }
    }
    return isWhole;
  }

  const schema::Leaf& leafAt(const format::SortingColumn& column) const {
    return file_.schema().leaves()[static_cast<std::size_t>(column.column_idx)];
  }

  // Those that rows can be held against: none, where one of them is not there or in a list.
  std::vector<format::SortingColumn> sortingColumns(const format::RowGroup& group,
                                                    std::size_t index) {
    const auto leaves = static_cast<std::int64_t>(file_.schema().leaves().size());
    std::vector<format::SortingColumn> columns;
    for (const format::SortingColumn& each : group.sorting_columns) {
      if (each.column_idx < 0 || each.column_idx >= leaves) {
        findings_.error("sorting", {.rowGroup = index},
                        "sorting_columns has leaf " + std::to_string(each.column_idx) + " of " +
                            std::to_string(leaves));
        return {};
      }
      if (leafAt(each).maxRepetitionLevel != 0) {
        return {};
      }
      columns.push_back(each);
    }
    return columns;
  }

  // Leaves that are in one list, map or struct have it alike.
  void checkStructure(std::size_t rowGroup, std::uint64_t firstRow) {
    const read::Shape& root = file_.shape();
    if (file_.rowGroupRows(rowGroup) == 0 || std::ranges::none_of(root.children, hasNesting)) {
      return;
    }
    for (const read::Shape& column : root.children) {
      if (hasNesting(column)) {
        checkColumn(column, rowGroup, firstRow);
      }
    }
  }

  void checkColumn(const read::Shape& column, std::size_t rowGroup, std::uint64_t firstRow) {
    std::vector<std::uint32_t> leaves;
    addLeaves(column, leaves);
    read::Shape shape;
    shape.leaf = column.leaf;
    shape.children.push_back(column);
    rows::RowCells cells(file_.schema(), shape, leaves);
    const auto walk = [&]() -> Result<void> {
      PF_TRY_ASSIGN(const auto reader,
                    read::BatchReader::create(file_, {.leaves = leaves,
                                                      .firstRow = firstRow,
                                                      .rows = file_.rowGroupRows(rowGroup)}));
      read::ColumnBatch batch;
      std::string text;
      for (;;) {
        PF_TRY_ASSIGN(const bool isThere, reader->next(batch));
        if (!isThere) {
          return {};
        }
        for (const read::ColumnVector& vector : batch.columns) {
          PF_TRY(limits_.budget->decode(vector.entries * kTextWork));
        }
        PF_TRY(cells.begin(batch));
        for (std::uint64_t row = 0; row < batch.rows; ++row) {
          text.clear();
          PF_TRY(cells.append(0, rows::TextForm::kJson, text));
        }
        PF_TRY(cells.end());
      }
    };
    if (auto walked = walk(); !walked) {
      findings_.error("structure", {.rowGroup = rowGroup, .column = column.name},
                      walked.error().message());
    }
  }

  static void addLeaves(const read::Shape& shape, std::vector<std::uint32_t>& leaves) {
    if (shape.kind == read::ShapeKind::kLeaf) {
      leaves.push_back(shape.leaf);
    }
    for (const read::Shape& child : shape.children) {
      addLeaves(child, leaves);
    }
  }

  const read::FileReader& file_;
  FileVerdict& verdict_;
  Findings& findings_;
  const read::PageLimits limits_;  // of all that is decoded
  ChunkCheck chunks_;
};

}  // namespace

std::size_t FileVerdict::errors() const noexcept {
  return static_cast<std::size_t>(
      std::ranges::count(findings, Severity::kError, &Finding::severity));
}

FileVerdict verifyFile(std::unique_ptr<io::InputFile> input, std::uint64_t pageBytesMax,
                       const std::function<void(std::size_t, std::size_t)>& onRowGroup) {
  FileVerdict verdict;
  verdict.file = input->name();
  Findings findings;
  auto file = read::FileReader::open(std::move(input), {.pageBytesMax = pageBytesMax});
  if (!file) {
    findings.error("footer", {}, file.error().message());
  } else {
    // Which row groups were copied of others is not said.
    findings.setOurs((*file)->metaData().created_by.starts_with(kOurName) &&
                     !read::findKeyValue(**file, write::kCopiedFromKey));
    verdict.rows = (*file)->rows();
    verdict.rowGroups = (*file)->rowGroupCount();
    FileCheck(**file, verdict, findings).check(onRowGroup);
  }
  verdict.findings = findings.all();
  return verdict;
}

}  // namespace parquet_flow::verify
