// pf(1).
#include <algorithm>
#include <string_view>

#include "pf/command_tree.hpp"

namespace parquet_flow::pf {
namespace {

// Text as roff has it: a hyphen that is to be copied, a backslash, and a line that would be a
// request.
std::string roff(std::string_view text) {
  std::string out;
  bool isLineBegin = true;
  for (const char c : text) {
    if (isLineBegin && (c == '.' || c == '\'')) {
      out += "\\&";
    }
    out += c == '\\' ? std::string("\\e") : c == '-' ? std::string("\\-") : std::string(1, c);
    isLineBegin = c == '\n';
  }
  return out;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::string optionItem(const OptionText& option) {
  std::string text = ".TP\n";
  for (std::size_t i = 0; i < option.names.size(); ++i) {
    text += (i == 0 ? "" : ", ") + ("\\fB" + roff(option.names[i])) + "\\fR";
  }
  if (option.names.empty()) {
    text += "\\fI" + roff(option.type) + "\\fR";
  } else if (!option.type.empty()) {
    text += " \\fI" + roff(option.type) + "\\fR";
  }
  return text + "\n" + roff(option.description) + "\n";
}

std::string synopsis(const CommandText& command) {
  std::string text = ".B pf " + roff(command.name) + "\n[\\fIOPTIONS\\fR]";
  for (const OptionText& word : command.words) {
    text += " \\fI" + roff(word.type) + "\\fR...";
  }
  return text + "\n";
}

}  // namespace

std::string manPage(const CommandText& pf, const std::string& version) {
  std::string text =
      ".TH PF 1 \"\" \"parquet_flow " + roff(version) + "\" \"User Commands\"\n.SH NAME\npf \\- " +
      roff(pf.description.substr(pf.description.find(": ") + 2)) + "\n.SH SYNOPSIS\n";
  for (const CommandText& command : pf.subcommands) {
    text += synopsis(command) + ".br\n";
  }
  text += ".SH OPTIONS\n";
  for (const OptionText& option : pf.options) {
    text += optionItem(option);
  }
  for (const CommandText& command : pf.subcommands) {
    text += ".SH " + upper(command.name) + "\n" + synopsis(command) + ".PP\n" +
            roff(command.description) + "\n";
    for (const OptionText& word : command.words) {
      text += optionItem(word);
    }
    for (const OptionText& option : command.options) {
      text += optionItem(option);
    }
    if (!command.footer.empty()) {
      text += ".PP\n.nf\n" + roff(command.footer) + "\n.fi\n";
    }
  }
  return text + ".SH EXIT STATUS\nSaid of each command above.\n";
}

}  // namespace parquet_flow::pf
