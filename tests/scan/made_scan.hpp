// Files of columns given value by value, in memory, and what predicates take of them.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bits.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "io/memory_file.hpp"
#include "read/file_reader.hpp"
#include "read/footer.hpp"
#include "read/made_files.hpp"
#include "scan/filtered_reader.hpp"
#include "scan/predicate_text.hpp"
#include "write/file_writer.hpp"

namespace parquet_flow::scan::test {

using schema::LogicalKind;
using schema::LogicalType;
using schema::PhysicalType;

// Values in PLAIN encoding, BYTE_ARRAY without a length, BOOLEAN a byte; nullopt: null.
struct Column {
  std::string name;
  PhysicalType type = PhysicalType::kInt32;
  LogicalType logical = {};
  std::uint32_t typeLength = 0;
  std::vector<std::optional<std::string>> values = {};
};

template <class T>
std::string plain(T value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

template <class T>
std::vector<std::optional<std::string>> plainAll(std::initializer_list<std::optional<T>> values) {
  std::vector<std::optional<std::string>> all;
  for (const auto& value : values) {
    all.push_back(value ? std::optional(plain(*value)) : std::nullopt);
  }
  return all;
}

// The memory of a column's view of some rows.
struct HeldView {
  std::string values;
  std::vector<std::uint32_t> offsets = {0};
  std::vector<std::byte> validity;
  std::vector<std::byte> bits;
  column::LeafView view;
};

inline void hold(const Column& column, std::size_t first, std::size_t rows, HeldView& held) {
  const std::uint32_t width = schema::fixedWidth(column.type, column.typeLength);
  held.validity.assign(bitmapBytes(rows), std::byte{0});
  held.bits.assign(bitmapBytes(rows), std::byte{0});
  for (std::size_t i = 0; i < rows; ++i) {
    const auto& value = column.values[first + i];
    bitmapSet(held.validity.data(), i, value.has_value());
    held.values += value ? *value : std::string(width, '\x5A');
    held.offsets.push_back(static_cast<std::uint32_t>(held.values.size()));
    if (column.type == PhysicalType::kBoolean && value && (*value)[0] != 0) {
      bitmapSet(held.bits.data(), i, true);
    }
  }
  held.view.rows = rows;
  held.view.entries = rows;
  held.view.spaced = true;
  held.view.validity = reinterpret_cast<const std::uint8_t*>(held.validity.data());
  held.view.values.data = reinterpret_cast<const std::byte*>(held.values.data());
  held.view.values.count = rows;
  if (column.type == PhysicalType::kByteArray) {
    held.view.values.layout = column::ValuesLayout::kOffsets32;
    held.view.values.offsets = held.offsets.data();
  } else if (column.type == PhysicalType::kBoolean) {
    held.view.values.layout = column::ValuesLayout::kBits;
    held.view.values.data = held.bits.data();
  }
}

// All OPTIONAL, in row groups of so many rows.
inline std::string makeFile(const std::vector<Column>& columns,
                            const write::WriterOptions& options = {},
                            std::size_t rowGroupRows = SIZE_MAX) {
  schema::Schema built;
  for (const Column& column : columns) {
    EXPECT_TRUE(built.addLeaf(schema::kRoot, column.name, column.type,
                              schema::Repetition::kOptional, column.typeLength, column.logical));
  }
  const auto schema = std::make_shared<const schema::Schema>(std::move(built));
  std::string bytes;
  const auto encoder = std::move(*write::RowGroupEncoder::create(schema, options));
  const auto writer = std::move(
      *write::FileWriter::open(std::make_unique<read::test::KeptOutput>(bytes), schema, options));
  const std::size_t rows = columns[0].values.size();
  for (std::size_t first = 0; first < rows;) {
    const std::size_t now = std::min(rows - first, rowGroupRows);
    std::vector<HeldView> held(columns.size());
    std::vector<column::LeafView> views;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      hold(columns[i], first, now, held[i]);
      views.push_back(held[i].view);
    }
    write::EncodedRowGroup encoded;
    const auto done = encoder->encode(now, views, encoded);
    EXPECT_TRUE(done) << done.error().message();
    EXPECT_TRUE(writer->writeRowGroup(encoded));
    first += now;
  }
  EXPECT_TRUE(writer->finish());
  return bytes;
}

// The file with another footer.
inline std::string withFooter(const std::string& file,
                              const std::function<void(format::FileMetaData&)>& change) {
  format::FileMetaData metaData;
  EXPECT_TRUE(read::readFooter(io::MemoryInputFile(constBytes(file), "f"), metaData));
  std::uint32_t length = 0;
  std::memcpy(&length, file.data() + file.size() - 8, sizeof length);
  change(metaData);
  ByteBuffer footer;
  EXPECT_TRUE(format::CompactWriter().write(metaData, footer));
  std::string changed = file.substr(0, file.size() - 8 - length);
  changed += asText(footer.span());
  changed += plain(static_cast<std::uint32_t>(footer.size()));
  return changed + "PAR1";
}

struct Taken {
  std::vector<std::uint64_t> rows = {};
  ScanStats stats = {};
  std::string error = {};
};

inline std::unique_ptr<read::FileReader> openFile(const std::string& bytes) {
  auto file = read::FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(bytes), "f"));
  EXPECT_TRUE(file) << file.error().message();
  return file ? std::move(*file) : nullptr;
}

// Of the options' predicate, or without one: rows by their number in the file.
inline Taken take(const std::string& bytes, const FilterOptions& options) {
  Taken taken;
  const auto file = openFile(bytes);
  const auto reader = FilteredReader::create(*file, options);
  if (!reader) {
    taken.error = reader.error().message();
    return taken;
  }
  for (SelectedBatch batch;;) {
    const Result<bool> isThere = (*reader)->next(batch);
    if (!isThere || !*isThere) {
      taken.error = isThere ? "" : isThere.error().message();
      taken.stats = (*reader)->stats();
      return taken;
    }
    for (std::uint64_t i = 0; i < batch.rows; ++i) {
      if (batch.isAll || (batch.selection[i / 64] >> (i % 64) & 1U) != 0) {
        taken.rows.push_back(batch.firstRow + i);
      }
    }
  }
}

inline Taken takeWhere(const std::string& bytes, std::string_view text,
                       FilterOptions options = {}) {
  Result<Predicate> predicate = parsePredicate(text);
  EXPECT_TRUE(predicate) << predicate.error().message();
  options.predicate = std::move(*predicate);
  return take(bytes, options);
}

}  // namespace parquet_flow::scan::test
