#include "base/json_string.hpp"

#include <cstddef>

#include "base/utf8.hpp"

namespace parquet_flow {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// `append` gets runs of whole characters.
template <class Append>
void eachValid(std::string_view text, std::string& out, const Append& append) {
  std::size_t good = 0;
  while (good < text.size()) {
    const std::size_t bytes = utf8CharacterBytes(text.substr(good));
    if (bytes != 0) {
      good += bytes;
      continue;
    }
    append(text.substr(0, good));
    out.append(kReplacement);
    text.remove_prefix(good + 1);
    good = 0;
  }
  append(text);
}

void appendEscaped(std::string_view text, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20) {
      out.append("\\u00");
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 0xF]);
    } else {
      out.push_back(c);
    }
  }
}

}  // namespace

void appendJsonString(std::string_view text, std::string& out) {
  out.push_back('"');
  eachValid(text, out, [&](std::string_view run) { appendEscaped(run, out); });
  out.push_back('"');
}

void appendUtf8(std::string_view text, std::string& out) {
  eachValid(text, out, [&](std::string_view run) { out.append(run); });
}

}  // namespace parquet_flow
