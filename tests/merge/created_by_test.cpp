// Goal: what is believed of a file's metadata follows from who wrote it. Method: names as writers
// give them, around the versions that the table draws its lines at.
#include "merge/created_by.hpp"

#include <gtest/gtest.h>

namespace parquet_flow::merge {
namespace {

struct Case {
  const char* createdBy;
  WriterTrust trust;
};

TEST(CreatedByTest, trustFollowsTheWriterAndItsVersion) {
  constexpr Case kCases[] = {
      {"parquet_flow version 0.1.0 (build abc)", WriterTrust::kStatistics},
      {"parquet-cpp-arrow version 22.0.0", WriterTrust::kStatistics},
      {"parquet-cpp-arrow version 10.0.0", WriterTrust::kStatistics},
      {"parquet-cpp-arrow version 9.0.0", WriterTrust::kPages},
      {"parquet-cpp-arrow version 3.0.0", WriterTrust::kNothing},
      {"parquet-mr version 1.13.1 (build db4183109d5b734ec5930d870cdae161e408ddba)",
       WriterTrust::kStatistics},
      {"parquet-mr version 1.10.1 (build x)", WriterTrust::kPages},
      {"parquet-mr version 1.2.8", WriterTrust::kNothing},
      {"parquet-mr", WriterTrust::kNothing},
      {"parquet-rs version 53.2.0", WriterTrust::kStatistics},
      {"parquet-rs version 49.0.0", WriterTrust::kPages},
      {"DuckDB version v1.4.2 (build 68d7555f68)", WriterTrust::kStatistics},
      {"DuckDB", WriterTrust::kNothing},
      {"Polars", WriterTrust::kPages},
      {"Polarsson version 9", WriterTrust::kNothing},
      {"parquet-cpp version 1.5.1-SNAPSHOT", WriterTrust::kNothing},
      {"impala version 2.8.0", WriterTrust::kNothing},
      {"", WriterTrust::kNothing},
      {"DuckDB version v99999999999999999999", WriterTrust::kNothing},
  };
  for (const Case& one : kCases) EXPECT_EQ(trustOf(one.createdBy), one.trust) << one.createdBy;
}

TEST(CreatedByTest, whoWroteWhatWasCopiedIsHandedOn) {
  using Names = std::vector<std::string>;
  const std::string ours = "parquet_flow version 0.1.0 (build abc)";
  const std::string list = R"(["DuckDB version v1.4.2","Polars"])";
  EXPECT_EQ(writersOf("Polars", nullptr), Names{"Polars"});
  EXPECT_EQ(writersOf("Polars", &list), Names{"Polars"});
  EXPECT_EQ(writersOf(ours, nullptr), Names{});
  EXPECT_EQ(writersOf(ours, &list), (Names{"DuckDB version v1.4.2", "Polars"}));
  // What cannot be read was written for a reason.
  for (const std::string text : {"", "[", "{}", "[]", "[1]"}) {
    EXPECT_EQ(writersOf(ours, &text), Names{""}) << text;
  }
  EXPECT_EQ(copiedFromText({"Polars", "DuckDB version v1.4.2"}), list);
  EXPECT_EQ(copiedFromText({std::string(300, 'x')}), "[\"" + std::string(256, 'x') + "\"]");
  std::set<std::string> many;
  for (int i = 100; i < 200; ++i) many.insert(std::to_string(i));
  EXPECT_EQ(copiedFromText(many).size(), 64 * 6 + 1U);
}

}  // namespace
}  // namespace parquet_flow::merge
