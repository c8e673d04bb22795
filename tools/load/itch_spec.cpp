#include "load/itch_spec.hpp"

namespace parquet_flow::load {
namespace {

using enum ItchColumn;

constexpr std::array<ItchColumnSpec, kItchColumns> kColumns = {{
    {"message_type", ItchType::kText},
    {"stock_locate", ItchType::kUint16},
    {"tracking_number", ItchType::kUint16},
    {"timestamp", ItchType::kTime},
    {"stock", ItchType::kText},
    {"order_reference", ItchType::kUint64},
    {"new_order_reference", ItchType::kUint64},
    {"match_number", ItchType::kUint64},
    {"side", ItchType::kText},
    {"shares", ItchType::kShares},
    {"price", ItchType::kPrice4},
    {"mpid", ItchType::kText},
    {"printable", ItchType::kText},
    {"event_code", ItchType::kText},
    {"cross_type", ItchType::kText},
    {"market_category", ItchType::kText},
    {"financial_status", ItchType::kText},
    {"round_lot_size", ItchType::kUint32},
    {"round_lots_only", ItchType::kText},
    {"issue_classification", ItchType::kText},
    {"issue_subtype", ItchType::kText},
    {"authenticity", ItchType::kText},
    {"short_sale_threshold", ItchType::kText},
    {"ipo_flag", ItchType::kText},
    {"luld_tier", ItchType::kText},
    {"etp_flag", ItchType::kText},
    {"etp_leverage_factor", ItchType::kUint32},
    {"inverse_indicator", ItchType::kText},
    {"trading_state", ItchType::kText},
    {"trading_reason", ItchType::kText},
    {"reg_sho_action", ItchType::kText},
    {"primary_market_maker", ItchType::kText},
    {"market_maker_mode", ItchType::kText},
    {"participant_state", ItchType::kText},
    {"mwcb_level_1", ItchType::kPrice8},
    {"mwcb_level_2", ItchType::kPrice8},
    {"mwcb_level_3", ItchType::kPrice8},
    {"mwcb_breached_level", ItchType::kText},
    {"ipo_release_time", ItchType::kSeconds},
    {"ipo_release_qualifier", ItchType::kText},
    {"ipo_price", ItchType::kPrice4},
    {"collar_reference_price", ItchType::kPrice4},
    {"collar_upper_price", ItchType::kPrice4},
    {"collar_lower_price", ItchType::kPrice4},
    {"collar_extension", ItchType::kUint32},
    {"market_code", ItchType::kText},
    {"operational_halt_action", ItchType::kText},
    {"paired_shares", ItchType::kShares},
    {"imbalance_shares", ItchType::kShares},
    {"imbalance_direction", ItchType::kText},
    {"far_price", ItchType::kPrice4},
    {"near_price", ItchType::kPrice4},
    {"current_reference_price", ItchType::kPrice4},
    {"price_variation", ItchType::kText},
    {"interest_flag", ItchType::kText},
}};

constexpr ItchField kCommon[] = {
    {kMessageType, 0, 1}, {kStockLocate, 1, 2}, {kTrackingNumber, 3, 2}, {kTimestamp, 5, 6}};

constexpr ItchField kSystemEvent[] = {{kEventCode, 11, 1}};
constexpr ItchField kStockDirectory[] = {{kStock, 11, 8},
                                         {kMarketCategory, 19, 1},
                                         {kFinancialStatus, 20, 1},
                                         {kRoundLotSize, 21, 4},
                                         {kRoundLotsOnly, 25, 1},
                                         {kIssueClassification, 26, 1},
                                         {kIssueSubtype, 27, 2},
                                         {kAuthenticity, 29, 1},
                                         {kShortSaleThreshold, 30, 1},
                                         {kIpoFlag, 31, 1},
                                         {kLuldTier, 32, 1},
                                         {kEtpFlag, 33, 1},
                                         {kEtpLeverageFactor, 34, 4},
                                         {kInverseIndicator, 38, 1}};
// The byte at 20 is reserved.
constexpr ItchField kTradingAction[] = {
    {kStock, 11, 8}, {kTradingState, 19, 1}, {kTradingReason, 21, 4}};
constexpr ItchField kRegSho[] = {{kStock, 11, 8}, {kRegShoAction, 19, 1}};
constexpr ItchField kParticipant[] = {{kMpid, 11, 4},
                                      {kStock, 15, 8},
                                      {kPrimaryMarketMaker, 23, 1},
                                      {kMarketMakerMode, 24, 1},
                                      {kParticipantState, 25, 1}};
constexpr ItchField kMwcbDecline[] = {
    {kMwcbLevel1, 11, 8}, {kMwcbLevel2, 19, 8}, {kMwcbLevel3, 27, 8}};
constexpr ItchField kMwcbStatus[] = {{kMwcbBreachedLevel, 11, 1}};
constexpr ItchField kIpoQuoting[] = {
    {kStock, 11, 8}, {kIpoReleaseTime, 19, 4}, {kIpoReleaseQualifier, 23, 1}, {kIpoPrice, 24, 4}};
constexpr ItchField kLuldCollar[] = {{kStock, 11, 8},
                                     {kCollarReferencePrice, 19, 4},
                                     {kCollarUpperPrice, 23, 4},
                                     {kCollarLowerPrice, 27, 4},
                                     {kCollarExtension, 31, 4}};
constexpr ItchField kOperationalHalt[] = {
    {kStock, 11, 8}, {kMarketCode, 19, 1}, {kOperationalHaltAction, 20, 1}};
constexpr ItchField kAddOrder[] = {
    {kOrderReference, 11, 8}, {kSide, 19, 1}, {kShares, 20, 4}, {kStock, 24, 8}, {kPrice, 32, 4}};
constexpr ItchField kAddAttributed[] = {{kOrderReference, 11, 8}, {kSide, 19, 1},  {kShares, 20, 4},
                                        {kStock, 24, 8},          {kPrice, 32, 4}, {kMpid, 36, 4}};
constexpr ItchField kExecuted[] = {
    {kOrderReference, 11, 8}, {kShares, 19, 4}, {kMatchNumber, 23, 8}};
constexpr ItchField kExecutedAtPrice[] = {{kOrderReference, 11, 8},
                                          {kShares, 19, 4},
                                          {kMatchNumber, 23, 8},
                                          {kPrintable, 31, 1},
                                          {kPrice, 32, 4}};
constexpr ItchField kCancel[] = {{kOrderReference, 11, 8}, {kShares, 19, 4}};
constexpr ItchField kDelete[] = {{kOrderReference, 11, 8}};
constexpr ItchField kReplace[] = {
    {kOrderReference, 11, 8}, {kNewOrderReference, 19, 8}, {kShares, 27, 4}, {kPrice, 31, 4}};
constexpr ItchField kTrade[] = {{kOrderReference, 11, 8}, {kSide, 19, 1},  {kShares, 20, 4},
                                {kStock, 24, 8},          {kPrice, 32, 4}, {kMatchNumber, 36, 8}};
constexpr ItchField kCrossTrade[] = {
    {kShares, 11, 8}, {kStock, 19, 8}, {kPrice, 27, 4}, {kMatchNumber, 31, 8}, {kCrossType, 39, 1}};
constexpr ItchField kBrokenTrade[] = {{kMatchNumber, 11, 8}};
constexpr ItchField kNoii[] = {{kPairedShares, 11, 8},
                               {kImbalanceShares, 19, 8},
                               {kImbalanceDirection, 27, 1},
                               {kStock, 28, 8},
                               {kFarPrice, 36, 4},
                               {kNearPrice, 40, 4},
                               {kCurrentReferencePrice, 44, 4},
                               {kCrossType, 48, 1},
                               {kPriceVariation, 49, 1}};
constexpr ItchField kRetailInterest[] = {{kStock, 11, 8}, {kInterestFlag, 19, 1}};

constexpr std::array<ItchMessageSpec, kItchMessageTypes> kMessages = {{
    {'S', "system event", 12, kSystemEvent},
    {'R', "stock directory", 39, kStockDirectory},
    {'H', "stock trading action", 25, kTradingAction},
    {'Y', "Reg SHO restriction", 20, kRegSho},
    {'L', "market participant position", 26, kParticipant},
    {'V', "MWCB decline level", 35, kMwcbDecline},
    {'W', "MWCB status", 12, kMwcbStatus},
    {'K', "IPO quoting period update", 28, kIpoQuoting},
    {'J', "LULD auction collar", 35, kLuldCollar},
    {'h', "operational halt", 21, kOperationalHalt},
    {'A', "add order", 36, kAddOrder},
    {'F', "add order with attribution", 40, kAddAttributed},
    {'E', "order executed", 31, kExecuted},
    {'C', "order executed with price", 36, kExecutedAtPrice},
    {'X', "order cancel", 23, kCancel},
    {'D', "order delete", 19, kDelete},
    {'U', "order replace", 35, kReplace},
    {'P', "trade", 44, kTrade},
    {'Q', "cross trade", 40, kCrossTrade},
    {'B', "broken trade", 19, kBrokenTrade},
    {'I', "net order imbalance", 50, kNoii},
    {'N', "retail price improvement", 20, kRetailInterest},
}};

// Fields lie one behind the other up to the message's end, but for the reserved byte of H.
consteval bool tablesAgree() {
  for (const ItchMessageSpec& message : kMessages) {
    unsigned end = 11;
    for (const ItchField& field : message.fields) {
      const bool reservedBefore = message.type == 'H' && field.column == kTradingReason;
      if (field.offset != end + (reservedBefore ? 1U : 0U)) {
        return false;
      }
      end = field.offset + field.bytes;
    }
    if (end != message.bytes || end > kItchMessageBytesMax) {
      return false;
    }
  }
  return true;
}
static_assert(tablesAgree());

constexpr std::array<std::uint8_t, 256> makeIndex() {
  std::array<std::uint8_t, 256> index{};  // 1 + the place in kMessages; 0: no such type
  for (std::size_t i = 0; i < kMessages.size(); ++i) {
    index[static_cast<std::uint8_t>(kMessages[i].type)] = static_cast<std::uint8_t>(i + 1);
  }
  return index;
}
constexpr std::array<std::uint8_t, 256> kIndex = makeIndex();

}  // namespace

const ItchColumnSpec& itchColumn(ItchColumn column) noexcept {
  return kColumns[static_cast<std::size_t>(column)];
}

std::span<const ItchField> itchCommonFields() noexcept { return kCommon; }

std::span<const ItchMessageSpec> itchMessages() noexcept { return kMessages; }

const ItchMessageSpec* itchMessage(std::uint8_t type) noexcept {
  const std::uint8_t index = kIndex[type];
  return index == 0 ? nullptr : &kMessages[index - 1U];
}

}  // namespace parquet_flow::load
