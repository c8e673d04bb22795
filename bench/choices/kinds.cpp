#include "kinds.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>

#include "contact/names.hpp"

namespace parquet_flow::choices {
namespace {

// The n-th number of stream `stream`: a value is a function of its place, so that columns with and
// without nulls hold the same ones.
// Source: G. Steele et al., Fast Splittable Pseudorandom Number Generators, 2014 (SplitMix64).
std::uint64_t draw(std::uint64_t stream, std::uint64_t n) noexcept {
  std::uint64_t z = (stream << 48U) + n * 0x9E3779B97F4A7C15U;
  z = (z ^ z >> 30U) * 0xBF58476D1CE4E5B9U;
  z = (z ^ z >> 27U) * 0x94D049BB133111EBU;
  return z ^ z >> 31U;
}

double uniform(std::uint64_t stream, std::uint64_t n) noexcept {
  return static_cast<double>(draw(stream, n) >> 11U) * 0x1p-53;
}

template <class T>
void appendFixed(ColumnData& column, T value) {
  const auto bytes = std::bit_cast<std::array<std::byte, sizeof(T)>>(value);
  column.bytes.insert(column.bytes.end(), bytes.begin(), bytes.end());
}

void appendText(ColumnData& column, std::string_view value) {
  const auto* bytes = reinterpret_cast<const std::byte*>(value.data());
  column.bytes.insert(column.bytes.end(), bytes, bytes + value.size());
  column.offsets.push_back(static_cast<std::uint32_t>(column.bytes.size()));
}

// A letter for each digit to the base of 26.
std::string letters(std::uint64_t number, std::size_t least) {
  std::string text;
  do {
    text.push_back(static_cast<char>('A' + number % 26));
    number /= 26;
  } while (number != 0 || text.size() < least);
  return text;
}

// --- whole numbers -------------------------------------------------------------------------------

// Nanoseconds, a microsecond apart on average, with jitter.
void timestamp(ColumnData& column, std::uint64_t i) {
  appendFixed(column,
              static_cast<std::int64_t>(1'795'132'800'000'000'000 + i * 1000 + draw(1, i) % 1000));
}
void sequence(ColumnData& column, std::uint64_t i) {
  appendFixed(column, static_cast<std::int64_t>(4'000'000'000 + i));
}
// In ticks of 1/10 000 that are cents, of 64 instruments that wander.
void price(ColumnData& column, std::uint64_t i) {
  const std::uint64_t instrument = draw(2, i) % 64;
  const double level = 50 + 400 * uniform(3, instrument);
  const double wander = 1 + 0.01 * std::sin(static_cast<double>(i) * 1e-5 + level);
  const auto cents =
      static_cast<std::int64_t>(level * wander * 100) + static_cast<std::int64_t>(draw(4, i) % 5);
  appendFixed(column, cents * 100);
}
void smallInt(ColumnData& column, std::uint64_t i) {
  appendFixed(column, static_cast<std::int32_t>(draw(5, i) % 100));
}
void venue(ColumnData& column, std::uint64_t i) {
  appendFixed(column, static_cast<std::int32_t>(draw(6, i) % 8));
}
// One order in thirty, independent of the one before.
void flag(ColumnData& column, std::uint64_t i) {
  column.bytes.push_back(std::byte{static_cast<unsigned char>(draw(7, i) % 30 == 0)});
}
// The same for some hundred rows.
void flagRuns(ColumnData& column, std::uint64_t i) {
  column.bytes.push_back(std::byte{static_cast<unsigned char>(draw(8, i / 128) % 2)});
}

// --- floating point ------------------------------------------------------------------------------

void doubleCents(ColumnData& column, std::uint64_t i) {
  appendFixed(column, static_cast<double>(draw(9, i) % 1'000'000) / 100);
}
void doubleRandom(ColumnData& column, std::uint64_t i) { appendFixed(column, uniform(10, i)); }

// --- bytes ---------------------------------------------------------------------------------------

// Few of 5 000 have most of the messages.
void symbol(ColumnData& column, std::uint64_t i) {
  const auto rank = static_cast<std::uint64_t>(std::pow(5000.0, uniform(11, i)));
  appendText(column, letters(draw(12, rank) % 456'976, 1));
}
void side(ColumnData& column, std::uint64_t i) {
  appendText(column, draw(13, i) % 2 == 0 ? "B" : "S");
}
// As the Contacts': a first and a last name.
void name(ColumnData& column, std::uint64_t i) {
  std::string text(contact::kFirstNames[draw(14, i) % contact::kFirstNames.size()].view());
  text.push_back(' ');
  text.append(contact::kLastNames[draw(15, i) % contact::kLastNames.size()].view());
  appendText(column, text);
}
// Three to twelve of 1 000 words.
void freeText(ColumnData& column, std::uint64_t i) {
  std::string text;
  for (std::uint64_t word = 0; word < 3 + draw(16, i) % 10; ++word) {
    const auto rank = static_cast<std::uint64_t>(std::pow(1000.0, uniform(17, i * 16 + word)));
    text.append(letters(draw(18, rank) % 11'881'376, 2)).push_back(' ');
  }
  appendText(column, text);
}
void randomBytes(ColumnData& column, std::uint64_t i) {
  std::array<char, 48> bytes{};
  for (std::size_t word = 0; word < bytes.size() / 8; ++word) {
    const std::uint64_t random = draw(19, i * 8 + word);
    std::memcpy(bytes.data() + 8 * word, &random, 8);
  }
  appendText(column, {bytes.data(), 16 + draw(20, i) % 32});
}
void uuid(ColumnData& column, std::uint64_t i) {
  appendFixed(column, draw(21, i));
  appendFixed(column, draw(22, i));
}

constexpr ColumnType kInt32 = {PF_PHYSICAL_INT32};
constexpr ColumnType kInt64 = {PF_PHYSICAL_INT64};
constexpr ColumnType kBoolean = {PF_PHYSICAL_BOOLEAN};
constexpr ColumnType kDouble = {PF_PHYSICAL_DOUBLE};
constexpr ColumnType kString = {PF_PHYSICAL_BYTE_ARRAY, PF_LOGICAL_STRING};
constexpr ColumnType kBinary = {PF_PHYSICAL_BYTE_ARRAY};
constexpr ColumnType kUuid = {PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY, PF_LOGICAL_UUID, 16};

constexpr std::array kKinds = {
    Kind{"timestamp", kInt64, timestamp},
    Kind{"sequence", kInt64, sequence},
    Kind{"price", kInt64, price},
    Kind{"small_int", kInt32, smallInt},
    Kind{"venue", kInt32, venue},
    Kind{"flag", kBoolean, flag},
    Kind{"flag_runs", kBoolean, flagRuns},
    Kind{"double_cents", kDouble, doubleCents},
    Kind{"double_random", kDouble, doubleRandom},
    Kind{"symbol", kString, symbol},
    Kind{"side", kString, side},
    Kind{"name", kString, name},
    Kind{"free_text", kString, freeText},
    Kind{"random_bytes", kBinary, randomBytes},
    Kind{"uuid", kUuid, uuid},
};

}  // namespace

std::span<const Kind> kinds() noexcept { return kKinds; }

ColumnData makeColumn(const Kind& kind, std::uint64_t rows, bool withNulls) {
  ColumnData column;
  column.rows = rows;
  if (kind.type.physical == PF_PHYSICAL_BYTE_ARRAY) column.offsets.push_back(0);
  for (std::uint64_t i = 0; i < rows; ++i) {
    const bool isNull = withNulls && draw(0, i) % 10 == 0;
    if (withNulls) column.definitionLevels.push_back(isNull ? 0 : 1);
    if (isNull) continue;
    kind.append(column, i);
    ++column.values;
  }
  return column;
}

}  // namespace parquet_flow::choices
