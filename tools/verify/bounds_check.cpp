#include "verify/bounds_check.hpp"

#include <utility>

#include "base/bytes.hpp"
#include "base/utf8.hpp"
#include "rows/leaf_text.hpp"
#include "rows/printable.hpp"

namespace parquet_flow::verify {
namespace {

using stats::Order;

constexpr std::size_t kTextBytesMax = 40;

// Orders that signed comparison is right for, which min and max without _value are by.
bool isSigned(Order order) noexcept {
  return order == Order::kInt32 || order == Order::kInt64 || order == Order::kFloat ||
         order == Order::kDouble || order == Order::kBoolean;
}

}  // namespace

std::string BoundsCheck::textOf(std::string_view value) const {
  std::string text;
  const bool isCut = value.size() > kTextBytesMax;
  rows::LeafText(leaf_).append(constBytes(isCut ? value.substr(0, kTextBytesMax) : value),
                               rows::TextForm::kPlain, text);
  return "'" + rows::printable(text) + (isCut ? "…'" : "'");
}

void BoundsCheck::checkCount(const char* kind, const char* what, std::int64_t said,
                             std::uint64_t count, const Place& place, Severity severity) {
  if (said >= 0 && static_cast<std::uint64_t>(said) == count) {
    return;
  }
  std::string message = std::string(what) + " is said to be " + std::to_string(said) + ", and is " +
                        std::to_string(count);
  if (severity == Severity::kWarning) {
    findings_.habit(kind, place, std::move(message));
  } else {
    findings_.error(kind, place, std::move(message));
  }
}

// In lists some writers leave out those whose list is null or empty.
void BoundsCheck::checkNulls(std::int64_t said, const ValueFacts& facts, const Place& place) {
  if (leaf_.maxRepetitionLevel == 0 || said == static_cast<std::int64_t>(facts.nulls())) {
    checkCount("statistics", "null_count", said, facts.nulls(), place);
    return;
  }
  findings_.habit("statistics", place,
                  "null_count is said to be " + std::to_string(said) + ", and is " +
                      std::to_string(facts.nulls()) + " with lists that are null or empty");
}

void BoundsCheck::checkStatistics(const format::Statistics& statistics, const ValueFacts& facts,
                                  const Place& place) {
  const auto& isset = statistics.__isset;
  if (isset.null_count) {
    checkNulls(statistics.null_count, facts, place);
  }
  if (isset.nan_count && order_) {
    checkCount("statistics", "nan_count", statistics.nan_count, facts.nans, place);
  }
  SaidBounds said;
  if (isset.min_value) {
    said.min = statistics.min_value;
  }
  if (isset.max_value) {
    said.max = statistics.max_value;
  }
  if (isset.is_min_value_exact) {
    said.isMinExact = statistics.is_min_value_exact;
  }
  if (isset.is_max_value_exact) {
    said.isMaxExact = statistics.is_max_value_exact;
  }
  checkBounds("statistics", said, facts, place);
  checkDeprecated(statistics, facts, place);
}

// min and max of before min_value, in the order of signed comparison whatever the type. Old readers
// go by them also where the new ones are there.
void BoundsCheck::checkDeprecated(const format::Statistics& statistics, const ValueFacts& facts,
                                  const Place& place) {
  const Order order = stats::orderOf(leaf_);
  if (!isSigned(order) || (facts.hasBounds && isNan(order, facts.min))) {
    return;  // NaNs alone have a place in total order, not in this one
  }
  SaidBounds said;
  if (statistics.__isset.min) {
    said.min = statistics.min;
  }
  if (statistics.__isset.max) {
    said.max = statistics.max;
  }
  if (said.min || said.max) {
    BoundsCheck(leaf_, order, findings_).checkBounds("statistics", said, facts, place);
  }
}

void BoundsCheck::checkBounds(const char* kind, const SaidBounds& said, const ValueFacts& facts,
                              const Place& place) {
  if (!said.min && !said.max) {
    return;
  }
  if (!order_) {
    return;  // in an order that is not known
  }
  if (*order_ == Order::kNone) {
    findings_.habit(kind, place, "there are bounds of a type that has no order");
    return;
  }
  const bool isGood = (!said.min || checkForm(kind, "min", *said.min, place)) &&
                      (!said.max || checkForm(kind, "max", *said.max, place));
  if (!isGood) {
    return;
  }
  if (!facts.hasBounds) {
    findings_.habit(kind, place, "there are bounds, and no values that they are of");
    return;
  }
  holdAgainst(kind, *order_, said, facts, place);
}

bool BoundsCheck::checkForm(const char* kind, const char* which, std::string_view bound,
                            const Place& place) {
  const std::size_t width = leaf_.type == schema::PhysicalType::kBoolean
                                ? 1
                                : schema::fixedWidth(leaf_.type, leaf_.typeLength);
  const bool isCutDecimalOrBytes =
      leaf_.type == schema::PhysicalType::kFixedLenByteArray && *order_ == Order::kBytes;
  if (width != 0 && bound.size() != width && !isCutDecimalOrBytes) {
    findings_.error(kind, place,
                    std::string(which) + " has " + std::to_string(bound.size()) +
                        " bytes, values have " + std::to_string(width));
    return false;
  }
  const bool isTotal = *order_ >= Order::kFloatTotal && *order_ <= Order::kFloat16Total;
  if (!isTotal && isNan(*order_, bound)) {
    findings_.habit(kind, place, std::string(which) + " is a NaN");
    return false;
  }
  if (leaf_.logical.kind == schema::LogicalKind::kString && !isUtf8(bound)) {
    findings_.habit(kind, place,
                    std::string(which) + " is no UTF-8: it was cut within a character");
  }
  return true;
}

void BoundsCheck::holdAgainst(const char* kind, Order order, const SaidBounds& said,
                              const ValueFacts& facts, const Place& place) {
  if (said.min) {
    const int difference = stats::compareValues(order, *said.min, facts.min);
    if (difference > 0) {
      findings_.error(kind, place,
                      "min is " + textOf(*said.min) + ", above the value " + textOf(facts.min));
    } else if (difference != 0 && said.isMinExact == true) {
      findings_.error(
          kind, place,
          "min is said to be exactly " + textOf(*said.min) + ", and is " + textOf(facts.min));
    }
  }
  if (said.max) {
    const int difference = stats::compareValues(order, *said.max, facts.max);
    if (difference < 0) {
      findings_.error(kind, place,
                      "max is " + textOf(*said.max) + ", below the value " + textOf(facts.max));
    } else if (difference != 0 && said.isMaxExact == true) {
      findings_.error(
          kind, place,
          "max is said to be exactly " + textOf(*said.max) + ", and is " + textOf(facts.max));
    }
  }
}

}  // namespace parquet_flow::verify
