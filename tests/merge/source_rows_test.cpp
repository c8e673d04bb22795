// Goal: what one file needs does not stay for the next one. Method: files of one schema, the first
// of texts that come to more than a batch may have.
#include "merge/source_rows.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "read/made_files.hpp"
#include "support/expect_result.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::merge {
namespace {

using read::test::Rows;
using read::test::Value;

constexpr std::uint64_t kRows = 1000;

TEST(SourceRowsTest, batchesAreWholeAgainBehindAFileOfLargeTexts) {
  schema::Schema schema;
  PF_EXPECT_OK(schema.addLeaf(schema::kRoot, "s", schema::PhysicalType::kByteArray,
                              schema::Repetition::kRequired));
  const auto shared = std::make_shared<const schema::Schema>(schema);
  const test::TempDirectory folder;
  // One text, in a dictionary: all rows of it are 72 MB, where a batch has 64 MiB.
  write::WriterOptions options;
  options.dictionaryLeaves = {0};
  const auto write = [&](const char* name, std::size_t bytes) {
    Value::Group row;
    row.children.emplace_back(std::string(bytes, 'x'));
    test::writeWholeFile(folder.file(name),
                         read::test::fileOf(shared, options, {Rows(kRows, Value(row))}));
    return folder.file(name);
  };
  const std::string large = write("large.parquet", 72'000);
  const std::string small = write("small.parquet", 5);
  SourceRows rows(*shared);
  SourceFile file;
  const auto batch = [&](const std::string& path) -> std::uint64_t {
    PF_EXPECT_OK(file.open(path));
    PF_EXPECT_OK(rows.beginFile(file));
    PF_EXPECT_OK(rows.beginRowGroup(0));
    const auto read = rows.next(64 << 10);
    PF_EXPECT_OK(read);
    return read.value_or(0);
  };
  EXPECT_EQ(batch(large), kRows / 2);
  EXPECT_EQ(batch(small), kRows);
  // Of one file they stay smaller.
  EXPECT_EQ(batch(large), kRows / 2);
  EXPECT_EQ(rows.next(64 << 10).value_or(0), kRows / 2);
  EXPECT_EQ(rows.rowsLeft(), 0U);
}

}  // namespace
}  // namespace parquet_flow::merge
