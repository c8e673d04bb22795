// What an accumulator keeps of each group, as groups come and get other numbers.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace parquet_flow::scan {

// In place of a new number, of a group that has no rows.
inline constexpr std::uint32_t kNoGroup = UINT32_MAX;

template <class State>
void renumberStates(std::vector<State>& states, std::span<const std::uint32_t> numbers,
                    std::size_t groups) {
  std::vector<State> moved(groups);
  for (std::size_t i = 0; i < numbers.size() && i < states.size(); ++i) {
    if (numbers[i] != kNoGroup) {
      moved[numbers[i]] = std::move(states[i]);
    }
  }
  states = std::move(moved);
}

}  // namespace parquet_flow::scan
