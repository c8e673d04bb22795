#include "write/encode_scratch.hpp"

#include "format/parquet_types.h"

namespace parquet_flow::write {

EncodeScratch::EncodeScratch() : header(std::make_unique<format::PageHeader>()) {}
EncodeScratch::~EncodeScratch() = default;

Result<codec::Compressor*> EncodeScratch::compressor(codec::Compression compression,
                                                     std::int32_t level) {
  if (compression == codec::Compression::kUncompressed) {
    return nullptr;
  }
  for (const Codec& known : codecs_) {
    if (known.compression == compression && known.level == level) {
      return known.compressor.get();
    }
  }
  PF_TRY_ASSIGN(auto made, codec::makeCompressor(compression, level));
  codecs_.push_back({compression, level, std::move(made)});
  return codecs_.back().compressor.get();
}

// One set of options makes all writers of a scratch, so the bound is the same at each call.
ValueEncoders* EncodeScratch::encoders(std::uint32_t width, std::uint64_t dictionaryBytesMax) {
  for (const Width& known : widths_) {
    if (known.width == width) {
      return known.encoders.get();
    }
  }
  widths_.push_back({width, std::make_unique<ValueEncoders>(width, dictionaryBytesMax)});
  return widths_.back().encoders.get();
}

}  // namespace parquet_flow::write
