#include "column/leaf_buffer.hpp"

namespace parquet_flow::column {
namespace {

constexpr std::size_t kOffsetBytes = sizeof(std::uint32_t);

}  // namespace

LeafBuffer::LeafBuffer(const schema::Leaf& leaf)
    : width_(leaf.type == schema::PhysicalType::kBoolean
                 ? 1
                 : schema::fixedWidth(leaf.type, leaf.typeLength)),
      isByteArray_(leaf.type == schema::PhysicalType::kByteArray),
      isBoolean_(leaf.type == schema::PhysicalType::kBoolean),
      hasDefinition_(leaf.maxDefinitionLevel != 0),
      hasRepetition_(leaf.maxRepetitionLevel != 0) {
  if (isByteArray_) {
    (void)beginOffsets();
  }
}

bool LeafBuffer::growFor(ByteBuffer& buffer, std::size_t bytes) noexcept {
  return buffer.reserveExtra(bytes).has_value();
}

bool LeafBuffer::beginOffsets() noexcept { return offsets_.appendLe(std::uint32_t{0}).has_value(); }

void LeafBuffer::rollBack(const Mark& mark) noexcept {
  values_.truncate(mark.values);
  offsets_.truncate(mark.offsets);
  definitionLevels_.truncate(mark.definitionLevels);
  repetitionLevels_.truncate(mark.repetitionLevels);
}

LeafView LeafBuffer::view(std::uint64_t rows) const noexcept {
  LeafView view;
  view.rows = rows;
  view.entries = hasDefinition_ ? definitionLevels_.size() : rows;
  view.values.data = values_.data();
  if (isByteArray_) {
    view.values.layout = ValuesLayout::kOffsets32;
    view.values.offsets = reinterpret_cast<const std::uint32_t*>(offsets_.data());
    view.values.count = offsets_.empty() ? 0 : offsets_.size() / kOffsetBytes - 1;
    view.values.dataBytes = values_.size();
  } else {
    view.values.layout = isBoolean_ ? ValuesLayout::kByteBooleans : ValuesLayout::kFixed;
    view.values.count = values_.size() / width_;
  }
  if (hasDefinition_) {
    view.definitionLevels = reinterpret_cast<const std::uint8_t*>(definitionLevels_.data());
  }
  if (hasRepetition_) {
    view.repetitionLevels = reinterpret_cast<const std::uint8_t*>(repetitionLevels_.data());
  }
  return view;
}

std::uint64_t LeafBuffer::bytes() const noexcept {
  return values_.size() + offsets_.size() + definitionLevels_.size() + repetitionLevels_.size();
}

std::uint64_t LeafBuffer::capacityBytes() const noexcept {
  return values_.capacity() + offsets_.capacity() + definitionLevels_.capacity() +
         repetitionLevels_.capacity();
}

bool LeafBuffer::reserve(std::uint64_t entries, std::uint64_t values,
                         std::uint64_t valueBytes) noexcept {
  return values_.reserve(valueBytes) &&
         (!isByteArray_ || offsets_.reserve((values + 1) * kOffsetBytes)) &&
         (!hasDefinition_ || definitionLevels_.reserve(entries)) &&
         (!hasRepetition_ || repetitionLevels_.reserve(entries));
}

void LeafBuffer::touch() noexcept {
  values_.touch();
  offsets_.touch();
  definitionLevels_.touch();
  repetitionLevels_.touch();
}

void LeafBuffer::clear() noexcept {
  values_.clear();
  offsets_.truncate(offsets_.empty() ? 0 : kOffsetBytes);
  definitionLevels_.clear();
  repetitionLevels_.clear();
}

}  // namespace parquet_flow::column
