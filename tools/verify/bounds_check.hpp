// What a file says of values, held against what they are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/parquet_types.h"
#include "schema/schema.hpp"
#include "stats/order.hpp"
#include "verify/finding.hpp"
#include "verify/value_facts.hpp"

namespace parquet_flow::verify {

// Bounds of a page or a chunk; nullopt: nothing is said.
struct SaidBounds {
  std::optional<std::string_view> min = {};
  std::optional<std::string_view> max = {};
  std::optional<bool> isMinExact = {};
  std::optional<bool> isMaxExact = {};
};

class BoundsCheck {
 public:
  // All must live as long. `order`: by the column order that the file gives; nullopt: one that is
  // not known.
  BoundsCheck(const schema::Leaf& leaf, std::optional<stats::Order> order, Findings& findings)
      : leaf_(leaf), order_(order), findings_(findings) {}

  // Counts, and bounds in either form.
  void checkStatistics(const format::Statistics& statistics, const ValueFacts& facts,
                       const Place& place);
  void checkBounds(const char* kind, const SaidBounds& said, const ValueFacts& facts,
                   const Place& place);
  // `count`: of `what`, a literal. kWarning: a habit, as no reader loses a row by it.
  void checkCount(const char* kind, const char* what, std::int64_t said, std::uint64_t count,
                  const Place& place, Severity severity = Severity::kError);
  // Of a value, for a message.
  [[nodiscard]] std::string textOf(std::string_view value) const;
  [[nodiscard]] std::optional<stats::Order> order() const noexcept { return order_; }

 private:
  [[nodiscard]] bool checkForm(const char* kind, const char* which, std::string_view bound,
                               const Place& place);
  void checkNulls(std::int64_t said, const ValueFacts& facts, const Place& place);
  void checkDeprecated(const format::Statistics& statistics, const ValueFacts& facts,
                       const Place& place);
  void holdAgainst(const char* kind, stats::Order order, const SaidBounds& said,
                   const ValueFacts& facts, const Place& place);

  const schema::Leaf& leaf_;
  const std::optional<stats::Order> order_;
  Findings& findings_;
};

}  // namespace parquet_flow::verify
