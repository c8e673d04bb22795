// Goal: each of the 22 message types becomes the columns that the specification's tables say.
// Method: messages written field by field in the specification's order, not from our tables of
// offsets; values at the edges of their columns; wrong bytes.
#include "load/itch_decode.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "decoded.hpp"

namespace parquet_flow::load {
namespace {

// Appends the fields of a message one after the other.
class Message {
 public:
  explicit Message(char type) { bytes_.push_back(static_cast<std::uint8_t>(type)); }

  Message&& number(std::uint64_t value, int bytes) && {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      bytes_.push_back(static_cast<std::uint8_t>(value >> shift));
    }
    return std::move(*this);
  }
  Message&& text(std::string_view value) && {
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    return std::move(*this);
  }
  // stock_locate 7, tracking_number 258, timestamp 09:30:00.000000001.
  Message&& head() && {
    return std::move(*this).number(7, 2).number(258, 2).number(kNineThirty, 6);
  }

  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

  static constexpr std::uint64_t kNineThirty = 34'200'000'000'001;

 private:
  std::vector<std::uint8_t> bytes_;
};

Message message(char type) { return Message(type).head(); }

struct Case {
  Message message;
  Decoded columns;  // beside the four common ones
};

std::vector<Case> allTypes() {
  std::vector<Case> cases;
  const auto add = [&](Message m, Decoded columns) {
    cases.push_back({std::move(m), std::move(columns)});
  };
  add(message('S').text("Q"), {{"event_code", "Q"}});
  add(message('R')
          .text("AAPL    ")
          .text("Q")
          .text("N")
          .number(100, 4)
          .text("Y")
          .text("C")
          .text("Z ")
          .text("P")
          .text("N")
          .text(" ")
          .text("1")
          .text("N")
          .number(3, 4)
          .text("Y"),
      {{"stock", "AAPL"},
       {"market_category", "Q"},
       {"financial_status", "N"},
       {"round_lot_size", "100"},
       {"round_lots_only", "Y"},
       {"issue_classification", "C"},
       {"issue_subtype", "Z"},
       {"authenticity", "P"},
       {"short_sale_threshold", "N"},
       {"luld_tier", "1"},
       {"etp_flag", "N"},
       {"etp_leverage_factor", "3"},
       {"inverse_indicator", "Y"}});
  add(message('H').text("ABCDEFGH").text("P").text(" ").text("LUDP"),
      {{"stock", "ABCDEFGH"}, {"trading_state", "P"}, {"trading_reason", "LUDP"}});
  add(message('Y').text("A       ").text("1"), {{"stock", "A"}, {"reg_sho_action", "1"}});
  add(message('L').text("NITE").text("MSFT    ").text("Y").text("N").text("A"),
      {{"mpid", "NITE"},
       {"stock", "MSFT"},
       {"primary_market_maker", "Y"},
       {"market_maker_mode", "N"},
       {"participant_state", "A"}});
  add(message('V').number(465'000'000'000, 8).number(2, 8).number(999'999'999'999'999'999, 8),
      {{"mwcb_level_1", "465000000000"},
       {"mwcb_level_2", "2"},
       {"mwcb_level_3", "999999999999999999"}});
  add(message('W').text("3"), {{"mwcb_breached_level", "3"}});
  add(message('K').text("IPO     ").number(35'100, 4).text("A").number(170'000, 4),
      {{"stock", "IPO"},
       {"ipo_release_time", "35100000000000"},
       {"ipo_release_qualifier", "A"},
       {"ipo_price", "170000"}});
  add(message('J').text("LULD    ").number(10, 4).number(11, 4).number(9, 4).number(1, 4),
      {{"stock", "LULD"},
       {"collar_reference_price", "10"},
       {"collar_upper_price", "11"},
       {"collar_lower_price", "9"},
       {"collar_extension", "1"}});
  add(message('h').text("HALT    ").text("Q").text("H"),
      {{"stock", "HALT"}, {"market_code", "Q"}, {"operational_halt_action", "H"}});
  add(message('A')
          .number(0xFFFFFFFFFFFFFFFF, 8)
          .text("B")
          .number(0xFFFFFFFF, 4)
          .text("BOB     ")
          .number(0xFFFFFFFF, 4),
      {{"order_reference", "18446744073709551615"},
       {"side", "B"},
       {"shares", "4294967295"},
       {"stock", "BOB"},
       {"price", "4294967295"}});
  add(message('F')
          .number(5, 8)
          .text("S")
          .number(100, 4)
          .text("BOB     ")
          .number(52'917, 4)
          .text("VIRT"),
      {{"order_reference", "5"},
       {"side", "S"},
       {"shares", "100"},
       {"stock", "BOB"},
       {"price", "52917"},
       {"mpid", "VIRT"}});
  add(message('E').number(5, 8).number(60, 4).number(18'049, 8),
      {{"order_reference", "5"}, {"shares", "60"}, {"match_number", "18049"}});
  add(message('C').number(5, 8).number(60, 4).number(18'050, 8).text("Y").number(52'900, 4),
      {{"order_reference", "5"},
       {"shares", "60"},
       {"match_number", "18050"},
       {"printable", "Y"},
       {"price", "52900"}});
  add(message('X').number(5, 8).number(40, 4), {{"order_reference", "5"}, {"shares", "40"}});
  add(message('D').number(5, 8), {{"order_reference", "5"}});
  add(message('U').number(5, 8).number(6, 8).number(90, 4).number(52'800, 4),
      {{"order_reference", "5"},
       {"new_order_reference", "6"},
       {"shares", "90"},
       {"price", "52800"}});
  add(message('P')
          .number(0, 8)
          .text("B")
          .number(200, 4)
          .text("BOB     ")
          .number(53'333, 4)
          .number(19'447, 8),
      {{"order_reference", "0"},
       {"side", "B"},
       {"shares", "200"},
       {"stock", "BOB"},
       {"price", "53333"},
       {"match_number", "19447"}});
  add(message('Q')
          .number(0x7FFFFFFFFFFFFFFF, 8)
          .text("BOB     ")
          .number(50'000, 4)
          .number(9, 8)
          .text("O"),
      {{"shares", "9223372036854775807"},
       {"stock", "BOB"},
       {"price", "50000"},
       {"match_number", "9"},
       {"cross_type", "O"}});
  add(message('B').number(9, 8), {{"match_number", "9"}});
  add(message('I')
          .number(1'000, 8)
          .number(300, 8)
          .text("B")
          .text("BOB     ")
          .number(1, 4)
          .number(2, 4)
          .number(3, 4)
          .text("C")
          .text(" "),
      {{"paired_shares", "1000"},
       {"imbalance_shares", "300"},
       {"imbalance_direction", "B"},
       {"stock", "BOB"},
       {"far_price", "1"},
       {"near_price", "2"},
       {"current_reference_price", "3"},
       {"cross_type", "C"}});
  add(message('N').text("BOB     ").text("A"), {{"stock", "BOB"}, {"interest_flag", "A"}});
  return cases;
}

TEST(ItchDecode, everyTypeBecomesItsColumns) {
  std::set<char> seen;
  for (const Case& c : allTypes()) {
    const char type = static_cast<char>(c.message.bytes()[0]);
    seen.insert(type);
    Decoded expected = c.columns;
    expected["message_type"] = std::string(1, type);
    expected["stock_locate"] = "7";
    expected["tracking_number"] = "258";
    expected["timestamp"] = "34200000000001";
    EXPECT_EQ(decode(c.message.bytes()), expected) << type;
  }
  EXPECT_EQ(seen.size(), kItchMessageTypes);
}

// Lengths as the exchange's specification prints them.
TEST(ItchDecode, messagesHaveTheirLengths) {
  const std::map<char, int> kLengths = {
      {'S', 12}, {'R', 39}, {'H', 25}, {'Y', 20}, {'L', 26}, {'V', 35}, {'W', 12}, {'K', 28},
      {'J', 35}, {'h', 21}, {'A', 36}, {'F', 40}, {'E', 31}, {'C', 36}, {'X', 23}, {'D', 19},
      {'U', 35}, {'P', 44}, {'Q', 40}, {'B', 19}, {'I', 50}, {'N', 20}};
  EXPECT_EQ(kLengths.size(), kItchMessageTypes);
  for (const auto& [type, bytes] : kLengths) {
    const ItchMessageSpec* const spec = itchMessage(static_cast<std::uint8_t>(type));
    ASSERT_NE(spec, nullptr) << type;
    EXPECT_EQ(spec->bytes, bytes) << type;
  }
}

TEST(ItchDecode, aMessageOfAnotherLengthIsRefused) {
  for (const Case& c : allTypes()) {
    std::vector<std::uint8_t> bytes = c.message.bytes();
    bytes.push_back(' ');
    EXPECT_TRUE(decode(bytes).empty()) << bytes[0];
    for (std::size_t size = 0; size + 1 < bytes.size(); ++size) {
      // A copy, so that a sanitizer sees a read past its end.
      const std::vector<std::uint8_t> shorter(bytes.begin(),
                                              bytes.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_TRUE(decode(shorter).empty()) << bytes[0] << " of " << size;
    }
  }
}

TEST(ItchDecode, unknownTypesAreRefused) {
  int known = 0;
  for (unsigned type = 0; type < 256; ++type) {
    known += itchMessage(static_cast<std::uint8_t>(type)) != nullptr ? 1 : 0;
    std::vector<std::uint8_t> bytes(kItchMessageBytesMax, ' ');
    bytes[0] = static_cast<std::uint8_t>(type);
    if (type != 'I') {  // the one type of this length
      EXPECT_TRUE(decode(bytes).empty()) << type;
    }
  }
  EXPECT_EQ(known, 22);
}

TEST(ItchDecode, valuesOutsideTheirColumnsAreRefused) {
  constexpr std::uint64_t kDayNs = 86'400'000'000'000;
  const struct {
    const char* what;
    Message message;
    bool valid;
  } kCases[] = {
      {"the last nanosecond",
       Message('D').number(1, 2).number(0, 2).number(kDayNs - 1, 6).number(5, 8), true},
      {"a whole day", Message('D').number(1, 2).number(0, 2).number(kDayNs, 6).number(5, 8), false},
      {"2^63 shares",
       message('Q')
           .number(0x8000000000000000, 8)
           .text("BOB     ")
           .number(1, 4)
           .number(9, 8)
           .text("O"),
       false},
      {"19 digits of an index",
       message('V').number(1'000'000'000'000'000'000, 8).number(1, 8).number(1, 8), false},
      {"a release at midnight",
       message('K').text("IPO     ").number(86'400, 4).text("A").number(1, 4), false},
      {"a release a second before",
       message('K').text("IPO     ").number(86'399, 4).text("A").number(1, 4), true},
      {"a NUL in a stock", message('N').text(std::string_view("BOB\0    ", 8)).text("A"), false},
      {"a byte above ASCII", message('N').text("BOB\xFF    ").text("A"), false},
      {"a blank stock", message('N').text("        ").text("A"), true},
      {"any reserved byte", message('H').text("BOB     ").text("T").text("\xFF").text("    "),
       true},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(!decode(c.message.bytes()).empty(), c.valid) << c.what;
  }
}

TEST(ItchDecode, blankTextIsNullAndInnerSpacesStay) {
  const Decoded columns = decode(message('N').text("  A B   ").text(" ").bytes());
  EXPECT_EQ(columns.at("stock"), "  A B");
  EXPECT_EQ(columns.count("interest_flag"), 0U);
}

}  // namespace
}  // namespace parquet_flow::load
