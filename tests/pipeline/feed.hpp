// Rows of which each is a function of its number, as batches, and a file of them checked.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "column/leaf_view.hpp"
#include "io/file.hpp"
#include "pipeline/pipeline.hpp"
#include "schema/schema.hpp"
#include "write/options.hpp"

namespace parquet_flow::pipeline::test {

// How owners of batches have ended.
struct Ends {
  std::atomic<int> made{0};
  std::atomic<int> written{0};
  std::atomic<int> failed{0};
  std::atomic<int> destroyed{0};
  std::atomic<int> refused{0};  // submitted in vain
  [[nodiscard]] int told() const { return written + failed; }
};

// Rows `first` .. `first` + `rows` - 1:
//
//   n  INT64     the row's number, scattered: takes most of the bytes
//   s  STRING?   null in every seventh row, else one of 50
//   l  INT32 *   row % 4 of them
class FeedBatch {
 public:
  FeedBatch(std::uint64_t first, std::uint64_t rows);
  [[nodiscard]] std::vector<column::LeafView> views() const;

  static std::int64_t numberOf(std::uint64_t row) {
    std::uint64_t x = (row + 1) * 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    return static_cast<std::int64_t>(x ^ (x >> 31));
  }
  static std::optional<std::string> textOf(std::uint64_t row);
  static std::int32_t elementOf(std::uint64_t row, std::uint64_t index) {
    return static_cast<std::int32_t>(row * 10 + index);
  }

 private:
  std::uint64_t rows_;
  std::vector<std::int64_t> numbers_;
  std::string text_;
  std::vector<std::uint32_t> offsets_ = {0};
  std::vector<std::uint8_t> textLevels_;
  std::vector<std::int32_t> elements_;
  std::vector<std::uint8_t> elementLevels_;
  std::vector<std::uint8_t> repetitions_;
};

[[nodiscard]] std::shared_ptr<const schema::Schema> feedSchema();

// Owns a batch for the pipeline; its memory is overwritten when that lets go of it.
[[nodiscard]] std::unique_ptr<BatchOwner> ownerOf(std::shared_ptr<FeedBatch> batch, Ends& ends);
// Submits rows with an owner.
[[nodiscard]] Result<void> submitRows(Pipeline& pipeline, std::uint64_t first, std::uint64_t rows,
                                      Ends& ends, WhenFull whenFull = WhenFull::kWait);

// Keeps the bytes when its file is gone.
class KeptFile final : public io::OutputFile {
 public:
  explicit KeptFile(std::string& bytes) : bytes_(bytes) {}
  using io::OutputFile::write;
  Result<void> write(std::span<const ConstBytes> parts) override;
  Result<void> sync() override { return {}; }
  Result<void> truncate(std::uint64_t bytes) override;
  Result<void> close() override { return {}; }
  [[nodiscard]] std::uint64_t position() const noexcept override { return bytes_.size(); }
  [[nodiscard]] std::string_view name() const noexcept override { return "<kept>"; }

 private:
  std::string& bytes_;
};

// What the sequential writer makes of row groups of so many rows, from row 0 on.
[[nodiscard]] std::string sequentialFile(const std::vector<std::uint64_t>& rowGroups,
                                         const write::WriterOptions& options);

// The numbers of a file's rows in their order, each row's columns checked against its number; a
// test failure where one is no row of the feed below `rowsMax`. `rowGroups`: their sizes, unless it
// is nullptr.
[[nodiscard]] std::vector<std::uint64_t> rowsOf(const std::string& file, std::uint64_t rowsMax,
                                                std::vector<std::uint64_t>* rowGroups = nullptr);

}  // namespace parquet_flow::pipeline::test
