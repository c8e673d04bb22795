// What the chunk writers of one thread share: the page in progress and the codecs' contexts.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "codec/codec.hpp"
#include "encoding/plain.hpp"
#include "encoding/rle_hybrid.hpp"
#include "format/compact.hpp"

namespace parquet_flow::format {
class PageHeader;
}

namespace parquet_flow::write {

// One thread at a time, and one chunk between its begin and finish. Grows to the largest page.
class EncodeScratch {
 public:
  EncodeScratch();
  EncodeScratch(const EncodeScratch&) = delete;
  EncodeScratch& operator=(const EncodeScratch&) = delete;
  ~EncodeScratch();

  // The context of this codec and level, made by the first call; nullptr for kUncompressed.
  [[nodiscard]] Result<codec::Compressor*> compressor(codec::Compression compression,
                                                      std::int32_t level);

  // Values of a page that is to be compressed, behind `frontRoom` bytes that its levels and its
  // encoding's head go to: the codec takes them as one piece.
  ByteBuffer values;
  std::size_t frontRoom = 0;
  // Each begins with the four bytes of its length.
  ByteBuffer repetitionLevels;
  ByteBuffer definitionLevels;
  encoding::RleHybridEncoder repetitionEncoder;
  encoding::RleHybridEncoder definitionEncoder;
  encoding::PlainBooleanEncoder booleanEncoder;
  format::CompactWriter thrift;
  const std::unique_ptr<format::PageHeader> header;

 private:
  struct Codec {
    codec::Compression compression;
    std::int32_t level;
    std::unique_ptr<codec::Compressor> compressor;
  };
  std::vector<Codec> codecs_;
};

}  // namespace parquet_flow::write
