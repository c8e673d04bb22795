// The rows of a page's part held against tests, and pages gone past.
#include <algorithm>
#include <string>

#include "base/assert.hpp"
#include "base/bits.hpp"
#include "read/column_cursor.hpp"
#include "read/spread.hpp"

namespace parquet_flow::read {
namespace {

using schema::PhysicalType;

constexpr std::size_t kWordBits = 64;

std::size_t wordsFor(std::uint64_t bits) noexcept {
  return static_cast<std::size_t>((bits + kWordBits - 1) / kWordBits);
}

std::byte* asBytes(std::uint64_t* words) noexcept { return reinterpret_cast<std::byte*>(words); }

// Bit i: the byte of entry ids[i].
void lookUp(const std::uint32_t* ids, std::size_t count, const std::byte* entries,
            std::uint64_t* bits) noexcept {
  constexpr std::size_t kAtOnce = 1024;
  std::uint8_t found[kAtOnce];
  for (std::size_t i = 0; i < count; i += kAtOnce) {
    const std::size_t now = std::min(kAtOnce, count - i);
    for (std::size_t k = 0; k < now; ++k) {
      found[k] = std::to_integer<std::uint8_t>(entries[ids[i + k]]);
    }
    bits[(i + now - 1) / kWordBits] = 0;  // packBooleans defines bytes, and this is of words
    packBooleans(found, now, asBytes(bits + i / kWordBits), 0);
  }
}

}  // namespace

Result<void> ColumnCursor::test(std::uint64_t rows, std::span<RowTest> tests) {
  PF_ASSERT(rows <= rowsLeft_ && leaf_.maxRepetitionLevel == 0);
  for (std::uint64_t row = 0; row < rows;) {
    if (entriesLeft() == 0) {
      if (pages_.atEnd()) {
        return failRows(rows - row);
      }
      PF_TRY(loadPage());
    }
    const std::uint64_t taken = std::min(rows - row, entriesLeft());
    PF_TRY_ASSIGN(const Part part, partOf(taken));
    for (RowTest& each : tests) {
      Result<void> tested = testPart(part, row, each);
      if (!tested) {
        return fail(pages_.inPage(std::move(tested).error()));
      }
    }
    entryAt_ += taken;
    valueAt_ += part.values;
    ids_ = nullptr;
    row += taken;
  }
  rowsLeft_ -= rows;
  return rowsLeft_ == 0 ? checkEnd() : Result<void>{};
}

Result<void> ColumnCursor::testPart(const Part& part, std::uint64_t row, RowTest& test) {
  const auto at = static_cast<std::size_t>(row);
  const auto slots = static_cast<std::size_t>(part.slots);
  std::byte* const to = asBytes(test.bits);
  if (test.test == nullptr) {
    if (part.validity == nullptr) {
      fillBits(true, slots, to, at);
    } else {
      copyBits(part.validity, part.validityOffset, slots, to, at);
    }
    return {};
  }
  if (part.validity == nullptr && at % kWordBits == 0) {
    return testValues(part, test, test.bits + at / kWordBits);
  }
  tested_.clear();
  PF_TRY_ASSIGN(std::byte* const room,
                tested_.appendUninitialized(wordsFor(part.values) * sizeof(std::uint64_t)));
  PF_TRY(testValues(part, test, reinterpret_cast<std::uint64_t*>(room)));
  if (part.validity == nullptr) {
    copyBits(room, 0, slots, to, at);
  } else {
    spreadBits(room, 0, part.validity, part.validityOffset, slots, to, at);
  }
  return {};
}

Result<void> ColumnCursor::testValues(const Part& part, RowTest& test, std::uint64_t* bits) {
  if (part.values == 0) {
    return {};
  }
  if (isOfIds()) {
    return testIds(part, test, bits);
  }
  PF_TRY(openValues());
  const auto at = static_cast<std::size_t>(valueAt_);
  const auto count = static_cast<std::size_t>(part.values);
  if (source_ == Source::kArrays) {
    test.test->test(
        {from_, reinterpret_cast<const std::uint32_t*>(denseOffsets_.data()) + at, 0, count}, bits);
  } else if (source_ == Source::kBits) {
    test.test->test({from_, nullptr, at, count}, bits);
  } else {
    test.test->test({from_ + at * width(), nullptr, 0, count}, bits);
  }
  return {};
}

Result<void> ColumnCursor::testIds(const Part& part, RowTest& test, std::uint64_t* bits) {
  if (ids_ == nullptr) {  // also where they are not looked at, they are checked
    PF_TRY(openIds());
    PF_TRY_ASSIGN(ids_, decoder_.takeIds(static_cast<std::size_t>(part.values)));
  }
  PF_TRY(testEntries(test));
  const auto count = static_cast<std::size_t>(part.values);
  if (test.share == Share::kSome) {
    lookUp(ids_, count, test.entries.data(), bits);
  } else {
    bits[wordsFor(count) - 1] = 0;
    fillBits(test.share == Share::kAll, count, asBytes(bits), 0);
  }
  return {};
}

Result<void> ColumnCursor::testEntries(RowTest& test) const {
  if (test.dictionary == dictionary_) {
    return {};
  }
  const DenseValues values = decoder_.dictionary();
  const std::size_t words = wordsFor(values.count);
  ByteBuffer bits;
  PF_TRY_ASSIGN(std::byte* const room, bits.appendUninitialized(words * sizeof(std::uint64_t)));
  test.test->test(values, reinterpret_cast<std::uint64_t*>(room));
  test.entries.clear();
  PF_TRY_ASSIGN(std::byte* const entries, test.entries.appendUninitialized(values.count));
  unpackBooleans(room, 0, values.count, entries);
  const std::size_t matches = bitmapCount(room, 0, values.count);
  test.share = matches == 0 ? Share::kNone : matches == values.count ? Share::kAll : Share::kSome;
  test.dictionary = dictionary_;
  return {};
}

Result<std::optional<Share>> ColumnCursor::testDictionary(RowTest& test) {
  if (!pages_.isAtFirstPage() || pages_.atEnd() || leaf_.type == PhysicalType::kBoolean) {
    return std::nullopt;
  }
  PF_TRY_ASSIGN(const PageGlance glance, pages_.peek());
  if (!glance.isDictionary) {
    return std::nullopt;
  }
  PF_TRY(takeDictionary());
  PF_TRY(testEntries(test));
  return std::optional(test.share);
}

Result<void> ColumnCursor::jump(std::uint64_t row, std::uint64_t offset, std::uint64_t pages) {
  PF_ASSERT(leaf_.maxRepetitionLevel == 0 && row >= chunkRows_ - rowsLeft_);
  if (row >= chunkRows_) {
    return failRows(0);
  }
  if (pages_.isAtFirstPage()) {
    PF_TRY_ASSIGN(const PageGlance glance, pages_.peek());
    if (glance.isDictionary) {
      PF_TRY(takeDictionary());
    }
  }
  PF_TRY(pages_.jump(offset, chunkRows_ - row, pages));
  page_ = Page{};
  entryAt_ = 0;
  valueAt_ = 0;
  source_ = Source::kNone;
  ids_ = nullptr;
  rowsLeft_ = chunkRows_ - row;
  isFirstEntry_ = false;
  return {};
}

}  // namespace parquet_flow::read
