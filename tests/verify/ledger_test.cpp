// Goal: a ledger that does not go with the rows of its file is found, and named, and so is what is
// missing or twice between the files of a session.
//
// Method: that of file_check_test; the ledger's text is patched, or a chain is given ledgers.
#include "verify/ledger.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "checked_file.hpp"
#include "patched_file.hpp"

namespace parquet_flow::verify {
namespace {

using namespace test;

TEST(LedgerCheck, theLedgerIsHeldAgainstTheRows) {
  const auto replaced = [](const char* from, const char* to) {
    return [=](Patch& patch) {
      std::string& ledger = patch.ledger().value;
      const std::size_t at = ledger.find(from);
      ASSERT_NE(at, std::string::npos);
      ledger.replace(at, std::string(from).size(), to);
    };
  };
  expectFaults({
      {"identity", "ledger", "", "covers attempts 0 to 26, and its rows, refused",
       replaced(R"("refused":2)", R"("refused":3)")},
      {"rows", "ledger", "", "the ledger counts 23 rows, and there are 24",
       replaced(R"("rows":24,"refused":2)", R"("rows":23,"refused":3)")},
      {"producer", "ledger", "", "24 rows are of producer 0, which the ledger does not have",
       replaced(R"("producer":0)", R"("producer":1)")},
      {"attempts", "ledger", "", "outside of those that the file covers, 6 to 31",
       replaced(R"("previous":0,"last":26)", R"("previous":5,"last":31)")},
      {"text", "ledger", "", "it cannot be read", replaced("{\"version\"", "\"version\"")},
      {"field", "ledger", "", "'aborted' is not a number", replaced(R"("aborted":0)", R"("a":0)")},
      {"version", "ledger", "", "its version is 2", replaced(R"("version":1)", R"("version":2)")},
  });
}

// The ledger of a file that is merged of a session's files but for some between them.
TEST(LedgerCheck, aProducerMayHaveSeveralLines) {
  const auto lines = [](const char* first, const char* second) {
    Patch patch(goodFile());
    std::string& ledger = patch.ledger().value;
    const std::size_t at = ledger.find("{\"producer\"");
    const std::string name = R"({"producer":0,"name":"p",)";
    const std::string rest = R"(,"aborted":0,"rejected":0,"write_lost":0})";
    ledger = ledger.substr(0, at) + name + first + rest + "," + name + second + rest + "]}]}";
    return listOf(verdictOf(patch.file()));
  };
  // Rows have the attempts 3 to 26; the lines may come in any order.
  EXPECT_EQ(lines(R"("previous":0,"last":10,"rows":8,"refused":2)",
                  R"("previous":10,"last":26,"rows":16,"refused":0)"),
            "");
  EXPECT_EQ(lines(R"("previous":20,"last":30,"rows":6,"refused":4)",
                  R"("previous":0,"last":20,"rows":18,"refused":2)"),
            "");
  EXPECT_EQ(
      lines(R"("previous":0,"last":10,"rows":9,"refused":1)",
            R"("previous":10,"last":26,"rows":15,"refused":1)"),
      "ledger, : the ledger counts 9 rows of producer 0 with attempts 1 to 10, and there are 8\n"
      "ledger, : the ledger counts 15 rows of producer 0 with attempts 11 to 26, and there are "
      "16\n");
  // Attempt 11 is between two lines.
  EXPECT_EQ(lines(R"("previous":0,"last":10,"rows":8,"refused":2)",
                  R"("previous":11,"last":27,"rows":16,"refused":0)"),
            "ledger, : 1 rows of producer 0 have attempts outside of those that the file covers, 1 "
            "to 10, 12 to 27\n");
  EXPECT_EQ(lines(R"("previous":0,"last":10,"rows":8,"refused":2)",
                  R"("previous":9,"last":26,"rows":16,"refused":1)"),
            "ledger, : two lines of producer 0 cover attempt 10\n");
}

TEST(LedgerCheck, rowsOfSeveralSessionsHaveAColumnOfThem) {
  Patch patch(goodFile());
  std::string& ledger = patch.ledger().value;
  ledger.insert(ledger.size() - 2, R"(,{"session":"other","producers":[]})");
  EXPECT_EQ(listOf(verdictOf(patch.file())),
            "ledger, : it is of 2 sessions, and no INT32 column 'session' says whose the rows "
            "are\n");
}

TEST(LedgerCheck, anAttemptIsThereOnce) {
  Patch patch(goodFile(uncheckedOptions()));
  std::size_t body = 0;
  patch.page(kAttempt, 1, &body);  // attempts 7 to 10: the second becomes 5
  patch.body[body + 8] = 5;
  const FileVerdict verdict = verdictOf(patch.file());
  EXPECT_EQ(listOf(verdict), "ledger, : attempt 5 of producer 0 is there more than once\n");
}

LedgerSession sessionOf(std::uint64_t file, std::uint64_t previous, std::uint64_t last) {
  LedgerSession session;
  session.uuid = "s";
  session.file = file;
  session.producers.push_back({.number = 3, .name = "p", .previous = previous, .last = last});
  return session;
}

TEST(LedgerChain, filesOfASessionFollowOneAnother) {
  LedgerChain chain;
  chain.add("c", {sessionOf(3, 30, 45)});
  chain.add("a", {sessionOf(1, 0, 10)});
  chain.add("b", {sessionOf(2, 10, 30)});
  EXPECT_TRUE(chain.breaks().empty());
}

TEST(LedgerChain, whatIsMissingOrTwiceIsNamed) {
  LedgerChain gap;
  gap.add("a", {sessionOf(1, 0, 10)});
  gap.add("c", {sessionOf(3, 30, 45)});
  ASSERT_EQ(gap.breaks().size(), 1U);
  EXPECT_EQ(gap.breaks()[0].file, "c");
  EXPECT_EQ(gap.breaks()[0].message, "it is file 3 of session s, and the one before it is file 1");

  LedgerChain twice;
  twice.add("a", {sessionOf(1, 0, 10)});
  twice.add("b", {sessionOf(1, 0, 10)});
  ASSERT_EQ(twice.breaks().size(), 1U);
  EXPECT_EQ(twice.breaks()[0].message, "it is file 1 of session s, and so is another");

  LedgerChain torn;
  torn.add("a", {sessionOf(1, 0, 10)});
  torn.add("b", {sessionOf(2, 11, 30)});
  ASSERT_EQ(torn.breaks().size(), 1U);
  EXPECT_EQ(torn.breaks()[0].message,
            "producer 3 goes on behind attempt 11, the files before it end at 10");

  // Merged ones have first_file: of them nothing is known, whichever files went into which.
  LedgerChain merged;
  for (const char* name : {"a", "b"}) {
    LedgerSession session = sessionOf(5, 10, 30);
    session.isMerged = true;
    merged.add(name, {session});
  }
  EXPECT_TRUE(merged.breaks().empty());

  LedgerChain late;
  late.add("a", {sessionOf(1, 5, 10)});
  late.add("b", {sessionOf(2, 10, 30)});
  ASSERT_EQ(late.breaks().size(), 1U);
  EXPECT_EQ(late.breaks()[0].file, "a");
}

}  // namespace
}  // namespace parquet_flow::verify
