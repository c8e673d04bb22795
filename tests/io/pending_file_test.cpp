// Goal: a file is under its name whole or not at all, whatever fails and whenever the machine dies.
// Method: the whole life of a file is run over a directory that forgets what was not synced, once
// for every operation that can fail and every moment it can end.
#include "io/pending_file.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

#include "io/posix_directory.hpp"
#include "support/expect_result.hpp"
#include "support/faulty_io.hpp"
#include "support/memory_directory.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::io {
namespace {

using test::FaultPlan;
using test::FaultyDirectory;
using test::IoOperation;
using test::MemoryDirectory;

constexpr std::string_view kName = "date=2026-11-20/feed-000042.parquet";
constexpr std::string_view kContent = "PAR1 pages footer PAR1";

Result<void> writeFile(Directory& directory, IfTaken ifTaken, Durability durability) {
  PF_TRY_ASSIGN(auto pending, PendingFile::create(directory, kName, ifTaken));
  const auto file = pending.takeFile();
  PF_TRY(file->write(constBytes(kContent.substr(0, 10))));
  PF_TRY(file->write(constBytes(kContent.substr(10))));
  return pending.publish(*file, kName, durability);
}

class PendingFileTest : public testing::Test {
 protected:
  PendingFileTest() { PF_EXPECT_OK(memory_.makeDirectory("date=2026-11-20")); }

  std::vector<std::string> names() {
    std::vector<std::string> found;
    const auto entries = memory_.list("date=2026-11-20").value();
    for (const DirectoryEntry& entry : entries) {
      found.push_back(entry.name);
    }
    return found;
  }
  bool isPublished() { return memory_.kind(kName).value() == EntryKind::kFile; }

  void putOldFile() {
    const auto old = memory_.createExclusive(kName).value();
    PF_EXPECT_OK(old->write(constBytes("old")));
    PF_EXPECT_OK(old->sync());
    PF_EXPECT_OK(memory_.sync("date=2026-11-20"));
  }

  MemoryDirectory memory_;
};

TEST_F(PendingFileTest, isHiddenUntilItIsPublished) {
  PF_ASSERT_OK_ASSIGN(auto pending, PendingFile::create(memory_, kName, IfTaken::kRefuse));
  const auto file = pending.takeFile();
  PF_ASSERT_OK(file->write(constBytes(kContent)));
  ASSERT_EQ(names().size(), 1U);
  const std::string hidden = names().front();
  EXPECT_TRUE(hidden.starts_with(".feed-000042.parquet.")) << hidden;
  EXPECT_TRUE(hidden.ends_with(kPendingSuffix)) << hidden;
  EXPECT_EQ("date=2026-11-20/" + hidden, pending.hiddenName());
  EXPECT_FALSE(pending.isPublished());
  PF_ASSERT_OK(pending.publish(*file, kName, Durability::kSystem));
  EXPECT_TRUE(pending.isPublished());
  EXPECT_EQ(names(), std::vector<std::string>{"feed-000042.parquet"});
  EXPECT_EQ(memory_.contents(kName), kContent);
}

TEST_F(PendingFileTest, aNameThatIsTakenIsRefusedBeforeAnythingIsWritten) {
  putOldFile();
  PF_EXPECT_ERROR(PendingFile::create(memory_, kName, IfTaken::kRefuse), ErrorCode::kExists,
                  "feed-000042.parquet exists already");
  EXPECT_EQ(names().size(), 1U);
}

TEST_F(PendingFileTest, somethingElseThanAFileIsNotReplaced) {
  PF_EXPECT_ERROR(PendingFile::create(memory_, "date=2026-11-20", IfTaken::kReplace),
                  ErrorCode::kInvalidArgument, "not a regular file");
}

TEST_F(PendingFileTest, aNameTakenMeanwhileIsNotReplacedAndAnotherMayBeTried) {
  PF_ASSERT_OK_ASSIGN(auto pending, PendingFile::create(memory_, kName, IfTaken::kRefuse));
  const auto file = pending.takeFile();
  PF_ASSERT_OK(file->write(constBytes(kContent)));
  putOldFile();
  PF_EXPECT_ERROR(pending.publish(*file, kName, Durability::kSynced), ErrorCode::kExists, kName);
  EXPECT_EQ(memory_.contents(kName), "old");
  PF_EXPECT_OK(pending.publish(*file, "date=2026-11-20/feed-000043.parquet", Durability::kSynced));
  EXPECT_EQ(memory_.contents("date=2026-11-20/feed-000043.parquet"), kContent);
  EXPECT_EQ(names().size(), 2U);
}

TEST_F(PendingFileTest, replacingKeepsTheOldFileUntilTheNewOneIsWhole) {
  putOldFile();
  PF_ASSERT_OK_ASSIGN(auto pending, PendingFile::create(memory_, kName, IfTaken::kReplace));
  const auto file = pending.takeFile();
  PF_ASSERT_OK(file->write(constBytes(kContent)));
  EXPECT_EQ(memory_.contents(kName), "old");
  PF_ASSERT_OK(pending.publish(*file, kName, Durability::kSynced));
  EXPECT_EQ(memory_.contents(kName), kContent);
  EXPECT_EQ(names().size(), 1U);
}

TEST_F(PendingFileTest, discardRemovesItAndItCannotBePublishedAnyMore) {
  PF_ASSERT_OK_ASSIGN(auto pending, PendingFile::create(memory_, kName, IfTaken::kRefuse));
  const auto file = pending.takeFile();
  PF_EXPECT_OK(pending.discard());
  PF_EXPECT_OK(pending.discard());
  EXPECT_TRUE(names().empty());
  PF_EXPECT_ERROR(pending.publish(*file, kName, Durability::kSystem), ErrorCode::kNotOpen,
                  "discarded");
}

TEST_F(PendingFileTest, discardAfterPublishingChangesNothing) {
  PF_ASSERT_OK_ASSIGN(auto pending, PendingFile::create(memory_, kName, IfTaken::kRefuse));
  const auto file = pending.takeFile();
  PF_ASSERT_OK(pending.publish(*file, kName, Durability::kSystem));
  PF_EXPECT_OK(pending.discard());
  EXPECT_TRUE(isPublished());
}

TEST_F(PendingFileTest, twoWritersOfOneNameDoNotMeetBeforeTheEnd) {
  PF_ASSERT_OK_ASSIGN(auto first, PendingFile::create(memory_, kName, IfTaken::kReplace));
  PF_ASSERT_OK_ASSIGN(auto second, PendingFile::create(memory_, kName, IfTaken::kReplace));
  EXPECT_NE(first.hiddenName(), second.hiddenName());
}

TEST_F(PendingFileTest, namesAsLongAsTheFilesystemTakes) {
  const test::TempDirectory temp;
  PF_ASSERT_OK_ASSIGN(const auto directory, openDirectory(temp.path(), IfMissing::kFail));
  const std::string name(255, 'n');
  PF_ASSERT_OK_ASSIGN(auto pending, PendingFile::create(*directory, name, IfTaken::kRefuse));
  const auto file = pending.takeFile();
  PF_EXPECT_OK(pending.publish(*file, name, Durability::kSynced));
  EXPECT_EQ(directory->kind(name).value(), EntryKind::kFile);
}

TEST_F(PendingFileTest, whatSyncedPublishingReportedSurvivesAPowerLoss) {
  PF_ASSERT_OK(writeFile(memory_, IfTaken::kRefuse, Durability::kSynced));
  memory_.crash();
  ASSERT_TRUE(isPublished());
  EXPECT_EQ(memory_.contents(kName), kContent);
}

TEST_F(PendingFileTest, withoutSyncNothingOfItMustSurvive) {
  PF_ASSERT_OK(writeFile(memory_, IfTaken::kRefuse, Durability::kSystem));
  memory_.crash();
  EXPECT_FALSE(isPublished());
}

const IoOperation kSteps[] = {
    IoOperation::kKind,  IoOperation::kCreate,  IoOperation::kWrite,   IoOperation::kSync,
    IoOperation::kClose, IoOperation::kPublish, IoOperation::kReplace, IoOperation::kSyncDirectory};

// Goes through every operation that the life of a file consists of, each failing once.
void forEachFault(IfTaken ifTaken, const std::function<void(std::shared_ptr<FaultPlan>)>& run) {
  MemoryDirectory memory;
  PF_ASSERT_OK(memory.makeDirectory("date=2026-11-20"));
  const auto counted = std::make_shared<FaultPlan>();
  FaultyDirectory counting(memory, counted);
  PF_ASSERT_OK(writeFile(counting, ifTaken, Durability::kSynced));
  int runs = 0;
  for (const IoOperation step : kSteps) {
    for (std::uint64_t nth = 1; nth <= counted->count(step); ++nth) {
      const auto plan = std::make_shared<FaultPlan>();
      plan->fail(step, nth, EIO, 1, 5);
      run(plan);
      EXPECT_EQ(plan->faults(), 1U);
      ++runs;
    }
  }
  EXPECT_EQ(runs,
            8);  // kind, create, two writes, sync, close, publish or replace, sync of the directory
}

TEST(PendingFileFaults, whateverFailsTheNameHoldsTheWholeFileOrNothing) {
  forEachFault(IfTaken::kRefuse, [](const std::shared_ptr<FaultPlan>& plan) {
    MemoryDirectory memory;
    PF_ASSERT_OK(memory.makeDirectory("date=2026-11-20"));
    FaultyDirectory faulty(memory, plan);
    PF_EXPECT_ERROR(writeFile(faulty, IfTaken::kRefuse, Durability::kSynced), ErrorCode::kIo,
                    "Input/output error");
    for (int crashed = 0; crashed < 2; ++crashed) {
      if (memory.kind(kName).value() != EntryKind::kNone) {
        EXPECT_EQ(memory.contents(kName), kContent);
      }
      memory.crash();
    }
  });
}

TEST(PendingFileFaults, whateverFailsTheReplacedFileIsThereOrTheWholeNewOne) {
  forEachFault(IfTaken::kReplace, [](const std::shared_ptr<FaultPlan>& plan) {
    MemoryDirectory memory;
    PF_ASSERT_OK(memory.makeDirectory("date=2026-11-20"));
    PF_ASSERT_OK_ASSIGN(const auto old, memory.createExclusive(kName));
    PF_ASSERT_OK(old->write(constBytes("old")));
    PF_ASSERT_OK(old->sync());
    PF_ASSERT_OK(memory.sync("date=2026-11-20"));
    FaultyDirectory faulty(memory, plan);
    PF_EXPECT_ERROR(writeFile(faulty, IfTaken::kReplace, Durability::kSynced), ErrorCode::kIo,
                    "Input/output error");
    for (int crashed = 0; crashed < 2; ++crashed) {
      const std::string content = memory.contents(kName);
      EXPECT_TRUE(content == "old" || content == kContent) << content;
      memory.crash();
    }
  });
}

TEST(PendingFileFaults, aPowerLossAtAnyMomentLeavesTheWholeFileOrNothing) {
  test::SeededRandom random;
  for (int round = 0; round < 200; ++round) {
    forEachFault(IfTaken::kRefuse, [&](const std::shared_ptr<FaultPlan>& plan) {
      MemoryDirectory memory;
      ASSERT_TRUE(memory.makeDirectory("date=2026-11-20").has_value());
      FaultyDirectory faulty(memory, plan);
      EXPECT_FALSE(writeFile(faulty, IfTaken::kRefuse, Durability::kSynced).has_value());
      memory.crashTorn(random);
      if (memory.kind(kName).value() != EntryKind::kNone) {
        ASSERT_EQ(memory.contents(kName), kContent);
      }
    });
  }
}

TEST_F(PendingFileTest, aFailedRenameMayBeTriedAgain) {
  const auto plan = std::make_shared<FaultPlan>();
  plan->fail(IoOperation::kPublish, 1, EIO);
  FaultyDirectory faulty(memory_, plan);
  PF_ASSERT_OK_ASSIGN(auto pending, PendingFile::create(faulty, kName, IfTaken::kRefuse));
  const auto file = pending.takeFile();
  PF_ASSERT_OK(file->write(constBytes(kContent)));
  PF_EXPECT_ERROR(pending.publish(*file, kName, Durability::kSynced), ErrorCode::kIo, "injected");
  EXPECT_FALSE(pending.isPublished());
  PF_EXPECT_OK(pending.publish(*file, kName, Durability::kSynced));
  memory_.crash();
  EXPECT_EQ(memory_.contents(kName), kContent);
}

TEST_F(PendingFileTest, aFailedSyncOfTheDirectoryIsPublishedAndMayBeTriedAgain) {
  const auto plan = std::make_shared<FaultPlan>();
  plan->fail(IoOperation::kSyncDirectory, 1, EIO);
  FaultyDirectory faulty(memory_, plan);
  PF_ASSERT_OK_ASSIGN(auto pending, PendingFile::create(faulty, kName, IfTaken::kRefuse));
  const auto file = pending.takeFile();
  PF_EXPECT_ERROR(pending.publish(*file, kName, Durability::kSynced), ErrorCode::kIo, "injected");
  EXPECT_TRUE(pending.isPublished());
  PF_EXPECT_OK(pending.publish(*file, kName, Durability::kSynced));
  memory_.crash();
  EXPECT_TRUE(isPublished());
}

TEST_F(PendingFileTest, afterAFailedSyncOrCloseItIsNeverPublishedAsSynced) {
  for (const IoOperation step : {IoOperation::kSync, IoOperation::kClose}) {
    const auto plan = std::make_shared<FaultPlan>();
    plan->fail(step, 1, EIO);
    FaultyDirectory faulty(memory_, plan);
    PF_ASSERT_OK_ASSIGN(auto pending, PendingFile::create(faulty, kName, IfTaken::kRefuse));
    const auto file = pending.takeFile();
    PF_EXPECT_ERROR(pending.publish(*file, kName, Durability::kSynced), ErrorCode::kIo, "");
    PF_EXPECT_ERROR(pending.publish(*file, kName, Durability::kSynced), ErrorCode::kIo, "");
    EXPECT_FALSE(isPublished());
    PF_EXPECT_OK(pending.discard());
  }
}

}  // namespace
}  // namespace parquet_flow::io
