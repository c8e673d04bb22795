// Goal: any bytes as the files of a sorted merge give rows in order or none: those of each file
// that is read, and of each that is not, a reason.
//
// Input: the column that is sorted by, and in which direction; how much is sorted at a time, and
// rows of a batch; two bytes with the length of the first file, which begins behind them; the
// second is the rest.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "fuzz.hpp"
#include "io/memory_file.hpp"
#include "io/posix_file.hpp"
#include "merge/merge.hpp"
#include "merge/sort_key.hpp"
#include "merge/sorted_merge.hpp"
#include "read/batch_reader.hpp"
#include "read/file_reader.hpp"
#include "seed_files.hpp"
#include "support/temp_directory.hpp"

using namespace parquet_flow;

namespace {

constexpr std::size_t kHeadBytes = 4;
// What few bytes come to is bounded by the reader, which other targets look at.
constexpr std::uint64_t kRowsMax = 5'000;
constexpr std::int64_t kBytesMax = 4 << 20;

class Events final : public merge::MergeEvents {
 public:
  void onFailure(const merge::FileFailure& failure) override {
    PF_FUZZ_CHECK(failure.rows == 0 && !failure.error.message().empty());
    failed.push_back(failure.path);
  }
  void onProgress(const merge::MergeProgress& /*progress*/) override {}
  [[nodiscard]] bool isStopped() const noexcept override { return false; }

  std::vector<std::string> failed;
};

// Paths of the inputs and of the output, in one folder for all inputs.
struct Folder {
  const test::TempDirectory directory;
  const std::vector<std::string> inputs = {directory.file("a.parquet"),
                                           directory.file("b.parquet")};
  const std::string output = directory.file("out.parquet");
};

const Folder& folder() {
  static const Folder made;
  return made;
}

Result<std::unique_ptr<read::FileReader>> openFile(const std::string& path) {
  PF_TRY_ASSIGN(auto file, io::openInputFile(path));
  return read::FileReader::open(std::move(file));
}

bool isSmall(const read::FileReader& file) {
  std::int64_t bytes = 0;
  for (const format::RowGroup& group : file.metaData().row_groups) {
    for (const format::ColumnChunk& chunk : group.columns) {
      const std::int64_t more = chunk.meta_data.total_uncompressed_size;
      if (more < 0 || more > kBytesMax) return false;
      bytes += more;
    }
  }
  return file.rows() <= kRowsMax && bytes <= kBytesMax;
}

// All rows can be read; those that are to be in order are.
Result<std::uint64_t> countRows(const std::string& path,
                                const std::vector<merge::SortColumn>& sortedBy) {
  PF_TRY_ASSIGN(const auto file, openFile(path));
  PF_TRY_ASSIGN(const auto batches, read::BatchReader::create(*file, {}));
  std::unique_ptr<merge::SortKeyMaker> maker;
  if (!sortedBy.empty()) {
    maker = std::make_unique<merge::SortKeyMaker>(file->schema(), sortedBy);
  }
  merge::SortKeys keys;
  std::uint64_t rows = 0;
  for (read::ColumnBatch batch;;) {
    PF_TRY_ASSIGN(const bool isThere, batches->next(batch));
    if (!isThere) break;
    rows += batch.rows;
    std::vector<column::LeafView> views;
    for (const schema::Leaf& leaf : file->schema().leaves()) {
      views.push_back(batch.columns[leaf.index].view(leaf));
    }
    if (maker != nullptr) PF_TRY(maker->append(views, keys));
  }
  for (std::size_t row = 1; row < keys.prefixes.size(); ++row) {
    PF_FUZZ_CHECK(merge::compareKeys(keys, row - 1, keys, row) <= 0);
  }
  return rows;
}

// The column of the first file that can be opened; none: there is nothing to merge, or too much.
std::vector<merge::SortColumn> chooseSortColumn(std::uint8_t choice) {
  std::vector<merge::SortColumn> columns;
  for (const std::string& path : folder().inputs) {
    const auto file = openFile(path);
    if (!file) continue;
    if (!isSmall(**file)) return {};
    const auto& leaves = (*file)->schema().leaves();
    if (!columns.empty() || leaves.empty()) continue;
    columns.push_back({leaves[choice / 2 % leaves.size()].dottedPath, choice % 2 != 0});
  }
  return columns;
}

void checkMerge(const merge::MergeOptions& options) {
  Events events;
  const auto target = merge::chooseTarget(options, events);
  if (!target) return;
  // Without the bound on options, below which all files of a test are as small as rows that are
  // sorted at once.
  const auto merged = merge::mergeSorted(options, events, *target);
  if (!merged) {
    PF_FUZZ_CHECK(!merged.error().message().empty() &&
                  merged.error().code() != ErrorCode::kInternal);
    PF_FUZZ_CHECK(!io::openInputFile(options.output));
    return;
  }
  std::uint64_t wanted = 0;
  for (const std::string& path : options.inputs) {
    if (std::find(events.failed.begin(), events.failed.end(), path) != events.failed.end()) {
      continue;
    }
    const auto rows = countRows(path, {});
    PF_FUZZ_CHECK(rows.has_value());
    wanted += *rows;
  }
  PF_FUZZ_CHECK(merged->files + merged->failures == options.inputs.size() &&
                merged->failures == events.failed.size());
  const auto found = countRows(options.output, options.sortBy);
  PF_FUZZ_CHECK(found.has_value() && *found == wanted && merged->rows == wanted);
}

}  // namespace

std::vector<FuzzInput> fuzzSeeds() {
  std::vector<FuzzInput> seeds;
  std::string before;
  for (const std::string& file : fuzz::seedFiles(6000)) {
    if (file.size() > UINT16_MAX) continue;
    for (const std::string& second : {file, before}) {
      FuzzInput head = {fuzz::lowByte(seeds.size()), fuzz::lowByte(seeds.size() / 3),
                        fuzz::lowByte(file.size()), fuzz::lowByte(file.size() >> 8U)};
      seeds.push_back(
          fuzz::inputOf(fuzz::inputOf(std::move(head), constBytes(file)), constBytes(second)));
    }
    before = file;
  }
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  if (bytes < kHeadBytes) return 0;
  const std::string_view input = asText(constBytes(data, bytes));
  const std::size_t firstBytes = data[2] + std::size_t{data[3]} * 256;
  test::writeWholeFile(folder().inputs[0], input.substr(kHeadBytes, firstBytes));
  test::writeWholeFile(folder().inputs[1], input.substr(std::min(kHeadBytes + firstBytes, bytes)));
  merge::MergeOptions options;
  options.inputs = folder().inputs;
  options.output = folder().output;
  options.replaces = true;
  options.parallelism = 1;
  constexpr std::uint64_t kSortBytes[] = {2'000, 20'000, 1 << 20};
  options.sortBytes = kSortBytes[data[1] % 3];
  options.batchRows = 16 + data[1] / 3;
  options.sortBy = chooseSortColumn(data[0]);
  if (!options.sortBy.empty()) checkMerge(options);
  static_cast<void>(std::remove(options.output.c_str()));
  return 0;
}
