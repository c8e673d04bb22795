// Goal: every output keeps the one contract of io::OutputFile. Method: the same situations over
// each kind, with a way to look at what has arrived.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "io/borrowed_descriptor.hpp"
#include "io/callback_file.hpp"
#include "io/discard_file.hpp"
#include "io/memory_file.hpp"
#include "io/posix_directory.hpp"
#include "support/expect_result.hpp"
#include "support/faulty_io.hpp"
#include "support/memory_directory.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::io {
namespace {

// An output and a look at what it holds.
struct Opened {
  std::unique_ptr<OutputFile> file;
  std::function<std::string()> content;
  bool cutsBack = true;
  std::vector<std::shared_ptr<void>> owned;  // destroyed after the file
};

Opened openPosix() {
  auto temp = std::make_shared<test::TempDirectory>();
  auto directory = openDirectory(temp->path(), IfMissing::kFail).value();
  return {directory->createExclusive("f").value(),
          [temp] { return test::readWholeFile(temp->file("f")); },
          true,
          {temp}};
}

Opened openBorrowed() {
  auto temp = std::make_shared<test::TempDirectory>();
  const int descriptor = ::open(temp->file("f").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  std::shared_ptr<void> closer(nullptr, [descriptor](void*) { ::close(descriptor); });
  return {borrowDescriptor(descriptor).value(),
          [temp] { return test::readWholeFile(temp->file("f")); },
          true,
          {temp, closer}};
}

Opened openMemory() {
  auto file = std::make_unique<MemoryOutputFile>();
  const MemoryOutputFile* const look = file.get();
  return {std::move(file), [look] { return std::string(asText(look->contents())); }, true, {}};
}

Opened openCallbacks() {
  auto taken = std::make_shared<std::string>();
  const OutputCallbacks callbacks{.write =
                                      [](void* user, const void* data, std::size_t bytes) {
                                        static_cast<std::string*>(user)->append(
                                            static_cast<const char*>(data), bytes);
                                        return 0;
                                      },
                                  .flush = [](void*) { return 0; },
                                  .close = nullptr,
                                  .user = taken.get()};
  return {makeCallbackFile(callbacks).value(), [taken] { return *taken; }, false, {taken}};
}

Opened openDiscard() { return {std::make_unique<DiscardFile>(), {}, true, {}}; }

// The tests' own, held to the same contract: what passes over them is then true of the others.
Opened openTestMemoryDirectory() {
  auto directory = std::make_shared<test::MemoryDirectory>();
  return {directory->createExclusive("f").value(),
          [directory] { return directory->contents("f"); },
          true,
          {directory}};
}

Opened openFaulty() {
  Opened opened = openMemory();
  opened.file = std::make_unique<test::FaultyOutputFile>(std::move(opened.file),
                                                         std::make_shared<test::FaultPlan>());
  return opened;
}

struct Kind {
  const char* name;
  Opened (*open)();
};

class OutputFileTest : public testing::TestWithParam<Kind> {
 protected:
  OutputFileTest() : opened_(GetParam().open()) {}

  OutputFile& file() { return *opened_.file; }
  void expectContent(std::string_view expected) {
    EXPECT_EQ(file().position(), expected.size());
    if (opened_.content) {
      EXPECT_EQ(opened_.content(), expected);
    }
  }

  Opened opened_;
};

TEST_P(OutputFileTest, aNewFileIsEmptyAndHasAName) {
  EXPECT_FALSE(file().name().empty());
  expectContent("");
}

TEST_P(OutputFileTest, partsArriveInOrderAndEmptyOnesAreNothing) {
  const ConstBytes parts[] = {constBytes("PAR"), {}, constBytes("1"), constBytes("-"), {}};
  PF_ASSERT_OK(file().write(parts));
  PF_ASSERT_OK(file().write(constBytes("page")));
  expectContent("PAR1-page");
}

TEST_P(OutputFileTest, writingNothingSucceeds) {
  PF_EXPECT_OK(file().write(std::span<const ConstBytes>{}));
  PF_EXPECT_OK(file().write(ConstBytes{}));
  const std::vector<ConstBytes> empties(3000);
  PF_EXPECT_OK(file().write(empties));
  expectContent("");
}

TEST_P(OutputFileTest, morePartsThanOneSystemCallTakes) {
  // IOV_MAX is 1024; sizes 0 to 6 in turn.
  std::vector<std::string> texts;
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    texts.push_back(std::to_string(i).substr(0, static_cast<std::size_t>(i) % 7));
    expected += texts.back();
  }
  std::vector<ConstBytes> parts;
  for (const std::string& text : texts) {
    parts.push_back(constBytes(text));
  }
  PF_ASSERT_OK(file().write(parts));
  expectContent(expected);
}

TEST_P(OutputFileTest, whatIsCutOffIsOverwrittenByTheNextWrite) {
  PF_ASSERT_OK(file().write(constBytes("row group 1, row group 2")));
  if (!opened_.cutsBack) {
    PF_EXPECT_ERROR(file().truncate(11), ErrorCode::kUnsupported, "callbacks");
    expectContent("row group 1, row group 2");
    return;
  }
  PF_ASSERT_OK(file().truncate(11));
  expectContent("row group 1");
  PF_ASSERT_OK(file().write(constBytes(", footer")));
  expectContent("row group 1, footer");
  PF_ASSERT_OK(file().truncate(0));
  expectContent("");
}

TEST_P(OutputFileTest, cuttingBeyondTheEndIsRefused) {
  PF_ASSERT_OK(file().write(constBytes("PAR1")));
  EXPECT_FALSE(file().truncate(5).has_value());
  expectContent("PAR1");
}

TEST_P(OutputFileTest, syncAndCloseSucceedAndCloseMayComeTwice) {
  PF_ASSERT_OK(file().write(constBytes("PAR1")));
  PF_EXPECT_OK(file().sync());
  PF_EXPECT_OK(file().sync());
  PF_EXPECT_OK(file().close());
  PF_EXPECT_OK(file().close());
  expectContent("PAR1");
}

TEST_P(OutputFileTest, nothingIsWrittenAfterClose) {
  PF_ASSERT_OK(file().write(constBytes("PAR1")));
  PF_ASSERT_OK(file().close());
  PF_EXPECT_ERROR(file().write(constBytes("x")), ErrorCode::kNotOpen, "closed");
  expectContent("PAR1");
}

INSTANTIATE_TEST_SUITE_P(Kinds, OutputFileTest,
                         testing::Values(Kind{"posix", openPosix},
                                         Kind{"borrowedDescriptor", openBorrowed},
                                         Kind{"memory", openMemory},
                                         Kind{"callbacks", openCallbacks},
                                         Kind{"discard", openDiscard},
                                         Kind{"testMemoryDirectory", openTestMemoryDirectory},
                                         Kind{"testFaulty", openFaulty}),
                         [](const testing::TestParamInfo<Kind>& kind) { return kind.param.name; });

}  // namespace
}  // namespace parquet_flow::io
