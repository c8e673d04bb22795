// The values of a page's part: from where they lie, or are decoded to, to their slots.
#include <algorithm>
#include <cstring>
#include <string>

#include "base/bits.hpp"
#include "base/byte_reader.hpp"
#include "encoding/encoding.hpp"
#include "encoding/rle_bitmap.hpp"
#include "read/column_cursor.hpp"
#include "read/spread.hpp"

namespace parquet_flow::read {
namespace {

using encoding::Encoding;
using schema::PhysicalType;

tl::unexpected<Error> corrupt(std::string message) {
  return fail(ErrorCode::kCorrupt, std::move(message));
}

bool is(std::int32_t encoding, Encoding known) noexcept {
  return encoding == static_cast<std::int32_t>(known);
}

const std::uint32_t* asOffsets(const ByteBuffer& buffer) noexcept {
  return reinterpret_cast<const std::uint32_t*>(buffer.data());
}

// That `bytes` are PLAIN values of `needed` bytes.
Result<void> checkPlain(ConstBytes bytes, std::uint64_t needed, std::uint64_t values) {
  if (bytes.size() < needed) {
    return corrupt(std::to_string(bytes.size()) + " bytes of PLAIN values do not hold " +
                   std::to_string(values) + " values");
  }
  return checkBehind(bytes.subspan(needed));
}

}  // namespace

std::size_t ColumnCursor::width() const noexcept {
  return schema::fixedWidth(leaf_.type, leaf_.typeLength);
}

// What rows stand for is bounded by what their pages have, and the limit.
Result<void> ColumnCursor::checkBytes(std::uint64_t valueBytes) {
  if (valueBytes > bytesBehind_ + limits_.pageBytesMax) {
    hadTooManyRows_ = true;
    return fail(ErrorCode::kLimit, "values of " + std::to_string(valueBytes) + " bytes out of " +
                                       std::to_string(bytesBehind_) + ", where the limit is " +
                                       std::to_string(limits_.pageBytesMax) +
                                       " more: fewer rows at a time take less");
  }
  return {};
}

Result<void> ColumnCursor::checkArrays(std::uint64_t valueBytes) {
  if (valueBytes > limits_.arrayBytesMax) {
    hadTooManyRows_ = true;
    return fail(ErrorCode::kLimit, "more than 4 GiB of BYTE_ARRAY values at once");
  }
  return {};
}

bool ColumnCursor::tryLend(std::uint64_t rows, ColumnVector& out) {
  const std::size_t valueBytes = width();
  const bool isBoolean = leaf_.type == PhysicalType::kBoolean;
  if (!page_.isLasting || !is(page_.encoding, Encoding::kPlain) || out.entries != 0 ||
      keepsLevels(leaf_) || (valueBytes == 0 && !isBoolean)) {
    return false;
  }
  const auto at = static_cast<std::size_t>(entryAt_);
  const auto count = static_cast<std::size_t>(rows);
  if (leaf_.maxDefinitionLevel != 0 && levels_.values != page_.entries) {
    return false;
  }
  const std::uint64_t needed = isBoolean ? bitmapBytes(static_cast<std::size_t>(levels_.values))
                                         : levels_.values * valueBytes;
  const std::byte* const from = page_.values.data() + (isBoolean ? at / 8 : at * valueBytes);
  if (page_.values.size() != needed ||
      reinterpret_cast<std::uintptr_t>(from) % lendAlignment_ != 0) {
    return false;
  }
  out.lent = from;
  out.lentBitOffset = isBoolean ? at % 8 : 0;
  out.entries = rows;
  out.slots = rows;
  entryAt_ += count;
  valueAt_ += count;
  return true;
}

Result<void> ColumnCursor::appendValues(const Part& part, ColumnVector& out) {
  switch (leaf_.type) {
    case PhysicalType::kBoolean:
      return appendBits(part, out);
    case PhysicalType::kByteArray:
      return appendArrays(part, out);
    default:
      return appendFixed(part, out);
  }
}

// Where the values of the open page are, once for all of its parts; of ids where the next ones are.
Result<void> ColumnCursor::openValues() {
  if (isOfIds()) {
    return openIds();
  }
  if (source_ != Source::kNone) {
    return {};
  }
  if (leaf_.type == PhysicalType::kBoolean) {
    return openBooleans();
  }
  if (leaf_.type != PhysicalType::kByteArray && is(page_.encoding, Encoding::kPlain)) {
    PF_TRY(checkPlain(page_.values, levels_.values * width(), levels_.values));
    from_ = page_.values.data();
    source_ = Source::kFixed;
    return {};
  }
  PF_TRY(decodeDense());
  from_ = dense_.data();
  source_ = leaf_.type == PhysicalType::kByteArray ? Source::kArrays : Source::kFixed;
  return {};
}

// Goes on at the next value. Those that were passed by before were not taken.
Result<void> ColumnCursor::openIds() {
  if (source_ == Source::kNone) {
    PF_TRY(decoder_.beginIds(page_.values, levels_.values));
    source_ = Source::kIds;
  }
  return decoder_.skipIds(decoder_.idsLeft() - (levels_.values - valueAt_));
}

Result<void> ColumnCursor::decodeDense() {
  PF_TRY(countValues(width()));
  dense_.clear();
  denseOffsets_.clear();
  if (leaf_.type == PhysicalType::kByteArray) {
    PF_TRY(denseOffsets_.appendLe(std::uint32_t{0}));
  }
  return decoder_.decode(page_.encoding, page_.values, levels_.values, {dense_, denseOffsets_});
}

Result<void> ColumnCursor::openBooleans() {
  const auto values = static_cast<std::size_t>(levels_.values);
  if (is(page_.encoding, Encoding::kPlain)) {
    PF_TRY(checkPlain(page_.values, bitmapBytes(values), values));
    from_ = page_.values.data();
  } else if (is(page_.encoding, Encoding::kRle) && values != 0) {
    ByteReader reader(page_.values);
    PF_TRY_ASSIGN(const auto length, reader.read<std::uint32_t>());
    PF_TRY_ASSIGN(const ConstBytes runs, reader.readBytes(length));
    PF_TRY(checkBehind(reader.rest()));
    dense_.clear();
    PF_TRY_ASSIGN(std::byte* const bits, dense_.appendUninitialized(bitmapBytes(values)));
    PF_TRY(encoding::decodeRleBitmap(runs, values, bits));
    from_ = bits;
  } else {
    PF_TRY(decodeDense());
    denseOffsets_.clear();
    PF_TRY_ASSIGN(std::byte* const bits, denseOffsets_.appendUninitialized(bitmapBytes(values)));
    packBooleans(reinterpret_cast<const std::uint8_t*>(dense_.data()), values, bits, 0);
    from_ = bits;
  }
  source_ = Source::kBits;
  return {};
}

Result<void> ColumnCursor::appendFixed(const Part& part, ColumnVector& out) {
  const std::size_t valueBytes = width();
  const auto slots = static_cast<std::size_t>(part.slots);
  PF_TRY(checkBytes(out.values.size() + std::uint64_t{slots} * valueBytes));
  const bool isDirect = part.isWholePage && part.values == part.slots && source_ == Source::kNone &&
                        !is(page_.encoding, Encoding::kPlain) && !isOfIds();
  if (isDirect) {
    PF_TRY(countValues(0));
    return decoder_.decode(page_.encoding, page_.values, levels_.values,
                           {out.values, denseOffsets_});
  }
  PF_TRY(openValues());
  PF_TRY_ASSIGN(std::byte* const to, out.values.appendUninitialized(slots * valueBytes));
  if (source_ == Source::kIds && part.validity == nullptr) {
    return decoder_.takeFixed(slots, to);
  }
  const std::byte* from = nullptr;
  auto values = static_cast<std::size_t>(levels_.values - valueAt_);
  if (source_ == Source::kIds) {
    values = static_cast<std::size_t>(part.values);
    dense_.clear();
    PF_TRY_ASSIGN(std::byte* const taken, dense_.appendUninitialized(values * valueBytes));
    PF_TRY(decoder_.takeFixed(values, taken));
    from = taken;
  } else {
    from = from_ + valueAt_ * valueBytes;
  }
  if (part.validity != nullptr) {
    spreadFixed(from, values, valueBytes, part.validity, part.validityOffset, slots, to);
  } else if (slots != 0) {  // memcpy from nullptr is undefined, even for nothing
    std::memcpy(to, from, slots * valueBytes);
  }
  return {};
}

Result<void> ColumnCursor::appendBits(const Part& part, ColumnVector& out) {
  PF_TRY(openValues());
  const auto slots = static_cast<std::size_t>(part.slots);
  const auto before = static_cast<std::size_t>(out.slots);
  PF_TRY(out.values.appendUninitialized(bitmapBytes(before + slots) - out.values.size()));
  if (part.validity == nullptr) {
    copyBits(from_, static_cast<std::size_t>(valueAt_), slots, out.values.data(), before);
  } else {
    spreadBits(from_, static_cast<std::size_t>(valueAt_), part.validity, part.validityOffset, slots,
               out.values.data(), before);
  }
  return {};
}

Result<void> ColumnCursor::appendArrays(const Part& part, ColumnVector& out) {
  if (isOfIds() || (part.isWholePage && source_ == Source::kNone)) {
    return appendNewArrays(part, out);
  }
  PF_TRY(openValues());
  const auto slots = static_cast<std::size_t>(part.slots);
  const std::uint32_t* const ends = asOffsets(denseOffsets_) + valueAt_;
  const auto values = static_cast<std::size_t>(part.values);
  const std::size_t bytes = ends[values] - ends[0];
  const std::size_t before = out.values.size();
  PF_TRY(checkBytes(before + bytes));
  PF_TRY(checkArrays(before + bytes));
  PF_TRY(out.values.append(from_ + ends[0], bytes));
  PF_TRY_ASSIGN(std::byte* const room,
                out.offsets.appendUninitialized(slots * sizeof(std::uint32_t)));
  auto* const to = reinterpret_cast<std::uint32_t*>(room) - 1;  // the end of the slot before
  if (part.validity == nullptr) {
    std::copy_n(ends + 1, slots, to + 1);
  } else {
    spreadRanks(ends, values + 1, part.validity, part.validityOffset, slots, to);
    to[slots] = ends[values];
  }
  const auto shift = static_cast<std::uint32_t>(before) - ends[0];
  for (std::size_t i = part.validity == nullptr ? 1 : 0; i <= slots && shift != 0; ++i) {
    to[i] += shift;
  }
  return {};
}

// Decodes the values of a part, which is the whole page unless they lie in a dictionary. Their
// bytes are the same whether there are nulls between them or not.
Result<void> ColumnCursor::appendNewArrays(const Part& part, ColumnVector& out) {
  const auto values = static_cast<std::size_t>(part.values);
  const auto decode = [&](ByteBuffer& ends) -> Result<void> {
    if (isOfIds()) {
      PF_TRY(openIds());
      auto taken =
          decoder_.takeArrays(values, bytesBehind_ + limits_.pageBytesMax, {out.values, ends});
      hadTooManyRows_ = !taken && taken.error().code() == ErrorCode::kLimit;
      return taken;
    }
    PF_TRY(countValues(0));
    // Before they are decoded: values are not longer than their page, unless they share prefixes.
    const std::size_t before = out.values.size();
    PF_TRY(checkArrays(before + page_.values.size()));
    auto decoded =
        decoder_.decode(page_.encoding, page_.values, levels_.values, {out.values, ends});
    hadTooManyRows_ = !decoded && before != 0 && decoded.error().code() == ErrorCode::kLimit;
    PF_TRY(std::move(decoded));
    return checkBytes(out.values.size());
  };
  if (part.validity == nullptr) {
    return decode(out.offsets);
  }
  denseOffsets_.clear();
  PF_TRY(denseOffsets_.appendLe(static_cast<std::uint32_t>(out.values.size())));
  PF_TRY(decode(denseOffsets_));
  const auto slots = static_cast<std::size_t>(part.slots);
  PF_TRY_ASSIGN(std::byte* const room,
                out.offsets.appendUninitialized(slots * sizeof(std::uint32_t)));
  auto* const to = reinterpret_cast<std::uint32_t*>(room) - 1;
  const std::uint32_t* const ends = asOffsets(denseOffsets_);
  spreadRanks(ends, values + 1, part.validity, part.validityOffset, slots, to);
  to[slots] = ends[values];
  return {};
}

}  // namespace parquet_flow::read
