#include "pf/command_tree.hpp"

#include <algorithm>

namespace parquet_flow::pf {
namespace {

// "FORMAT:{table,csv,jsonl}": what CLI11 makes of a type and what is checked of it.
void takeType(const std::string& type, OptionText& text) {
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}');
  if (open != std::string::npos && close != std::string::npos && open < close) {
    for (std::size_t at = open + 1; at < close;) {
      const std::size_t end = std::min(type.find(',', at), close);
      text.choices.push_back(type.substr(at, end - at));
      at = end + 1;
    }
  }
  text.type = type.substr(0, type.find(':'));
}

OptionText optionText(const CLI::Option& option) {
  OptionText text;
  for (const std::string& name : option.get_snames()) {
    text.names.push_back('-' + name);
  }
  for (const std::string& name : option.get_lnames()) {
    text.names.push_back("--" + name);
  }
  text.description = option.get_description();
  if (option.get_items_expected_max() != 0) {
    takeType(option.get_type_name(), text);
  }
  if (text.names.empty()) {
    text.type = option.get_name(true);
  }
  return text;
}

}  // namespace

CommandText commandText(const CLI::App& app) {
  CommandText text;
  text.name = app.get_name();
  text.description = app.get_description();
  text.footer = app.get_footer();
  for (const CLI::Option* const option : app.get_options([](const CLI::Option*) { return true; })) {
    OptionText one = optionText(*option);
    (one.names.empty() ? text.words : text.options).push_back(std::move(one));
  }
  for (const CLI::App* const subcommand :
       app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!subcommand->get_group().empty()) {
      text.subcommands.push_back(commandText(*subcommand));
    }
  }
  return text;
}

}  // namespace parquet_flow::pf
