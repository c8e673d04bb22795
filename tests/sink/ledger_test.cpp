// The ledger as a reader of the files finds it. Method: sessions whose attempts come to every kind
// of end, and the JSON in each footer.
#include "sink/ledger.hpp"

#include <gtest/gtest.h>

#include <string>

#include "sink_harness.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::sink {
namespace {

using test::kMs;
using test::kSecond;
using test::lineOf;
using test::record;
using test::SinkHarness;

class Ledger : public ::testing::Test {
 protected:
  void open() {
    harness.useDirectory();
    harness.open();
    auto added = harness.sink->addProducer({.name = "md-a"});
    ASSERT_TRUE(added.has_value());
    producer = *added;
  }
  void refuse(int count) {
    for (int i = 0; i < count; ++i) {
      EXPECT_EQ(producer->tryRecord("", 0), RecordResult::kTooLarge);
    }
  }
  test::CapturedFile file(int number) {
    return harness.read("date=2026-11-20/feed-00000" + std::to_string(number) + ".parquet");
  }
  void expectLine(const test::CapturedFile& of, std::uint64_t previous, std::uint64_t last,
                  std::uint64_t rows, std::uint64_t refused) {
    const auto line = lineOf(of, 0);
    EXPECT_EQ(line["previous"], previous);
    EXPECT_EQ(line["last"], last);
    EXPECT_EQ(line["rows"], rows);
    EXPECT_EQ(line["refused"], refused);
    expectLedgerHolds(of);
  }
  SinkHarness harness;
  Producer* producer = nullptr;
};

TEST_F(Ledger, rangesOfFilesMeet) {
  open();
  refuse(2);
  record(producer, "3");
  refuse(1);
  record(producer, "5");
  PF_ASSERT_OK(harness.sink->rotate(kSecond));
  refuse(3);
  record(producer, "9");
  PF_ASSERT_OK(harness.sink->rotate(kSecond));
  refuse(4);
  PF_ASSERT_OK(harness.close());
  expectLine(file(1), 0, 5, 2, 3);
  expectLine(file(2), 5, 9, 1, 3);
  expectLine(file(3), 9, 13, 0, 4);  // no rows, but something to say
}

TEST_F(Ledger, refusalsBehindTheLastRowAreTakenAtTheEnd) {
  open();
  record(producer, "1");
  refuse(7);
  PF_ASSERT_OK(harness.close());
  expectLine(file(1), 0, 8, 1, 7);
}

TEST_F(Ledger, lastFileAloneSplitsRefusalsByReason) {
  open();
  refuse(2);
  record(producer, "3");
  PF_ASSERT_OK(harness.sink->rotate(kSecond));
  void* room = nullptr;
  ASSERT_EQ(producer->tryReserve(3, &room), RecordResult::kOk);
  EXPECT_EQ(producer->tryRecord("x", 1), RecordResult::kBusy);
  ASSERT_EQ(producer->abort(), RecordResult::kOk);
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(file(1).ledger["last_file"], false);
  EXPECT_FALSE(file(1).ledger.contains("refused_by_reason"));
  const auto last = file(2);
  EXPECT_EQ(last.ledger["last_file"], true);
  EXPECT_EQ(last.ledger["refused_by_reason"]["too_large"], 2);
  EXPECT_EQ(last.ledger["refused_by_reason"]["busy"], 1);
  EXPECT_EQ(last.ledger["refused_by_reason"]["full"], 0);
  EXPECT_EQ(lineOf(last, 0)["refused_by_reason"]["too_large"], 2);
  EXPECT_EQ(lineOf(last, 0)["aborted"], 1);
}

TEST_F(Ledger, producerThatEndsEarlyIsSplitWhereItEnds) {
  open();
  refuse(2);
  record(producer, "3");
  producer->release();
  harness.poll();
  PF_ASSERT_OK(harness.sink->rotate(kSecond));
  PF_ASSERT_OK_ASSIGN(Producer* const second, harness.sink->addProducer({.name = "md-b"}));
  record(second, "1");
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(lineOf(file(1), 0)["refused_by_reason"]["too_large"], 2);
  EXPECT_TRUE(lineOf(file(2), 0).is_null()) << "it has nothing in this file";
  EXPECT_EQ(lineOf(file(2), 1)["name"], "md-b");
  EXPECT_EQ(file(2).ledger["refused_by_reason"]["too_large"], 2) << "the session's sum";
}

TEST_F(Ledger, producerWithNothingNewAtItsEndIsSplitAllTheSame) {
  open();
  refuse(2);
  record(producer, "3");
  PF_ASSERT_OK(harness.sink->rotate(kSecond));
  PF_ASSERT_OK_ASSIGN(Producer* const second, harness.sink->addProducer({.name = "md-b"}));
  record(second, "1");
  PF_ASSERT_OK(harness.close());
  expectLine(file(1), 0, 3, 1, 2);
  EXPECT_FALSE(lineOf(file(1), 0).contains("refused_by_reason"));
  expectLine(file(2), 3, 3, 0, 0);
  EXPECT_EQ(lineOf(file(2), 0)["refused_by_reason"]["too_large"], 2);
}

// Else a reader could not tell it from one that a crash has ended.
TEST_F(Ledger, sessionThatEndsWithNothingNewSaysThatItHasEnded) {
  open();
  record(producer, "1");
  PF_ASSERT_OK(harness.sink->rotate(kSecond));
  EXPECT_FALSE(file(1).ledger["last_file"].get<bool>());
  PF_ASSERT_OK(harness.close());
  ASSERT_EQ(harness.files().size(), 2U);
  EXPECT_TRUE(file(2).ledger["last_file"].get<bool>());
  EXPECT_TRUE(file(2).rows.empty());
  EXPECT_TRUE(lineOf(file(2), 0).is_null());
}

TEST_F(Ledger, sessionIsTheSameInAllItsFilesAndAnotherInTheNext) {
  open();
  record(producer, "1");
  PF_ASSERT_OK(harness.sink->rotate(kSecond));
  record(producer, "2");
  PF_ASSERT_OK(harness.close());
  harness.sink.reset();
  open();
  record(producer, "1");
  PF_ASSERT_OK(harness.close());
  const auto one = file(1).ledger;
  EXPECT_EQ(one["session"].get<std::string>().size(), 36U);
  EXPECT_EQ(one["file"], 1);
  EXPECT_EQ(file(2).ledger["file"], 2);
  EXPECT_EQ(one["session"], file(2).ledger["session"]);
  EXPECT_NE(one["session"], file(3).ledger["session"]);
  EXPECT_EQ(file(3).ledger["file"], 1);
  EXPECT_FALSE(one["host"].get<std::string>().empty());
  EXPECT_GT(one["pid"].get<std::int64_t>(), 0);
  EXPECT_EQ(one["opened_ns"], test::HandClock::kStartUtcNs + 1000);
  EXPECT_EQ(one["clock"]["source"], "worker");
  EXPECT_EQ(one["clock"]["epochs"], 1);
}

TEST_F(Ledger, rejectedRowsAreToldApartFromRefusals) {
  harness.options.shape = Shape::kStruct;
  harness.options.structColumns.resize(1);
  harness.options.structColumns[0].name = "x";
  open();
  refuse(1);
  record(producer, "short");
  PF_ASSERT_OK(harness.close());
  const std::string text = harness.directory->contents("date=2026-11-20/feed-000001.parquet");
  EXPECT_NE(text.find(R"("previous":0,"last":2,"rows":0,"refused":1,"aborted":0,"rejected":1,)"
                      R"("write_lost":0)"),
            std::string::npos);
}

TEST_F(Ledger, quietSessionSaysNothing) {
  open();
  PF_ASSERT_OK(harness.close());
  EXPECT_TRUE(harness.files().empty());
}

TEST(LedgerText, isTheDocumentedText) {
  Session session;
  session.host = "h\"ost";
  session.processId = 7;
  session.openedUtcNs = 11;
  ClockReport clock;
  clock.source = ClockChoice::kTicks;
  clock.reason = ClockReason::kUsable;
  clock.errorNs = 25;
  clock.epochs = 2;
  clock.anchors.push_back({100, 200, 300, 25, 1});
  auto account = std::make_shared<Account>(3, "md-a");
  account->line = {10, 20, 5, 2, 1, 1};
  const std::shared_ptr<Account> accounts[] = {account};
  EXPECT_EQ(ledgerText(session, clock, {4, accounts, std::nullopt}),
            R"({"version":1,"sessions":[{"session":"00000000-0000-0000-0000-000000000000",)"
            R"("host":"h\"ost","pid":7,"opened_ns":11,"file":4,"last_file":false,)"
            R"("clock":{"source":"tsc","reason":"the time-stamp counter is usable","error_ns":25,)"
            R"("epochs":2,"anchors":[{"epoch":1,"ticks":100,"utc_ns":200,"ns_per_tick_2_40":300,)"
            R"("error_ns":25}]},"producers":[{"producer":3,"name":"md-a","previous":10,"last":20,)"
            R"("rows":5,"refused":1,"aborted":2,"rejected":1,"write_lost":1}]}]})");
}

}  // namespace
}  // namespace parquet_flow::sink
