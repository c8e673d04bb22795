#include "levels.hpp"

#include <algorithm>
#include <string>

#include "boundary.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::capi {
namespace {

std::uint64_t countEqual(std::span<const std::uint8_t> levels, std::uint8_t level) noexcept {
  return column::scanLevels(levels.data(), levels.size(), level).matches;
}

// The whole array at once and without an early end; only when one is wrong is it worth looking
// which.
bool anyAbove(std::span<const std::uint8_t> levels, std::uint8_t maximum) noexcept {
  return column::scanLevels(levels.data(), levels.size(), maximum).highest > maximum;
}

std::uint64_t rowOfEntry(const Levels& levels, std::uint64_t entry) noexcept {
  if (levels.repetition.empty()) return entry;
  const std::uint64_t begun = countEqual(levels.repetition.first(entry + 1), 0);
  return begun == 0 ? 0 : begun - 1;
}

template <class... Parts>
tl::unexpected<Error> invalidEntry(const Levels& levels, std::uint64_t entry, Parts&&... parts) {
  return invalid("column ", levels.leaf->dottedPath, ", row ", rowOfEntry(levels, entry),
                 ", entry ", entry, ": ", std::forward<Parts>(parts)...);
}

Result<void> checkMaximum(const Levels& levels, std::span<const std::uint8_t> which,
                          std::uint8_t maximum, const char* name) {
  if (!anyAbove(which, maximum)) return {};
  const auto wrong = std::find_if(which.begin(), which.end(),
                                  [maximum](std::uint8_t level) { return level > maximum; });
  return invalidEntry(levels, static_cast<std::uint64_t>(wrong - which.begin()), name, " level ",
                      unsigned{*wrong}, " is above the maximum ", unsigned{maximum});
}

bool nestsAt(const Levels& levels, std::uint64_t entry,
             std::span<const std::uint8_t> repeatedDefinition) noexcept {
  const std::uint8_t repetition = levels.repetition[entry];
  if (repetition == 0) return true;
  const std::uint8_t least = repeatedDefinition[repetition - 1U];
  return levels.definitionAt(entry) >= least && levels.definitionAt(entry - 1) >= least;
}

// One depth of lists, the common case. The first entry begins a row.
bool nestsAtOneDepth(const Levels& levels, std::uint8_t least) noexcept {
  return column::repeatedAreDefined(levels.definition.data(), levels.repetition.data(),
                                    levels.definition.size(), 1, least);
}

Result<void> checkNesting(const Levels& levels, std::span<const std::uint8_t> repeatedDefinition) {
  if (levels.repetition.empty() || levels.definition.empty()) return {};
  if (repeatedDefinition.size() == 1 && nestsAtOneDepth(levels, repeatedDefinition[0])) return {};
  for (std::uint64_t entry = 1; entry < levels.entries; ++entry) {
    if (nestsAt(levels, entry, repeatedDefinition)) continue;
    const std::uint8_t repetition = levels.repetition[entry];
    return invalidEntry(levels, entry, "repetition level ", unsigned{repetition},
                        " goes on with a list that is null or empty (definition level ",
                        unsigned{levels.definition[entry]}, " after ",
                        unsigned{levels.definition[entry - 1]}, ", an element has at least ",
                        unsigned{repeatedDefinition[repetition - 1U]}, ")");
  }
  return {};
}

Result<void> checkRows(const Levels& levels, std::uint64_t rows) {
  if (levels.repetition.empty()) return {};
  if (levels.repetition[0] != 0) {
    return invalidEntry(levels, 0, "repetition level ", unsigned{levels.repetition[0]},
                        ", but the first entry begins a row (0)");
  }
  const std::uint64_t begun = countEqual(levels.repetition, 0);
  if (begun == rows) return {};
  return invalid("column ", levels.leaf->dottedPath, ": repetition_levels begin ", begun,
                 " rows, row_count is ", rows);
}

// Walks the entries in which a node with these levels is seen.
class NodeCursor {
 public:
  NodeCursor(const Levels& levels, std::uint8_t definitionLevel,
             std::uint8_t repetitionLevel) noexcept
      : levels_(levels), definitionLevel_(definitionLevel), repetitionLevel_(repetitionLevel) {}

  [[nodiscard]] bool atEnd() const noexcept { return entry_ == levels_.entries; }
  [[nodiscard]] std::uint64_t entry() const noexcept { return entry_; }
  [[nodiscard]] std::uint8_t repetition() const noexcept { return levels_.repetitionAt(entry_); }
  // What the leaf says of the node: deeper than it is all the same.
  [[nodiscard]] std::uint8_t definition() const noexcept {
    return std::min(levels_.definitionAt(entry_), definitionLevel_);
  }
  void advance() noexcept {
    do {
      ++entry_;
    } while (!atEnd() && repetition() > repetitionLevel_);
  }

 private:
  const Levels& levels_;
  std::uint64_t entry_ = 0;
  std::uint8_t definitionLevel_;
  std::uint8_t repetitionLevel_;
};

// Leaves without lists of their own below the node: entry by entry, as vector code.
bool agreeEntryByEntry(const Levels& left, const Levels& right,
                       std::uint8_t definitionLevel) noexcept {
  if (left.entries != right.entries || left.definition.size() != right.definition.size() ||
      !std::equal(left.repetition.begin(), left.repetition.end(), right.repetition.begin(),
                  right.repetition.end())) {
    return false;
  }
  unsigned wrong = 0;
  for (std::size_t entry = 0; entry < left.definition.size(); ++entry) {
    const auto leftLevel = std::min(left.definition[entry], definitionLevel);
    const auto rightLevel = std::min(right.definition[entry], definitionLevel);
    wrong |= leftLevel != rightLevel ? 1U : 0U;
  }
  return wrong == 0;
}

}  // namespace

Result<void> checkLevels(const Levels& levels, std::uint64_t rows,
                         std::span<const std::uint8_t> repeatedDefinition) {
  PF_TRY(checkMaximum(levels, levels.definition, levels.leaf->maxDefinitionLevel, "definition"));
  PF_TRY(checkMaximum(levels, levels.repetition, levels.leaf->maxRepetitionLevel, "repetition"));
  PF_TRY(checkRows(levels, rows));
  return checkNesting(levels, repeatedDefinition);
}

std::uint64_t countPresent(const Levels& levels) noexcept {
  if (levels.definition.empty()) return levels.entries;
  return countEqual(levels.definition, levels.leaf->maxDefinitionLevel);
}

Result<void> checkAgreement(const Levels& left, const Levels& right, std::uint8_t definitionLevel,
                            std::uint8_t repetitionLevel) {
  if (left.leaf->maxRepetitionLevel == repetitionLevel &&
      right.leaf->maxRepetitionLevel == repetitionLevel &&
      agreeEntryByEntry(left, right, definitionLevel)) {
    return {};
  }
  NodeCursor leftCursor(left, definitionLevel, repetitionLevel);
  NodeCursor rightCursor(right, definitionLevel, repetitionLevel);
  while (!leftCursor.atEnd() && !rightCursor.atEnd()) {
    if (leftCursor.repetition() != rightCursor.repetition() ||
        leftCursor.definition() != rightCursor.definition()) {
      break;
    }
    leftCursor.advance();
    rightCursor.advance();
  }
  if (leftCursor.atEnd() && rightCursor.atEnd()) return {};
  const Levels& longer = leftCursor.atEnd() ? right : left;
  const Levels& other = leftCursor.atEnd() ? left : right;
  const std::uint64_t entry = leftCursor.atEnd() ? rightCursor.entry() : leftCursor.entry();
  return invalidEntry(longer, entry, "the levels disagree with those of column ",
                      other.leaf->dottedPath, " about the group or list that both are in");
}

}  // namespace parquet_flow::capi
