// Which rows go into which file, and in which units: a pure function of the options, so that no
// thread has a say in what is in a file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.hpp"
#include "codec/codec.hpp"

namespace parquet_flow::contacts {

enum class Format : std::uint8_t { kParquet, kJsonLines };

// Rows that are generated and encoded at a time. Measured (pf_bench --mode contacts --sweep
// --discard): with row groups as below 27.6 M rows a CPU-second at 512 rows, 29.6 at 1 024, 30.5 at
// 2 048, 30.2 here, 29.8 at 16 384 and 29.3 at 65 536.
inline constexpr std::uint64_t kChunkRows = 4096;
// As DuckDB has them; an encoded row group of Contacts is then 2.5 MB.
inline constexpr std::uint64_t kRowGroupRows = 122'880;
inline constexpr std::uint64_t kFilesMax = 10'000;
inline constexpr std::uint32_t kThreadsMax = 1024;

struct RunOptions {
  std::uint64_t rows = 0;
  std::uint64_t files = 1;    // 1 .. kFilesMax
  std::uint32_t threads = 1;  // 1 .. kThreadsMax
  std::uint64_t chunkRows = kChunkRows;
  // Of a unit of work: a row group, or in JSON lines so many lines.
  std::uint64_t rowGroupRows = kRowGroupRows;
  codec::Compression compression = codec::Compression::kUncompressed;
  std::int32_t compressionLevel = codec::kLevelDefault;
  std::uint64_t seed = 1;
  Format format = Format::kParquet;
  bool replaces = false;  // files that are there give way
};

// kInvalidArgument, naming what is out of range; kLimit for more row groups than a file can have.
[[nodiscard]] Result<void> validate(const RunOptions& options);

// Rows of all files before `file`, which is where it begins: the first files have one row more
// where rows do not divide.
[[nodiscard]] std::uint64_t fileBegin(const RunOptions& options, std::uint64_t file) noexcept;

// Rows [begin, end) as number `ordinal` of a file.
struct Unit {
  std::uint64_t file = 0;
  std::uint64_t ordinal = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

// The units in the order in which they are taken: one of each file in turn, so that threads write
// to different files.
class Units {
 public:
  explicit Units(const RunOptions& options) noexcept : options_(options) {}
  // False: there are none left.
  [[nodiscard]] bool next(Unit& unit) noexcept;

 private:
  const RunOptions options_;
  std::uint64_t file_ = 0;
  std::uint64_t ordinal_ = 0;
};

// "contacts.parquet" of a single file, else "contacts_1.parquet" for file 0.
[[nodiscard]] std::string fileName(const RunOptions& options, std::uint64_t file);
// Whether a run of another number of files gives the name to one of the same format, and this one
// does not.
[[nodiscard]] bool isOfOtherRun(const RunOptions& options, std::string_view name) noexcept;

}  // namespace parquet_flow::contacts
