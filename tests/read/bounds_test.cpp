// Goal: a small file takes little memory and time, whatever it says: of metadata a multiple of its
// bytes, of a column what the limit on pages allows, and that only for what is really there.
//
// Method: footers and pages made by hand that claim as much as the format lets them, read with a
// counter before malloc. What was asked for in all is held against the bounds, which is more than
// was ever held at once. Time is that of all calls together.
#include <gtest/gtest.h>

#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "codec/codec.hpp"
#include "io/memory_file.hpp"
#include "made_files.hpp"
#include "made_pages.hpp"
#include "read/batch_reader.hpp"
#include "read/file_reader.hpp"
#include "support/allocation_counter.hpp"

namespace parquet_flow::read {
namespace {

using test::Bytes;
using test::concat;

constexpr std::uint64_t kLimit = kPageBytesMaxDefault;
constexpr std::size_t kSmall = 64U << 10;
// What a reader takes beside pages: its window, contexts of codecs (Brotli's looks back 16 MiB),
// the least that buffers grow by.
constexpr std::uint64_t kOverhead = 24U << 20;

// A ColumnChunk of three bytes is a struct of some hundred; so much more it takes of memory.
constexpr std::uint64_t kMetadataFactor = 256;

// A second, on machines of which a test run gets half. Sanitizers and builds that are not optimised
// take about that many times as long.
#if defined(NDEBUG)
constexpr double kSecondsMax = 2;
#else
constexpr double kSecondsMax = 20;
#endif

// That it computed: others on the machine do not count.
double secondsOfThread() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct Cost {
  Result<std::uint64_t> rows = std::uint64_t{0};
  std::uint64_t bytes = 0;
  double seconds = 0;  // of all calls
};

class Costs {
 public:
  explicit Costs(Cost& cost) : cost_(cost) {}
  ~Costs() { cost_.bytes = watch_.bytes(); }
  Costs(const Costs&) = delete;
  Costs& operator=(const Costs&) = delete;

  template <class F>
  auto call(F&& function) {
    const double begin = secondsOfThread();
    auto result = function();
    cost_.seconds += secondsOfThread() - begin;
    return result;
  }

 private:
  Cost& cost_;
  test::AllocationWatch watch_;
};

// Opened, and its batches read as long as there are some, `batchesMax` at most.
Cost costOf(const std::string& file, int batchesMax = 4, const ReadOptions& options = {}) {
  Cost cost;
  Costs costs(cost);
  const auto reader = costs.call([&] {
    return FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(file), "f"), options);
  });
  if (!reader) {
    cost.rows = fail(Error(reader.error()));
    return cost;
  }
  const auto batches = std::move(*BatchReader::create(**reader, {}));
  ColumnBatch batch;
  for (int i = 0; i < batchesMax; ++i) {
    const auto isThere = costs.call([&] { return batches->next(batch); });
    if (!isThere) {
      cost.rows = fail(Error(isThere.error()));
      break;
    }
    if (!*isThere) {
      break;
    }
    *cost.rows += batch.rows;
  }
  return cost;
}

void expectWithin(const Cost& cost, std::uint64_t bytesMax, const std::string& what) {
  EXPECT_LE(cost.bytes, bytesMax) << what << ": "
                                  << (cost.rows ? "read" : cost.rows.error().message());
  EXPECT_LE(cost.seconds, kSecondsMax) << what;
}

void expectRefused(const Cost& cost, ErrorCode code, std::uint64_t bytesMax,
                   const std::string& what) {
  ASSERT_FALSE(cost.rows) << what << ": " << *cost.rows << " rows";
  EXPECT_EQ(cost.rows.error().code(), code) << what << ": " << cost.rows.error().message();
  expectWithin(cost, bytesMax, what);
}

std::string textOf(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

std::string fileAround(const std::string& pages, const std::string& footer) {
  std::string file = "PAR1" + pages + footer;
  const auto length = static_cast<std::uint32_t>(footer.size());
  file.append(reinterpret_cast<const char*>(&length), sizeof length);
  return file + "PAR1";
}

// --- Footers
// --------------------------------------------------------------------------------------
//
// thrift-compact-protocol.md: a field's header is the distance to the field before and its type
// (5 i32, 6 i64, 8 binary, 9 list, 12 struct); a list's is its size, below 15 in the high half, and
// its elements' type; above 0xF and the type, then the size as a varint.

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7U) {
    bytes += static_cast<char>(value | 0x80U);
  }
  return bytes + static_cast<char>(value);
}

std::string times(const std::string& text, std::size_t count) {
  std::string all;
  all.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) {
    all += text;
  }
  return all;
}

std::string listOf(const std::string& element, char type) {
  const std::size_t count = kSmall / element.size();
  return static_cast<char>(0xF0 | type) + varint(count) + times(element, count);
}

constexpr char kStruct = 12;
const std::string kEnd(1, '\0');

// FileMetaData { 1: version = 1, 2: schema = one element named "" ... `rest` }
std::string metaDataWith(const std::string& rest) {
  return "\x15\x02\x19\x1C" + ("\x48" + kEnd + kEnd) + rest + kEnd;
}

// The smallest elements that each list of the footer can have, 64 KiB of them.
TEST(Bounds, metadataTakesAMultipleOfTheFooter) {
  const std::string chunk = "\x26" + kEnd + kEnd;  // 2: file_offset = 0
  // A ColumnChunk with metadata: 3: { 1: type, 2: encodings, 3: path, 4: codec, 5 .. 7: sizes,
  // 9: data_page_offset }.
  const std::string columnHead = "\x26" + kEnd + "\x1C\x15" + kEnd;
  const std::string columnTail =
      "\x15" + kEnd + "\x16" + kEnd + "\x16" + kEnd + "\x16" + kEnd + "\x26" + kEnd + kEnd + kEnd;
  const std::string group = "\x16" + kEnd + "\x16" + kEnd + kEnd;  // 2: bytes, 3: rows
  const std::vector<std::pair<std::string, std::string>> footers = {
      // 2: schema, 4: name = ""
      {"schema elements",
       "\x15\x02\x19" + listOf("\x48" + kEnd + kEnd, kStruct) + "\x16" + kEnd + "\x19\x0C" + kEnd},
      // 4: row_groups, 1: columns = none
      {"row groups", metaDataWith("\x16" + kEnd + "\x19" + listOf("\x19\x0C" + group, kStruct))},
      {"column chunks",
       metaDataWith("\x16" + kEnd + "\x19\x1C\x19" + listOf(chunk, kStruct) + group)},
      {"columns with metadata",
       metaDataWith("\x16" + kEnd + "\x19\x1C\x19" +
                    listOf(columnHead + "\x19\x05\x19\x08" + columnTail, kStruct) + group)},
      {"encodings", metaDataWith("\x16" + kEnd + "\x19\x1C\x19\x1C" + columnHead + "\x19" +
                                 listOf(kEnd, 5) + "\x19\x08" + columnTail + group)},
      {"names in a path", metaDataWith("\x16" + kEnd + "\x19\x1C\x19\x1C" + columnHead +
                                       "\x19\x05\x19" + listOf(kEnd, 8) + columnTail + group)},
      // 5: key_value_metadata, 1: key = ""
      {"keys",
       metaDataWith("\x16" + kEnd + "\x19\x0C\x19" + listOf("\x18" + kEnd + kEnd, kStruct))},
      // 7: column_orders, 1: TYPE_ORDER = {}
      {"orders",
       metaDataWith("\x16" + kEnd + "\x19\x0C\x39" + listOf("\x1C" + kEnd + kEnd, kStruct))},
      // 4: sorting_columns of a row group: 1: column_idx, 2: descending, 3: nulls_first
      {"sorting columns",
       metaDataWith("\x16" + kEnd + "\x19\x1C\x19\x0C" + "\x16" + kEnd + "\x16" + kEnd + "\x19" +
                    listOf("\x15" + kEnd + "\x12\x12" + kEnd, kStruct) + kEnd)},
  };
  for (const auto& [what, footer] : footers) {
    const std::string file = fileAround("", footer);
    const Cost cost = costOf(file);
    expectWithin(cost, kMetadataFactor * file.size(), what);
  }
}

TEST(Bounds, countsAndLengthsInAFooterAreHeldAgainstWhatIsLeft) {
  const std::string most = varint(0x7FFFFFFF);
  const std::string filling(kSmall, '\0');
  for (const std::string& lie : {
           "\x15\x02\x19\xFC" + most + filling,                                    // schema
           metaDataWith("\x16" + kEnd + "\x19\xFC" + most + filling),              // row groups
           metaDataWith("\x16" + kEnd + "\x19\x0C\x19\xFC" + most + filling),      // keys
           metaDataWith("\x16" + kEnd + "\x19\x0C\x19\x1C\x18" + most + filling),  // a key's text
           metaDataWith("\x16" + kEnd + "\x19\x0C\x28" + most + filling),          // created_by
           // Fields of no known number: a list of lists, a map, a text.
           metaDataWith("\x16" + kEnd + "\x19\x0C\xF9\xF9" + most + filling),
           metaDataWith("\x16" + kEnd + "\x19\x0C\xFB" + most + "\x88" + filling),
           metaDataWith("\x16" + kEnd + "\x19\x0C\xF8" + most + filling),
       }) {
    const std::string file = fileAround("", lie);
    expectRefused(costOf(file), ErrorCode::kCorrupt, 4 * file.size(), lie.substr(0, 16));
  }
}

TEST(Bounds, schemasAsDeepAsTheirBytesAreRefusedWithoutDeepRecursion) {
  // 3: repetition = REQUIRED, 4: name = "g", 5: num_children = 1; at last a leaf: 1: type = INT32.
  const std::string group = "\x35" + kEnd + "\x18\x01g\x15\x02" + kEnd;
  const std::string leaf = "\x15\x02\x25" + kEnd + "\x18\x01g" + kEnd;
  const std::size_t depth = kSmall / group.size();
  const std::string footer = "\x15\x02\x19\xFC" + varint(depth + 1) + times(group, depth) + leaf +
                             "\x16" + kEnd + "\x19\x0C" + kEnd;
  const std::string file = fileAround("", footer);
  expectRefused(costOf(file), ErrorCode::kLimit, kMetadataFactor * file.size(), "groups in groups");

  const std::string structs =
      metaDataWith("\x16" + kEnd + "\x19\x0C" + std::string(kSmall, '\x1C'));
  expectRefused(costOf(fileAround("", structs)), ErrorCode::kCorrupt, 8 * kSmall, "structs");
}

// --- Pages
// ----------------------------------------------------------------------------------------

struct MadeChunk {
  schema::PhysicalType type = schema::PhysicalType::kInt32;
  schema::Repetition repetition = schema::Repetition::kRequired;
  codec::Compression compression = codec::Compression::kUncompressed;
  std::int64_t entries = 0;
  Bytes pages = {};
};

// A file of equal columns, each with pages of its own, in as many row groups as are asked for,
// which are all at the same pages.
std::string fileOf(const MadeChunk& made, std::size_t rowGroups = 1, std::size_t columns = 1) {
  format::SchemaElement root;
  root.__set_name("root");
  root.__set_num_children(static_cast<std::int32_t>(columns));
  format::SchemaElement leaf;
  leaf.__set_type(static_cast<format::Type::type>(made.type));
  leaf.__set_repetition_type(static_cast<format::FieldRepetitionType::type>(made.repetition));
  format::ColumnMetaData meta;
  meta.__set_type(static_cast<format::Type::type>(made.type));
  meta.__set_codec(static_cast<format::CompressionCodec::type>(made.compression));
  meta.__set_num_values(made.entries);
  meta.__set_total_compressed_size(static_cast<std::int64_t>(made.pages.size()));
  format::FileMetaData metaData;
  metaData.__set_version(1);
  metaData.schema.push_back(root);
  format::RowGroup group;
  std::string pages;
  for (std::size_t i = 0; i < columns; ++i) {
    leaf.__set_name(i == 0 ? "c" : "c" + std::to_string(i));
    metaData.schema.push_back(leaf);
    meta.__set_path_in_schema({leaf.name});
    meta.__set_data_page_offset(static_cast<std::int64_t>(4 + pages.size()));
    format::ColumnChunk chunk;
    chunk.__set_meta_data(meta);
    group.columns.push_back(chunk);
    pages += textOf(made.pages);
  }
  group.__set_num_rows(made.entries);
  metaData.__set_num_rows(made.entries * static_cast<std::int64_t>(rowGroups));
  metaData.__set_row_groups(std::vector<format::RowGroup>(rowGroups, group));
  ByteBuffer footer;
  EXPECT_TRUE(format::CompactWriter().write(metaData, footer));
  return fileAround(pages, std::string(asText(footer.span())));
}

Bytes compressed(codec::Compression compression, std::uint64_t zeros) {
  const auto compressor = std::move(*codec::makeCompressor(compression, codec::kLevelDefault));
  const std::vector<std::byte> page(zeros);
  ByteBuffer out;
  EXPECT_TRUE(compressor->compress(page, out));
  return test::contentsOf(out);
}

// `stored` as a page of INT32 that was `bytes` bytes.
Bytes bombPage(const Bytes& stored, std::uint64_t bytes, std::int32_t entries) {
  format::PageHeader header = test::headerOf(stored, entries);
  header.uncompressed_page_size = static_cast<std::int32_t>(bytes);
  return test::pageOf(header, stored);
}

std::vector<codec::Compression> bombCodecs() {
  std::vector<codec::Compression> codecs;
  for (const codec::Compression compression : test::builtCodecs()) {
    if (compression != codec::Compression::kUncompressed &&
        compression != codec::Compression::kLz4) {
      codecs.push_back(compression);
    }
  }
  return codecs;
}

TEST(Bounds, aPageThatInflatesToTheLimitIsReadWithinIt) {
  for (const codec::Compression compression : bombCodecs()) {
    const std::string what(codec::compressionName(compression));
    MadeChunk made;
    made.compression = compression;
    made.entries = kLimit / sizeof(std::int32_t);
    const Bytes stored = compressed(compression, kLimit);
    made.pages = bombPage(stored, kLimit, static_cast<std::int32_t>(made.entries));
    const Cost cost = costOf(fileOf(made));
    ASSERT_TRUE(cost.rows) << what << ": " << cost.rows.error().message();
    expectWithin(cost, kLimit + made.pages.size() + kOverhead, what);

    // One value more, and what claims to be less or more than it is.
    made.pages = bombPage(stored, kLimit + 4, static_cast<std::int32_t>(made.entries));
    expectRefused(costOf(fileOf(made)), ErrorCode::kLimit, kOverhead, what + " above the limit");
    made.pages = bombPage(stored, INT32_MAX, static_cast<std::int32_t>(made.entries));
    expectRefused(costOf(fileOf(made)), ErrorCode::kLimit, kOverhead, what + " of 2 GiB");
    made.entries = 1;
    made.pages = bombPage(stored, 4, 1);
    expectRefused(costOf(fileOf(made)), ErrorCode::kCorrupt, kOverhead + made.pages.size(),
                  what + " that was four bytes");
    // Ten bytes that claim to be the limit: no codec makes so much of so little, but brotli and
    // what says so of itself.
    made.entries = kLimit / sizeof(std::int32_t);
    made.pages = bombPage(Bytes(10, 0), kLimit, static_cast<std::int32_t>(made.entries));
    expectRefused(costOf(fileOf(made)), ErrorCode::kCorrupt, kLimit + kOverhead,
                  what + " of zeros");
  }
}

TEST(Bounds, rowGroupsCannotShareAPage) {
  const codec::Compression compression = bombCodecs().back();
  MadeChunk made;
  made.compression = compression;
  made.entries = kLimit / sizeof(std::int32_t);
  made.pages =
      bombPage(compressed(compression, kLimit), kLimit, static_cast<std::int32_t>(made.entries));
  const std::string file = fileOf(made, 400);
  expectRefused(costOf(file, INT32_MAX), ErrorCode::kCorrupt,
                kMetadataFactor * file.size() + kOverhead, "row groups at one page");
}

struct Claim {
  const char* what;
  MadeChunk chunk;
  ErrorCode code;
};

// Runs of n values of one byte: a header n << 1 as a varint, then the value. Behind them as a level
// is their length.
Bytes runOf(std::uint64_t count, std::uint8_t value) {
  const std::string header = varint(count << 1U);
  Bytes run(header.begin(), header.end());
  run.push_back(value);
  return run;
}

Bytes levelsOf(std::uint64_t count, std::uint8_t level) {
  const Bytes run = runOf(count, level);
  return concat({{static_cast<std::uint8_t>(run.size()), 0, 0, 0}, run});
}

MadeChunk chunkOf(schema::PhysicalType type, schema::Repetition repetition,
                  format::Encoding::type encoding, std::int32_t entries, const Bytes& body,
                  const Bytes& dictionary = {}, std::int32_t dictionaryEntries = 0) {
  MadeChunk made;
  made.type = type;
  made.repetition = repetition;
  made.entries = entries;
  if (dictionaryEntries != 0) {
    made.pages = test::pageOf(test::dictionaryOf(dictionary, dictionaryEntries), dictionary);
  }
  format::PageHeader header = test::headerOf(body, entries);
  header.data_page_header.encoding = encoding;
  made.pages = concat({made.pages, test::pageOf(header, body)});
  return made;
}

// DELTA_BINARY_PACKED: blocks of 128 in 4 miniblocks, `count` values, the first 0; what of the
// blocks is there is one, of equal values.
Bytes deltaOf(std::uint64_t count) {
  const std::string text = "\x80\x01\x04" + varint(count) + kEnd + kEnd + std::string(4, '\0');
  return {text.begin(), text.end()};
}

constexpr auto kInt32 = schema::PhysicalType::kInt32;
constexpr auto kInt64 = schema::PhysicalType::kInt64;
constexpr auto kBoolean = schema::PhysicalType::kBoolean;
constexpr auto kArray = schema::PhysicalType::kByteArray;
constexpr auto kRequired = schema::Repetition::kRequired;
constexpr auto kOptional = schema::Repetition::kOptional;
constexpr auto kRepeated = schema::Repetition::kRepeated;

TEST(Bounds, pagesThatClaimTheMostAreRefusedBeforeRoomIsMade) {
  using E = format::Encoding;
  constexpr std::int32_t kMost = INT32_MAX;
  const Bytes indices = concat({{1}, runOf(kMost, 0)});
  const Bytes sizedRun = concat({{6, 0, 0, 0}, runOf(kMost, 1)});
  const std::vector<Claim> claims = {
      {"nulls", chunkOf(kInt64, kOptional, E::PLAIN, kMost, levelsOf(kMost, 0)), ErrorCode::kLimit},
      {"empty lists",
       chunkOf(kInt64, kRepeated, E::PLAIN, kMost,
               concat({levelsOf(kMost, 0), levelsOf(kMost, 0)})),
       ErrorCode::kLimit},
      {"elements of one list",
       chunkOf(kInt64, kRepeated, E::PLAIN, kMost,
               concat({levelsOf(kMost, 1), levelsOf(kMost, 1)})),
       ErrorCode::kLimit},
      {"dictionary indices",
       chunkOf(kInt64, kRequired, E::RLE_DICTIONARY, kMost, indices, Bytes(8, 0), 1),
       ErrorCode::kLimit},
      {"booleans", chunkOf(kBoolean, kRequired, E::RLE, kMost, sizedRun), ErrorCode::kLimit},
      {"deltas", chunkOf(kInt64, kRequired, E::DELTA_BINARY_PACKED, kMost, deltaOf(kMost)),
       ErrorCode::kLimit},
      {"plain", chunkOf(kInt64, kRequired, E::PLAIN, kMost, Bytes(8, 0)), ErrorCode::kLimit},
      {"streams", chunkOf(kInt64, kRequired, E::BYTE_STREAM_SPLIT, kMost, Bytes(8, 0)),
       ErrorCode::kLimit},
      {"lengths", chunkOf(kArray, kRequired, E::DELTA_LENGTH_BYTE_ARRAY, kMost, deltaOf(kMost)),
       ErrorCode::kLimit},
      {"prefixes",
       chunkOf(kArray, kRequired, E::DELTA_BYTE_ARRAY, kMost,
               concat({deltaOf(kMost), deltaOf(kMost)})),
       ErrorCode::kLimit},
      {"a text's length", chunkOf(kArray, kRequired, E::PLAIN, 1, {0xFF, 0xFF, 0xFF, 0x7F}),
       ErrorCode::kCorrupt},
      {"a dictionary",
       chunkOf(kInt64, kRequired, E::RLE_DICTIONARY, 1, indices, Bytes(8, 0), kMost),
       ErrorCode::kCorrupt},
      {"a dictionary of texts",
       chunkOf(kArray, kRequired, E::RLE_DICTIONARY, 1, indices, Bytes(8, 0), kMost),
       ErrorCode::kCorrupt},
      {"a run's length beyond its page",
       chunkOf(kInt32, kOptional, E::PLAIN, 8, {0xFF, 0xFF, 0xFF, 0x7F, 2, 0}),
       ErrorCode::kCorrupt},
  };
  for (const Claim& claim : claims) {
    expectRefused(costOf(fileOf(claim.chunk)), claim.code, kOverhead, claim.what);
  }
}

// As many entries as the limit lets a page have, in a few bytes that do stand for them.
TEST(Bounds, pagesOfAFewBytesTakeWhatTheLimitAllows) {
  using E = format::Encoding;
  constexpr auto kEntries = static_cast<std::int32_t>(kLimit);
  constexpr std::int32_t kInts = kEntries / 4;
  const Bytes text = concat({{0, 0x80, 0, 0}, Bytes(0x8000, 'x')});
  const auto dictionaryOf = [&](std::int32_t count) {
    return chunkOf(kArray, kRequired, E::RLE_DICTIONARY, count,
                   concat({{1}, runOf(static_cast<std::uint64_t>(count), 0)}), text, 1);
  };
  const std::vector<std::pair<std::string, MadeChunk>> pages = {
      {"nulls", chunkOf(kInt64, kOptional, E::PLAIN, kEntries, levelsOf(kEntries, 0))},
      {"null texts", chunkOf(kArray, kOptional, E::PLAIN, kEntries, levelsOf(kEntries, 0))},
      {"empty lists", chunkOf(kInt64, kRepeated, E::PLAIN, kEntries,
                              concat({levelsOf(kEntries, 0), levelsOf(kEntries, 0)}))},
      {"indices", chunkOf(kInt32, kRequired, E::RLE_DICTIONARY, kInts,
                          concat({{1}, runOf(kInts, 0)}), Bytes(4, 0), 1)},
      {"booleans",
       chunkOf(kBoolean, kRequired, E::RLE, kEntries, concat({{5, 0, 0, 0}, runOf(kEntries, 1)}))},
      {"texts of 32 KiB", dictionaryOf(2048)},
  };
  for (const auto& [what, made] : pages) {
    const Cost cost = costOf(fileOf(made));
    ASSERT_TRUE(cost.rows) << what << ": " << cost.rows.error().message();
    // A page's levels, ids and values, and the batch: see ColumnCursor.
    expectWithin(cost, 8 * kLimit + kOverhead, what);
  }
  expectRefused(costOf(fileOf(dictionaryOf(1 << 20))), ErrorCode::kLimit, kLimit,
                "a million texts of 32 KiB");
}

// Each page is within the limit: what its neighbours take counts too.
TEST(Bounds, columnsOfAFewBytesShareOneLimit) {
  using E = format::Encoding;
  constexpr auto kEntries = static_cast<std::int32_t>(kLimit / 8);
  const Bytes text = concat({{0, 0x80, 0, 0}, Bytes(0x8000, 'x')});
  MadeChunk inflated;
  // Of the codecs that make the least of zeros the one that takes the least time.
  inflated.compression = test::isBuilt(static_cast<int>(codec::Compression::kZstd))
                             ? codec::Compression::kZstd
                             : bombCodecs().front();
  inflated.entries = kLimit / sizeof(std::int32_t);
  inflated.pages = bombPage(compressed(inflated.compression, kLimit), kLimit,
                            static_cast<std::int32_t>(inflated.entries));
  const std::vector<std::pair<std::string, MadeChunk>> columns = {
      {"inflated", inflated},
      {"indices",
       chunkOf(kInt64, kRequired, E::RLE_DICTIONARY, kEntries,
               concat({{1}, runOf(kEntries / 2, 0), runOf(kEntries / 2, 1)}), Bytes(16, 0), 2)},
      {"texts of 32 KiB",
       chunkOf(kArray, kRequired, E::RLE_DICTIONARY, 2000, concat({{1}, runOf(2000, 0)}), text, 1)},
  };
  for (const auto& [what, made] : columns) {
    const std::string file = fileOf(made, 1, 60);
    const Cost cost = costOf(file);
    expectRefused(cost, ErrorCode::kLimit, 20 * kLimit + kOverhead + kMetadataFactor * file.size(),
                  what);
    // A few of them are read.
    EXPECT_TRUE(costOf(fileOf(made, 1, 3)).rows) << what;
  }
}

// As a writer leaves hundreds of columns that are null, or do not change often, in pages of 1 Mi
// rows: what is held follows the batch, which is of 64 Ki rows.
TEST(Bounds, columnsThatTakeNoRoomByPageAreRead) {
  using E = format::Encoding;
  constexpr std::int32_t kEntries = 1 << 20;
  constexpr std::size_t kColumns = 100;
  const Bytes nulls =
      concat({runOf(kEntries / 4, 1), runOf(kEntries / 2, 0), runOf(kEntries / 4, 1)});
  const std::vector<std::pair<std::string, MadeChunk>> columns = {
      {"nulls", chunkOf(kInt64, kOptional, E::PLAIN, kEntries, levelsOf(kEntries, 0))},
      {"nulls of a dictionary", chunkOf(kInt64, kOptional, E::RLE_DICTIONARY, kEntries,
                                        levelsOf(kEntries, 0), Bytes(8, 0), 1)},
      {"equal numbers",
       chunkOf(kInt64, kOptional, E::RLE_DICTIONARY, kEntries,
               concat({levelsOf(kEntries, 1), {1}, runOf(kEntries, 0)}), Bytes(8, 0), 1)},
      {"equal numbers, no bits", chunkOf(kInt64, kRequired, E::RLE_DICTIONARY, kEntries,
                                         concat({{0}, {0x80, 0x80, 0x80, 1}}), Bytes(8, 0), 1)},
      {"numbers of few runs",
       chunkOf(kInt64, kRequired, E::RLE_DICTIONARY, kEntries,
               concat({{1}, runOf(kEntries / 2, 0), runOf(kEntries / 2, 1)}), Bytes(16, 0), 2)},
      {"numbers and nulls of few runs",
       chunkOf(kInt64, kOptional, E::RLE_DICTIONARY, kEntries,
               concat({{12, 0, 0, 0}, nulls, {1}, runOf(kEntries / 4, 0), runOf(kEntries / 4, 1)}),
               Bytes(16, 0), 2)},
      {"texts of few runs", chunkOf(kArray, kRequired, E::RLE_DICTIONARY, kEntries,
                                    concat({{1}, runOf(kEntries / 2, 0), runOf(kEntries / 2, 1)}),
                                    {1, 0, 0, 0, 'a', 2, 0, 0, 0, 'b', 'c'}, 2)},
  };
  for (const auto& [what, made] : columns) {
    const std::string file = fileOf(made, 1, kColumns);
    const Cost cost = costOf(file, INT32_MAX);
    ASSERT_TRUE(cost.rows) << what << ": " << cost.rows.error().message();
    EXPECT_EQ(*cost.rows, static_cast<std::uint64_t>(kEntries)) << what;
    // Of each column a batch: 8 bytes a value twice, where nulls are between, levels, and what
    // buffers grow through.
    EXPECT_LE(cost.bytes, kColumns * (4ULL << 20U) + kMetadataFactor * file.size()) << what;
  }
}

// Its bytes are of the dictionary, not of the pages: four strings, which rows name by turns.
TEST(Bounds, batchesOfALargeDictionaryAreReadWithoutALargePage) {
  constexpr std::uint64_t kPage = 2U << 20;
  constexpr std::uint32_t kLength = 64U << 10;
  Bytes dictionary;
  for (std::uint8_t i = 0; i < 4; ++i) {
    dictionary = concat({dictionary, {0, 0, 1, 0}, Bytes(kLength, i)});
  }
  const MadeChunk made = chunkOf(kArray, kRequired, format::Encoding::RLE_DICTIONARY, 28,
                                 concat({{2}, runOf(14, 1), runOf(14, 3)}), dictionary, 4);
  const Cost cost = costOf(fileOf(made, 1, 60), 4, {.pageBytesMax = kPage});
  EXPECT_TRUE(cost.rows) << cost.rows.error().message();
}

// What docs/reader.md says of a column that does not change.
TEST(Bounds, hundredsOfMillionsOfEqualRowsAreReadOfASmallFile) {
  using E = format::Encoding;
  constexpr std::int32_t kEntries = 1 << 20;
  const Bytes body = concat({levelsOf(kEntries, 1), {1}, runOf(kEntries, 0)});
  MadeChunk made = chunkOf(kInt64, kOptional, E::RLE_DICTIONARY, kEntries, body, Bytes(8, 0), 1);
  const MadeChunk more = chunkOf(kInt64, kOptional, E::RLE_DICTIONARY, kEntries, body);
  for (int i = 1; i < 300; ++i) {
    made.pages = concat({made.pages, more.pages});
    made.entries += kEntries;
  }
  const Cost cost = costOf(fileOf(made), INT32_MAX);
  ASSERT_TRUE(cost.rows) << cost.rows.error().message();
  EXPECT_EQ(*cost.rows, 300U << 20U);
}

TEST(Bounds, pagesOfAFewBytesOneBehindTheOtherTakeNoMoreThanASecond) {
  for (const codec::Compression compression : bombCodecs()) {
    const std::string what(codec::compressionName(compression));
    const auto entries = static_cast<std::int32_t>(kLimit / sizeof(std::int32_t));
    const Bytes page = bombPage(compressed(compression, kLimit), kLimit, entries);
    MadeChunk made;
    made.compression = compression;
    for (std::size_t count = 0; count == 0 || (made.pages.size() < kSmall && count < 100);
         ++count) {
      made.pages = concat({made.pages, page});
      made.entries += entries;
    }
    const Cost cost = costOf(fileOf(made), INT32_MAX);
    if (made.entries > 24 * entries) {
      ASSERT_FALSE(cost.rows) << what;
      EXPECT_EQ(cost.rows.error().code(), ErrorCode::kLimit) << what;
    }
    EXPECT_LE(cost.seconds, kSecondsMax) << what;
  }
}

TEST(Bounds, shortRunsOneBehindTheOtherTakeNoMoreThanASecond) {
  using E = format::Encoding;
  constexpr auto kMost = static_cast<std::int32_t>(kLimit);
  constexpr std::int32_t kNumbers = kMost / 8;
  const Bytes twoRuns = concat({{1}, runOf(kNumbers / 2, 0), runOf(kNumbers / 2, 1)});
  const Bytes level = levelsOf(kMost, 0);
  struct Case {
    const char* what;
    MadeChunk first;
    MadeChunk more;
  };
  const auto of = [&](schema::PhysicalType type, const Bytes& dictionary) {
    return std::pair(chunkOf(type, kRequired, E::RLE_DICTIONARY, kNumbers, twoRuns, dictionary, 2),
                     chunkOf(type, kRequired, E::RLE_DICTIONARY, kNumbers, twoRuns));
  };
  const auto [numbers, moreNumbers] = of(kInt64, Bytes(16, 0));
  const auto [texts, moreTexts] = of(kArray, {1, 0, 0, 0, 'a', 1, 0, 0, 0, 'b'});
  const auto [empty, moreEmpty] = of(kArray, Bytes(8, 0));
  const MadeChunk nulls = chunkOf(kInt64, kOptional, E::PLAIN, kMost, level);
  const MadeChunk nullTexts = chunkOf(kArray, kOptional, E::PLAIN, kMost, level);
  const MadeChunk lists = chunkOf(kInt64, kRepeated, E::PLAIN, kMost, concat({level, level}));
  const MadeChunk booleans =
      chunkOf(kBoolean, kRequired, E::RLE, kMost, concat({{5, 0, 0, 0}, runOf(kMost, 1)}));
  for (const auto& [what, first, more] : std::vector<Case>{{"numbers", numbers, moreNumbers},
                                                           {"texts", texts, moreTexts},
                                                           {"empty texts", empty, moreEmpty},
                                                           {"nulls", nulls, nulls},
                                                           {"null texts", nullTexts, nullTexts},
                                                           {"lists", lists, lists},
                                                           {"booleans", booleans, booleans}}) {
    MadeChunk made = first;
    while (made.pages.size() < kSmall) {
      made.pages.insert(made.pages.end(), more.pages.begin(), more.pages.end());
      made.entries += more.entries;
    }
    const Cost cost = costOf(fileOf(made), INT32_MAX);
    EXPECT_LE(cost.seconds, kSecondsMax) << what;
    ASSERT_FALSE(cost.rows) << what;
    EXPECT_EQ(cost.rows.error().code(), ErrorCode::kLimit) << what;
  }
}

}  // namespace
}  // namespace parquet_flow::read
