// A column chunk: each page decoded, and what header, footer, index and filter say of the values
// held against them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "read/chunk.hpp"
#include "read/file_reader.hpp"
#include "stats/sort_order.hpp"
#include "verify/bloom_check.hpp"
#include "verify/bounds_check.hpp"
#include "verify/finding.hpp"
#include "verify/index_check.hpp"
#include "verify/page_walk.hpp"
#include "verify/value_facts.hpp"

namespace parquet_flow::verify {

// What came of a chunk.
struct ChunkVerdict {
  std::uint64_t pages = 0;  // data pages
  std::uint64_t entries = 0;
  bool isWhole = true;  // all pages could be decoded, and are as many rows as the row group has
};

// One chunk after the other. One thread at a time.
class ChunkCheck {
 public:
  // Both must live as long. `limits` has the budget of all chunks.
  ChunkCheck(const read::FileReader& file, const read::PageLimits& limits, Findings& findings)
      : file_(file), limits_(limits), findings_(findings) {}

  // `sorted`: each gets the rows; empty where the row group is not said to be sorted by the leaf.
  ChunkVerdict check(std::size_t rowGroup, const schema::Leaf& leaf,
                     std::span<stats::SortedColumn> sorted);

 private:
  struct Chunk;
  void walk(Chunk& chunk);
  void takePage(Chunk& chunk, const PageRecord& page);
  [[nodiscard]] bool decode(Chunk& chunk, const PageRecord& page, const Place& place);
  void checkLevelEncodings(const schema::Leaf& leaf, const PageRecord& page, const Place& place);
  void count(Chunk& chunk, const ValueFacts& page, const Place& place);
  void takeValues(Chunk& chunk, const PageRecord& page);
  void checkText(const Chunk& chunk, const Place& place);
  void feedSorted(const Chunk& chunk);
  void checkChunk(Chunk& chunk);
  [[nodiscard]] bool checkDictionaryOffset(const Chunk& chunk);
  void checkDataOffset(const Chunk& chunk);
  void checkEncodings(const Chunk& chunk);
  void checkSizes(Chunk& chunk);
  [[nodiscard]] std::optional<stats::Order> orderOf(const schema::Leaf& leaf) const;

  const read::FileReader& file_;
  const read::PageLimits limits_;
  Findings& findings_;
  read::ChunkDecompressor decompressors_;
  BloomCheck bloom_;
};

}  // namespace parquet_flow::verify
