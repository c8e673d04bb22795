#include "scan/predicate_text.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "scan/number.hpp"
#include "scan/predicate_lexer.hpp"

namespace parquet_flow::scan {
namespace {

constexpr std::string_view kReserved[] = {"AND", "OR",   "NOT",  "IN",    "BETWEEN",
                                          "IS",  "LIKE", "TRUE", "FALSE", "NULL"};

struct Named {
  std::string_view sign;
  Comparison comparison;
  Comparison mirrored;  // with its sides exchanged
};
constexpr Named kComparisons[] = {
    {"=", Comparison::kEqual, Comparison::kEqual},
    {"==", Comparison::kEqual, Comparison::kEqual},
    {"<>", Comparison::kNotEqual, Comparison::kNotEqual},
    {"!=", Comparison::kNotEqual, Comparison::kNotEqual},
    {"<", Comparison::kLess, Comparison::kGreater},
    {"<=", Comparison::kLessOrEqual, Comparison::kGreaterOrEqual},
    {">", Comparison::kGreater, Comparison::kLess},
    {">=", Comparison::kGreaterOrEqual, Comparison::kLessOrEqual},
};

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) {}

  Result<Predicate> parse() {
    PF_TRY(advance());
    PF_TRY(advance());
    PF_TRY_ASSIGN(Predicate predicate, disjunction());
    if (token_.kind != TokenKind::kEnd) {
      return expected("'and', 'or' or the end");
    }
    return predicate;
  }

 private:
  // The token to look at, and the one behind it.
  Result<void> advance() {
    token_ = std::move(behind_);
    PF_TRY_ASSIGN(behind_, lexer_.next());
    return {};
  }
  [[nodiscard]] bool isAt(std::string_view word) const {
    return token_.kind == TokenKind::kWord && isWord(token_.spelling, word);
  }
  [[nodiscard]] bool isAtSign(std::string_view sign) const {
    return token_.kind == TokenKind::kSign && token_.spelling == sign;
  }
  Result<bool> accept(std::string_view word) {
    if (!isAt(word)) {
      return false;
    }
    PF_TRY(advance());
    return true;
  }
  Result<void> expect(std::string_view word) {
    PF_TRY_ASSIGN(const bool isThere, accept(word));
    return isThere ? Result<void>{} : expected("'" + std::string(word) + "'");
  }
  Result<void> expectSign(std::string_view sign) {
    return isAtSign(sign) ? advance() : expected("'" + std::string(sign) + "'");
  }
  [[nodiscard]] tl::unexpected<Error> expected(const std::string& what) const {
    constexpr std::size_t kShown = 40;
    const std::string found = token_.kind == TokenKind::kEnd
                                  ? "the end"
                                  : "'" + std::string(token_.spelling.substr(0, kShown)) + "'";
    return failAt(token_.at, "expected " + what + ", found " + found);
  }

  Result<Predicate> disjunction();
  Result<Predicate> conjunction();
  Result<Predicate> negation();
  Result<Predicate> test();
  Result<Predicate> testOf(std::string name);
  Result<Predicate> isTest(std::string name);
  Result<Predicate> inTest(std::string name);
  Result<Predicate> textTest(PredicateKind kind, std::string name);
  Result<std::string> column();
  Result<Literal> literal();
  Result<Literal> number(bool isNegative);
  [[nodiscard]] bool isAtLiteral() const;
  [[nodiscard]] const Named* comparison() const;

  Lexer lexer_;
  Token token_;
  Token behind_;
  std::uint32_t depth_ = 0;
};

Result<Predicate> Parser::disjunction() {
  PF_TRY_ASSIGN(Predicate first, conjunction());
  if (!isAt("OR")) {
    return first;
  }
  std::vector<Predicate> children;
  children.push_back(std::move(first));
  while (isAt("OR")) {
    PF_TRY(advance());
    PF_TRY_ASSIGN(Predicate child, conjunction());
    children.push_back(std::move(child));
  }
  return anyOf(std::move(children));
}

Result<Predicate> Parser::conjunction() {
  PF_TRY_ASSIGN(Predicate first, negation());
  if (!isAt("AND")) {
    return first;
  }
  std::vector<Predicate> children;
  children.push_back(std::move(first));
  while (isAt("AND")) {
    PF_TRY(advance());
    PF_TRY_ASSIGN(Predicate child, negation());
    children.push_back(std::move(child));
  }
  return allOf(std::move(children));
}

// A pair of parentheses may hold an OR, that an AND, that what is negated: three levels of the
// tree.
Result<Predicate> Parser::negation() {
  const bool isNot = isAt("NOT");
  if (!isNot && !isAtSign("(")) {
    return test();
  }
  const std::uint32_t levels = isNot ? 1 : 2;
  if (depth_ + levels >= kPredicateDepthMax) {
    return fail(ErrorCode::kLimit, "at " + std::to_string(token_.at + 1) + ": nested deeper than " +
                                       std::to_string(kPredicateDepthMax));
  }
  depth_ += levels;
  PF_TRY(advance());
  PF_TRY_ASSIGN(Predicate inner, isNot ? negation() : disjunction());
  if (!isNot) {
    PF_TRY(expectSign(")"));
  }
  depth_ -= levels;
  return isNot ? negationOf(std::move(inner)) : std::move(inner);
}

const Named* Parser::comparison() const {
  const auto* const found =
      std::find_if(std::begin(kComparisons), std::end(kComparisons),
                   [this](const Named& named) { return isAtSign(named.sign); });
  return found == std::end(kComparisons) ? nullptr : found;
}

bool Parser::isAtLiteral() const {
  switch (token_.kind) {
    case TokenKind::kString:
    case TokenKind::kBytes:
    case TokenKind::kNumber:
      return true;
    case TokenKind::kSign:
      return token_.spelling == "+" || token_.spelling == "-";
    case TokenKind::kWord:
      return isAt("TRUE") || isAt("FALSE") || isAt("NULL") || behind_.kind == TokenKind::kString;
    default:
      return false;
  }
}

Result<Predicate> Parser::test() {
  if (!isAtLiteral()) {
    PF_TRY_ASSIGN(std::string name, column());
    return testOf(std::move(name));
  }
  PF_TRY_ASSIGN(Literal value, literal());
  const Named* const named = comparison();
  if (named == nullptr) {
    if (value.kind == LiteralKind::kBoolean || value.kind == LiteralKind::kNull) {
      return constant(value.kind == LiteralKind::kNull ? Truth::kUnknown
                      : value.boolean                  ? Truth::kTrue
                                                       : Truth::kFalse);
    }
    return expected("a comparison");
  }
  PF_TRY(advance());
  PF_TRY_ASSIGN(std::string name, column());
  return compare(std::move(name), named->mirrored, std::move(value));
}

Result<Predicate> Parser::testOf(std::string name) {
  if (const Named* const named = comparison()) {
    PF_TRY(advance());
    PF_TRY_ASSIGN(Literal value, literal());
    return compare(std::move(name), named->comparison, std::move(value));
  }
  if (isAt("IS")) {
    return isTest(std::move(name));
  }
  // A BOOLEAN by itself.
  if (token_.kind == TokenKind::kEnd || isAt("AND") || isAt("OR") || isAtSign(")")) {
    return compare(std::move(name), Comparison::kEqual, Literal::ofBoolean(true));
  }
  PF_TRY_ASSIGN(const bool isNegated, accept("NOT"));
  Result<Predicate> found = expected("a comparison");
  if (isAt("IN")) {
    found = inTest(std::move(name));
  } else if (isAt("BETWEEN")) {
    PF_TRY(advance());
    PF_TRY_ASSIGN(Literal least, literal());
    PF_TRY(expect("AND"));
    PF_TRY_ASSIGN(Literal most, literal());
    found = between(std::move(name), std::move(least), std::move(most));
  } else if (isAt("LIKE")) {
    found = textTest(PredicateKind::kLike, std::move(name));
  } else if (isAt("CONTAINS")) {
    found = textTest(PredicateKind::kContains, std::move(name));
  } else if (isAt("STARTS")) {
    PF_TRY(advance());
    found = isAt("WITH") ? textTest(PredicateKind::kStartsWith, std::move(name))
                         : Result<Predicate>(expected("'WITH'"));
  } else if (isAt("ENDS")) {
    PF_TRY(advance());
    found = isAt("WITH") ? textTest(PredicateKind::kEndsWith, std::move(name))
                         : Result<Predicate>(expected("'WITH'"));
  }
  if (found && isNegated) {
    return negationOf(std::move(*found));
  }
  return found;
}

Result<Predicate> Parser::isTest(std::string name) {
  PF_TRY(advance());
  PF_TRY_ASSIGN(const bool isNegated, accept("NOT"));
  PF_TRY(expect("NULL"));
  return isNegated ? isNotNull(std::move(name)) : isNull(std::move(name));
}

Result<Predicate> Parser::inTest(std::string name) {
  PF_TRY(advance());
  PF_TRY(expectSign("("));
  std::vector<Literal> literals;
  for (;;) {
    PF_TRY_ASSIGN(Literal value, literal());
    literals.push_back(std::move(value));
    if (!isAtSign(",")) {
      break;
    }
    PF_TRY(advance());
  }
  PF_TRY(expectSign(")"));
  return in(std::move(name), std::move(literals));
}

// At the last word in front of the string.
Result<Predicate> Parser::textTest(PredicateKind kind, std::string name) {
  PF_TRY(advance());
  if (token_.kind != TokenKind::kString && token_.kind != TokenKind::kBytes) {
    return expected("a string");
  }
  Predicate predicate;
  predicate.kind = kind;
  predicate.column = std::move(name);
  predicate.literals = {token_.kind == TokenKind::kString ? Literal::ofText(token_.text)
                                                          : Literal::ofBytes(token_.text)};
  PF_TRY(advance());
  if (kind == PredicateKind::kLike && isAt("ESCAPE")) {
    PF_TRY(advance());
    if (token_.kind != TokenKind::kString || token_.text.size() != 1) {
      return expected("a string of one byte");
    }
    predicate.escape = static_cast<unsigned char>(token_.text[0]);
    PF_TRY(advance());
  }
  return predicate;
}

Result<std::string> Parser::column() {
  std::string path;
  for (;;) {
    const bool isReserved = std::any_of(std::begin(kReserved), std::end(kReserved),
                                        [this](std::string_view word) { return isAt(word); });
    if (token_.kind == TokenKind::kName && !token_.text.empty()) {
      path += token_.text;
    } else if (token_.kind == TokenKind::kWord && !isReserved) {
      path += token_.spelling;
    } else {
      return expected("a column");
    }
    PF_TRY(advance());
    if (!isAtSign(".")) {
      return path;
    }
    PF_TRY(advance());
    path += '.';
  }
}

Result<Literal> Parser::literal() {
  if (isAtSign("-") || isAtSign("+")) {
    const bool isNegative = isAtSign("-");
    PF_TRY(advance());
    return token_.kind == TokenKind::kNumber ? number(isNegative)
                                             : Result<Literal>(expected("a number"));
  }
  if (token_.kind == TokenKind::kNumber) {
    return number(false);
  }
  const bool isTyped = behind_.kind == TokenKind::kString &&
                       (isAt("DATE") || isAt("TIME") || isAt("TIMESTAMP") || isAt("UUID"));
  if (isTyped) {
    PF_TRY(advance());
  }
  Literal value;
  if (token_.kind == TokenKind::kString) {
    value = Literal::ofText(token_.text);
  } else if (token_.kind == TokenKind::kBytes) {
    value = Literal::ofBytes(token_.text);
  } else if (isAt("TRUE") || isAt("FALSE")) {
    value = Literal::ofBoolean(isAt("TRUE"));
  } else if (!isAt("NULL")) {
    return expected("a literal");
  }
  PF_TRY(advance());
  return value;
}

Result<Literal> Parser::number(bool isNegative) {
  const std::string text = (isNegative ? "-" : "") + std::string(token_.spelling);
  if (!isNumber(text)) {
    return failAt(token_.at, "'" + std::string(token_.spelling) + "' is not a number");
  }
  PF_TRY(advance());
  const char* const end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto [at, error] = std::from_chars(text.data(), end, integer);
      error == std::errc() && at == end) {
    return Literal::ofInteger(integer);
  }
  std::uint64_t large = 0;
  if (const auto [at, error] = std::from_chars(text.data(), end, large);
      error == std::errc() && at == end) {
    return Literal::ofUnsigned(large);
  }
  return Literal::ofNumber(text);
}

}  // namespace

Result<Predicate> parsePredicate(std::string_view text) { return Parser(text).parse(); }

}  // namespace parquet_flow::scan
