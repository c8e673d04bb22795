#include "load/order_feed.hpp"

#include <array>
#include <cstring>
#include <string_view>

#include "contact/random.hpp"
#include "load/pacer.hpp"

namespace parquet_flow::load {
namespace {

using contact::drawAt;
using contact::mix64;

constexpr std::uint64_t kOrderDomain = 0x4F52444552464545;

constexpr pf_struct_column_t column(const char* name, std::size_t offset, pf_struct_field_t field,
                                    std::uint32_t size = 0) {
  pf_struct_column_t result{};
  result.name = name;
  result.offset = static_cast<std::uint32_t>(offset);
  result.size = size;
  result.field = field;
  result.nullability = PF_NULL_NEVER;
  result.logical = PF_LOGICAL_NONE;
  return result;
}

constexpr pf_struct_column_t withLogical(pf_struct_column_t result, pf_logical_type_t logical,
                                         std::int32_t a, std::int32_t b) {
  result.logical = logical;
  result.logical_a = a;
  result.logical_b = b;
  return result;
}

constexpr pf_struct_column_t nullWhere(pf_struct_column_t result, std::uint64_t value) {
  result.nullability = PF_NULL_SENTINEL;
  result.null_value = value;
  return result;
}

#define PF_ORDER_COLUMN(name, member, ...) column(name, offsetof(OrderRecord, member), __VA_ARGS__)

constexpr std::array<pf_struct_column_t, 14> kColumns = {{
    withLogical(PF_ORDER_COLUMN("time", timeNs, PF_FIELD_INT64), PF_LOGICAL_TIMESTAMP,
                PF_TIME_NANOS, 1),
    PF_ORDER_COLUMN("sequence", sequence, PF_FIELD_UINT64),
    PF_ORDER_COLUMN("order_id", orderId, PF_FIELD_UINT64),
    nullWhere(
        withLogical(PF_ORDER_COLUMN("price", price, PF_FIELD_INT64), PF_LOGICAL_DECIMAL, 18, 4),
        static_cast<std::uint64_t>(OrderRecord::kNoPrice)),
    PF_ORDER_COLUMN("symbol", symbol, PF_FIELD_CHARS, 8),
    nullWhere(PF_ORDER_COLUMN("account", account, PF_FIELD_CHARS, 8), 0),
    PF_ORDER_COLUMN("quantity", quantity, PF_FIELD_UINT32),
    PF_ORDER_COLUMN("filled", filled, PF_FIELD_UINT32),
    PF_ORDER_COLUMN("venue", venue, PF_FIELD_UINT16),
    PF_ORDER_COLUMN("flags", flags, PF_FIELD_UINT16),
    PF_ORDER_COLUMN("side", side, PF_FIELD_CHARS, 1),
    PF_ORDER_COLUMN("event", event, PF_FIELD_CHARS, 1),
    PF_ORDER_COLUMN("time_in_force", timeInForce, PF_FIELD_CHARS, 1),
    PF_ORDER_COLUMN("is_priority", isPriority, PF_FIELD_BOOL8),
}};
#undef PF_ORDER_COLUMN

constexpr std::size_t kSymbols = 16;
constexpr std::array<std::array<char, 8>, kSymbols> kSymbolNames = {{
    {"BTC-USD"},
    {"ETH-USD"},
    {"SOL-USD"},
    {"XRP-USD"},
    {"BTC-EUR"},
    {"ETH-EUR"},
    {"ETH-BTC"},
    {"ES-MAR"},
    {"NQ-MAR"},
    {"CL-APR"},
    {"GC-APR"},
    {"ZN-MAR"},
    {"EURUSD"},
    {"USDJPY"},
    {"GBPUSD"},
    {"AUDUSD"},
}};

}  // namespace

std::span<const pf_struct_column_t> orderColumns() noexcept { return kColumns; }

OrderFeed::OrderFeed(std::uint64_t seed, std::int64_t startNs, std::uint64_t ratePerSecond) noexcept
    : key_(mix64(seed ^ kOrderDomain)), startNs_(startNs), ratePerSecond_(ratePerSecond) {}

OrderRecord OrderFeed::recordAt(std::uint64_t i) const noexcept {
  const std::uint64_t draw = drawAt(key_, i);
  const std::uint64_t more = mix64(draw);
  OrderRecord record{};
  record.timeNs = startNs_ + static_cast<std::int64_t>(dueNs(i, ratePerSecond_));
  record.sequence = i;
  record.orderId = i - (draw & 0xFF) % (i + 1);  // events of one order lie within 256 of each other
  // The symbol's bits squared: the first symbols have most of the traffic.
  const std::uint64_t u = draw >> 8 & 0xFFF;
  const std::size_t symbol = static_cast<std::size_t>((u * u * kSymbols) >> 24);
  std::memcpy(record.symbol, kSymbolNames[symbol].data(), sizeof record.symbol);
  // 1 in 32 is a market order; the rest lie within 1 024 ticks of 0.01 above the symbol's base.
  const std::uint64_t base = 100'000 * (1 + mix64(symbol) % 10'000);
  record.price = (draw >> 20 & 31) == 0
                     ? OrderRecord::kNoPrice
                     : static_cast<std::int64_t>(base + 100 * (draw >> 25 & 0x3FF));
  if ((more & 7) != 0) {  // 1 in 8 has no account
    std::memcpy(record.account, "ACC-", 4);
    for (std::size_t digit = 0; digit < 3; ++digit) {
      record.account[4 + digit] = static_cast<char>('0' + (more >> (8 + 8 * digit) & 0xFF) % 10);
    }
  }
  record.quantity = static_cast<std::uint32_t>(1 + (draw >> 35 & 0x3FF));
  record.event = "NNNNNNCCCCCCFFFR"[draw >> 45 & 15];
  if (record.event == 'F') {
    record.filled = static_cast<std::uint32_t>(1 + (more >> 32) % record.quantity);
  }
  record.venue = static_cast<std::uint16_t>(draw >> 49 & 15);
  record.flags = static_cast<std::uint16_t>(draw >> 53 & (draw >> 56) & 7);
  record.side = (draw >> 59 & 1) != 0 ? 'B' : 'S';
  record.timeInForce = "DDIG"[draw >> 60 & 3];
  record.isPriority = draw >> 62 == 0 ? 1 : 0;
  return record;
}

}  // namespace parquet_flow::load
