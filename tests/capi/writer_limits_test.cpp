// Goal: what cannot be written is refused whole. The writer goes on after it where the header says
// so, and has failed where the disk did; then nothing is left at the path nor beside it.
//
// Method: a row group that is refused, held against a file that was never asked for it (arrow_test
// has one that is refused after its first pages went out); a limit of the process on the length of
// files, from one byte on, in place of a full disk; and one row group too many.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "capi_fixture.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::test {
namespace {

// A text column whose pages go out while it is encoded, and one that must have no value.
class RefusedRowGroup : public testing::Test {
 protected:
  RefusedRowGroup() {
    addLeaf(schema_.get(), PF_SCHEMA_ROOT, "text", PF_PHYSICAL_BYTE_ARRAY);
    addLeaf(schema_.get(), PF_SCHEMA_ROOT, "none", PF_PHYSICAL_INT32, PF_REPETITION_OPTIONAL, 0,
            PF_LOGICAL_UNKNOWN);
    pf_writer_options_init(&options_, sizeof options_);
    options_.encoding = PF_ENCODING_PLAIN;
    options_.page_bytes = 64 << 10;
    for (uint32_t i = 0; i <= kRows; ++i) offsets_.push_back(i * kTextBytes);
  }
  pf_status_t writeRows(pf_writer_handle_t* writer, bool withValue) {
    const int32_t value = 7;
    std::vector<uint8_t> levels(kRows, 0);
    if (withValue) levels.back() = 1;
    const std::array<pf_column_input_with_levels_t, 2> columns{{
        {text_.data(), text_.size(), offsets_.data(), offsets_.size(), nullptr, 0, nullptr, 0},
        {&value, withValue ? 1U : 0U, nullptr, 0, levels.data(), levels.size(), nullptr, 0},
    }};
    return pf_writer_write_row_group_with_levels(writer, kRows, columns.data(), columns.size());
  }

  static constexpr uint32_t kRows = 40'000;
  static constexpr uint32_t kTextBytes = 50;  // two megabytes: several pieces
  SchemaHandle schema_ = makeSchema();
  pf_writer_options_t options_;
  std::string text_ = std::string(std::size_t{kRows} * kTextBytes, 't');
  std::vector<uint32_t> offsets_;
  TempDirectory directory_;
};

TEST_F(RefusedRowGroup, leavesNothingInTheFile) {
  const std::string path = directory_.file("a.parquet");
  const std::string expected = directory_.file("b.parquet");
  for (const bool isAsked : {true, false}) {
    const WriterHandle writer =
        makeWriter(schema_.get(), OutputTo(isAsked ? path : expected), &options_);
    for (int i = 0; i < 2; ++i) {
      ASSERT_EQ(writeRows(writer.get(), false), PF_STATUS_OK) << pf_writer_last_error(writer.get());
      if (isAsked) {
        PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, writeRows(writer.get(), true),
                         pf_writer_last_error(writer.get()), "column none: entry 39999");
      }
    }
    ASSERT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK) << pf_writer_last_error(writer.get());
  }
  EXPECT_EQ(readWholeFile(path), readWholeFile(expected));
}

// In a child: the limit is the process's. 0: as it should be.
int writeUnderALimit(const std::string& path, uint64_t fileBytesMax) {
  (void)std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit = {fileBytesMax, fileBytesMax};
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
  const SchemaHandle schema = oneColumn();
  const OutputTo output(path);
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.encoding = PF_ENCODING_PLAIN;
  ErrorText error;
  pf_writer_handle_t* created = nullptr;
  pf_status_t status =
      pf_writer_create_with_options(schema.get(), &options, &output, &created, &error);
  const WriterHandle writer(created);
  if (status != PF_STATUS_OK) return status == PF_STATUS_IO && created == nullptr ? 0 : 2;
  const std::vector<int64_t> values(10'000, 5);
  const pf_column_input_t column = int64Column(values.data(), values.size());
  for (int i = 0; i < 2 && status == PF_STATUS_OK; ++i) {
    status = pf_writer_write_row_group(writer.get(), values.size(), &column, 1);
  }
  if (status == PF_STATUS_OK) status = pf_writer_close(writer.get());
  if (status != PF_STATUS_IO) return 3;
  if (!contains(pf_writer_last_error(writer.get()), "File too large")) return 4;
  return pf_writer_close(writer.get()) == PF_STATUS_IO ? 0 : 5;
}

TEST(WriterLimits, fileThatCannotGrowLeavesNothingBehind) {
  // Within the magic, each row group of 80 000 bytes, and the footer behind them.
  for (const uint64_t bytes : {1U, 4U, 5U, 4096U, 80'000U, 80'100U, 159'000U, 160'000U, 160'200U}) {
    SCOPED_TRACE(bytes);
    const TempDirectory directory;
    const std::string path = directory.file("a.parquet");
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) _exit(writeUnderALimit(path, bytes));
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
  }
}

TEST(WriterLimits, oneRowGroupTooManyLeavesTheOthers) {
  const TempDirectory directory;
  const std::string path = directory.file("a.parquet");
  const SchemaHandle schema = oneColumn();
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.page_index = 0;
  options.size_statistics = 0;
  const WriterHandle writer = makeWriter(schema.get(), OutputTo(path), &options);
  const int64_t value = 1;
  const pf_column_input_t column = int64Column(&value, 1);
  for (int i = 0; i < 32'767; ++i) {
    ASSERT_EQ(pf_writer_write_row_group(writer.get(), 1, &column, 1), PF_STATUS_OK) << i;
  }
  PF_EXPECT_STATUS(PF_STATUS_LIMIT, pf_writer_write_row_group(writer.get(), 1, &column, 1),
                   pf_writer_last_error(writer.get()), "32767 row groups");
  ASSERT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK) << pf_writer_last_error(writer.get());
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  ASSERT_EQ(pf_file_info_read(path.c_str(), &info, nullptr), PF_STATUS_OK);
  EXPECT_EQ(info.rows, 32'767U);
}

}  // namespace
}  // namespace parquet_flow::test
