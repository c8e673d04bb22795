// Goal: a merge keeps the rows of files that can be read, in their order, whatever happens to one
// of them on the way, and counts what it did. Method: files of three row groups on the disk, of
// which reads fail at a place, or writes; the rows of the output.
#include "merge/merge.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "io/memory_file.hpp"
#include "io/posix_file.hpp"
#include "merge/output_names.hpp"
#include "read/batch_reader.hpp"
#include "read/file_reader.hpp"
#include "read/footer.hpp"
#include "read/made_files.hpp"
#include "support/expect_result.hpp"
#include "support/system_call_faults.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::merge {
namespace {

constexpr std::int64_t kGroupRows = 100;

struct Events final : MergeEvents {
  [[nodiscard]] Result<void> onBegin() override {
    hasBegun = true;
    isOver = isOver || endsAtBegin;
    return {};
  }
  void onFailure(const FileFailure& failure) override { failures.push_back(failure); }
  void onProgress(const MergeProgress& /*progress*/) override {}
  [[nodiscard]] bool isStopped() const noexcept override {
    if (onAsked) onAsked();
    return isOver;
  }
  std::vector<FileFailure> failures;
  std::function<void()> onAsked;
  std::atomic<bool> isOver = false;
  std::atomic<bool> hasBegun = false;
  bool endsAtBegin = false;
};

struct Plans final : PlanEvents {
  void onFile(const FilePlan& file) override { files.push_back(file); }
  std::vector<FilePlan> files;
};

// Row groups of the numbers from `first` on, in columns of these names.
std::string fileFrom(std::int64_t first, schema::PhysicalType type = schema::PhysicalType::kInt64,
                     std::initializer_list<const char*> names = {"k"},
                     std::int64_t groupRows = kGroupRows) {
  using read::test::Value;
  schema::Schema schema(schema::NameRule::kAny);
  for (const char* const name : names) {
    EXPECT_TRUE(schema.addLeaf(schema::kRoot, name, type, schema::Repetition::kRequired));
  }
  std::vector<read::test::Rows> rowGroups(3);
  for (read::test::Rows& rows : rowGroups) {
    for (std::int64_t i = 0; i < groupRows; ++i) {
      Value::Group row;
      for (std::size_t column = 0; column < names.size(); ++column) {
        row.children.push_back(type == schema::PhysicalType::kInt64
                                   ? Value(first)
                                   : Value::ofDouble(static_cast<double>(first)));
      }
      ++first;
      rows.emplace_back(std::move(row));
    }
  }
  return read::test::fileOf(std::make_shared<const schema::Schema>(std::move(schema)), {},
                            rowGroups);
}

class MergeTest : public testing::Test {
 protected:
  MergeTest() {
    for (std::int64_t number = 0; number < 3; ++number) {
      options_.inputs.push_back(folder_.file(std::to_string(number) + ".parquet"));
      test::writeWholeFile(options_.inputs.back(), fileFrom(number * 1000));
    }
    options_.output = folder_.file("out.parquet");
    options_.rowGroupRows = kGroupRows;  // row groups of 7 and more are copied
    options_.workers = 2;
    options_.parallelism = 1;
  }

  // Of the output, as runs: the first number, and how many follow on.
  std::vector<std::pair<std::int64_t, std::int64_t>> runs() {
    std::vector<std::pair<std::int64_t, std::int64_t>> all;
    auto input = io::openInputFile(options_.output);
    if (!input) return all;
    const auto file = *read::FileReader::open(std::move(*input));
    const auto reader = *read::BatchReader::create(*file, {});
    read::ColumnBatch batch;
    while (*reader->next(batch)) {
      for (std::uint64_t row = 0; row < batch.rows; ++row) {
        const auto value =
            loadLe<std::int64_t>(batch.columns[0].data() + row * sizeof(std::int64_t));
        if (all.empty() || value != all.back().first + all.back().second)
          all.emplace_back(value, 0);
        ++all.back().second;
      }
    }
    return all;
  }

  // Where the pages of a row group lie.
  std::uint64_t offsetOf(const std::string& path, std::size_t rowGroup) {
    const auto file = *read::FileReader::open(*io::openInputFile(path));
    return static_cast<std::uint64_t>(
        read::chunkOffset(file->metaData().row_groups[rowGroup].columns[0].meta_data));
  }

  static std::string pathOf(int descriptor) {
    char path[4096];
    const ssize_t bytes =
        ::readlink(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), path, sizeof path);
    return {path, bytes < 0 ? 0 : static_cast<std::size_t>(bytes)};
  }

  // Of the second file the second row group cannot be read from the disk.
  test::SystemCallHooks badPages() {
    const std::string bad = options_.inputs[1];
    const std::uint64_t at = offsetOf(bad, 1);
    test::SystemCallHooks hooks;
    hooks.onRead = [bad, at](int descriptor, std::uint64_t offset) {
      return offset == at && pathOf(descriptor) == bad ? EIO : 0;
    };
    return hooks;
  }

  // Stops the merge while its only worker reads the first file.
  test::SystemCallHooks stopBehindTheFirst() {
    events_.isOver = false;
    events_.hasBegun = false;
    options_.workers = 1;
    test::SystemCallHooks hooks;
    hooks.onRead = [this, first = options_.inputs[0]](int descriptor, std::uint64_t /*offset*/) {
      if (events_.hasBegun && pathOf(descriptor) == first) events_.isOver = true;
      return 0;
    };
    return hooks;
  }

  // Gives inputs the names of a merge into a directory, which is the output.
  void mergeIntoTheInputs() {
    const std::string directory = folder_.file("out/");
    std::filesystem::create_directory(directory);
    for (std::size_t i = 0; i < options_.inputs.size(); ++i) {
      std::string name = directory + numberedName(i + 1);
      std::filesystem::rename(options_.inputs[i], name);
      options_.inputs[i] = std::move(name);
    }
    options_.output = directory;
  }

  // By their paths; hidden ones among them.
  std::map<std::string, std::string> contents() {
    std::map<std::string, std::string> all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      if (entry.is_regular_file()) all[entry.path()] = test::readWholeFile(entry.path());
    }
    return all;
  }

  const test::TempDirectory folder_;
  MergeOptions options_;
  Events events_;
};

using Runs = std::vector<std::pair<std::int64_t, std::int64_t>>;

TEST_F(MergeTest, largeRowGroupsAreCopiedAndPlannedSo) {
  PF_ASSERT_OK_ASSIGN(const MergeResult result, mergeFiles(options_, events_));
  EXPECT_EQ(result.files, 3U);
  EXPECT_EQ(result.rows, 900U);
  EXPECT_EQ(result.rowGroupsCopied, 9U);
  EXPECT_EQ(runs(), (Runs{{0, 300}, {1000, 300}, {2000, 300}}));
  Plans plans;
  PF_ASSERT_OK_ASSIGN(const MergeResult planned, planMerge(options_, events_, plans));
  EXPECT_EQ(planned.rowGroupsCopied, 9U);
  ASSERT_EQ(plans.files.size(), 3U);
  EXPECT_EQ(plans.files[2].rows, 300U);
  EXPECT_EQ(plans.files[2].rowGroupsCopied, 3U);
}

// Some readers go there.
TEST_F(MergeTest, aCopySaysNothingOfADictionaryThatIsNotThere) {
  options_.inputs.resize(1);
  const std::string file = test::readWholeFile(options_.inputs[0]);
  for (const int behind : {0, 100}) {
    format::FileMetaData meta;
    PF_ASSERT_OK(read::readFooter(io::MemoryInputFile(constBytes(file), "f"), meta));
    for (format::RowGroup& group : meta.row_groups) {
      format::ColumnMetaData& column = group.columns[0].meta_data;
      ASSERT_FALSE(column.__isset.dictionary_page_offset);
      column.__set_dictionary_page_offset(column.data_page_offset + behind);
    }
    ByteBuffer footer;
    PF_ASSERT_OK(format::CompactWriter().write(meta, footer));
    const auto length = static_cast<std::uint32_t>(footer.size());
    const std::size_t end = file.size() - 8 - loadLe<std::uint32_t>(file.data() + file.size() - 8);
    test::writeWholeFile(options_.inputs[0],
                         file.substr(0, end) + std::string(asText(footer.span())) +
                             std::string(asText(constBytes(&length, sizeof length))) + "PAR1");
    options_.replaces = true;
    PF_ASSERT_OK_ASSIGN(const MergeResult result, mergeFiles(options_, events_));
    EXPECT_EQ(result.rowGroupsCopied, 3U);
    EXPECT_EQ(runs(), (Runs{{0, 300}}));
    const auto merged = *read::FileReader::open(*io::openInputFile(options_.output));
    for (const format::RowGroup& group : merged->metaData().row_groups) {
      EXPECT_FALSE(group.columns[0].meta_data.__isset.dictionary_page_offset);
    }
  }
}

TEST_F(MergeTest, aCopyThatCannotBeReadIsItsFilesFailure) {
  {
    const test::SystemCallFaults faults(badPages());
    PF_ASSERT_OK_ASSIGN(const MergeResult result, mergeFiles(options_, events_));
    EXPECT_EQ(result.files, 2U);
    EXPECT_EQ(result.failures, 1U);
    EXPECT_EQ(result.rows, 700U);
    EXPECT_EQ(result.rowGroupsCopied, 7U);
  }
  ASSERT_EQ(events_.failures.size(), 1U);
  EXPECT_EQ(events_.failures[0].path, options_.inputs[1]);
  EXPECT_EQ(events_.failures[0].rows, 100U);  // those of the row group before
  EXPECT_EQ(events_.failures[0].error.code(), ErrorCode::kIo);
  EXPECT_EQ(runs(), (Runs{{0, 300}, {1000, 100}, {2000, 300}}));
}

TEST_F(MergeTest, aCopyThatCannotBeReadEndsAStrictMerge) {
  options_.stopsAtFailure = true;
  {
    const test::SystemCallFaults faults(badPages());
    PF_EXPECT_ERROR(mergeFiles(options_, events_), ErrorCode::kIo, "");
  }
  ASSERT_EQ(events_.failures.size(), 1U);
  EXPECT_EQ(events_.failures[0].path, options_.inputs[1]);
  EXPECT_EQ(events_.failures[0].rows, 0U);  // there is no output
  EXPECT_NE(::access(options_.output.c_str(), F_OK), 0);
}

TEST_F(MergeTest, aCopyThatCannotBeWrittenEndsTheMerge) {
  test::SystemCallHooks hooks;
  std::atomic<std::size_t> written = 0;
  hooks.onWrite = [&written](int /*descriptor*/, std::size_t bytes) -> test::WriteFault {
    written += bytes;
    return {.systemError = written > 1500 ? ENOSPC : 0};
  };
  {
    const test::SystemCallFaults faults(std::move(hooks));
    PF_EXPECT_ERROR(mergeFiles(options_, events_), ErrorCode::kIo, "No space left");
  }
  EXPECT_TRUE(events_.failures.empty());
  EXPECT_NE(::access(options_.output.c_str(), F_OK), 0);
}

TEST_F(MergeTest, whatIsSortedComesByItsKey) {
  options_.sortBy = {{.path = "k", .isDescending = true}};
  PF_ASSERT_OK_ASSIGN(const MergeResult result, mergeFiles(options_, events_));
  EXPECT_EQ(result.rows, 900U);
  EXPECT_EQ(result.rowGroupsCopied, 0U);
  const Runs all = runs();
  ASSERT_EQ(all.size(), 900U);  // none follows on
  EXPECT_EQ(all.front().first, 2299);
  EXPECT_EQ(all.back().first, 0);
}

TEST_F(MergeTest, aPathOfTwoColumnsIsNotSortedBy) {
  using read::test::Value;
  schema::Schema schema(schema::NameRule::kAny);
  const auto leaf = [&](std::uint32_t parent, const char* name) {
    PF_EXPECT_OK(
        schema.addLeaf(parent, name, schema::PhysicalType::kInt64, schema::Repetition::kRequired));
  };
  leaf(schema::kRoot, "a.b");
  const auto group = schema.addGroup(schema::kRoot, "a", schema::Repetition::kRequired);
  PF_ASSERT_OK(group);
  leaf(*group, "b");
  leaf(*group, "c");
  const Value one(std::int64_t{1});
  const Value row(Value::Group{{one, Value(Value::Group{{one, one}})}});
  options_.inputs.resize(1);
  test::writeWholeFile(
      options_.inputs[0],
      read::test::fileOf(std::make_shared<const schema::Schema>(std::move(schema)), {}, {{row}}));
  options_.sortBy = {{.path = "a.b"}};
  PF_EXPECT_ERROR(mergeFiles(options_, events_), ErrorCode::kInvalidArgument,
                  "'a.b' is the path of more than one column, 'a.b' and 'a' > 'b'");
  EXPECT_NE(::access(options_.output.c_str(), F_OK), 0);
  options_.sortBy = {{.path = "a.c"}};
  PF_EXPECT_OK(mergeFiles(options_, events_));
}

// Files in order are looked at first, and read when all are known. The result, the key-values and
// a ledger are of what was looked at.
TEST_F(MergeTest, aSortedFileThatIsReplacedMeanwhileEndsTheMerge) {
  constexpr auto kInt64 = schema::PhysicalType::kInt64;
  const std::string path = options_.inputs[0];
  options_.inputs = {path};
  options_.sortBy = {{.path = "k"}};
  for (const std::int64_t groupRows : {25'000, 30'000, 35'000}) {
    test::writeWholeFile(path, fileFrom(0, kInt64, {"k"}, 30'000));
    const std::string other = fileFrom(7, kInt64, {"k"}, groupRows);
    int asked = 0;
    events_.onAsked = [&] {
      // For the target, in front of the file, and in front of the next one, which is not there.
      if (++asked != 3) return;
      ASSERT_EQ(::unlink(path.c_str()), 0);
      test::writeWholeFile(path, other);
    };
    PF_EXPECT_ERROR(mergeFiles(options_, events_), ErrorCode::kCorrupt, "was replaced");
    EXPECT_GE(asked, 3);
    EXPECT_NE(::access(options_.output.c_str(), F_OK), 0);
  }
}

// One that is in no order is looked at too before it is read, into memory if all fits.
TEST_F(MergeTest, aFileThatIsReplacedBeforeItIsSortedIsLeftOut) {
  constexpr auto kInt64 = schema::PhysicalType::kInt64;
  const std::string path = options_.inputs[0];
  options_.inputs.resize(2);
  options_.sortBy = {{.path = "k", .isDescending = true}};
  for (const std::int64_t groupRows : {25'000, 30'000, 35'000}) {
    test::writeWholeFile(path, fileFrom(5000, kInt64, {"k"}, 30'000));
    const std::string other = fileFrom(5007, kInt64, {"k"}, groupRows);
    events_.hasBegun = false;
    events_.failures.clear();
    test::SystemCallHooks hooks;
    hooks.onClose = [&](int descriptor) {
      if (pathOf(descriptor) != path || !events_.hasBegun.exchange(false)) return 0;
      EXPECT_EQ(::unlink(path.c_str()), 0);
      test::writeWholeFile(path, other);
      return 0;
    };
    const test::SystemCallFaults faults(std::move(hooks));
    PF_ASSERT_OK_ASSIGN(const MergeResult result, mergeFiles(options_, events_));
    EXPECT_FALSE(events_.hasBegun);
    EXPECT_EQ(result.rows, 300U);
    ASSERT_EQ(events_.failures.size(), 1U);
    EXPECT_EQ(events_.failures[0].path, path);
    EXPECT_NE(events_.failures[0].error.message().find("was replaced"), std::string::npos);
    EXPECT_EQ(runs().size(), 300U);
    ASSERT_EQ(::unlink(options_.output.c_str()), 0);
  }
}

// Nothing of what was asked for could be in the output: what is there is better than that.
TEST_F(MergeTest, aMergeThatIsStoppedBeforeTheFirstFileLeavesWhatIsThere) {
  options_.replaces = true;
  for (const bool isThere : {false, true}) {
    if (isThere) test::writeWholeFile(options_.output, "theirs");
    for (const bool endsAtBegin : {false, true}) {
      for (const bool sorts : {false, true}) {
        options_.sortBy.clear();
        if (sorts) options_.sortBy.push_back({.path = "k"});
        events_.endsAtBegin = endsAtBegin;
        events_.isOver = !endsAtBegin;
        PF_EXPECT_ERROR(mergeFiles(options_, events_), ErrorCode::kCancelled, "stopped");
        EXPECT_EQ(::access(options_.output.c_str(), F_OK) == 0, isThere);
        if (isThere) {
          EXPECT_EQ(test::readWholeFile(options_.output), "theirs");
        }
      }
    }
  }
  events_.isOver = true;
  Plans plans;
  PF_EXPECT_ERROR(planMerge(options_, events_, plans), ErrorCode::kCancelled, "stopped");
  EXPECT_TRUE(plans.files.empty());
}

// Its rows would be nowhere then.
TEST_F(MergeTest, anInputThatCannotBeReadIsNeitherReplacedNorTakenAway) {
  options_.replaces = true;
  test::writeWholeFile(options_.inputs[2],
                       fileFrom(2000, schema::PhysicalType::kInt64, {"k", "other"}));
  const std::string link = folder_.file("link.parquet");
  std::filesystem::create_symlink(options_.inputs[2], link);
  const std::vector<std::string> inputs = options_.inputs;
  const auto expectNoOutput = [&] {
    const auto before = contents();
    for (const bool sorts : {false, true}) {
      options_.sortBy.clear();
      if (sorts) options_.sortBy.push_back({.path = "k"});
      events_.failures.clear();
      const std::string path = options_.inputs[2];
      PF_EXPECT_ERROR(mergeFiles(options_, events_), ErrorCode::kUnsupported,
                      "there is no output, as it would replace or remove " + path);
      ASSERT_EQ(events_.failures.size(), 1U);
      EXPECT_EQ(events_.failures[0].path, path);
      EXPECT_TRUE(contents() == before);
      Plans plans;
      PF_EXPECT_ERROR(planMerge(options_, events_, plans), ErrorCode::kUnsupported, path);
      EXPECT_EQ(plans.files.size(), 3U);
    }
  };
  options_.output = inputs[2];
  expectNoOutput();
  options_.inputs[2] = link;
  expectNoOutput();
  options_.inputs = inputs;
  mergeIntoTheInputs();  // what is whole fits a file less
  expectNoOutput();
  // The others stay out of it.
  options_.output = folder_.file("there.parquet");
  test::writeWholeFile(options_.output, "theirs");
  options_.sortBy.clear();
  PF_ASSERT_OK(mergeFiles(options_, events_));
  EXPECT_EQ(runs(), (Runs{{0, 300}, {1000, 300}}));
}

TEST_F(MergeTest, anInputThatIsInTheOutputIsReplacedWhateverElseFails) {
  options_.replaces = true;
  options_.inputs.push_back(folder_.file("missing.parquet"));
  options_.output = options_.inputs[1];
  PF_ASSERT_OK_ASSIGN(const MergeResult result, mergeFiles(options_, events_));
  EXPECT_EQ(result.failures, 1U);
  EXPECT_EQ(runs(), (Runs{{0, 300}, {1000, 300}, {2000, 300}}));
}

TEST_F(MergeTest, anInputThatAStoppedMergeHasNotReadIsNeitherReplacedNorTakenAway) {
  options_.replaces = true;
  const auto merge = [&] {
    const test::SystemCallFaults faults(stopBehindTheFirst());
    return mergeFiles(options_, events_);
  };
  options_.output = options_.inputs[2];
  auto before = contents();
  PF_EXPECT_ERROR(merge(), ErrorCode::kCancelled,
                  "there is no output, as it would replace or remove " + options_.inputs[2]);
  EXPECT_TRUE(contents() == before);
  // One that is read may go, as may a file that is no input.
  test::writeWholeFile(folder_.file("there.parquet"), "theirs");
  for (const std::string& output : {options_.inputs[0], folder_.file("there.parquet")}) {
    options_.output = output;
    PF_ASSERT_OK_ASSIGN(const MergeResult result, merge());
    EXPECT_EQ(result.stoppedBefore, options_.inputs[1]);
    EXPECT_EQ(runs(), (Runs{{0, 300}}));
  }
  mergeIntoTheInputs();
  before = contents();
  PF_EXPECT_ERROR(merge(), ErrorCode::kCancelled, options_.inputs[1]);
  EXPECT_TRUE(contents() == before);
}

TEST_F(MergeTest, aSortedMergeThatIsStoppedWhileItIsWrittenReplacesNoInput) {
  constexpr auto kInt64 = schema::PhysicalType::kInt64;
  options_.replaces = true;
  options_.sortBy = {{.path = "k"}};
  options_.inputs.resize(2);
  for (std::size_t i = 0; i < 2; ++i) {
    test::writeWholeFile(options_.inputs[i],
                         fileFrom(static_cast<std::int64_t>(i), kInt64, {"k"}, 30'000));
  }
  const auto merge = [&] {
    int asked = 0;
    events_.isOver = false;
    // For the target, in front of each file, and behind them; then for the rows.
    events_.onAsked = [this, &asked] { events_.isOver = ++asked > 5; };
    return mergeFiles(options_, events_);
  };
  PF_ASSERT_OK_ASSIGN(const MergeResult result, merge());
  EXPECT_GT(result.rowsLeft, 0U);
  for (const std::string& output : options_.inputs) {
    options_.output = output;
    const auto before = contents();
    PF_EXPECT_ERROR(merge(), ErrorCode::kCancelled, "would replace or remove " + output);
    EXPECT_TRUE(contents() == before);
  }
}

// Wherever in the directories it is: before a row is read, and errors have a file.
TEST_F(MergeTest, anOutputInADirectoryThatIsMergedIsRefusedBeforeAnythingIsBegun) {
  options_.inputs.push_back(folder_.file("d/"));
  options_.output = folder_.file("d/below/all.parquet");
  std::filesystem::create_directories(folder_.file("d/below"));
  test::writeWholeFile(options_.output, fileFrom(3000));
  for (const bool sorts : {false, true}) {
    if (sorts) options_.sortBy = {{.path = "k"}};
    // Nobody asked for it to be replaced: then it is a file like others.
    options_.replaces = false;
    PF_EXPECT_ERROR(mergeFiles(options_, events_), ErrorCode::kExists, "all.parquet");
    options_.replaces = true;
    PF_EXPECT_ERROR(mergeFiles(options_, events_), ErrorCode::kInvalidArgument,
                    options_.output + " is what the output is called");
    Plans plans;
    PF_EXPECT_ERROR(planMerge(options_, events_, plans), ErrorCode::kInvalidArgument, "name it");
    EXPECT_TRUE(plans.files.empty());
  }
  EXPECT_FALSE(events_.hasBegun);
}

// By then it is no mistake of a command line of which nothing was touched.
TEST_F(MergeTest, aListThatCannotBeReadToItsEndEndsTheMergeAsAFileDoes) {
  test::writeWholeFile(folder_.file("list"), std::string(600'000, 'x'));
  options_.inputs.push_back(folder_.file("list"));
  for (const bool sorts : {false, true}) {
    if (sorts) options_.sortBy = {{.path = "k"}};
    PF_EXPECT_ERROR(mergeFiles(options_, events_), ErrorCode::kUnsupported, "is no path");
    EXPECT_TRUE(events_.hasBegun.exchange(false));
  }
}

// Which of the two it is nobody can say: whether row groups are copied, put together or sorted.
TEST_F(MergeTest, aFileWithTwoColumnsOfANameIsRefused) {
  test::writeWholeFile(options_.inputs[1],
                       fileFrom(1000, schema::PhysicalType::kInt64, {"k", "k"}));
  const std::vector<std::string> inputs = options_.inputs;
  for (const char* const way : {"copied", "together", "sorted"}) {
    SCOPED_TRACE(way);
    options_.rowGroupRows = way == std::string("copied") ? kGroupRows : 1 << 20;
    options_.sortBy.clear();
    if (way == std::string("sorted")) options_.sortBy.push_back({.path = "k"});
    for (const std::size_t first : {0U, 1U}) {
      options_.inputs = inputs;
      std::swap(options_.inputs[0], options_.inputs[first]);
      events_.failures.clear();
      PF_ASSERT_OK_ASSIGN(const MergeResult result, mergeFiles(options_, events_));
      EXPECT_EQ(result.rows, 600U);
      EXPECT_EQ(runs(), (Runs{{0, 300}, {2000, 300}}));
      ASSERT_EQ(events_.failures.size(), 1U);
      EXPECT_EQ(events_.failures[0].path, inputs[1]);
      EXPECT_NE(events_.failures[0].error.message().find("column 'k' is there twice"),
                std::string::npos);
      ASSERT_EQ(::unlink(options_.output.c_str()), 0);
    }
    options_.inputs = {inputs[1]};
    PF_EXPECT_ERROR(mergeFiles(options_, events_), ErrorCode::kUnsupported, "there twice");
  }
}

// Arguments alone are called so.
TEST_F(MergeTest, whatIsWrongWithFilesIsNoInvalidArgument) {
  test::writeWholeFile(options_.inputs[1], fileFrom(0, schema::PhysicalType::kDouble));
  for (const bool sorts : {false, true}) {
    options_.sortBy.clear();
    if (sorts) options_.sortBy.push_back({.path = "k"});
    options_.stopsAtFailure = true;
    events_.failures.clear();
    PF_EXPECT_ERROR(mergeFiles(options_, events_), ErrorCode::kUnsupported, "column 'k'");
    ASSERT_EQ(events_.failures.size(), 1U);
    EXPECT_EQ(events_.failures[0].path, options_.inputs[1]);
    options_.stopsAtFailure = false;
    PF_ASSERT_OK_ASSIGN(const MergeResult result, mergeFiles(options_, events_));
    EXPECT_EQ(result.failures, 1U);
    ASSERT_EQ(::unlink(options_.output.c_str()), 0);
  }
  options_.rowGroupRows = 0;
  PF_EXPECT_ERROR(mergeFiles(options_, events_), ErrorCode::kInvalidArgument, "");
}

}  // namespace
}  // namespace parquet_flow::merge
