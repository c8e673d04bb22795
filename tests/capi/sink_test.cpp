// Goal: a sink does through the C header what that header says: what recording returns and counts,
// when rows are where, what threads, forks and close do to it.
//
// Method: situations. Where the ring's content matters the sink is in PF_WORKER_POLL mode, so that
// nothing drains it behind the test's back.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "capi_fixture.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::test {
namespace {

class SinkTest : public testing::Test {
 protected:
  SinkTest() {
    pf_sink_options_init(&options_, sizeof options_);
    options_.output_path = path_.c_str();
    options_.ring_bytes = 64 << 10;
    options_.no_sync = 1;
    options_.log = [](void* user, pf_log_level_t level, const char* line) {
      if (level != PF_LOG_INFO) static_cast<std::string*>(user)->append(line).append("\n");
    };
    options_.log_user = &warnings_;
  }
  SinkHandle open() {
    pf_sink_t* sink = nullptr;
    EXPECT_EQ(pf_sink_open(&options_, &sink, &error_), PF_STATUS_OK) << error_.message;
    return SinkHandle(sink);
  }
  ProducerHandle add(const SinkHandle& sink, const char* name = nullptr) {
    pf_producer_options_t options;
    pf_producer_options_init(&options, sizeof options);
    options.name = name;
    pf_producer_t* producer = nullptr;
    EXPECT_EQ(pf_sink_add_producer(sink.get(), &options, &producer, &error_), PF_STATUS_OK)
        << error_.message;
    return ProducerHandle(producer);
  }
  void close(const SinkHandle& sink) {
    EXPECT_EQ(pf_sink_close(sink.get(), PF_TIMEOUT_INFINITE, &error_), PF_STATUS_OK)
        << error_.message;
  }
  static pf_sink_stats_t statsOf(const SinkHandle& sink) {
    pf_sink_stats_t stats;
    pf_sink_stats_init(&stats, sizeof stats);
    EXPECT_EQ(pf_sink_stats(sink.get(), &stats), PF_STATUS_OK);
    return stats;
  }
  static pf_producer_stats_t statsOf(const ProducerHandle& producer) {
    pf_producer_stats_t stats;
    pf_producer_stats_init(&stats, sizeof stats);
    EXPECT_EQ(pf_producer_stats(producer.get(), &stats), PF_STATUS_OK);
    return stats;
  }
  uint64_t rowsInFile() {
    pf_file_info_t info;
    pf_file_info_init(&info, sizeof info);
    EXPECT_EQ(pf_file_info_read(path_.c_str(), &info, &error_), PF_STATUS_OK) << error_.message;
    return info.rows;
  }

  TempDirectory directory_;
  std::string path_ = directory_.file("x.parquet");
  std::string warnings_;
  pf_sink_options_t options_;
  ErrorText error_;
};

uint64_t refusedIn(const pf_sink_stats_t& stats) {
  return stats.refused_full + stats.refused_too_large + stats.refused_closed + stats.refused_busy +
         stats.refused_reserved;
}

// --- recording
// -------------------------------------------------------------------------------------

TEST_F(SinkTest, payloadOfTheLargestSizeIsTakenAndOneByteMoreIsNot) {
  options_.worker = PF_WORKER_POLL;
  const SinkHandle sink = open();
  const ProducerHandle producer = add(sink);
  const uint64_t most = pf_producer_record_bytes_max(producer.get());
  EXPECT_EQ(most, (64U << 10) / 4 - 24);
  const std::string payload(most + 1, 'p');
  EXPECT_EQ(pf_try_record(producer.get(), payload.data(), most), PF_RECORD_OK);
  EXPECT_EQ(pf_try_record(producer.get(), payload.data(), most + 1), PF_RECORD_TOO_LARGE);
  EXPECT_EQ(pf_try_record(producer.get(), payload.data(), 0), PF_RECORD_TOO_LARGE);
  EXPECT_EQ(pf_try_record(producer.get(), payload.data(), SIZE_MAX), PF_RECORD_TOO_LARGE);
  EXPECT_EQ(pf_producer_last_attempt(producer.get()), 4U);
  const pf_producer_stats_t stats = statsOf(producer);
  EXPECT_EQ(stats.attempted, 4U);
  EXPECT_EQ(stats.accepted, 1U);
  EXPECT_EQ(stats.refused_too_large, 3U);
  EXPECT_EQ(stats.ring_bytes, 64U << 10);
  EXPECT_EQ(stats.ring_used_bytes, most + 24);
  close(sink);
  EXPECT_EQ(rowsInFile(), 1U);
}

TEST_F(SinkTest, fullRingRefusesCountsAndGoesOnAfterADrain) {
  options_.worker = PF_WORKER_POLL;
  const SinkHandle sink = open();
  const ProducerHandle producer = add(sink);
  const std::string payload(1000, 'p');  // 1 024 bytes in the ring
  for (int i = 0; i < 64; ++i) {
    ASSERT_EQ(pf_try_record(producer.get(), payload.data(), payload.size()), PF_RECORD_OK) << i;
  }
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(pf_try_record(producer.get(), payload.data(), payload.size()), PF_RECORD_FULL);
  }
  EXPECT_EQ(statsOf(producer).refused_full, 3U);
  EXPECT_EQ(statsOf(producer).ring_used_bytes, 64U << 10);
  int busy = 1;
  for (int i = 0; i < 100 && busy != 0; ++i) {
    ASSERT_EQ(pf_sink_poll(sink.get(), 1'000'000, &busy, &error_), PF_STATUS_OK) << error_.message;
  }
  EXPECT_EQ(pf_try_record(producer.get(), payload.data(), payload.size()), PF_RECORD_OK);
  EXPECT_EQ(pf_sink_poll(sink.get(), 0, nullptr, nullptr), PF_STATUS_OK);
  close(sink);
  EXPECT_EQ(rowsInFile(), 65U);
  const pf_sink_stats_t stats = statsOf(sink);
  EXPECT_EQ(stats.attempted, 68U);
  EXPECT_EQ(stats.rows, 65U);
  EXPECT_EQ(stats.ring_high_water, 64U << 10);
}

TEST_F(SinkTest, lowPriorityLeavesRoomForTheOthers) {
  options_.worker = PF_WORKER_POLL;
  options_.low_priority_percent = 25;
  const SinkHandle sink = open();
  const ProducerHandle producer = add(sink);
  const std::string payload(1000, 'p');
  int low = 0;
  while (pf_try_record_low(producer.get(), payload.data(), payload.size()) == PF_RECORD_OK) ++low;
  EXPECT_EQ(low, 16);
  EXPECT_EQ(pf_try_record_low(producer.get(), payload.data(), payload.size()), PF_RECORD_RESERVED);
  for (int i = 16; i < 64; ++i) {
    ASSERT_EQ(pf_try_record(producer.get(), payload.data(), payload.size()), PF_RECORD_OK) << i;
  }
  EXPECT_EQ(pf_try_record_low(producer.get(), payload.data(), payload.size()), PF_RECORD_FULL);
  EXPECT_EQ(statsOf(producer).refused_reserved, 2U);
  EXPECT_EQ(statsOf(producer).refused_full, 1U);
  close(sink);
}

TEST_F(SinkTest, reservationIsCommittedOrAbortedAndThereIsButOne) {
  const SinkHandle sink = open();
  const ProducerHandle producer = add(sink);
  EXPECT_EQ(pf_commit(producer.get()), PF_RECORD_BUSY);
  EXPECT_EQ(pf_abort(producer.get()), PF_RECORD_BUSY);

  void* place = nullptr;
  ASSERT_EQ(pf_try_reserve(producer.get(), 5, &place), PF_RECORD_OK);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(place) % 8, 0U);
  void* another = &place;
  EXPECT_EQ(pf_try_reserve(producer.get(), 5, &another), PF_RECORD_BUSY);
  EXPECT_EQ(another, &place);
  EXPECT_EQ(pf_try_record(producer.get(), "x", 1), PF_RECORD_BUSY);
  EXPECT_EQ(pf_try_record_at(producer.get(), 1, "x", 1), PF_RECORD_BUSY);
  EXPECT_EQ(pf_try_record_low(producer.get(), "x", 1), PF_RECORD_BUSY);
  std::memcpy(place, "hello", 5);
  EXPECT_EQ(pf_commit(producer.get()), PF_RECORD_OK);

  ASSERT_EQ(pf_try_reserve(producer.get(), 8, &place), PF_RECORD_OK);
  EXPECT_EQ(pf_abort(producer.get()), PF_RECORD_OK);
  EXPECT_EQ(pf_try_reserve(producer.get(), 0, &place), PF_RECORD_TOO_LARGE);
  close(sink);
  const pf_sink_stats_t stats = statsOf(sink);
  EXPECT_EQ(stats.attempted, 7U);
  EXPECT_EQ(stats.accepted, 1U);
  EXPECT_EQ(stats.aborted, 1U);
  EXPECT_EQ(stats.refused_busy, 4U);
  EXPECT_EQ(stats.refused_too_large, 1U);
  EXPECT_EQ(stats.rows, 1U);
}

TEST_F(SinkTest, producersAreNumberedInTheOrderOfTheirMaking) {
  const SinkHandle sink = open();
  const ProducerHandle first = add(sink, "first");
  const ProducerHandle second = add(sink);
  EXPECT_EQ(pf_producer_index(first.get()), 0U);
  EXPECT_EQ(pf_producer_index(second.get()), 1U);
  EXPECT_EQ(statsOf(second).index, 1U);
  EXPECT_EQ(statsOf(sink).producers, 2U);
  close(sink);
}

// --- threads
// ---------------------------------------------------------------------------------------

TEST_F(SinkTest, manyThreadsEachHaveTheirRingAndGiveItBackWhenTheyEnd) {
  options_.ring_bytes = 1 << 20;
  const SinkHandle sink = open();
  constexpr int kThreads = 8;
  constexpr int kRecords = 2000;
  std::atomic<uint64_t> accepted{0};
  for (int round = 0; round < 2; ++round) {
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        uint64_t mine = 0;
        for (int k = 0; k < kRecords; ++k) {
          mine += pf_sink_try_record(sink.get(), &k, sizeof k) == PF_RECORD_OK ? 1 : 0;
        }
        accepted += mine;
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(pf_sink_flush(sink.get(), PF_TIMEOUT_INFINITE, &error_), PF_STATUS_OK)
      << error_.message;
  close(sink);
  const pf_sink_stats_t stats = statsOf(sink);
  EXPECT_EQ(stats.attempted, 2U * kThreads * kRecords);
  EXPECT_EQ(stats.accepted, accepted);
  EXPECT_EQ(stats.accepted + refusedIn(stats), stats.attempted);
  EXPECT_EQ(stats.rows, accepted);
  EXPECT_EQ(stats.producers, 0U);
  EXPECT_EQ(rowsInFile(), accepted);
}

TEST_F(SinkTest, threadWithoutARingIsToldAndCounted) {
  options_.producers_max = 1;
  const SinkHandle sink = open();
  EXPECT_EQ(pf_sink_prepare_thread(sink.get(), &error_), PF_STATUS_OK) << error_.message;
  EXPECT_EQ(pf_sink_prepare_thread(sink.get(), &error_), PF_STATUS_OK) << error_.message;
  EXPECT_EQ(statsOf(sink).producers, 1U);
  std::thread([&] {
    ErrorText error;
    EXPECT_EQ(pf_sink_try_record(sink.get(), "a", 1), PF_RECORD_NO_RING);
    EXPECT_EQ(pf_sink_try_record(sink.get(), "a", 1), PF_RECORD_NO_RING);
    PF_EXPECT_STATUS(PF_STATUS_LIMIT, pf_sink_prepare_thread(sink.get(), &error), error.message,
                     "producers_max");
  }).join();
  EXPECT_EQ(pf_sink_try_record(sink.get(), "a", 1), PF_RECORD_OK);
  close(sink);
  EXPECT_EQ(statsOf(sink).no_ring, 2U);
  EXPECT_EQ(statsOf(sink).attempted, 1U);
  EXPECT_EQ(rowsInFile(), 1U);
}

TEST_F(SinkTest, twoSinksOfOneThreadDoNotMix) {
  const SinkHandle sink = open();
  const std::string otherPath = directory_.file("y.parquet");
  options_.output_path = otherPath.c_str();
  const SinkHandle other = open();
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(pf_sink_try_record(sink.get(), "a", 1), PF_RECORD_OK);
    if (i % 2 == 0) {
      ASSERT_EQ(pf_sink_try_record(other.get(), "b", 1), PF_RECORD_OK);
    }
  }
  close(sink);
  ASSERT_EQ(pf_sink_try_record(other.get(), "b", 1), PF_RECORD_OK);
  close(other);
  EXPECT_EQ(statsOf(sink).rows, 100U);
  EXPECT_EQ(statsOf(other).rows, 51U);
}

// --- rows by callback
// ----------------------------------------------------------------------------------

struct Seen {
  std::vector<pf_record_t> records;
  std::vector<std::string> payloads;
};

// Rejects "no", breaks the schema with "bad".
int fillRow(void* user, const pf_record_t* record, pf_row_t* row) {
  auto& seen = *static_cast<Seen*>(user);
  const std::string payload(static_cast<const char*>(record->payload), record->bytes);
  seen.records.push_back(*record);
  seen.payloads.push_back(payload);
  if (payload == "no") {
    pf_row_int64(row, 1);
    return 1;
  }
  if (payload == "bad") {
    EXPECT_NE(pf_row_double(row, 1), 0);
    return 0;
  }
  return pf_row_int64(row, static_cast<int64_t>(record->bytes));
}

TEST_F(SinkTest, callbackSeesEachRecordAndRejectedRowsAreCounted) {
  const SchemaHandle schema = oneColumn();
  Seen seen;
  options_.shape = PF_SHAPE_CALLBACK;
  options_.schema = schema.get();
  options_.on_row = fillRow;
  options_.on_row_user = &seen;
  const SinkHandle sink = open();
  const ProducerHandle producer = add(sink);
  for (const char* payload : {"a", "no", "bad", "bb"}) {
    ASSERT_EQ(pf_try_record(producer.get(), payload, std::strlen(payload)), PF_RECORD_OK);
  }
  ASSERT_EQ(pf_try_record_at(producer.get(), 1'600'000'000'000'000'001, "own", 3), PF_RECORD_OK);
  close(sink);
  EXPECT_EQ(seen.payloads, (std::vector<std::string>{"a", "no", "bad", "bb", "own"}));
  ASSERT_EQ(seen.records.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(seen.records[i].attempt, i + 1);
    EXPECT_EQ(seen.records[i].producer, 0U);
    EXPECT_EQ(seen.records[i].reserved, 0U);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(seen.records[i].payload) % 8, 0U);
  }
  EXPECT_EQ(seen.records[4].time_ns, 1'600'000'000'000'000'001);
  EXPECT_GT(seen.records[0].time_ns, 1'600'000'000'000'000'001);
  const pf_sink_stats_t stats = statsOf(sink);
  EXPECT_EQ(stats.rejected, 2U);
  EXPECT_EQ(stats.rows, 3U);
  EXPECT_EQ(rowsInFile(), 3U);
}

TEST_F(SinkTest, shortAndLyingStructRecordsAreRejectedAndCounted) {
  struct Record {
    int64_t value;
    uint32_t offset;
    uint32_t length;
  };
  pf_struct_column_t columns[2] = {};
  columns[0].name = "value";
  columns[0].field = PF_FIELD_INT64;
  columns[1].name = "tail";
  columns[1].field = PF_FIELD_TAIL_BYTES;
  columns[1].offset = 8;
  options_.shape = PF_SHAPE_STRUCT;
  options_.struct_columns = columns;
  options_.struct_column_count = 2;
  const SinkHandle sink = open();
  const ProducerHandle producer = add(sink);
  const auto record = [&](uint32_t offset, uint32_t length, size_t bytes = sizeof(Record)) {
    const Record fields{1, offset, length};
    ASSERT_EQ(pf_try_record(producer.get(), &fields, bytes), PF_RECORD_OK);
  };
  record(0, 16);                     // all of itself
  record(16, 0);                     // nothing, at the end
  record(16, 1);                     // past the end
  record(UINT32_MAX, 2);             // wraps around
  record(0, UINT32_MAX);             //
  record(0, 0, sizeof(Record) - 1);  // too short for a field
  record(0, 0, 1);
  close(sink);
  EXPECT_EQ(statsOf(sink).rows, 2U);
  EXPECT_EQ(statsOf(sink).rejected, 5U);
}

// --- durability
// --------------------------------------------------------------------------------------

TEST_F(SinkTest, flushMakesAttemptsDurableAndRefusedOnesAreSettledToo) {
  const SinkHandle sink = open();
  const ProducerHandle producer = add(sink);
  EXPECT_EQ(pf_producer_durable_attempt(producer.get()), 0U);
  EXPECT_EQ(pf_producer_last_attempt(producer.get()), 0U);
  for (int i = 0; i < 10; ++i) ASSERT_EQ(pf_try_record(producer.get(), "a", 1), PF_RECORD_OK);
  ASSERT_EQ(pf_try_record(producer.get(), "a", 0), PF_RECORD_TOO_LARGE);
  ASSERT_EQ(pf_sink_flush(sink.get(), PF_TIMEOUT_INFINITE, &error_), PF_STATUS_OK)
      << error_.message;
  EXPECT_GE(pf_producer_durable_attempt(producer.get()), 10U);
  EXPECT_EQ(statsOf(sink).rows_durable, 10U);
  ASSERT_EQ(pf_try_record(producer.get(), "a", 1), PF_RECORD_OK);
  EXPECT_EQ(pf_producer_wait_durable(producer.get(), 12, PF_TIMEOUT_INFINITE), PF_STATUS_OK);
  EXPECT_EQ(pf_producer_durable_attempt(producer.get()), 12U);
  EXPECT_EQ(pf_producer_wait_durable(producer.get(), 13, 1'000'000), PF_STATUS_TIMEOUT);
  close(sink);
}

TEST_F(SinkTest, rotatePublishesWhatWasRecordedAndTellsOfIt) {
  struct Told {
    std::vector<std::string> paths;
    std::vector<uint64_t> rows;
  } told;
  options_.output_path = nullptr;
  options_.directory = directory_.path().c_str();
  options_.on_file_user = &told;
  options_.on_file = [](void* user, const pf_file_event_t* event) {
    EXPECT_EQ(event->struct_size, sizeof *event);
    EXPECT_EQ(event->rows_lost, 0U);
    static_cast<Told*>(user)->paths.emplace_back(event->path);
    static_cast<Told*>(user)->rows.push_back(event->rows);
  };
  const SinkHandle sink = open();
  ASSERT_EQ(pf_sink_rotate(sink.get(), PF_TIMEOUT_INFINITE, &error_), PF_STATUS_OK)
      << error_.message;
  EXPECT_TRUE(told.paths.empty());  // no rows, no file
  for (int i = 0; i < 7; ++i) ASSERT_EQ(pf_sink_try_record(sink.get(), "a", 1), PF_RECORD_OK);
  ASSERT_EQ(pf_sink_rotate(sink.get(), PF_TIMEOUT_INFINITE, &error_), PF_STATUS_OK)
      << error_.message;
  ASSERT_EQ(told.rows, std::vector<uint64_t>{7});
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  ASSERT_EQ(pf_file_info_read(told.paths[0].c_str(), &info, &error_), PF_STATUS_OK)
      << error_.message;
  EXPECT_EQ(info.rows, 7U);
  ASSERT_EQ(pf_sink_try_record(sink.get(), "a", 1), PF_RECORD_OK);
  close(sink);
  EXPECT_EQ(told.rows, (std::vector<uint64_t>{7, 1}));
  EXPECT_EQ(statsOf(sink).files_published, 2U);
}

// --- ends
// ----------------------------------------------------------------------------------------------

TEST_F(SinkTest, closeWaitsForAReservationAndMayBeCalledAgain) {
  const SinkHandle sink = open();
  const ProducerHandle producer = add(sink);
  void* place = nullptr;
  ASSERT_EQ(pf_try_reserve(producer.get(), 1, &place), PF_RECORD_OK);
  std::thread([&] {
    EXPECT_EQ(pf_sink_close(sink.get(), 20'000'000, &error_), PF_STATUS_TIMEOUT);
  }).join();
  *static_cast<char*>(place) = 'a';
  EXPECT_EQ(pf_commit(producer.get()), PF_RECORD_OK);
  EXPECT_EQ(pf_try_record(producer.get(), "b", 1), PF_RECORD_CLOSED);
  close(sink);
  EXPECT_EQ(rowsInFile(), 1U);
  EXPECT_EQ(statsOf(sink).refused_closed, 1U);
}

TEST_F(SinkTest, destroyWithoutCloseSaysWhatIsLost) {
  options_.worker = PF_WORKER_POLL;  // nothing drains
  {
    const SinkHandle sink = open();
    for (int i = 0; i < 5; ++i) ASSERT_EQ(pf_sink_try_record(sink.get(), "a", 1), PF_RECORD_OK);
  }
  EXPECT_NE(warnings_.find("5"), std::string::npos) << warnings_;
}

TEST_F(SinkTest, producerMayBeReleasedBeforeOrAfterClose) {
  const SinkHandle sink = open();
  ProducerHandle before = add(sink);
  const ProducerHandle after = add(sink);
  ASSERT_EQ(pf_try_record(before.get(), "a", 1), PF_RECORD_OK);
  ASSERT_EQ(pf_try_record(after.get(), "b", 1), PF_RECORD_OK);
  before.reset();
  close(sink);
  EXPECT_EQ(pf_producer_last_attempt(after.get()), 1U);
  EXPECT_EQ(rowsInFile(), 2U);
}

TEST_F(SinkTest, forkedChildGetsClosedAndTheParentsFileIsWhole) {
  SinkHandle sink = open();
  ProducerHandle producer = add(sink);
  ASSERT_EQ(pf_try_record(producer.get(), "a", 1), PF_RECORD_OK);
  ASSERT_EQ(pf_sink_try_record(sink.get(), "a", 1), PF_RECORD_OK);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    void* place = nullptr;
    int failures = 0;
    failures += pf_try_record(producer.get(), "c", 1) != PF_RECORD_CLOSED;
    failures += pf_try_record_at(producer.get(), 1, "c", 1) != PF_RECORD_CLOSED;
    failures += pf_try_record_low(producer.get(), "c", 1) != PF_RECORD_CLOSED;
    failures += pf_try_reserve(producer.get(), 1, &place) != PF_RECORD_CLOSED;
    failures += pf_sink_try_record(sink.get(), "c", 1) != PF_RECORD_CLOSED;
    failures += pf_commit(producer.get()) != PF_RECORD_BUSY;
    failures += pf_abort(producer.get()) != PF_RECORD_BUSY;
    pf_producer_t* another = nullptr;
    pf_sink_stats_t stats;
    pf_sink_stats_init(&stats, sizeof stats);
    pf_producer_stats_t ofProducer;
    pf_producer_stats_init(&ofProducer, sizeof ofProducer);
    for (const pf_status_t each :
         {pf_sink_prepare_thread(sink.get(), nullptr), pf_sink_flush(sink.get(), 0, nullptr),
          pf_sink_rotate(sink.get(), 0, nullptr), pf_sink_poll(sink.get(), 0, nullptr, nullptr),
          pf_sink_add_producer(sink.get(), nullptr, &another, nullptr),
          pf_sink_stats(sink.get(), &stats), pf_producer_stats(producer.get(), &ofProducer),
          pf_producer_wait_durable(producer.get(), 1, 0),
          pf_sink_close(sink.get(), PF_TIMEOUT_INFINITE, nullptr)}) {
      failures += each != PF_STATUS_NOT_OPEN;
    }
    producer.reset();
    sink.reset();
    _exit(failures);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  ASSERT_EQ(pf_try_record(producer.get(), "b", 1), PF_RECORD_OK);
  close(sink);
  EXPECT_EQ(rowsInFile(), 3U);
  EXPECT_EQ(warnings_, "");
}

TEST_F(SinkTest, statsSayWhichClockIsInUse) {
  const SinkHandle sink = open();
  const pf_sink_stats_t stats = statsOf(sink);
  EXPECT_GE(stats.clock, PF_CLOCK_TSC);
  EXPECT_LE(stats.clock, PF_CLOCK_WORKER);
  EXPECT_EQ(stats.failed, PF_STATUS_OK);
  EXPECT_GE(stats.clock_epochs, 1U);
  close(sink);
}

}  // namespace
}  // namespace parquet_flow::test
