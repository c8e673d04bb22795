// Where an output goes, and what its files are called. In a directory they have numbers, and all
// that are called so are of the last merge into it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"

namespace parquet_flow::merge {

struct OutputPlace {
  std::string directory;
  std::string name;  // of the one file in it; empty: files have numbers
};

// A path is a directory where there is one, or where it ends in '/'. Errors: the directory that the
// path is in cannot be looked at.
[[nodiscard]] Result<OutputPlace> placeOf(const std::string& output);

// Paths of the files that have an output's names: in a directory all that have numbers.
[[nodiscard]] Result<std::vector<std::string>> filesAt(const std::string& output);

// "merged-000001.parquet"; `number` from 1 on.
[[nodiscard]] std::string numberedName(std::uint64_t number);
// 0: it is no such name.
[[nodiscard]] std::uint64_t numberOf(std::string_view name) noexcept;

}  // namespace parquet_flow::merge
