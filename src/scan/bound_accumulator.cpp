#include "scan/bound_accumulator.hpp"

#include <algorithm>
#include <string>

#include "scan/append_values.hpp"
#include "scan/group_states.hpp"
#include "scan/row_key.hpp"
#include "stats/order.hpp"
#include "stats/range.hpp"

namespace parquet_flow::scan {
namespace {

using read::ColumnVector;
using stats::Order;

// Calls with each row that counts and has a value, and its group.
template <class Function>
void eachValue(const ColumnVector& column, const GroupedRows& rows, Function&& function) {
  for (std::size_t i = 0; i < rows.groups.size(); ++i) {
    const std::uint32_t row =
        rows.rows.selected == nullptr ? static_cast<std::uint32_t>(i) : rows.list[i];
    if (hasValue(column, row)) {
      function(row, rows.groups[i]);
    }
  }
}

// By numberKey; a greatest value as a least one of keys with all bits flipped.
class NumberBound final : public Accumulator {
 public:
  NumberBound(const schema::Leaf& leaf, bool isMax)
      : leaf_(leaf), order_(keyOrder(leaf)), flip_(isMax ? UINT64_MAX : 0) {}

  Result<void> add(const ColumnVector& column, const Rows& rows) override {
    if (rows.count == 0) {
      return {};
    }
    if (rows.selected == nullptr && column.nulls == 0 && addRange(column, rows.rows)) {
      return {};
    }
    const Rows there = withValue(rows, column, words_);
    forEachRow(there, [&](std::uint32_t row) {
      take(column, row, states_[0]);
      return true;
    });
    return {};
  }

  Result<void> addGrouped(const ColumnVector& column, const GroupedRows& rows) override {
    eachValue(column, rows,
              [&](std::uint32_t row, std::uint32_t group) { take(column, row, states_[group]); });
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
      if (!state.isThere) {
        PF_TRY(appendNull(result, out));
        continue;
      }
      std::byte value[8] = {};
      numberOfKey(order_, state.key ^ flip_, value);
      PF_TRY(appendValue(result, {value, widthOf()}, out));
    }
    return {};
  }

 private:
  struct State {
    std::uint64_t key = UINT64_MAX;
    bool isThere = false;
  };

  [[nodiscard]] std::size_t widthOf() const noexcept {
    return order_ == Order::kBoolean ? 1 : schema::fixedWidth(leaf_.type, leaf_.typeLength);
  }
  void take(const ColumnVector& column, std::uint64_t row, State& state) const noexcept {
    std::byte boolean{};
    takeValue(valueAt(leaf_, column, row, boolean).data(), state);
  }
  void takeValue(const std::byte* value, State& state) const noexcept {
    state.key = std::min(state.key, numberKey(order_, value) ^ flip_);
    state.isThere = true;
  }

  // Of whole numbers, all there.
  [[nodiscard]] bool addRange(const ColumnVector& column, std::uint64_t count) noexcept {
    const stats::RangeKernels& kernels = stats::rangeKernels();
    const auto takeBoth = [this](const auto& range) {
      takeValue(reinterpret_cast<const std::byte*>(&range.min), states_[0]);
      takeValue(reinterpret_cast<const std::byte*>(&range.max), states_[0]);
      return true;
    };
    switch (order_) {
      case Order::kInt32:
        return takeBoth(kernels.int32(column.data(), count));
      case Order::kInt64:
        return takeBoth(kernels.int64(column.data(), count));
      case Order::kUint32:
        return takeBoth(kernels.uint32(column.data(), count));
      case Order::kUint64:
        return takeBoth(kernels.uint64(column.data(), count));
      default:
        return false;
    }
  }

  const schema::Leaf& leaf_;
  const Order order_;
  const std::uint64_t flip_;
  std::vector<State> states_;
  std::vector<std::uint64_t> words_;
};

class BytesBound final : public Accumulator {
 public:
  BytesBound(const schema::Leaf& leaf, bool isMax)
      : leaf_(leaf), order_(keyOrder(leaf)), isMax_(isMax) {}

  Result<void> add(const ColumnVector& column, const Rows& rows) override {
    const Rows there = withValue(rows, column, words_);
    forEachRow(there, [&](std::uint32_t row) {
      take(column, row, states_[0]);
      return true;
    });
    return {};
  }

  Result<void> addGrouped(const ColumnVector& column, const GroupedRows& rows) override {
    eachValue(column, rows,
              [&](std::uint32_t row, std::uint32_t group) { take(column, row, states_[group]); });
    return {};
  }

  void resize(std::size_t groups) override { states_.resize(groups); }
  void renumber(std::span<const std::uint32_t> numbers, std::size_t groups) override {
    renumberStates(states_, numbers, groups);
  }
  std::uint64_t bytes() const noexcept override {
    std::uint64_t total = states_.capacity() * sizeof(State);
    for (const State& state : states_) {
      total += state.value.size();
    }
    return total;
  }

  Result<void> finish(std::span<const std::uint32_t> groups, const schema::Leaf& result,
                      ColumnVector& out) const override {
    for (const std::uint32_t group : groups) {
      const State& state = states_[group];
      PF_TRY(state.isThere ? appendValue(result, constBytes(state.value), out)
                           : appendNull(result, out));
    }
    return {};
  }

 private:
  struct State {
    std::string value;
    bool isThere = false;
  };

  void take(const ColumnVector& column, std::uint64_t row, State& state) const {
    std::byte boolean{};
    const std::string_view value = asText(valueAt(leaf_, column, row, boolean));
    if (!state.isThere || (isMax_ ? stats::compareValues(order_, value, state.value) > 0
                                  : stats::compareValues(order_, value, state.value) < 0)) {
      state.value = value;
      state.isThere = true;
    }
  }

  const schema::Leaf& leaf_;
  const Order order_;
  const bool isMax_;
  std::vector<State> states_;
  std::vector<std::uint64_t> words_;
};

}  // namespace

std::unique_ptr<Accumulator> makeBound(const schema::Leaf& leaf, bool isMax) {
  if (isNumberOrder(keyOrder(leaf))) {
    return std::make_unique<NumberBound>(leaf, isMax);
  }
  return std::make_unique<BytesBound>(leaf, isMax);
}

}  // namespace parquet_flow::scan
