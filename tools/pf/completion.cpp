// Completion scripts. Paths are completed by the shell itself.
#include <string_view>

#include "pf/command_tree.hpp"

namespace parquet_flow::pf {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : std::string(between)) + word;
  }
  return text;
}

std::vector<std::string> names(const CommandText& command) {
  std::vector<std::string> all;
  for (const OptionText& option : command.options) {
    all.insert(all.end(), option.names.begin(), option.names.end());
  }
  return all;
}

std::vector<std::string> subcommandNames(const CommandText& pf) {
  std::vector<std::string> all;
  all.reserve(pf.subcommands.size());
  for (const CommandText& command : pf.subcommands) {
    all.push_back(command.name);
  }
  return all;
}

// What a word of the command may be, of which there is a list.
std::vector<std::string> wordChoices(const CommandText& command) {
  std::vector<std::string> all;
  for (const OptionText& word : command.words) {
    all.insert(all.end(), word.choices.begin(), word.choices.end());
  }
  return all;
}

// Between single quotes of a shell.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out + '\'';
}

// Of fish, where a backslash escapes in single quotes too.
std::string fishQuoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  return out + '\'';
}

// Within [...] of a specification of _arguments, which is in single quotes.
std::string zshText(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool isSpecial = c == '[' || c == ']' || c == ':' || c == '\\';
    out += isSpecial ? std::string("\\") + c : std::string(1, c);
  }
  return out;
}

std::string zshArgument(const OptionText& option) {
  if (!option.choices.empty()) {
    return ":" + option.type + ":(" + joined(option.choices, " ") + ")";
  }
  return ":" + option.type + ":" + (option.isPath() ? "_files" : " ");
}

// '(-n --limit)'{-n,--limit}'[rows]:N: '
std::string zshOption(const OptionText& option) {
  std::string spec = quoted("[" + zshText(option.description) + "]" +
                            (option.type.empty() ? "" : zshArgument(option)));
  if (option.names.size() == 1) {
    return option.names[0] + spec;
  }
  return quoted("(" + joined(option.names, " ") + ")") + "{" + joined(option.names, ",") + "}" +
         spec;
}

std::string zshCommand(const CommandText& command) {
  std::string text = "    " + command.name + ")\n      _arguments";
  for (const OptionText& option : command.options) {
    text += " \\\n        " + zshOption(option);
  }
  for (const OptionText& word : command.words) {
    text += " \\\n        " + quoted("*" + zshArgument(word));
  }
  return text + "\n      ;;\n";
}

std::string fishOption(const std::string& condition, const OptionText& option) {
  std::string text = "complete -c pf -n " + fishQuoted(condition);
  for (const std::string& name : option.names) {
    text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!option.choices.empty()) {
    text += " -x -a " + fishQuoted(joined(option.choices, " "));
  } else if (!option.type.empty()) {
    text += option.isPath() ? " -r -F" : " -x";
  }
  return text + " -d " + fishQuoted(option.description) + "\n";
}

}  // namespace

std::string bashCompletion(const CommandText& pf) {
  std::string text =
      "# bash completion of pf, made by `pf completion bash`.\n"
      "_pf() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  local command=${COMP_WORDS[1]} choices=\n"
      "  if (( COMP_CWORD == 1 )); then\n"
      "    COMPREPLY=($(compgen -W " +
      quoted(joined(subcommandNames(pf), " ") + " " + joined(names(pf), " ")) +
      " -- \"$current\"))\n"
      "    return\n"
      "  fi\n"
      "  case $command:$before in\n";
  for (const CommandText& command : pf.subcommands) {
    for (const OptionText& option : command.options) {
      if (option.type.empty()) {
        continue;
      }
      text += "    ";
      for (const std::string& name : option.names) {
        text += (name == option.names[0] ? "" : "|") + command.name + ":" + name;
      }
      // Other values are anything; those of paths are completed by readline.
      text += ") " +
              (option.choices.empty()
                   ? std::string()
                   : "COMPREPLY=($(compgen -W " + quoted(joined(option.choices, " ")) +
                         " -- \"$current\")); ") +
              "return ;;\n";
    }
  }
  text += "  esac\n  case $command in\n";
  for (const CommandText& command : pf.subcommands) {
    text += "    " + command.name + ") choices=" + quoted(joined(names(command), " "));
    if (const auto words = wordChoices(command); !words.empty()) {
      text += "; [[ $current == -* ]] || choices=" + quoted(joined(words, " "));
    } else {
      text += "; [[ $current == -* ]] || return";
    }
    text += " ;;\n";
  }
  return text +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$choices\" -- \"$current\"))\n"
         "}\n"
         "complete -o default -F _pf pf\n";
}

std::string zshCompletion(const CommandText& pf) {
  std::string text =
      "#compdef pf\n"
      "# zsh completion of pf, made by `pf completion zsh`.\n"
      "_pf() {\n"
      "  local -a commands=(\n";
  for (const CommandText& command : pf.subcommands) {
    text += "    " + quoted(command.name + ":" + zshText(command.description)) + "\n";
  }
  text +=
      "  )\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  local command=${words[2]}\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $command in\n";
  for (const CommandText& command : pf.subcommands) {
    text += zshCommand(command);
  }
  return text + "  esac\n}\n_pf \"$@\"\n";
}

std::string fishCompletion(const CommandText& pf) {
  std::string text = "# fish completion of pf, made by `pf completion fish`.\n";
  for (const OptionText& option : pf.options) {
    text += fishOption("__fish_use_subcommand", option);
  }
  for (const CommandText& command : pf.subcommands) {
    text += "complete -c pf -f -n __fish_use_subcommand -a " + command.name + " -d " +
            fishQuoted(command.description) + "\n";
    const std::string condition = "__fish_seen_subcommand_from " + command.name;
    for (const OptionText& option : command.options) {
      text += fishOption(condition, option);
    }
    if (const auto words = wordChoices(command); !words.empty()) {
      text += "complete -c pf -f -n " + fishQuoted(condition) + " -a " +
              fishQuoted(joined(words, " ")) + "\n";
    }
  }
  return text;
}

}  // namespace parquet_flow::pf
