// Goal: faults happen exactly where they were planned. One that does not would make fault tests
// pass by doing nothing.
#include "support/faulty_io.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>

#include "support/expect_result.hpp"
#include "support/memory_directory.hpp"

namespace parquet_flow::test {
namespace {

class FaultyIoTest : public testing::Test {
 protected:
  MemoryDirectory memory_;
  std::shared_ptr<FaultPlan> plan_ = std::make_shared<FaultPlan>();
  FaultyDirectory faulty_{memory_, plan_};
};

TEST_F(FaultyIoTest, theNthWriteFailsAfterAPartOfItsBytesAndOnlyThatOne) {
  plan_->fail(IoOperation::kWrite, 2, EIO, 1, 3);
  PF_ASSERT_OK_ASSIGN(const auto file, faulty_.createExclusive("f"));
  PF_EXPECT_OK(file->write(constBytes("one,")));
  const ConstBytes parts[] = {constBytes("tw"), constBytes("o,")};
  const auto failed = file->write(parts);
  PF_EXPECT_ERROR(failed, ErrorCode::kIo, "injected");
  EXPECT_EQ(failed.error().systemError(), EIO);
  EXPECT_EQ(memory_.contents("f"), "one,two");
  EXPECT_EQ(file->position(), 7U);
  PF_EXPECT_OK(file->write(constBytes("three")));
  EXPECT_EQ(plan_->count(IoOperation::kWrite), 3U);
  EXPECT_EQ(plan_->faults(), 1U);
}

TEST_F(FaultyIoTest, theDiskIsFullForAllFilesUntilSomethingIsCutOff) {
  plan_->limitSpace(10);
  PF_ASSERT_OK_ASSIGN(const auto first, faulty_.createExclusive("f"));
  PF_ASSERT_OK_ASSIGN(const auto second, faulty_.createExclusive("g"));
  PF_EXPECT_OK(first->write(constBytes("123456")));
  const auto failed = second->write(constBytes("123456"));
  PF_EXPECT_ERROR(failed, ErrorCode::kIo, "No space left on device");
  EXPECT_EQ(memory_.contents("g"), "1234");
  PF_EXPECT_ERROR(first->write(constBytes("7")), ErrorCode::kIo, "No space left on device");
  PF_EXPECT_OK(first->write(ConstBytes{}));
  PF_EXPECT_OK(second->truncate(2));
  PF_EXPECT_OK(first->write(constBytes("78")));
  PF_EXPECT_ERROR(first->write(constBytes("9")), ErrorCode::kIo, "No space left on device");
  plan_->heal();
  PF_EXPECT_OK(first->write(constBytes("9")));
  EXPECT_EQ(memory_.contents("f"), "123456789");
  EXPECT_EQ(plan_->faults(), 3U);
}

TEST_F(FaultyIoTest, aFailedSyncStaysFailedAsTheContractSays) {
  plan_->fail(IoOperation::kSync, 1, EIO);
  PF_ASSERT_OK_ASSIGN(const auto file, faulty_.createExclusive("f"));
  PF_EXPECT_ERROR(file->sync(), ErrorCode::kIo, "injected");
  plan_->heal();
  PF_EXPECT_ERROR(file->sync(), ErrorCode::kIo, "injected");
  PF_ASSERT_OK_ASSIGN(const auto other, faulty_.createExclusive("g"));
  PF_EXPECT_OK(other->sync());
}

TEST_F(FaultyIoTest, everyOtherOperationFailsAndIsCounted) {
  PF_EXPECT_OK(memory_.createExclusive("f"));
  PF_ASSERT_OK_ASSIGN(const auto out, faulty_.createExclusive("out"));
  PF_ASSERT_OK_ASSIGN(const auto in, faulty_.openForReading("f"));
  struct {
    IoOperation operation;
    std::function<bool()> succeeds;
  } const cases[] = {
      {IoOperation::kCreate, [&] { return faulty_.createExclusive("new").has_value(); }},
      {IoOperation::kOpen, [&] { return faulty_.openForReading("f").has_value(); }},
      {IoOperation::kTruncate, [&] { return out->truncate(0).has_value(); }},
      {IoOperation::kRead, [&] { return in->readAt(0, {}).has_value(); }},
      {IoOperation::kPublish, [&] { return faulty_.publish("f", "p").has_value(); }},
      {IoOperation::kReplace, [&] { return faulty_.replace("p", "f").has_value(); }},
      {IoOperation::kKind, [&] { return faulty_.kind("f").has_value(); }},
      {IoOperation::kList, [&] { return faulty_.list("").has_value(); }},
      {IoOperation::kMakeDirectory, [&] { return faulty_.makeDirectory("d").has_value(); }},
      {IoOperation::kSyncDirectory, [&] { return faulty_.sync("").has_value(); }},
      {IoOperation::kLock, [&] { return faulty_.lock("l").has_value(); }},
      {IoOperation::kRemove, [&] { return faulty_.remove("f").has_value(); }},
      {IoOperation::kClose, [&] { return out->close().has_value(); }},
  };
  std::uint64_t faults = 0;
  for (const auto& test : cases) {
    const auto operation = static_cast<int>(test.operation);
    const std::uint64_t before = plan_->count(test.operation);
    plan_->fail(test.operation, before + 1, EIO);
    EXPECT_FALSE(test.succeeds()) << operation;
    EXPECT_EQ(plan_->faults(), ++faults) << operation;
    EXPECT_TRUE(test.succeeds()) << operation;
    EXPECT_EQ(plan_->count(test.operation), before + 2) << operation;
  }
}

TEST_F(FaultyIoTest, aFaultMayLastForEver) {
  plan_->fail(IoOperation::kKind, 2, EIO, FaultPlan::kForEver);
  PF_EXPECT_OK(faulty_.kind("f"));
  for (int i = 0; i < 5; ++i) {
    PF_EXPECT_ERROR(faulty_.kind("f"), ErrorCode::kIo, "injected");
  }
}

}  // namespace
}  // namespace parquet_flow::test
