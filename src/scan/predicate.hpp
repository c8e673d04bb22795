// What rows are asked for: comparisons of leaves with literals, joined by and, or and not.
//
// A predicate is a value: built by the functions below or by parsePredicate, and bound to a file's
// schema by whoever evaluates it. Columns are leaves by their dotted path. docs/scan.md says what
// each comparison means for each type; in short, as SQL has it:
//   - a comparison with a null is unknown, also to IN; rows are taken where all of it is true
//   - NaN equals NaN and is above every other number; -0.0 equals 0.0
//   - text compares by its bytes, unsigned, and a prefix is less
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parquet_flow::scan {

enum class LiteralKind : std::uint8_t {
  kNull,
  kBoolean,
  kInteger,
  kUnsigned,
  kDouble,
  kNumber,  // as text, of any size and exact: "-12.50", "1e3"
  kText,    // of a text column as it is; else what the column's type reads out of it
  kBytes,
};

// A kText is for a column that is no text: a number; "true"; "2026-11-20"; "09:30:00.25";
// "2026-11-20 09:30:00" with a "T" for the blank, "Z" or "+01:00" behind it where it is wanted; a
// UUID.
struct Literal {
  LiteralKind kind = LiteralKind::kNull;
  union {
    bool boolean;
    std::int64_t integer = 0;
    std::uint64_t unsignedInteger;
    double real;
  };
  std::string text;  // kNumber, kText, kBytes

  [[nodiscard]] static Literal ofNull() { return {}; }
  [[nodiscard]] static Literal ofBoolean(bool value);
  [[nodiscard]] static Literal ofInteger(std::int64_t value);
  [[nodiscard]] static Literal ofUnsigned(std::uint64_t value);
  [[nodiscard]] static Literal ofDouble(double value);
  [[nodiscard]] static Literal ofNumber(std::string text);
  [[nodiscard]] static Literal ofText(std::string text);
  [[nodiscard]] static Literal ofBytes(std::string bytes);
};

// As in an error's sentence: 12, 1.5, 'abc', X'00FF', null.
[[nodiscard]] std::string describe(const Literal& literal);

enum class PredicateKind : std::uint8_t {
  kConstant,    // `constant`
  kCompare,     // `column` `comparison` literals[0]
  kBetween,     // literals[0] <= `column` and `column` <= literals[1]
  kIn,          // one of `literals`
  kIsNull,      // `column`
  kStartsWith,  // `column`, literals[0], which is kText or kBytes
  kEndsWith,    //
  kContains,    //
  kLike,        // and `escape`
  kAnd,         // `children`; of none it is true
  kOr,          // `children`; of none it is false
  kNot,         // children[0]
};

enum class Comparison : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
};

enum class Truth : std::uint8_t { kFalse, kUnknown, kTrue };

// Predicates within predicates: more are refused where one is parsed or bound.
inline constexpr std::uint32_t kPredicateDepthMax = 100;
// LIKE without an escape.
inline constexpr std::int16_t kNoEscape = -1;

struct Predicate {
  PredicateKind kind = PredicateKind::kConstant;
  Comparison comparison = Comparison::kEqual;
  Truth constant = Truth::kTrue;
  std::int16_t escape = kNoEscape;  // a byte
  std::string column;
  std::vector<Literal> literals;
  std::vector<Predicate> children;
};

[[nodiscard]] Predicate constant(Truth truth);
[[nodiscard]] Predicate compare(std::string column, Comparison comparison, Literal literal);
[[nodiscard]] Predicate between(std::string column, Literal least, Literal most);
[[nodiscard]] Predicate in(std::string column, std::vector<Literal> literals);
[[nodiscard]] Predicate isNull(std::string column);
[[nodiscard]] Predicate isNotNull(std::string column);
[[nodiscard]] Predicate startsWith(std::string column, std::string prefix);
[[nodiscard]] Predicate endsWith(std::string column, std::string suffix);
[[nodiscard]] Predicate contains(std::string column, std::string part);
// `%` stands for any characters, `_` for one of UTF-8 (of a column that is no text: one byte);
// behind `escape` the next character stands for itself.
[[nodiscard]] Predicate like(std::string column, std::string pattern,
                             std::int16_t escape = kNoEscape);
[[nodiscard]] Predicate allOf(std::vector<Predicate> children);
[[nodiscard]] Predicate anyOf(std::vector<Predicate> children);
[[nodiscard]] Predicate negationOf(Predicate child);

// The columns it names, once each, in the order of their names.
[[nodiscard]] std::vector<std::string> columnsOf(const Predicate& predicate);

}  // namespace parquet_flow::scan
