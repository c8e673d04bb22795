#include "feed.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <unordered_map>

#include "column/leaf_buffer.hpp"
#include "io/memory_file.hpp"
#include "read/file_reader.hpp"
#include "support/expect_result.hpp"
#include "write/file_writer.hpp"
#include "write/row_group.hpp"

namespace parquet_flow::pipeline::test {
namespace {

using column::LeafView;
using schema::PhysicalType;
using schema::Repetition;

class FeedOwner final : public BatchOwner {
 public:
  FeedOwner(std::shared_ptr<FeedBatch> batch, Ends& ends) : batch_(std::move(batch)), ends_(ends) {
    ++ends_.made;
  }
  ~FeedOwner() override { ++ends_.destroyed; }
  void onDone(const Error* failure) noexcept override {
    ++(failure == nullptr ? ends_.written : ends_.failed);
    *batch_ = FeedBatch(1'000'000'000, 1);
  }

 private:
  std::shared_ptr<FeedBatch> batch_;
  Ends& ends_;
};

}  // namespace

FeedBatch::FeedBatch(std::uint64_t first, std::uint64_t rows) : rows_(rows) {
  for (std::uint64_t row = first; row < first + rows; ++row) {
    numbers_.push_back(numberOf(row));
    const auto text = textOf(row);
    textLevels_.push_back(text ? 1 : 0);
    if (text) {
      text_ += *text;
      offsets_.push_back(static_cast<std::uint32_t>(text_.size()));
    }
    const std::uint64_t elements = row % 4;
    for (std::uint64_t i = 0; i < elements; ++i) elements_.push_back(elementOf(row, i));
    for (std::uint64_t i = 0; i < std::max<std::uint64_t>(elements, 1); ++i) {
      elementLevels_.push_back(elements == 0 ? 0 : 1);
      repetitions_.push_back(i == 0 ? 0 : 1);
    }
  }
}

std::optional<std::string> FeedBatch::textOf(std::uint64_t row) {
  if (row % 7 == 0) return std::nullopt;
  return "text number " + std::to_string(row % 50);
}

std::vector<LeafView> FeedBatch::views() const {
  std::vector<LeafView> views(3);
  for (LeafView& view : views) view.rows = view.entries = rows_;
  views[0].values.data = reinterpret_cast<const std::byte*>(numbers_.data());
  views[0].values.count = rows_;
  views[1].values.layout = column::ValuesLayout::kOffsets32;
  views[1].values.data = reinterpret_cast<const std::byte*>(text_.data());
  views[1].values.offsets = offsets_.data();
  views[1].values.count = offsets_.size() - 1;
  views[1].definitionLevels = textLevels_.data();
  views[2].entries = elementLevels_.size();
  views[2].values.data = reinterpret_cast<const std::byte*>(elements_.data());
  views[2].values.count = elements_.size();
  views[2].definitionLevels = elementLevels_.data();
  views[2].repetitionLevels = repetitions_.data();
  return views;
}

std::shared_ptr<const schema::Schema> feedSchema() {
  auto schema = std::make_shared<schema::Schema>();
  EXPECT_TRUE(schema->addLeaf(schema::kRoot, "n", PhysicalType::kInt64, Repetition::kRequired));
  EXPECT_TRUE(schema->addLeaf(schema::kRoot, "s", PhysicalType::kByteArray, Repetition::kOptional,
                              0, {schema::LogicalKind::kString}));
  EXPECT_TRUE(schema->addLeaf(schema::kRoot, "l", PhysicalType::kInt32, Repetition::kRepeated));
  return schema;
}

std::unique_ptr<BatchOwner> ownerOf(std::shared_ptr<FeedBatch> batch, Ends& ends) {
  return std::make_unique<FeedOwner>(std::move(batch), ends);
}

Result<void> submitRows(Pipeline& pipeline, std::uint64_t first, std::uint64_t rows, Ends& ends,
                        WhenFull whenFull) {
  auto batch = std::make_shared<FeedBatch>(first, rows);
  const auto views = batch->views();
  auto owner = ownerOf(batch, ends);
  auto submitted = pipeline.submit(rows, views, std::move(owner), whenFull);
  if (!submitted) {
    EXPECT_NE(owner, nullptr) << "it stays the caller's";
    ++ends.refused;
  }
  return submitted;
}

Result<void> KeptFile::write(std::span<const ConstBytes> parts) {
  for (const ConstBytes part : parts) bytes_ += asText(part);
  return {};
}

Result<void> KeptFile::truncate(std::uint64_t bytes) {
  bytes_.resize(bytes);
  return {};
}

std::string sequentialFile(const std::vector<std::uint64_t>& rowGroups,
                           const write::WriterOptions& options) {
  std::string bytes;
  const auto schema = feedSchema();
  auto encoder = write::RowGroupEncoder::create(schema, options);
  auto writer = write::FileWriter::open(std::make_unique<KeptFile>(bytes), schema, options);
  EXPECT_TRUE(encoder && writer);
  std::uint64_t first = 0;
  write::EncodedRowGroup encoded;
  for (const std::uint64_t rows : rowGroups) {
    const FeedBatch batch(first, rows);
    const auto views = batch.views();
    PF_EXPECT_OK((*encoder)->encode(rows, views, encoded));
    PF_EXPECT_OK((*writer)->writeRowGroup(encoded));
    first += rows;
  }
  PF_EXPECT_OK((*writer)->finish());
  return bytes;
}

std::vector<std::uint64_t> rowsOf(const std::string& file, std::uint64_t rowsMax,
                                  std::vector<std::uint64_t>* rowGroups) {
  std::unordered_map<std::int64_t, std::uint64_t> rowOf;
  for (std::uint64_t row = 0; row < rowsMax; ++row) rowOf[FeedBatch::numberOf(row)] = row;
  auto opened = read::FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(file)));
  if (!opened) {
    ADD_FAILURE() << opened.error().message();
    return {};
  }
  read::FileReader& reader = **opened;
  std::vector<std::uint64_t> rows;
  for (std::size_t group = 0; group < reader.rowGroupCount(); ++group) {
    const std::uint64_t groupRows = reader.rowGroupRows(group);
    if (rowGroups != nullptr) rowGroups->push_back(groupRows);
    std::vector<column::LeafBuffer> leaves;
    for (const schema::Leaf& leaf : reader.schema().leaves()) {
      leaves.emplace_back(leaf);
      PF_EXPECT_OK(reader.readColumn(group, leaf.index, leaves.back()));
    }
    std::size_t text = 0;
    std::size_t entry = 0;
    std::size_t element = 0;
    for (std::uint64_t i = 0; i < groupRows; ++i) {
      const auto at = rowOf.find(loadLe<std::int64_t>(leaves[0].values().data() + 8 * i));
      if (at == rowOf.end()) {
        ADD_FAILURE() << "no row of the feed: row " << i << " of row group " << group;
        return rows;
      }
      const std::uint64_t row = at->second;
      rows.push_back(row);
      const auto expected = FeedBatch::textOf(row);
      EXPECT_EQ(static_cast<int>(leaves[1].definitionLevels().data()[i]), expected ? 1 : 0);
      if (expected) {
        const auto offsets = leaves[1].view(groupRows).values.offsets;
        EXPECT_EQ(asText(leaves[1].values().span().subspan(offsets[text],
                                                           offsets[text + 1] - offsets[text])),
                  *expected);
        ++text;
      }
      for (std::uint64_t k = 0; k < row % 4; ++k, ++element, ++entry) {
        EXPECT_EQ(loadLe<std::int32_t>(leaves[2].values().data() + 4 * element),
                  FeedBatch::elementOf(row, k));
      }
      if (row % 4 == 0) ++entry;
    }
    EXPECT_EQ(leaves[2].repetitionLevels().size(), entry);
  }
  return rows;
}

}  // namespace parquet_flow::pipeline::test
