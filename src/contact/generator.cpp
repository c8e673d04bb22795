#include "contact/generator.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <new>

#include "contact/names.hpp"
#include "contact/random.hpp"

namespace parquet_flow::contact {
namespace {

// Which draw of a row's stream decides what.
enum Draw : std::uint64_t {
  kDrawShape = 0,       // low half: is there a name; high half: how many phones
  kDrawName = 1,        // first and last name, style
  kDrawNameExtras = 2,  // initial, middle name or second last name
  kDrawFirstPhone = 3,  // low half: which fields; high half: type
};

constexpr std::uint32_t kNullNames = shareOf32Bits(20, 100);
// Cumulated: none, one, two, three, four; five is the rest. Three to five share 5 % equally.
constexpr std::array<std::uint32_t, kPhonesMax> kPhoneCounts = {
    shareOf32Bits(40, 100), shareOf32Bits(85, 100), shareOf32Bits(95, 100), shareOf32Bits(290, 300),
    shareOf32Bits(295, 300)};
constexpr std::uint32_t kBothFields = shareOf32Bits(90, 100);
constexpr std::uint32_t kNumberAlone = shareOf32Bits(95, 100);
constexpr std::uint32_t kTypeAlone = shareOf32Bits(99, 100);
constexpr std::uint32_t kMobile = shareOf32Bits(55, 100);
constexpr std::uint32_t kWork = shareOf32Bits(90, 100);
// Of names that are not null, in 1/256: "First Last", "First M. Last", "First Middle Last"; the
// rest is "First Last-Last".
constexpr std::uint32_t kPlainNames = 141;
constexpr std::uint32_t kNamesWithInitial = kPlainNames + 64;
constexpr std::uint32_t kNamesWithMiddle = kNamesWithInitial + 31;

constexpr unsigned kDistinctHalfBits = kFirstNameBits + kLastNameBits;
constexpr std::uint64_t kDistinctHalfMask = (std::uint64_t{1} << kDistinctHalfBits) - 1;
constexpr std::uint64_t kNameDomain = 0x4E414D4553464C31;  // keeps these draws from the rows' own
constexpr std::uint64_t kRowDomain = 0x434F4E5441435431;

constexpr std::size_t kAppendSlack = sizeof(ShortName);
constexpr std::size_t kBlockRows = 512;

std::uint32_t lowHalf(std::uint64_t draw) noexcept { return static_cast<std::uint32_t>(draw); }
std::uint32_t highHalf(std::uint64_t draw) noexcept {
  return static_cast<std::uint32_t>(draw >> 32);
}

char* appendName(char* out, const ShortName& name) noexcept {
  std::memcpy(out, &name, sizeof name);
  return out + name.bytes;
}

// Element of a table for 16 random bits u: index = size * (u / 2^16)^2, so the share of the first k
// names is the square root of k / size, and the first ones are common as first ones are.
template <std::size_t kSize>
const ShortName& pickName(const std::array<ShortName, kSize>& table, std::uint64_t bits) noexcept {
  const std::uint64_t u = bits & 0xFFFF;
  return table[(kSize * u * u) >> 32];
}

}  // namespace

ContactColumns::Leaf ContactColumns::leaf(const LeafBuffers& buffers,
                                          bool repeated) const noexcept {
  Leaf leaf;
  leaf.definitionLevels = buffers.definitionLevels.view();
  if (repeated) {
    leaf.repetitionLevels = phoneRepetitionLevels_.view();
  }
  leaf.offsets = buffers.offsets.view();
  leaf.bytes = buffers.bytes.view();
  return leaf;
}

void ContactColumns::clear() {
  rows_ = 0;
  phoneRepetitionLevels_.clear();
  for (LeafBuffers* buffers : {&name_, &number_, &phoneType_}) {
    buffers->definitionLevels.clear();
    buffers->offsets.clear();
    buffers->bytes.clear();
    buffers->offsets.reserveMore(1);
    std::uint32_t* const first = buffers->offsets.end();
    *first = 0;
    buffers->offsets.setEnd(first + 1);
  }
}

void ContactColumns::reserveRows(std::size_t rows) {
  name_.definitionLevels.reserveMore(rows);
  name_.offsets.reserveMore(rows);
  name_.bytes.reserveMore(rows * kNameBytesMax + kAppendSlack);
  const std::size_t phones = rows * kPhonesMax;
  phoneRepetitionLevels_.reserveMore(phones);
  for (LeafBuffers* buffers : {&number_, &phoneType_}) {
    buffers->definitionLevels.reserveMore(phones);
    buffers->offsets.reserveMore(phones);
  }
  number_.bytes.reserveMore(phones * kNumberBytesMax);
  phoneType_.bytes.reserveMore(phones * kPhoneTypeNames[0].size());
}

ContactGenerator::ContactGenerator(const ContactOptions& options) noexcept
    : options_(options),
      key_(mix64(options.seed ^ kRowDomain)),
      nameKey_(mix64(options.seed ^ kNameDomain)),
      numbers_(options.seed) {}

ContactGenerator::RowDraw ContactGenerator::drawRow(std::uint64_t row) const noexcept {
  RowDraw draw;
  draw.key = drawAt(key_, row);
  const std::uint64_t shape = drawAt(draw.key, kDrawShape);
  draw.hasName = lowHalf(shape) >= kNullNames;
  // Summed instead of searched: which count it is cannot be predicted.
  unsigned phones = 0;
  for (const std::uint32_t limit : kPhoneCounts) {
    phones += highHalf(shape) >= limit ? 1U : 0U;
  }
  draw.phoneCount = static_cast<std::uint8_t>(phones);
  return draw;
}

ContactGenerator::PhoneDraw ContactGenerator::drawPhone(std::uint64_t rowKey,
                                                        unsigned phone) noexcept {
  const std::uint64_t bits = drawAt(rowKey, kDrawFirstPhone + phone);
  const std::uint32_t fields = lowHalf(bits);
  PhoneDraw draw;
  draw.hasNumber = fields < kNumberAlone;
  draw.hasType = fields < kBothFields || (fields >= kNumberAlone && fields < kTypeAlone);
  draw.type = static_cast<PhoneType>((highHalf(bits) >= kMobile ? 1 : 0) +
                                     (highHalf(bits) >= kWork ? 1 : 0));
  return draw;
}

char* ContactGenerator::writeName(std::uint64_t row, std::uint64_t rowKey,
                                  char* out) const noexcept {
  if (options_.distinctNames) {
    return writeDistinctName(row, out);
  }
  const std::uint64_t bits = drawAt(rowKey, kDrawName);
  const auto style = static_cast<std::uint32_t>(bits >> 56);
  out = appendName(out, pickName(kFirstNames, bits));
  *out++ = ' ';
  if (style < kPlainNames) {
    return appendName(out, pickName(kLastNames, bits >> 16));
  }
  const std::uint64_t extra = drawAt(rowKey, kDrawNameExtras);
  if (style < kNamesWithInitial) {
    *out++ = static_cast<char>('A' + ((extra & 0xFFFF) * 26 >> 16));
    *out++ = '.';
    *out++ = ' ';
  } else if (style < kNamesWithMiddle) {
    out = appendName(out, pickName(kFirstNames, extra));
    *out++ = ' ';
  }
  out = appendName(out, pickName(kLastNames, bits >> 16));
  if (style >= kNamesWithMiddle) {
    *out++ = '-';
    out = appendName(out, pickName(kLastNames, extra));
  }
  return out;
}

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
  out = appendName(out, kFirstNames[left & kFirstMask]);
  *out++ = ' ';
  out = appendName(out, kFirstNames[right & kFirstMask]);
  *out++ = ' ';
  out = appendName(out, kLastNames[left >> kFirstNameBits]);
  *out++ = '-';
  out = appendName(out, kLastNames[right >> kFirstNameBits]);
  const std::uint64_t generation = row >> (2 * kDistinctHalfBits);
  if (generation != 0) {
    *out++ = ' ';
    out = std::to_chars(out, out + 20, generation + 1).ptr;
  }
  return out;
}

Contact ContactGenerator::contactAt(std::uint64_t row, ContactText& text) const noexcept {
  const RowDraw draw = drawRow(row);
  Contact contact;
  if (draw.hasName) {
    const char* const end = writeName(row, draw.key, text.name);
    contact.name = std::string_view(text.name, static_cast<std::size_t>(end - text.name));
  }
  contact.phoneCount = draw.phoneCount;
  contact.hasPhones = draw.phoneCount != 0 || options_.emptyLists;
  for (unsigned i = 0; i < draw.phoneCount; ++i) {
    const PhoneDraw phone = drawPhone(draw.key, i);
    if (phone.hasNumber) {
      const std::size_t bytes = numbers_.write(row * kPhonesMax + i, text.numbers[i]);
      contact.phoneSlots[i].number = std::string_view(text.numbers[i], bytes);
    }
    if (phone.hasType) {
      contact.phoneSlots[i].type = phone.type;
    }
  }
  return contact;
}

void ContactGenerator::fillNames(std::uint64_t begin, std::uint64_t end,
                                 ContactColumns& columns) const noexcept {
  ContactColumns::LeafBuffers& name = columns.name_;
  std::uint8_t* level = name.definitionLevels.end();
  std::uint32_t* offset = name.offsets.end();
  const char* const bytes = name.bytes.view().data();
  char* out = name.bytes.end();
  for (std::uint64_t row = begin; row < end; ++row) {
    const RowDraw draw = drawRow(row);
    *level++ = draw.hasName ? 1 : 0;
    if (draw.hasName) {
      out = writeName(row, draw.key, out);
      *offset++ = static_cast<std::uint32_t>(out - bytes);
    }
  }
  name.definitionLevels.setEnd(level);
  name.offsets.setEnd(offset);
  name.bytes.setEnd(out);
}

void ContactGenerator::fillPhones(std::uint64_t begin, std::uint64_t end,
                                  ContactColumns& columns) const noexcept {
  ContactColumns::LeafBuffers& number = columns.number_;
  ContactColumns::LeafBuffers& type = columns.phoneType_;
  const char* const numberBytes = number.bytes.view().data();
  const char* const typeBytes = type.bytes.view().data();
  const std::uint8_t withoutPhones = options_.emptyLists ? kLevelEmptyList : kLevelNoList;
  std::uint8_t* repetition = columns.phoneRepetitionLevels_.end();
  std::uint8_t* numberLevel = number.definitionLevels.end();
  std::uint8_t* typeLevel = type.definitionLevels.end();
  std::uint32_t* numberOffset = number.offsets.end();
  std::uint32_t* typeOffset = type.offsets.end();
  char* numberOut = number.bytes.end();
  char* typeOut = type.bytes.end();
  for (std::uint64_t row = begin; row < end; ++row) {
    const RowDraw draw = drawRow(row);
    if (draw.phoneCount == 0) {
      *repetition++ = 0;
      *numberLevel++ = withoutPhones;
      *typeLevel++ = withoutPhones;
    }
    for (unsigned i = 0; i < draw.phoneCount; ++i) {
      const PhoneDraw phone = drawPhone(draw.key, i);
      *repetition++ = i == 0 ? 0 : kPhoneRepetitionLevelMax;
      *numberLevel++ = phone.hasNumber ? kLevelPresent : kLevelNullField;
      *typeLevel++ = phone.hasType ? kLevelPresent : kLevelNullField;
      if (phone.hasNumber) {
        numberOut += numbers_.write(row * kPhonesMax + i, numberOut);
        *numberOffset++ = static_cast<std::uint32_t>(numberOut - numberBytes);
      }
      if (phone.hasType) {
        const std::string_view text = kPhoneTypeNames[static_cast<std::size_t>(phone.type)];
        std::memcpy(typeOut, text.data(), text.size());
        typeOut += text.size();
        *typeOffset++ = static_cast<std::uint32_t>(typeOut - typeBytes);
      }
    }
  }
  columns.phoneRepetitionLevels_.setEnd(repetition);
  number.definitionLevels.setEnd(numberLevel);
  type.definitionLevels.setEnd(typeLevel);
  number.offsets.setEnd(numberOffset);
  type.offsets.setEnd(typeOffset);
  number.bytes.setEnd(numberOut);
  type.bytes.setEnd(typeOut);
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
    for (std::uint64_t row = begin; row < end;) {
      const std::uint64_t blockEnd = std::min<std::uint64_t>(end, row + kBlockRows);
      columns.reserveRows(blockEnd - row);
      fillNames(row, blockEnd, columns);
      fillPhones(row, blockEnd, columns);
      row = blockEnd;
    }
    columns.rows_ = end - begin;
    return {};
  } catch (const std::bad_alloc&) {
    columns.rows_ = 0;
    return fail(ErrorCode::kOutOfMemory, "contact columns: no memory to grow");
  }
}

}  // namespace parquet_flow::contact
