#include "load/itch_generator.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "contact/random.hpp"

namespace parquet_flow::load {
namespace {

using contact::drawAt;
using contact::mix64;

constexpr std::uint64_t kItchDomain = 0x49544348464C4F57;

// What a draw of a message's stream decides. Columns that are drawn on their own use kColumn +
// column.
enum Draw : std::uint64_t { kType, kLocate, kShape, kDistance, kExecution, kTime, kColumn };

constexpr std::uint64_t kHourNs = 3'600'000'000'000;
constexpr std::uint64_t kOpenNs = 4 * kHourNs;  // 04:00, when Nasdaq opens its system
constexpr std::uint64_t kDayNs = 16 * kHourNs;  // to 20:00
constexpr std::uint64_t kStepNs = 20'000;       // mean distance of two messages
constexpr std::uint64_t kLookBack = 4096;       // how far back an order may have been added

// Of 65 536 messages behind the opening. In a whole day's feed adds and deletes are each over two
// fifths, replacements, executions and imbalances some per cent, the rest administrative; S comes
// in the opening alone.
struct TypeShare {
  char type;
  std::uint32_t share;
};
constexpr std::array<TypeShare, kItchMessageTypes> kTypeShares = {{
    {'A', 27'930}, {'D', 27'200}, {'U', 4'200}, {'E', 2'300}, {'X', 900}, {'F', 900},
    {'I', 900},    {'P', 700},    {'L', 150},   {'C', 120},   {'N', 100}, {'Q', 16},
    {'H', 20},     {'Y', 20},     {'R', 20},    {'J', 16},    {'K', 16},  {'h', 10},
    {'B', 10},     {'V', 4},      {'W', 4},     {'S', 0},
}};

consteval std::uint32_t sumOfShares() {
  std::uint32_t sum = 0;
  for (const TypeShare& entry : kTypeShares) {
    sum += entry.share;
  }
  return sum;
}
static_assert(sumOfShares() == 65'536);

// `choices` as often as they stand in it.
std::uint8_t choose(std::string_view choices, std::uint64_t draw) noexcept {
  return static_cast<std::uint8_t>(choices[((draw & 0xFFFF) * choices.size()) >> 16]);
}

void pad(std::string_view text, std::span<std::uint8_t> out) noexcept {
  std::memset(out.data(), ' ', out.size());
  std::memcpy(out.data(), text.data(), std::min(text.size(), out.size()));
}

// Three letters, different for each stock: 7919 has no factor in common with 26^3 = 17 576.
std::array<char, 3> tickerOf(std::uint64_t locate) noexcept {
  const std::uint64_t code = locate * 7919 % 17'576;
  return {static_cast<char>('A' + code / 676), static_cast<char>('A' + code / 26 % 26),
          static_cast<char>('A' + code % 26)};
}

// The letters that a field of one character takes, the most common ones repeated. Blank: not
// available.
std::string_view lettersOf(ItchColumn column) noexcept {
  switch (column) {
    case ItchColumn::kPrintable:
      return "YYYYYYYN";
    case ItchColumn::kCrossType:
      return "OCHI";
    case ItchColumn::kMarketCategory:
      return "QQQGGSNAPZV ";
    case ItchColumn::kFinancialStatus:
      return "NNNNNNND ";
    case ItchColumn::kIssueClassification:
      return "CCCCCAOPQRUW";
    case ItchColumn::kLuldTier:
      return "1222 ";
    case ItchColumn::kEtpFlag:
      return "NNNY ";
    case ItchColumn::kRoundLotsOnly:
    case ItchColumn::kInverseIndicator:
      return "NNNNNNNY";
    case ItchColumn::kShortSaleThreshold:
    case ItchColumn::kIpoFlag:
      return "NNNNNY ";
    case ItchColumn::kAuthenticity:
      return "P";
    case ItchColumn::kTradingState:
      return "TTTTTHPQ";
    case ItchColumn::kRegShoAction:
      return "0012";
    case ItchColumn::kPrimaryMarketMaker:
      return "NNNY";
    case ItchColumn::kMarketMakerMode:
      return "NNNNNPSRL";
    case ItchColumn::kParticipantState:
      return "AAAAAEWSD";
    case ItchColumn::kMwcbBreachedLevel:
      return "1123";
    case ItchColumn::kIpoReleaseQualifier:
      return "AAAC";
    case ItchColumn::kMarketCode:
      return "QBX";
    case ItchColumn::kOperationalHaltAction:
      return "HT";
    case ItchColumn::kImbalanceDirection:
      return "BSNO";
    case ItchColumn::kPriceVariation:
      return "L123456789ABC ";
    case ItchColumn::kInterestFlag:
      return "BSAN";
    default:
      return "?";  // never: writeText handles the other columns itself
  }
}

constexpr std::string_view kIssueSubtypes[] = {"Z ", "Z ", "Z ", "A ", "C ", "E ", "CP", "EN"};
constexpr std::string_view kReasons[] = {"    ", "    ", "T1  ", "T2  ", "LUDP", "IPO1", "M   "};
constexpr std::string_view kParticipants[] = {"NITE", "VIRT", "CDRG", "JPMS",
                                              "GSCO", "UBSS", "MSCO", "SUFI"};

}  // namespace

struct ItchGenerator::Order {
  std::uint64_t reference;  // 1 + the position of its add
  std::uint64_t locate;
  std::uint64_t shares;
  std::uint64_t price;  // in 1/10 000
  bool buys;
};

ItchGenerator::ItchGenerator(std::uint64_t seed) noexcept : key_(mix64(seed ^ kItchDomain)) {}

std::uint8_t ItchGenerator::typeAt(std::uint64_t i) const noexcept {
  if (i < kOpeningMessages) {
    const std::uint64_t behindStocks = i - 2 * kStocks;
    return static_cast<std::uint8_t>(i == 0              ? 'S'
                                     : i <= kStocks      ? 'R'
                                     : i <= 2 * kStocks  ? 'H'
                                     : behindStocks == 2 ? 'V'
                                                         : 'S');
  }
  if (i <= kOpeningMessages + 1) {
    return i == kOpeningMessages ? 'A' : 'E';  // so that there is an order and a match to refer to
  }
  std::uint64_t draw = drawAt(drawAt(key_, i), kType) & 0xFFFF;
  for (const TypeShare& entry : kTypeShares) {
    if (draw < entry.share) {
      return static_cast<std::uint8_t>(entry.type);
    }
    draw -= entry.share;
  }
  return 'A';  // never: the shares cover all draws
}

// 1 to kStocks; 0 for messages that are about no stock, as the specification asks.
std::uint64_t ItchGenerator::locateAt(std::uint64_t i) const noexcept {
  if (i <= 2 * kStocks) {
    return i == 0 ? 0 : (i - 1) % kStocks + 1;
  }
  // Squared, so that few stocks have most of the traffic.
  const std::uint64_t u = drawAt(drawAt(key_, i), kLocate) >> 48;
  return ((kStocks * u * u) >> 32) + 1;
}

// Steps evenly, each message somewhere in its own step: never going backwards within a day.
std::uint64_t ItchGenerator::timestampAt(std::uint64_t i) const noexcept {
  const std::uint64_t stepInDay = i % (kDayNs / kStepNs);
  return kOpenNs + stepInDay * kStepNs + drawAt(drawAt(key_, i), kTime) % kStepNs;
}

ItchGenerator::Order ItchGenerator::orderAt(std::uint64_t i) const noexcept {
  const std::uint64_t shape = drawAt(drawAt(key_, i), kShape);
  Order order;
  order.reference = i + 1;
  order.locate = locateAt(i);
  order.buys = (shape & 1) != 0;
  // Round lots mostly, up to ten of them, and one odd lot in eight.
  order.shares = (shape >> 1 & 7) == 0 ? 1 + (shape >> 8) % 99 : 100 * (1 + (shape >> 8) % 10);
  // $5 to $505 a stock, within 128 cents of it.
  const std::uint64_t cents = 500 + mix64(order.locate) % 50'000;
  order.price = 100 * (cents + (shape >> 32 & 0x7F) * (order.buys ? 1 : 2));
  return order;
}

std::uint64_t ItchGenerator::positionBefore(std::uint64_t i,
                                            std::string_view types) const noexcept {
  const std::uint64_t distance = 1 + drawAt(drawAt(key_, i), kDistance) % kLookBack;
  std::uint64_t position = std::max(kOpeningMessages + 1, i - std::min(i, distance));
  while (position > kOpeningMessages &&
         types.find(static_cast<char>(typeAt(position))) == std::string_view::npos) {
    --position;
  }
  return position;
}

std::uint64_t ItchGenerator::numberFor(ItchColumn column, std::uint64_t i,
                                       const Order& order) const noexcept {
  const std::uint64_t draw = drawAt(drawAt(key_, i), kColumn + static_cast<std::uint64_t>(column));
  switch (column) {
    case ItchColumn::kTrackingNumber:
      return draw & 0xF;
    case ItchColumn::kTimestamp:
      return timestampAt(i);
    case ItchColumn::kOrderReference:
      return order.reference;
    case ItchColumn::kNewOrderReference:
      return i + 1;
    case ItchColumn::kMatchNumber:
      return 1 + (typeAt(i) == 'B' ? positionBefore(i, "EP") : i);
    case ItchColumn::kRoundLotSize:
      return 100;
    case ItchColumn::kEtpLeverageFactor:
      return draw & 3;
    case ItchColumn::kMwcbLevel1:  // 7, 13 and 20 % below an index of 5 000
      return 465'000'000'000;
    case ItchColumn::kMwcbLevel2:
      return 435'000'000'000;
    case ItchColumn::kMwcbLevel3:
      return 400'000'000'000;
    case ItchColumn::kIpoReleaseTime:
      return 34'200 + draw % 23'400;  // 09:30 to 16:00
    case ItchColumn::kCollarUpperPrice:
      return order.price + order.price / 20;
    case ItchColumn::kCollarLowerPrice:
      return order.price - order.price / 20;
    case ItchColumn::kCollarExtension:
      return draw % 3;
    case ItchColumn::kPairedShares:
    case ItchColumn::kImbalanceShares:
      return 100 * (draw % 10'000);
    case ItchColumn::kFarPrice:
      return order.price + 100 * (draw % 50);
    case ItchColumn::kNearPrice:
      return order.price + 100 * (draw % 20);
    case ItchColumn::kStockLocate:
      return order.locate;
    case ItchColumn::kShares:
      return order.shares;
    default:  // price and the reference prices
      return order.price;
  }
}

void ItchGenerator::writeText(ItchColumn column, std::uint64_t i, const Order& order,
                              std::span<std::uint8_t> out) const noexcept {
  const std::uint64_t draw = drawAt(drawAt(key_, i), kColumn + static_cast<std::uint64_t>(column));
  switch (column) {
    case ItchColumn::kMessageType:
      out[0] = typeAt(i);
      return;
    case ItchColumn::kStock: {
      const std::array<char, 3> ticker = tickerOf(order.locate);
      pad({ticker.data(), ticker.size()}, out);
      return;
    }
    case ItchColumn::kSide:
      out[0] = order.buys ? 'B' : 'S';
      return;
    case ItchColumn::kEventCode:
      out[0] = i == 0 ? 'O' : i == 2 * kStocks + 1 ? 'S' : 'Q';
      return;
    case ItchColumn::kMpid:
      pad(kParticipants[draw % std::size(kParticipants)], out);
      return;
    case ItchColumn::kIssueSubtype:
      pad(kIssueSubtypes[draw % std::size(kIssueSubtypes)], out);
      return;
    case ItchColumn::kTradingReason:
      pad(i < kOpeningMessages ? kReasons[0] : kReasons[draw % std::size(kReasons)], out);
      return;
    default:
      break;
  }
  out[0] = column == ItchColumn::kTradingState && i < kOpeningMessages
               ? std::uint8_t{'T'}
               : choose(lettersOf(column), draw);
}

std::span<const std::uint8_t> ItchGenerator::messageAt(
    std::uint64_t i, std::span<std::uint8_t, kItchMessageBytesMax> out) const noexcept {
  const std::uint8_t type = typeAt(i);
  const ItchMessageSpec& spec = *itchMessage(type);
  const bool refersToAdd =
      std::string_view("ECXDU").find(static_cast<char>(type)) != std::string_view::npos;
  Order order = orderAt(refersToAdd ? positionBefore(i, "AF") : i);
  const std::uint64_t draw = drawAt(drawAt(key_, i), kExecution);
  if (type == 'E' || type == 'C' || type == 'X') {  // a part of what was added
    order.shares = 1 + draw % order.shares;
  } else if (type == 'U') {
    order.price += 100 * (draw & 0xF);
  } else if (type == 'P') {  // the specification: no reference, and the side always B
    order.reference = 0;
    order.buys = true;
  } else if (type == 'S' || type == 'V' || type == 'W') {
    order.locate = 0;
  }
  out[20] = ' ';  // the reserved byte of H; every other byte belongs to a field
  for (const std::span<const ItchField> fields : {itchCommonFields(), spec.fields}) {
    for (const ItchField& field : fields) {
      const std::span<std::uint8_t> bytes = out.subspan(field.offset, field.bytes);
      if (itchColumn(field.column).type == ItchType::kText) {
        writeText(field.column, i, order, bytes);
        continue;
      }
      std::uint64_t value = numberFor(field.column, i, order);
      for (unsigned b = field.bytes; b-- != 0; value >>= 8) {
        bytes[b] = static_cast<std::uint8_t>(value);
      }
    }
  }
  return out.first(spec.bytes);
}

}  // namespace parquet_flow::load
