#include "scan/query_text.hpp"

#include <string>

namespace parquet_flow::scan {
namespace {

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t\n");
  return first == std::string_view::npos
             ? std::string_view{}
             : text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

struct NamedKind {
  std::string_view name;
  AggregateKind kind;
};
constexpr NamedKind kKinds[] = {
    {"count", AggregateKind::kCount}, {"distinct", AggregateKind::kCountDistinct},
    {"sum", AggregateKind::kSum},     {"avg", AggregateKind::kAverage},
    {"min", AggregateKind::kMin},     {"max", AggregateKind::kMax},
};

bool isWordByte(char byte) noexcept {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || static_cast<unsigned char>(byte) >= 0x80;
}

bool isSameWord(std::string_view word, std::string_view lower) noexcept {
  if (word.size() != lower.size()) {
    return false;
  }
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char byte = word[i];
    if ((byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte) != lower[i]) {
      return false;
    }
  }
  return true;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  // What `one` parses, again and again with commas between.
  template <class T>
  Result<std::vector<T>> list(Result<T> (Parser::*one)()) {
    std::vector<T> all;
    do {
      PF_TRY_ASSIGN(T made, (this->*one)());
      all.push_back(std::move(made));
    } while (take(','));
    skipBlanks();
    if (at_ != text_.size()) {
      return expected("a comma");
    }
    return all;
  }

  tl::unexpected<Error> expected(std::string_view what) const {
    const std::string_view rest = text_.substr(at_);
    return fail(ErrorCode::kInvalidArgument,
                "at " + std::to_string(at_ + 1) + ": expected " + std::string(what) + ", found " +
                    (rest.empty() ? "the end" : "'" + std::string(rest) + "'"));
  }

  void skipBlanks() noexcept {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) {
      ++at_;
    }
  }
  bool take(char byte) noexcept {
    skipBlanks();
    if (at_ == text_.size() || text_[at_] != byte) {
      return false;
    }
    ++at_;
    return true;
  }
  std::string_view peekWord() noexcept {
    skipBlanks();
    std::size_t end = at_;
    while (end < text_.size() && isWordByte(text_[end])) {
      ++end;
    }
    return text_.substr(at_, end - at_);
  }
  bool takeWord(std::string_view lower) noexcept {
    const std::string_view word = peekWord();
    if (!isSameWord(word, lower)) {
      return false;
    }
    at_ += word.size();
    return true;
  }

  // Of a list that is nothing but paths.
  std::string_view peekListed() noexcept {
    skipBlanks();
    return text_.substr(at_, text_.find_first_of(" \t\n,.\"", at_) - at_);
  }

  // A word, or what is in quotes.
  Result<std::string> name(std::string_view what,
                           std::string_view (Parser::*peek)() noexcept = &Parser::peekWord) {
    std::string out;
    if (take('"')) {
      for (;; ++at_) {
        if (at_ == text_.size()) {
          return expected("a closing quote");
        }
        if (text_[at_] == '"') {
          ++at_;
          if (at_ == text_.size() || text_[at_] != '"') {
            return out;
          }
        }
        out += text_[at_];
      }
    }
    const std::string_view word = (this->*peek)();
    if (word.empty()) {
      return expected(what);
    }
    at_ += word.size();
    return std::string(word);
  }

  Result<std::string> path() { return pathOf(&Parser::peekWord); }
  Result<std::string> listedPath() { return pathOf(&Parser::peekListed); }

  // What result columns are called by, as it stands: up to a comma outside of brackets, without the
  // direction.
  Result<OrderBy> order() {
    OrderBy made;
    skipBlanks();
    const std::size_t begin = at_;
    int depth = 0;
    while (at_ < text_.size() && (depth != 0 || text_[at_] != ',')) {
      const char byte = text_[at_];
      if (byte == '"') {
        PF_TRY(name("a name"));
        continue;
      }
      depth += byte == '(' ? 1 : byte == ')' ? -1 : 0;
      ++at_;
    }
    std::string_view text = trimmed(text_.substr(begin, at_ - begin));
    const std::size_t blank = text.find_last_of(" \t\n");
    if (blank != std::string_view::npos) {
      const std::string_view last = text.substr(blank + 1);
      if (isSameWord(last, "asc") || isSameWord(last, "desc")) {
        made.isDescending = isSameWord(last, "desc");
        text = trimmed(text.substr(0, blank));
      }
    }
    if (text.empty()) {
      return expected("a column");
    }
    Parser inner(text);
    Result<std::string> path = inner.path();
    made.column = path && inner.at_ == text.size() ? std::move(*path) : std::string(text);
    return made;
  }

  Result<Aggregate> aggregate() {
    skipBlanks();
    const std::size_t begin = at_;
    const NamedKind* found = nullptr;
    for (const NamedKind& named : kKinds) {
      if (takeWord(named.name)) {
        found = &named;
        break;
      }
    }
    if (found == nullptr) {
      return expected("count, distinct, sum, avg, min or max");
    }
    Aggregate made;
    made.kind = found->kind;
    if (take('(')) {
      PF_TRY(argument(made));
      if (!take(')')) {
        return expected("')'");
      }
    } else if (made.kind == AggregateKind::kCount) {
      made.kind = AggregateKind::kCountRows;
    } else {
      return expected("'('");
    }
    made.name = text_.substr(begin, at_ - begin);
    if (takeWord("as")) {
      PF_TRY_ASSIGN(made.name, name("a name"));
    }
    skipBlanks();
    return made;
  }

  Result<void> argument(Aggregate& made) {
    if (made.kind == AggregateKind::kCount) {
      if (take('*')) {
        made.kind = AggregateKind::kCountRows;
        return {};
      }
      const std::size_t before = at_;
      if (takeWord("distinct")) {
        skipBlanks();
        // A column may have that name.
        if (at_ < text_.size() && text_[at_] != ')' && text_[at_] != '.') {
          made.kind = AggregateKind::kCountDistinct;
        } else {
          at_ = before;
        }
      }
    }
    PF_TRY_ASSIGN(made.column, path());
    return {};
  }

 private:
  Result<std::string> pathOf(std::string_view (Parser::*peek)() noexcept) {
    PF_TRY_ASSIGN(std::string out, name("a column", peek));
    while (take('.')) {
      PF_TRY_ASSIGN(const std::string part, name("a column", peek));
      out += "." + part;
    }
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<Aggregate>> parseAggregates(std::string_view text) {
  return Parser(text).list(&Parser::aggregate);
}

Result<std::vector<OrderBy>> parseOrderBy(std::string_view text) {
  return Parser(text).list(&Parser::order);
}

Result<std::vector<std::string>> parsePaths(std::string_view text) {
  return Parser(text).list(&Parser::listedPath);
}

}  // namespace parquet_flow::scan
