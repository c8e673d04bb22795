// What a merge is asked for, what it says meanwhile, and what has come of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "codec/codec.hpp"
#include "read/page_stream.hpp"

namespace parquet_flow::merge {

struct CodecChoice {
  codec::Compression compression = codec::Compression::kUncompressed;
  std::int32_t level = codec::kLevelDefault;
};

struct SortColumn {
  std::string path;  // dotted
  bool isDescending = false;
};

// The texts of a column that is sorted have offsets of 32 bits.
inline constexpr std::uint64_t kSortBytesMax = 2ULL << 30;

struct MergeOptions {
  std::vector<std::string> inputs;     // see paths.hpp
  std::string output;                  // a file; a directory where there is one, or it ends in '/'
  std::uint32_t workers = 20;          // threads that open and decode files; 1 .. 256
  std::uint32_t queuedPaths = 1000;    // read ahead of the workers
  std::uint32_t queuedResults = 100;   // decoded ahead of the writer
  std::uint64_t batchRows = 64 << 10;  // decoded at a time
  // A file with a page that had more bytes before compression cannot be read, where it is decoded.
  std::uint64_t pageBytesMax = read::kPageBytesMaxDefault;
  // A row group of the output ends with the row that brings it to one of these.
  std::uint64_t rowGroupRows = 1 << 20;
  std::uint64_t rowGroupBytes = 128 << 20;
  // A file of a directory ends with the row group that brings it there, about; 0: there is one
  // file.
  std::uint64_t fileBytes = 0;
  // Of what is encoded anew; nullopt: that of the first file's first chunk that has one.
  std::optional<CodecChoice> compression = std::nullopt;
  bool copies = true;                   // large row groups without decoding them
  bool stopsAtFailure = false;          // the first file that cannot be read ends the merge
  bool replaces = false;                // files of the output's names, see output_names.hpp
  bool syncs = false;                   // the output is on the disk before it has its name
  std::uint32_t parallelism = 0;        // threads that encode; 0: see pipeline/parallelism.hpp
  std::vector<SortColumn> sortBy = {};  // the most significant first
  // Of rows that are sorted at a time; those that are not in order at most kSortBytesMax.
  std::uint64_t sortBytes = 512ULL << 20;
};

// A file that is not in the output.
struct FileFailure {
  std::uint32_t worker = 0;
  std::string path;
  Error error;  // names the path
  // Of it that are in the output after all: it was large, and failed behind them.
  std::uint64_t rows = 0;
};

struct MergeProgress {
  std::uint64_t files = 0;  // done, those that failed counted
  std::uint64_t rows = 0;
  double seconds = 0;
};

// All calls come from the thread that runs the merge.
class MergeEvents {
 public:
  virtual ~MergeEvents() = default;
  // Once, before rows are read: what can be checked was, and the output begun, unless no file can
  // be read. An error ends the merge.
  [[nodiscard]] virtual Result<void> onBegin() { return {}; }
  virtual void onFailure(const FileFailure& failure) = 0;
  virtual void onProgress(const MergeProgress& progress) = 0;  // each 1000 files
  // Any thread: whether to end with what is in flight.
  [[nodiscard]] virtual bool isStopped() const noexcept = 0;
};

struct OutputResult {
  std::string path;
  std::uint64_t rows = 0;
  std::uint64_t rowGroups = 0;
  std::uint64_t bytes = 0;
};

// A file that failed, and has rows in the output: its first ones.
struct PartialFile {
  std::string path;
  std::uint64_t rows = 0;
};

struct MergeResult {
  std::vector<OutputResult> outputs;
  std::uint64_t files = 0;  // in the output
  std::uint64_t failures = 0;
  std::vector<PartialFile> partialFiles;  // of these
  std::uint64_t blankLines = 0;
  std::uint64_t otherSuffix = 0;
  std::uint64_t outputsPassed = 0;  // as PathCounts::outputs
  std::uint64_t rows = 0;
  std::uint64_t rowGroupsCopied = 0;
  std::uint64_t sessions = 0;  // of captures
  std::uint64_t spilledRuns = 0;
  double seconds = 0;
  // The first file that is not in the output because it was stopped; nullopt: it was not.
  std::optional<std::string> stoppedBefore = std::nullopt;
  // Of a sorted merge that was stopped: rows that would come behind the last one of the output.
  std::uint64_t rowsLeft = 0;
};

// What a row group may have where files have a size, so that one is all that a file has too much;
// but 2 MiB, as of less much of a file would be its footer. UINT64_MAX: they have none.
[[nodiscard]] std::uint64_t rowGroupBytesMax(const MergeOptions& options) noexcept;
// Of values, of a row group that is put together.
[[nodiscard]] std::uint64_t rowGroupBytesOf(const MergeOptions& options) noexcept;

// kInvalidArgument: out of range, sorted files that are not one.
[[nodiscard]] Result<void> validate(const MergeOptions& options);

}  // namespace parquet_flow::merge
