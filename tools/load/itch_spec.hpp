// NASDAQ TotalView-ITCH 5.0 as tables: its 22 message types, where their fields lie, and the
// columns that they become.
//
// Source: Nasdaq TotalView-ITCH 5.0 specification, sections "Data Types" and "Message Formats".
// Integers are big-endian and unsigned, text is ASCII, left-justified and padded with spaces,
// Price(4) counts 1/10 000 and Price(8) 1/100 000 000, a timestamp is 6 bytes of nanoseconds since
// midnight.
//
// One wide schema holds all types. The first four columns are REQUIRED, all others OPTIONAL: null
// where the type has no such field, and where a text field is blank, which is how the feed says
// "not available".
//
//   column                    type                    of message types
//   message_type              STRING                  all
//   stock_locate              INT32 UINT_16           all
//   tracking_number           INT32 UINT_16           all
//   timestamp                 INT64 TIME(NANOS)       all; since midnight, the exchange's time zone
//   stock                     STRING                  R H Y L K J h A F P Q I N
//   order_reference           INT64 UINT_64           A F E C X D U P
//   new_order_reference       INT64 UINT_64           U
//   match_number              INT64 UINT_64           E C P Q B
//   side                      STRING                  A F P: B, S
//   shares                    INT64                   A F E C X U P Q: ordered, executed, cancelled
//   price                     INT64 DECIMAL(10, 4)    A F C U P Q
//   mpid                      STRING                  F (attribution), L (participant)
//   printable                 STRING                  C
//   event_code                STRING                  S
//   cross_type                STRING                  Q I
//   market_category           STRING                  R
//   financial_status          STRING                  R
//   round_lot_size            INT32 UINT_32           R
//   round_lots_only           STRING                  R
//   issue_classification      STRING                  R
//   issue_subtype             STRING                  R
//   authenticity              STRING                  R
//   short_sale_threshold      STRING                  R
//   ipo_flag                  STRING                  R
//   luld_tier                 STRING                  R
//   etp_flag                  STRING                  R
//   etp_leverage_factor       INT32 UINT_32           R
//   inverse_indicator         STRING                  R
//   trading_state             STRING                  H
//   trading_reason            STRING                  H
//   reg_sho_action            STRING                  Y
//   primary_market_maker      STRING                  L
//   market_maker_mode         STRING                  L
//   participant_state         STRING                  L
//   mwcb_level_1, _2, _3      INT64 DECIMAL(18, 8)    V
//   mwcb_breached_level       STRING                  W
//   ipo_release_time          INT64 TIME(NANOS)       K
//   ipo_release_qualifier     STRING                  K
//   ipo_price                 INT64 DECIMAL(10, 4)    K
//   collar_reference_price    INT64 DECIMAL(10, 4)    J
//   collar_upper_price        INT64 DECIMAL(10, 4)    J
//   collar_lower_price        INT64 DECIMAL(10, 4)    J
//   collar_extension          INT32 UINT_32           J
//   market_code               STRING                  h
//   operational_halt_action   STRING                  h
//   paired_shares             INT64                   I
//   imbalance_shares          INT64                   I
//   imbalance_direction       STRING                  I
//   far_price                 INT64 DECIMAL(10, 4)    I
//   near_price                INT64 DECIMAL(10, 4)    I
//   current_reference_price   INT64 DECIMAL(10, 4)    I
//   price_variation           STRING                  I
//   interest_flag             STRING                  N
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace parquet_flow::load {

inline constexpr std::size_t kItchMessageBytesMax = 50;
inline constexpr std::size_t kItchMessageTypes = 22;

// In schema order.
enum class ItchColumn : std::uint8_t {
  kMessageType,
  kStockLocate,
  kTrackingNumber,
  kTimestamp,
  kStock,
  kOrderReference,
  kNewOrderReference,
  kMatchNumber,
  kSide,
  kShares,
  kPrice,
  kMpid,
  kPrintable,
  kEventCode,
  kCrossType,
  kMarketCategory,
  kFinancialStatus,
  kRoundLotSize,
  kRoundLotsOnly,
  kIssueClassification,
  kIssueSubtype,
  kAuthenticity,
  kShortSaleThreshold,
  kIpoFlag,
  kLuldTier,
  kEtpFlag,
  kEtpLeverageFactor,
  kInverseIndicator,
  kTradingState,
  kTradingReason,
  kRegShoAction,
  kPrimaryMarketMaker,
  kMarketMakerMode,
  kParticipantState,
  kMwcbLevel1,
  kMwcbLevel2,
  kMwcbLevel3,
  kMwcbBreachedLevel,
  kIpoReleaseTime,
  kIpoReleaseQualifier,
  kIpoPrice,
  kCollarReferencePrice,
  kCollarUpperPrice,
  kCollarLowerPrice,
  kCollarExtension,
  kMarketCode,
  kOperationalHaltAction,
  kPairedShares,
  kImbalanceShares,
  kImbalanceDirection,
  kFarPrice,
  kNearPrice,
  kCurrentReferencePrice,
  kPriceVariation,
  kInterestFlag,
};
inline constexpr std::size_t kItchColumns = static_cast<std::size_t>(ItchColumn::kInterestFlag) + 1;
inline constexpr std::size_t kItchRequiredColumns = 4;

// What a column's values are; how many bytes a field of it has is said by the field.
enum class ItchType : std::uint8_t {
  kText,     // STRING
  kUint16,   // INT32, INTEGER(16, unsigned)
  kUint32,   // INT32, INTEGER(32, unsigned)
  kUint64,   // INT64, INTEGER(64, unsigned)
  kShares,   // INT64; a message with more than 2^63 - 1 is refused
  kPrice4,   // INT64, DECIMAL(10, 4)
  kPrice8,   // INT64, DECIMAL(18, 8); a message with 10^18 or more is refused
  kTime,     // INT64, TIME(NANOS); a message with a day or more is refused
  kSeconds,  // the same, from seconds
};

struct ItchColumnSpec {
  const char* name;
  ItchType type;
};

struct ItchField {
  ItchColumn column;
  std::uint8_t offset;
  std::uint8_t bytes;
};

struct ItchMessageSpec {
  char type;
  const char* name;
  std::uint8_t bytes;
  std::span<const ItchField> fields;  // behind the common ones, in order; reserved bytes left out
};

[[nodiscard]] const ItchColumnSpec& itchColumn(ItchColumn column) noexcept;

// The common fields of every message: type, stock_locate, tracking_number, timestamp.
[[nodiscard]] std::span<const ItchField> itchCommonFields() noexcept;

// All types, in the specification's order.
[[nodiscard]] std::span<const ItchMessageSpec> itchMessages() noexcept;

// nullptr for a type that ITCH 5.0 does not have.
[[nodiscard]] const ItchMessageSpec* itchMessage(std::uint8_t type) noexcept;

// Big-endian, `bytes` of 1 to 8.
[[nodiscard]] inline std::uint64_t readBigEndian(const std::uint8_t* in, unsigned bytes) noexcept {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i) {
    value = value << 8 | in[i];
  }
  return value;
}

}  // namespace parquet_flow::load
