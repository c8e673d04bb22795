// A file of the writer, and the same with one thing wrong.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "read/footer.hpp"
#include "read/made_files.hpp"
#include "write/options.hpp"

namespace parquet_flow::verify::test {

using column::Value;
using read::test::Rows;
using schema::LogicalKind;
using schema::PhysicalType;
using schema::Repetition;

inline constexpr int kRowsOfGroup = 12;
// Leaves, as goodFile has them.
inline constexpr std::size_t kAttempt = 1;
inline constexpr std::size_t kId = 2;
inline constexpr std::size_t kName = 3;
inline constexpr std::size_t kX = 4;
inline constexpr std::size_t kA = 5;
inline constexpr std::size_t kB = 6;

// 26 attempts, of which 24 became rows.
inline std::string goodLedger() {
  return R"({"version":1,"sessions":[{"session":"s","host":"h","pid":1,"opened_ns":1,"file":1,)"
         R"("last_file":true,"producers":[{"producer":0,"name":"p","previous":0,"last":26,)"
         R"("rows":24,"refused":2,"aborted":0,"rejected":0,"write_lost":0}]}]})";
}

inline write::WriterOptions goodOptions() {
  write::WriterOptions options;
  options.pageRows = 4;
  options.column.encoding = encoding::Encoding::kPlain;
  options.sortingColumns = {{.path = "id"}};
  options.keyValues = {{"parquet_flow.ledger", goodLedger()}};
  options.overrides.push_back(
      {.path = "name",
       .bloomFilter = write::ColumnOverride::BloomFilterChoice{write::BloomFilterOptions{}}});
  return options;
}

inline Value rowOf(std::int64_t number) {
  Value::Group row;
  row.children.emplace_back(std::int32_t{0});
  row.children.emplace_back(number);
  row.children.emplace_back(number * 10);
  row.children.push_back(
      number % 6 == 5 ? Value() : Value("name-" + std::string(1, static_cast<char>('a' + number))));
  row.children.push_back(number % 4 == 1   ? Value()
                         : number % 7 == 2 ? Value::ofDouble(std::nan(""))
                                           : Value::ofDouble(static_cast<double>(number) * 0.5));
  Value::List list;  // two pairs a row, so that levels repeat as 0 1 0 1 0 1 0 1
  for (std::int32_t i = 0; i < 2; ++i) {
    Value::Group pair;
    pair.children.emplace_back(i);
    pair.children.emplace_back(-i);
    list.elements.emplace_back(Value::Any(std::move(pair)));
  }
  row.children.emplace_back(Value::Any(std::move(list)));
  return Value(std::move(row));
}

// Two row groups of three pages a column; attempt 1 and 2 were refused.
inline std::string goodFile(const write::WriterOptions& options = goodOptions()) {
  schema::Schema built;
  const auto leaf = [&](std::uint32_t parent, const char* name, PhysicalType type,
                        Repetition repetition, schema::LogicalType logical = {}) {
    EXPECT_TRUE(built.addLeaf(parent, name, type, repetition, 0, logical));
  };
  leaf(schema::kRoot, "producer", PhysicalType::kInt32, Repetition::kRequired);
  leaf(schema::kRoot, "attempt", PhysicalType::kInt64, Repetition::kRequired);
  leaf(schema::kRoot, "id", PhysicalType::kInt64, Repetition::kRequired);
  leaf(schema::kRoot, "name", PhysicalType::kByteArray, Repetition::kOptional,
       {LogicalKind::kString, 0, 0});
  leaf(schema::kRoot, "x", PhysicalType::kDouble, Repetition::kOptional);
  const auto list = *built.addList(schema::kRoot, "l", Repetition::kRequired);
  const auto element = *built.addGroup(list, "element", Repetition::kRequired);
  leaf(element, "a", PhysicalType::kInt32, Repetition::kRequired);
  leaf(element, "b", PhysicalType::kInt32, Repetition::kRequired);
  const auto schema = std::make_shared<const schema::Schema>(std::move(built));
  std::vector<Rows> rowGroups(2);
  std::int64_t number = 2;
  for (Rows& rows : rowGroups) {
    for (int i = 0; i < kRowsOfGroup; ++i) {
      rows.push_back(rowOf(++number));
    }
  }
  return read::test::fileOf(schema, options, rowGroups);
}

// A file taken apart: what is before the footer, and the footer.
class Patch {
 public:
  explicit Patch(const std::string& file) {
    EXPECT_TRUE(read::readFooter(io::MemoryInputFile(constBytes(file), "f"), meta));
    const auto length = loadLe<std::uint32_t>(file.data() + file.size() - 8);
    body = file.substr(0, file.size() - 8 - length);
  }

  std::string body;
  format::FileMetaData meta;
  std::string tail = "PAR1";

  format::ColumnChunk& chunk(std::size_t rowGroup, std::size_t leaf) {
    return meta.row_groups[rowGroup].columns[leaf];
  }
  format::Statistics& statistics(std::size_t leaf) { return chunk(0, leaf).meta_data.statistics; }
  format::KeyValue& ledger() { return meta.key_value_metadata[0]; }

  // Where the data page begins, its header, and where its body does. Chunks have no dictionary.
  std::size_t page(std::size_t leaf, std::size_t index, std::size_t* bodyAt = nullptr) {
    auto at = static_cast<std::size_t>(chunk(0, leaf).meta_data.data_page_offset);
    for (;; --index) {
      format::PageHeader header;
      format::CompactReader reader;
      const std::size_t bytes = reader.read(constBytes(body).subspan(at), header).value();
      if (index == 0) {
        if (bodyAt != nullptr) {
          *bodyAt = at + bytes;
        }
        return at;
      }
      at += bytes + static_cast<std::size_t>(header.compressed_page_size);
    }
  }

  // To another header of as many bytes.
  void changeHeader(std::size_t leaf, std::size_t index,
                    const std::function<void(format::PageHeader&)>& change) {
    const std::size_t at = page(leaf, index);
    format::PageHeader header;
    format::CompactReader reader;
    const std::size_t length = reader.read(constBytes(body).subspan(at), header).value();
    change(header);
    ByteBuffer bytes;
    format::CompactWriter writer;
    EXPECT_TRUE(writer.write(header, bytes));
    ASSERT_EQ(bytes.size(), length);
    body.replace(at, length, asText(bytes.span()));
  }

  // Puts a changed index behind what is there.
  void changeColumnIndex(std::size_t leaf,
                         const std::function<void(format::ColumnIndex&)>& change) {
    format::ColumnChunk& of = chunk(0, leaf);
    changeIndex(of.column_index_offset, of.column_index_length, change);
  }
  void changeOffsetIndex(std::size_t leaf,
                         const std::function<void(format::OffsetIndex&)>& change) {
    format::ColumnChunk& of = chunk(0, leaf);
    changeIndex(of.offset_index_offset, of.offset_index_length, change);
  }

  std::string file() const {
    ByteBuffer footer;
    format::CompactWriter writer;
    EXPECT_TRUE(writer.write(meta, footer));
    const auto length = static_cast<std::uint32_t>(footer.size());
    return body + std::string(asText(footer.span())) +
           std::string(asText(constBytes(&length, sizeof length))) + tail;
  }

 private:
  template <class Index>
  void changeIndex(std::int64_t& offset, std::int32_t& length,
                   const std::function<void(Index&)>& change) {
    Index index;
    format::CompactReader reader;
    EXPECT_TRUE(reader.read(constBytes(body).subspan(static_cast<std::size_t>(offset),
                                                     static_cast<std::size_t>(length)),
                            index));
    change(index);
    ByteBuffer bytes;
    format::CompactWriter writer;
    EXPECT_TRUE(writer.write(index, bytes));
    offset = static_cast<std::int64_t>(body.size());
    length = static_cast<std::int32_t>(bytes.size());
    body += asText(bytes.span());
  }
};

}  // namespace parquet_flow::verify::test
