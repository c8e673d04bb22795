// Goal: any bytes as a file are read by the readers below the C API or refused; row by row they
// say the same where both read a file: whole row groups, and batches out of memory or in pieces.
//
// Input: byte 0 gives the rows of a batch and whether checksums count; the rest is the file.
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "column/assemble.hpp"
#include "fuzz.hpp"
#include "io/callback_file.hpp"
#include "io/memory_file.hpp"
#include "read/batch_reader.hpp"
#include "read/file_reader.hpp"
#include "seed_files.hpp"

using namespace parquet_flow;

namespace {

using Rows = std::vector<column::Value>;

constexpr std::uint64_t kPageBytesMax = 1 << 20;
// Rows as values take some hundred times their bytes.
constexpr std::uint64_t kRowsMax = 20'000;

int readFrom(void* file, std::uint64_t offset, void* data, std::size_t count) {
  const ConstBytes from = static_cast<const ConstBytes*>(file)->subspan(offset, count);
  std::memcpy(data, from.data(), count);
  return 0;
}

Result<std::unique_ptr<read::FileReader>> openFile(const ConstBytes& file, bool checkCrc,
                                                   bool isMemory) {
  std::unique_ptr<io::InputFile> input = std::make_unique<io::MemoryInputFile>(file, "f");
  if (!isMemory) {
    PF_TRY_ASSIGN(input, io::makeCallbackInput(
                             {readFrom, nullptr, const_cast<ConstBytes*>(&file), file.size()}));
  }
  return read::FileReader::open(std::move(input), {kPageBytesMax, checkCrc});
}

Result<Rows> rowsOfGroups(read::FileReader& file) {
  Rows all;
  column::Batch batch = column::makeBatch(file.schema());
  for (std::size_t group = 0; group < file.rowGroupCount(); ++group) {
    PF_TRY(file.readRowGroup(group, batch));
    PF_TRY_ASSIGN(const Rows rows,
                  column::assemble(file.schema(), test::viewsOf(batch), batch.rows));
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

Result<Rows> rowsOfBatches(const read::FileReader& file, std::uint64_t batchRows,
                           std::uint64_t firstRow = 0) {
  read::BatchOptions options;
  options.batchRows = batchRows;
  options.firstRow = firstRow;
  PF_TRY_ASSIGN(const auto batches, read::BatchReader::create(file, options));
  Rows all;
  for (read::ColumnBatch batch;;) {
    PF_TRY_ASSIGN(const bool isThere, batches->next(batch));
    if (!isThere) return all;
    std::vector<column::LeafView> views;
    for (const schema::Leaf& leaf : file.schema().leaves()) {
      views.push_back(batch.columns[leaf.index].view(leaf));
    }
    PF_TRY_ASSIGN(const Rows rows, column::assemble(file.schema(), views, batch.rows));
    all.insert(all.end(), rows.begin(), rows.end());
  }
}

void checkError(const Error& error) {
  PF_FUZZ_CHECK(error.code() == ErrorCode::kCorrupt || error.code() == ErrorCode::kUnsupported ||
                error.code() == ErrorCode::kLimit);
}

}  // namespace

std::vector<FuzzInput> fuzzSeeds() {
  std::vector<FuzzInput> seeds;
  for (const std::string& file : fuzz::seedFiles(6000)) {
    seeds.push_back(fuzz::inputOf({fuzz::lowByte(seeds.size())}, constBytes(file)));
  }
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  if (bytes == 0) return 0;
  const bool checkCrc = data[0] % 2 != 0;
  const std::uint64_t batchRows = 1 + data[0] / 2;
  const ConstBytes file = constBytes(data + 1, bytes - 1);

  const auto reader = openFile(file, checkCrc, true);
  if (!reader) {
    checkError(reader.error());
    return 0;
  }
  if ((*reader)->rows() > kRowsMax) return 0;
  const auto whole = rowsOfGroups(**reader);
  if (!whole) checkError(whole.error());
  for (const bool isMemory : {true, false}) {
    const auto again = openFile(file, checkCrc, isMemory);
    PF_FUZZ_CHECK(again.has_value());
    const auto inBatches = rowsOfBatches(**again, batchRows);
    if (!inBatches) checkError(inBatches.error());
    // Rows that the one refuses for its levels the other does when it puts values together.
    if (whole && inBatches) PF_FUZZ_CHECK(*whole == *inBatches);
    // By the page index, where there is one: its rows are taken to be the file's.
    const auto part = rowsOfBatches(**again, batchRows, (*again)->rows() / 2);
    if (!part) checkError(part.error());
    PF_FUZZ_CHECK(!part || part->size() == (*again)->rows() - (*again)->rows() / 2);
  }
  return 0;
}
