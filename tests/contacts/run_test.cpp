// Goal: files are the same for any number of threads, an error publishes none and leaves nothing
// behind, a stop leaves whole row groups from the first on, and memory does not grow with the rows.
// Method: runs into memory, with faults where the disk would have them.
#include "contacts/run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "contact/generator.hpp"
#include "contacts/output.hpp"
#include "io/discard_file.hpp"
#include "support/expect_result.hpp"
#include "support/faulty_io.hpp"
#include "support/memory_directory.hpp"
#include "support/resident_memory.hpp"

namespace parquet_flow::contacts {
namespace {

RunOptions smallRun(std::uint32_t threads) {
  RunOptions options;
  options.rows = 20'011;
  options.files = 3;
  options.threads = threads;
  options.chunkRows = 100;
  options.rowGroupRows = 1000;
  return options;
}

Result<RunResult> runIn(io::Directory& directory, const RunOptions& options) {
  PF_TRY_ASSIGN(const auto run, Run::open(options, directory));
  PF_TRY(run->start());
  return run->finish();
}

std::vector<std::string> contentsOf(test::MemoryDirectory& directory, const RunOptions& options) {
  std::vector<std::string> contents;
  for (std::uint64_t file = 0; file < options.files; ++file) {
    contents.push_back(directory.contents(fileName(options, file)));
  }
  return contents;
}

TEST(Run, filesAreTheSameForAnyNumberOfThreads) {
  for (const Format format : {Format::kParquet, Format::kJsonLines}) {
    std::vector<std::string> expected;
    for (const std::uint32_t threads : {1U, 2U, 3U, 7U}) {
      RunOptions options = smallRun(threads);
      options.format = format;
      test::MemoryDirectory directory;
      PF_ASSERT_OK_ASSIGN(const RunResult result, runIn(directory, options));
      EXPECT_EQ(result.rows, options.rows);
      EXPECT_FALSE(result.wasStopped);
      ASSERT_EQ(result.files.size(), 3U);
      EXPECT_EQ(result.files[0].rows, 6671U);
      EXPECT_EQ(result.files[2].rows, 6670U);
      const auto contents = contentsOf(directory, options);
      for (std::size_t i = 0; i < contents.size(); ++i) {
        EXPECT_EQ(result.files[i].bytes, contents[i].size());
      }
      if (expected.empty()) {
        expected = contents;
      }
      EXPECT_TRUE(contents == expected) << threads << " threads";
    }
  }
}

TEST(Run, aNameThatIsTakenIsRefusedBeforeAnythingIsThere) {
  test::MemoryDirectory directory;
  RunOptions options = smallRun(2);
  {
    PF_ASSERT_OK_ASSIGN(auto taken, directory.createExclusive("contacts_3.parquet"));
    PF_ASSERT_OK(taken->close());
  }
  PF_EXPECT_ERROR(Run::open(options, directory), ErrorCode::kExists, "contacts_3.parquet");
  PF_ASSERT_OK_ASSIGN(const auto left, directory.list(""));
  EXPECT_EQ(left.size(), 1U);
  options.replaces = true;
  PF_ASSERT_OK_ASSIGN(const RunResult result, runIn(directory, options));
  EXPECT_EQ(directory.contents("contacts_3.parquet").size(), result.files[2].bytes);
}

TEST(Run, aWriteThatFailsEndsTheRunWithoutFiles) {
  for (const std::uint32_t threads : {1U, 2U, 5U}) {
    for (const std::uint64_t nth : {std::uint64_t{1}, std::uint64_t{5}, std::uint64_t{20}}) {
      test::MemoryDirectory below;
      const auto plan = std::make_shared<test::FaultPlan>();
      test::FaultyDirectory directory(below, plan);
      plan->fail(test::IoOperation::kWrite, nth, ENOSPC, test::FaultPlan::kForEver);
      PF_EXPECT_ERROR(runIn(directory, smallRun(threads)), ErrorCode::kIo, "No space left");
      PF_ASSERT_OK_ASSIGN(const auto left, below.list(""));
      EXPECT_TRUE(left.empty()) << threads << " threads, write " << nth << ": " << left[0].name;
    }
  }
}

TEST(Run, aStopLeavesWholeRowGroupsFromTheFirstOn) {
  test::MemoryDirectory whole;
  RunOptions options = smallRun(2);
  options.format = Format::kJsonLines;  // a file cut short is the beginning of the whole one
  PF_ASSERT_OK(runIn(whole, options));
  const auto expected = contentsOf(whole, options);
  for (const std::uint64_t rowsBefore : {0U, 1U, 7'000U}) {
    test::MemoryDirectory directory;
    PF_ASSERT_OK_ASSIGN(const auto run, Run::open(options, directory));
    if (rowsBefore == 0) {
      run->stop();
    }
    PF_ASSERT_OK(run->start());
    while (run->rowsDone() < rowsBefore) {
    }
    run->stop();
    PF_ASSERT_OK_ASSIGN(const RunResult result, run->finish());
    std::uint64_t rows = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const std::string contents = directory.contents(result.files[i].name);
      EXPECT_EQ(contents.size(), result.files[i].bytes);
      EXPECT_EQ(contents, expected[i].substr(0, contents.size()));
      EXPECT_TRUE(result.files[i].rows % options.rowGroupRows == 0 ||
                  contents.size() == expected[i].size());
      rows += result.files[i].rows;
    }
    EXPECT_EQ(rows, result.rows);
    EXPECT_EQ(result.wasStopped, result.rows < options.rows);
    if (rowsBefore == 0) {
      EXPECT_EQ(result.rows, 0U);
    }
  }
}

TEST(Run, whatIsEncodedButNotWrittenIsNotCounted) {
  RunOptions options;
  options.format = Format::kJsonLines;
  options.threads = 2;
  options.chunkRows = 1000;
  options.rowGroupRows = 20'000'000;
  options.rows = options.rowGroupRows + 10;
  test::MemoryDirectory directory;
  PF_ASSERT_OK_ASSIGN(const auto run, Run::open(options, directory));
  PF_ASSERT_OK(run->start());
  // The second, of ten rows, is whole; the first, which it waits for, is given up.
  while (run->rowsDone() % options.chunkRows != 10) {
    ASSERT_LT(run->rowsDone(), options.rowGroupRows);
  }
  run->stop();
  PF_ASSERT_OK_ASSIGN(const RunResult result, run->finish());
  EXPECT_EQ(result.rows, 0U);
  EXPECT_EQ(result.work.inMemoryBytes, 0U);
}

// Counts what a file would get, and keeps nothing.
class DiscardingDirectory final : public io::Directory {
 public:
  explicit DiscardingDirectory(io::Directory& names) : names_(names) {}

  Result<std::unique_ptr<io::OutputFile>> createExclusive(std::string_view) override {
    return std::make_unique<io::DiscardFile>();
  }
  Result<std::unique_ptr<io::InputFile>> openForReading(std::string_view name) override {
    return names_.openForReading(name);
  }
  Result<void> publish(std::string_view, std::string_view) override { return {}; }
  Result<void> replace(std::string_view, std::string_view) override { return {}; }
  Result<void> remove(std::string_view) override { return {}; }
  Result<io::EntryKind> kind(std::string_view) override { return io::EntryKind::kNone; }
  Result<std::vector<io::DirectoryEntry>> list(std::string_view name) override {
    return names_.list(name);
  }
  Result<void> makeDirectory(std::string_view) override { return {}; }
  Result<void> syncFile(std::string_view) override { return {}; }
  Result<void> sync(std::string_view) override { return {}; }
  Result<std::unique_ptr<io::DirectoryLock>> lock(std::string_view name) override {
    return names_.lock(name);
  }
  [[nodiscard]] std::string_view path() const noexcept override { return "<discard>"; }

 private:
  io::Directory& names_;
};

TEST(Run, memoryDoesNotGrowWithTheRows) {
  if (test::kSanitized) {
    GTEST_SKIP() << "sanitizers hold back what was freed";
  }
  test::MemoryDirectory names;
  DiscardingDirectory directory(names);
  const auto grownBy = [&](std::uint64_t rows) {
    RunOptions options;
    options.rows = rows;
    options.files = 2;
    options.threads = 2;
    options.rowGroupRows = 20'000;
    const std::uint64_t before = test::residentBytes();
    const auto run = Run::open(options, directory);
    EXPECT_TRUE(run && (*run)->start() && (*run)->finish());
    return std::max(test::residentBytes(), before) - before;
  };
  EXPECT_LT(grownBy(200'000), std::uint64_t{16} << 20);
  // Of 80 row groups more the footers keep some 200 KB; their columns would be 40 MB.
  EXPECT_LT(grownBy(1'800'000), std::uint64_t{16} << 20);
}

TEST(ContactsInMemory, areCountedAsArrowHasThem) {
  constexpr std::uint64_t kRows = 5000;
  const contact::ContactGenerator generator(contact::ContactOptions{});
  contact::ContactColumns columns;
  PF_ASSERT_OK(generator.fill(0, kRows, columns));
  std::uint64_t textBytes = 0;
  std::uint64_t phones = 0;
  contact::ContactText text;
  for (std::uint64_t row = 0; row < kRows; ++row) {
    const contact::Contact contact = generator.contactAt(row, text);
    textBytes += contact.name.value_or("").size();
    phones += contact.phoneCount;
    for (const contact::Phone& phone : contact.phones()) {
      textBytes += phone.number.value_or("").size();
      if (phone.type)
        textBytes += contact::kPhoneTypeNames[static_cast<std::size_t>(*phone.type)].size();
    }
  }
  const std::uint64_t offsets = 4 * (2 * kRows + 2 * phones);  // of names, lists, both fields
  const std::uint64_t validity = (2 * kRows + 2 * phones) / 8;
  EXPECT_EQ(inMemoryBytes(columns), textBytes + offsets + validity);
}

}  // namespace
}  // namespace parquet_flow::contacts
