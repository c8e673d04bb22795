// Goal: combined ledgers add up, and what cannot is refused with the book as it was. Method:
// ledgers of one producer, written out, and the attempts that come of them.
#include "merge/ledger.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "support/expect_result.hpp"

namespace parquet_flow::merge {
namespace {

// File `file` of a session with the attempts (previous, last], all of them rows but `refused`.
std::string ledger(const char* session, int file, int previous, int last, int refused = 0) {
  return R"({"version":1,"sessions":[{"session":")" + std::string(session) + R"(","file":)" +
         std::to_string(file) + R"(,"last_file":)" + (file == 3 ? "true" : "false") +
         R"(,"producers":[{"producer":0,"name":"p","previous":)" + std::to_string(previous) +
         R"(,"last":)" + std::to_string(last) + R"(,"rows":)" +
         std::to_string(last - previous - refused) + R"(,"refused":)" + std::to_string(refused) +
         R"(,"aborted":0,"rejected":0,"write_lost":0}]}]})";
}

nlohmann::json of(const LedgerBook& book) { return nlohmann::json::parse(book.text()); }

TEST(LedgerTest, attemptsThatFollowOneAnotherBecomeOneLineWhateverTheirOrder) {
  LedgerBook book;
  PF_EXPECT_OK(book.add(ledger("s", 3, 25, 30)));
  PF_EXPECT_OK(book.add(ledger("s", 1, 0, 10, 2)));
  EXPECT_EQ(of(book)["sessions"][0]["producers"].size(), 2U);
  PF_EXPECT_OK(book.add(ledger("s", 2, 10, 25, 5)));
  const auto session = of(book)["sessions"][0];
  ASSERT_EQ(session["producers"].size(), 1U);
  const auto& line = session["producers"][0];
  EXPECT_EQ(line["previous"], 0);
  EXPECT_EQ(line["last"], 30);
  EXPECT_EQ(line["rows"], 8 + 10 + 5);
  EXPECT_EQ(line["refused"], 7);
  EXPECT_EQ(session["file"], 3);
  EXPECT_EQ(session["first_file"], 1);
  EXPECT_EQ(session["last_file"], true);
}

// A producer's end in a file that has none of its attempts.
TEST(LedgerTest, aLineWithoutAttemptsJoinsTheOneThatItIsBehind) {
  for (const bool isTurned : {false, true}) {
    const std::string one = ledger("s", 1, 0, 10, 2);
    const std::string end = ledger("s", 3, 10, 10);
    LedgerBook book;
    PF_EXPECT_OK(book.add(isTurned ? end : one));
    PF_EXPECT_OK(book.add(isTurned ? one : end));
    const auto lines = of(book)["sessions"][0]["producers"];
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0]["previous"], 0);
    EXPECT_EQ(lines[0]["last"], 10);
    EXPECT_EQ(lines[0]["rows"], 8);
    EXPECT_EQ(of(book)["sessions"][0]["last_file"], true);
  }
  LedgerBook book;
  for (const auto& [previous, last] : {std::pair(0, 5), {7, 9}, {9, 9}}) {
    PF_EXPECT_OK(book.add(ledger("s", 1, previous, last)));
  }
  const auto lines = of(book)["sessions"][0]["producers"];
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[1]["previous"], 7);
  EXPECT_EQ(lines[1]["last"], 9);
  // Where another file has attempts it cannot be.
  PF_EXPECT_ERROR(book.add(ledger("s", 1, 3, 3)), ErrorCode::kInvalidArgument, "attempts 1 to 5");
}

TEST(LedgerTest, attemptsThatAreThereAlreadyAreRefused) {
  LedgerBook book;
  PF_EXPECT_OK(book.add(ledger("s", 1, 0, 10)));
  const std::string before = book.text();
  for (const auto& [previous, last] : {std::pair(0, 10), {5, 15}, {9, 11}, {2, 3}}) {
    PF_EXPECT_ERROR(book.add(ledger("s", 2, previous, last)), ErrorCode::kInvalidArgument,
                    "attempts 1 to 10");
  }
  EXPECT_EQ(book.text(), before);
  PF_EXPECT_OK(book.add(ledger("other", 1, 0, 10)));
  EXPECT_EQ(book.sessions(), 2U);
}

TEST(LedgerTest, sessionsHaveTheNumbersOfTheBook) {
  LedgerBook book;
  PF_EXPECT_OK(book.add(ledger("a", 1, 0, 10)));
  PF_EXPECT_OK(book.add(ledger("b", 1, 0, 10)));
  PF_ASSERT_OK_ASSIGN(const auto numbers, book.numbersOf(ledger("b", 2, 10, 20)));
  EXPECT_EQ(numbers, std::vector<std::int32_t>{1});
  PF_EXPECT_ERROR(book.numbersOf(ledger("c", 1, 0, 1)), ErrorCode::kInvalidArgument, "not there");
  const LedgerBook emptied = book.emptied();
  EXPECT_EQ(emptied.sessions(), 2U);
  EXPECT_EQ(of(emptied)["sessions"][1]["producers"].size(), 0U);
}

// Each is looked for among all of them: one after the other that took a minute, now a third of a
// second.
TEST(LedgerTest, sessionsOfOneFileEachAreFoundAtOnce) {
  constexpr int kSessions = 30'000;
  LedgerBook book;
  for (int i = 0; i < kSessions; ++i) {
    PF_ASSERT_OK(book.add(ledger(("session " + std::to_string(i)).c_str(), 1, 0, 10)));
  }
  const std::string text = ledger(("session " + std::to_string(kSessions - 1)).c_str(), 2, 10, 20);
  for (int i = 0; i < kSessions; ++i) {
    PF_ASSERT_OK_ASSIGN(const auto numbers, book.numbersOf(text));
    ASSERT_EQ(numbers, std::vector<std::int32_t>{kSessions - 1});
  }
  LedgerBook output = book.emptied();
  PF_ASSERT_OK(output.add(text));
  EXPECT_EQ(output.sessions(), std::size_t{kSessions});
}

// A last file whose rows could not be read is in the book of all ledgers, and not in the output's.
TEST(LedgerTest, anEmptiedBookSaysOfASessionWhatItIsGivenAgain) {
  std::string last = ledger("s", 3, 25, 30);
  last.insert(last.find("\"last_file\""),
              R"("host":"h","pid":7,"opened_ns":5,"no_ring":4,"refused_by_reason":{"full":2},)"
              R"("clock":{"source":"tsc"},)");
  LedgerBook all;
  PF_EXPECT_OK(all.add(last));
  PF_EXPECT_OK(all.add(ledger("s", 1, 0, 10)));
  PF_EXPECT_OK(all.add(ledger("s", 2, 10, 25)));
  LedgerBook output = all.emptied();
  EXPECT_EQ(of(output)["sessions"],
            nlohmann::json::parse(
                R"([{"session":"s","host":"h","pid":7,"opened_ns":5,"producers":[]}])"));
  PF_EXPECT_OK(output.add(ledger("s", 2, 10, 25)));
  PF_EXPECT_OK(output.add(ledger("s", 1, 0, 10)));
  auto session = of(output)["sessions"][0];
  EXPECT_EQ(session["file"], 2);
  EXPECT_EQ(session["first_file"], 1);
  EXPECT_EQ(session["last_file"], false);
  EXPECT_FALSE(session.contains("no_ring") || session.contains("refused_by_reason"));
  // A ledger that names the session, and has none of its files, changes nothing.
  PF_EXPECT_OK(output.add(all.emptied().text()));
  EXPECT_EQ(of(output)["sessions"][0], session);
  PF_EXPECT_OK(output.add(last));
  session = of(output)["sessions"][0];
  EXPECT_EQ(session["file"], 3);
  EXPECT_EQ(session["last_file"], true);
  EXPECT_EQ(session["no_ring"], 4);
}

TEST(LedgerTest, whatIsNoLedgerOrDoesNotAddUpIsCorrupt) {
  std::string wrong = ledger("s", 1, 0, 10);
  wrong.replace(wrong.find("\"rows\":10"), 9, "\"rows\":11");
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{\"version\":2,\"sessions\":[]}"),
        std::string("{\"version\":1,\"sessions\":[1]}"), wrong, ledger("s", 1, 10, 5),
        ledger("s", 1, -1, 5), std::string(100'000, '[')}) {
    LedgerBook book;
    PF_EXPECT_ERROR(book.add(text), ErrorCode::kCorrupt, "ledger");
    EXPECT_EQ(book.sessions(), 0U);
  }
}

}  // namespace
}  // namespace parquet_flow::merge
