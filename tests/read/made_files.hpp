// Files made by the writer, in every encoding, codec and version, and kept in memory.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "column/assemble.hpp"
#include "column/random_rows.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "io/memory_file.hpp"
#include "read/footer.hpp"
#include "support/optional_codecs.hpp"
#include "write/file_writer.hpp"

namespace parquet_flow::read::test {

using namespace parquet_flow::test;
using column::Value;
using Rows = std::vector<Value>;

// Keeps the bytes that a FileWriter, which owns its file, has written.
class KeptOutput final : public io::OutputFile {
 public:
  explicit KeptOutput(std::string& bytes) : bytes_(bytes) {}
  using OutputFile::write;
  Result<void> write(std::span<const ConstBytes> parts) override {
    for (const ConstBytes part : parts) {
      bytes_ += asText(part);
    }
    return {};
  }
  Result<void> sync() override { return {}; }
  Result<void> truncate(std::uint64_t bytes) override {
    bytes_.resize(bytes);
    return {};
  }
  Result<void> close() override { return {}; }
  [[nodiscard]] std::uint64_t position() const noexcept override { return bytes_.size(); }
  [[nodiscard]] std::string_view name() const noexcept override { return "<kept>"; }

 private:
  std::string& bytes_;
};

inline std::string fileOf(const std::shared_ptr<const schema::Schema>& schema,
                          const write::WriterOptions& options, const std::vector<Rows>& rowGroups) {
  std::string bytes;
  const column::RowPlan plan(*schema);
  column::Batch batch = column::makeBatch(*schema);
  const auto builder = std::move(*column::RowBuilder::create(schema));
  builder->attach(&batch);
  const auto encoder = std::move(*write::RowGroupEncoder::create(schema, options));
  const auto writer =
      std::move(*write::FileWriter::open(std::make_unique<KeptOutput>(bytes), schema, options));
  write::EncodedRowGroup encoded;
  for (const Rows& rows : rowGroups) {
    batch.clear();
    for (const Value& row : rows) {
      EXPECT_TRUE(appendRow(*builder, plan, row));
    }
    const auto views = viewsOf(batch);
    const auto done = encoder->encode(batch.rows, views, encoded);
    EXPECT_TRUE(done) << done.error().message();
    EXPECT_TRUE(writer->writeRowGroup(encoded));
  }
  EXPECT_TRUE(writer->finish());
  return bytes;
}

inline const std::vector<codec::Compression>& builtCodecs() {
  static const std::vector<codec::Compression> kBuilt = [] {
    std::vector<codec::Compression> built = {codec::Compression::kUncompressed,
                                             codec::Compression::kGzip};
    for (const OptionalCodec& codec : kOptionalCodecs) {
      if (codec.built) {
        built.push_back(static_cast<codec::Compression>(codec.compression));
      }
    }
    return built;
  }();
  return kBuilt;
}

inline codec::Compression anyCompression(RandomRows& random) {
  return builtCodecs()[random.below(builtCodecs().size())];
}

inline constexpr encoding::Encoding kEncodings[] = {
    encoding::Encoding::kPlain,
    encoding::Encoding::kRle,
    encoding::Encoding::kRleDictionary,
    encoding::Encoding::kDeltaBinaryPacked,
    encoding::Encoding::kDeltaLengthByteArray,
    encoding::Encoding::kDeltaByteArray,
    encoding::Encoding::kByteStreamSplit,
};

inline write::WriterOptions anyOptions(RandomRows& random) {
  write::WriterOptions options;
  options.pageBytes = std::uint64_t{1024} << random.below(8);
  options.pageRows = 1 + random.below(random.below(2) == 0 ? 60 : 1000);
  options.dictionaryBytes = std::uint64_t{1024} << random.below(4);
  options.crc = random.below(4) != 0;
  options.pageIndex = random.below(2) != 0;
  options.dataPageVersion = 1 + static_cast<std::uint32_t>(random.below(2));
  options.column.compression = anyCompression(random);
  if (options.column.compression == codec::Compression::kGzip) {
    options.column.compressionLevel = static_cast<std::int32_t>(random.below(10));
  }
  if (random.below(4) == 0) {
    options.column.bloomFilter = write::BloomFilterOptions{};
  }
  // Those of the columns that cannot have it are chosen.
  const std::size_t encoding = random.below(std::size(kEncodings) + 2);
  if (encoding < std::size(kEncodings)) {
    options.column.encoding = kEncodings[encoding];
  }
  if (options.dataPageVersion == 1 && random.below(6) == 0) {
    options.profile = write::Profile::kBaseline;
    options.column.encoding.reset();
  }
  return options;
}

struct SmallFile {
  std::string bytes;
  std::vector<Rows> rowGroups;
};

// A column of each kind that encodings differ in, two of them nested.
inline SmallFile smallFile(const write::WriterOptions& options) {
  using schema::PhysicalType;
  schema::Schema built;
  (void)*built.addLeaf(schema::kRoot, "id", PhysicalType::kInt64, schema::Repetition::kRequired);
  (void)*built.addLeaf(schema::kRoot, "flag", PhysicalType::kBoolean,
                       schema::Repetition::kOptional);
  (void)*built.addLeaf(schema::kRoot, "fixed", PhysicalType::kFixedLenByteArray,
                       schema::Repetition::kRepeated, 11);
  const auto list = built.addList(schema::kRoot, "l", schema::Repetition::kOptional);
  (void)*built.addLeaf(*list, "element", PhysicalType::kByteArray, schema::Repetition::kOptional);
  const auto schema = std::make_shared<const schema::Schema>(std::move(built));
  const column::RowPlan plan(*schema);
  RandomRows random(1, 4);
  SmallFile small;
  small.rowGroups.resize(2);
  for (Rows& rows : small.rowGroups) {
    for (int i = 0; i < 4; ++i) {
      rows.push_back(random.makeRow(plan));
    }
  }
  small.bytes = fileOf(schema, options, small.rowGroups);
  return small;
}

// Of each codec and version, and of each encoding and version.
inline std::vector<write::WriterOptions> smallFileOptions() {
  std::vector<write::WriterOptions> all;
  for (const std::uint32_t version : {1U, 2U}) {
    write::WriterOptions options;
    options.dataPageVersion = version;
    options.pageIndex = false;  // its bytes are not read, so a flipped bit would not show
    for (const codec::Compression compression : builtCodecs()) {
      all.push_back(options);
      all.back().column.compression = compression;
    }
    for (const encoding::Encoding encoding : kEncodings) {
      all.push_back(options);
      all.back().column.encoding = encoding;
    }
  }
  return all;
}

// For each byte of the file whether it is of the body of a page.
inline std::vector<bool> bodyBytes(const std::string& file) {
  std::vector<bool> isBody(file.size());
  format::FileMetaData metaData;
  EXPECT_TRUE(readFooter(io::MemoryInputFile(constBytes(file), "f"), metaData));
  format::CompactReader reader;
  for (const format::RowGroup& rowGroup : metaData.row_groups) {
    for (const format::ColumnChunk& chunk : rowGroup.columns) {
      auto at = static_cast<std::size_t>(chunkOffset(chunk.meta_data));
      const std::size_t end = at + static_cast<std::size_t>(chunk.meta_data.total_compressed_size);
      while (at < end) {
        format::PageHeader header;
        at += reader.read(constBytes(file).subspan(at), header).value();
        const auto bytes = static_cast<std::ptrdiff_t>(header.compressed_page_size);
        std::fill_n(isBody.begin() + static_cast<std::ptrdiff_t>(at), bytes, true);
        at += static_cast<std::size_t>(bytes);
      }
    }
  }
  return isBody;
}

}  // namespace parquet_flow::read::test
