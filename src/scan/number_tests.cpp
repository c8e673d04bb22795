// Numbers of four and eight bytes by kernels; FLOAT16 one by one.
#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include "base/bytes.hpp"
#include "scan/half.hpp"
#include "scan/range_kernels.hpp"
#include "scan/value_tests.hpp"

namespace parquet_flow::scan {
namespace {

using read::DenseValues;
using read::ValueTest;
using stats::Order;

void run(const std::byte* values, std::size_t count, IntegerRange<std::uint32_t> range,
         std::uint64_t* bits) {
  rangeKernels().int32(values, count, range, bits);
}
void run(const std::byte* values, std::size_t count, IntegerRange<std::uint64_t> range,
         std::uint64_t* bits) {
  rangeKernels().int64(values, count, range, bits);
}
void run(const std::byte* values, std::size_t count, FloatRange<float> range, std::uint64_t* bits) {
  rangeKernels().float32(values, count, range, bits);
}
void run(const std::byte* values, std::size_t count, FloatRange<double> range,
         std::uint64_t* bits) {
  rangeKernels().float64(values, count, range, bits);
}

template <class Range>
class RangeTest final : public ValueTest {
 public:
  explicit RangeTest(Range range) : range_(range) {}
  void test(const DenseValues& values, std::uint64_t* bits) override {
    run(values.data, values.count, range_, bits);
  }

 private:
  const Range range_;
};

template <class T>
T load(std::string_view value) noexcept {
  return loadLe<T>(value.data());
}

// Integers by their order: its ends are turned into ones that are in it; false: nothing is.
template <class T>
bool closedEnds(const ValueRange& range, T& least, T& most) {
  least = std::numeric_limits<T>::lowest();
  most = std::numeric_limits<T>::max();
  if (range.least) {
    const T end = load<T>(range.least->value);
    if (!range.least->isIn && end == most) {
      return false;
    }
    least = range.least->isIn ? end : static_cast<T>(end + 1);
  }
  if (range.most) {
    const T end = load<T>(range.most->value);
    if (!range.most->isIn && end == std::numeric_limits<T>::lowest()) {
      return false;
    }
    most = range.most->isIn ? end : static_cast<T>(end - 1);
  }
  return !range.isEmpty && least <= most;
}

// The same of floats and doubles, to whose ranges the infinities belong.
template <class T>
FloatRange<T> closedRange(const ValueRange& range) {
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  constexpr T kNan = std::numeric_limits<T>::quiet_NaN();
  FloatRange<T> closed{-kInfinity, kInfinity, range.hasNan};
  if (range.least) {
    const T end = load<T>(range.least->value);
    closed.least = range.least->isIn  ? end
                   : end == kInfinity ? kNan
                                      : std::nextafter(end, kInfinity);
  }
  if (range.most) {
    const T end = load<T>(range.most->value);
    closed.most = range.most->isIn    ? end
                  : end == -kInfinity ? kNan
                                      : std::nextafter(end, -kInfinity);
  }
  if (range.isEmpty) {
    closed.least = kNan;
  }
  return closed;
}

// NaN alone: a number compares with it.
template <class T>
class NanTest final : public ValueTest {
 public:
  void test(const DenseValues& values, std::uint64_t* bits) override {
    fillWords(values.count, bits,
              [&](std::size_t i) { return std::isnan(loadLe<T>(values.data + i * sizeof(T))); });
  }
};

// One of several: where they are few a range each, else by search.
template <class T>
class SetTest final : public ValueTest {
 public:
  explicit SetTest(const Test& test) : hasNan_(test.hasNan) {
    for (const std::string& value : test.values) {
      values_.push_back(load<T>(value));
    }
  }
  void test(const DenseValues& values, std::uint64_t* bits) override {
    fillWords(values.count, bits, [&](std::size_t i) {
      const T value = loadLe<T>(values.data + i * sizeof(T));
      if constexpr (std::is_floating_point_v<T>) {
        if (std::isnan(value)) {
          return hasNan_;
        }
      }
      if (values_.size() <= kFew) {
        bool isOne = false;
        for (const T each : values_) {
          isOne = isOne || each == value;
        }
        return isOne;
      }
      return std::binary_search(values_.begin(), values_.end(), value);
    });
  }

 private:
  static constexpr std::size_t kFew = 8;
  std::vector<T> values_;
  const bool hasNan_;
};

class HalfTest final : public ValueTest {
 public:
  explicit HalfTest(const Test& test) : test_(test) {}
  void test(const DenseValues& values, std::uint64_t* bits) override {
    fillWords(values.count, bits, [&](std::size_t i) {
      const std::byte* const at = values.data + i * sizeof(std::uint16_t);
      const bool isRange = test_.kind == TestKind::kRange;
      if (std::isnan(halfToFloat(loadLe<std::uint16_t>(at)))) {
        return isRange ? test_.range.hasNan : test_.hasNan;
      }
      const std::string_view value = asText({at, sizeof(std::uint16_t)});
      if (isRange) {
        return isIn(test_.order, test_.range, value);
      }
      return std::any_of(test_.values.begin(), test_.values.end(), [&](const std::string& each) {
        return stats::compareValues(test_.order, each, value) == 0;
      });
    });
  }

 private:
  const Test& test_;
};

template <class T>
std::unique_ptr<ValueTest> makeInteger(const Test& test) {
  if (test.kind == TestKind::kSet) {
    return std::make_unique<SetTest<T>>(test);
  }
  using Unsigned = std::make_unsigned_t<T>;
  T least = 0;
  T most = 0;
  if (!closedEnds(test.range, least, most)) {
    Test none;
    none.kind = TestKind::kSet;
    return std::make_unique<SetTest<T>>(none);
  }
  return std::make_unique<RangeTest<IntegerRange<Unsigned>>>(IntegerRange<Unsigned>{
      static_cast<Unsigned>(least),
      static_cast<Unsigned>(static_cast<Unsigned>(most) - static_cast<Unsigned>(least))});
}

template <class T>
std::unique_ptr<ValueTest> makeFloat(const Test& test) {
  if (test.kind == TestKind::kSet) {
    return std::make_unique<SetTest<T>>(test);
  }
  const FloatRange<T> range = closedRange<T>(test.range);
  if (range.hasNan && std::isnan(range.least)) {
    return std::make_unique<NanTest<T>>();
  }
  return std::make_unique<RangeTest<FloatRange<T>>>(range);
}

}  // namespace

std::unique_ptr<ValueTest> makeNumberTest(const Test& test) {
  switch (test.order) {
    case Order::kInt32:
      return makeInteger<std::int32_t>(test);
    case Order::kInt64:
      return makeInteger<std::int64_t>(test);
    case Order::kUint32:
      return makeInteger<std::uint32_t>(test);
    case Order::kUint64:
      return makeInteger<std::uint64_t>(test);
    case Order::kFloat:
      return makeFloat<float>(test);
    case Order::kDouble:
      return makeFloat<double>(test);
    case Order::kFloat16:
      return std::make_unique<HalfTest>(test);
    default:
      return nullptr;
  }
}

}  // namespace parquet_flow::scan
