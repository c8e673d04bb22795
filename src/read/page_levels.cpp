#include "read/page_levels.hpp"

#include <string>

#include "base/bits.hpp"
#include "column/level_scan.hpp"
#include "encoding/bit_packed.hpp"
#include "encoding/rle_bitmap.hpp"
#include "encoding/rle_hybrid.hpp"

namespace parquet_flow::read {
namespace {

using encoding::Encoding;

tl::unexpected<Error> corrupt(std::string message) {
  return fail(ErrorCode::kCorrupt, std::move(message));
}

bool isBitPacked(const EncodedLevels& encoded) noexcept {
  return encoded.encoding == static_cast<std::int32_t>(Encoding::kBitPacked);
}

// The levels of one kind.
Result<const std::uint8_t*> appendLevels(const EncodedLevels& encoded, std::uint8_t maxLevel,
                                         std::uint64_t entries, ByteBuffer& out) {
  PF_TRY_ASSIGN(std::byte* const room, out.appendUninitialized(entries));
  auto* const to = reinterpret_cast<std::uint8_t*>(room);
  if (isBitPacked(encoded)) {
    PF_TRY(encoding::decodeBitPackedLevels(encoded.bytes, maxLevel, entries, to));
    return to;
  }
  encoding::RleHybridDecoder decoder(encoded.bytes, maxLevel, entries);
  PF_TRY(decoder.decode(to, entries));
  if (decoder.remainingBytes() != 0) {
    return corrupt(std::to_string(decoder.remainingBytes()) + " bytes behind the last level");
  }
  return to;
}

Result<PageLevels> checked(const Page& page, const PageLevels& levels) {
  if (!page.isVersion2) {
    return levels;
  }
  if (page.rows < 0 || static_cast<std::uint64_t>(page.rows) != levels.rows) {
    return corrupt("its header says " + std::to_string(page.rows) + " rows, its levels " +
                   std::to_string(levels.rows));
  }
  const std::uint64_t nulls = page.entries - levels.values;
  if (page.nulls < 0 || static_cast<std::uint64_t>(page.nulls) != nulls) {
    return corrupt("its header says " + std::to_string(page.nulls) + " nulls, its levels " +
                   std::to_string(nulls));
  }
  return levels;
}

}  // namespace

Result<PageLevels> readLevels(const Page& page, const schema::Leaf& leaf, ByteBuffer& definition,
                              ByteBuffer& repetition) {
  PageLevels levels{page.entries, page.entries};
  if (leaf.maxRepetitionLevel != 0) {
    PF_TRY_ASSIGN(const std::uint8_t* const first,
                  appendLevels(page.repetition, leaf.maxRepetitionLevel, page.entries, repetition));
    if (page.isVersion2 && page.entries != 0 && *first != 0) {
      return corrupt("its first entry does not begin a row");
    }
    levels.rows = column::scanLevels(first, page.entries, 0).matches;
  }
  if (leaf.maxDefinitionLevel != 0) {
    PF_TRY_ASSIGN(const std::uint8_t* const first,
                  appendLevels(page.definition, leaf.maxDefinitionLevel, page.entries, definition));
    levels.values = column::scanLevels(first, page.entries, leaf.maxDefinitionLevel).matches;
  }
  return checked(page, levels);
}

Result<PageLevels> readValidity(const Page& page, ByteBuffer& validity) {
  const auto entries = static_cast<std::size_t>(page.entries);
  validity.clear();
  PF_TRY_ASSIGN(std::byte* const bits, validity.appendUninitialized(bitmapBytes(entries)));
  PageLevels levels{entries, entries};
  if (isBitPacked(page.definition)) {
    ByteBuffer bytes;
    PF_TRY_ASSIGN(const std::uint8_t* const each, appendLevels(page.definition, 1, entries, bytes));
    packBooleans(each, entries, bits, 0);
    levels.values = bitmapCount(bits, 0, entries);
  } else {
    PF_TRY_ASSIGN(levels.values, encoding::decodeRleBitmap(page.definition.bytes, entries, bits));
  }
  return checked(page, levels);
}

Result<PageLevels> countEntries(const Page& page) {
  return checked(page, {page.entries, page.entries});
}

}  // namespace parquet_flow::read
