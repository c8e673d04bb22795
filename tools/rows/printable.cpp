#include "rows/printable.hpp"

#include <utility>

#include "base/json_string.hpp"

namespace parquet_flow::rows {
namespace {

bool isControl(std::string_view text, std::size_t at) noexcept {
  const auto byte = static_cast<unsigned char>(text[at]);
  const bool isC1 =
      byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
  return byte < 0x20 || byte == 0x7F || isC1;
}

}  // namespace

bool hasControls(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (isControl(text, at)) {
      return true;
    }
  }
  return false;
}

void escapeControls(std::string& text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string escaped;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!isControl(text, at)) {
      escaped.push_back(text[at]);
      continue;
    }
    if (static_cast<unsigned char>(text[at]) == 0xC2) {
      ++at;
    }
    const auto byte = static_cast<unsigned char>(text[at]);
    constexpr std::string_view kNamed = "\n\r\t";
    const std::size_t named = kNamed.find(text[at]);
    escaped.push_back('\\');
    if (named != std::string_view::npos) {
      escaped.push_back("nrt"[named]);
    } else {
      escaped.append("u00");
      escaped.push_back(kHex[byte >> 4U]);
      escaped.push_back(kHex[byte & 0xFU]);
    }
  }
  text = std::move(escaped);
}

std::string printable(std::string_view text) {
  std::string out;
  appendUtf8(text, out);
  if (hasControls(out)) {
    escapeControls(out);
  }
  return out;
}

}  // namespace parquet_flow::rows
