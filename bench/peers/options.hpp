// What the writers are asked for: the same of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "parquet_flow.h"

namespace parquet_flow::peers {

enum class Encoding : std::uint8_t {
  kChosen,  // what the writer does by default
  kPlain,
  kDictionary,
  kDelta,
  kDeltaLength,
  kDeltaByteArray,
  kByteStreamSplit,
};

struct WriteOptions {
  Encoding encoding = Encoding::kChosen;
  pf_compression_t compression = PF_COMPRESSION_UNCOMPRESSED;
  std::int32_t compressionLevel = PF_LEVEL_DEFAULT;  // or of this codec
  // 0, as in each of these: the writer's default.
  std::uint64_t rowGroupRows = 0;
  std::uint64_t pageBytes = 0;
  std::uint64_t pageRows = 0;
  // Nothing: the writer's default too.
  std::optional<bool> statistics = std::nullopt;  // size statistics with them
  std::optional<bool> pageIndex = std::nullopt;
  std::optional<bool> crc = std::nullopt;
};

// Where a file goes: to `path`, else into `memory`, else nowhere.
struct Output {
  std::string path = {};
  std::vector<std::byte>* memory = nullptr;
};

}  // namespace parquet_flow::peers
