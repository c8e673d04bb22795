// A sink under all that can come to it at once, for as long as it is let: four producers that
// overload small rings, abort, send what is too large and what the callback rejects, a disk that
// fails now and then, several encoders, small row groups and files. In the end every attempt is
// found again as what it came to, in the counters and in the ledgers of all files alike, every row
// has the payload that was handed over, and resident memory stayed below the stated ceiling.
//
// Method: what a producer hands over is a function of its number and the attempt's. Files are
// looked through, and removed, by a process of its own as they are published, so that the memory of
// this one is the sink's. PF_SOAK_SECONDS, for all cases together, is 2 in a test run.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "captured_file.hpp"
#include "io/posix_directory.hpp"
#include "sink/log_sink.hpp"
#include "support/expect_result.hpp"
#include "support/faulty_io.hpp"
#include "support/resident_memory.hpp"
#include "support/seeded_random.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::sink {
namespace {

namespace fs = std::filesystem;
using parquet_flow::test::FaultPlan;
using parquet_flow::test::FaultyDirectory;
using parquet_flow::test::IoOperation;
using parquet_flow::test::kSanitized;
using parquet_flow::test::residentBytes;
using parquet_flow::test::TempDirectory;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using test::CapturedFile;
using test::CapturedRow;

constexpr std::uint32_t kProducers = 4;
constexpr std::uint32_t kRecordBytesMost = 1000;
constexpr std::uint64_t kMinute = 60'000'000'000;
// Published files that are not looked through yet: above it producers pause.
constexpr std::uint64_t kUncheckedBytesMax = 64 << 20;

// Any number, mixed so that all its bits count (splitmix64).
std::uint64_t mix(std::uint64_t x) {
  x = (x + 0x9E3779B97F4A7C15U) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

enum class How : std::uint8_t { kRecord, kLow, kReserve, kAbort, kTooLarge };

struct Plan {
  std::uint64_t bits;
  How how = How::kRecord;
  bool isRejected;

  Plan(std::uint32_t producer, std::uint64_t attempt)
      : bits(mix(attempt * kProducers + producer)), isRejected(bits % 101 == 0) {
    switch (bits >> 32 & 31) {
      case 0:
        how = How::kAbort;
        break;
      case 1:
        how = bits % 16 == 0 ? How::kTooLarge : How::kLow;
        break;
      case 2:
      case 3:
        how = How::kReserve;
        break;
      default:
        break;
    }
  }
};

// The first byte is what the callback goes by; half of them compress well, half do not at all.
void makePayload(const Plan& plan, std::string* payload) {
  payload->resize(1 + plan.bits % 600);
  std::uint64_t word = plan.bits;
  for (std::size_t at = 0; at < payload->size(); at += sizeof word) {
    std::memcpy(payload->data() + at, &word, std::min(sizeof word, payload->size() - at));
    if (plan.bits >> 63 != 0) word = mix(word);
  }
  payload->front() = plan.isRejected ? 'R' : 'p';
}

int takeRow(void* /*user*/, const RecordInfo& record, column::RowBuilder& row) {
  if (*static_cast<const char*>(record.payload) == 'R') return 1;
  row.appendBytes(record.payload, record.bytes);
  return 0;
}

// What one producer's attempts came to; by its own account, and as the files have it.
struct Sums {
  std::uint64_t attempts = 0;
  std::uint64_t rows = 0;
  std::uint64_t refused = 0;
  std::uint64_t aborted = 0;
  std::uint64_t rejected = 0;
  std::uint64_t writeLost = 0;
  std::uint64_t hash = 0;  // of all rows, in any order

  void addRow(std::uint64_t attempt, std::string_view payload) {
    ++rows;
    hash += mix(std::hash<std::string_view>{}(payload) ^ attempt);
  }
};
using AllSums = std::array<Sums, kProducers>;

// --- the producers -------------------------------------------------------------------------------

struct Feed {
  std::atomic<bool> stop{false};
  std::atomic<bool> pause{false};
};

RecordResult handOver(Producer* producer, How how, const std::string& payload) {
  switch (how) {
    case How::kLow:
      return producer->tryRecordLow(payload.data(), payload.size());
    case How::kTooLarge: {
      const std::array<char, kRecordBytesMost + 1> tooLarge{};
      return producer->tryRecord(tooLarge.data(), tooLarge.size());
    }
    case How::kReserve:
    case How::kAbort: {
      void* room = nullptr;
      const RecordResult result = producer->tryReserve(payload.size(), &room);
      if (result != RecordResult::kOk) return result;
      std::copy(payload.begin(), payload.end(), static_cast<char*>(room));
      return how == How::kAbort ? producer->abort() : producer->commit();
    }
    case How::kRecord:
      break;
  }
  return producer->tryRecord(payload.data(), payload.size());
}

void produce(std::uint32_t index, Producer* producer, const Feed* feed, Sums* sums) {
  std::string payload;
  for (std::uint64_t attempt = 1; !feed->stop.load(std::memory_order_relaxed); ++attempt) {
    const Plan plan(index, attempt);
    makePayload(plan, &payload);
    if (handOver(producer, plan.how, payload) != RecordResult::kOk) {
      ++sums->refused;
      std::this_thread::yield();
    } else if (plan.how == How::kAbort) {
      ++sums->aborted;
    } else if (plan.isRejected) {
      ++sums->rejected;
    } else {
      sums->addRow(attempt, payload);
    }
    sums->attempts = attempt;
    if (attempt % 256 == 0) std::this_thread::yield();
    while (feed->pause.load(std::memory_order_relaxed)) {
      std::this_thread::sleep_for(milliseconds(1));
    }
  }
  EXPECT_EQ(producer->lastAttempt(), sums->attempts);
}

// --- the process that looks through the files ----------------------------------------------------

void checkRow(const CapturedRow& row, std::uint64_t* lastAttempt, Sums* sums) {
  EXPECT_GT(row.attempt, *lastAttempt) << "out of its producer's order, or twice";
  *lastAttempt = row.attempt;
  std::string payload;
  makePayload(Plan(row.producer, row.attempt), &payload);
  EXPECT_EQ(row.payload, payload) << "attempt " << row.attempt;
  sums->addRow(row.attempt, row.payload);
}

void checkFile(const std::string& path, std::array<std::uint64_t, kProducers>* lastAttempts,
               AllSums* sums) {
  SCOPED_TRACE(path);
  const CapturedFile file = test::readCaptured(parquet_flow::test::readWholeFile(path));
  expectLedgerHolds(file);
  for (const auto& line : file.ledger["producers"]) {
    const auto number = [&](const char* key) { return line[key].get<std::uint64_t>(); };
    Sums& sum = sums->at(number("producer"));
    EXPECT_EQ(number("previous"), sum.attempts) << "a gap between files";
    sum.attempts = number("last");
    sum.refused += number("refused");
    sum.aborted += number("aborted");
    sum.rejected += number("rejected");
    sum.writeLost += number("write_lost");
  }
  for (const CapturedRow& row : file.rows) {
    checkRow(row, &lastAttempts->at(row.producer), &sums->at(row.producer));
  }
  fs::remove(path);
}

// Takes paths, one a line, and gives the sums at their end.
class FileChecker {
 public:
  FileChecker() {
    int toChild[2];
    int toParent[2];
    if (pipe(toChild) != 0 || pipe(toParent) != 0) std::abort();
    child_ = fork();
    if (child_ == 0) {
      close(toChild[1]);
      close(toParent[0]);
      run(toChild[0], toParent[1]);
    }
    close(toChild[0]);
    close(toParent[1]);
    paths_ = toChild[1];
    sums_ = toParent[0];
  }
  FileChecker(const FileChecker&) = delete;
  FileChecker& operator=(const FileChecker&) = delete;
  ~FileChecker() {
    if (child_ > 0) finish();
  }

  void check(const std::string& path) const {
    const std::string line = path + "\n";  // shorter than what a pipe takes at once
    EXPECT_EQ(::write(paths_, line.data(), line.size()), static_cast<ssize_t>(line.size()));
  }
  AllSums finish() {
    close(paths_);
    AllSums sums{};
    EXPECT_EQ(read(sums_, &sums, sizeof sums), static_cast<ssize_t>(sizeof sums));
    close(sums_);
    int status = -1;
    waitpid(child_, &status, 0);
    EXPECT_EQ(status, 0) << "a file was not as it should be";
    child_ = -1;
    return sums;
  }

 private:
  [[noreturn]] static void run(int paths, int sumsTo) {
    AllSums sums{};
    std::array<std::uint64_t, kProducers> lastAttempts{};
    FILE* const lines = fdopen(paths, "r");
    std::array<char, 4096> line{};
    while (fgets(line.data(), line.size(), lines) != nullptr) {
      checkFile(std::string(line.data(), std::strlen(line.data()) - 1), &lastAttempts, &sums);
    }
    EXPECT_EQ(::write(sumsTo, &sums, sizeof sums), static_cast<ssize_t>(sizeof sums));
    std::fflush(nullptr);
    _exit(::testing::Test::HasFailure() ? 1 : 0);
  }

  pid_t child_ = -1;
  int paths_ = -1;
  int sums_ = -1;
};

// --- the soak ------------------------------------------------------------------------------------

struct Case {
  const char* name;
  std::uint32_t encodeThreads;
  codec::Compression compression;
};

class Soak : public ::testing::TestWithParam<Case> {
 protected:
  static std::chrono::duration<double> duration() {
    const char* const seconds = std::getenv("PF_SOAK_SECONDS");
    return std::chrono::duration<double>((seconds == nullptr ? 2.0 : std::atof(seconds)) / 3);
  }

  SinkOptions options() {
    auto schema = std::make_shared<schema::Schema>();
    PF_EXPECT_OK(schema->addLeaf(schema::kRoot, "payload", schema::PhysicalType::kByteArray,
                                 schema::Repetition::kRequired));
    SinkOptions options;
    options.shape = Shape::kCallback;
    options.schema = schema;
    options.onRow = takeRow;
    options.directory = place_.path();
    options.files = std::make_shared<FaultyDirectory>(*below_, plan_);
    options.syncOnPublish = false;
    options.ringBytes = 256 << 10;
    options.recordBytesMax = kRecordBytesMost;
    options.rowGroupRows = 5000;
    options.rowGroupBytes = 1 << 20;
    options.rotateBytes = 8 << 20;
    options.rotateTimeNs = 0;
    options.encodeThreads = GetParam().encodeThreads;
    options.writer.column.compression = GetParam().compression;
    options.onFileUser = this;
    options.onFile = [](void* self, const FileEvent& event) {
      static_cast<Soak*>(self)->onFile(event);
    };
    return options;
  }
  void onFile(const FileEvent& event) {
    EXPECT_EQ(event.rowsLost, 0U);
    const std::lock_guard lock(mutex_);
    published_.push_back({event.path, event.bytes});
  }

  // Hands files on to the checker; how many bytes of them it has yet to look through.
  std::uint64_t passFilesOn() {
    {
      const std::lock_guard lock(mutex_);
      for (File& file : published_) {
        checker_.check(file.path);
        unchecked_.push_back(std::move(file));
        ++files_;
      }
      published_.clear();
    }
    while (!unchecked_.empty() && !fs::exists(unchecked_.front().path)) unchecked_.pop_front();
    std::uint64_t bytes = 0;
    for (const File& file : unchecked_) bytes += file.bytes;
    return bytes;
  }

  // One of the next operations of a kind fails, for a while; none so that rows are lost.
  void breakSomething() {
    constexpr std::array kKinds = {IoOperation::kWrite,  IoOperation::kWrite,   IoOperation::kWrite,
                                   IoOperation::kCreate, IoOperation::kPublish, IoOperation::kSync};
    plan_->heal();
    const IoOperation kind = kKinds.at(random_.below(kKinds.size()));
    plan_->fail(kind, plan_->count(kind) + 1 + random_.below(5),
                random_.below(2) == 0 ? ENOSPC : EIO, 1 + random_.below(3), random_.below(10'000));
  }

  // While the producers feed it; the most resident memory.
  std::uint64_t disturb(LogSink& sink, Feed& feed) {
    std::uint64_t peak = 0;
    const auto end = steady_clock::now() + duration();
    // On a machine that is busy otherwise a short run may be over before anything has failed.
    const auto isOver = [&](steady_clock::time_point now) {
      return now >= end && (plan_->faults() != 0 || now >= end + std::chrono::seconds(20));
    };
    for (std::uint64_t tick = 1; !isOver(steady_clock::now()); ++tick) {
      peak = std::max(peak, residentBytes());
      feed.pause = passFilesOn() > kUncheckedBytesMax;
      if (tick % 20 == 0) breakSomething();
      // The disk may be failing, and then they do.
      if (tick % 50 == 0) static_cast<void>(sink.flush(1'000'000).has_value());
      if (tick % 90 == 0) static_cast<void>(sink.rotate(1'000'000).has_value());
      std::this_thread::sleep_for(milliseconds(2));
    }
    feed.pause = false;
    feed.stop = true;
    return peak;
  }

  struct File {
    std::string path;
    std::uint64_t bytes;
  };
  FileChecker checker_;  // first: it forks
  TempDirectory place_;
  std::unique_ptr<io::Directory> below_;
  std::shared_ptr<FaultPlan> plan_ = std::make_shared<FaultPlan>();
  parquet_flow::test::SeededRandom random_;
  std::deque<File> unchecked_;
  std::uint64_t files_ = 0;
  std::mutex mutex_;  // of the one below
  std::vector<File> published_;
};

TEST_P(Soak, everyAttemptIsFoundAgain) {
  PF_ASSERT_OK_ASSIGN(below_, io::openDirectory(place_.path(), io::IfMissing::kFail));
  const SinkOptions options = this->options();
  PF_ASSERT_OK_ASSIGN(const std::uint64_t ceiling, memoryCeilingBytes(options, kProducers));
  const std::uint64_t before = residentBytes();
  plan_->fail(IoOperation::kWrite, 3, ENOSPC);
  PF_ASSERT_OK_ASSIGN(const auto sink, LogSink::open(options));
  Feed feed;
  AllSums done{};
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < kProducers; ++i) {
    PF_ASSERT_OK_ASSIGN(Producer* const producer, sink->addProducer());
    threads.emplace_back(produce, i, producer, &feed, &done.at(i));
  }
  const std::uint64_t peak = disturb(*sink, feed);
  for (std::thread& thread : threads) thread.join();
  plan_->heal();
  PF_ASSERT_OK(sink->close(kMinute));
  passFilesOn();
  const AllSums found = checker_.finish();

  Sums all;
  for (std::uint32_t i = 0; i < kProducers; ++i) {
    SCOPED_TRACE("producer " + std::to_string(i));
    EXPECT_EQ(found.at(i).attempts, done.at(i).attempts);
    EXPECT_EQ(found.at(i).rows, done.at(i).rows);
    EXPECT_EQ(found.at(i).refused, done.at(i).refused);
    EXPECT_EQ(found.at(i).aborted, done.at(i).aborted);
    EXPECT_EQ(found.at(i).rejected, done.at(i).rejected);
    EXPECT_EQ(found.at(i).writeLost, 0U);
    EXPECT_EQ(found.at(i).hash, done.at(i).hash);
    all.attempts += done.at(i).attempts;
    all.rows += done.at(i).rows;
    all.refused += done.at(i).refused;
    all.aborted += done.at(i).aborted;
    all.rejected += done.at(i).rejected;
  }
  const SinkStats stats = sink->stats();
  EXPECT_EQ(stats.records.attempt, all.attempts);
  EXPECT_EQ(stats.rows, all.rows);
  EXPECT_EQ(stats.records.refusedInAll(), all.refused);
  EXPECT_EQ(stats.records.aborted, all.aborted);
  EXPECT_EQ(stats.rejected, all.rejected);
  EXPECT_EQ(stats.writeLost, 0U);
  EXPECT_GT(all.refused, 0U) << "it was no overload";
  EXPECT_GT(plan_->faults(), 0U) << "nothing failed";
  EXPECT_LE(stats.memoryBytes, ceiling);
  EXPECT_TRUE(kSanitized || peak <= before + ceiling) << peak << " of " << before + ceiling;
  std::printf(
      "attempted=%llu rows=%llu refused=%llu aborted=%llu rejected=%llu files=%llu "
      "faults=%llu resident_mib=%.1f ceiling_mib=%.1f\n",
      static_cast<unsigned long long>(all.attempts), static_cast<unsigned long long>(all.rows),
      static_cast<unsigned long long>(all.refused), static_cast<unsigned long long>(all.aborted),
      static_cast<unsigned long long>(all.rejected), static_cast<unsigned long long>(files_),
      static_cast<unsigned long long>(plan_->faults()),
      static_cast<double>(peak - before) / (1 << 20), static_cast<double>(ceiling) / (1 << 20));
}

INSTANTIATE_TEST_SUITE_P(Encoders, Soak,
                         ::testing::Values(Case{"one", 1, codec::Compression::kUncompressed},
                                           Case{"three_gzip", 3, codec::Compression::kGzip},
                                           Case{"the_worker_itself", 0,
                                                codec::Compression::kUncompressed}),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace parquet_flow::sink
