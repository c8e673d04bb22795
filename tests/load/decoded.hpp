// A decoded ITCH message as text, column by column, for comparing.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "load/itch_decode.hpp"

namespace parquet_flow::load {

using Decoded = std::map<std::string, std::string>;  // the columns that are not null

class Collect {
 public:
  explicit Collect(Decoded& columns) : columns_(columns) {}

  void null(ItchColumn column) { step(column); }
  void text(ItchColumn column, std::string_view value) {
    step(column);
    columns_[itchColumn(column).name] = value;
  }
  void number(ItchColumn column, ItchType, std::uint64_t value) {
    step(column);
    columns_[itchColumn(column).name] = std::to_string(value);
  }

  // Columns came each once and in schema order.
  bool complete() const { return inOrder_ && next_ == kItchColumns; }

 private:
  void step(ItchColumn column) {
    inOrder_ = inOrder_ && static_cast<std::size_t>(column) == next_;
    ++next_;
  }

  Decoded& columns_;
  std::size_t next_ = 0;
  bool inOrder_ = true;
};

// Empty when the message is refused.
inline Decoded decode(std::span<const std::uint8_t> message) {
  Decoded columns;
  Collect collect(columns);
  const bool valid = decodeItch(message, collect);
  if (valid != collect.complete()) {
    columns["error"] = "columns left out, doubled or out of order";
  }
  return columns;
}

}  // namespace parquet_flow::load
