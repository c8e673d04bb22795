// What is known of the writers of files, by the name that they give themselves.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace parquet_flow::merge {

enum class WriterTrust : std::uint8_t {
  // Old, or not known: its pages are decoded and written anew.
  kNothing,
  // The metadata of its chunks says where they are; statistics may be wrong.
  kPages,
  // Statistics too, where the footer says which order they are in.
  kStatistics,
};

// `createdBy`: FileMetaData.created_by, empty where there is none.
//
//   parquet_flow          statistics
//   parquet-cpp-arrow     statistics from 10.0.0 on: before lie the fixes of decimals compared as
//                         text (PARQUET-1655) and of bounds of NaN (PARQUET-1225)
//   parquet-mr            statistics from 1.11.0 on: PARQUET-251 (bounds of buffers that were used
//                         again), PARQUET-1025, PARQUET-1246 (NaN, zeros); pages from 1.8.0 on
//   parquet-rs            statistics from 50.0.0 on, pages from 4.0.0 on
//   DuckDB                statistics from 1.0.0 on
//   Polars, fastparquet   pages: they say no version, or have had their trouble with bounds
[[nodiscard]] WriterTrust trustOf(std::string_view createdBy) noexcept;

// Who wrote the row groups of a file, but for this library: its writer, or those that are listed
// under write::kCopiedFromKey where that is `copiedFrom`, nullptr where it is not there.
[[nodiscard]] std::vector<std::string> writersOf(std::string_view createdBy,
                                                 const std::string* copiedFrom);
// As it is listed there: the first 64, each up to 256 bytes.
[[nodiscard]] std::string copiedFromText(const std::set<std::string>& writers);

}  // namespace parquet_flow::merge
