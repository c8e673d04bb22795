// Goal: the application's callbacks get all bytes in order, their errors come back as codes, and
// `close` is the last call, once, after success or failure.
#include "io/callback_file.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/expect_result.hpp"

namespace parquet_flow::io {
namespace {

struct Application {
  std::vector<std::string> calls;
  int writeResult = 0;
  int flushResult = 0;
  int closeResult = 0;

  OutputCallbacks callbacks() {
    return {.write =
                [](void* user, const void* data, std::size_t bytes) {
                  auto& self = *static_cast<Application*>(user);
                  self.calls.emplace_back(static_cast<const char*>(data), bytes);
                  return self.writeResult;
                },
            .flush =
                [](void* user) {
                  auto& self = *static_cast<Application*>(user);
                  self.calls.emplace_back("flush");
                  return self.flushResult;
                },
            .close =
                [](void* user) {
                  auto& self = *static_cast<Application*>(user);
                  self.calls.emplace_back("close");
                  return self.closeResult;
                },
            .user = this};
  }
};

using Calls = std::vector<std::string>;

TEST(CallbackFile, callsInOrderAndNoEmptyWrites) {
  Application application;
  {
    PF_ASSERT_OK_ASSIGN(const auto file, makeCallbackFile(application.callbacks()));
    const ConstBytes parts[] = {constBytes("PAR1"), {}, constBytes("page")};
    PF_EXPECT_OK(file->write(parts));
    PF_EXPECT_OK(file->sync());
    PF_EXPECT_OK(file->close());
    PF_EXPECT_OK(file->close());
  }
  EXPECT_EQ(application.calls, (Calls{"PAR1", "page", "flush", "close"}));
}

TEST(CallbackFile, aFailedWriteIsNotTriedAgainAndCloseStillComesOnce) {
  Application application;
  {
    PF_ASSERT_OK_ASSIGN(const auto file, makeCallbackFile(application.callbacks()));
    PF_EXPECT_OK(file->write(constBytes("PAR1")));
    application.writeResult = 28;
    const ConstBytes parts[] = {constBytes("a"), constBytes("b")};
    const auto written = file->write(parts);
    PF_EXPECT_ERROR(written, ErrorCode::kIo, "the application's write callback returned 28");
    EXPECT_EQ(written.error().systemError(), 28);
    application.writeResult = 0;
    PF_EXPECT_ERROR(file->write(constBytes("c")), ErrorCode::kIo, "returned 28");
    EXPECT_EQ(file->position(), 4U);
  }
  EXPECT_EQ(application.calls, (Calls{"PAR1", "a", "close"}));
}

TEST(CallbackFile, errorsOfFlushAndCloseAreReported) {
  Application application;
  application.flushResult = 5;
  application.closeResult = -7;
  {
    PF_ASSERT_OK_ASSIGN(const auto file, makeCallbackFile(application.callbacks()));
    const auto synced = file->sync();
    PF_EXPECT_ERROR(synced, ErrorCode::kIo, "flush callback returned 5");
    application.flushResult = 0;
    PF_EXPECT_ERROR(file->sync(), ErrorCode::kIo, "flush callback returned 5");
    const auto closed = file->close();
    PF_EXPECT_ERROR(closed, ErrorCode::kIo, "close callback returned -7");
    EXPECT_EQ(closed.error().systemError(), -7);
    PF_EXPECT_ERROR(file->sync(), ErrorCode::kNotOpen, "closed");
  }
  EXPECT_EQ(application.calls, (Calls{"flush", "close"}));
}

TEST(CallbackFile, onlyWriteIsRequired) {
  OutputCallbacks callbacks;
  PF_EXPECT_ERROR(makeCallbackFile(callbacks), ErrorCode::kInvalidArgument, "write callback");
  callbacks.write = [](void*, const void*, std::size_t) { return 0; };
  PF_ASSERT_OK_ASSIGN(const auto file, makeCallbackFile(callbacks));
  PF_EXPECT_OK(file->write(constBytes("PAR1")));
  PF_EXPECT_ERROR(file->sync(), ErrorCode::kUnsupported, "flush");
  PF_EXPECT_OK(file->close());
}

}  // namespace
}  // namespace parquet_flow::io
