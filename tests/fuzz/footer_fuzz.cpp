// Goal: a footer of any bytes is read or refused, and the schema in it; metadata that is read means
// the same after being written.
//
// Input: the FileMetaData of a file, which is put between its magics behind some bytes of pages.
#include <memory>
#include <string>
#include <vector>

#include "base/byte_buffer.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "fuzz.hpp"
#include "io/memory_file.hpp"
#include "read/chunk_info.hpp"
#include "read/file_reader.hpp"
#include "seed_files.hpp"

using namespace parquet_flow;

namespace {

void lookAtChunks(const read::FileReader& reader) {
  for (std::size_t group = 0; group < reader.rowGroupCount(); ++group) {
    for (const schema::Leaf& leaf : reader.schema().leaves()) {
      PF_FUZZ_CHECK(read::chunkInfo(reader, group, leaf.index).offset <= reader.info().fileBytes);
    }
  }
}

void readAsFile(ConstBytes footer) {
  constexpr std::size_t kPageBytes = 512;
  const auto length = static_cast<std::uint32_t>(footer.size());
  ByteBuffer file;
  const std::vector<std::byte> pages(kPageBytes);
  PF_FUZZ_CHECK(file.append("PAR1", 4) && file.append(pages.data(), pages.size()));
  PF_FUZZ_CHECK(file.append(footer.data(), footer.size()));
  PF_FUZZ_CHECK(file.appendLe(length) && file.append("PAR1", 4));

  const auto reader = read::FileReader::open(std::make_unique<io::MemoryInputFile>(file.span()));
  if (reader) {
    const read::FileInfo& info = (*reader)->info();
    PF_FUZZ_CHECK(info.fileBytes == file.size());
    // A column chunk takes at least a byte of metadata, whatever the rows it claims.
    PF_FUZZ_CHECK(info.rowGroups <= length && info.leaves <= length);
    PF_FUZZ_CHECK((*reader)->schema().leaves().size() == info.leaves);
    lookAtChunks(**reader);
  } else {
    PF_FUZZ_CHECK(reader.error().code() == ErrorCode::kCorrupt ||
                  reader.error().code() == ErrorCode::kUnsupported ||
                  reader.error().code() == ErrorCode::kLimit);
    PF_FUZZ_CHECK(!reader.error().message().empty());
  }
}

void writeAgain(ConstBytes footer) {
  format::CompactReader reader;
  format::FileMetaData metadata;
  const auto taken = reader.read(footer, metadata);
  if (!taken) return;
  PF_FUZZ_CHECK(*taken <= footer.size());
  // An order that we do not know is left out in writing, and the empty union is no valid element.
  for (const auto& order : metadata.column_orders) {
    if (!order.__isset.TYPE_ORDER) return;
  }
  ByteBuffer once;
  ByteBuffer twice;
  format::CompactWriter writer;
  PF_FUZZ_CHECK(writer.write(metadata, once).has_value());
  format::FileMetaData back;
  PF_FUZZ_CHECK(reader.read(once.span(), back) == once.size());
  PF_FUZZ_CHECK(writer.write(back, twice).has_value());
  PF_FUZZ_CHECK(asText(once.span()) == asText(twice.span()));
}

// Two row groups of one optional INT32 column, with statistics, and a key with its value.
FuzzInput madeFooter() {
  format::SchemaElement root;
  root.__set_name("root");
  root.__set_num_children(1);
  format::SchemaElement leaf;
  leaf.__set_name("x");
  leaf.__set_type(1);
  leaf.__set_repetition_type(1);
  format::Statistics statistics;
  statistics.__set_min_value("\x01");
  statistics.__set_null_count(1);
  format::ColumnMetaData chunk;
  chunk.__set_type(1);
  chunk.__set_path_in_schema({"x"});
  chunk.__set_num_values(3);
  chunk.__set_total_compressed_size(40);
  chunk.__set_data_page_offset(4);
  chunk.__set_statistics(statistics);
  format::ColumnChunk column;
  column.__set_meta_data(chunk);
  format::RowGroup group;
  group.__set_columns({column});
  group.__set_num_rows(3);
  format::KeyValue pair;
  pair.__set_key("key");
  pair.__set_value("value");
  format::FileMetaData metadata;
  metadata.__set_version(1);
  metadata.__set_schema({root, leaf});
  metadata.__set_num_rows(6);
  metadata.__set_row_groups({group, group});
  metadata.__set_key_value_metadata({pair});
  ByteBuffer out;
  PF_FUZZ_CHECK(format::CompactWriter().write(metadata, out).has_value());
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(out.data());
  return {bytes, bytes + out.size()};
}

}  // namespace

// And the footers of the seed files: what is between the pages and the length at the end.
std::vector<FuzzInput> fuzzSeeds() {
  constexpr std::size_t kTailBytes = 8;
  std::vector<FuzzInput> seeds = {madeFooter()};
  for (const std::string& file : fuzz::seedFiles(6000)) {
    if (file.size() < kTailBytes) continue;
    const ConstBytes bytes = constBytes(file).first(file.size() - kTailBytes);
    const auto length = loadLe<std::uint32_t>(constBytes(file).data() + bytes.size());
    if (length <= bytes.size()) seeds.push_back(fuzz::inputOf({}, bytes.last(length)));
  }
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  const ConstBytes footer = constBytes(data, bytes);
  readAsFile(footer);
  writeAgain(footer);
  return 0;
}
