// Goal: what is read ahead of a sort is bounded by what is sorted at a time, however much memory
// was asked for. Method: a file of texts that are one in its dictionary, and many threads, which
// share the bound.
#include "merge/sorted_input.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "pipeline/parallelism.hpp"
#include "read/made_files.hpp"
#include "support/expect_result.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::merge {
namespace {

using Kind = SortedInputFile::Kind;
using read::test::Rows;
using read::test::Value;

struct Events final : MergeEvents {
  void onFailure(const FileFailure& /*failure*/) override {}
  void onProgress(const MergeProgress& /*progress*/) override {}
  [[nodiscard]] bool isStopped() const noexcept override { return false; }
};

// As a file of 1000 texts of so many bytes is found to be.
Kind kindOf(std::size_t bytes, std::uint64_t sortBytes, std::uint32_t threads) {
  schema::Schema schema;
  PF_EXPECT_OK(schema.addLeaf(schema::kRoot, "s", schema::PhysicalType::kByteArray,
                              schema::Repetition::kRequired));
  write::WriterOptions writer;
  writer.dictionaryLeaves = {0};
  Value::Group row;
  row.children.emplace_back(std::string(bytes, 'x'));
  const test::TempDirectory folder;
  const std::string path = folder.file("a.parquet");
  test::writeWholeFile(path, read::test::fileOf(std::make_shared<const schema::Schema>(schema),
                                                writer, {Rows(1000, Value(row))}));
  MergeOptions options;
  options.inputs = {path};
  options.sortBy = {{.path = "s"}};
  options.sortBytes = sortBytes;
  const auto target = chooseTarget(options, Events());
  PF_EXPECT_OK(target);
  SharedWork work(pipeline::makeEncodeThreads(threads));
  EXPECT_EQ(work.threads(), threads);
  SortedInput input(*target, options, work);
  PF_EXPECT_OK(input.open());
  const auto file = input.next();
  PF_EXPECT_OK(file);
  PF_EXPECT_OK((*file)->result());
  return (*file)->kind();
}

// A quarter, shared by the threads.
TEST(SortedInputTest, filesAreReadAheadBelowTheirShareOfTheMemory) {
  EXPECT_EQ(kindOf(7'000, 32'000'000, 1), Kind::kSmall);   // 7 MB of 8
  EXPECT_EQ(kindOf(9'000, 32'000'000, 1), Kind::kOther);   // 9 MB of 8
  EXPECT_EQ(kindOf(7'000, 128'000'000, 4), Kind::kSmall);  // and of 32 / 4
  EXPECT_EQ(kindOf(9'000, 128'000'000, 4), Kind::kOther);
}

// 2 GiB / 4 / 64 threads: 8 MiB, not 256.
TEST(SortedInputTest, theirShareIsOfWhatIsSortedAtATime) {
  constexpr std::uint64_t kSortBytes = 64ULL << 30;
  EXPECT_EQ(kindOf(8'000, kSortBytes, 64), Kind::kSmall);
  EXPECT_EQ(kindOf(9'000, kSortBytes, 64), Kind::kOther);
}

}  // namespace
}  // namespace parquet_flow::merge
