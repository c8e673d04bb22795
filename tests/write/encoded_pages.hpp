// What a chunk's segments hold, taken apart again.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "column/leaf_view.hpp"
#include "format/parquet_types.h"
#include "schema/schema.hpp"
#include "write/column_chunk.hpp"
#include "write/options.hpp"
#include "write/row_group.hpp"

namespace parquet_flow::write::test {

using Bytes = std::vector<std::byte>;

[[nodiscard]] Bytes bytesOf(std::initializer_list<unsigned> values);
[[nodiscard]] Bytes concat(std::initializer_list<Bytes> parts);
[[nodiscard]] Bytes textBytes(const std::string& text);

// The chunk as it will lie in the file.
[[nodiscard]] Bytes contents(const EncodedColumnChunk& chunk);

struct Page {
  format::PageHeader header;
  std::size_t headerBytes = 0;
  Bytes body;
};
// Its pages; a test failure where the bytes are not whole pages.
[[nodiscard]] std::vector<Page> pagesOf(const EncodedColumnChunk& chunk);

// Values PLAIN, and bounds of pages in their headers.
[[nodiscard]] WriterOptions plainPages();

// The one leaf of a schema of one column.
struct OneColumn {
  OneColumn(schema::PhysicalType type, schema::Repetition repetition, std::uint32_t typeLength = 0,
            schema::LogicalType logical = {});
  std::shared_ptr<schema::Schema> schema = std::make_shared<schema::Schema>();
  [[nodiscard]] const schema::Leaf& leaf() const { return schema->leaves()[0]; }
};

// Encodes the views one after the other into `out`.
[[nodiscard]] Result<void> encodeChunk(const schema::Leaf& leaf, const WriterOptions& options,
                                       const std::vector<column::LeafView>& views,
                                       EncodedColumnChunk& out);

// Values of a fixed width as a required column.
template <class T>
[[nodiscard]] column::LeafView fixedView(const std::vector<T>& values) {
  column::LeafView view;
  view.rows = view.entries = view.values.count = values.size();
  view.values.data = reinterpret_cast<const std::byte*>(values.data());
  return view;
}

// Strings with offsets of their own.
struct Strings {
  explicit Strings(const std::vector<std::string>& values);
  std::string bytes;
  std::vector<std::uint32_t> offsets = {0};
  [[nodiscard]] column::LeafView view() const;
};

}  // namespace parquet_flow::write::test
