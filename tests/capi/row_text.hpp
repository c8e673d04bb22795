// A value of a row, and all that is in it, as text.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "parquet_flow.h"

namespace parquet_flow::test {

// {id: 1L, tags: ["a", null], map: {"k" => 2}}; floating-point numbers as %a, decimals of bytes as
// the fewest that have their value.
inline std::string textOf(const pf_value_t& value);

inline std::string real(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%a", value);
  return text;
}

// Of a number in two's complement, big-endian.
inline std::string decimal(std::string_view bytes) {
  const auto isSign = [&](std::size_t i) {
    const bool isNegative = (static_cast<unsigned char>(bytes[i + 1]) & 0x80U) != 0;
    return bytes[i] == (isNegative ? '\xFF' : '\0');
  };
  std::size_t first = 0;
  while (first + 1 < bytes.size() && isSign(first)) ++first;
  std::string text = "0x";
  for (const char byte : bytes.substr(first)) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(byte) & 0xFFU);
    text += digits;
  }
  return text;
}

inline std::string bytesOf(const pf_field_t& field, std::string_view bytes) {
  return field.logical == PF_LOGICAL_DECIMAL ? decimal(bytes) : '"' + std::string(bytes) + '"';
}

inline std::string childrenOf(const pf_value_t& value) {
  const bool isMap = value.kind == PF_VALUE_MAP;
  std::string text;
  for (std::uint32_t i = 0; i < value.count * (isMap ? 2 : 1); ++i) {
    if (i != 0) text += isMap && i % 2 == 1 ? " => " : ", ";
    const pf_value_t& child = value.values[i];
    if (value.kind == PF_VALUE_GROUP) text += std::string(child.field->name) + ": ";
    text += textOf(child);
  }
  return text;
}

inline std::string textOf(const pf_value_t& value) {
  switch (value.kind) {
    case PF_VALUE_NULL:
      return "null";
    case PF_VALUE_BOOLEAN:
      return value.boolean == 1 ? "true" : value.boolean == 0 ? "false" : "no boolean";
    case PF_VALUE_INT32:
      return std::to_string(value.int32);
    case PF_VALUE_INT64:
      return std::to_string(value.int64) + "L";
    case PF_VALUE_FLOAT:
      return real(static_cast<double>(value.float32)) + "f";
    case PF_VALUE_DOUBLE:
      return real(value.float64);
    case PF_VALUE_BYTES:
      return bytesOf(*value.field, {static_cast<const char*>(value.data), value.count});
    case PF_VALUE_LIST:
      return '[' + childrenOf(value) + ']';
    default:
      return '{' + childrenOf(value) + '}';
  }
}

}  // namespace parquet_flow::test
