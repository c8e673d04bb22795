// What the chunk writers of one thread share: the page in progress and the codecs' contexts.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "codec/codec.hpp"
#include "column/take.hpp"
#include "encoding/byte_stream_split.hpp"
#include "encoding/delta_binary_packed.hpp"
#include "encoding/delta_byte_array.hpp"
#include "encoding/delta_length_byte_array.hpp"
#include "encoding/dictionary_builder.hpp"
#include "encoding/plain.hpp"
#include "encoding/rle_boolean.hpp"
#include "encoding/rle_hybrid.hpp"
#include "format/compact.hpp"
#include "stats/bloom_filter.hpp"
#include "write/encoding_choice.hpp"

namespace parquet_flow::format {
class PageHeader;
}

namespace parquet_flow::write {

// The encoders of values, with what they keep from page to page. Those of one width serve all
// leaves of that width, and of a chunk at most a few are used: the others hold no memory.
struct ValueEncoders {
  // `width`: of fixed values, 0 for BOOLEAN and BYTE_ARRAY.
  ValueEncoders(std::uint32_t width, std::uint64_t dictionaryBytesMax) noexcept
      : deltaByteArray(width),
        byteStreamSplit(width),
        dictionary(width, static_cast<std::size_t>(dictionaryBytesMax)),
        sampleDictionary(width, static_cast<std::size_t>(dictionaryBytesMax)) {}

  encoding::PlainBooleanEncoder plainBoolean;
  encoding::RleBooleanEncoder rleBoolean;
  encoding::DeltaBinaryPackedEncoder<std::uint32_t> delta32;
  encoding::DeltaBinaryPackedEncoder<std::uint64_t> delta64;
  encoding::DeltaLengthByteArrayEncoder deltaLengthByteArray;
  encoding::DeltaByteArrayEncoder deltaByteArray;
  encoding::ByteStreamSplitEncoder byteStreamSplit;
  encoding::DictionaryBuilder dictionary;
  // Of large samples: each begins with tables of the size that it needed the time before.
  encoding::DictionaryBuilder sampleDictionary;
  ByteBuffer ids;  // std::uint32_t each: of the open page, in the dictionary
  // By the numbers of the dictionary that the values come with: their ids in ours.
  ByteBuffer idsOfSource;
  ByteBuffer isUsed;  // a byte for each entry of the dictionary
};

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
  // Those of this width, made by the first call; they live as long as the scratch.
  [[nodiscard]] ValueEncoders* encoders(std::uint32_t width, std::uint64_t dictionaryBytesMax);

  // Values of a page that is to be compressed, behind `frontRoom` bytes that its levels and its
  // encoding's head go to: the codec takes them as one piece.
  ByteBuffer values;
  std::size_t frontRoom = 0;
  // Each begins with the four bytes of its length.
  ByteBuffer repetitionLevels;
  ByteBuffer definitionLevels;
  encoding::RleHybridEncoder repetitionEncoder;
  encoding::RleHybridEncoder definitionEncoder;
  column::TakeScratch materialized;
  format::CompactWriter thrift;
  EncodingChooser chooser;
  stats::BloomFilterBuilder bloomFilter;
  const std::unique_ptr<format::PageHeader> header;

 private:
  struct Codec {
    codec::Compression compression;
    std::int32_t level;
    std::unique_ptr<codec::Compressor> compressor;
  };
  struct Width {
    std::uint32_t width;
    std::unique_ptr<ValueEncoders> encoders;
  };
  std::vector<Codec> codecs_;
  std::vector<Width> widths_;
};

}  // namespace parquet_flow::write
