// The data of pipeline mode: columns of the C API, in batches that go round.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cells.hpp"
#include "parquet_flow.h"

namespace parquet_flow::bench {

enum class FeedShape {
  kSimple,   // INT64 of 100 distinct, string of 5 distinct, in turn
  kComplex,  // INT64, string?, list<int32>?, list<string>?, struct<int64, string, double>, boolean
             // in turn; lists of 1 to 10; 10 % null
  // Just one column, of values that few others are like:
  kInt64,
  kDouble,
  kString
};

class PipelineFeed {
 public:
  // Throws what the library says of the schema. `batchRows` divides `rows`, and kCellRowsMade; of
  // just one column all rows are made.
  PipelineFeed(FeedShape shape, std::uint32_t columns, std::uint64_t rows, std::uint64_t batchRows);
  PipelineFeed(const PipelineFeed&) = delete;
  PipelineFeed& operator=(const PipelineFeed&) = delete;
  ~PipelineFeed();

  [[nodiscard]] const pf_schema_t* schema() const noexcept { return schema_; }
  [[nodiscard]] std::uint64_t batches() const noexcept { return batches_.size(); }
  // One a leaf.
  [[nodiscard]] const std::vector<pf_column_input_with_levels_t>& batch(
      std::uint64_t index) const noexcept {
    return batches_[index % batches_.size()];
  }
  // What the rows of all batches take in Arrow's memory: values, offsets of 4 bytes, bitmaps.
  [[nodiscard]] double arrowBytesPerRow() const noexcept { return arrowBytesPerRow_; }

 private:
  struct Leaf;
  // Levels of a leaf that may be null or repeat.
  enum class Nesting { kRequired, kOptional, kList };

  void addColumn(FeedShape shape, std::uint32_t column);
  void addLeaf(std::uint32_t parent, const char* name, pf_physical_type_t type, Nesting nesting,
               std::uint32_t distinct, bool isText);
  void fill(Leaf& leaf, Nesting nesting, std::uint32_t distinct, std::uint64_t seed);
  void cut(std::uint64_t batchRows);

  pf_schema_t* schema_ = nullptr;
  std::uint64_t rows_;
  std::vector<std::unique_ptr<Leaf>> leaves_;
  std::vector<std::vector<pf_column_input_with_levels_t>> batches_;
  double arrowBytesPerRow_ = 0;
};

}  // namespace parquet_flow::bench
