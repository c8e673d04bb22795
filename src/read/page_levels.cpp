#include "read/page_levels.hpp"

#include <string>

#include "column/level_scan.hpp"
#include "encoding/bit_packed.hpp"
#include "encoding/encoding.hpp"
#include "encoding/rle_hybrid.hpp"

namespace parquet_flow::read {
namespace {

using encoding::Encoding;

tl::unexpected<Error> corrupt(std::string message) {
  return fail(ErrorCode::kCorrupt, std::move(message));
}

// The levels of one kind, which are all of `encoded`.
Result<void> appendRuns(ConstBytes encoded, std::uint8_t maxLevel, std::uint64_t entries,
                        ByteBuffer& out) {
  PF_TRY_ASSIGN(std::byte* const to, out.appendUninitialized(entries));
  encoding::RleHybridDecoder decoder(encoded, maxLevel, entries);
  PF_TRY(decoder.decode(reinterpret_cast<std::uint8_t*>(to), entries));
  if (decoder.remainingBytes() != 0) {
    return corrupt(std::to_string(decoder.remainingBytes()) + " bytes behind the last level");
  }
  return {};
}

// Of version 1: runs behind their length, or bits without one.
Result<void> appendLevels(ByteReader& page, std::int32_t encoding, std::uint8_t maxLevel,
                          std::uint64_t entries, ByteBuffer& out) {
  if (maxLevel == 0) {
    return {};
  }
  if (encoding == static_cast<std::int32_t>(Encoding::kRle)) {
    PF_TRY_ASSIGN(const auto length, page.read<std::uint32_t>());
    PF_TRY_ASSIGN(const ConstBytes encoded, page.readBytes(length));
    return appendRuns(encoded, maxLevel, entries, out);
  }
  if (encoding != static_cast<std::int32_t>(Encoding::kBitPacked)) {
    return corrupt("levels in encoding " + std::to_string(encoding));
  }
  PF_TRY_ASSIGN(std::byte* const to, out.appendUninitialized(entries));
  PF_TRY_ASSIGN(const std::size_t taken,
                encoding::decodeBitPackedLevels(page.rest(), maxLevel, entries,
                                                reinterpret_cast<std::uint8_t*>(to)));
  return page.skip(taken);
}

// Of the last `entries` levels.
std::uint64_t countLast(const ByteBuffer& levels, std::uint64_t entries,
                        std::uint8_t match) noexcept {
  const auto* const end = reinterpret_cast<const std::uint8_t*>(levels.data()) + levels.size();
  return column::scanLevels(end - entries, entries, match).matches;
}

PageLevels counted(const schema::Leaf& leaf, std::uint64_t entries, column::LeafBuffer& out) {
  PageLevels levels{entries, entries};
  if (leaf.maxDefinitionLevel != 0) {
    levels.values = countLast(out.definitionLevels(), entries, leaf.maxDefinitionLevel);
  }
  if (leaf.maxRepetitionLevel != 0) {
    levels.rows = countLast(out.repetitionLevels(), entries, 0);
  }
  return levels;
}

}  // namespace

Result<PageLevels> readLevels(ByteReader& page, LevelEncodings encodings, const schema::Leaf& leaf,
                              std::uint64_t entries, column::LeafBuffer& out) {
  PF_TRY(appendLevels(page, encodings.repetition, leaf.maxRepetitionLevel, entries,
                      out.repetitionLevels()));
  PF_TRY(appendLevels(page, encodings.definition, leaf.maxDefinitionLevel, entries,
                      out.definitionLevels()));
  return counted(leaf, entries, out);
}

Result<PageLevels> readLevels(ConstBytes repetition, ConstBytes definition,
                              const schema::Leaf& leaf, std::uint64_t entries,
                              column::LeafBuffer& out) {
  if (leaf.maxRepetitionLevel != 0) {
    PF_TRY(appendRuns(repetition, leaf.maxRepetitionLevel, entries, out.repetitionLevels()));
    const ByteBuffer& levels = out.repetitionLevels();
    if (entries != 0 && levels.data()[levels.size() - entries] != std::byte{0}) {
      return corrupt("its first entry does not begin a row");
    }
  }
  if (leaf.maxDefinitionLevel != 0) {
    PF_TRY(appendRuns(definition, leaf.maxDefinitionLevel, entries, out.definitionLevels()));
  }
  return counted(leaf, entries, out);
}

}  // namespace parquet_flow::read
