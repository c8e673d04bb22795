#include "pf/aligned_text.hpp"

#include <algorithm>
#include <string_view>

namespace parquet_flow::pf {
namespace {

std::size_t characters(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

struct Column {
  std::size_t width = 0;
  bool isEmpty = true;
  bool isNumbers = true;
};

}  // namespace

std::string alignedText(const std::vector<std::vector<std::string>>& lines, std::size_t indent) {
  std::vector<Column> columns(lines.front().size());
  for (std::size_t line = 0; line < lines.size(); ++line) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string& word = lines[line][i];
      columns[i].width = std::max(columns[i].width, characters(word));
      if (line != 0 && !word.empty()) {
        columns[i].isEmpty = false;
        columns[i].isNumbers &= word.find_first_not_of("0123456789 ") == std::string::npos;
      }
    }
  }
  std::string text;
  for (const std::vector<std::string>& line : lines) {
    std::string out(indent, ' ');
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].isEmpty) {
        continue;
      }
      const std::size_t padding = columns[i].width - characters(line[i]);
      out.append(columns[i].isNumbers ? padding : 0, ' ');
      out.append(line[i]);
      out.append((columns[i].isNumbers ? 0 : padding) + 2, ' ');
    }
    out.erase(out.find_last_not_of(' ') + 1);
    text += out + '\n';
  }
  return text;
}

}  // namespace parquet_flow::pf
