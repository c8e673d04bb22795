#include "sink/json_text.hpp"

#include <array>
#include <cstddef>

namespace parquet_flow::sink {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Bytes of the character that `text` begins with, 0 where that is none (RFC 3629: no overlong form,
// no surrogate, nothing above U+10FFFF).
std::size_t characterBytes(std::string_view text) noexcept {
  const auto byteAt = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byteAt(0);
  if (lead < 0x80) return 1;
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return 0;
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byteAt(i) & 0xC0U) != 0x80U) return 0;
  }
  const unsigned char second = byteAt(1);
  const bool refused = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
                       (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F);
  return refused ? 0 : bytes;
}

void appendEscaped(unsigned char c, std::string* to) {
  constexpr std::string_view kHex = "0123456789abcdef";
  if (c == '"' || c == '\\') {
    to->push_back('\\');
    to->push_back(static_cast<char>(c));
  } else if (c < 0x20) {
    to->append("\\u00");
    to->push_back(kHex[c >> 4]);
    to->push_back(kHex[c & 0xF]);
  } else {
    to->push_back(static_cast<char>(c));
  }
}

}  // namespace

void JsonText::separate() {
  if (!first_) text_.push_back(',');
  first_ = false;
}

void JsonText::open(char bracket, char closing) {
  separate();
  text_.push_back(bracket);
  closings_.push_back(closing);
  first_ = true;
}

void JsonText::openAt(std::string_view key, char bracket, char closing) {
  writeKey(key);
  first_ = true;  // the key's value follows without a comma
  open(bracket, closing);
}

void JsonText::end() {
  text_.push_back(closings_.back());
  closings_.pop_back();
  first_ = false;
}

void JsonText::writeKey(std::string_view key) {
  separate();
  text_.append("\"").append(key).append("\":");
}

void JsonText::field(std::string_view key, std::uint64_t value) {
  writeKey(key);
  text_.append(std::to_string(value));
}

void JsonText::field(std::string_view key, std::int64_t value) {
  writeKey(key);
  text_.append(std::to_string(value));
}

void JsonText::field(std::string_view key, bool value) {
  writeKey(key);
  text_.append(value ? "true" : "false");
}

void JsonText::field(std::string_view key, std::string_view text) {
  writeKey(key);
  writeText(text);
}

void JsonText::writeText(std::string_view text) {
  text_.push_back('"');
  while (!text.empty()) {
    const std::size_t bytes = characterBytes(text);
    if (bytes == 0) {
      text_.append(kReplacement);
    } else if (bytes == 1) {
      appendEscaped(static_cast<unsigned char>(text.front()), &text_);
    } else {
      text_.append(text.substr(0, bytes));
    }
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  text_.push_back('"');
}

}  // namespace parquet_flow::sink
