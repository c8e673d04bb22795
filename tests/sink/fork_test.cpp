// A fork: the child can neither record nor write, and the parent does not notice. Method: children
// that use and destroy the parent's sink, with threads of ours running, and what the parent's file
// says afterwards.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "io/posix_directory.hpp"
#include "sink_harness.hpp"
#include "support/expect_result.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::sink {
namespace {

using test::kMs;
using test::kSecond;

// Runs `inChild` in a child, whose exit status is what it returns.
template <class Function>
int forked(Function inChild) {
  const pid_t child = fork();
  if (child == 0) _exit(inChild());
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

class Fork : public ::testing::Test {
 protected:
  void open(const char* name = "out.parquet") {
    SinkOptions options;
    options.outputPath = folder.file(name);
    options.ringBytes = 64 << 10;
    auto opened = LogSink::open(options);
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    sink = std::move(*opened);
    auto added = sink->addProducer();
    ASSERT_TRUE(added.has_value());
    producer = *added;
  }
  parquet_flow::test::TempDirectory folder;
  std::unique_ptr<LogSink> sink;
  Producer* producer = nullptr;
};

TEST_F(Fork, childCannotRecord) {
  open();
  ASSERT_EQ(producer->tryRecord("parent", 6), RecordResult::kOk);
  ASSERT_EQ(sink->tryRecord("parent", 6), RecordResult::kOk);
  EXPECT_EQ(forked([&] {
              void* room = nullptr;
              if (producer->tryRecord("child", 5) != RecordResult::kClosed) return 1;
              if (producer->tryReserve(5, &room) != RecordResult::kClosed) return 2;
              if (sink->tryRecord("child", 5) != RecordResult::kClosed) return 3;
              if (sink->addProducer().has_value()) return 4;
              if (sink->flush(kMs).has_value()) return 5;
              return 0;
            }),
            0);
  ASSERT_EQ(producer->tryRecord("parent", 6), RecordResult::kOk);
  PF_ASSERT_OK(sink->close(10 * kSecond));
  const auto file =
      test::readCaptured(parquet_flow::test::readWholeFile(folder.file("out.parquet")));
  EXPECT_EQ(file.payloads(), std::vector<std::string>(3, "parent"));
  expectLedgerHolds(file);
}

TEST_F(Fork, childsCloseAndDestroyTouchNothingOfTheParents) {
  open();
  ASSERT_EQ(producer->tryRecord("before", 6), RecordResult::kOk);
  EXPECT_EQ(forked([&] {
              producer->release();
              if (sink->close(kSecond).has_value()) return 1;
              sink.reset();
              return 0;
            }),
            0);
  ASSERT_EQ(producer->tryRecord("after", 5), RecordResult::kOk);
  PF_ASSERT_OK(sink->close(10 * kSecond));
  const auto file =
      test::readCaptured(parquet_flow::test::readWholeFile(folder.file("out.parquet")));
  EXPECT_EQ(file.payloads(), (std::vector<std::string>{"before", "after"}));
}

TEST_F(Fork, childCannotRecordWhereTheSinkWasDestroyedBefore) {
  open();
  void* room = nullptr;
  ASSERT_EQ(producer->tryReserve(8, &room), RecordResult::kOk);
  sink.reset();
  EXPECT_EQ(forked([&] {
              if (producer->tryRecord("child", 5) != RecordResult::kClosed) return 1;
              if (producer->commit() != RecordResult::kClosed) return 2;
              if (producer->tryRecord("child", 5) != RecordResult::kClosed) return 3;
              if (producer->lastAttempt() != 0) return 4;
              producer->release();
              return 0;
            }),
            0);
  EXPECT_EQ(producer->commit(), RecordResult::kClosed);
  EXPECT_EQ(producer->tryRecord("parent", 6), RecordResult::kClosed);
  producer->release();
}

TEST_F(Fork, childMayOpenASinkOfItsOwn) {
  open();
  EXPECT_EQ(forked([&] {
              sink.reset();
              open("child.parquet");
              if (sink->tryRecord("child", 5) != RecordResult::kOk) return 1;
              return sink->close(10 * kSecond).has_value() ? 0 : 2;
            }),
            0);
  PF_ASSERT_OK(sink->close(10 * kSecond));
  EXPECT_EQ(test::readCaptured(parquet_flow::test::readWholeFile(folder.file("child.parquet")))
                .payloads(),
            std::vector<std::string>{"child"});
}

TEST_F(Fork, forksWhileThreadsRecordAndRegisterLeaveNoLockBehind) {
  open();
  std::atomic<bool> stop{false};
  std::thread feeder([&] {
    while (!stop) static_cast<void>(producer->tryRecord("12345678", 8));
  });
  std::thread registrar([&] {
    while (!stop) {
      if (auto added = sink->addProducer()) (*added)->release();
    }
  });
  for (int i = 0; i < 15; ++i) {
    ASSERT_EQ(forked([&] {
                alarm(20);  // a lock that nobody holds any more would hang
                if (producer->tryRecord("child", 5) != RecordResult::kClosed) return 1;
                sink.reset();
                return 0;
              }),
              0)
        << i;
  }
  stop = true;
  feeder.join();
  registrar.join();
  PF_ASSERT_OK(sink->close(10 * kSecond));
  expectLedgerHolds(
      test::readCaptured(parquet_flow::test::readWholeFile(folder.file("out.parquet"))));
}

TEST_F(Fork, lockOfThePrefixStaysTheParents) {
  SinkOptions options;
  options.directory = folder.path();
  PF_ASSERT_OK_ASSIGN(sink, LogSink::open(options));
  EXPECT_EQ(forked([&] {
              sink.reset();
              return 0;
            }),
            0);
  PF_EXPECT_ERROR(LogSink::open(options), ErrorCode::kExists, "prefix");
}

TEST_F(Fork, childThatLivesOnDoesNotKeepThePrefixLocked) {
  SinkOptions options;
  options.directory = folder.path();
  PF_ASSERT_OK_ASSIGN(sink, LogSink::open(options));
  int wake[2];
  ASSERT_EQ(pipe(wake), 0);
  const pid_t child = fork();
  if (child == 0) {
    char end = 0;
    close(wake[1]);
    _exit(read(wake[0], &end, 1) == 0 ? 0 : 1);
  }
  PF_ASSERT_OK(sink->close(10 * kSecond));
  PF_EXPECT_OK(LogSink::open(options));
  close(wake[0]);
  close(wake[1]);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
}

}  // namespace
}  // namespace parquet_flow::sink
