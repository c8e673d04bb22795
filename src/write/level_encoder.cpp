#include "write/level_encoder.hpp"

namespace parquet_flow::write {
namespace {

constexpr std::size_t kLengthBytes = 4;

// Eight bits for each is the widest, and a run's header comes at most once for 64 of them.
std::uint64_t bytesMaxOfOneKind(std::uint64_t entries) noexcept {
  return kLengthBytes + entries + entries / 64 + 64;
}

Result<void> beginLevels(ByteBuffer& out, encoding::RleHybridEncoder& encoder,
                         std::uint8_t maxLevel) {
  out.clear();
  PF_TRY(out.appendUninitialized(kLengthBytes));
  encoder.begin(encoding::levelBitWidth(maxLevel), out);
  return {};
}

Result<ConstBytes> endLevels(ByteBuffer& out, encoding::RleHybridEncoder& encoder,
                             bool withLength) {
  PF_TRY(encoder.finish());
  if (!withLength) {
    return out.span().subspan(kLengthBytes);
  }
  storeLe(out.data(), static_cast<std::uint32_t>(out.size() - kLengthBytes));
  return out.span();
}

}  // namespace

std::uint64_t LevelEncoder::bytesMax(const schema::Leaf& leaf, std::uint64_t entries) noexcept {
  const std::uint64_t one = bytesMaxOfOneKind(entries);
  return (leaf.maxRepetitionLevel > 0 ? one : 0) + (leaf.maxDefinitionLevel > 0 ? one : 0);
}

Result<void> LevelEncoder::begin() {
  if (leaf_.maxRepetitionLevel > 0) {
    PF_TRY(beginLevels(scratch_.repetitionLevels, scratch_.repetitionEncoder,
                       leaf_.maxRepetitionLevel));
  }
  if (leaf_.maxDefinitionLevel > 0) {
    PF_TRY(beginLevels(scratch_.definitionLevels, scratch_.definitionEncoder,
                       leaf_.maxDefinitionLevel));
  }
  return {};
}

Result<void> LevelEncoder::add(const column::LeafSlice& slice) {
  if (leaf_.maxRepetitionLevel > 0) {
    PF_TRY(scratch_.repetitionEncoder.appendLevels(slice.repetitionLevels, slice.entries));
  }
  if (leaf_.maxDefinitionLevel == 0) {
    return {};
  }
  encoding::RleHybridEncoder& encoder = scratch_.definitionEncoder;
  if (slice.validity != nullptr && slice.nulls == slice.entries) {
    return encoder.appendRun(0, slice.entries);
  }
  if (slice.validity != nullptr) {
    return encoder.appendBitmap(slice.validity, slice.validityBitOffset, slice.entries);
  }
  if (slice.definitionLevels != nullptr) {
    return encoder.appendLevels(slice.definitionLevels, slice.entries);
  }
  return encoder.appendRun(leaf_.maxDefinitionLevel, slice.entries);
}

Result<LevelEncoder::Levels> LevelEncoder::finish(bool withLengths) {
  Levels levels;
  if (leaf_.maxRepetitionLevel > 0) {
    PF_TRY_ASSIGN(levels.repetition,
                  endLevels(scratch_.repetitionLevels, scratch_.repetitionEncoder, withLengths));
  }
  if (leaf_.maxDefinitionLevel > 0) {
    PF_TRY_ASSIGN(levels.definition,
                  endLevels(scratch_.definitionLevels, scratch_.definitionEncoder, withLengths));
  }
  return levels;
}

}  // namespace parquet_flow::write
