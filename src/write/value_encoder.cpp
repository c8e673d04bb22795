#include "write/value_encoder.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "encoding/dictionary_indices.hpp"
#include "stats/prefix.hpp"

namespace parquet_flow::write {
namespace {

using column::ValuesLayout;
using column::ValuesView;
using encoding::Encoding;
using schema::PhysicalType;

constexpr std::size_t kLengthBytes = 4;

// Of an entry of the source's dictionary: it has no id yet, or gets one with those before it.
constexpr std::uint32_t kUnknown = UINT32_MAX;
constexpr std::uint32_t kToCome = UINT32_MAX - 1;
// New ones that are looked up in one go, and about how many bytes of them.
constexpr std::size_t kEntriesAtOnce = 256;
constexpr std::size_t kEntryBytesAtOnce = 64 << 10;
// From so many on that stand one behind the other they are looked up where they are.
constexpr std::size_t kEntriesInOrderMin = 16;

const std::uint8_t* bytesOf(const ValuesView& values) noexcept {
  return reinterpret_cast<const std::uint8_t*>(values.data);
}

// The entry of a dictionary page that begins at `at`.
std::string_view entryAt(const std::byte* at) noexcept {
  return {reinterpret_cast<const char*>(at + kLengthBytes), loadLe<std::uint32_t>(at)};
}

// Of a page with all entries of the source's dictionary.
std::size_t dictionaryBytes(const ValuesView& entries, std::size_t width) noexcept {
  return entries.layout == ValuesLayout::kOffsets32
             ? entries.count * kLengthBytes + (entries.offsets[entries.count] - entries.offsets[0])
             : entries.count * width;
}

// How many are each one more than the one before it.
std::size_t entriesInOrder(std::span<const std::uint32_t> entries) noexcept {
  std::size_t count = 1;
  while (count < entries.size() && entries[count] == entries[0] + count) {
    ++count;
  }
  return count;
}

tl::unexpected<Error> failNoEncoder() {
  return fail(ErrorCode::kInternal, "an encoding that the column's type does not have");
}

}  // namespace

ValueEncoder::ValueEncoder(const schema::Leaf& leaf, std::uint64_t dictionaryBytesMax,
                           EncodeScratch& scratch)
    : leaf_(leaf),
      width_(schema::fixedWidth(leaf.type, leaf.typeLength)),
      materialized_(scratch.materialized),
      encoders_(*scratch.encoders(width_, dictionaryBytesMax)) {}

void ValueEncoder::beginChunk() noexcept {
  encoders_.dictionary.clear();
  encoders_.ids.clear();
  ends_ = {};
  expectsValues_ = false;
  idsExpected_ = 0;
}

void ValueEncoder::begin(Encoding encoding, ByteBuffer& body) {
  encoding_ = encoding;
  body_ = &body;
  bodyBegin_ = body.size();
  head_ = {};
  switch (encoding) {
    case Encoding::kPlain:
      return encoders_.plainBoolean.reset();
    case Encoding::kRle:
      return encoders_.rleBoolean.begin(body);
    case Encoding::kDeltaBinaryPacked:
      return width_ == sizeof(std::uint32_t) ? encoders_.delta32.begin(body)
                                             : encoders_.delta64.begin(body);
    case Encoding::kDeltaLengthByteArray:
      return encoders_.deltaLengthByteArray.begin(body);
    case Encoding::kDeltaByteArray:
      return encoders_.deltaByteArray.begin(body);
    case Encoding::kByteStreamSplit:
      return encoders_.byteStreamSplit.begin(body);
    case Encoding::kRleDictionary:
    case Encoding::kPlainDictionary:
    case Encoding::kBitPacked:
      break;
  }
}

Result<bool> ValueEncoder::lookUp(const ValuesView& values) {
  if (values.count == 0) {
    return true;  // as in append; where the source's dictionary has no entries, it has no offsets
  }
  PF_TRY_ASSIGN(std::byte* const to,
                encoders_.ids.reserveExtra(values.count * sizeof(std::uint32_t)));
  auto* const ids = reinterpret_cast<std::uint32_t*>(to);
  if (values.layout == ValuesLayout::kIndices) {
    return lookUpIndices(values, ids);
  }
  PF_TRY_ASSIGN(const std::size_t taken, appendToDictionary(values, ids));
  return taken == values.count;
}

// Each entry of the source's dictionary is looked up when a value first refers to it, so that those
// that none does are not in ours.
Result<bool> ValueEncoder::lookUpIndices(const ValuesView& values, std::uint32_t* ids) {
  ByteBuffer& known = encoders_.idsOfSource;
  if (known.empty()) {
    const std::size_t bytes = values.dictionary->count * sizeof(std::uint32_t);
    PF_TRY_ASSIGN(std::byte* const to, known.appendUninitialized(bytes));
    std::memset(to, 0xFF, bytes);
    if (dictionaryCount() == 0) {
      const std::size_t entries =
          std::min(values.dictionary->count, std::max(values.count, idsExpected_));
      PF_TRY(encoders_.dictionary.reserve(entries, dictionaryBytes(*values.dictionary, width_)));
    }
  }
  auto* const idOf = reinterpret_cast<std::uint32_t*>(known.data());
  std::array<std::uint32_t, kEntriesAtOnce> entries;
  std::size_t done = 0;
  while (done < values.count) {
    std::size_t next = done;
    std::size_t count = 0;  // of entries that are new
    for (; next < values.count && count < entries.size(); ++next) {
      const std::uint32_t entry = values.indices[next];
      if (idOf[entry] == kUnknown) {
        idOf[entry] = kToCome;
        entries[count++] = entry;
      }
    }
    PF_TRY_ASSIGN(const bool taken,
                  lookUpEntries(*values.dictionary, {entries.data(), count}, idOf));
    if (!taken) {
      return false;
    }
    for (; done < next; ++done) {
      ids[done] = idOf[values.indices[done]];
    }
  }
  return true;
}

// Where there is no room for all, the others are unknown again.
Result<bool> ValueEncoder::lookUpEntries(const ValuesView& dictionary,
                                         std::span<const std::uint32_t> entries,
                                         std::uint32_t* idOf) {
  std::array<std::uint32_t, kEntriesAtOnce> ids;
  while (!entries.empty()) {
    ValuesView dense = dictionary;
    dense.count = entriesInOrder(entries);
    if (dense.count == entries.size() || dense.count >= kEntriesInOrderMin) {
      if (dense.layout == ValuesLayout::kOffsets32) {
        dense.offsets += entries[0];
      } else {
        dense.data += std::size_t{entries[0]} * width_;
      }
    } else {
      std::size_t refused = column::kNoValue;
      PF_TRY_ASSIGN(dense, column::takeValues(dictionary, leaf_, entries.data(), entries.size(),
                                              kEntryBytesAtOnce, materialized_, refused));
    }
    PF_TRY_ASSIGN(const std::size_t taken, appendToDictionary(dense, ids.data()));
    for (std::size_t i = 0; i < taken; ++i) {
      idOf[entries[i]] = ids[i];
    }
    if (taken < dense.count) {
      for (const std::uint32_t entry : entries.subspan(taken)) {
        idOf[entry] = kUnknown;
      }
      return false;
    }
    entries = entries.subspan(taken);
  }
  return true;
}

Result<std::size_t> ValueEncoder::appendToDictionary(const ValuesView& values, std::uint32_t* ids) {
  return values.layout == ValuesLayout::kOffsets32
             ? encoders_.dictionary.append(values.data, values.offsets, values.count, ids)
             : encoders_.dictionary.append(values.data, values.count, ids);
}

// Most pages have both the least and the greatest entry: then no other needs to be looked at.
Result<void> ValueEncoder::addTo(stats::BoundsCollector& bounds) {
  if (dictionaryCount() == 0 || bounds.order() == stats::Order::kNone) {
    return {};
  }
  findEnds(bounds.order());
  const auto* ids = reinterpret_cast<const std::uint32_t*>(encoders_.ids.data());
  const auto* idsEnd = ids + encoders_.ids.size() / sizeof(std::uint32_t);
  const std::array<Entry, 2> both = {ends_.least, ends_.greatest};
  for (const Entry& entry : both) {
    if (std::find(ids, idsEnd, entry.id) == idsEnd) {
      return addUsed(bounds);
    }
  }
  const std::byte* const page = dictionaryPage().data();
  for (const Entry& entry : both) {
    bounds.addByteArray(entryAt(page + entry.position));
  }
  return {};
}

// Compares the entries that have come since with the ends so far: nearly all by their prefixes.
void ValueEncoder::findEnds(stats::Order order) noexcept {
  const std::byte* const page = dictionaryPage().data();
  const bool havePrefixes = order == stats::Order::kBytes;
  for (; ends_.entries < dictionaryCount(); ++ends_.entries) {
    const std::size_t position = ends_.bytes;
    const std::string_view value = entryAt(page + position);
    ends_.bytes += kLengthBytes + value.size();
    const std::uint64_t prefix = havePrefixes ? stats::prefixOf(value) : 0;
    if (prefix > ends_.least.prefix && prefix < ends_.greatest.prefix) {
      continue;
    }
    const Entry entry = {static_cast<std::uint32_t>(ends_.entries), position, prefix};
    const auto isBelow = [&](const Entry& other) {
      return stats::compareValues(order, value, entryAt(page + other.position)) < 0;
    };
    const auto isAbove = [&](const Entry& other) {
      return stats::compareValues(order, value, entryAt(page + other.position)) > 0;
    };
    if (entry.id == 0 || isBelow(ends_.least)) {
      ends_.least = entry;
    }
    if (entry.id == 0 || isAbove(ends_.greatest)) {
      ends_.greatest = entry;
    }
  }
}

Result<void> ValueEncoder::addUsed(stats::BoundsCollector& bounds) {
  ByteBuffer& isUsed = encoders_.isUsed;
  isUsed.clear();
  const std::size_t entries = dictionaryCount();
  PF_TRY_ASSIGN(std::byte* const used, isUsed.appendUninitialized(entries));
  std::memset(used, 0, entries);
  // In locals: a byte that is written may be one of anything's.
  const auto* ids = reinterpret_cast<const std::uint32_t*>(encoders_.ids.data());
  const std::size_t count = encoders_.ids.size() / sizeof(std::uint32_t);
  for (std::size_t i = 0; i < count; ++i) {
    used[ids[i]] = std::byte{1};
  }
  const std::byte* at = dictionaryPage().data();
  for (std::size_t id = 0; id < entries; ++id) {
    const std::string_view value = entryAt(at);
    if (used[id] != std::byte{0}) {
      bounds.addByteArray(value);
    }
    at += kLengthBytes + value.size();
  }
  return {};
}

Result<void> ValueEncoder::append(const ValuesView& values) {
  deltaRuns_.clear();
  if (values.count == 0) {
    return {};  // a slice of nulls, whose values may be nowhere
  }
  const bool isByteArray = values.layout == ValuesLayout::kOffsets32;
  switch (encoding_) {
    case Encoding::kPlain:
      return appendPlain(values);
    case Encoding::kRle:
      return appendRle(values);
    case Encoding::kDeltaBinaryPacked:
      return width_ == sizeof(std::uint32_t)
                 ? encoders_.delta32.append(values.data, values.count, &deltaRuns_)
                 : encoders_.delta64.append(values.data, values.count, &deltaRuns_);
    case Encoding::kDeltaLengthByteArray:
      return encoders_.deltaLengthByteArray.append(values.data, values.offsets, values.count);
    case Encoding::kDeltaByteArray:
      return isByteArray
                 ? encoders_.deltaByteArray.append(values.data, values.offsets, values.count)
                 : encoders_.deltaByteArray.append(values.data, values.count);
    case Encoding::kByteStreamSplit:
      return encoders_.byteStreamSplit.append(values.data, values.count);
    case Encoding::kRleDictionary:  // lookUp has written their ids
      encoders_.ids.commit(values.count * sizeof(std::uint32_t));
      return {};
    case Encoding::kPlainDictionary:
    case Encoding::kBitPacked:
      break;
  }
  return failNoEncoder();
}

Result<void> ValueEncoder::appendPlain(const ValuesView& values) {
  switch (values.layout) {
    case ValuesLayout::kFixed:
      return encoding::encodePlainFixed(values.data, values.count, width_, *body_);
    case ValuesLayout::kOffsets32:
      return encoding::encodePlainByteArrays(values.data, values.offsets, values.count, *body_);
    case ValuesLayout::kByteBooleans:
      return encoders_.plainBoolean.appendBytes(bytesOf(values), values.count, *body_);
    case ValuesLayout::kBits:
      return encoders_.plainBoolean.appendBits(bytesOf(values), values.bitOffset, values.count,
                                               *body_);
    case ValuesLayout::kIndices:
      break;
  }
  return fail(ErrorCode::kInternal, "values in no known layout");
}

Result<void> ValueEncoder::appendRle(const ValuesView& values) {
  return values.layout == ValuesLayout::kBits
             ? encoders_.rleBoolean.appendBits(bytesOf(values), values.bitOffset, values.count)
             : encoders_.rleBoolean.appendBytes(bytesOf(values), values.count);
}

Result<void> ValueEncoder::finish() {
  const auto finishWith = [this](auto& encoder) -> Result<void> {
    PF_TRY(encoder.finish());
    head_ = encoder.head();
    return {};
  };
  switch (encoding_) {
    case Encoding::kPlain:
      return {};
    case Encoding::kRle:
      return finishWith(encoders_.rleBoolean);
    case Encoding::kDeltaBinaryPacked:
      return width_ == sizeof(std::uint32_t) ? finishWith(encoders_.delta32)
                                             : finishWith(encoders_.delta64);
    case Encoding::kDeltaLengthByteArray:
      return finishWith(encoders_.deltaLengthByteArray);
    case Encoding::kDeltaByteArray:
      return finishWith(encoders_.deltaByteArray);
    case Encoding::kByteStreamSplit:
      return finishWith(encoders_.byteStreamSplit);
    case Encoding::kRleDictionary:
      return finishDictionaryPage();
    case Encoding::kPlainDictionary:
    case Encoding::kBitPacked:
      break;
  }
  return failNoEncoder();
}

Result<void> ValueEncoder::finishDictionaryPage() {
  const std::size_t count = encoders_.ids.size() / sizeof(std::uint32_t);
  if (dictionaryCount() == 0 && !expectsValues_) {
    // A chunk of nulls alone would else refer to a dictionary that is not there.
    encoding_ = Encoding::kPlain;
    return {};
  }
  const unsigned bitWidth = encoding::dictionaryIndexBitWidth(dictionaryCount());
  bitWidth_ = static_cast<std::byte>(bitWidth);
  head_ = ConstBytes(&bitWidth_, 1);
  const auto* ids = reinterpret_cast<const std::uint32_t*>(encoders_.ids.data());
  PF_TRY(encoding::encodeDictionaryIndices(ids, count, bitWidth, *body_));
  encoders_.ids.clear();
  return {};
}

std::size_t ValueEncoder::dictionaryCount() const noexcept { return encoders_.dictionary.count(); }

ConstBytes ValueEncoder::dictionaryPage() const noexcept {
  return encoders_.dictionary.plainPage();
}

std::uint64_t ValueEncoder::plainBytes(const schema::Leaf& leaf, std::uint64_t values,
                                       std::uint64_t sourceBytes) noexcept {
  switch (leaf.type) {
    case PhysicalType::kBoolean:
      return (values + 7) / 8;
    case PhysicalType::kByteArray:
      return kLengthBytes * values + sourceBytes;
    default:
      return values * schema::fixedWidth(leaf.type, leaf.typeLength);
  }
}

// By the type alone: a page of dictionary indices may have to be another's, and they are all near
// to PLAIN.
std::uint64_t ValueEncoder::bytesMax(const schema::Leaf& leaf, std::uint64_t values,
                                     std::uint64_t sourceBytes) noexcept {
  const std::uint64_t plain = plainBytes(leaf, values, sourceBytes);
  switch (leaf.type) {
    case PhysicalType::kBoolean:
      return plain + plain / 8 + 64;  // RLE: a run's header at most once for 64 values
    case PhysicalType::kByteArray:
    case PhysicalType::kFixedLenByteArray:
      return std::max(plain, encoding::deltaByteArrayBytesMax(values, sourceBytes));
    case PhysicalType::kInt32:
      return std::max(plain, encoding::deltaBinaryPackedBytesMax<std::uint32_t>(values));
    default:
      return std::max(plain, encoding::deltaBinaryPackedBytesMax<std::uint64_t>(values));
  }
}

}  // namespace parquet_flow::write
