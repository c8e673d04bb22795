#include "verify/file_check.hpp"

#include <algorithm>
#include <string_view>

#include "format/parquet_types.h"
#include "read/batch_reader.hpp"
#include "read/chunk_info.hpp"
#include "read/file_reader.hpp"
#include "rows/row_cells.hpp"
#include "verify/chunk_check.hpp"
#include "verify/layout_check.hpp"
#include "verify/schema_check.hpp"
#include "verify/sort_check.hpp"
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
    SortCheck sorting(file_.schema(), file_.metaData().row_groups[index], index, findings_);
    bool isWhole = true;
    for (const schema::Leaf& leaf : file_.schema().leaves()) {
      const ChunkVerdict chunk = chunks_.check(index, leaf, sorting.columnsOf(leaf));
      ++verdict_.chunks;
      verdict_.pages += chunk.pages;
      verdict_.entries += chunk.entries;
      isWhole = isWhole && chunk.isWhole;
    }
    if (isWhole) {
      sorting.compare(index, findings_);
    }
    return isWhole;
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
