// Answers predicates over a Parquet file by the scan: the half of scan_test.py that is ours.
//
//   interop_filter FILE COLUMN [BATCH_ROWS] < predicates
//
// For each line, a predicate's text, a line: the values of COLUMN, an INT64 without nulls, of
// the rows that it takes, with blanks between; or "error: " and why. Each is read with a selection
// and compact, which must agree, and so must limit and skip.
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "io/posix_file.hpp"
#include "read/file_reader.hpp"
#include "scan/filtered_reader.hpp"
#include "scan/predicate_text.hpp"

namespace {

using namespace parquet_flow;

using Rows = std::vector<std::int64_t>;

Result<Rows> rowsOf(const read::FileReader& file, const scan::FilterOptions& options) {
  PF_TRY_ASSIGN(const auto reader, scan::FilteredReader::create(file, options));
  Rows rows;
  for (scan::SelectedBatch batch;;) {
    PF_TRY_ASSIGN(const bool isThere, reader->next(batch));
    if (!isThere) {
      return rows;
    }
    if (batch.rows > options.batchRows || batch.selected == 0) {
      return fail(ErrorCode::kInternal, "a batch of " + std::to_string(batch.rows) + " rows");
    }
    const std::byte* const values = batch.columns[0].data();
    for (std::uint64_t i = 0; i < batch.rows; ++i) {
      if (batch.isAll || (batch.selection[i / 64] >> (i % 64) & 1U) != 0) {
        rows.push_back(loadLe<std::int64_t>(values + i * sizeof(std::int64_t)));
      }
    }
  }
}

Result<Rows> answer(const read::FileReader& file, const std::string& text, std::uint32_t leaf,
                    std::uint64_t batchRows) {
  scan::FilterOptions options;
  options.leaves = {leaf};
  options.batchRows = batchRows;
  PF_TRY_ASSIGN(options.predicate, scan::parsePredicate(text));
  PF_TRY_ASSIGN(Rows rows, rowsOf(file, options));
  options.isCompact = true;
  PF_TRY_ASSIGN(const Rows compact, rowsOf(file, options));
  if (compact != rows) {
    return fail(ErrorCode::kInternal, "compact rows are others");
  }
  options.skip = rows.size() / 3;
  options.limit = rows.size() / 2;
  for (const bool isCompact : {false, true}) {
    options.isCompact = isCompact;
    PF_TRY_ASSIGN(const Rows part, rowsOf(file, options));
    const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(options.skip);
    if (part != Rows(begin, begin + static_cast<std::ptrdiff_t>(options.limit))) {
      return fail(ErrorCode::kInternal, "limit and skip give others");
    }
  }
  return rows;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    return 2;
  }
  auto input = io::openInputFile(argv[1]);
  if (!input) {
    std::fprintf(stderr, "%s\n", input.error().message().c_str());
    return 1;
  }
  const auto file = read::FileReader::open(std::move(*input));
  if (!file) {
    std::fprintf(stderr, "%s\n", file.error().message().c_str());
    return 1;
  }
  const schema::Leaf* const leaf = (*file)->schema().findLeaf(argv[2]);
  if (leaf == nullptr) {
    return 2;
  }
  const std::uint64_t batchRows = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 65536;
  for (std::string text; std::getline(std::cin, text);) {
    const Result<Rows> rows = answer(**file, text, leaf->index, batchRows);
    std::string line;
    if (rows) {
      for (const std::int64_t row : *rows) {
        line += std::to_string(row) + " ";
      }
    } else {
      line = "error: " + rows.error().message();
    }
    std::printf("%s\n", line.c_str());
  }
  return 0;
}
