// Goal: the application's descriptor is written from where it stands and stays its own; pipes and
// sockets work, and a reader that goes away never ends the process.
#include "io/borrowed_descriptor.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <thread>

#include "io/descriptor.hpp"
#include "support/expect_result.hpp"
#include "support/system_call_faults.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::io {
namespace {

struct Pipe {
  Descriptor readEnd;
  Descriptor writeEnd;
};

Pipe makePipe(int flags = 0) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC | flags), 0);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

std::string readAll(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got <= 0) {
      return text;
    }
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

TEST(BorrowedDescriptor, writesFromItsPositionAndCutsBackToItsOwnBytes) {
  const test::TempDirectory temp;
  test::writeWholeFile(temp.file("f"), "before");
  const Descriptor descriptor(::open(temp.file("f").c_str(), O_WRONLY | O_CLOEXEC));
  ASSERT_EQ(::lseek(descriptor.get(), 0, SEEK_END), 6);
  PF_ASSERT_OK_ASSIGN(const auto file, borrowDescriptor(descriptor.get()));
  EXPECT_EQ(file->position(), 0U);
  PF_ASSERT_OK(file->write(constBytes("PAR1 group")));
  PF_ASSERT_OK(file->truncate(4));
  PF_ASSERT_OK(file->write(constBytes("!")));
  PF_EXPECT_OK(file->sync());
  EXPECT_EQ(file->position(), 5U);
  EXPECT_EQ(test::readWholeFile(temp.file("f")), "beforePAR1!");
}

TEST(BorrowedDescriptor, anAppendingOneStartsAtTheEnd) {
  const test::TempDirectory temp;
  test::writeWholeFile(temp.file("f"), "before");
  const Descriptor descriptor(::open(temp.file("f").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  PF_ASSERT_OK_ASSIGN(const auto file, borrowDescriptor(descriptor.get()));
  PF_ASSERT_OK(file->write(constBytes("PAR1 group")));
  PF_ASSERT_OK(file->truncate(4));
  EXPECT_EQ(test::readWholeFile(temp.file("f")), "beforePAR1");
}

TEST(BorrowedDescriptor, staysOpenAfterCloseAndDestruction) {
  const test::TempDirectory temp;
  const Descriptor descriptor(::open(temp.file("f").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  PF_ASSERT_OK_ASSIGN(auto file, borrowDescriptor(descriptor.get()));
  PF_ASSERT_OK(file->write(constBytes("PAR1")));
  PF_ASSERT_OK(file->close());
  PF_EXPECT_ERROR(file->truncate(0), ErrorCode::kNotOpen, "closed");
  PF_EXPECT_ERROR(file->sync(), ErrorCode::kNotOpen, "closed");
  file.reset();
  EXPECT_EQ(::write(descriptor.get(), "after", 5), 5);
  EXPECT_EQ(test::readWholeFile(temp.file("f")), "PAR1after");
}

TEST(BorrowedDescriptor, whatCannotBeWrittenIsRefused) {
  const Pipe pipe = makePipe();
  PF_EXPECT_ERROR(borrowDescriptor(-1), ErrorCode::kInvalidArgument, "descriptor -1 is not open");
  PF_EXPECT_ERROR(borrowDescriptor(1'000'000), ErrorCode::kInvalidArgument, "not open");
  PF_EXPECT_ERROR(borrowDescriptor(pipe.readEnd.get()), ErrorCode::kInvalidArgument,
                  "not open for writing");
}

TEST(BorrowedDescriptor, aPipeIsWrittenButNeitherSyncedNorCutBack) {
  Pipe pipe = makePipe();
  {
    PF_ASSERT_OK_ASSIGN(const auto file, borrowDescriptor(pipe.writeEnd.get()));
    PF_ASSERT_OK(file->write(constBytes("PAR1")));
    PF_EXPECT_ERROR(file->sync(), ErrorCode::kUnsupported, "not a regular file");
    PF_EXPECT_ERROR(file->truncate(0), ErrorCode::kUnsupported, "not a regular file");
  }
  pipe.writeEnd.close();
  EXPECT_EQ(readAll(pipe.readEnd.get()), "PAR1");
}

TEST(BorrowedDescriptor, aFullNonBlockingPipeIsWaitedFor) {
  Pipe pipe = makePipe(O_NONBLOCK);
  ASSERT_EQ(::fcntl(pipe.readEnd.get(), F_SETFL, 0), 0);  // the reader waits
  const std::string text(300'000, 'x');                   // a pipe holds 64 KiB
  std::string received;
  std::thread reader([&] { received = readAll(pipe.readEnd.get()); });
  const auto file = borrowDescriptor(pipe.writeEnd.get());
  PF_EXPECT_OK(file.value()->write(constBytes(text)));
  pipe.writeEnd.close();
  reader.join();
  EXPECT_EQ(received, text);
}

// Counts in a handler what reaches the process.
volatile sig_atomic_t sigpipes = 0;

class SigpipeTest : public testing::Test {
 protected:
  SigpipeTest() {
    sigpipes = 0;
    struct sigaction count{};
    count.sa_handler = [](int) { sigpipes = sigpipes + 1; };
    ::sigaction(SIGPIPE, &count, &before_);
  }
  ~SigpipeTest() override { ::sigaction(SIGPIPE, &before_, nullptr); }

  static bool isBlocked() {
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return ::sigismember(&mask, SIGPIPE) == 1;
  }

 private:
  struct sigaction before_{};
};

TEST_F(SigpipeTest, aReaderThatHasGoneIsAnErrorAndNoSignal) {
  Pipe pipe = makePipe();
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  const Descriptor socket(ends[0]);
  ::close(ends[1]);
  pipe.readEnd.close();
  for (const int descriptor : {pipe.writeEnd.get(), socket.get()}) {
    PF_ASSERT_OK_ASSIGN(const auto file, borrowDescriptor(descriptor));
    const auto written = file->write(constBytes("PAR1"));
    PF_EXPECT_ERROR(written, ErrorCode::kIo, "Broken pipe");
    EXPECT_EQ(written.error().systemError(), EPIPE);
    EXPECT_EQ(sigpipes, 0);
    EXPECT_FALSE(isBlocked());
  }
}

TEST_F(SigpipeTest, oneThatWaitedBeforeIsLeftForTheApplication) {
  Pipe pipe = makePipe();
  pipe.readEnd.close();
  sigset_t pipeSet;
  ::sigemptyset(&pipeSet);
  ::sigaddset(&pipeSet, SIGPIPE);
  ASSERT_EQ(::pthread_sigmask(SIG_BLOCK, &pipeSet, nullptr), 0);
  ASSERT_EQ(::raise(SIGPIPE), 0);
  PF_ASSERT_OK_ASSIGN(const auto file, borrowDescriptor(pipe.writeEnd.get()));
  PF_EXPECT_ERROR(file->write(constBytes("PAR1")), ErrorCode::kIo, "Broken pipe");
  EXPECT_TRUE(isBlocked());
  EXPECT_EQ(sigpipes, 0);
  ASSERT_EQ(::pthread_sigmask(SIG_UNBLOCK, &pipeSet, nullptr), 0);
  EXPECT_EQ(sigpipes, 1);
}

TEST(BorrowedDescriptor, aFailedSyncStaysFailed) {
  const test::TempDirectory temp;
  const Descriptor descriptor(::open(temp.file("f").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  PF_ASSERT_OK_ASSIGN(const auto file, borrowDescriptor(descriptor.get()));
  int syncs = 0;
  const test::SystemCallFaults faults({.onSync = [&](int) { return ++syncs == 1 ? EIO : 0; }});
  PF_EXPECT_ERROR(file->sync(), ErrorCode::kIo, "syncing");
  PF_EXPECT_ERROR(file->sync(), ErrorCode::kIo, "syncing");
  EXPECT_EQ(syncs, 1);
}

}  // namespace
}  // namespace parquet_flow::io
