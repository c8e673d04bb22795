#include "load/itch_decode.hpp"

#include <limits>

namespace parquet_flow::load {
namespace {

using FieldsByColumn = std::array<const ItchField*, kItchColumns>;

constexpr std::uint64_t kDayNs = 86'400'000'000'000;
constexpr std::uint64_t kDecimal18 = 1'000'000'000'000'000'000;

// The largest value of a column.
constexpr std::uint64_t limitOf(ItchType type) noexcept {
  switch (type) {
    case ItchType::kShares:
      return std::numeric_limits<std::int64_t>::max();
    case ItchType::kPrice8:
      return kDecimal18 - 1;
    case ItchType::kTime:
    case ItchType::kSeconds:
      return kDayNs - 1;
    case ItchType::kText:
    case ItchType::kUint16:
    case ItchType::kUint32:
    case ItchType::kUint64:
    case ItchType::kPrice4:
      break;  // as wide as their fields
  }
  return std::numeric_limits<std::uint64_t>::max();
}

bool isPrintable(const std::uint8_t* text, unsigned bytes) noexcept {
  for (unsigned i = 0; i < bytes; ++i) {
    if (text[i] < 0x20 || text[i] > 0x7E) {
      return false;
    }
  }
  return true;
}

bool fieldsAreValid(const std::uint8_t* message, std::span<const ItchField> fields) noexcept {
  for (const ItchField& field : fields) {
    const ItchType type = itchColumn(field.column).type;
    if (type == ItchType::kText ? !isPrintable(message + field.offset, field.bytes)
                                : itchNumber(message, field, type) > limitOf(type)) {
      return false;
    }
  }
  return true;
}

struct FieldsByType {
  std::array<FieldsByColumn, 256> fields{};

  FieldsByType() noexcept {
    for (const ItchMessageSpec& message : itchMessages()) {
      FieldsByColumn& byColumn = fields[static_cast<std::uint8_t>(message.type)];
      for (const ItchField& field : itchCommonFields()) {
        byColumn[static_cast<std::size_t>(field.column)] = &field;
      }
      for (const ItchField& field : message.fields) {
        byColumn[static_cast<std::size_t>(field.column)] = &field;
      }
    }
  }
};

}  // namespace

bool itchIsValid(std::span<const std::uint8_t> message) noexcept {
  if (message.empty()) {
    return false;
  }
  const ItchMessageSpec* const spec = itchMessage(message[0]);
  return spec != nullptr && message.size() == spec->bytes &&
         fieldsAreValid(message.data(), itchCommonFields()) &&
         fieldsAreValid(message.data(), spec->fields);
}

const FieldsByColumn& itchFieldsByColumn(std::uint8_t type) noexcept {
  static const FieldsByType kFields;
  return kFields.fields[type];
}

}  // namespace parquet_flow::load
