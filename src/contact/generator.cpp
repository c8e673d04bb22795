#include "contact/generator.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <new>

#include "base/cpu.hpp"
#include "contact/draws.hpp"
#include "contact/names.hpp"
#include "contact/random.hpp"

namespace parquet_flow::contact {
namespace {

constexpr unsigned kDistinctHalfBits = kFirstNameBits + kLastNameBits;
constexpr std::uint64_t kDistinctHalfMask = (std::uint64_t{1} << kDistinctHalfBits) - 1;
constexpr std::uint64_t kNameDomain = 0x4E414D4553464C31;  // keeps these draws from the rows' own
constexpr std::uint64_t kRowDomain = 0x434F4E5441435431;

// Of an appended piece, and of a number, whatever their lengths.
constexpr std::size_t kAppendSlack = 16;

char* appendName(char* out, std::size_t first, std::size_t middle, std::size_t last,
                 std::size_t tail) noexcept {
  out = kFirstPieces.append(first, out);
  out = kMiddlePieces.append(middle, out);
  out = kLastPieces.append(last, out);
  return kTailPieces.append(tail, out);
}

// Appends the numbers of a block, whose digits are there, and their ends.
template <unsigned kDigits>
char* appendNumbers(const Block& block, char* out, std::uint32_t end,
                    std::uint32_t* offsets) noexcept {
  constexpr std::size_t kBytes = kNumberPrefixBytes + kDigits;
  for (std::size_t i = 0; i < block.numbers; ++i) {
    std::memcpy(out, kNumberPrefix, sizeof kNumberPrefix);  // what is behind it takes the NUL
    if constexpr (kDigits > 8) {
      std::memcpy(out + kNumberPrefixBytes, &block.lead[i], sizeof block.lead[i]);
    }
    std::memcpy(out + kBytes - 8, &block.digits[i], 8);
    out += kBytes;
    offsets[i] = end + static_cast<std::uint32_t>((i + 1) * kBytes);
  }
  return out;
}

}  // namespace

ContactColumns::Leaf ContactColumns::name() const noexcept {
  return {.definitionLevels = name_.definitionLevels.view(),
          .repetitionLevels = {},
          .offsets = name_.offsets.view(),
          .bytes = name_.bytes.view()};
}

ContactColumns::Leaf ContactColumns::number() const noexcept {
  return {.definitionLevels = number_.definitionLevels.view(),
          .repetitionLevels = phoneRepetitionLevels_.view(),
          .offsets = number_.offsets.view(),
          .bytes = number_.bytes.view()};
}

ContactColumns::TypeLeaf ContactColumns::phoneType() const noexcept {
  return {.definitionLevels = typeLevels_.view(),
          .repetitionLevels = phoneRepetitionLevels_.view(),
          .types = types_.view()};
}

void ContactColumns::clear() {
  rows_ = 0;
  phoneRepetitionLevels_.clear();
  typeLevels_.clear();
  types_.clear();
  for (TextBuffers* buffers : {&name_, &number_}) {
    buffers->definitionLevels.clear();
    buffers->offsets.clear();
    buffers->bytes.clear();
    buffers->offsets.reserveMore(1);
    std::uint32_t* const first = buffers->offsets.end();
    *first = 0;
    buffers->offsets.setEnd(first + 1);
  }
  if (block_ == nullptr) {
    block_ = std::make_unique_for_overwrite<Block>();
  }
}

void ContactColumns::reserveBlock() {
  constexpr std::size_t kEntries = kBlockEntriesMax + kEntrySlack;
  name_.definitionLevels.reserveMore(kBlockRows);
  name_.offsets.reserveMore(kBlockRows);
  name_.bytes.reserveMore(kBlockRows * kNameBytesMax + kAppendSlack);
  phoneRepetitionLevels_.reserveMore(kEntries);
  number_.definitionLevels.reserveMore(kEntries);
  number_.offsets.reserveMore(kEntries);
  number_.bytes.reserveMore(kEntries * kNumberBytesMax);
  typeLevels_.reserveMore(kEntries);
  types_.reserveMore(kEntries);
}

ContactGenerator::ContactGenerator(const ContactOptions& options) noexcept
    : options_(options),
      key_(mix64(options.seed ^ kRowDomain)),
      nameKey_(mix64(options.seed ^ kNameDomain)),
      numbers_(options.seed),
      kernels_(&blockKernels(simdLevel())) {}

// "First Middle Last-Last", chosen by a permutation of the row's low 34 bits; the rows above them
// count up behind the name.
char* ContactGenerator::writeDistinctName(std::uint64_t row, char* out) const noexcept {
  std::uint64_t left = (row >> kDistinctHalfBits) & kDistinctHalfMask;
  std::uint64_t right = row & kDistinctHalfMask;
  for (unsigned round = 0; round < 4; round += 2) {  // a balanced Feistel network
    left ^= drawAt(nameKey_ + round, right) & kDistinctHalfMask;
    right ^= drawAt(nameKey_ + round + 1, left) & kDistinctHalfMask;
  }
  constexpr std::uint64_t kFirstMask = (1U << kFirstNameBits) - 1;
  out = appendName(out, left & kFirstMask, kMiddleNames + (right & kFirstMask),
                   left >> kFirstNameBits, kTailNames + (right >> kFirstNameBits));
  const std::uint64_t generation = row >> (2 * kDistinctHalfBits);
  if (generation != 0) {
    *out++ = ' ';
    out = std::to_chars(out, out + 20, generation + 1).ptr;
  }
  return out;
}

Contact ContactGenerator::contactAt(std::uint64_t row, ContactText& text) const noexcept {
  const std::uint64_t key = drawAt(key_, row);
  const std::uint64_t shape = drawAt(key, kDrawShape);
  Contact contact;
  if (hasNameOf(shape) != 0) {
    const char* end = nullptr;
    if (options_.distinctNames) {
      end = writeDistinctName(row, text.name);
    } else {
      const NameParts parts = namePartsOf(drawAt(key, kDrawName), drawAt(key, kDrawNameExtras));
      end = appendName(text.name, parts.first, parts.middle, parts.last, parts.tail);
    }
    contact.name = std::string_view(text.name, static_cast<std::size_t>(end - text.name));
  }
  contact.phoneCount = static_cast<std::uint8_t>(phoneCountOf(shape));
  contact.hasPhones = contact.phoneCount != 0 || options_.emptyLists;
  for (unsigned i = 0; i < contact.phoneCount; ++i) {
    const std::uint64_t phone = drawAt(key, kDrawFirstPhone + i);
    if (hasNumberOf(phone) != 0) {
      const std::size_t bytes = numbers_.write(row * kPhonesMax + i, text.numbers[i]);
      contact.phoneSlots[i].number = std::string_view(text.numbers[i], bytes);
    }
    if (hasTypeOf(phone) != 0) {
      contact.phoneSlots[i].type = static_cast<PhoneType>(phoneTypeOf(phone));
    }
  }
  return contact;
}

void ContactGenerator::fillNames(const Block& block, ContactColumns& columns) const noexcept {
  ContactColumns::TextBuffers& name = columns.name_;
  std::uint8_t* const levels = name.definitionLevels.end();
  std::memcpy(levels, block.hasName.data(), block.rows);
  name.definitionLevels.setEnd(levels + block.rows);
  std::uint32_t* offset = name.offsets.end();
  const char* const bytes = name.bytes.view().data();
  char* out = name.bytes.end();
  if (options_.distinctNames) {
    for (std::size_t i = 0; i < block.rows; ++i) {
      if (block.hasName[i] != 0) {
        out = writeDistinctName(block.firstRow + i, out);
        *offset++ = static_cast<std::uint32_t>(out - bytes);
      }
    }
  } else {
    const auto& parts = block.namePart;
    for (std::size_t i = 0; i < block.names; ++i) {
      out = appendName(out, parts[0][i], parts[1][i], parts[2][i], parts[3][i]);
      *offset++ = static_cast<std::uint32_t>(out - bytes);
    }
  }
  name.offsets.setEnd(offset);
  name.bytes.setEnd(out);
}

void ContactGenerator::fillPhones(Block& block, ContactColumns& columns) const noexcept {
  const BlockEntries out = {.repetitionLevels = columns.phoneRepetitionLevels_.end(),
                            .numberLevels = columns.number_.definitionLevels.end(),
                            .typeLevels = columns.typeLevels_.end(),
                            .types = columns.types_.end()};
  const std::size_t types =
      kernels_->drawEntries(options_.emptyLists ? kLevelEmptyList : kLevelNoList, block, out);
  columns.phoneRepetitionLevels_.setEnd(out.repetitionLevels + block.entries);
  columns.number_.definitionLevels.setEnd(out.numberLevels + block.entries);
  columns.typeLevels_.setEnd(out.typeLevels + block.entries);
  columns.types_.setEnd(out.types + types);
}

void ContactGenerator::fillNumbers(Block& block, ContactColumns& columns) const noexcept {
  ContactColumns::TextBuffers& number = columns.number_;
  std::uint32_t* const offsets = number.offsets.end();
  char* out = number.bytes.end();
  const char* const bytes = number.bytes.view().data();
  const auto end = static_cast<std::uint32_t>(number.bytes.view().size());
  const std::uint64_t firstSlot = block.firstRow * kPhonesMax;
  const unsigned digits = numberDigits(firstSlot);
  const bool isOneBracket = digits == numberDigits(firstSlot + block.rows * kPhonesMax - 1);
  if (isOneBracket && digits == 8) {
    kernels_->permute8(numbers_.keys(), block);
    out = appendNumbers<8>(block, out, end, offsets);
  } else if (isOneBracket && digits == 9) {
    kernels_->permute9(numbers_.keys(), block);
    out = appendNumbers<9>(block, out, end, offsets);
  } else if (isOneBracket && digits == 10) {
    kernels_->permute10(numbers_.keys(), block);
    out = appendNumbers<10>(block, out, end, offsets);
  } else {  // where brackets meet, and above two billion rows
    for (std::size_t i = 0; i < block.numbers; ++i) {
      out += numbers_.write(block.slot[i], out);
      offsets[i] = static_cast<std::uint32_t>(out - bytes);
    }
  }
  number.offsets.setEnd(offsets + block.numbers);
  number.bytes.setEnd(out);
}

Result<> ContactGenerator::fill(std::uint64_t begin, std::uint64_t end,
                                ContactColumns& columns) const {
  try {
    columns.clear();
    if (end < begin || end > kRowsMax) {
      return fail(ErrorCode::kInvalidArgument, "contact rows: the range is backwards or too high");
    }
    if (end - begin > kFillRowsMax) {
      return fail(ErrorCode::kLimit, "contact rows: more than 2^24 in one fill");
    }
    Block& block = *columns.block_;
    for (block.firstRow = begin; block.firstRow < end; block.firstRow += block.rows) {
      block.rows =
          static_cast<std::size_t>(std::min<std::uint64_t>(end - block.firstRow, kBlockRows));
      columns.reserveBlock();
      kernels_->drawRows(key_, block);
      if (!options_.distinctNames) {
        kernels_->drawNames(block);
      }
      fillNames(block, columns);
      fillPhones(block, columns);
      fillNumbers(block, columns);
    }
    columns.rows_ = end - begin;
    return {};
  } catch (const std::bad_alloc&) {
    columns.rows_ = 0;
    return fail(ErrorCode::kOutOfMemory, "contact columns: no memory to grow");
  }
}

}  // namespace parquet_flow::contact
