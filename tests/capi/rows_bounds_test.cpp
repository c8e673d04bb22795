// Goal: a row that few bytes stand for takes no more memory than parquet_flow.h says, and no more
// than a second, whatever the file claims.
//
// Method: files of a page that is one row, a list of equal elements, made by hand; the memory that
// was asked for while they are read through the product.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "parquet_flow.h"
#include "read/cost.hpp"
#include "read/made_bombs.hpp"

namespace parquet_flow::read::test {
namespace {

constexpr std::uint64_t kPage = 4U << 20;

struct RowCost {
  pf_status_t status = PF_STATUS_OK;
  std::uint32_t elements = 0;
  std::uint64_t bytes = 0;
  double seconds = 0;
};

// The levels and values of `entries` elements of one list, true each.
std::string oneRow(std::uint64_t entries) {
  const Bytes repetition = concat({runOf(1, 0), runOf(entries - 1, 1)});
  const Bytes values = runOf(entries, 1);
  MadeChunk made =
      chunkOf(kBoolean, kRepeated, format::Encoding::RLE, static_cast<std::int32_t>(entries),
              concat({{static_cast<std::uint8_t>(repetition.size()), 0, 0, 0},
                      repetition,
                      levelsOf(entries, 1),
                      {static_cast<std::uint8_t>(values.size()), 0, 0, 0},
                      values}));
  made.rows = 1;
  return fileOf(made);
}

RowCost costOfRow(const std::string& file) {
  pf_input_t input;
  pf_input_init(&input, sizeof input);
  input.kind = PF_INPUT_MEMORY;
  input.memory = file.data();
  input.memory_bytes = file.size();
  pf_reader_options_t options;
  pf_reader_options_init(&options, sizeof options);
  options.page_bytes_max = kPage;
  RowCost cost;
  const double begin = secondsOfThread();
  const parquet_flow::test::AllocationWatch watch;
  pf_reader_t* reader = nullptr;
  pf_scan_t* scan = nullptr;
  const pf_value_t* row = nullptr;
  EXPECT_EQ(pf_reader_open(&input, &options, &reader, nullptr), PF_STATUS_OK);
  EXPECT_EQ(pf_reader_scan(reader, nullptr, &scan, nullptr), PF_STATUS_OK);
  cost.status = pf_scan_next_row(scan, &row, nullptr);
  if (row != nullptr) cost.elements = row->values[0].count;
  cost.bytes = watch.bytes();
  cost.seconds = secondsOfThread() - begin;
  pf_scan_destroy(scan);
  pf_reader_destroy(reader);
  return cost;
}

TEST(RowsBounds, aRowOfFewBytesTakesWhatTheLimitAllows) {
  // 8 pages at 48 bytes a value are 699 050; in all what grows was asked for twice.
  constexpr std::uint64_t kBytesMax = (2 * 8 + 2) * kPage + kOverhead;
  const RowCost most = costOfRow(oneRow(690'000));
  EXPECT_EQ(most.status, PF_STATUS_OK);
  EXPECT_EQ(most.elements, 690'000U);
  EXPECT_LE(most.bytes, kBytesMax);
  EXPECT_LE(most.seconds, kSecondsMax);
  for (const std::uint64_t entries :
       {std::uint64_t{720'000}, std::uint64_t{4'000'000}, std::uint64_t{INT32_MAX}}) {
    const RowCost more = costOfRow(oneRow(entries));
    EXPECT_EQ(more.status, PF_STATUS_LIMIT) << entries;
    EXPECT_LE(more.bytes, kBytesMax) << entries;
    EXPECT_LE(more.seconds, kSecondsMax) << entries;
  }
}

}  // namespace
}  // namespace parquet_flow::read::test
