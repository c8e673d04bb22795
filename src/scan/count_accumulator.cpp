#include "scan/count_accumulator.hpp"

#include <string>

#include "scan/append_values.hpp"
#include "scan/group_states.hpp"
#include "scan/key_table.hpp"
#include "scan/row_key.hpp"
#include "stats/order.hpp"

namespace parquet_flow::scan {
namespace {

using read::ColumnVector;

Result<void> appendCount(std::uint64_t count, const schema::Leaf& result, ColumnVector& out) {
  return appendValue(result, constBytes(&count, sizeof count), out);
}

class Count final : public Accumulator {
 public:
  Result<void> add(const ColumnVector& column, const Rows& rows) override {
    counts_[0] += withValue(rows, column, words_).count;
    return {};
  }

  Result<void> addGrouped(const ColumnVector& column, const GroupedRows& rows) override {
    for (std::size_t i = 0; i < rows.groups.size(); ++i) {
      const std::uint32_t row =
          rows.rows.selected == nullptr ? static_cast<std::uint32_t>(i) : rows.list[i];
      counts_[rows.groups[i]] += hasValue(column, row) ? 1 : 0;
    }
    return {};
  }

  void resize(std::size_t groups) override { counts_.resize(groups); }
  void renumber(std::span<const std::uint32_t> numbers, std::size_t groups) override {
    renumberStates(counts_, numbers, groups);
  }
  std::uint64_t bytes() const noexcept override {
    return counts_.capacity() * sizeof(std::uint64_t);
  }

  Result<void> finish(std::span<const std::uint32_t> groups, const schema::Leaf& result,
                      ColumnVector& out) const override {
    for (const std::uint32_t group : groups) {
      PF_TRY(appendCount(counts_[group], result, out));
    }
    return {};
  }

 private:
  std::vector<std::uint64_t> counts_;
  std::vector<std::uint64_t> words_;
};

// Numbers without groups have a table of numbers; else keys have the group in front, by a number
// that it keeps.
class CountDistinct final : public Accumulator {
 public:
  explicit CountDistinct(const schema::Leaf& leaf)
      : leaf_(leaf), order_(keyOrder(leaf)), isNumber_(isNumberOrder(order_)) {}

  Result<void> add(const ColumnVector& column, const Rows& rows) override {
    const Rows there = withValue(rows, column, words_);
    std::byte boolean{};
    forEachRow(there, [&](std::uint32_t row) {
      const ConstBytes value = valueAt(leaf_, column, row, boolean);
      if (isNumber_) {
        states_[0].count += numbers_.findOrAdd(numberKey(order_, value.data())).isNew ? 1 : 0;
      } else {
        addKey(value, states_[0]);
      }
      return true;
    });
    return {};
  }

  Result<void> addGrouped(const ColumnVector& column, const GroupedRows& rows) override {
    std::byte boolean{};
    for (std::size_t i = 0; i < rows.groups.size(); ++i) {
      const std::uint32_t row =
          rows.rows.selected == nullptr ? static_cast<std::uint32_t>(i) : rows.list[i];
      if (hasValue(column, row)) {
        addKey(valueAt(leaf_, column, row, boolean), states_[rows.groups[i]]);
      }
    }
    return {};
  }

  void resize(std::size_t groups) override { states_.resize(groups); }
  void renumber(std::span<const std::uint32_t> numbers, std::size_t groups) override {
    renumberStates(states_, numbers, groups);
  }
  std::uint64_t bytes() const noexcept override {
    return states_.capacity() * sizeof(State) + numbers_.bytes() + keys_.bytes();
  }

  Result<void> finish(std::span<const std::uint32_t> groups, const schema::Leaf& result,
                      ColumnVector& out) const override {
    for (const std::uint32_t group : groups) {
      PF_TRY(appendCount(states_[group].count, result, out));
    }
    return {};
  }

 private:
  struct State {
    std::uint32_t ownNumber = kNoGroup;  // of the group, whatever number it gets
    std::uint64_t count = 0;
  };

  void addKey(ConstBytes value, State& state) {
    if (state.ownNumber == kNoGroup) {
      state.ownNumber = ownNumbers_++;
    }
    key_.assign(reinterpret_cast<const char*>(&state.ownNumber), sizeof state.ownNumber);
    appendKey(order_, value, key_);
    state.count += keys_.findOrAdd(key_).isNew ? 1 : 0;
  }

  const schema::Leaf& leaf_;
  const stats::Order order_;
  const bool isNumber_;
  std::vector<State> states_;
  std::uint32_t ownNumbers_ = 0;
  NumberTable numbers_;
  BytesTable keys_;
  std::string key_;
  std::vector<std::uint64_t> words_;
};

}  // namespace

std::unique_ptr<Accumulator> makeCount() { return std::make_unique<Count>(); }

std::unique_ptr<Accumulator> makeCountDistinct(const schema::Leaf& leaf) {
  return std::make_unique<CountDistinct>(leaf);
}

}  // namespace parquet_flow::scan
