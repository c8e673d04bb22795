// Goal: the values of a page in any encoding, of any type, with any dictionary before them, are
// decoded to as many as were asked for or refused, within the memory that was allowed.
//
// Input: byte 0 is the leaf's type, byte 1 the encoding, bytes 2 and 3 the number of values, byte 4
// that of the dictionary, bytes 5 and 6 its length; the rest is the dictionary, then the page.
#include <algorithm>
#include <string>
#include <vector>

#include "base/byte_buffer.hpp"
#include "column/leaf_buffer.hpp"
#include "format/parquet_types.h"
#include "fuzz.hpp"
#include "io/memory_file.hpp"
#include "read/chunk.hpp"
#include "read/file_reader.hpp"
#include "read/page_levels.hpp"
#include "read/page_stream.hpp"
#include "read/value_decoder.hpp"
#include "schema/schema.hpp"
#include "seed_files.hpp"

using namespace parquet_flow;

namespace {

constexpr std::size_t kHeadBytes = 7;
constexpr std::uint32_t kFixedWidth = 11;
constexpr std::uint64_t kExpansionBytesMax = 1 << 20;
constexpr std::uint8_t kEncodings = 10;  // 0 .. 9, of which 1 is none

schema::Leaf leafOf(schema::PhysicalType type) {
  schema::Schema schema;
  (void)*schema.addLeaf(schema::kRoot, "c", type, schema::Repetition::kRequired,
                        type == schema::PhysicalType::kFixedLenByteArray ? kFixedWidth : 0);
  return schema.leaves()[0];
}

void checkDecoded(const schema::Leaf& leaf, std::uint64_t count, ConstBytes page,
                  column::LeafBuffer& out) {
  if (leaf.type != schema::PhysicalType::kByteArray) {
    PF_FUZZ_CHECK(out.values().size() == count * out.width());
    PF_FUZZ_CHECK(out.values().size() <= kExpansionBytesMax + page.size() * 8);
    return;
  }
  PF_FUZZ_CHECK(out.values().size() <= kExpansionBytesMax + page.size());
  if (count == 0) return;
  PF_FUZZ_CHECK(out.offsets().size() == (count + 1) * sizeof(std::uint32_t));
  const auto* const ends = reinterpret_cast<const std::uint32_t*>(out.offsets().data());
  PF_FUZZ_CHECK(std::is_sorted(ends, ends + count + 1) && ends[count] == out.values().size());
}

FuzzInput seedOf(const schema::Leaf& leaf, const read::Page& page, std::uint64_t values,
                 std::uint64_t entries, ConstBytes dictionary) {
  const FuzzInput head = {fuzz::lowByte(static_cast<std::uint64_t>(leaf.type)),
                          fuzz::lowByte(static_cast<std::uint64_t>(page.encoding)),
                          fuzz::lowByte(values),
                          fuzz::lowByte(values >> 8U),
                          fuzz::lowByte(entries),
                          fuzz::lowByte(dictionary.size()),
                          fuzz::lowByte(dictionary.size() >> 8U)};
  return fuzz::inputOf(fuzz::inputOf(head, dictionary), page.values);
}

void addSeeds(const read::FileReader& file, const schema::Leaf& leaf,
              const format::ColumnMetaData& meta, std::vector<FuzzInput>& seeds) {
  ByteBuffer inflated;
  ByteBuffer levels[2];
  ByteBuffer dictionary;
  std::uint64_t entries = 0;
  read::ChunkDecompressor decompressors;
  read::PageStream pages(leaf, file.limits(), inflated);
  const auto decompressor = decompressors.of(meta);
  if (!decompressor ||
      !pages.begin(*file.file(), static_cast<std::uint64_t>(read::chunkOffset(meta)),
                   static_cast<std::uint64_t>(meta.total_compressed_size), *decompressor,
                   static_cast<std::uint64_t>(meta.num_values))) {
    return;
  }
  while (!pages.atEnd()) {
    const auto page = pages.next();
    if (!page) return;
    if (page->isDictionary) {
      entries = page->entries;
      PF_FUZZ_CHECK(dictionary.append(page->values).has_value());
      continue;
    }
    levels[0].clear();
    levels[1].clear();
    const auto read = read::readLevels(*page, leaf, levels[0], levels[1]);
    if (!read) return;
    seeds.push_back(seedOf(leaf, *page, read->values, entries, dictionary.span()));
  }
}

}  // namespace

// The pages of the seed files, without their levels.
std::vector<FuzzInput> fuzzSeeds() {
  std::vector<FuzzInput> seeds;
  for (const std::string& bytes : fuzz::seedFiles(6000)) {
    const auto file =
        read::FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(bytes), "seed"));
    if (!file) continue;
    for (std::size_t group = 0; group < (*file)->rowGroupCount(); ++group) {
      for (const schema::Leaf& leaf : (*file)->schema().leaves()) {
        addSeeds(**file, leaf, (*file)->metaData().row_groups[group].columns[leaf.index].meta_data,
                 seeds);
      }
    }
  }
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  if (bytes < kHeadBytes) return 0;
  const schema::Leaf leaf = leafOf(static_cast<schema::PhysicalType>(data[0] % 8));
  const ConstBytes rest = constBytes(data + kHeadBytes, bytes - kHeadBytes);
  const std::size_t dictionaryBytes =
      std::min<std::size_t>(data[5] + data[6] * std::size_t{256}, rest.size());
  read::DecodeScratch scratch;
  read::ValueDecoder decoder(leaf, kExpansionBytesMax, scratch);
  const bool hasDictionary =
      data[4] == 0 || decoder.setDictionary(rest.first(dictionaryBytes), data[4]).has_value();
  if (!hasDictionary) decoder.forgetDictionary();

  const ConstBytes page = rest.subspan(dictionaryBytes);
  const std::uint64_t count = data[2] + data[3] * std::uint64_t{256};
  column::LeafBuffer out(leaf);
  const auto decoded = decoder.decode(data[1] % kEncodings, page, count, out);
  if (decoded) {
    checkDecoded(leaf, count, page, out);
  } else {
    PF_FUZZ_CHECK(decoded.error().code() == ErrorCode::kCorrupt ||
                  decoded.error().code() == ErrorCode::kUnsupported ||
                  decoded.error().code() == ErrorCode::kLimit);
  }
  return 0;
}
