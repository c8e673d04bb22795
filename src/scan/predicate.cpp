#include "scan/predicate.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace parquet_flow::scan {
namespace {

std::string textOf(double value) {
  char text[40];
  auto* const end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') {
      out += c;
    }
  }
  return out + "'";
}

std::string hexOf(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out = "X'";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out + "'";
}

Predicate onColumn(PredicateKind kind, std::string column, std::vector<Literal> literals) {
  Predicate predicate;
  predicate.kind = kind;
  predicate.column = std::move(column);
  predicate.literals = std::move(literals);
  return predicate;
}

Predicate ofChildren(PredicateKind kind, std::vector<Predicate> children) {
  Predicate predicate;
  predicate.kind = kind;
  predicate.children = std::move(children);
  return predicate;
}

void collectColumns(const Predicate& predicate, std::vector<std::string>& out) {
  if (!predicate.column.empty()) {
    out.push_back(predicate.column);
  }
  for (const Predicate& child : predicate.children) {
    collectColumns(child, out);
  }
}

}  // namespace

Literal Literal::ofBoolean(bool value) {
  Literal literal;
  literal.kind = LiteralKind::kBoolean;
  literal.boolean = value;
  return literal;
}

Literal Literal::ofInteger(std::int64_t value) {
  Literal literal;
  literal.kind = LiteralKind::kInteger;
  literal.integer = value;
  return literal;
}

Literal Literal::ofUnsigned(std::uint64_t value) {
  Literal literal;
  literal.kind = LiteralKind::kUnsigned;
  literal.unsignedInteger = value;
  return literal;
}

Literal Literal::ofDouble(double value) {
  Literal literal;
  literal.kind = LiteralKind::kDouble;
  literal.real = value;
  return literal;
}

Literal Literal::ofNumber(std::string text) {
  Literal literal;
  literal.kind = LiteralKind::kNumber;
  literal.text = std::move(text);
  return literal;
}

Literal Literal::ofText(std::string text) {
  Literal literal;
  literal.kind = LiteralKind::kText;
  literal.text = std::move(text);
  return literal;
}

Literal Literal::ofBytes(std::string bytes) {
  Literal literal;
  literal.kind = LiteralKind::kBytes;
  literal.text = std::move(bytes);
  return literal;
}

std::string describe(const Literal& literal) {
  switch (literal.kind) {
    case LiteralKind::kNull:
      return "null";
    case LiteralKind::kBoolean:
      return literal.boolean ? "true" : "false";
    case LiteralKind::kInteger:
      return std::to_string(literal.integer);
    case LiteralKind::kUnsigned:
      return std::to_string(literal.unsignedInteger);
    case LiteralKind::kDouble:
      return textOf(literal.real);
    case LiteralKind::kNumber:
      return literal.text;
    case LiteralKind::kText:
      return quoted(literal.text);
    case LiteralKind::kBytes:
      break;
  }
  return hexOf(literal.text);
}

Predicate constant(Truth truth) {
  Predicate predicate;
  predicate.constant = truth;
  return predicate;
}

Predicate compare(std::string column, Comparison comparison, Literal literal) {
  Predicate predicate = onColumn(PredicateKind::kCompare, std::move(column), {std::move(literal)});
  predicate.comparison = comparison;
  return predicate;
}

Predicate between(std::string column, Literal least, Literal most) {
  return onColumn(PredicateKind::kBetween, std::move(column), {std::move(least), std::move(most)});
}

Predicate in(std::string column, std::vector<Literal> literals) {
  return onColumn(PredicateKind::kIn, std::move(column), std::move(literals));
}

Predicate isNull(std::string column) {
  return onColumn(PredicateKind::kIsNull, std::move(column), {});
}

Predicate isNotNull(std::string column) { return negationOf(isNull(std::move(column))); }

Predicate startsWith(std::string column, std::string prefix) {
  return onColumn(PredicateKind::kStartsWith, std::move(column),
                  {Literal::ofText(std::move(prefix))});
}

Predicate endsWith(std::string column, std::string suffix) {
  return onColumn(PredicateKind::kEndsWith, std::move(column),
                  {Literal::ofText(std::move(suffix))});
}

Predicate contains(std::string column, std::string part) {
  return onColumn(PredicateKind::kContains, std::move(column), {Literal::ofText(std::move(part))});
}

Predicate like(std::string column, std::string pattern, std::int16_t escape) {
  Predicate predicate =
      onColumn(PredicateKind::kLike, std::move(column), {Literal::ofText(std::move(pattern))});
  predicate.escape = escape;
  return predicate;
}

Predicate allOf(std::vector<Predicate> children) {
  return ofChildren(PredicateKind::kAnd, std::move(children));
}

Predicate anyOf(std::vector<Predicate> children) {
  return ofChildren(PredicateKind::kOr, std::move(children));
}

Predicate negationOf(Predicate child) {
  std::vector<Predicate> children;
  children.push_back(std::move(child));
  return ofChildren(PredicateKind::kNot, std::move(children));
}

std::vector<std::string> columnsOf(const Predicate& predicate) {
  std::vector<std::string> columns;
  collectColumns(predicate, columns);
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

}  // namespace parquet_flow::scan
