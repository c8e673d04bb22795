// Goal: the life of a writer as parquet_flow.h tells it, over every output: what is in place when,
// what a wrong order of calls gets, and what is left after a failure.
//
// Method: situations, looked at from outside: the directory's entries, what pf_file_info_read
// finds, the calls that callbacks saw. Failing outputs are run once for each write of a good run.
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

#include "capi_fixture.hpp"
#include "support/optional_codecs.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::test {
namespace {

constexpr std::array<int64_t, 3> kValues = {1, 2, 3};

pf_status_t writeThree(pf_writer_handle_t* writer) {
  const pf_column_input_t column = int64Column(kValues.data(), kValues.size());
  return pf_writer_write_row_group(writer, kValues.size(), &column, 1);
}

std::vector<std::string> namesIn(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

uint64_t rowsIn(const std::string& path) {
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  ErrorText error;
  EXPECT_EQ(pf_file_info_read(path.c_str(), &info, &error), PF_STATUS_OK) << error.message;
  return info.rows;
}

// --- the known names: create, add_column, open, write, close
// ------------------------------------------

class PathWriter : public testing::Test {
 protected:
  WriterHandle make(int compression = PF_COMPRESSION_UNCOMPRESSED) {
    return WriterHandle(
        pf_writer_create(path_.c_str(), static_cast<pf_compression_t>(compression)));
  }
  WriterHandle makeOpen() {
    WriterHandle writer = make();
    EXPECT_EQ(pf_writer_add_column(writer.get(), "x", PF_PHYSICAL_INT64, PF_REPETITION_REQUIRED, 0),
              PF_STATUS_OK);
    EXPECT_EQ(pf_writer_open(writer.get()), PF_STATUS_OK) << pf_writer_last_error(writer.get());
    return writer;
  }
  TempDirectory directory_;
  std::string path_ = directory_.file("a.parquet");
};

TEST_F(PathWriter, fileStandsAsideUntilItIsClosed) {
  const WriterHandle writer = makeOpen();
  const auto names = namesIn(directory_.path());
  ASSERT_EQ(names.size(), 1U);
  EXPECT_EQ(names[0].front(), '.');
  EXPECT_EQ(names[0].find(".parquet", names[0].size() - 8), std::string::npos);
  ASSERT_EQ(writeThree(writer.get()), PF_STATUS_OK);
  ASSERT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK);
  EXPECT_EQ(namesIn(directory_.path()), std::vector<std::string>{"a.parquet"});
  EXPECT_EQ(rowsIn(path_), 3U);
}

TEST_F(PathWriter, fileThatIsNotClosedLeavesNothing) {
  {
    const WriterHandle writer = makeOpen();
    ASSERT_EQ(writeThree(writer.get()), PF_STATUS_OK);
  }
  EXPECT_TRUE(namesIn(directory_.path()).empty());
}

// A process that dies leaves a hidden file, and nothing that looks like a finished one.
TEST_F(PathWriter, processThatDiesLeavesAHiddenFileOnly) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    WriterHandle writer = makeOpen();
    (void)writeThree(writer.release());
    _exit(0);
  }
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  const auto names = namesIn(directory_.path());
  ASSERT_EQ(names.size(), 1U);
  EXPECT_EQ(names[0].front(), '.');
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  EXPECT_EQ(pf_file_info_read(directory_.file(names[0]).c_str(), &info, nullptr),
            PF_STATUS_CORRUPT);
}

TEST_F(PathWriter, whatStoodThereIsReplacedAtClose) {
  writeWholeFile(path_, "old");
  const WriterHandle writer = makeOpen();
  ASSERT_EQ(writeThree(writer.get()), PF_STATUS_OK);
  EXPECT_EQ(readWholeFile(path_), "old");
  ASSERT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK);
  EXPECT_EQ(rowsIn(path_), 3U);
}

TEST_F(PathWriter, noReplaceRefusesAtOpenAndAtClose) {
  const SchemaHandle schema = oneColumn();
  OutputTo output(path_);
  output.no_replace = 1;
  writeWholeFile(path_, "old");
  ErrorText error;
  pf_writer_handle_t* refused = nullptr;
  PF_EXPECT_STATUS(PF_STATUS_EXISTS,
                   pf_writer_create_with_options(schema.get(), nullptr, &output, &refused, &error),
                   error.message, path_);
  EXPECT_EQ(namesIn(directory_.path()).size(), 1U);

  ASSERT_EQ(unlink(path_.c_str()), 0);
  const WriterHandle writer = makeWriter(schema.get(), output);
  ASSERT_EQ(writeThree(writer.get()), PF_STATUS_OK);
  writeWholeFile(path_, "somebody else's");
  PF_EXPECT_STATUS(PF_STATUS_EXISTS, pf_writer_close(writer.get()),
                   pf_writer_last_error(writer.get()), "a.parquet");
  EXPECT_EQ(readWholeFile(path_), "somebody else's");
  EXPECT_EQ(namesIn(directory_.path()).size(), 1U);
  PF_EXPECT_STATUS(PF_STATUS_EXISTS, pf_writer_close(writer.get()),
                   pf_writer_last_error(writer.get()), "the writer has failed before");
}

TEST_F(PathWriter, whatIsWrongAtCreateSurfacesAtOpen) {
  for (const auto& [path, compression, part] :
       {std::tuple{static_cast<const char*>(nullptr), 0, "path is NULL"},
        std::tuple{path_.c_str(), 99, "compression is 99"},
        std::tuple{path_.c_str(), -1, "compression is -1"}}) {
    const WriterHandle writer(pf_writer_create(path, static_cast<pf_compression_t>(compression)));
    ASSERT_NE(writer, nullptr);
    EXPECT_EQ(pf_writer_add_column(writer.get(), "x", PF_PHYSICAL_INT64, PF_REPETITION_REQUIRED, 0),
              PF_STATUS_OK);
    PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_writer_open(writer.get()),
                     pf_writer_last_error(writer.get()), part);
    EXPECT_TRUE(namesIn(directory_.path()).empty());
  }
  for (const OptionalCodec& codec : kOptionalCodecs) {
    const WriterHandle writer = make(codec.compression);
    EXPECT_EQ(pf_writer_add_column(writer.get(), "x", PF_PHYSICAL_INT64, PF_REPETITION_REQUIRED, 0),
              PF_STATUS_OK);
    PF_EXPECT_STATUS(codec.built ? PF_STATUS_OK : PF_STATUS_UNSUPPORTED,
                     pf_writer_open(writer.get()), pf_writer_last_error(writer.get()),
                     codec.built ? "" : codec.name);
  }
}

TEST_F(PathWriter, callsInTheWrongOrder) {
  const WriterHandle writer = make();
  const void* data = nullptr;
  size_t bytes = 0;
  pf_writer_stats_t stats;
  pf_writer_stats_init(&stats, sizeof stats);
  EXPECT_EQ(writeThree(writer.get()), PF_STATUS_NOT_OPEN);
  EXPECT_TRUE(contains(pf_writer_last_error(writer.get()), "not open yet"));
  EXPECT_EQ(pf_writer_close(writer.get()), PF_STATUS_NOT_OPEN);
  EXPECT_EQ(pf_writer_get_stats(writer.get(), &stats), PF_STATUS_NOT_OPEN);
  EXPECT_EQ(pf_writer_memory(writer.get(), &data, &bytes), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(pf_writer_open(writer.get()), PF_STATUS_INVALID_ARGUMENT);  // no column
  EXPECT_EQ(pf_writer_add_column(writer.get(), "x", PF_PHYSICAL_INT64, PF_REPETITION_REQUIRED, 0),
            PF_STATUS_OK);
  ASSERT_EQ(pf_writer_open(writer.get()), PF_STATUS_OK) << pf_writer_last_error(writer.get());
  EXPECT_EQ(pf_writer_open(writer.get()), PF_STATUS_NOT_OPEN);
  EXPECT_EQ(pf_writer_add_column(writer.get(), "y", PF_PHYSICAL_INT64, PF_REPETITION_REQUIRED, 0),
            PF_STATUS_NOT_OPEN);
  EXPECT_EQ(writeThree(writer.get()), PF_STATUS_OK);
  EXPECT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK);
  EXPECT_EQ(pf_writer_close(writer.get()), PF_STATUS_NOT_OPEN);
  EXPECT_TRUE(contains(pf_writer_last_error(writer.get()), "closed"));
  EXPECT_EQ(writeThree(writer.get()), PF_STATUS_NOT_OPEN);
  EXPECT_EQ(pf_writer_open(writer.get()), PF_STATUS_NOT_OPEN);
  EXPECT_EQ(pf_writer_set_key_value(writer.get(), "k", "v"), PF_STATUS_NOT_OPEN);
  EXPECT_EQ(pf_writer_get_stats(writer.get(), &stats), PF_STATUS_OK);
  EXPECT_EQ(stats.rows, 3U);
  EXPECT_EQ(rowsIn(path_), 3U);
}

TEST_F(PathWriter, badColumnsAreRefusedAndTheNextIsTaken) {
  const WriterHandle writer = make();
  const auto add = [&](const char* name, int type, int repetition, uint32_t length) {
    return pf_writer_add_column(writer.get(), name, static_cast<pf_physical_type_t>(type),
                                static_cast<pf_repetition_t>(repetition), length);
  };
  EXPECT_EQ(add(nullptr, PF_PHYSICAL_INT32, 0, 0), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_TRUE(contains(pf_writer_last_error(writer.get()), "name is NULL"));
  EXPECT_EQ(add("", PF_PHYSICAL_INT32, 0, 0), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(add("x", 8, 0, 0), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(add("x", PF_PHYSICAL_INT32, 3, 0), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(add("x", PF_PHYSICAL_INT32, 0, 4), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(add("x", PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY, 0, 0), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(add("x", PF_PHYSICAL_INT64, 0, 0), PF_STATUS_OK);
  EXPECT_EQ(add("x", PF_PHYSICAL_INT64, 0, 0), PF_STATUS_INVALID_ARGUMENT);
  ASSERT_EQ(pf_writer_open(writer.get()), PF_STATUS_OK);
  ASSERT_EQ(writeThree(writer.get()), PF_STATUS_OK);
  ASSERT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK);
  EXPECT_EQ(rowsIn(path_), 3U);
}

TEST_F(PathWriter, longNamesAndRelativePathsWork) {
  path_ = directory_.file(std::string(255, 'n'));
  const WriterHandle writer = makeOpen();
  ASSERT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK) << pf_writer_last_error(writer.get());
  EXPECT_EQ(rowsIn(path_), 0U);
}

// A forked child has the writer, but the file is its parent's.
TEST_F(PathWriter, forkedChildCanOnlyDestroy) {
  WriterHandle writer = makeOpen();
  ASSERT_EQ(writeThree(writer.get()), PF_STATUS_OK);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const bool isRefused = writeThree(writer.get()) == PF_STATUS_NOT_OPEN &&
                           contains(pf_writer_last_error(writer.get()), "fork") &&
                           pf_writer_close(writer.get()) == PF_STATUS_NOT_OPEN;
    writer.reset();
    _exit(isRefused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  ASSERT_EQ(writeThree(writer.get()), PF_STATUS_OK) << pf_writer_last_error(writer.get());
  ASSERT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK) << pf_writer_last_error(writer.get());
  EXPECT_EQ(rowsIn(path_), 6U);
}

// --- other outputs
// -----------------------------------------------------------------------------------

TEST(WriterMemory, bytesAreThereAfterClose) {
  const SchemaHandle schema = oneColumn();
  const WriterHandle writer = makeWriter(schema.get(), OutputTo(PF_OUTPUT_MEMORY));
  const void* data = nullptr;
  size_t bytes = 0;
  ASSERT_EQ(writeThree(writer.get()), PF_STATUS_OK);
  PF_EXPECT_STATUS(PF_STATUS_NOT_OPEN, pf_writer_memory(writer.get(), &data, &bytes),
                   pf_writer_last_error(writer.get()), "closed");
  ASSERT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK);
  ASSERT_EQ(pf_writer_memory(writer.get(), &data, &bytes), PF_STATUS_OK);
  const TempDirectory directory;
  const std::string path = directory.file("copy.parquet");
  writeWholeFile(path, {static_cast<const char*>(data), bytes});
  EXPECT_EQ(rowsIn(path), 3U);
}

TEST(WriterDescriptor, isWrittenFromItsPositionAndLeftOpen) {
  const TempDirectory directory;
  const std::string path = directory.file("x");
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_GE(descriptor, 0);
  const SchemaHandle schema = oneColumn();
  OutputTo output(PF_OUTPUT_DESCRIPTOR);
  output.descriptor = descriptor;
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.sync = 1;
  WriterHandle writer = makeWriter(schema.get(), output, &options);
  ASSERT_EQ(writeThree(writer.get()), PF_STATUS_OK);
  ASSERT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK) << pf_writer_last_error(writer.get());
  writer.reset();
  EXPECT_GE(fcntl(descriptor, F_GETFD), 0);
  close(descriptor);
  EXPECT_EQ(rowsIn(path), 3U);
}

TEST(WriterDescriptor, pipeCannotBeSyncedAndThatIsSaidAtOnce) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  const SchemaHandle schema = oneColumn();
  OutputTo output(PF_OUTPUT_DESCRIPTOR);
  output.descriptor = ends[1];
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.sync = 1;
  pf_writer_handle_t* writer = nullptr;
  EXPECT_EQ(pf_writer_create_with_options(schema.get(), &options, &output, &writer, nullptr),
            PF_STATUS_UNSUPPORTED);
  options.sync = 0;
  const WriterHandle toPipe = makeWriter(schema.get(), output, &options);
  EXPECT_EQ(writeThree(toPipe.get()), PF_STATUS_OK);
  EXPECT_EQ(pf_writer_close(toPipe.get()), PF_STATUS_OK);
  close(ends[0]);
  close(ends[1]);
}

TEST(WriterDiscard, countsAndForgets) {
  const SchemaHandle schema = oneColumn();
  const WriterHandle writer = makeWriter(schema.get(), OutputTo(PF_OUTPUT_DISCARD));
  ASSERT_EQ(writeThree(writer.get()), PF_STATUS_OK);
  ASSERT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK);
  pf_writer_stats_t stats;
  pf_writer_stats_init(&stats, sizeof stats);
  ASSERT_EQ(pf_writer_get_stats(writer.get(), &stats), PF_STATUS_OK);
  EXPECT_GT(stats.file_bytes, 50U);
  EXPECT_EQ(stats.pages, 1U);
}

// --- callbacks
// -----------------------------------------------------------------------------------------

// An application's output that fails at its nth write with 42, or at its flush or close.
struct Callbacks {
  std::string bytes;
  int writes = 0;
  int flushes = 0;
  int closes = 0;
  int failingWrite = 0;  // from 1; 0: none
  int flushResult = 0;
  int closeResult = 0;

  OutputTo output() {
    OutputTo to(PF_OUTPUT_CALLBACKS);
    to.user = this;
    to.write = [](void* user, const void* data, size_t count) -> int {
      auto& self = *static_cast<Callbacks*>(user);
      EXPECT_EQ(self.closes, 0);
      if (++self.writes == self.failingWrite) return 42;
      self.bytes.append(static_cast<const char*>(data), count);
      return 0;
    };
    to.flush = [](void* user) -> int {
      ++static_cast<Callbacks*>(user)->flushes;
      return static_cast<Callbacks*>(user)->flushResult;
    };
    to.close = [](void* user) -> int {
      ++static_cast<Callbacks*>(user)->closes;
      return static_cast<Callbacks*>(user)->closeResult;
    };
    return to;
  }
};

TEST(WriterCallbacks, getTheFileThenFlushThenCloseOnce) {
  Callbacks application;
  const SchemaHandle schema = oneColumn();
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.sync = 1;
  WriterHandle writer = makeWriter(schema.get(), application.output(), &options);
  ASSERT_EQ(writeThree(writer.get()), PF_STATUS_OK);
  EXPECT_EQ(application.flushes, 0);
  ASSERT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK);
  EXPECT_EQ(application.flushes, 1);
  EXPECT_EQ(application.closes, 1);
  writer.reset();
  EXPECT_EQ(application.closes, 1);

  const TempDirectory directory;
  writeWholeFile(directory.file("x.parquet"), application.bytes);
  EXPECT_EQ(rowsIn(directory.file("x.parquet")), 3U);
}

TEST(WriterCallbacks, destroyWithoutCloseEndsTheOutputToo) {
  Callbacks application;
  const SchemaHandle schema = oneColumn();
  makeWriter(schema.get(), application.output()).reset();
  EXPECT_EQ(application.closes, 1);
}

TEST(WriterCallbacks, withoutFlushSyncIsRefused) {
  Callbacks application;
  OutputTo output = application.output();
  output.flush = nullptr;
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.sync = 1;
  const SchemaHandle schema = oneColumn();
  ErrorText error;
  pf_writer_handle_t* writer = nullptr;
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_writer_create_with_options(schema.get(), &options, &output, &writer, &error),
                   error.message, "output->flush is NULL");
  EXPECT_EQ(application.writes, 0);
  EXPECT_EQ(application.closes, 0);
}

// The run: create, two row groups, close. Returns the first failure.
pf_status_t run(Callbacks& application, std::string& sentence, bool& wasCreated) {
  const SchemaHandle schema = oneColumn();
  const OutputTo output = application.output();
  ErrorText error;
  pf_writer_handle_t* created = nullptr;
  pf_status_t status =
      pf_writer_create_with_options(schema.get(), nullptr, &output, &created, &error);
  wasCreated = status == PF_STATUS_OK;
  if (status != PF_STATUS_OK) {
    sentence = error.message;
    return status;
  }
  const WriterHandle writer(created);
  for (int i = 0; i < 2 && status == PF_STATUS_OK; ++i) status = writeThree(writer.get());
  if (status == PF_STATUS_OK) status = pf_writer_close(writer.get());
  sentence = pf_writer_last_error(writer.get());
  if (status == PF_STATUS_OK) return status;

  // Poisoned: every call says so, with the same status, and nothing more is written.
  const int writes = application.writes;
  pf_writer_stats_t stats;
  pf_writer_stats_init(&stats, sizeof stats);
  const void* data = nullptr;
  size_t bytes = 0;
  for (const pf_status_t later :
       {writeThree(writer.get()), pf_writer_set_key_value(writer.get(), "k", "v"),
        pf_writer_get_stats(writer.get(), &stats), pf_writer_memory(writer.get(), &data, &bytes),
        pf_writer_close(writer.get()), pf_writer_close(writer.get()),
        pf_writer_open(writer.get())}) {
    EXPECT_EQ(later, status);
    EXPECT_TRUE(contains(pf_writer_last_error(writer.get()), "the writer has failed before"));
    EXPECT_TRUE(contains(pf_writer_last_error(writer.get()), "42"));
  }
  EXPECT_EQ(application.writes, writes);
  return status;
}

TEST(WriterCallbacks, failingAtAnyWritePoisonsTheWriterAndEndsTheOutputOnce) {
  Callbacks good;
  std::string sentence;
  bool wasCreated = false;
  ASSERT_EQ(run(good, sentence, wasCreated), PF_STATUS_OK) << sentence;
  ASSERT_GT(good.writes, 3);
  for (int k = 1; k <= good.writes; ++k) {
    SCOPED_TRACE(k);
    Callbacks failing;
    failing.failingWrite = k;
    EXPECT_EQ(run(failing, sentence, wasCreated), PF_STATUS_IO);
    EXPECT_TRUE(contains(sentence.c_str(), "42")) << sentence;
    EXPECT_EQ(failing.closes, wasCreated ? 1 : 0);
    EXPECT_EQ(good.bytes.substr(0, failing.bytes.size()), failing.bytes);
  }
}

TEST(WriterCallbacks, failingFlushOrCloseFailsTheWriter) {
  const SchemaHandle schema = oneColumn();
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.sync = 1;
  for (const bool isFlush : {true, false}) {
    Callbacks application;
    (isFlush ? application.flushResult : application.closeResult) = 5;
    WriterHandle writer = makeWriter(schema.get(), application.output(), &options);
    ASSERT_EQ(writeThree(writer.get()), PF_STATUS_OK);
    PF_EXPECT_STATUS(PF_STATUS_IO, pf_writer_close(writer.get()),
                     pf_writer_last_error(writer.get()), isFlush ? "flush" : "close");
    writer.reset();
    EXPECT_EQ(application.closes, 1);
  }
}

TEST(WriterCallbacks, areNotCalledFromAForkedChild) {
  Callbacks application;
  const SchemaHandle schema = oneColumn();
  WriterHandle writer = makeWriter(schema.get(), application.output());
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const int writes = application.writes;
    writer.reset();
    _exit(application.writes == writes && application.closes == 0 ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

// --- files from outside
// ----------------------------------------------------------------------------------

TEST(FileInfo, badArgumentsAndFilesThatAreNone) {
  const TempDirectory directory;
  ErrorText error;
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_file_info_read(nullptr, &info, &error),
                   error.message, "path is NULL");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_file_info_read("x", nullptr, &error),
                   error.message, "info is NULL");
  info.struct_size = 1;
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_file_info_read("x", &info, &error), error.message,
                   "info->struct_size is 1");
  pf_file_info_init(&info, sizeof info);
  const std::string missing = directory.file("missing");
  PF_EXPECT_STATUS(PF_STATUS_IO, pf_file_info_read(missing.c_str(), &info, &error), error.message,
                   missing);
  EXPECT_EQ(error.system_error, ENOENT);
  const std::string text = directory.file("text");
  for (const char* content : {"", "PAR1", "not a Parquet file at all", "PAR1PAR1"}) {
    writeWholeFile(text, content);
    PF_EXPECT_STATUS(PF_STATUS_CORRUPT, pf_file_info_read(text.c_str(), &info, &error),
                     error.message, text);
  }
  EXPECT_EQ(pf_file_info_read(directory.path().c_str(), &info, &error), PF_STATUS_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace parquet_flow::test
