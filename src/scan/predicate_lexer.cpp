#include "scan/predicate_lexer.hpp"

#include <algorithm>

namespace parquet_flow::scan {
namespace {

bool isDigit(char c) noexcept { return c >= '0' && c <= '9'; }

// Every byte of UTF-8 beyond ASCII is a letter.
bool isNameStart(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool isBlank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

int hexDigit(char c) noexcept {
  c = upper(c);
  return isDigit(c) ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

tl::unexpected<Error> failAt(std::size_t at, std::string_view message) {
  return fail(ErrorCode::kInvalidArgument,
              "at " + std::to_string(at + 1) + ": " + std::string(message));
}

bool isWord(std::string_view spelling, std::string_view word) noexcept {
  return std::equal(spelling.begin(), spelling.end(), word.begin(), word.end(),
                    [](char a, char b) { return upper(a) == b; });
}

Token Lexer::upTo(TokenKind kind, std::size_t end) {
  Token token{kind, at_, text_.substr(at_, end - at_), {}};
  at_ = end;
  return token;
}

Result<Token> Lexer::next() {
  while (at_ < text_.size() && isBlank(text_[at_])) {
    ++at_;
  }
  if (at_ == text_.size()) {
    return upTo(TokenKind::kEnd, at_);
  }
  const char c = text_[at_];
  const char behind = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  if (c == '\'') {
    return quoted(TokenKind::kString, c);
  }
  if (c == '"') {
    return quoted(TokenKind::kName, c);
  }
  if (upper(c) == 'X' && behind == '\'') {
    return bytes();
  }
  if (isDigit(c) || (c == '.' && isDigit(behind))) {
    return number();
  }
  if (isNameStart(c)) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && (isNameStart(text_[end]) || isDigit(text_[end]))) {
      ++end;
    }
    return upTo(TokenKind::kWord, end);
  }
  return sign();
}

Result<Token> Lexer::quoted(TokenKind kind, char quote) {
  std::string inner;
  for (std::size_t end = at_ + 1; end < text_.size(); ++end) {
    if (text_[end] == quote) {
      if (end + 1 == text_.size() || text_[end + 1] != quote) {
        Token token = upTo(kind, end + 1);
        token.text = std::move(inner);
        return token;
      }
      ++end;
    }
    inner += text_[end];
  }
  return failAt(at_,
                quote == '"' ? "a name in quotes without its end" : "a string without its end");
}

Result<Token> Lexer::bytes() {
  const std::size_t begin = at_;
  ++at_;
  PF_TRY_ASSIGN(Token token, quoted(TokenKind::kBytes, '\''));
  const std::string digits = std::move(token.text);
  token.text.clear();
  if (digits.size() % 2 != 0) {
    return failAt(begin, "an odd number of hexadecimal digits");
  }
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hexDigit(digits[i]);
    const int low = hexDigit(digits[i + 1]);
    if (high < 0 || low < 0) {
      return failAt(begin + 2 + i, "expected two hexadecimal digits");
    }
    token.text += static_cast<char>(high * 16 + low);
  }
  token.at = begin;
  token.spelling = text_.substr(begin, at_ - begin);
  return token;
}

// Digits, a point among them, and an exponent; what follows without a blank is of the number too,
// so that "12ab" is refused as one.
Token Lexer::number() {
  std::size_t end = at_;
  while (end < text_.size()) {
    const char c = text_[end];
    const bool isSign = (c == '+' || c == '-') && upper(text_[end - 1]) == 'E' && end != at_;
    if (!isDigit(c) && c != '.' && !isNameStart(c) && !isSign) {
      break;
    }
    ++end;
  }
  return upTo(TokenKind::kNumber, end);
}

Result<Token> Lexer::sign() {
  constexpr std::string_view kSigns[] = {"==", "<>", "!=", "<=", ">=", "=", "<",
                                         ">",  "(",  ")",  ",",  ".",  "+", "-"};
  for (const std::string_view sign : kSigns) {
    if (text_.substr(at_).starts_with(sign)) {
      return upTo(TokenKind::kSign, at_ + sign.size());
    }
  }
  return failAt(at_, "the character '" + std::string(1, text_[at_]) + "' begins nothing");
}

}  // namespace parquet_flow::scan
