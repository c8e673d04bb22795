// Goal: a COLF file of any bytes is read or refused, with memory that its size bounds, and its rows
// are as many as it says.
//
// Input: the file. Its last byte is how many rows are read at a time, less one.
#include <memory>
#include <string>
#include <string_view>

#include "fuzz.hpp"
#include "io/memory_file.hpp"
#include "merge/colf.hpp"

using namespace parquet_flow;

namespace {

void checkError(const Error& error) {
  PF_FUZZ_CHECK(error.code() == ErrorCode::kCorrupt || error.code() == ErrorCode::kUnsupported ||
                error.code() == ErrorCode::kInvalidArgument || error.code() == ErrorCode::kLimit);
  PF_FUZZ_CHECK(!error.message().empty());
}

void appendBigEndian(FuzzInput& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

// A file of columns, each with its type, whether it is nullable, and its data as they are stored.
struct Column {
  std::uint8_t type;
  std::uint8_t isNullable;
  std::string_view data;
};

FuzzInput fileOf(bool hasCodec, std::uint8_t codec, std::uint32_t rows,
                 std::initializer_list<Column> columns) {
  using namespace std::string_view_literals;
  constexpr std::size_t kEntryBytes = 24;
  constexpr std::size_t kMetadataBytes = 4 + 1 + 2;  // of a name of one letter
  FuzzInput out = {'C', 'O', 'L', 'F', 1};
  if (hasCodec) out.push_back(codec);
  appendBigEndian(out, columns.size(), 4);
  appendBigEndian(out, rows, 4);
  std::size_t metadata = out.size() + kEntryBytes * columns.size();
  std::size_t data = metadata + kMetadataBytes * columns.size();
  for (const Column& column : columns) {
    appendBigEndian(out, metadata, 8);
    appendBigEndian(out, data, 8);
    appendBigEndian(out, column.data.size(), 4);
    appendBigEndian(out, 0, 4);
    metadata += kMetadataBytes;
    data += 4 + column.data.size();
  }
  std::uint8_t name = 'a';
  for (const Column& column : columns) {
    appendBigEndian(out, 1, 4);
    out.insert(out.end(), {name++, column.type, column.isNullable});
  }
  for (const Column& column : columns) {
    appendBigEndian(out, column.data.size(), 4);
    out.insert(out.end(), column.data.begin(), column.data.end());
  }
  return out;
}

}  // namespace

std::vector<FuzzInput> fuzzSeeds() {
  using namespace std::string_view_literals;
  const std::initializer_list<Column> all = {
      {1, 0, "\0\0\0\0\1\xFF\xFF\xFF\xFF\x7F\xFF\xFF\xFF"sv},  // no null; 1, -1, 2147483647
      {2, 1, "\2\0\0\0\2hi\0\0\0\0"sv},                        // hi, null, nothing
      {3, 1, "\4\1\0"sv},                                      // true, false, null
  };
  return {
      fileOf(false, 0, 3, all),
      fileOf(true, 0, 3, all),
      // A literal of five bytes: no null; 258.
      fileOf(true, 1, 1, {{1, 0, "\5\x10\0\0\0\1\2"sv}}),
      fileOf(false, 0, 0, {{1, 0, ""sv}}),
  };
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  auto opened = merge::ColfReader::open(
      std::make_unique<io::MemoryInputFile>(constBytes(data, bytes), "input"));
  if (!opened) {
    checkError(opened.error());
    return 0;
  }
  merge::ColfReader& reader = **opened;
  const std::size_t leaves = reader.schema()->leaves().size();
  PF_FUZZ_CHECK(leaves != 0 && leaves <= bytes);
  const std::uint64_t rowsMax = 1 + data[bytes - 1];
  std::uint64_t rows = 0;
  while (true) {
    const auto next = reader.next(rowsMax);
    if (!next) {
      checkError(next.error());
      return 0;
    }
    if (*next == 0) break;
    PF_FUZZ_CHECK(*next <= rowsMax && reader.views().size() == leaves);
    for (const column::LeafView& view : reader.views()) PF_FUZZ_CHECK(view.rows == *next);
    rows += *next;
  }
  PF_FUZZ_CHECK(rows == reader.rows());
  return 0;
}
