// Goal: a merge of what a sink wrote holds all of it. Method: sinks in a directory on the disk,
// with attempts that they refuse, merged; the output is verified, and its ledger read.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "io/posix_file.hpp"
#include "merge/merge.hpp"
#include "merge/source_file.hpp"
#include "sink/log_sink.hpp"
#include "support/expect_result.hpp"
#include "support/temp_directory.hpp"
#include "verify/file_check.hpp"

namespace parquet_flow::merge {
namespace {

constexpr std::uint64_t kMinuteNs = 60'000'000'000;

struct Events final : MergeEvents {
  void onFailure(const FileFailure& failure) override { failures.push_back(failure); }
  void onProgress(const MergeProgress& /*progress*/) override {}
  [[nodiscard]] bool isStopped() const noexcept override { return false; }
  std::vector<FileFailure> failures;
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

}  // namespace
}  // namespace parquet_flow::merge
