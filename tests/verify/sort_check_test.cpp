// Goal: rows that some writer sorts are not said to be unsorted, and all others are: Parquet does
// not say where NaNs are. Method: a few rows by hand in pages of two, said to be sorted by the
// footer.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/memory_file.hpp"
#include "patched_file.hpp"
#include "verify/file_check.hpp"

namespace parquet_flow::verify {
namespace {

using namespace test;

constexpr std::int32_t kFloating = 0;
constexpr std::int32_t kWhole = 1;

struct Row {
  std::optional<double> x;
  std::int32_t k = 0;
};

format::SortingColumn by(std::int32_t leaf, bool descending = false, bool nullsFirst = false) {
  format::SortingColumn column;
  column.column_idx = leaf;
  column.descending = descending;
  column.nulls_first = nullsFirst;
  return column;
}

Value halfOf(double value) {
  const auto sign = static_cast<unsigned>(std::signbit(value) ? 0x80 : 0);
  // 0, 1, 2 or NaN, little-endian.
  const unsigned high = std::isnan(value)        ? 0x7E
                        : std::abs(value) == 0.0 ? 0
                        : std::abs(value) == 1.0 ? 0x3C
                                                 : 0x40;
  return Value(std::string{'\0', static_cast<char>(high | sign)});
}

Value valueOf(PhysicalType type, double value) {
  switch (type) {
    case PhysicalType::kFloat:
      return Value::ofFloat(static_cast<float>(value));
    case PhysicalType::kDouble:
      return Value::ofDouble(value);
    case PhysicalType::kInt96:
      return Value(std::string(12, static_cast<char>(value)));
    default:
      return halfOf(value);
  }
}

// What is found in a row group of these rows.
std::string findingsOf(PhysicalType type, const std::vector<Row>& rows,
                       const std::vector<format::SortingColumn>& sorting) {
  schema::Schema built;
  const bool isHalf = type == PhysicalType::kFixedLenByteArray;
  EXPECT_TRUE(built.addLeaf(
      schema::kRoot, "x", type, Repetition::kOptional, isHalf ? 2 : 0,
      isHalf ? schema::LogicalType{LogicalKind::kFloat16, 0, 0} : schema::LogicalType{}));
  EXPECT_TRUE(built.addLeaf(schema::kRoot, "k", PhysicalType::kInt32, Repetition::kRequired));
  Rows values;
  for (const Row& row : rows) {
    Value::Group group;
    group.children.push_back(row.x ? valueOf(type, *row.x) : Value());
    group.children.emplace_back(row.k);
    values.emplace_back(Value::Any(std::move(group)));
  }
  write::WriterOptions options;
  options.pageRows = 2;
  Patch patch(read::test::fileOf(std::make_shared<const schema::Schema>(std::move(built)), options,
                                 {values}));
  patch.meta.row_groups[0].__set_sorting_columns(sorting);
  const std::string bytes = patch.file();
  const FileVerdict verdict =
      verifyFile(std::make_unique<io::MemoryInputFile>(constBytes(bytes), "f"));
  std::string text;
  for (const Finding& each : verdict.findings) {
    text += std::string(each.kind) + ": " + each.message;
  }
  return text;
}

const std::string kUnsorted = "sorting: its rows are not sorted as sorting_columns says";
const double kNan = std::nan("");

TEST(SortCheck, nansMayBeAtEitherEnd) {
  for (const PhysicalType type :
       {PhysicalType::kFloat, PhysicalType::kDouble, PhysicalType::kFixedLenByteArray}) {
    SCOPED_TRACE(static_cast<int>(type));
    const auto found = [type](const std::vector<Row>& rows, bool descending = false) {
      return findingsOf(type, rows, {by(kFloating, descending)});
    };
    EXPECT_EQ(found({{1}, {2}, {kNan}, {-kNan}, {kNan}, {}}), "");
    EXPECT_EQ(found({{-kNan}, {kNan}, {kNan}, {1}, {2}, {}}), "");
    EXPECT_EQ(found({{kNan}, {kNan}, {2}, {1}, {}}, true), "");
    EXPECT_EQ(found({{2}, {1}, {1}, {kNan}, {-kNan}, {}}, true), "");
    EXPECT_EQ(found({{kNan}, {kNan}}), "");
    EXPECT_EQ(found({{-1}, {0.0}, {-0.0}, {0.0}, {kNan}}), "");
    // In total order: -NaN, -1, -0, +0, +NaN.
    EXPECT_EQ(found({{-kNan}, {-1}, {-0.0}, {0.0}, {kNan}}), "");
    EXPECT_EQ(found({{1}, {kNan}, {2}}), kUnsorted);
    EXPECT_EQ(found({{kNan}, {1}, {kNan}}), kUnsorted);
    EXPECT_EQ(found({{1}, {0.0}, {kNan}}), kUnsorted);
    EXPECT_EQ(found({{kNan}, {1}, {0.0}}), kUnsorted);
    EXPECT_EQ(found({{1}, {}, {kNan}}), kUnsorted);
    EXPECT_EQ(found({{kNan}, {1}, {2}}, true), kUnsorted);
  }
}

TEST(SortCheck, rowsOfNansAreToldApartByTheNextColumn) {
  const std::vector<format::SortingColumn> sorting = {by(kFloating), by(kWhole)};
  const auto found = [&](const std::vector<Row>& rows) {
    return findingsOf(PhysicalType::kDouble, rows, sorting);
  };
  EXPECT_EQ(found({{1, 9}, {2, 1}, {2, 3}, {kNan, 0}, {kNan, 0}, {kNan, 4}}), "");
  EXPECT_EQ(found({{kNan, 0}, {kNan, 4}, {1, 9}, {2, 1}}), "");
  EXPECT_EQ(found({{1, 9}, {kNan, 4}, {kNan, 0}}), kUnsorted);
  EXPECT_EQ(found({{1, 9}, {2, 3}, {2, 1}, {kNan, 0}}), kUnsorted);
}

TEST(SortCheck, aColumnMayBeThereTwice) {
  const std::vector<Row> rows = {{1, 1}, {1, 2}, {2, 0}};
  EXPECT_EQ(
      findingsOf(PhysicalType::kDouble, rows, {by(kFloating), by(kFloating, true), by(kWhole)}),
      "");
  EXPECT_EQ(findingsOf(PhysicalType::kDouble, rows, {by(kWhole), by(kWhole)}), kUnsorted);
}

// INT96 has no order.
TEST(SortCheck, whatCannotBeComparedIsNotHeldAgainstRows) {
  const std::vector<Row> rows = {{2, 1}, {1, 2}};
  EXPECT_EQ(findingsOf(PhysicalType::kInt96, rows, {by(kFloating)}), "");
  EXPECT_EQ(findingsOf(PhysicalType::kInt96, rows, {by(kFloating), by(kWhole, true)}), "");
  EXPECT_EQ(findingsOf(PhysicalType::kInt96, rows, {by(kWhole, true)}), kUnsorted);
}

}  // namespace
}  // namespace parquet_flow::verify
