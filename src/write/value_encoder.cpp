#include "write/value_encoder.hpp"

namespace parquet_flow::write {
namespace {

using column::ValuesLayout;
using column::ValuesView;
using encoding::Encoding;
using schema::PhysicalType;

constexpr std::size_t kLengthBytes = 4;

}  // namespace

ValueEncoder::ValueEncoder(const schema::Leaf& leaf, std::uint64_t dictionaryBytesMax,
                           EncodeScratch& scratch) noexcept
    : leaf_(leaf),
      scratch_(scratch),
      width_(schema::fixedWidth(leaf.type, leaf.typeLength)),
      dictionaryBytesMax_(dictionaryBytesMax) {}

Result<void> ValueEncoder::beginChunk() { return {}; }

void ValueEncoder::begin(Encoding encoding, ByteBuffer& body) {
  encoding_ = encoding;
  body_ = &body;
  head_ = {};
  scratch_.booleanEncoder.reset();
}

Result<bool> ValueEncoder::lookUp(const ValuesView& /*values*/) { return false; }

Result<void> ValueEncoder::append(const ValuesView& values) { return appendPlain(values); }

Result<void> ValueEncoder::appendPlain(const ValuesView& values) {
  switch (values.layout) {
    case ValuesLayout::kFixed:
      return encoding::encodePlainFixed(values.data, values.count, width_, *body_);
    case ValuesLayout::kOffsets32:
      return encoding::encodePlainByteArrays(values.data, values.offsets, values.count, *body_);
    case ValuesLayout::kByteBooleans:
      return scratch_.booleanEncoder.appendBytes(reinterpret_cast<const std::uint8_t*>(values.data),
                                                 values.count, *body_);
    case ValuesLayout::kBits:
      return scratch_.booleanEncoder.appendBits(reinterpret_cast<const std::uint8_t*>(values.data),
                                                values.bitOffset, values.count, *body_);
    case ValuesLayout::kIndices:
      break;  // not asked for
  }
  return fail(ErrorCode::kInternal, "values in no known layout");
}

Result<void> ValueEncoder::finish() { return {}; }

std::size_t ValueEncoder::dictionaryCount() const noexcept { return 0; }
ConstBytes ValueEncoder::dictionaryPage() const noexcept { return {}; }

std::uint64_t ValueEncoder::plainBytes(std::uint64_t values,
                                       std::uint64_t sourceBytes) const noexcept {
  switch (leaf_.type) {
    case PhysicalType::kBoolean:
      return (values + 7) / 8;
    case PhysicalType::kByteArray:
      return kLengthBytes * values + sourceBytes;
    default:
      return values * width_;
  }
}

std::uint64_t ValueEncoder::bytesMax(Encoding /*encoding*/, std::uint64_t values,
                                     std::uint64_t sourceBytes) const noexcept {
  return plainBytes(values, sourceBytes);
}

}  // namespace parquet_flow::write
