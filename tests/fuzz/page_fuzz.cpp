// Goal: a column chunk of any bytes, headers, levels and values of every encoding and codec, is
// read to its end or refused, by both readers of chunks; what one reads the other reads too.
//
// Input: byte 0 is the leaf's type, byte 1 how it may be missing or repeat, byte 2 the codec and
// whether checksums count, bytes 3 and 4 the entries; the rest is the chunk.
#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "column/leaf_buffer.hpp"
#include "column/level_scan.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "fuzz.hpp"
#include "io/memory_file.hpp"
#include "read/column_cursor.hpp"
#include "read/file_reader.hpp"
#include "read/page_reader.hpp"
#include "schema/schema.hpp"
#include "seed_files.hpp"

using namespace parquet_flow;

namespace {

constexpr std::size_t kHeadBytes = 5;
constexpr std::uint8_t kNoCrc = 0x80;
constexpr std::uint32_t kFixedWidth = 11;
constexpr std::uint64_t kPageBytesMax = 1 << 20;
constexpr std::size_t kKinds = 4;  // required, optional, repeated, in a list that can be null
constexpr std::int32_t kCodecs[] = {0, 1, 2, 4, 5, 6, 7};

schema::Schema schemaOf(schema::PhysicalType type, std::size_t kind) {
  schema::Schema schema;
  const std::uint32_t width = type == schema::PhysicalType::kFixedLenByteArray ? kFixedWidth : 0;
  if (kind < 3) {
    (void)*schema.addLeaf(schema::kRoot, "c", type, static_cast<schema::Repetition>(kind), width);
  } else {
    const auto list = *schema.addList(schema::kRoot, "c", schema::Repetition::kOptional);
    (void)*schema.addLeaf(list, "element", type, schema::Repetition::kOptional, width);
  }
  return schema;
}

void checkError(const Error& error) {
  PF_FUZZ_CHECK(error.code() == ErrorCode::kCorrupt || error.code() == ErrorCode::kUnsupported ||
                error.code() == ErrorCode::kLimit);
}

Result<void> readPages(const schema::Leaf& leaf, const read::PageLimits& limits, ConstBytes chunk,
                       codec::Decompressor* decompressor, std::uint64_t entries,
                       column::LeafBuffer& out) {
  read::DecodeScratch scratch;
  read::PageReader pages(leaf, limits, scratch);
  pages.begin(chunk, 4, decompressor, entries);
  while (!pages.atEnd()) {
    PF_TRY(pages.next(out));
  }
  return {};
}

// In pieces of different sizes, the first of them skipped where `skips`. Returns the bytes of the
// values of slots that are not null, or of all where there are no nulls.
Result<std::uint64_t> readRows(const schema::Leaf& leaf, const read::PageLimits& limits,
                               const io::InputFile& file, const format::ColumnMetaData& meta,
                               std::uint64_t rows, bool skips) {
  read::ColumnCursor cursor(leaf, limits, 1);
  PF_TRY(cursor.beginChunk(file, meta, rows));
  read::ColumnVector out;
  std::uint64_t values = 0;
  if (skips) {
    PF_TRY(cursor.skip(rows / 3));
  }
  for (std::uint64_t piece = 1; cursor.rowsLeft() != 0; piece = piece * 5 % 997 + 1) {
    PF_TRY(cursor.read(std::min(piece, cursor.rowsLeft()), out));
    PF_FUZZ_CHECK(out.nulls <= out.slots && out.slots <= out.entries);
    values += out.slots - out.nulls;
  }
  return values;
}

// Both readers, of bytes of which the first knows the rows that the second is asked for.
void readBoth(const schema::Leaf& leaf, const read::PageLimits& limits, ConstBytes chunk,
              std::int32_t codec, std::uint64_t entries) {
  auto decompressor = codec::makeDecompressor(static_cast<codec::Compression>(codec));
  if (!decompressor) return;
  column::LeafBuffer out(leaf);
  const Result<void> read = readPages(leaf, limits, chunk, decompressor->get(), entries, out);
  if (!read) checkError(read.error());

  const io::MemoryInputFile file(chunk, "chunk");
  format::ColumnMetaData meta;
  meta.__set_type(static_cast<format::Type::type>(leaf.type));
  meta.__set_path_in_schema(leaf.path);
  meta.__set_codec(static_cast<format::CompressionCodec::type>(codec));
  meta.__set_num_values(static_cast<std::int64_t>(entries));
  meta.__set_total_compressed_size(static_cast<std::int64_t>(chunk.size()));
  meta.__set_data_page_offset(0);
  const auto* const repetitions =
      reinterpret_cast<const std::uint8_t*>(out.repetitionLevels().data());
  const std::uint64_t rows =
      leaf.maxRepetitionLevel == 0 || !read
          ? entries
          : column::scanLevels(repetitions, out.repetitionLevels().size(), 0).matches;
  for (const bool skips : {false, true}) {
    const auto values = readRows(leaf, limits, file, meta, rows, skips);
    if (!values) {
      checkError(values.error());
      // Whole columns do not ask whether levels of lists agree; a batch has a limit of its own.
      PF_FUZZ_CHECK(!read || leaf.maxRepetitionLevel != 0 ||
                    values.error().code() == ErrorCode::kLimit);
    } else if (!skips && read && out.width() != 0) {
      PF_FUZZ_CHECK(*values * out.width() == out.values().size());
    }
  }
}

}  // namespace

// The chunks of the seed files whose leaves are of a kind that an input can name.
std::vector<FuzzInput> fuzzSeeds() {
  std::vector<FuzzInput> seeds;
  for (const std::string& bytes : fuzz::seedFiles(6000)) {
    const auto reader =
        read::FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(bytes), "seed"));
    if (!reader) continue;
    for (std::size_t group = 0; group < (*reader)->rowGroupCount(); ++group) {
      for (const schema::Leaf& leaf : (*reader)->schema().leaves()) {
        const auto& meta = (*reader)->metaData().row_groups[group].columns[leaf.index].meta_data;
        const std::size_t kind = leaf.maxRepetitionLevel == 0   ? leaf.maxDefinitionLevel
                                 : leaf.maxDefinitionLevel == 1 ? 2
                                                                : 3;
        const auto* const codec = std::find(std::begin(kCodecs), std::end(kCodecs), meta.codec);
        if (kind >= kKinds || codec == std::end(kCodecs)) continue;
        seeds.push_back(fuzz::inputOf(
            {fuzz::lowByte(static_cast<std::uint64_t>(leaf.type)), fuzz::lowByte(kind),
             fuzz::lowByte(static_cast<std::uint64_t>(codec - std::begin(kCodecs)) | kNoCrc),
             fuzz::lowByte(static_cast<std::uint64_t>(meta.num_values)),
             fuzz::lowByte(static_cast<std::uint64_t>(meta.num_values) >> 8U)},
            constBytes(bytes).subspan(static_cast<std::size_t>(read::chunkOffset(meta)),
                                      static_cast<std::size_t>(meta.total_compressed_size))));
      }
    }
  }
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  if (bytes < kHeadBytes) return 0;
  const schema::Schema schema =
      schemaOf(static_cast<schema::PhysicalType>(data[0] % 8), data[1] % kKinds);
  read::PageLimits limits;
  limits.pageBytesMax = kPageBytesMax;
  limits.checkCrc = (data[2] & kNoCrc) == 0;
  readBoth(schema.leaves()[0], limits, constBytes(data + kHeadBytes, bytes - kHeadBytes),
           kCodecs[(data[2] & ~kNoCrc) % std::size(kCodecs)],
           data[3] + data[4] * std::uint64_t{256});
  return 0;
}
