// Goal: a query of many files, named by a list, a directory or a pattern, is one over all of their
// rows and the columns of their directories; files that these rule out are not opened, arrays
// outlive all of it, and what is wrong with an argument or a file is said.
//
// Method: three files of a column of numbers, two days of two feeds, questions whose answers stand
// beside them, and arguments that are wrong one at a time.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "parquet_flow.hpp"
#include "support/temp_directory.hpp"

namespace {

namespace pf = parquet_flow;
namespace fs = std::filesystem;

class QueryFiles : public testing::Test {
 protected:
  void SetUp() override {
    pf_error_init(&error_, sizeof error_);
    write("date=2026-11-20/feed=7/a.parquet", "n", {1, 2});
    write("date=2026-11-20/feed=8/a.parquet", "n", {3});
    write("date=2026-11-21/feed=7/a.parquet", "n", {4, 5, 6});
    write("date=2026-11-21/feed=7/.part.parquet", "n", {99});
    write("date=2026-11-21/feed=7/a.txt", "n", {98});
  }
  void TearDown() override { pf_query_destroy(query_); }

  [[nodiscard]] std::string path(const std::string& name) const { return directory_.file(name); }

  void write(const std::string& name, const char* column, std::vector<std::int64_t> values) {
    writeRowGroups(name, column, {std::move(values)});
  }

  void writeRowGroups(const std::string& name, const char* column,
                      const std::vector<std::vector<std::int64_t>>& rowGroups) {
    fs::create_directories(fs::path(path(name)).parent_path());
    pf_writer_handle_t* const writer =
        pf_writer_create(path(name).c_str(), PF_COMPRESSION_UNCOMPRESSED);
    ASSERT_NE(writer, nullptr);
    ASSERT_EQ(pf_writer_add_column(writer, column, PF_PHYSICAL_INT64, PF_REPETITION_REQUIRED, 0),
              PF_STATUS_OK);
    ASSERT_EQ(pf_writer_open(writer), PF_STATUS_OK) << pf_writer_last_error(writer);
    for (const std::vector<std::int64_t>& values : rowGroups) {
      const pf_column_input_t input = {values.data(), values.size(), nullptr, 0};
      ASSERT_EQ(pf_writer_write_row_group(writer, values.size(), &input, 1), PF_STATUS_OK);
    }
    ASSERT_EQ(pf_writer_close(writer), PF_STATUS_OK);
    pf_writer_destroy(writer);
  }

  [[nodiscard]] pf_status_t create(const std::vector<std::string>& names) {
    pf_query_destroy(query_);
    std::vector<std::string> paths;
    for (const std::string& name : names) paths.push_back(path(name));
    std::vector<const char*> words;
    for (const std::string& each : paths) words.push_back(each.c_str());
    return pf_query_create_files(words.data(), words.size(), nullptr, &query_, &error_);
  }

  struct Answer {
    std::vector<std::string> columns;  // each with its format: "n l"
    std::vector<ArrowArray> batches;
    Answer() = default;
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    ~Answer() {
      for (ArrowArray& batch : batches) batch.release(&batch);
    }
    // Of a column of 64 or 32 bits.
    template <class T>
    [[nodiscard]] std::vector<std::int64_t> numbers(std::size_t column) const {
      std::vector<std::int64_t> all;
      for (const ArrowArray& batch : batches) {
        const ArrowArray& array = *batch.children[column];
        for (std::int64_t i = 0; i < array.length; ++i) {
          T value = 0;
          std::memcpy(&value,
                      static_cast<const char*>(array.buffers[1]) +
                          static_cast<std::size_t>(array.offset + i) * sizeof value,
                      sizeof value);
          all.push_back(value);
        }
      }
      return all;
    }
  };
  // The batches are read when query and stream are gone.
  void run(Answer& answer) {
    ArrowArrayStream stream{};
    ASSERT_EQ(pf_query_run(query_, &stream, &error_), PF_STATUS_OK) << error_.message;
    pf_query_stats_init(&stats_, sizeof stats_);
    ArrowSchema schema{};
    ASSERT_EQ(stream.get_schema(&stream, &schema), 0);
    for (std::int64_t i = 0; i < schema.n_children; ++i) {
      answer.columns.push_back(std::string(schema.children[i]->name) + " " +
                               schema.children[i]->format);
    }
    schema.release(&schema);
    for (;;) {
      ArrowArray batch{};
      ASSERT_EQ(stream.get_next(&stream, &batch), 0) << stream.get_last_error(&stream);
      if (batch.release == nullptr) break;
      answer.batches.push_back(batch);
    }
    ASSERT_EQ(pf_query_get_stats(query_, &stats_, &error_), PF_STATUS_OK);
    stream.release(&stream);
    pf_query_destroy(query_);
    query_ = nullptr;
  }

  // Takes batches until there is an error, and releases the stream. What it said.
  static std::string expectEioInTheEnd(ArrowArrayStream& stream) {
    int result = 0;
    while (result == 0) {
      ArrowArray batch{};
      result = stream.get_next(&stream, &batch);
      if (result != 0) break;
      if (batch.release == nullptr) break;  // the rows came to an end
      batch.release(&batch);
    }
    EXPECT_EQ(result, EIO);
    const char* const said = stream.get_last_error(&stream);
    const std::string kept = said == nullptr ? "" : said;
    stream.release(&stream);
    return kept;
  }

  void expectRefused(pf_status_t status, const std::string& says) {
    EXPECT_EQ(status, PF_STATUS_INVALID_ARGUMENT);
    EXPECT_NE(std::string(error_.message).find(says), std::string::npos) << error_.message;
    EXPECT_EQ(query_, nullptr);
  }

  pf::test::TempDirectory directory_;
  pf_error_t error_;
  pf_query_t* query_ = nullptr;
  pf_query_stats_t stats_;
};

// The parameter: map_files.
class QueryFilesAccess : public QueryFiles, public testing::WithParamInterface<std::uint32_t> {
 protected:
  [[nodiscard]] pf_status_t createOverAll(std::uint32_t mapFiles) {
    const std::string all = path("");
    const char* const word = all.c_str();
    pf_reader_options_t options;
    pf_reader_options_init(&options, sizeof options);
    options.map_files = mapFiles;
    return pf_query_create_files(&word, 1, &options, &query_, &error_);
  }
  // Open, or mapped.
  [[nodiscard]] bool holdsAFile() const {
    for (const fs::directory_entry& each : fs::directory_iterator("/proc/self/fd")) {
      std::error_code gone;  // the iterator's own
      if (fs::read_symlink(each, gone).string().starts_with(directory_.path())) return true;
    }
    std::ifstream file("/proc/self/maps");
    const std::string maps((std::istreambuf_iterator<char>(file)), {});
    return maps.find(directory_.path()) != std::string::npos;
  }
};

INSTANTIATE_TEST_SUITE_P(MapFiles, QueryFilesAccess, testing::Values(0U, 1U));

using Numbers = std::vector<std::int64_t>;

// That no encoding makes short.
Numbers numbersOf(std::size_t count) {
  std::mt19937_64 random(count);
  Numbers all(count);
  for (std::int64_t& each : all) each = static_cast<std::int64_t>(random());
  return all;
}

// 2026-11-20 is day 20777 since 1970: 56 years of 365 days and 14 leap days are 20454, and the day
// is the 324th of its year.
constexpr std::int64_t kDay = 20454 + 324 - 1;

// Else each leads to all files again, which count some forty times before paths are too long.
TEST_F(QueryFiles, linksToDirectoriesThatTheyAreInArePassedBy) {
  const fs::path top(path(""));
  fs::create_directory_symlink(".", top / "self");
  std::uint64_t rows = 0;
  ASSERT_EQ(create({""}), PF_STATUS_OK) << error_.message;
  ASSERT_EQ(pf_query_count(query_, &rows, &error_), PF_STATUS_OK) << error_.message;
  ASSERT_EQ(rows, 6U);
  // Two would double with each level.
  fs::create_directory_symlink("../..", top / "date=2026-11-20/feed=7/above");
  fs::create_directory_symlink("nowhere", top / "date=2026-11-20/dangling");
  for (const char* const word : {"", "self"}) {
    ASSERT_EQ(create({word}), PF_STATUS_OK) << error_.message;
    ASSERT_EQ(pf_query_count(query_, &rows, &error_), PF_STATUS_OK) << error_.message;
    EXPECT_EQ(rows, 6U) << word;
  }
  // One that goes elsewhere has its files a second time.
  fs::create_directories(top / "date=2026-11-22");
  fs::create_directory_symlink("../date=2026-11-20/feed=7", top / "date=2026-11-22/feed=7");
  ASSERT_EQ(create({""}), PF_STATUS_OK) << error_.message;
  ASSERT_EQ(pf_query_count(query_, &rows, &error_), PF_STATUS_OK) << error_.message;
  EXPECT_EQ(rows, 6U + 2);
}

TEST_F(QueryFiles, rowsOfADirectoryHaveTheColumnsOfTheirDirectories) {
  ASSERT_EQ(create({""}), PF_STATUS_OK) << error_.message;
  Answer answer;
  run(answer);
  EXPECT_EQ(answer.columns, (std::vector<std::string>{"n l", "date tdD", "feed l"}));
  EXPECT_EQ(answer.numbers<std::int64_t>(0), (Numbers{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(answer.numbers<std::int32_t>(1),
            (Numbers{kDay, kDay, kDay, kDay + 1, kDay + 1, kDay + 1}));
  EXPECT_EQ(answer.numbers<std::int64_t>(2), (Numbers{7, 7, 8, 7, 7, 7}));
  EXPECT_EQ(stats_.files, 3U);
  EXPECT_EQ(stats_.files_opened, 3U);
  EXPECT_EQ(stats_.files_by_partition, 0U);
  EXPECT_EQ(stats_.rows_given, 6U);
}

TEST_F(QueryFiles, filesThatTheirDirectoriesRuleOutAreNotOpened) {
  ASSERT_EQ(create({""}), PF_STATUS_OK) << error_.message;
  // So it is seen if it is opened.
  pf::test::writeWholeFile(path("date=2026-11-20/feed=8/a.parquet"), "no Parquet");
  ASSERT_EQ(pf_query_where(query_, "feed = 7 and date > '2026-11-20' and n <> 5", &error_),
            PF_STATUS_OK);
  ASSERT_EQ(pf_query_select(query_, "n", &error_), PF_STATUS_OK);
  Answer answer;
  run(answer);
  EXPECT_EQ(answer.numbers<std::int64_t>(0), (Numbers{4, 6}));
  EXPECT_EQ(stats_.files, 3U);
  EXPECT_EQ(stats_.files_by_partition, 2U);
  EXPECT_EQ(stats_.files_opened, 1U);
}

TEST_F(QueryFiles, listsAndPatternsAreReadInTheirOrder) {
  ASSERT_EQ(create({"date=2026-11-21/feed=7/a.parquet", "date=2026-11-20/feed=*"}), PF_STATUS_OK)
      << error_.message;
  Answer answer;
  run(answer);
  EXPECT_EQ(answer.numbers<std::int64_t>(0), (Numbers{4, 5, 6, 1, 2, 3}));
}

TEST_F(QueryFiles, groupsOrdersAndCountsGoOverAllFiles) {
  ASSERT_EQ(create({""}), PF_STATUS_OK) << error_.message;
  std::uint64_t rows = 0;
  ASSERT_EQ(pf_query_count(query_, &rows, &error_), PF_STATUS_OK) << error_.message;
  EXPECT_EQ(rows, 6U);
  pf_query_stats_init(&stats_, sizeof stats_);
  ASSERT_EQ(pf_query_get_stats(query_, &stats_, &error_), PF_STATUS_OK);
  EXPECT_EQ(stats_.is_from_footer, 1U);
  EXPECT_EQ(stats_.pages_read, 0U);
  ASSERT_EQ(pf_query_group_by(query_, "feed", &error_), PF_STATUS_OK);
  ASSERT_EQ(pf_query_aggregate(query_, "max(n) as most, count", &error_), PF_STATUS_OK);
  ASSERT_EQ(pf_query_order_by(query_, "most desc", &error_), PF_STATUS_OK);
  Answer answer;
  run(answer);
  EXPECT_EQ(answer.numbers<std::int64_t>(0), (Numbers{7, 8}));
  EXPECT_EQ(answer.numbers<std::int64_t>(1), (Numbers{6, 3}));
  EXPECT_EQ(answer.numbers<std::int64_t>(2), (Numbers{5, 1}));
  EXPECT_EQ(stats_.is_from_footer, 0U);
}

// What it has read into memory, or mapped, goes with the stream; what it has counted does not.
TEST_P(QueryFilesAccess, aRunIsOverWithItsStream) {
  ASSERT_EQ(createOverAll(GetParam()), PF_STATUS_OK) << error_.message;
  ArrowArrayStream stream{};
  ASSERT_EQ(pf_query_run(query_, &stream, &error_), PF_STATUS_OK) << error_.message;
  ArrowArray batch{};
  ASSERT_EQ(stream.get_next(&stream, &batch), 0);
  pf_query_stats_init(&stats_, sizeof stats_);
  ASSERT_EQ(pf_query_get_stats(query_, &stats_, &error_), PF_STATUS_OK);
  EXPECT_EQ(stats_.rows_given, 2U);
  EXPECT_TRUE(holdsAFile());
  batch.release(&batch);
  EXPECT_TRUE(holdsAFile());
  stream.release(&stream);
  EXPECT_FALSE(holdsAFile());
  ASSERT_EQ(pf_query_get_stats(query_, &stats_, &error_), PF_STATUS_OK);
  EXPECT_EQ(stats_.rows_given, 2U);
  std::uint64_t rows = 0;
  ASSERT_EQ(pf_query_count(query_, &rows, &error_), PF_STATUS_OK) << error_.message;
  EXPECT_EQ(rows, 6U);
  EXPECT_FALSE(holdsAFile());
  ASSERT_EQ(pf_query_get_stats(query_, &stats_, &error_), PF_STATUS_OK);
  EXPECT_EQ(stats_.is_from_footer, 1U);
}

// Of a thousand files that are read a consumer may keep every array.
TEST_P(QueryFilesAccess, anArrayKeepsItsFileWhereThatIsMapped) {
  ASSERT_EQ(createOverAll(GetParam()), PF_STATUS_OK) << error_.message;
  Answer answer;
  run(answer);
  EXPECT_EQ(answer.batches.size(), 3U);
  EXPECT_EQ(holdsAFile(), GetParam() == 1);
  EXPECT_EQ(answer.numbers<std::int64_t>(0), Numbers({1, 2, 3, 4, 5, 6}));
}

// The file of each row has to be found again for the column that is not sorted by.
TEST_P(QueryFilesAccess, theFirstRowsOfMoreFilesThanDescriptors) {
  Numbers expected;
  for (std::int64_t i = 0; i < 100; ++i) {
    write("date=2026-11-22/feed=" + std::to_string(i) + "/a.parquet", "n", {1'000 + i});
    expected.push_back(1'099 - i);
  }
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit few = {64, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  EXPECT_EQ(createOverAll(GetParam()), PF_STATUS_OK) << error_.message;
  EXPECT_EQ(pf_query_order_by(query_, "n desc", &error_), PF_STATUS_OK);
  EXPECT_EQ(pf_query_limit(query_, 0, 100, &error_), PF_STATUS_OK);
  Answer answer;
  run(answer);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_FALSE(HasFatalFailure());
  EXPECT_EQ(answer.numbers<std::int64_t>(0), expected);
  for (std::int64_t& each : expected) each -= 1'000;
  EXPECT_EQ(answer.numbers<std::int64_t>(2), expected);
}

TEST_F(QueryFiles, argumentsThatCannotBeAreRefused) {
  const std::string there = path("date=2026-11-20");
  const char* const word = there.c_str();
  const char* const missing[] = {word, nullptr};
  const char* const empty[] = {""};
  expectRefused(pf_query_create_files(&word, 1, nullptr, nullptr, &error_), "query is NULL");
  expectRefused(pf_query_create_files(nullptr, 1, nullptr, &query_, &error_), "paths is NULL");
  expectRefused(pf_query_create_files(&word, 0, nullptr, &query_, &error_), "path_count is 0");
  expectRefused(pf_query_create_files(missing, 2, nullptr, &query_, &error_), "paths[1] is NULL");
  expectRefused(pf_query_create_files(empty, 1, nullptr, &query_, &error_), "paths[0] is empty");
  pf_reader_options_t options;
  pf_reader_options_init(&options, sizeof options);
  options.no_crc = 2;
  expectRefused(pf_query_create_files(&word, 1, &options, &query_, &error_), "no_crc is 2");
  options.no_crc = 0;
  options.map_files = 2;
  expectRefused(pf_query_create_files(&word, 1, &options, &query_, &error_), "map_files is 2");
  options.map_files = 0;
  options.reserved = 1;
  expectRefused(pf_query_create_files(&word, 1, &options, &query_, &error_), "reserved is 1");
  fs::create_directories(path("none"));
  expectRefused(create({"none"}), "ends in .parquet");
  expectRefused(create({"date=2027*"}), "no file is like");
  // A query is left NULL also where it was something else.
  query_ = reinterpret_cast<pf_query_t*>(&options);
  expectRefused(pf_query_create_files(&word, 0, nullptr, &query_, &error_), "path_count is 0");
}

TEST_F(QueryFiles, whatIsWrongWithAFileIsSaid) {
  ASSERT_EQ(create({"none.parquet"}), PF_STATUS_OK) << error_.message;
  ArrowArrayStream stream{};
  EXPECT_EQ(pf_query_run(query_, &stream, &error_), PF_STATUS_IO);
  EXPECT_NE(std::string(error_.message).find("none.parquet"), std::string::npos);
  EXPECT_EQ(stream.release, nullptr);

  write("other.parquet", "m", {1});
  ASSERT_EQ(create({"date=2026-11-21/feed=7/a.parquet", "other.parquet"}), PF_STATUS_OK);
  EXPECT_EQ(pf_query_run(query_, &stream, &error_), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_NE(std::string(error_.message).find("directories name other columns"), std::string::npos)
      << error_.message;

  write("date=2026-11-22/feed=7/a.parquet", "m", {1});
  fs::remove(path("other.parquet"));
  ASSERT_EQ(create({""}), PF_STATUS_OK);
  ASSERT_EQ(pf_query_run(query_, &stream, &error_), PF_STATUS_OK) << error_.message;
  const std::string said = expectEioInTheEnd(stream);
  EXPECT_NE(said.find("date=2026-11-22/feed=7/a.parquet"), std::string::npos) << said;
  EXPECT_NE(said.find("'n'"), std::string::npos) << said;
}

// A host would not survive it in a mapping.
TEST_F(QueryFiles, aFileThatIsCutShortIsAnError) {
  writeRowGroups("long.parquet", "n", {numbersOf(100'000), numbersOf(100'000)});
  ASSERT_EQ(create({"long.parquet"}), PF_STATUS_OK);
  ArrowArrayStream stream{};
  ASSERT_EQ(pf_query_run(query_, &stream, &error_), PF_STATUS_OK) << error_.message;
  ArrowArray batch{};
  ASSERT_EQ(stream.get_next(&stream, &batch), 0) << stream.get_last_error(&stream);
  ASSERT_NE(batch.release, nullptr);
  batch.release(&batch);
  fs::resize_file(path("long.parquet"), 4096);
  const std::string said = expectEioInTheEnd(stream);
  EXPECT_NE(said.find("long.parquet"), std::string::npos) << said;
}

TEST_F(QueryFiles, fluentInCxx) {
  const std::string all = path("date=*");
  pf::Query query = pf::Query::files(all);
  const auto rows = query.where("feed = 7").count();
  ASSERT_TRUE(rows) << rows.error().message();
  EXPECT_EQ(*rows, 5U);
  EXPECT_EQ(query.stats()->files_by_partition, 1U);

  const std::string other = path("date=2026-11-20");
  const char* const words[] = {all.c_str(), other.c_str()};
  const auto twice = pf::Query::files(words).count();
  ASSERT_TRUE(twice) << twice.error().message();
  EXPECT_EQ(*twice, 9U);
  const auto failed = pf::Query::files(path("date=2027*")).where("n = 1").run();
  ASSERT_FALSE(failed);
  EXPECT_NE(std::string(failed.error().message()).find("no file is like"), std::string::npos);
}

}  // namespace
