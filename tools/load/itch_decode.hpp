// An ITCH message taken apart into the columns of its schema.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "load/itch_spec.hpp"

namespace parquet_flow::load {

// Whether `message` is one whole message of ITCH 5.0: a known type of its length, with every value
// inside its column's range and printable ASCII in its text.
[[nodiscard]] bool itchIsValid(std::span<const std::uint8_t> message) noexcept;

// The field of each column in a message type; nullptr where it has none. For a type that ITCH 5.0
// has.
[[nodiscard]] const std::array<const ItchField*, kItchColumns>& itchFieldsByColumn(
    std::uint8_t type) noexcept;

// A number as its column holds it: seconds as nanoseconds, all else as it stands.
[[nodiscard]] inline std::uint64_t itchNumber(const std::uint8_t* message, const ItchField& field,
                                              ItchType type) noexcept {
  const std::uint64_t value = readBigEndian(message + field.offset, field.bytes);
  return type == ItchType::kSeconds ? value * 1'000'000'000 : value;
}

// A text without the spaces it is padded with; empty when blank.
[[nodiscard]] inline std::string_view itchText(const std::uint8_t* message,
                                               const ItchField& field) noexcept {
  std::string_view text(reinterpret_cast<const char*>(message) + field.offset, field.bytes);
  while (!text.empty() && text.back() == ' ') {
    text.remove_suffix(1);
  }
  return text;
}

// Calls, for each column in schema order, one of
//   visitor.null(column)             the type has no such field, or its text is blank
//   visitor.text(column, view)       the view points into the message
//   visitor.number(column, type, u)  in the column's unit, see ItchType
// and returns true; or returns false, having called nothing, when the message is not valid.
template <class Visitor>
bool decodeItch(std::span<const std::uint8_t> message, Visitor&& visitor) {
  if (!itchIsValid(message)) {
    return false;
  }
  const auto& fields = itchFieldsByColumn(message[0]);
  for (std::size_t i = 0; i < kItchColumns; ++i) {
    const auto column = static_cast<ItchColumn>(i);
    if (fields[i] == nullptr) {
      visitor.null(column);
      continue;
    }
    const ItchType type = itchColumn(column).type;
    if (type != ItchType::kText) {
      visitor.number(column, type, itchNumber(message.data(), *fields[i], type));
      continue;
    }
    const std::string_view text = itchText(message.data(), *fields[i]);
    if (text.empty()) {
      visitor.null(column);
    } else {
      visitor.text(column, text);
    }
  }
  return true;
}

}  // namespace parquet_flow::load
