// What SIGKILL leaves of a running sink: published files are whole, their ledgers hold and follow
// on one another, what was published before rotate() returned is there, the file being written does
// not look like a finished one, and a sink opened on the same directory goes on behind what it
// finds and changes nothing of it.
//
// Method: a forked child captures into a directory and is killed, at each of its system calls that
// write, sync, close or rename (a write half done), one after the other; then after random times.
// PF_CRASH_SECONDS makes the second part longer than the half second it has in a test run.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "captured_file.hpp"
#include "io/memory_file.hpp"
#include "read/footer.hpp"
#include "sink/log_sink.hpp"
#include "support/expect_result.hpp"
#include "support/seeded_random.hpp"
#include "support/system_call_faults.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::sink {
namespace {

namespace fs = std::filesystem;
using parquet_flow::test::readWholeFile;
using parquet_flow::test::SystemCallFaults;
using parquet_flow::test::TempDirectory;
using test::CapturedFile;

constexpr std::uint32_t kProducers = 2;
constexpr std::uint64_t kMinute = 60'000'000'000;

// What the child says of itself, in memory that outlives it.
struct Told {
  std::atomic<std::uint64_t> calls{0};
  std::atomic<std::uint64_t> published[kProducers] = {};  // attempts that rotate() has settled
};

std::string payloadOf(std::uint32_t producer, std::uint64_t attempt) {
  return std::to_string(producer) + ":" + std::to_string(attempt) +
         std::string(20 + attempt * 7 % 60, static_cast<char>('a' + attempt % 26));
}

SinkOptions optionsFor(const std::string& directory) {
  SinkOptions options;
  options.directory = directory;
  options.rowGroupRows = 100;
  options.rotateRows = 350;
  options.ringBytes = 64 << 10;
  return options;
}

// Of records that fit the ring each one is taken: the attempt is the record's number.
void capture(const std::string& directory, std::uint64_t rounds, Told* told) {
  auto sink = LogSink::open(optionsFor(directory));
  if (!sink) _exit(2);
  Producer* producers[kProducers];
  for (Producer*& producer : producers) {
    auto added = (*sink)->addProducer();
    if (!added) _exit(3);
    producer = *added;
  }
  std::uint64_t attempt = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (int i = 0; i < 120; ++i) {
      ++attempt;
      for (std::uint32_t p = 0; p < kProducers; ++p) {
        const std::string payload = payloadOf(p, attempt);
        if (producers[p]->tryRecord(payload.data(), payload.size()) != RecordResult::kOk) _exit(4);
      }
    }
    const bool publish = round % 3 == 2;
    if (!(publish ? (*sink)->rotate(kMinute) : (*sink)->flush(kMinute))) _exit(5);
    for (auto& published : told->published) {
      if (publish) published.store(attempt);
    }
  }
  if (!(*sink)->close(kMinute)) _exit(6);
  for (auto& published : told->published) published.store(attempt);
  _exit(0);
}

// Kills this process at its call number `nth`; a write has then written half.
SystemCallFaults killAtCall(std::uint64_t nth, Told* told) {
  const auto reached = [nth, told] { return told->calls.fetch_add(1) + 1 >= nth; };
  const auto die = [reached] {
    if (reached()) kill(getpid(), SIGKILL);
    return 0;
  };
  parquet_flow::test::SystemCallHooks hooks;
  hooks.onWrite = [reached, told, nth](int, std::size_t bytes) {
    parquet_flow::test::WriteFault fault;
    if (!reached()) return fault;
    if (told->calls.load() > nth || bytes < 2) kill(getpid(), SIGKILL);
    fault.bytesMax = bytes / 2;  // the rest of it comes in the next call
    return fault;
  };
  hooks.onSync = [die](int) { return die(); };
  hooks.onClose = [die](int) { return die(); };
  hooks.onRename = die;
  return SystemCallFaults(hooks);
}

class Crash : public ::testing::Test {
 protected:
  void SetUp() override {
    void* const shared =
        mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(shared, MAP_FAILED);
    told_ = new (shared) Told;
  }
  void TearDown() override { munmap(told_, sizeof(Told)); }

  // Whether the child came to its end before it was killed. `nth`: 0, after `us` microseconds.
  bool runAndKill(std::uint64_t nth, std::uint64_t us, std::uint64_t rounds) {
    new (told_) Told;
    const pid_t child = fork();
    if (child == 0) {
      if (nth == 0) capture(directory_.path(), rounds, told_);
      const auto faults = killAtCall(nth, told_);
      capture(directory_.path(), rounds, told_);
    }
    if (nth == 0) {
      std::this_thread::sleep_for(std::chrono::microseconds(us));
      kill(child, SIGKILL);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    const bool ended = WIFEXITED(status);
    EXPECT_TRUE(!ended || WEXITSTATUS(status) == 0) << "the child failed: " << status;
    return ended;
  }

  struct Found {
    std::map<std::string, std::string> published;  // content by name, numbers in order
    std::vector<std::string> hidden;
  };
  Found look() const {
    Found found;
    for (const auto& entry : fs::recursive_directory_iterator(directory_.path())) {
      if (!entry.is_regular_file()) continue;
      const std::string name = entry.path().filename().string();
      if (name.front() != '.') {
        found.published[entry.path().string()] = readWholeFile(entry.path().string());
      } else if (!name.ends_with(".lock")) {
        found.hidden.push_back(entry.path().string());
      }
    }
    return found;
  }

  // Holds what the last session left against what it said.
  void expectWhole(const Found& found, const std::set<std::string>& before) {
    std::uint64_t last[kProducers] = {};
    for (const auto& [name, content] : found.published) {
      if (before.contains(name)) continue;
      SCOPED_TRACE(name);
      const CapturedFile file = test::readCaptured(content);
      test::expectLedgerHolds(file);
      for (std::uint32_t p = 0; p < kProducers; ++p) {
        const auto line = test::lineOf(file, p);
        if (line.is_null()) continue;
        EXPECT_EQ(line["previous"].get<std::uint64_t>(), last[p]) << "a gap between files";
        last[p] = line["last"].get<std::uint64_t>();
      }
      for (const auto& row : file.rows) {
        ASSERT_EQ(row.payload, payloadOf(row.producer, row.attempt));
      }
    }
    for (std::uint32_t p = 0; p < kProducers; ++p) {
      EXPECT_GE(last[p], told_->published[p].load()) << "rotate() had said that it is published";
    }
    EXPECT_LE(found.hidden.size(), killed_ + 1);
    for (const std::string& name : found.hidden) {
      EXPECT_FALSE(name.ends_with(".parquet")) << name;
      const std::string content = readWholeFile(name);
      const auto info = read::readFileInfo(io::MemoryInputFile(constBytes(content), name));
      // It may have got its footer, and not its name.
      if (info) test::expectLedgerHolds(test::readCaptured(content));
    }
  }

  // A sink on what is there.
  void expectToGoOnBehind(const Found& found) {
    {
      PF_ASSERT_OK_ASSIGN(const auto sink, LogSink::open(optionsFor(directory_.path())));
      PF_ASSERT_OK_ASSIGN(Producer* const producer, sink->addProducer());
      ASSERT_EQ(producer->tryRecord("after", 5), RecordResult::kOk);
      PF_ASSERT_OK(sink->close(kMinute));
    }
    const Found now = look();
    EXPECT_EQ(now.published.size(), found.published.size() + 1);
    for (const auto& [name, content] : found.published) {
      const auto same = now.published.find(name);
      ASSERT_NE(same, now.published.end()) << name << " is gone";
      EXPECT_EQ(same->second, content) << name << " was changed";
    }
    if (!found.published.empty()) {
      EXPECT_GT(now.published.rbegin()->first, found.published.rbegin()->first);
    }
    EXPECT_EQ(test::readCaptured(now.published.rbegin()->second).payloads(),
              std::vector<std::string>{"after"});
  }

  // One child, killed, and all that is to be seen of it.
  bool tryOnce(std::uint64_t nth, std::uint64_t us, std::uint64_t rounds) {
    std::set<std::string> before;
    for (const auto& [name, content] : look().published) before.insert(name);
    const bool ended = runAndKill(nth, us, rounds);
    if (!ended) ++killed_;
    const Found found = look();
    expectWhole(found, before);
    expectToGoOnBehind(found);
    return ended;
  }

 private:
  TempDirectory directory_;
  Told* told_ = nullptr;
  std::size_t killed_ = 0;
};

TEST_F(Crash, atEverySystemCall) {
  constexpr std::uint64_t kRounds = 4;
  std::uint64_t nth = 1;
  while (!tryOnce(nth, 0, kRounds)) {
    if (HasFailure()) FAIL() << "killed at call " << nth;
    ++nth;
  }
  EXPECT_GE(nth, 20U) << "that many calls it has at least";
}

TEST_F(Crash, atAnyTime) {
  parquet_flow::test::SeededRandom random;
  const char* const asked = std::getenv("PF_CRASH_SECONDS");
  const double seconds = asked == nullptr ? 0.5 : std::atof(asked);
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  int kills = 0;
  do {
    const std::uint64_t us = random.bits() % 60'000;
    tryOnce(0, us, 100'000);
    if (HasFailure()) FAIL() << "killed after " << us << " us";
    ++kills;
  } while (std::chrono::steady_clock::now() < end);
  std::printf("%d sinks were killed\n", kills);
}

}  // namespace
}  // namespace parquet_flow::sink
