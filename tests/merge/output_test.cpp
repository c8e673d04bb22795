// Goal: outputs have their names all together or not at all, and hold nothing but their size while
// they wait for them. Method: two files of a row each, and something in the way of the second.
#include "merge/output.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "io/posix_file.hpp"
#include "read/file_reader.hpp"
#include "support/expect_result.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::merge {
namespace {

namespace fs = std::filesystem;

// Has ended two files in `directory`.
Result<std::unique_ptr<Output>> twoFiles(const fs::path& directory, bool replaces) {
  auto schema = std::make_shared<schema::Schema>();
  PF_TRY(schema->addLeaf(schema::kRoot, "k", schema::PhysicalType::kInt64,
                         schema::Repetition::kRequired));
  MergeOptions options;
  options.output = directory.string() + "/";
  options.replaces = replaces;
  options.syncs = true;
  PF_TRY_ASSIGN(auto output, Output::open(options, schema, {}));
  for (std::int64_t value = 1; value <= 2; ++value) {
    column::LeafView view;
    view.rows = 1;
    view.entries = 1;
    view.values.data = reinterpret_cast<const std::byte*>(&value);
    view.values.count = 1;
    PF_TRY(output->append(1, {&view, 1}, nullptr, nullptr));
    PF_TRY(output->endFile({}));
  }
  return output;
}

std::vector<std::string> namesIn(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(OutputTest, filesHaveTheirNamesWhenAllAreWhole) {
  const test::TempDirectory folder;
  PF_ASSERT_OK_ASSIGN(const auto output, twoFiles(folder.path(), false));
  for (const std::string& name : namesIn(folder.path())) EXPECT_EQ(name.front(), '.') << name;
  PF_ASSERT_OK_ASSIGN(const auto results, output->publish());
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[1].rows, 1U);
  EXPECT_EQ(results[1].bytes, fs::file_size(results[1].path));
  EXPECT_EQ(namesIn(folder.path()),
            (std::vector<std::string>{"merged-000001.parquet", "merged-000002.parquet"}));
}

TEST(OutputTest, aNameThatIsTakenMeanwhileTakesTheOthersBack) {
  const test::TempDirectory folder;
  {
    PF_ASSERT_OK_ASSIGN(const auto output, twoFiles(folder.path(), false));
    std::ofstream(fs::path(folder.path()) / "merged-000002.parquet") << "mine";
    PF_EXPECT_ERROR(output->publish(), ErrorCode::kExists, "merged-000002.parquet");
  }
  EXPECT_EQ(namesIn(folder.path()), std::vector<std::string>{"merged-000002.parquet"});
  EXPECT_EQ(fs::file_size(fs::path(folder.path()) / "merged-000002.parquet"), 4U);
}

void write(const test::TempDirectory& folder, const char* name) {
  std::ofstream(fs::path(folder.path()) / name) << "mine";
}

TEST(OutputTest, filesOfAnotherMergeAreInTheWayWhateverTheirNumbers) {
  const test::TempDirectory folder;
  write(folder, "merged-000007.parquet");
  write(folder, "merged-000003.parquet");
  PF_EXPECT_ERROR(twoFiles(folder.path(), false), ErrorCode::kExists,
                  "merged-000003.parquet exists already");
  EXPECT_EQ(namesIn(folder.path()),
            (std::vector<std::string>{"merged-000003.parquet", "merged-000007.parquet"}));
}

TEST(OutputTest, filesOfAnotherMergeAreGoneWhenTheseHaveTheirNames) {
  const test::TempDirectory folder;
  const std::vector<std::string> merged = {"merged-000002.parquet", "merged-000003.parquet",
                                           "merged-1000000.parquet"};
  const std::vector<std::string> others = {"merged-0000003.parquet",
                                           "merged-000000.parquet",
                                           "merged-00003.parquet",
                                           "merged-00000x.parquet",
                                           "merged-000003",
                                           "merged-.parquet",
                                           "merged-99999999999999999999999.parquet"};
  for (const auto* const names : {&merged, &others}) {
    for (const std::string& name : *names) write(folder, name.c_str());
  }
  fs::create_directory(fs::path(folder.path()) / "merged-000004.parquet");
  const std::vector<std::string> before = namesIn(folder.path());
  ASSERT_TRUE(twoFiles(folder.path(), true));
  EXPECT_EQ(namesIn(folder.path()), before);  // those were not published
  PF_ASSERT_OK_ASSIGN(const auto output, twoFiles(folder.path(), true));
  write(folder, "merged-000005.parquet");  // by somebody else, meanwhile
  PF_EXPECT_OK(output->publish());
  std::vector<std::string> left = others;
  for (const char* const name : {"merged-000001.parquet", "merged-000002.parquet",
                                 "merged-000004.parquet", "merged-000005.parquet"}) {
    left.emplace_back(name);
  }
  std::sort(left.begin(), left.end());
  EXPECT_EQ(namesIn(folder.path()), left);
}

// What it held may be in the others alone, which have no name: they stay too, hidden.
TEST(OutputTest, whatHasReplacedAnotherFileStaysAndIsNamed) {
  const test::TempDirectory folder;
  std::ofstream(fs::path(folder.path()) / "merged-000001.parquet") << "old";
  std::string hidden;
  {
    PF_ASSERT_OK_ASSIGN(const auto output, twoFiles(folder.path(), true));
    for (const std::string& name : namesIn(folder.path())) {
      if (name.starts_with(".merged-000002.parquet.")) hidden = name;
    }
    fs::create_directory(fs::path(folder.path()) / "merged-000002.parquet");
    PF_EXPECT_ERROR(output->publish(), ErrorCode::kIo,
                    "merged-000001.parquet and 0 more files of the output are there, and whole, "
                    "and the others from " +
                        folder.file(hidden) + " on, but: ");
  }
  EXPECT_EQ(namesIn(folder.path()),
            (std::vector<std::string>{hidden, "merged-000001.parquet", "merged-000002.parquet"}));
  EXPECT_EQ(read::FileReader::open(*io::openInputFile(folder.file(hidden))).value()->rows(), 1U);
  EXPECT_GT(fs::file_size(fs::path(folder.path()) / "merged-000001.parquet"), 4U);
}

}  // namespace
}  // namespace parquet_flow::merge
