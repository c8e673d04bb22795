// The words, names, literals and signs that a predicate's text is made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.hpp"

namespace parquet_flow::scan {

enum class TokenKind : std::uint8_t {
  kEnd,
  kWord,    // without quotes: a name, or a word of the language
  kName,    // in quotes, which are taken off
  kString,  // the same
  kBytes,   // X'00FF', as the bytes
  kNumber,  // without sign
  kSign,    // = == <> != < <= > >= ( ) , . + -
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::size_t at = 0;         // the byte it begins at
  std::string_view spelling;  // as it stands there
  std::string text;           // kName, kString, kBytes: what it says
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) noexcept : text_(text) {}

  // kInvalidArgument, "at 17: ...": a quote without its end, digits that are none, a character that
  // begins nothing.
  [[nodiscard]] Result<Token> next();

 private:
  [[nodiscard]] Result<Token> quoted(TokenKind kind, char quote);
  [[nodiscard]] Result<Token> bytes();
  [[nodiscard]] Token number();
  [[nodiscard]] Result<Token> sign();
  [[nodiscard]] Token upTo(TokenKind kind, std::size_t end);

  std::string_view text_;
  std::size_t at_ = 0;
};

// Of the text's byte `at`, counted from 0, which the message counts from 1.
[[nodiscard]] tl::unexpected<Error> failAt(std::size_t at, std::string_view message);

// Whether they are the same but for the case of ASCII letters; `word` is in capitals.
[[nodiscard]] bool isWord(std::string_view spelling, std::string_view word) noexcept;

}  // namespace parquet_flow::scan
