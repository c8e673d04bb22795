// Goal: a merge of what a sink wrote holds all of it. Method: sinks in a directory on the disk,
// with attempts that they refuse, merged; the output is verified, and its ledger read.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/posix_file.hpp"
#include "merge/merge.hpp"
#include "merge/paths.hpp"
#include "merge/source_file.hpp"
#include "read/file_reader.hpp"
#include "sink/log_sink.hpp"
#include "support/expect_result.hpp"
#include "support/system_call_faults.hpp"
#include "support/temp_directory.hpp"
#include "verify/file_check.hpp"

namespace parquet_flow::merge {
namespace {

constexpr std::uint64_t kMinuteNs = 60'000'000'000;

struct Events final : MergeEvents {
  [[nodiscard]] Result<void> onBegin() override {
    if (doAtBegin) doAtBegin();
    return {};
  }
  void onFailure(const FileFailure& failure) override { failures.push_back(failure); }
  void onProgress(const MergeProgress& /*progress*/) override {}
  [[nodiscard]] bool isStopped() const noexcept override { return false; }
  std::vector<FileFailure> failures;
  std::function<void()> doAtBegin;
};

class CapturesTest : public testing::Test {
 protected:
  CapturesTest() {
    sinkOptions_.directory = captures_.path();
    sinkOptions_.ringBytes = sink::kRingBytesMin;
    options_.inputs = {captures_.path()};
    options_.output = folder_.file("out.parquet");
    options_.workers = 2;
    options_.parallelism = 1;
  }

  static void record(sink::Producer& producer, int records) {
    for (int i = 0; i < records; ++i) {
      EXPECT_EQ(producer.tryRecord("quote", 5), sink::RecordResult::kOk);
    }
  }
  static void refuse(sink::Producer& producer) {
    const std::string large(2 * sink::kRingBytesMin, 'x');
    EXPECT_EQ(producer.tryRecord(large.data(), large.size()), sink::RecordResult::kTooLarge);
  }

  // What a session of so many files, with five rows each, has written.
  static std::vector<std::string> filesOfASession(int count) {
    const test::TempDirectory folder;
    sink::SinkOptions options;
    options.directory = folder.path();
    options.ringBytes = sink::kRingBytesMin;
    const auto sink = std::move(*sink::LogSink::open(options));
    sink::Producer* const producer = *sink->addProducer({.name = "p"});
    for (int i = 0; i < count; ++i) {
      record(*producer, 5);
      PF_EXPECT_OK(i + 1 == count ? sink->close(kMinuteNs) : sink->rotate(kMinuteNs));
    }
    producer->release();
    const auto paths = std::move(*Paths::open({folder.path()}));
    std::vector<std::string> files;
    for (std::string path; *paths->next(path);) files.push_back(test::readWholeFile(path));
    EXPECT_EQ(files.size(), static_cast<std::size_t>(count));
    return files;
  }
  // Its path.
  std::string write(std::string_view name, const std::string& content) {
    test::writeWholeFile(captures_.file(name), content);
    return captures_.file(name);
  }
  void expectFailure(const std::string& path, std::string_view reason) {
    ASSERT_EQ(events_.failures.size(), 1U);
    EXPECT_EQ(events_.failures[0].path, path);
    EXPECT_NE(events_.failures[0].error.message().find(reason), std::string::npos)
        << events_.failures[0].error.message();
    events_.failures.clear();
  }

  // Of the output, in which nothing is wrong.
  nlohmann::json ledger() const {
    SourceFile file;
    PF_EXPECT_OK(file.open(options_.output));
    for (const auto& found : verify::verifyFile(*io::openInputFile(options_.output)).findings) {
      ADD_FAILURE() << found.kind << ": " << found.message;
    }
    return nlohmann::json::parse(*file.keyValue(kLedgerKey));
  }

  const test::TempDirectory captures_;
  const test::TempDirectory folder_;
  sink::SinkOptions sinkOptions_;
  MergeOptions options_;
  Events events_;
};

// Its end is in a later file than its last attempt: the line there says why some were refused, and
// covers nothing.
TEST_F(CapturesTest, theEndOfAProducerThatWasQuietGoesInWithTheRowsOfOthers) {
  PF_ASSERT_OK_ASSIGN(const auto sink, sink::LogSink::open(sinkOptions_));
  PF_ASSERT_OK_ASSIGN(sink::Producer* const quiet, sink->addProducer({.name = "quiet"}));
  record(*quiet, 5);
  refuse(*quiet);
  PF_ASSERT_OK(sink->rotate(kMinuteNs));
  PF_ASSERT_OK_ASSIGN(sink::Producer* const other, sink->addProducer({.name = "other"}));
  record(*other, 3);
  PF_ASSERT_OK(sink->close(kMinuteNs));
  quiet->release();
  other->release();

  PF_ASSERT_OK_ASSIGN(const MergeResult result, mergeFiles(options_, events_));
  for (const FileFailure& failure : events_.failures) ADD_FAILURE() << failure.error.message();
  EXPECT_EQ(result.files, 2U);
  EXPECT_EQ(result.rows, 8U);
  const auto session = ledger()["sessions"][0];
  EXPECT_EQ(session["last_file"], true);
  ASSERT_EQ(session["producers"].size(), 2U);
  const auto& line = session["producers"][0];
  EXPECT_EQ(line["name"], "quiet");
  EXPECT_EQ(line["previous"], 0);
  EXPECT_EQ(line["last"], 6);
  EXPECT_EQ(line["rows"], 5);
  EXPECT_EQ(line["refused"], 1);
  EXPECT_EQ(line["refused_by_reason"]["too_large"], 1);
}

// The output has no column that would tell its rows from those of the other.
TEST_F(CapturesTest, aSessionThatBeginsMeanwhileIsLeftOut) {
  write("a.parquet", filesOfASession(1)[0]);
  const std::string other = filesOfASession(1)[0];
  events_.doAtBegin = [&] { write("b.parquet", other); };
  for (const bool sorts : {false, true}) {
    if (sorts) options_.sortBy = {{.path = "attempt"}};
    PF_ASSERT_OK_ASSIGN(const MergeResult result, mergeFiles(options_, events_));
    expectFailure(captures_.file("b.parquet"), "was not there when the merge began");
    EXPECT_EQ(result.rows, 5U);
    EXPECT_EQ(ledger()["sessions"].size(), 1U);
    // The next turn begins as this one did.
    ASSERT_EQ(::unlink(captures_.file("b.parquet").c_str()), 0);
    ASSERT_EQ(::unlink(options_.output.c_str()), 0);
  }
}

// Whatever its number is by then.
TEST_F(CapturesTest, theFileThatIsThereTwiceIsTheOneThatIsLeftOut) {
  const std::vector<std::string> files = filesOfASession(3);
  write("a.parquet", files[0]);
  write("b.parquet", files[1]);
  const std::string copy = write("c.parquet", files[0]);
  events_.doAtBegin = [&] { write("0.parquet", files[2]); };
  PF_ASSERT_OK_ASSIGN(const MergeResult result, mergeFiles(options_, events_));
  expectFailure(copy, "attempts 1 to 10");
  EXPECT_EQ(result.files, 3U);
  EXPECT_EQ(result.rows, 15U);
  EXPECT_EQ(ledger()["sessions"][0]["producers"].size(), 1U);
}

// The files of an earlier merge, one of which is gone: the first to bring its attempts counts.
TEST_F(CapturesTest, anEarlierOutputThatBringsNothingNewIsNotReplacedWithoutItsRows) {
  const std::vector<std::string> files = filesOfASession(2);
  write("a.parquet", files[0]);
  const std::string later = write("b.parquet", files[1]);
  options_.output = captures_.file("all.parquet");
  PF_ASSERT_OK(mergeFiles(options_, events_));
  ASSERT_EQ(::unlink(later.c_str()), 0);
  const std::string before = test::readWholeFile(options_.output);
  options_.replaces = true;
  for (const bool sorts : {false, true}) {
    if (sorts) options_.sortBy = {{.path = "attempt"}};
    events_.failures.clear();
    options_.inputs = {captures_.path(), options_.output};
    PF_EXPECT_ERROR(mergeFiles(options_, events_), ErrorCode::kUnsupported,
                    "would replace or remove " + options_.output);
    expectFailure(options_.output, "attempts 1 to 5");
    EXPECT_TRUE(test::readWholeFile(options_.output) == before);
  }
  options_.sortBy.clear();
  options_.inputs = {options_.output, captures_.path(), options_.output};
  PF_ASSERT_OK_ASSIGN(const MergeResult result, mergeFiles(options_, events_));
  EXPECT_EQ(result.rows, 10U);
  EXPECT_EQ(result.failures, 2U);  // the other capture, and the output once more
  EXPECT_EQ(ledger()["sessions"][0]["producers"][0]["last"], 10);
}

TEST_F(CapturesTest, aPathThatIsNamedTwiceGoesInOnce) {
  const std::string path = write("a.parquet", filesOfASession(1)[0]);
  options_.inputs = {path, path};
  PF_ASSERT_OK_ASSIGN(const MergeResult result, mergeFiles(options_, events_));
  expectFailure(path, "attempts 1 to 5");
  EXPECT_EQ(result.rows, 5U);
  EXPECT_EQ(ledger()["sessions"][0]["producers"].size(), 1U);
}

// The ledger would not hold for the rows that are in the output: the merge ends, by that file, not
// by one before it that was only left out.
TEST_F(CapturesTest, aCopyThatCannotBeReadEndsTheMergeByName) {
  sinkOptions_.rowGroupRows = 100;
  PF_ASSERT_OK_ASSIGN(const auto sink, sink::LogSink::open(sinkOptions_));
  PF_ASSERT_OK_ASSIGN(sink::Producer* const producer, sink->addProducer({}));
  record(*producer, 300);
  PF_ASSERT_OK(sink->close(kMinuteNs));
  producer->release();
  std::string path;
  PF_ASSERT_OK_ASSIGN(const auto paths, Paths::open({captures_.path()}));
  PF_ASSERT_OK(paths->next(path));
  SourceFile file;
  PF_ASSERT_OK(file.open(path));
  ASSERT_EQ(file.metaData().row_groups.size(), 3U);
  const auto at = static_cast<std::uint64_t>(
      read::chunkOffset(file.metaData().row_groups[1].columns[0].meta_data));

  options_.inputs = {captures_.file("missing.parquet"), path};
  options_.rowGroupRows = 100;  // row groups of 7 and more are copied
  test::SystemCallHooks hooks;
  hooks.onRead = [at](int /*descriptor*/, std::uint64_t offset) { return offset == at ? EIO : 0; };
  const test::SystemCallFaults faults(std::move(hooks));
  PF_EXPECT_ERROR(mergeFiles(options_, events_), ErrorCode::kIo, path);
  ASSERT_EQ(events_.failures.size(), 2U);
  EXPECT_EQ(events_.failures[1].path, path);
  EXPECT_EQ(events_.failures[1].rows, 0U);  // there is no output
  EXPECT_NE(::access(options_.output.c_str(), F_OK), 0);
}

// It is no mistake of the command line, of which nothing would have been touched.
TEST_F(CapturesTest, aFileThatBecomesAnotherMeanwhileEndsTheMergeByName) {
  const std::vector<std::string> files = filesOfASession(2);
  write("a.parquet", files[0]);
  const std::string path = write("b.parquet", files[1]);
  events_.doAtBegin = [&] { write("b.parquet", files[0]); };
  for (const bool sorts : {false, true}) {
    if (sorts) options_.sortBy = {{.path = "attempt"}};
    PF_EXPECT_ERROR(mergeFiles(options_, events_), ErrorCode::kUnsupported, path);
    EXPECT_NE(::access(options_.output.c_str(), F_OK), 0);
    write("b.parquet", files[1]);
  }
}

}  // namespace
}  // namespace parquet_flow::merge
