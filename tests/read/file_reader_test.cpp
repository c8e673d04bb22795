// Goal: what the writer wrote is read back row by row; a damaged file is refused or gives the very
// rows, never others.
//
// Method: random rows of random schemas through builder, encoder, file and reader, with pages and
// dictionaries of every size, in every encoding, codec and version; every bit of files of each kind
// flipped, every truncation.
#include "read/file_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
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

namespace parquet_flow::read {
namespace {

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

std::string fileOf(const std::shared_ptr<const schema::Schema>& schema,
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
      EXPECT_TRUE(test::appendRow(*builder, plan, row));
    }
    const auto views = test::viewsOf(batch);
    const auto done = encoder->encode(batch.rows, views, encoded);
    EXPECT_TRUE(done) << done.error().message();
    EXPECT_TRUE(writer->writeRowGroup(encoded));
  }
  EXPECT_TRUE(writer->finish());
  return bytes;
}

Result<std::vector<Rows>> rowsOf(const std::string& file) {
  PF_TRY_ASSIGN(const auto reader,
                FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(file), "f")));
  std::vector<Rows> rowGroups;
  column::Batch batch = column::makeBatch(reader->schema());
  for (std::size_t i = 0; i < reader->rowGroupCount(); ++i) {
    PF_TRY(reader->readRowGroup(i, batch));
    PF_TRY_ASSIGN(Rows rows, column::assemble(reader->schema(), test::viewsOf(batch), batch.rows));
    rowGroups.push_back(std::move(rows));
  }
  return rowGroups;
}

const std::vector<codec::Compression>& builtCodecs() {
  static const std::vector<codec::Compression> kBuilt = [] {
    std::vector<codec::Compression> built = {codec::Compression::kUncompressed,
                                             codec::Compression::kGzip};
    for (const test::OptionalCodec& codec : test::kOptionalCodecs) {
      if (codec.built) {
        built.push_back(static_cast<codec::Compression>(codec.compression));
      }
    }
    return built;
  }();
  return kBuilt;
}

codec::Compression anyCompression(test::RandomRows& random) {
  return builtCodecs()[random.below(builtCodecs().size())];
}

constexpr encoding::Encoding kEncodings[] = {
    encoding::Encoding::kPlain,
    encoding::Encoding::kRle,
    encoding::Encoding::kRleDictionary,
    encoding::Encoding::kDeltaBinaryPacked,
    encoding::Encoding::kDeltaLengthByteArray,
    encoding::Encoding::kDeltaByteArray,
    encoding::Encoding::kByteStreamSplit,
};

write::WriterOptions anyOptions(test::RandomRows& random) {
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

TEST(FileReader, randomFilesComeBackRowByRow) {
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    constexpr std::uint64_t kDistinct[] = {0, 1, 3, 40, 250};
    test::RandomRows random(seed, kDistinct[seed % std::size(kDistinct)]);
    const auto schema = std::make_shared<const schema::Schema>(
        random.makeSchema(static_cast<int>(random.below(5))));
    const column::RowPlan plan(*schema);
    const write::WriterOptions options = anyOptions(random);
    std::vector<Rows> rowGroups(random.below(4));
    for (Rows& rows : rowGroups) {
      rows.resize(1 + random.below(random.below(3) == 0 ? 700 : 80));
      for (Value& row : rows) {
        row = random.makeRow(plan);
      }
    }
    const auto read = rowsOf(fileOf(schema, options, rowGroups));
    ASSERT_TRUE(read) << read.error().message() << " seed " << seed;
    ASSERT_TRUE(*read == rowGroups) << "seed " << seed;
  }
}

TEST(FileReader, schemaAndCountsOfTheFile) {
  test::RandomRows random(3);
  const auto schema = std::make_shared<const schema::Schema>(random.makeSchema(4));
  const column::RowPlan plan(*schema);
  const std::vector<Rows> rowGroups = {{random.makeRow(plan)},
                                       {random.makeRow(plan), random.makeRow(plan)}};
  const std::string file = fileOf(schema, {}, rowGroups);
  const auto reader =
      FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(file), "f"));
  ASSERT_TRUE(reader);
  EXPECT_EQ((*reader)->rows(), 3U);
  ASSERT_EQ((*reader)->rowGroupCount(), 2U);
  EXPECT_EQ((*reader)->rowGroupRows(0), 1U);
  EXPECT_EQ((*reader)->rowGroupRows(1), 2U);
  EXPECT_EQ((*reader)->schema().leaves().size(), schema->leaves().size());
}

struct SmallFile {
  std::string bytes;
  std::vector<Rows> rowGroups;
};

// A column of each kind that encodings differ in, two of them nested.
SmallFile smallFile(const write::WriterOptions& options) {
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
  test::RandomRows random(1, 4);
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
std::vector<write::WriterOptions> smallFileOptions() {
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
std::vector<bool> bodyBytes(const std::string& file) {
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

TEST(FileReader, everyFlippedBitOfAPageIsSeen) {
  bool isFirst = true;
  for (const write::WriterOptions& options : smallFileOptions()) {
    const SmallFile small = smallFile(options);
    ASSERT_EQ(*rowsOf(small.bytes), small.rowGroups);
    const std::vector<bool> isBody = bodyBytes(small.bytes);
    std::uint32_t footerBytes = 0;
    std::memcpy(&footerBytes, small.bytes.data() + small.bytes.size() - 8, 4);
    const std::size_t pagesEnd = small.bytes.size() - 8 - footerBytes;
    // Of the footers, which are all alike, one will do.
    const std::size_t end = isFirst ? small.bytes.size() : pagesEnd;
    isFirst = false;
    for (std::size_t bit = 0; bit < end * 8; ++bit) {
      std::string flipped = small.bytes;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      const auto read = rowsOf(flipped);
      ASSERT_FALSE(read && isBody[bit / 8]) << "bit " << bit;
      // The footer has no checksum: it may say other things that do not contradict the pages, a
      // name or a repetition. Nor have page headers, whose statistics a reader of rows does not
      // use; with these values no other encoding makes sense of a body.
      if (read && bit / 8 < pagesEnd) {
        ASSERT_EQ(*read, small.rowGroups) << "bit " << bit;
      }
    }
  }
}

TEST(FileReader, everyTruncationIsRefused) {
  for (const write::WriterOptions& options : smallFileOptions()) {
    const SmallFile small = smallFile(options);
    for (std::size_t bytes = 0; bytes < small.bytes.size(); ++bytes) {
      const auto read = rowsOf(small.bytes.substr(0, bytes));
      ASSERT_FALSE(read) << bytes;
      EXPECT_EQ(read.error().code(), ErrorCode::kCorrupt) << bytes;
    }
  }
}

TEST(FileReader, aPageAboveTheLimitIsReadWhereTheLimitIsRaised) {
  const SmallFile small = smallFile({});
  for (const std::uint64_t limit : {std::uint64_t{8}, UINT64_MAX}) {
    const auto reader = FileReader::open(
        std::make_unique<io::MemoryInputFile>(constBytes(small.bytes), "f"), {limit});
    ASSERT_TRUE(reader);
    column::Batch batch = column::makeBatch((*reader)->schema());
    const auto read = (*reader)->readRowGroup(0, batch);
    if (limit == UINT64_MAX) {
      EXPECT_TRUE(read) << read.error().message();
    } else {
      ASSERT_FALSE(read);
      EXPECT_EQ(read.error().code(), ErrorCode::kLimit) << read.error().message();
    }
  }
}

TEST(FileReader, errorsNameFileRowGroupAndColumn) {
  write::WriterOptions options;
  options.pageIndex = false;
  SmallFile small = smallFile(options);
  // The last column of the last row group ends the pages.
  std::uint32_t footerBytes = 0;
  std::memcpy(&footerBytes, small.bytes.data() + small.bytes.size() - 8, 4);
  small.bytes[small.bytes.size() - 8 - footerBytes - 1] ^= 1;
  const auto read = rowsOf(small.bytes);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message().rfind("f: row group 1, column 'l.list.element': page at", 0), 0U)
      << read.error().message();
}

}  // namespace
}  // namespace parquet_flow::read
