// Patterns of text: prefixes, suffixes, parts, and LIKE.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"

namespace parquet_flow::scan {

// Pieces of text with anything between them: "a%b_c" has the pieces "a" and "b_c".
struct LikePattern {
  struct Piece {
    std::string text;
    std::vector<bool> isAny;  // bytes of `text` that stand for any character; empty: none
  };
  std::vector<Piece> pieces;
  bool isAnchoredAtStart = true;  // the first piece begins the value
  bool isAnchoredAtEnd = true;    // the last piece ends it
  bool isUtf8 = true;             // a character is one of UTF-8, else a byte

  // One piece, without any-characters.
  [[nodiscard]] bool isPlain() const noexcept {
    return pieces.size() == 1 && pieces.front().isAny.empty();
  }
  // What every value that matches begins with.
  [[nodiscard]] std::string_view prefix() const noexcept;
};

[[nodiscard]] LikePattern prefixPattern(std::string prefix);
[[nodiscard]] LikePattern suffixPattern(std::string suffix);
[[nodiscard]] LikePattern partPattern(std::string part);
// kInvalidArgument: it ends in its escape. What follows one stands for itself, needing it or not.
[[nodiscard]] Result<LikePattern> likePattern(std::string_view text, std::int16_t escape,
                                              bool isUtf8);

[[nodiscard]] bool matches(const LikePattern& pattern, std::string_view value) noexcept;

}  // namespace parquet_flow::scan
