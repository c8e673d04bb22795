#include "scan/sum_accumulator.hpp"

#include <cmath>
#include <string>

#include "scan/append_values.hpp"
#include "scan/group_states.hpp"
#include "scan/half.hpp"
#include "scan/int128.hpp"
#include "scan/sum_kernels.hpp"
#include "stats/order.hpp"

namespace parquet_flow::scan {
namespace {

using read::ColumnVector;
using schema::LogicalKind;
using schema::PhysicalType;
using stats::Order;

constexpr std::int32_t kSumDigits = 38;

Int128 powerOfTen(std::int32_t exponent) noexcept {
  Int128 power = 1;
  for (; exponent > 0; --exponent) {
    power *= 10;
  }
  return power;
}

tl::unexpected<Error> tooLarge(const schema::Leaf& leaf) {
  return fail(ErrorCode::kLimit,
              "the sum of column '" + leaf.dottedPath + "' has more than 38 digits");
}

// Whole numbers of a fixed width.
template <class T>
struct Whole {
  [[nodiscard]] static bool read(const schema::Leaf&, const ColumnVector& column, std::uint64_t row,
                                 Int128& value) noexcept {
    value = loadLe<T>(column.data() + row * sizeof(T));
    return true;
  }
};

// Big-endian decimals of any length, of which the last 16 bytes have to say all.
struct BigEndian {
  [[nodiscard]] static bool read(const schema::Leaf& leaf, const ColumnVector& column,
                                 std::uint64_t row, Int128& value) noexcept {
    std::byte boolean{};
    ConstBytes bytes = valueAt(leaf, column, row, boolean);
    const bool isNegative = !bytes.empty() && (bytes[0] & std::byte{0x80}) != std::byte{0};
    auto bits = static_cast<Uint128>(isNegative ? -1 : 0);
    while (bytes.size() > sizeof bits) {
      if (bytes[0] != (isNegative ? std::byte{0xFF} : std::byte{0})) {
        return false;
      }
      bytes = bytes.subspan(1);
    }
    for (const std::byte byte : bytes) {
      bits = bits << 8U | std::to_integer<unsigned>(byte);
    }
    value = static_cast<Int128>(bits);
    return (value < 0) == isNegative;
  }
};

template <class Reader>
class WholeSum final : public Accumulator {
 public:
  WholeSum(const schema::Leaf& leaf, bool isAverage) : leaf_(leaf), isAverage_(isAverage) {}

  Result<void> add(const ColumnVector& column, const Rows& rows) override {
    const Rows there = withValue(rows, column, words_);
    states_[0].count += there.count;
    if constexpr (std::is_same_v<Reader, Whole<std::int32_t>>) {
      states_[0].sum += sumKernels().int32(column.data(), there.selected, there.rows);
    } else if constexpr (std::is_same_v<Reader, Whole<std::int64_t>>) {
      const WideSum sum = sumKernels().int64(column.data(), there.selected, there.rows);
      states_[0].sum += Int128{sum.high} * (Int128{1} << 32) + sum.low;
    } else {
      bool fits = true;
      forEachRow(there, [&](std::uint32_t row) { return fits = addRow(column, row, states_[0]); });
      if (!fits) {
        return tooLarge(leaf_);
      }
    }
    return {};
  }

  Result<void> addGrouped(const ColumnVector& column, const GroupedRows& rows) override {
    for (std::size_t i = 0; i < rows.groups.size(); ++i) {
      const std::uint32_t row =
          rows.rows.selected == nullptr ? static_cast<std::uint32_t>(i) : rows.list[i];
      if (!hasValue(column, row)) {
        continue;
      }
      State& state = states_[rows.groups[i]];
      ++state.count;
      if (!addRow(column, row, state)) {
        return tooLarge(leaf_);
      }
    }
    return {};
  }

  void resize(std::size_t groups) override { states_.resize(groups); }
  void renumber(std::span<const std::uint32_t> numbers, std::size_t groups) override {
    renumberStates(states_, numbers, groups);
  }
  std::uint64_t bytes() const noexcept override { return states_.capacity() * sizeof(State); }

  Result<void> finish(std::span<const std::uint32_t> groups, const schema::Leaf& result,
                      ColumnVector& out) const override {
    const Int128 limit = powerOfTen(kSumDigits);
    const bool isDecimal = leaf_.logical.kind == LogicalKind::kDecimal;
    // An average's may be above the 38 digits of a sum.
    const double scale = isDecimal ? std::pow(10.0, leaf_.logical.b) : 1.0;
    for (const std::uint32_t group : groups) {
      const State& state = states_[group];
      if (state.count == 0) {
        PF_TRY(appendNull(result, out));
      } else if (isAverage_) {
        const double average = state.real() / static_cast<double>(state.count) / scale;
        PF_TRY(appendValue(result, constBytes(&average, sizeof average), out));
      } else if (state.wraps != 0 || state.sum >= limit || state.sum <= -limit) {
        return tooLarge(leaf_);
      } else {
        std::byte bytes[sizeof(Int128)];
        auto bits = static_cast<Uint128>(state.sum);
        for (std::size_t i = sizeof bytes; i-- > 0; bits >>= 8U) {
          bytes[i] = static_cast<std::byte>(bits);
        }
        PF_TRY(appendValue(result, bytes, out));
      }
    }
    return {};
  }

 private:
  // The sum is wraps * 2^128 + sum: of 38 digits each, two values may be above 2^127, and later
  // ones bring it back. Of 64-bit numbers no count of rows comes to so much.
  struct State {
    Int128 sum = 0;
    std::uint64_t count = 0;
    std::int64_t wraps = 0;
    [[nodiscard]] double real() const noexcept {
      return static_cast<double>(sum) + std::ldexp(static_cast<double>(wraps), 128);
    }
  };

  // False where the value itself has no room.
  [[nodiscard]] bool addRow(const ColumnVector& column, std::uint64_t row, State& state) {
    Int128 value = 0;
    if (!Reader::read(leaf_, column, row, value)) {
      return false;
    }
    if (__builtin_add_overflow(state.sum, value, &state.sum)) {
      state.wraps += value < 0 ? -1 : 1;
    }
    return true;
  }

  const schema::Leaf& leaf_;
  const bool isAverage_;
  std::vector<State> states_;
  std::vector<std::uint64_t> words_;
};

// Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974: what
// each addition rounds off is summed up beside.
class RealSum final : public Accumulator {
 public:
  RealSum(const schema::Leaf& leaf, bool isAverage) : type_(leaf.type), isAverage_(isAverage) {}

  Result<void> add(const ColumnVector& column, const Rows& rows) override {
    const Rows there = withValue(rows, column, words_);
    forEachRow(there, [&](std::uint32_t row) {
      addValue(valueOf(column, row), states_[0]);
      return true;
    });
    return {};
  }

  Result<void> addGrouped(const ColumnVector& column, const GroupedRows& rows) override {
    for (std::size_t i = 0; i < rows.groups.size(); ++i) {
      const std::uint32_t row =
          rows.rows.selected == nullptr ? static_cast<std::uint32_t>(i) : rows.list[i];
      if (hasValue(column, row)) {
        addValue(valueOf(column, row), states_[rows.groups[i]]);
      }
    }
    return {};
  }

  void resize(std::size_t groups) override { states_.resize(groups); }
  void renumber(std::span<const std::uint32_t> numbers, std::size_t groups) override {
    renumberStates(states_, numbers, groups);
  }
  std::uint64_t bytes() const noexcept override { return states_.capacity() * sizeof(State); }

  Result<void> finish(std::span<const std::uint32_t> groups, const schema::Leaf& result,
                      ColumnVector& out) const override {
    for (const std::uint32_t group : groups) {
      const State& state = states_[group];
      if (state.count == 0) {
        PF_TRY(appendNull(result, out));
        continue;
      }
      // Of infinities what was rounded off is no number.
      double sum = std::isfinite(state.sum) ? state.sum + state.rest : state.sum;
      sum = isAverage_ ? sum / static_cast<double>(state.count) : sum;
      PF_TRY(appendValue(result, constBytes(&sum, sizeof sum), out));
    }
    return {};
  }

 private:
  struct State {
    double sum = 0;
    double rest = 0;
    std::uint64_t count = 0;
  };

  [[nodiscard]] double valueOf(const ColumnVector& column, std::uint64_t row) const noexcept {
    switch (type_) {
      case PhysicalType::kFloat:
        return double{loadLe<float>(column.data() + row * sizeof(float))};
      case PhysicalType::kDouble:
        return loadLe<double>(column.data() + row * sizeof(double));
      default:
        return double{
            halfToFloat(loadLe<std::uint16_t>(column.data() + row * sizeof(std::uint16_t)))};
    }
  }

  static void addValue(double value, State& state) noexcept {
    const double sum = state.sum + value;
    state.rest += std::abs(state.sum) >= std::abs(value) ? (state.sum - sum) + value
                                                         : (value - sum) + state.sum;
    state.sum = sum;
    ++state.count;
  }

  const PhysicalType type_;
  const bool isAverage_;
  std::vector<State> states_;
  std::vector<std::uint64_t> words_;
};

}  // namespace

bool isSummable(const schema::Leaf& leaf) noexcept {
  const LogicalKind kind = leaf.logical.kind;
  return leaf.maxRepetitionLevel == 0 &&
         (kind == LogicalKind::kDecimal || kind == LogicalKind::kFloat16 ||
          ((kind == LogicalKind::kNone || kind == LogicalKind::kInteger) &&
           (leaf.type == PhysicalType::kInt32 || leaf.type == PhysicalType::kInt64 ||
            leaf.type == PhysicalType::kFloat || leaf.type == PhysicalType::kDouble)));
}

std::unique_ptr<Accumulator> makeSum(const schema::Leaf& leaf, bool isAverage) {
  switch (stats::orderOf(leaf)) {
    case Order::kInt32:
      return std::make_unique<WholeSum<Whole<std::int32_t>>>(leaf, isAverage);
    case Order::kInt64:
      return std::make_unique<WholeSum<Whole<std::int64_t>>>(leaf, isAverage);
    case Order::kUint32:
      return std::make_unique<WholeSum<Whole<std::uint32_t>>>(leaf, isAverage);
    case Order::kUint64:
      return std::make_unique<WholeSum<Whole<std::uint64_t>>>(leaf, isAverage);
    case Order::kDecimalBytes:
      return std::make_unique<WholeSum<BigEndian>>(leaf, isAverage);
    default:
      return std::make_unique<RealSum>(leaf, isAverage);
  }
}

}  // namespace parquet_flow::scan
