// The page index of a chunk, held against its pages.
//
// Source: parquet-format PageIndex.md; parquet.thrift, OffsetIndex and ColumnIndex.
#pragma once

#include <cstdint>
#include <vector>

#include "format/parquet_types.h"
#include "io/file.hpp"
#include "verify/bounds_check.hpp"
#include "verify/finding.hpp"
#include "verify/value_facts.hpp"

namespace parquet_flow::verify {

// A data page as it is.
struct PageFacts {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;  // header included
  std::uint64_t firstRow = 0;
  bool isKnown = true;    // it could be decoded, and so could all before it
  bool beginsRow = true;  // its first entry does
  ValueFacts facts = {};
};

class IndexCheck {
 public:
  // All must live as long. `place`: the chunk.
  IndexCheck(const io::InputFile& file, const schema::Leaf& leaf, BoundsCheck& bounds, Place place,
             Findings& findings)
      : file_(file), leaf_(leaf), bounds_(bounds), place_(std::move(place)), findings_(findings) {}

  // Whatever of it the chunk has.
  void check(const format::ColumnChunk& chunk, const std::vector<PageFacts>& pages);

 private:
  [[nodiscard]] Place at(std::size_t page) const;
  void error(const Place& place, std::string message) const;
  template <class Index>
  [[nodiscard]] bool read(std::int64_t offset, std::int32_t bytes, const char* what, Index& index);
  // Whether a list has `each` elements a page.
  template <class T>
  [[nodiscard]] bool hasCount(const std::vector<T>& list, const char* name, std::size_t expected);
  void checkOffsets(const format::OffsetIndex& index, const std::vector<PageFacts>& pages);
  void checkColumn(const format::ColumnIndex& index, const std::vector<PageFacts>& pages);
  void checkPage(const format::ColumnIndex& index, std::size_t page, const PageFacts& facts);
  void checkHistogram(const std::vector<std::int64_t>& said, const char* name,
                      std::uint8_t maxLevel, const std::vector<PageFacts>& pages,
                      std::vector<std::uint64_t> ValueFacts::* counts);
  void checkOrder(const format::ColumnIndex& index);

  const io::InputFile& file_;
  const schema::Leaf& leaf_;
  BoundsCheck& bounds_;
  const Place place_;
  Findings& findings_;
};

}  // namespace parquet_flow::verify
