#include "write/memory.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <utility>

#include "base/byte_buffer.hpp"
#include "codec/codec.hpp"
#include "column/gather.hpp"
#include "encoding/byte_stream_split.hpp"
#include "encoding/delta_binary_packed.hpp"
#include "encoding/dictionary_builder.hpp"
#include "stats/bloom_filter.hpp"
#include "stats/bounds.hpp"
#include "stats/column_index.hpp"
#include "write/column_chunk.hpp"
#include "write/level_encoder.hpp"
#include "write/value_encoder.hpp"
#include "write/value_sample.hpp"

namespace parquet_flow::write {
namespace {

using encoding::Encoding;
using schema::LogicalKind;
using schema::PhysicalType;

constexpr std::uint64_t kOffsetBytes = sizeof(std::uint32_t);
// A page header with its Thrift object and transport, bounds of a page and of a chunk, the encoders
// themselves.
constexpr std::uint64_t kObjectBytes = 64 << 10;

std::uint64_t capacityMax(std::uint64_t bytes) noexcept { return ByteBuffer::capacityMax(bytes); }

// So much of a leaf, in a page or in a chunk.
struct Amount {
  std::uint64_t values = 0;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;  // as LeafSlice::valueBytes
};

// One leaf, with what it may be encoded as.
struct LeafCase {
  const schema::Leaf& leaf;
  const WriterOptions& options;
  const RowGroupLimits& limits;
  ColumnOptions column;
  std::uint32_t width;  // 0: BOOLEAN, BYTE_ARRAY

  LeafCase(const schema::Leaf& itsLeaf, const WriterOptions& itsOptions,
           const RowGroupLimits& itsLimits)
      : leaf(itsLeaf),
        options(itsOptions),
        limits(itsLimits),
        column(columnOptions(itsOptions, itsLeaf)),
        width(schema::fixedWidth(itsLeaf.type, itsLeaf.typeLength)) {}

  [[nodiscard]] bool isCompressed() const noexcept {
    return column.compression != codec::Compression::kUncompressed;
  }
  [[nodiscard]] bool isChosen() const noexcept { return !column.encoding; }
  [[nodiscard]] bool mayBe(Encoding encoding) const noexcept {
    const bool inProfile =
        options.profile == Profile::kModern || encoding == Encoding::kRleDictionary;
    return encodingFits(encoding, leaf) && (isChosen() ? inProfile : *column.encoding == encoding);
  }

  // Of a chunk. Columns have an offset for each BYTE_ARRAY, a byte for each BOOLEAN, and where a
  // leaf repeats a level for each entry.
  [[nodiscard]] Amount chunk() const noexcept {
    const std::uint64_t each =
        leaf.type == PhysicalType::kByteArray ? kOffsetBytes : std::max(width, 1U);
    Amount amount{limits.bytes / each, limits.bytes, limits.bytes};
    if (leaf.maxRepetitionLevel == 0) {
      amount.values = std::min(amount.values, limits.rows);
      amount.entries = limits.rows;
      if (leaf.type != PhysicalType::kByteArray) {
        amount.bytes = std::min(amount.bytes, limits.rows * each);
      }
    }
    return amount;
  }

  // Of a chunk, as columns have it: values, offsets and levels.
  [[nodiscard]] std::uint64_t sourceBytes() const noexcept {
    if (leaf.maxRepetitionLevel != 0 || leaf.type == PhysicalType::kByteArray) return limits.bytes;
    const std::uint64_t each = std::max(width, 1U) + (leaf.maxDefinitionLevel != 0 ? 1U : 0U);
    return std::min(limits.bytes, limits.rows * each);
  }

  // Of a page: it ends with the row that brings it to one of its bounds.
  [[nodiscard]] Amount page() const noexcept {
    Amount amount = chunk();
    amount.bytes = std::min(amount.bytes, options.pageBytes + limits.rowBytes);
    amount.entries =
        std::min(amount.entries, leaf.maxRepetitionLevel == 0 ? options.pageRows
                                                              : kPageEntriesMax + limits.rowBytes);
    amount.values = std::min(amount.values, amount.entries);
    if (width != 0) {
      amount.values = std::min(amount.values, amount.bytes / width + 1);
    }
    return amount;
  }

  [[nodiscard]] std::uint64_t pages() const noexcept {
    const Amount all = chunk();
    // The last one, the one before the dictionary is left, and what rounding down leaves out.
    return 3 + limits.rows / options.pageRows + all.bytes / options.pageBytes +
           all.entries / kPageEntriesMax;
  }

  // Entries that a dictionary may have.
  [[nodiscard]] std::uint64_t dictionaryEntries() const noexcept {
    return std::min(options.dictionaryBytes / (width == 0 ? kOffsetBytes : width), chunk().values);
  }

  [[nodiscard]] std::uint64_t plainBytes(const Amount& amount) const noexcept {
    return ValueEncoder::plainBytes(leaf, amount.values, amount.bytes);
  }
  // In any encoding, while it is being encoded.
  [[nodiscard]] std::uint64_t bodyBytes(const Amount& amount) const noexcept {
    const std::uint64_t bytes = ValueEncoder::bytesMax(leaf, amount.values, amount.bytes);
    // Streams have room for twice as many values as there are.
    return mayBe(Encoding::kByteStreamSplit) ? std::max(bytes, 2 * amount.bytes) : bytes;
  }
  // What an encoding has in front of its values.
  [[nodiscard]] std::uint64_t headBytes(std::uint64_t values) const noexcept {
    const bool hasLengths =
        mayBe(Encoding::kDeltaLengthByteArray) || mayBe(Encoding::kDeltaByteArray);
    return hasLengths ? 2 * encoding::deltaBinaryPackedBytesMax<std::uint32_t>(values)
                      : encoding::kDeltaHeaderBytesMax;
  }
  // The longest bound of a page.
  [[nodiscard]] std::uint64_t boundBytes() const noexcept {
    const LogicalKind kind = leaf.logical.kind;
    const bool isText = kind == LogicalKind::kNone || kind == LogicalKind::kString ||
                        kind == LogicalKind::kEnum || kind == LogicalKind::kJson;
    if (leaf.type == PhysicalType::kByteArray) {
      return isText ? options.truncateBytes : stats::kWholeBoundBytesMax;
    }
    return std::min<std::uint64_t>(width, stats::kWholeBoundBytesMax);
  }
};

// A sum over an EncodeScratch, in the parts that leaves have together where one scratch serves all
// of them: each is then as large as whichever leaf has it largest.
enum SharedPart : std::uint8_t {
  kBody,
  kLevels,
  kBloomFilter,
  kSample,
  kSampleEncoded,
  kSampleIds,
  kObjects,
  kSharedParts,
};
enum WidthPart : std::uint8_t { kDictionary, kLengths, kSampleDictionary, kWidthParts };

struct ScratchParts {
  std::array<std::uint64_t, kSharedParts> shared{};  // buffers of the scratch itself
  std::array<std::uint64_t, kWidthParts> ofWidth{};  // ValueEncoders
  std::uint64_t ofCodec = 0;

  [[nodiscard]] std::uint64_t sum() const noexcept {
    return std::accumulate(shared.begin(), shared.end(), ofCodec) +
           std::accumulate(ofWidth.begin(), ofWidth.end(), std::uint64_t{0});
  }
};

template <std::size_t kParts>
void takeLarger(std::array<std::uint64_t, kParts>& all,
                const std::array<std::uint64_t, kParts>& more) noexcept {
  for (std::size_t i = 0; i < kParts; ++i) all[i] = std::max(all[i], more[i]);
}

// ValueSample, and what EncodingChooser makes of one: three of the shared buffers, and of the
// ValueEncoders the dictionary of samples.
void addChooser(const LeafCase& one, ScratchParts& parts) noexcept {
  if (!one.isChosen()) {
    return;
  }
  constexpr std::uint64_t kValues = ValueSample::kRunsMax * ValueSample::kRunValues;
  const std::uint64_t each = std::max(one.width, 1U);
  const std::uint64_t bytes = one.leaf.type == PhysicalType::kByteArray
                                  ? ValueSample::kRunsMax * ValueSample::kRunBytesMax
                                  : std::min(kValues * each, std::max(one.limits.pieceBytes, each));
  const std::uint64_t plain = bytes + kOffsetBytes * kValues;
  // Each run has a head of its own, and at most two lists of lengths.
  constexpr std::uint64_t kRunBytes =
      2 * encoding::deltaBinaryPackedBytesMax<std::uint64_t>(ValueSample::kRunValues);
  const std::uint64_t encoded = plain + ValueSample::kRunsMax * kRunBytes;
  const std::uint64_t compressed =
      one.isCompressed() ? capacityMax(codec::compressedBytesMax(encoded)) : 0;
  const std::uint64_t ids = std::max(kValues * sizeof(std::uint32_t), bytes);
  parts.shared[kSample] = capacityMax(bytes) + capacityMax(kOffsetBytes * (kValues + 1));
  parts.shared[kSampleEncoded] = capacityMax(encoded) + compressed;
  parts.shared[kSampleIds] = capacityMax(ids) + 2 * kValues * sizeof(std::uint32_t);
  if (one.mayBe(Encoding::kRleDictionary)) {
    parts.ofWidth[kSampleDictionary] = encoding::DictionaryBuilder::memoryBytesMax(
        one.width, std::min(plain, one.options.dictionaryBytes), kValues);
  }
}

// ValueEncoders, without the chooser's.
void addValueEncoders(const LeafCase& one, const Amount& page, ScratchParts& parts) noexcept {
  if (one.mayBe(Encoding::kRleDictionary)) {
    // The slice that the page has no room for any more is looked up, too.
    const std::uint64_t ids = page.values + column::SliceCursor::kSliceEntries;
    parts.ofWidth[kDictionary] =
        encoding::DictionaryBuilder::memoryBytesMax(one.width, one.options.dictionaryBytes,
                                                    one.dictionaryEntries()) +
        capacityMax(ids * sizeof(std::uint32_t));
    if (one.leaf.type == PhysicalType::kByteArray) {
      parts.ofWidth[kDictionary] += capacityMax(one.dictionaryEntries());
    }
  }
  if (one.mayBe(Encoding::kDeltaLengthByteArray) || one.mayBe(Encoding::kDeltaByteArray)) {
    // The lengths of both encoders, the head of one, and the value before.
    const std::uint64_t lengths = encoding::deltaBinaryPackedBytesMax<std::uint32_t>(page.values) +
                                  encoding::kDeltaHeaderBytesMax;
    parts.ofWidth[kLengths] = 3 * capacityMax(lengths) + capacityMax(2 * lengths) +
                              capacityMax(std::min(one.limits.rowBytes, one.limits.bytes));
  }
}

// Made for the entries that are expected, nulls among them.
std::uint64_t bloomFilterBytes(const LeafCase& one) noexcept {
  if (!one.column.bloomFilter) {
    return 0;
  }
  const BloomFilterOptions& options = *one.column.bloomFilter;
  return stats::bloomFilterBytes(
      options.distinctCount != 0 ? options.distinctCount : one.chunk().entries,
      options.falsePositiveRate);
}

// EncodeScratch, and while one of its buffers grows what that had before.
ScratchParts scratchParts(const LeafCase& one) noexcept {
  ScratchParts parts;
  const Amount page = one.page();
  const std::uint64_t levels = LevelEncoder::bytesMax(one.leaf, page.entries);
  if (one.isCompressed()) {
    // Room in front of the values is half as large again as what was there when it grew.
    const std::uint64_t body = one.bodyBytes(page) + 2 * (levels + one.headBytes(page.values));
    parts.shared[kBody] = capacityMax(body) + body;
    parts.ofCodec =
        codec::compressorBytesMax(one.column.compression, one.column.compressionLevel, body);
  }
  parts.shared[kLevels] = 2 * capacityMax(levels);
  parts.shared[kBloomFilter] = 2 * capacityMax(bloomFilterBytes(one));
  parts.shared[kObjects] = kObjectBytes;
  addChooser(one, parts);
  addValueEncoders(one, page, parts);
  return parts;
}

// Of a page: what the lists of an EncodedColumnChunk have, its header, and what it is aligned by.
std::uint64_t pageInfoBytes(const LeafCase& one) noexcept {
  constexpr std::uint64_t kSegments = 2;
  constexpr std::uint64_t kHeaderBytes = 96;
  constexpr std::uint64_t kIndexBytes = 32;
  const std::uint64_t levels = one.leaf.maxDefinitionLevel + one.leaf.maxRepetitionLevel + 2U;
  return sizeof(EncodedPage) + kSegments * sizeof(Segment) + kHeaderBytes + kRowGroupAlignment +
         kIndexBytes + 4 * one.boundBytes() + levels * sizeof(std::uint64_t);
}

// What one leaf's chunk may have beyond its columns.
std::uint64_t excessBytes(const LeafCase& one) noexcept {
  const Amount all = one.chunk();
  const Amount page = one.page();
  // Ids of values that come once, and of these alone there is a dictionary beside the ids.
  const std::uint64_t dictionary =
      one.mayBe(Encoding::kRleDictionary) ? one.dictionaryEntries() * sizeof(std::uint32_t) : 0;
  const std::uint64_t encoded =
      ValueEncoder::bytesMax(one.leaf, all.values, all.bytes) - one.plainBytes(all);
  // The page that is being encoded or compressed may have room for more than it comes to.
  const std::uint64_t body = one.bodyBytes(page);
  const std::uint64_t spare =
      (one.isCompressed() ? codec::compressedBytesMax(body) : body) - one.plainBytes(page);
  return encoded + dictionary + spare + one.pages() * pageInfoBytes(one) + bloomFilterBytes(one) +
         kObjectBytes;
}

// As many rows as have room: a row has its value, offset or level in each column.
RowGroupLimits withFewerRows(RowGroupLimits limits, const schema::Schema& schema) noexcept {
  std::uint64_t rowBytes = 0;
  for (const schema::Leaf& leaf : schema.leaves()) {
    const std::uint64_t value = leaf.type == PhysicalType::kByteArray
                                    ? kOffsetBytes
                                    : std::max(schema::fixedWidth(leaf.type, leaf.typeLength), 1U);
    rowBytes += leaf.maxDefinitionLevel == 0 ? value : 1;
  }
  limits.rows = std::min(limits.rows, limits.bytes / std::max<std::uint64_t>(rowBytes, 1) + 1);
  return limits;
}

// The scratch of a RowGroupEncoder that is given whole row groups.
std::uint64_t sharedScratchBytes(const schema::Schema& schema, const WriterOptions& options,
                                 const RowGroupLimits& limits) {
  ScratchParts all;
  std::map<std::uint32_t, std::array<std::uint64_t, kWidthParts>> ofWidths;
  std::map<std::pair<codec::Compression, std::int32_t>, std::uint64_t> ofCodecs;
  for (const schema::Leaf& leaf : schema.leaves()) {
    const LeafCase one(leaf, options, limits);
    const ScratchParts parts = scratchParts(one);
    takeLarger(all.shared, parts.shared);
    takeLarger(ofWidths[one.width], parts.ofWidth);
    std::uint64_t& context = ofCodecs[{one.column.compression, one.column.compressionLevel}];
    context = std::max(context, parts.ofCodec);
  }
  std::uint64_t bytes = all.sum();
  for (const auto& [width, parts] : ofWidths) {
    bytes = std::accumulate(parts.begin(), parts.end(), bytes);
  }
  for (const auto& [codec, context] : ofCodecs) bytes += context;
  return bytes;
}

// What FileWriter makes the page index of, and has of a row group's pages when it writes them.
std::uint64_t pageListBytes(const LeafCase& one) noexcept {
  constexpr std::uint64_t kSegments = 3;
  constexpr std::uint64_t kLocationBytes = 64;
  constexpr std::uint64_t kBoundsBytes = 160;  // both as strings, counts, nulls
  const std::uint64_t levels = one.leaf.maxDefinitionLevel + one.leaf.maxRepetitionLevel + 2U;
  const std::uint64_t each = kSegments * sizeof(ConstBytes) + kLocationBytes + kBoundsBytes +
                             2 * one.boundBytes() + levels * sizeof(std::uint64_t);
  return 3 * one.pages() * each;  // as they grow
}

// Columns that rows are gathered in: a leaf's four buffers, and what one had before it grew.
std::uint64_t gatheredBytes(std::uint64_t sourceBytes) noexcept {
  constexpr std::uint64_t kBuffers = 4;
  return capacityMax(sourceBytes) + (kBuffers - 1) * capacityMax(1);
}

}  // namespace

std::uint64_t encoderBytesMax(const schema::Schema& schema, const WriterOptions& options,
                              const RowGroupLimits& stated) noexcept {
  const RowGroupLimits limits = withFewerRows(stated, schema);
  std::uint64_t bytes = 0;
  for (const schema::Leaf& leaf : schema.leaves()) {
    bytes += scratchParts(LeafCase(leaf, options, limits)).sum();
  }
  return bytes;
}

std::uint64_t encodedBytesMax(const schema::Schema& schema, const WriterOptions& options,
                              const RowGroupLimits& stated) noexcept {
  const RowGroupLimits limits = withFewerRows(stated, schema);
  // Pages that do not shrink are stored, which adds a little.
  std::uint64_t bytes = limits.bytes + limits.bytes / 64;
  for (const schema::Leaf& leaf : schema.leaves()) {
    bytes += excessBytes(LeafCase(leaf, options, limits));
  }
  return bytes;
}

// Buffers stay as large as their column has ever needed, and that is not in the same row group for
// all of them: sums go over the most of each column.
std::uint64_t writerBytesMax(const schema::Schema& schema, const WriterOptions& options,
                             const RowGroupLimits& stated) {
  constexpr std::uint64_t kOwnBytes = 4 << 20;  // writer, file, footer being spliced
  const RowGroupLimits limits = withFewerRows(stated, schema);
  std::uint64_t bytes = kOwnBytes + sharedScratchBytes(schema, options, limits);
  std::uint64_t largest = 0;
  for (const schema::Leaf& leaf : schema.leaves()) {
    const LeafCase one(leaf, options, limits);
    const std::uint64_t source = one.sourceBytes();
    const std::uint64_t encoded = source + source / 64 + excessBytes(one);
    bytes += capacityMax(encoded) + pageListBytes(one) + gatheredBytes(source);
    largest = std::max(largest, encoded);
  }
  return bytes + 2 * largest;  // a buffer of each kind that is growing
}

}  // namespace parquet_flow::write
