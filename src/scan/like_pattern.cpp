#include "scan/like_pattern.hpp"

#include <algorithm>
#include <utility>

#include "scan/predicate.hpp"

namespace parquet_flow::scan {
namespace {

LikePattern onePiece(std::string text, bool atStart, bool atEnd) {
  LikePattern pattern;
  pattern.pieces.push_back({std::move(text), {}});
  pattern.isAnchoredAtStart = atStart;
  pattern.isAnchoredAtEnd = atEnd;
  return pattern;
}

// Bytes of the character at the front of `text`, which is not empty: of UTF-8 that is none, one.
std::size_t characterBytes(std::string_view text, bool isUtf8) noexcept {
  const auto first = static_cast<unsigned char>(text.front());
  if (!isUtf8 || first < 0xC2) {
    return 1;
  }
  const std::size_t bytes = first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1;
  std::size_t there = 1;
  while (there < std::min(bytes, text.size()) &&
         (static_cast<unsigned char>(text[there]) & 0xC0U) == 0x80U) {
    ++there;
  }
  return there;
}

constexpr std::size_t kNoMatch = SIZE_MAX;

// Bytes at the front of `value` that the piece takes.
std::size_t matchAt(const LikePattern::Piece& piece, std::string_view value, bool isUtf8) noexcept {
  if (piece.isAny.empty()) {
    return value.starts_with(piece.text) ? piece.text.size() : kNoMatch;
  }
  std::size_t at = 0;
  for (std::size_t i = 0; i < piece.text.size(); ++i) {
    if (at == value.size() || (!piece.isAny[i] && value[at] != piece.text[i])) {
      return kNoMatch;
    }
    at += piece.isAny[i] ? characterBytes(value.substr(at), isUtf8) : 1;
  }
  return at;
}

// Where behind `from` the piece matches first: {begin, end}.
std::pair<std::size_t, std::size_t> findPiece(const LikePattern::Piece& piece,
                                              std::string_view value, std::size_t from,
                                              bool isUtf8) noexcept {
  if (piece.isAny.empty()) {
    const std::size_t at = value.find(piece.text, from);
    return {at, at == std::string_view::npos ? kNoMatch : at + piece.text.size()};
  }
  while (from <= value.size()) {
    const std::size_t bytes = matchAt(piece, value.substr(from), isUtf8);
    if (bytes != kNoMatch) {
      return {from, from + bytes};
    }
    from += from == value.size() ? 1 : characterBytes(value.substr(from), isUtf8);
  }
  return {kNoMatch, kNoMatch};
}

// Whether the piece takes all of `value` from somewhere on.
bool endsWithPiece(const LikePattern::Piece& piece, std::string_view value, bool isUtf8) noexcept {
  if (piece.isAny.empty()) {
    return value.ends_with(piece.text);
  }
  // An any-character takes one byte to four, so it begins in one of few places.
  const auto any =
      static_cast<std::size_t>(std::count(piece.isAny.begin(), piece.isAny.end(), true));
  const std::size_t most = piece.text.size() + (isUtf8 ? 3 * any : 0);
  for (std::size_t from = value.size() - std::min(value.size(), most);
       from + piece.text.size() <= value.size(); ++from) {
    const bool isWithin = isUtf8 && (static_cast<unsigned char>(value[from]) & 0xC0U) == 0x80U;
    if (!isWithin && matchAt(piece, value.substr(from), isUtf8) == value.size() - from) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string_view LikePattern::prefix() const noexcept {
  if (!isAnchoredAtStart || pieces.empty()) {
    return {};
  }
  const Piece& first = pieces.front();
  const auto any = std::find(first.isAny.begin(), first.isAny.end(), true);
  return std::string_view(first.text)
      .substr(0, first.isAny.empty() ? first.text.size()
                                     : static_cast<std::size_t>(any - first.isAny.begin()));
}

LikePattern prefixPattern(std::string prefix) { return onePiece(std::move(prefix), true, false); }
LikePattern suffixPattern(std::string suffix) { return onePiece(std::move(suffix), false, true); }
LikePattern partPattern(std::string part) { return onePiece(std::move(part), false, false); }

Result<LikePattern> likePattern(std::string_view text, std::int16_t escape, bool isUtf8) {
  LikePattern pattern;
  pattern.isUtf8 = isUtf8;
  LikePattern::Piece piece;
  bool hasAny = false;
  const auto finishPiece = [&] {
    if (!hasAny) {
      piece.isAny.clear();
    }
    pattern.pieces.push_back(std::exchange(piece, {}));
    hasAny = false;
  };
  bool isGap = false;  // the last character was "%"
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool isEscaped = escape != kNoEscape && static_cast<unsigned char>(text[i]) == escape;
    if (isEscaped && ++i == text.size()) {
      return fail(ErrorCode::kInvalidArgument, "a pattern that ends in its escape");
    }
    if (!isEscaped && text[i] == '%') {
      if (i == 0) {
        pattern.isAnchoredAtStart = false;
      } else if (!isGap) {
        finishPiece();
      }
      isGap = true;
      continue;
    }
    isGap = false;
    const bool isAny = !isEscaped && text[i] == '_';
    hasAny = hasAny || isAny;
    piece.text += text[i];
    piece.isAny.push_back(isAny);
  }
  if (isGap) {
    pattern.isAnchoredAtEnd = false;
    if (pattern.pieces.empty()) {  // of "%" alone
      finishPiece();
    }
  } else {
    finishPiece();
  }
  return pattern;
}

bool matches(const LikePattern& pattern, std::string_view value) noexcept {
  const auto& pieces = pattern.pieces;
  const bool isUtf8 = pattern.isUtf8;
  std::size_t at = 0;
  std::size_t first = 0;
  std::size_t last = pieces.size();
  if (pattern.isAnchoredAtStart) {
    at = matchAt(pieces.front(), value, isUtf8);
    if (at == kNoMatch) {
      return false;
    }
    if (pieces.size() == 1) {
      return !pattern.isAnchoredAtEnd || at == value.size();
    }
    first = 1;
  }
  last -= pattern.isAnchoredAtEnd ? 1 : 0;
  // The leftmost place of each leaves the most for the next.
  for (std::size_t i = first; i < last; ++i) {
    at = findPiece(pieces[i], value, at, isUtf8).second;
    if (at == kNoMatch) {
      return false;
    }
  }
  return !pattern.isAnchoredAtEnd || endsWithPiece(pieces.back(), value.substr(at), isUtf8);
}

}  // namespace parquet_flow::scan
