// Goal: error codes are the C contract's, and messages read from the outside in.
#include "base/status.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "parquet_flow.h"

namespace parquet_flow {
namespace {

constexpr bool same(ErrorCode code, pf_status_t status) {
  return static_cast<int>(code) == static_cast<int>(status);
}
static_assert(same(ErrorCode::kInvalidArgument, PF_STATUS_INVALID_ARGUMENT));
static_assert(same(ErrorCode::kNotOpen, PF_STATUS_NOT_OPEN));
static_assert(same(ErrorCode::kInternal, PF_STATUS_INTERNAL));
static_assert(same(ErrorCode::kOutOfMemory, PF_STATUS_OUT_OF_MEMORY));
static_assert(same(ErrorCode::kIo, PF_STATUS_IO));
static_assert(same(ErrorCode::kTimeout, PF_STATUS_TIMEOUT));
static_assert(same(ErrorCode::kUnsupported, PF_STATUS_UNSUPPORTED));
static_assert(same(ErrorCode::kCorrupt, PF_STATUS_CORRUPT));
static_assert(same(ErrorCode::kExists, PF_STATUS_EXISTS));
static_assert(same(ErrorCode::kLimit, PF_STATUS_LIMIT));
static_assert(same(ErrorCode::kClosed, PF_STATUS_CLOSED));
static_assert(same(ErrorCode::kDataLost, PF_STATUS_DATA_LOST));
static_assert(same(ErrorCode::kWouldBlock, PF_STATUS_WOULD_BLOCK));
static_assert(same(ErrorCode::kCancelled, PF_STATUS_CANCELLED));

Result<int> half(int value) {
  if (value % 2 != 0) {
    return fail(ErrorCode::kInvalidArgument, std::to_string(value) + " is odd");
  }
  return value / 2;
}

Result<int> quarter(int value) {
  PF_TRY_ASSIGN(const int halved, half(value));
  PF_TRY_ASSIGN(const int quartered, half(halved));
  return quartered;
}

Result<void> checkTwice(int value, int& steps) {
  PF_TRY(half(value));
  ++steps;
  PF_TRY(half(value / 2));
  ++steps;
  return {};
}

TEST(Status, everyCodeHasAName) {
  EXPECT_EQ(errorCodeName(ErrorCode::kInvalidArgument), "invalid argument");
  for (int code = PF_STATUS_INVALID_ARGUMENT; code <= PF_STATUS_CANCELLED; ++code) {
    EXPECT_NE(errorCodeName(static_cast<ErrorCode>(code)), "unknown error") << code;
  }
  EXPECT_EQ(errorCodeName(static_cast<ErrorCode>(PF_STATUS_CANCELLED + 1)), "unknown error");
}

TEST(Status, contextGoesBeforeTheMessageAndKeepsTheCode) {
  Error error = Error(ErrorCode::kIo, ENOSPC, "No space left on device").withContext("writing a");
  error = std::move(error).withContext("row group 7");
  EXPECT_EQ(error.message(), "row group 7: writing a: No space left on device");
  EXPECT_EQ(error.code(), ErrorCode::kIo);
  EXPECT_EQ(error.systemError(), ENOSPC);
}

TEST(Status, systemErrorsKeepTheirNumberAndSomeHaveACodeOfTheirOwn) {
  const Error full = systemError(ENOSPC, "writing feed.parquet");
  EXPECT_EQ(full.code(), ErrorCode::kIo);
  EXPECT_EQ(full.systemError(), ENOSPC);
  EXPECT_EQ(full.message(), "writing feed.parquet: No space left on device");
  EXPECT_EQ(systemError(ENOMEM, "x").code(), ErrorCode::kOutOfMemory);
  EXPECT_EQ(systemError(EEXIST, "x").code(), ErrorCode::kExists);
}

TEST(Status, theFirstFailureLeavesTheFunction) {
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_EQ(quarter(7).error().message(), "7 is odd");
  EXPECT_EQ(quarter(6).error().message(), "3 is odd");
  int steps = 0;
  EXPECT_FALSE(checkTwice(6, steps).has_value());
  EXPECT_EQ(steps, 1);
}

}  // namespace
}  // namespace parquet_flow
