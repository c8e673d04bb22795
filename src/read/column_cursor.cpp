#include "read/column_cursor.hpp"

#include <algorithm>
#include <string>

#include "base/assert.hpp"
#include "base/bits.hpp"
#include "column/level_scan.hpp"
#include "format/parquet_types.h"
#include "read/footer.hpp"
#include "read/level_bits.hpp"
#include "read/page_work.hpp"

namespace parquet_flow::read {
namespace {

using schema::PhysicalType;

tl::unexpected<Error> corrupt(std::string message) {
  return fail(ErrorCode::kCorrupt, std::move(message));
}

// Each entry that repeats goes on with a list that is there, on both sides.
bool levelsAgree(const schema::Leaf& leaf, const std::uint8_t* definitions,
                 const std::uint8_t* repetitions, std::size_t count) noexcept {
  for (std::uint8_t level = 1; level <= leaf.maxRepetitionLevel; ++level) {
    if (!column::repeatedAreDefined(definitions, repetitions, count, level,
                                    leaf.repeatedDefinitionLevels[level - 1U])) {
      return false;
    }
  }
  return true;
}

}  // namespace

Result<void> ColumnCursor::beginChunk(const io::InputFile& file, const format::ColumnMetaData& meta,
                                      std::uint64_t rows) {
  PF_TRY(checkChunk(leaf_, meta));
  PF_TRY_ASSIGN(codec::Decompressor* const decompressor, decompressor_.of(meta));
  const auto entries = static_cast<std::uint64_t>(meta.num_values);
  PF_TRY(pages_.begin(file, static_cast<std::uint64_t>(chunkOffset(meta)),
                      static_cast<std::uint64_t>(meta.total_compressed_size), decompressor,
                      entries));
  decoder_.forgetDictionary();
  chunkRows_ = rows;
  rowsLeft_ = rows;
  isFirstEntry_ = true;
  hadTooManyRows_ = false;
  page_ = Page{};
  entryAt_ = 0;
  if (leaf_.maxRepetitionLevel == 0 && entries != rows) {
    return corrupt("it has " + std::to_string(entries) + " rows, its row group " +
                   std::to_string(rows));
  }
  return {};
}

bool ColumnCursor::isOfIds() const noexcept {
  return leaf_.type != PhysicalType::kBoolean && isInDictionary(page_);
}

tl::unexpected<Error> ColumnCursor::failRows(std::uint64_t rowsShort) const {
  return corrupt("it has " + std::to_string(chunkRows_ - rowsShort) + " rows, its row group " +
                 std::to_string(chunkRows_));
}

// The next data page, and the dictionary in front of it.
Result<void> ColumnCursor::loadPage() {
  for (;;) {
    PF_TRY_ASSIGN(page_, pages_.next());
    Result<void> loaded = countPage(page_);
    if (loaded && page_.isDictionary) {
      loaded = setDictionary(page_);
      page_.entries = 0;
    } else if (loaded) {
      loaded = loadLevels();
    }
    if (!loaded) {
      return fail(pages_.inPage(std::move(loaded).error()));
    }
    if (page_.entries != 0 || pages_.atEnd()) {
      break;
    }
  }
  entryAt_ = 0;
  valueAt_ = 0;
  source_ = Source::kNone;
  ids_ = nullptr;
  bytesBehind_ += page_.values.size();
  return {};
}

// Of what the column holds together the budget is told what is not free: `most` was it so far of a
// part, which now takes `bytes`.
Result<void> ColumnCursor::hold(std::uint64_t bytes, std::uint64_t& most) {
  if (limits_.budget == nullptr || bytes <= most) {
    return {};
  }
  const auto counted = [&] {
    const std::uint64_t held = heldDictionary_ + heldPage_ + heldBatch_;
    return held - std::min(held, DecodeBudget::kFreeBytes);
  };
  const std::uint64_t before = counted();
  most = bytes;
  return limits_.budget->hold(counted() - before);
}

// What the levels of the open page are kept as.
std::uint64_t ColumnCursor::levelBytes(std::uint64_t entries) const noexcept {
  if (!keepsLevels(leaf_)) {
    return leaf_.maxDefinitionLevel == 0 ? 0 : bitmapBytes(static_cast<std::size_t>(entries));
  }
  return leaf_.maxRepetitionLevel == 0 ? entries : 2 * entries;
}

// The page that came last, before its levels and values are decoded.
Result<void> ColumnCursor::countPage(const Page& page) {
  if (limits_.budget == nullptr) {
    return {};
  }
  const std::uint64_t levels = page.isDictionary ? 0 : levelBytes(page.entries);
  PF_TRY(limits_.budget->decode(pageWork(leaf_, page, pages_.inflatedBytes(), levels)));
  return hold(pages_.inflatedBytes() + levels, heldPage_);
}

// Of the open page, before its values are decoded to `valueBytes` each.
Result<void> ColumnCursor::countValues(std::uint64_t valueBytes) {
  return hold(pages_.inflatedBytes() + levelBytes(page_.entries) + levels_.values * valueBytes,
              heldPage_);
}

// Of BYTE_ARRAYs what entries of a dictionary come to is known now; all else was counted by page.
Result<void> ColumnCursor::countBatch(const ColumnVector& out) {
  const std::uint64_t bytes = out.values.size();
  if (limits_.budget != nullptr && leaf_.type == PhysicalType::kByteArray) {
    PF_TRY(limits_.budget->decode(bytes * kArrayBytesWork));
  }
  return hold(bytes + (isOfIds() ? dense_.size() : 0), heldBatch_);
}

Result<void> ColumnCursor::setDictionary(const Page& page) {
  PF_TRY(hold(page.values.size(), heldDictionary_));
  ++dictionary_;
  return decoder_.setDictionary(page.values, static_cast<std::uint32_t>(page.entries));
}

// The next page, which is one.
Result<void> ColumnCursor::takeDictionary() {
  PF_TRY_ASSIGN(const Page page, pages_.next());
  Result<void> taken = countPage(page);
  if (taken) {
    taken = setDictionary(page);
  }
  if (!taken) {
    return fail(pages_.inPage(std::move(taken).error()));
  }
  return {};
}

Result<void> ColumnCursor::loadLevels() {
  const std::uint8_t lastDefinition =
      definition_.empty()
          ? std::uint8_t{0}
          : std::to_integer<std::uint8_t>(definition_.data()[definition_.size() - 1]);
  definition_.clear();
  repetition_.clear();
  if (leaf_.maxDefinitionLevel == 0) {
    PF_TRY_ASSIGN(levels_, countEntries(page_));
    return {};
  }
  if (!keepsLevels(leaf_)) {
    PF_TRY_ASSIGN(levels_, readValidity(page_, validity_));
    return {};
  }
  PF_TRY_ASSIGN(levels_, readLevels(page_, leaf_, definition_, repetition_));
  if (leaf_.maxRepetitionLevel == 0 || page_.entries == 0) {
    return {};
  }
  entryAt_ = 0;
  const std::uint8_t first = repetitions()[0];
  if (isFirstEntry_ && first != 0) {
    return corrupt("its first entry does not begin a row");
  }
  const bool goesOn = first == 0 || std::min(lastDefinition, definitions()[0]) >=
                                        leaf_.repeatedDefinitionLevels[first - 1U];
  if (!goesOn || !levelsAgree(leaf_, definitions(), repetitions(), page_.entries)) {
    return corrupt("an entry repeats in a list that is not there");
  }
  isFirstEntry_ = false;
  return {};
}

Result<void> ColumnCursor::skip(std::uint64_t rows) {
  PF_ASSERT(rows <= rowsLeft_);
  const std::uint64_t left = rowsLeft_ - rows;
  PF_TRY_ASSIGN(rows, skipPages(rows));
  PF_TRY(leaf_.maxRepetitionLevel == 0 ? readFlat(rows, nullptr) : readRepeated(rows, nullptr));
  rowsLeft_ = left;
  return {};
}

// Passes by pages that are all of rows not wanted; returns how many rows are still to be skipped.
Result<std::uint64_t> ColumnCursor::skipPages(std::uint64_t rows) {
  // In an open page, or behind a version 1 page that ends within a row, the entries count.
  if (leaf_.maxRepetitionLevel == 0) {
    const std::uint64_t open = std::min(rows, entriesLeft());
    PF_TRY(take(open, nullptr));
    rows -= open;
  } else if (entriesLeft() != 0) {
    return rows;
  }
  while (rows != 0 && !pages_.atEnd()) {
    PF_TRY_ASSIGN(const PageGlance glance, pages_.peek());
    if (glance.isDictionary) {
      PF_TRY(takeDictionary());
      continue;
    }
    if (!glance.rows || *glance.rows > rows) {
      break;
    }
    PF_TRY(pages_.skip());
    isFirstEntry_ = false;
    rows -= *glance.rows;
  }
  return rows;
}

Result<void> ColumnCursor::read(std::uint64_t rows, ColumnVector& out) {
  PF_ASSERT(rows <= rowsLeft_);
  hadTooManyRows_ = false;
  out.clear();
  if (leaf_.type == PhysicalType::kByteArray) {
    PF_TRY(out.offsets.appendLe(std::uint32_t{0}));
  }
  bytesBehind_ = entriesLeft() == 0 ? 0 : page_.values.size();
  PF_TRY(leaf_.maxRepetitionLevel == 0 ? readFlat(rows, &out) : readRepeated(rows, &out));
  PF_TRY(countBatch(out));
  out.rows = rows;
  rowsLeft_ -= rows;
  return rowsLeft_ == 0 ? checkEnd() : Result<void>{};
}

// Writers end chunks with pages of no entries.
Result<void> ColumnCursor::checkEnd() {
  if (entriesLeft() != 0 || !pages_.atEnd()) {
    return corrupt("it has more rows than its row group, " + std::to_string(chunkRows_));
  }
  return {};
}

Result<void> ColumnCursor::readFlat(std::uint64_t rows, ColumnVector* out) {
  while (rows != 0) {
    if (entriesLeft() == 0) {
      if (pages_.atEnd()) {
        return failRows(rows);
      }
      PF_TRY(loadPage());
    }
    const std::uint64_t taken = std::min(rows, entriesLeft());
    if (out == nullptr || taken != rows || !tryLend(rows, *out)) {
      PF_TRY(take(taken, out));
    }
    rows -= taken;
  }
  return {};
}

// A row's last entry is known by the one behind it, which may be in the next page.
Result<void> ColumnCursor::readRepeated(std::uint64_t rows, ColumnVector* out) {
  std::uint64_t begun = 0;
  for (;;) {
    if (entriesLeft() == 0) {
      if (pages_.atEnd()) {
        break;
      }
      PF_TRY(loadPage());
    }
    const std::uint64_t left = entriesLeft();
    const bool isWhole = entryAt_ == 0 && levels_.rows <= rows - begun;
    const std::uint64_t taken =
        isWhole ? left : column::findLevel(repetitions(), left, 0, rows - begun);
    begun += taken < left ? rows - begun
             : isWhole    ? levels_.rows
                          : column::scanLevels(repetitions(), left, 0).matches;
    PF_TRY(take(taken, out));
    if (taken < left) {
      break;
    }
  }
  return begun == rows ? Result<void>{} : failRows(rows - begun);
}

Result<void> ColumnCursor::take(std::uint64_t entries, ColumnVector* out) {
  if (entries == 0) {
    return {};
  }
  PF_TRY_ASSIGN(const Part part, partOf(entries));
  if (out != nullptr) {
    const auto append = [&]() -> Result<void> {
      PF_TRY(appendLevels(part, *out));
      PF_TRY(appendValues(part, *out));
      return appendValidity(part, *out);
    };
    Result<void> appended = append();
    if (!appended) {
      return fail(pages_.inPage(std::move(appended).error()));
    }
    out->entries += part.entries;
    out->slots += part.slots;
    out->nulls += part.slots - part.values;
  }
  entryAt_ += part.entries;
  valueAt_ += part.values;
  return {};
}

Result<ColumnCursor::Part> ColumnCursor::partOf(std::uint64_t entries) {
  Part part{entries, entries, entries, nullptr, 0, entries == page_.entries};
  if (leaf_.maxDefinitionLevel == 0) {
    return part;
  }
  if (!keepsLevels(leaf_)) {
    if (levels_.values != page_.entries) {
      part.validity = validity_.data();
      part.validityOffset = static_cast<std::size_t>(entryAt_);
      part.values = part.isWholePage ? levels_.values
                                     : bitmapCount(validity_.data(), part.validityOffset, entries);
    }
    return part;
  }
  const std::uint8_t slotLevel = slotDefinitionLevel(leaf_);
  part.values = part.isWholePage
                    ? levels_.values
                    : column::scanLevels(definitions(), entries, leaf_.maxDefinitionLevel).matches;
  part.slots = column::countAtLeast(definitions(), entries, slotLevel);
  if (part.values == part.slots) {
    return part;
  }
  slotValidity_.clear();
  PF_TRY_ASSIGN(std::byte* const bits,
                slotValidity_.appendUninitialized(bitmapBytes(part.slots) + sizeof(std::uint64_t)));
  slotBits({definitions(), nullptr, entries}, {0, slotLevel}, leaf_.maxDefinitionLevel, bits);
  part.validity = bits;
  return part;
}

Result<void> ColumnCursor::appendLevels(const Part& part, ColumnVector& out) {
  if (!keepsLevels(leaf_)) {
    return {};
  }
  PF_TRY(out.definitionLevels.append(definitions(), part.entries));
  return leaf_.maxRepetitionLevel == 0 ? Result<void>{}
                                       : out.repetitionLevels.append(repetitions(), part.entries);
}

// Only from the first null on is there a bitmap.
Result<void> ColumnCursor::appendValidity(const Part& part, ColumnVector& out) {
  if (part.validity == nullptr && out.validity.empty()) {
    return {};
  }
  const bool isFirst = out.validity.empty();
  PF_TRY(
      out.validity.appendUninitialized(bitmapBytes(out.slots + part.slots) - out.validity.size()));
  if (isFirst) {
    fillBits(true, out.slots, out.validity.data(), 0);
  }
  if (part.validity == nullptr) {
    fillBits(true, part.slots, out.validity.data(), out.slots);
  } else {
    copyBits(part.validity, part.validityOffset, part.slots, out.validity.data(), out.slots);
  }
  return {};
}

}  // namespace parquet_flow::read
