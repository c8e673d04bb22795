#include "scan/value_range.hpp"

#include <utility>

namespace parquet_flow::scan {
namespace {

using stats::Order;

ValueRange nothing(bool hasNan) { return {{}, {}, hasNan, true}; }

ValueRange upTo(std::string value, bool isIn) {
  return {{}, ValueRange::End{std::move(value), isIn}, false, false};
}

ValueRange fromOn(std::string value, bool isIn) {
  return {ValueRange::End{std::move(value), isIn}, {}, true, false};
}

// `isUp`: above the point; `withPoint`: or at it.
ValueRange side(const Point& point, bool isUp, bool withPoint) {
  switch (point.position) {
    case Position::kNan:
      return isUp ? nothing(withPoint) : ValueRange{{}, {}, withPoint, false};
    case Position::kAbove:
      return isUp ? nothing(true) : ValueRange{{}, {}, false, false};
    case Position::kBelow:
      return isUp ? ValueRange{} : nothing(false);
    case Position::kBetween:
      return isUp ? fromOn(point.ceiling, true) : upTo(point.floor, true);
    case Position::kValue:
      break;
  }
  return isUp ? fromOn(point.floor, withPoint) : upTo(point.floor, withPoint);
}

// The end that cuts off more, `way` being 1 for least ends.
std::optional<ValueRange::End> tighter(Order order, std::optional<ValueRange::End> a,
                                       const std::optional<ValueRange::End>& b, int way) {
  if (!a || !b) {
    return a ? a : b;
  }
  const int compared = stats::compareValues(order, a->value, b->value) * way;
  if (compared == 0) {
    a->isIn = a->isIn && b->isIn;
    return a;
  }
  return compared > 0 ? a : b;
}

}  // namespace

ValueRange rangeOf(const Point& point, Comparison comparison) {
  switch (comparison) {
    case Comparison::kLess:
      return side(point, false, false);
    case Comparison::kLessOrEqual:
      return side(point, false, true);
    case Comparison::kGreater:
      return side(point, true, false);
    case Comparison::kGreaterOrEqual:
      return side(point, true, true);
    case Comparison::kEqual:
    case Comparison::kNotEqual:
      break;
  }
  if (point.position == Position::kValue) {
    return {ValueRange::End{point.floor, true}, ValueRange::End{point.floor, true}, false, false};
  }
  return nothing(point.position == Position::kNan);
}

ValueRange intersection(Order order, ValueRange a, const ValueRange& b) {
  a.hasNan = a.hasNan && b.hasNan;
  a.isEmpty = a.isEmpty || b.isEmpty;
  a.least = tighter(order, std::move(a.least), b.least, 1);
  a.most = tighter(order, std::move(a.most), b.most, -1);
  if (a.least && a.most) {
    const int compared = stats::compareValues(order, a.least->value, a.most->value);
    a.isEmpty = a.isEmpty || compared > 0 || (compared == 0 && !(a.least->isIn && a.most->isIn));
  }
  return a;
}

bool isIn(Order order, const ValueRange& range, std::string_view value) {
  if (range.isEmpty) {
    return false;
  }
  if (range.least) {
    const int compared = stats::compareValues(order, value, range.least->value);
    if (compared < 0 || (compared == 0 && !range.least->isIn)) {
      return false;
    }
  }
  if (range.most) {
    const int compared = stats::compareValues(order, value, range.most->value);
    if (compared > 0 || (compared == 0 && !range.most->isIn)) {
      return false;
    }
  }
  return true;
}

bool isOneValue(Order order, const ValueRange& range) {
  return !range.isEmpty && !range.hasNan && range.least && range.most && range.least->isIn &&
         range.most->isIn &&
         stats::compareValues(order, range.least->value, range.most->value) == 0;
}

}  // namespace parquet_flow::scan
