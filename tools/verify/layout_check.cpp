#include "verify/layout_check.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "format/parquet_types.h"

namespace parquet_flow::verify {
namespace {

constexpr std::uint64_t kMagicBytes = 4;
constexpr std::uint64_t kTailBytes = 8;  // the footer's length, and the magic

struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  const char* what = "";
  Place place = {};
};

class LayoutCheck {
 public:
  LayoutCheck(const read::FileReader& file, Findings& findings)
      : file_(file), meta_(file.metaData()), findings_(findings) {}

  void check() {
    footerBegin_ = footerBegin();
    const std::size_t leaves = file_.schema().leaves().size();
    if (meta_.__isset.column_orders && meta_.column_orders.size() != leaves) {
      findings_.error("counts", {},
                      "there are " + std::to_string(meta_.column_orders.size()) +
                          " column orders for " + std::to_string(leaves) + " leaves");
    }
    // The reader takes 0, which parquet-rs up to 0.3 left, for nothing that is said; others for it.
    if (meta_.num_rows == 0 && file_.rows() != 0) {
      findings_.error(
          "counts", {},
          "num_rows is said to be 0, and its row groups have " + std::to_string(file_.rows()));
    }
    bool hasBounds = false;
    for (std::size_t i = 0; i < meta_.row_groups.size(); ++i) {
      checkRowGroup(i);
      hasBounds = hasBounds || std::ranges::any_of(meta_.row_groups[i].columns, hasNewBounds);
    }
    if (hasBounds && !meta_.__isset.column_orders) {
      findings_.habit("statistics", {}, "there are bounds, and no column orders that they are in");
    }
    checkOverlaps();
  }

 private:
  static bool hasNewBounds(const format::ColumnChunk& chunk) {
    const auto& isset = chunk.meta_data.statistics.__isset;
    return chunk.meta_data.__isset.statistics && (isset.min_value || isset.max_value);
  }

  // The reader has checked that it is in the file.
  std::uint64_t footerBegin() const {
    const std::uint64_t size = file_.file()->size();
    std::array<std::byte, sizeof(std::uint32_t)> length{};
    if (!file_.file()->readAt(size - kTailBytes, length)) {
      return size - kTailBytes;
    }
    return size - kTailBytes - loadLe<std::uint32_t>(length.data());
  }

  void checkRowGroup(std::size_t index) {
    const format::RowGroup& group = meta_.row_groups[index];
    const Place place = {.rowGroup = index};
    if (group.num_rows == 0) {
      findings_.habit("counts", place, "a row group without rows, which some readers refuse");
    }
    if (group.__isset.ordinal && group.ordinal != static_cast<std::int64_t>(index)) {
      findings_.habit("counts", place, "its ordinal is " + std::to_string(group.ordinal));
    }
    std::int64_t before = 0;
    std::int64_t after = 0;
    for (std::size_t i = 0; i < group.columns.size(); ++i) {
      const format::ColumnChunk& chunk = group.columns[i];
      before += chunk.meta_data.total_uncompressed_size;
      after += chunk.meta_data.total_compressed_size;
      addRanges(chunk, {.rowGroup = index, .column = file_.schema().leaves()[i].dottedPath});
      checkPath(chunk, i, index);
    }
    checkSum("total_byte_size", group.total_byte_size, before, place);
    if (group.__isset.total_compressed_size) {
      checkSum("total_compressed_size", group.total_compressed_size, after, place);
    }
    if (group.__isset.file_offset && group.file_offset != 0 && !group.columns.empty() &&
        group.file_offset != read::chunkOffset(group.columns[0].meta_data)) {
      findings_.habit("layout", place,
                      "its file_offset is " + std::to_string(group.file_offset) +
                          ", its first page is at " +
                          std::to_string(read::chunkOffset(group.columns[0].meta_data)));
    }
  }

  void checkSum(const char* what, std::int64_t said, std::int64_t sum, const Place& place) {
    if (said != sum) {
      findings_.habit("counts", place,
                      std::string(what) + " is said to be " + std::to_string(said) +
                          ", its columns have " + std::to_string(sum));
    }
  }

  void checkPath(const format::ColumnChunk& chunk, std::size_t leaf, std::size_t rowGroup) {
    const schema::Leaf& ours = file_.schema().leaves()[leaf];
    if (chunk.meta_data.path_in_schema != ours.path) {
      std::string path;
      for (const std::string& name : chunk.meta_data.path_in_schema) {
        path += (path.empty() ? "" : ".") + name;
      }
      findings_.error("footer", {.rowGroup = rowGroup, .column = ours.dottedPath},
                      "the chunk in its place is of the path " + path);
    }
  }

  void addRanges(const format::ColumnChunk& chunk, const Place& place) {
    const format::ColumnMetaData& column = chunk.meta_data;
    addRange(read::chunkOffset(column), column.total_compressed_size, "the pages", place);
    if (column.__isset.bloom_filter_offset && column.__isset.bloom_filter_length) {
      addRange(column.bloom_filter_offset, column.bloom_filter_length, "the bloom filter", place);
    }
    if (chunk.__isset.column_index_offset) {
      addRange(chunk.column_index_offset, chunk.column_index_length, "the column index", place);
    }
    if (chunk.__isset.offset_index_offset) {
      addRange(chunk.offset_index_offset, chunk.offset_index_length, "the offset index", place);
    }
  }

  void addRange(std::int64_t offset, std::int64_t bytes, const char* what, Place place) {
    if (bytes == 0) {
      return;
    }
    place.offset = static_cast<std::uint64_t>(offset);
    const auto begin = static_cast<std::uint64_t>(offset);
    if (offset < static_cast<std::int64_t>(kMagicBytes) || bytes < 0 || begin > footerBegin_ ||
        static_cast<std::uint64_t>(bytes) > footerBegin_ - begin) {
      findings_.error("layout", place,
                      std::string(what) + ", " + std::to_string(bytes) +
                          " bytes, are not between the magic and the footer at " +
                          std::to_string(footerBegin_));
      return;
    }
    ranges_.push_back({begin, begin + static_cast<std::uint64_t>(bytes), what, std::move(place)});
  }

  void checkOverlaps() {
    std::ranges::sort(ranges_, {},
                      [](const Range& range) { return std::pair(range.begin, range.end); });
    const Range* last = nullptr;  // the one that ends last
    for (const Range& range : ranges_) {
      if (last != nullptr && range.begin < last->end) {
        findings_.error("layout", range.place,
                        std::string(range.what) + " begin within " + last->what + " of row group " +
                            std::to_string(last->place.rowGroup.value_or(0)) + ", column '" +
                            last->place.column + "', which end at " + std::to_string(last->end));
      }
      if (last == nullptr || range.end > last->end) {
        last = &range;
      }
    }
  }

  const read::FileReader& file_;
  const format::FileMetaData& meta_;
  Findings& findings_;
  std::uint64_t footerBegin_ = 0;
  std::vector<Range> ranges_;
};

}  // namespace

void checkLayout(const read::FileReader& file, Findings& findings) {
  LayoutCheck(file, findings).check();
}

}  // namespace parquet_flow::verify
