// Goal: of a file of 64 KiB `pf verify` and `pf merge` take no more than docs/tool.md says,
// whatever it says: a second, and memory that follows the limit on pages.
//
// Method: files of few bytes that stand for many, made by hand, which the tool is run on; what the
// kernel says that its processes took.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "read/made_bombs.hpp"
#include "read/page_stream.hpp"
#include "support/sanitizers.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow {
namespace {

using namespace read::test;

constexpr std::uint64_t kLimit = read::kPageBytesMaxDefault;
constexpr auto kMost = static_cast<std::int32_t>(kLimit);

// Two seconds, on machines of which a test run gets half. Sanitizers and builds that are not
// optimised take about ten times as long, TSan up to twenty.
#if defined(NDEBUG)
constexpr double kSecondsMax = 4;
#else
constexpr double kSecondsMax = test::kThreadSanitized ? 80 : 40;
#endif
// docs/tool.md: 16 pages at the limit. Of sanitizers' memory nothing is known.
constexpr std::uint64_t kBytesMax = test::kSanitized ? UINT64_MAX : 16 * kLimit;

struct Cost {
  int exit = -1;
  double seconds = 0;
  std::uint64_t bytes = 0;
};

Cost run(std::vector<std::string> words) {
  words.insert(words.begin(), std::getenv("PF_TOOL"));
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::fflush(nullptr);  // or the child says it again
  const pid_t child = ::fork();
  if (child == 0) {
    if (std::freopen("/dev/null", "w", stdout) == nullptr ||
        std::freopen("/dev/null", "w", stderr) == nullptr) {
      ::_exit(126);
    }
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  EXPECT_EQ(::wait4(child, &status, 0, &usage), child);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1,
          seconds(usage.ru_utime) + seconds(usage.ru_stime),
          static_cast<std::uint64_t>(usage.ru_maxrss) << 10U};
}

// A chunk of `first`, and of `more` behind it until it is 64 KiB.
MadeChunk filled(MadeChunk first, const MadeChunk& more) {
  while (first.pages.size() + more.pages.size() < kSmall) {
    first.pages.insert(first.pages.end(), more.pages.begin(), more.pages.end());
    first.entries += more.entries;
  }
  return first;
}

std::vector<std::pair<std::string, std::string>> hostileFiles() {
  using E = format::Encoding;
  constexpr std::int32_t kNumbers = kMost / 8;
  const Bytes runs = concat({{1}, runOf(kNumbers / 2, 0), runOf(kNumbers / 2, 1)});
  const Bytes level = levelsOf(kMost, 0);
  const Bytes text = concat({{0, 0x40, 0, 0}, Bytes(0x4000, 'x')});
  const auto numbers =
      chunkOf(kInt64, kRequired, E::RLE_DICTIONARY, kNumbers, runs, Bytes(16, 0), 2);
  const auto moreNumbers = chunkOf(kInt64, kRequired, E::RLE_DICTIONARY, kNumbers, runs);
  const Bytes same = concat({{1}, runOf(4000, 0)});
  const auto texts = chunkOf(kArray, kRequired, E::RLE_DICTIONARY, 4000, same, text, 1);
  const auto moreTexts = chunkOf(kArray, kRequired, E::RLE_DICTIONARY, 4000, same);
  const auto nulls = chunkOf(kInt64, kOptional, E::PLAIN, kMost, level);
  const auto lists = chunkOf(kInt64, kRepeated, E::PLAIN, kMost, concat({level, level}));
  MadeChunk inflated;
  inflated.compression = bombCodecs().back();
  const Bytes page = bombPage(compressed(inflated.compression, kLimit), kLimit, kMost / 4);
  while (inflated.pages.size() + page.size() < kSmall || inflated.entries == 0) {
    inflated.pages = concat({inflated.pages, page});
    inflated.entries += kMost / 4;
  }
  return {{"numbers", fileOf(filled(numbers, moreNumbers))},
          {"texts of 16 KiB", fileOf(filled(texts, moreTexts))},
          {"nulls", fileOf(filled(nulls, nulls))},
          {"lists", fileOf(filled(lists, lists))},
          {"zeros, inflated", fileOf(inflated)},
          {"columns of numbers", fileOf(numbers, 1, 300)},
          {"columns of texts", fileOf(texts, 1, 4)}};
}

struct Work {
  const char* name;
  std::vector<std::string> words;
};

TEST(HostileFiles, takeASecondAndAStatedMemory) {
  const parquet_flow::test::TempDirectory directory;
  const std::string path = directory.file("hostile.parquet");
  const std::string out = directory.file("out.parquet");
  const std::vector<Work> works = {{"verify", {"verify", path}},
                                   {"merge", {"merge", path, "--output", out, "--force"}}};
  for (const auto& [what, file] : hostileFiles()) {
    parquet_flow::test::writeWholeFile(path, file);
    for (const Work& work : works) {
      Cost cost = run(work.words);
      // What others do to the processor's caches only adds.
      for (int again = 0; again < 2 && cost.seconds > kSecondsMax; ++again) cost = run(work.words);
      EXPECT_GE(cost.exit, 0) << work.name << " of " << what << " was killed";
      EXPECT_NE(cost.exit, 2) << work.name << " of " << what << ": not understood";
      EXPECT_LE(cost.seconds, kSecondsMax) << work.name << " of " << what;
      EXPECT_LE(cost.bytes, kBytesMax) << work.name << " of " << what;
    }
  }
}

}  // namespace
}  // namespace parquet_flow
