#include "encoded_pages.hpp"

#include <gtest/gtest.h>

#include "format/compact.hpp"
#include "write/encode_scratch.hpp"

namespace parquet_flow::write::test {

Bytes bytesOf(std::initializer_list<unsigned> values) {
  Bytes bytes;
  for (const unsigned value : values) {
    bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

Bytes concat(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

Bytes textBytes(const std::string& text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

Bytes contents(const EncodedColumnChunk& chunk) {
  Bytes all;
  for (const Segment& segment : chunk.segments) {
    const std::byte* from =
        segment.borrowed != nullptr ? segment.borrowed : chunk.buffer.data() + segment.offset;
    all.insert(all.end(), from, from + segment.bytes);
  }
  return all;
}

std::vector<Page> pagesOf(const EncodedColumnChunk& chunk) {
  const Bytes all = contents(chunk);
  std::vector<Page> pages;
  format::CompactReader reader;
  for (ConstBytes rest = all; !rest.empty();) {
    Page page;
    const auto headerBytes = reader.read(rest, page.header);
    if (!headerBytes) {
      ADD_FAILURE() << headerBytes.error().message();
      break;
    }
    page.headerBytes = *headerBytes;
    rest = rest.subspan(page.headerBytes);
    const auto bodyBytes = static_cast<std::size_t>(page.header.compressed_page_size);
    if (bodyBytes > rest.size()) {
      ADD_FAILURE() << "a page of " << bodyBytes << " bytes, and " << rest.size() << " are left";
      break;
    }
    page.body.assign(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(bodyBytes));
    rest = rest.subspan(bodyBytes);
    pages.push_back(std::move(page));
  }
  return pages;
}

WriterOptions plainPages() {
  WriterOptions options;
  options.column.encoding = encoding::Encoding::kPlain;
  options.pageIndex = false;
  return options;
}

OneColumn::OneColumn(schema::PhysicalType type, schema::Repetition repetition,
                     std::uint32_t typeLength, schema::LogicalType logical) {
  const auto added = schema->addLeaf(schema::kRoot, "c", type, repetition, typeLength, logical);
  EXPECT_TRUE(added.has_value());
}

Result<void> encodeChunk(const schema::Leaf& leaf, const WriterOptions& options,
                         const std::vector<column::LeafView>& views, EncodedColumnChunk& out) {
  PF_TRY_ASSIGN(auto writer,
                ColumnChunkWriter::create(leaf, options, std::make_shared<EncodeScratch>()));
  writer->begin(out, 0);
  for (const column::LeafView& view : views) {
    PF_TRY(writer->append(view));
  }
  return writer->finish();
}

Strings::Strings(const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    bytes += value;
    offsets.push_back(static_cast<std::uint32_t>(bytes.size()));
  }
}

column::LeafView Strings::view() const {
  column::LeafView view;
  view.rows = view.entries = view.values.count = offsets.size() - 1;
  view.values.layout = column::ValuesLayout::kOffsets32;
  view.values.data = reinterpret_cast<const std::byte*>(bytes.data());
  view.values.offsets = offsets.data();
  view.values.dataBytes = bytes.size();
  return view;
}

}  // namespace parquet_flow::write::test
