// Goal: each row is in exactly one unit, rows split evenly, and what cannot be is refused. Method:
// the units of small odd plans walked and counted.
#include "contacts/plan.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "support/expect_result.hpp"

namespace parquet_flow::contacts {
namespace {

RunOptions optionsOf(std::uint64_t rows, std::uint64_t files, std::uint64_t rowGroupRows) {
  RunOptions options;
  options.rows = rows;
  options.files = files;
  options.rowGroupRows = rowGroupRows;
  return options;
}

TEST(Plan, rowsSplitEvenlyWithTheOddOnesInTheFirstFiles) {
  const RunOptions options = optionsOf(11, 4, 100);
  std::vector<std::uint64_t> begins;
  for (std::uint64_t file = 0; file <= 4; ++file) {
    begins.push_back(fileBegin(options, file));
  }
  EXPECT_EQ(begins, (std::vector<std::uint64_t>{0, 3, 6, 9, 11}));
}

TEST(Plan, unitsAreOneOfEachFileInTurn) {
  const struct {
    std::uint64_t rows;
    std::uint64_t files;
    std::uint64_t rowGroupRows;
    std::vector<std::vector<std::uint64_t>> units;  // file, ordinal, begin, end
  } kCases[] = {
      {1, 1, 10, {{0, 0, 0, 1}}},
      {10, 1, 4, {{0, 0, 0, 4}, {0, 1, 4, 8}, {0, 2, 8, 10}}},
      // Three and two rows: the second file has no second row group.
      {5, 2, 2, {{0, 0, 0, 2}, {1, 0, 3, 5}, {0, 1, 2, 3}}},
      // Fewer rows than files: the others stay empty.
      {2, 3, 7, {{0, 0, 0, 1}, {1, 0, 1, 2}}},
      {8, 2, 4, {{0, 0, 0, 4}, {1, 0, 4, 8}}},
  };
  for (const auto& c : kCases) {
    Units units(optionsOf(c.rows, c.files, c.rowGroupRows));
    std::vector<std::vector<std::uint64_t>> seen;
    Unit unit;
    while (units.next(unit)) {
      seen.push_back({unit.file, unit.ordinal, unit.begin, unit.end});
    }
    EXPECT_EQ(seen, c.units) << c.rows << " rows, " << c.files << " files";
    EXPECT_FALSE(units.next(unit));
  }
}

TEST(Plan, everyRowIsInOneUnit) {
  for (const std::uint64_t rows : {1U, 2U, 999U, 1000U, 1001U}) {
    for (const std::uint64_t files : {1U, 2U, 3U, 7U, 64U}) {
      for (const std::uint64_t rowGroupRows : {1U, 13U, 500U, 5000U}) {
        Units units(optionsOf(rows, files, rowGroupRows));
        std::vector<int> seen(rows);
        Unit unit;
        while (units.next(unit)) {
          for (std::uint64_t row = unit.begin; row < unit.end; ++row) {
            ++seen.at(row);
          }
        }
        EXPECT_EQ(seen, std::vector<int>(rows, 1)) << rows << " " << files << " " << rowGroupRows;
      }
    }
  }
}

TEST(Plan, namesHaveNumbersWhereThereAreSeveralFiles) {
  RunOptions options = optionsOf(10, 1, 10);
  EXPECT_EQ(fileName(options, 0), "contacts.parquet");
  options.files = 12;
  EXPECT_EQ(fileName(options, 0), "contacts_1.parquet");
  EXPECT_EQ(fileName(options, 11), "contacts_12.parquet");
  options.format = Format::kJsonLines;
  EXPECT_EQ(fileName(options, 1), "contacts_2.jsonl");
}

TEST(Plan, whatCannotBeIsRefused) {
  RunOptions options = optionsOf(0, 1, 10);
  PF_EXPECT_ERROR(validate(options), ErrorCode::kInvalidArgument, "rows 0");
  options = optionsOf(10, 0, 10);
  PF_EXPECT_ERROR(validate(options), ErrorCode::kInvalidArgument, "files 0");
  options = optionsOf(10, 1, 10);
  options.threads = 0;
  PF_EXPECT_ERROR(validate(options), ErrorCode::kInvalidArgument, "threads 0");
  options = optionsOf(10, 1, 0);
  PF_EXPECT_ERROR(validate(options), ErrorCode::kInvalidArgument, "row group rows 0");
  options = optionsOf(10, 1, 10);
  options.chunkRows = std::uint64_t{1} << 40;
  PF_EXPECT_ERROR(validate(options), ErrorCode::kInvalidArgument, "chunk size");
  // 32 767 row groups are what a file has at most.
  PF_EXPECT_OK(validate(optionsOf(32'767, 1, 1)));
  PF_EXPECT_ERROR(validate(optionsOf(32'768, 1, 1)), ErrorCode::kLimit, "32768 row groups");
  PF_EXPECT_OK(validate(optionsOf(32'768, 2, 1)));
}

}  // namespace
}  // namespace parquet_flow::contacts
