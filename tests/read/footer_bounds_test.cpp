// Goal: the metadata of a small file takes a multiple of its bytes, whatever it says.
//
// Method: footers made by hand that claim as much as the format lets them; see cost.hpp.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cost.hpp"
#include "made_bombs.hpp"

namespace parquet_flow::read {
namespace {

using namespace test;

// thrift-compact-protocol.md: a field's header is the distance to the field before and its type
// (5 i32, 6 i64, 8 binary, 9 list, 12 struct); a list's is its size, below 15 in the high half, and
// its elements' type; above 0xF and the type, then the size as a varint.
std::string listOf(const std::string& element, char type) {
  const std::size_t count = kSmall / element.size();
  return static_cast<char>(0xF0 | type) + varint(count) + times(element, count);
}

constexpr char kStruct = 12;

// FileMetaData { 1: version = 1, 2: schema = one element named "" ... `rest` }
std::string metaDataWith(const std::string& rest) {
  return "\x15\x02\x19\x1C" + ("\x48" + kEnd + kEnd) + rest + kEnd;
}

// The smallest elements that each list of the footer can have, 64 KiB of them.
TEST(FooterBounds, metadataTakesAMultipleOfTheFooter) {
  const std::string chunk = "\x26" + kEnd + kEnd;  // 2: file_offset = 0
  // A ColumnChunk with metadata: 3: { 1: type, 2: encodings, 3: path, 4: codec, 5 .. 7: sizes,
  // 9: data_page_offset }.
  const std::string columnHead = "\x26" + kEnd + "\x1C\x15" + kEnd;
  const std::string columnTail =
      "\x15" + kEnd + "\x16" + kEnd + "\x16" + kEnd + "\x16" + kEnd + "\x26" + kEnd + kEnd + kEnd;
  const std::string group = "\x16" + kEnd + "\x16" + kEnd + kEnd;  // 2: bytes, 3: rows
  const std::vector<std::pair<std::string, std::string>> footers = {
      // 2: schema, 4: name = ""
      {"schema elements",
       "\x15\x02\x19" + listOf("\x48" + kEnd + kEnd, kStruct) + "\x16" + kEnd + "\x19\x0C" + kEnd},
      // 4: row_groups, 1: columns = none
      {"row groups", metaDataWith("\x16" + kEnd + "\x19" + listOf("\x19\x0C" + group, kStruct))},
      {"column chunks",
       metaDataWith("\x16" + kEnd + "\x19\x1C\x19" + listOf(chunk, kStruct) + group)},
      {"columns with metadata",
       metaDataWith("\x16" + kEnd + "\x19\x1C\x19" +
                    listOf(columnHead + "\x19\x05\x19\x08" + columnTail, kStruct) + group)},
      {"encodings", metaDataWith("\x16" + kEnd + "\x19\x1C\x19\x1C" + columnHead + "\x19" +
                                 listOf(kEnd, 5) + "\x19\x08" + columnTail + group)},
      {"names in a path", metaDataWith("\x16" + kEnd + "\x19\x1C\x19\x1C" + columnHead +
                                       "\x19\x05\x19" + listOf(kEnd, 8) + columnTail + group)},
      // 5: key_value_metadata, 1: key = ""
      {"keys",
       metaDataWith("\x16" + kEnd + "\x19\x0C\x19" + listOf("\x18" + kEnd + kEnd, kStruct))},
      // 7: column_orders, 1: TYPE_ORDER = {}
      {"orders",
       metaDataWith("\x16" + kEnd + "\x19\x0C\x39" + listOf("\x1C" + kEnd + kEnd, kStruct))},
      // 4: sorting_columns of a row group: 1: column_idx, 2: descending, 3: nulls_first
      {"sorting columns",
       metaDataWith("\x16" + kEnd + "\x19\x1C\x19\x0C" + "\x16" + kEnd + "\x16" + kEnd + "\x19" +
                    listOf("\x15" + kEnd + "\x12\x12" + kEnd, kStruct) + kEnd)},
  };
  for (const auto& [what, footer] : footers) {
    const std::string file = fileAround("", footer);
    const Cost cost = costOf(file);
    expectWithin(cost, kMetadataFactor * file.size(), what);
  }
}

// A group's name is in the path of each leaf under it, and a footer has no more of them than
// leaves.
TEST(FooterBounds, pathsUnderALongNameTakeAMultipleOfTheFooter) {
  // 4: name, 5: num_children; 3: repetition = REQUIRED before both of the group; of a leaf 1: type
  // = INT32, 3: repetition, 4: name = "l".
  const std::string leaf = "\x15\x02\x25" + kEnd + "\x18\x01l" + kEnd;
  const std::size_t leaves = kSmall / 2 / leaf.size();
  for (const std::size_t nameBytes : {kSmall / 2, std::size_t{300}}) {
    const std::string group = "\x35" + kEnd + "\x18" + varint(nameBytes) +
                              std::string(nameBytes, 'g') + "\x15" + varint(2 * leaves) + kEnd;
    const std::string footer = "\x15\x02\x19\xFC" + varint(leaves + 2) + "\x48" + "\x01r" +
                               "\x15\x02" + kEnd + group + times(leaf, leaves) + "\x16" + kEnd +
                               "\x19\x0C" + kEnd;
    const std::string file = fileAround("", footer);
    const Cost cost = costOf(file);
    if (nameBytes == 300) {
      EXPECT_TRUE(cost.rows) << cost.rows.error().message();
    } else {
      expectRefused(cost, ErrorCode::kLimit, kMetadataFactor * file.size(), "long paths");
    }
  }
}

TEST(FooterBounds, countsAndLengthsInAFooterAreHeldAgainstWhatIsLeft) {
  const std::string most = varint(0x7FFFFFFF);
  const std::string filling(kSmall, '\0');
  for (const std::string& lie : {
           "\x15\x02\x19\xFC" + most + filling,                                    // schema
           metaDataWith("\x16" + kEnd + "\x19\xFC" + most + filling),              // row groups
           metaDataWith("\x16" + kEnd + "\x19\x0C\x19\xFC" + most + filling),      // keys
           metaDataWith("\x16" + kEnd + "\x19\x0C\x19\x1C\x18" + most + filling),  // a key's text
           metaDataWith("\x16" + kEnd + "\x19\x0C\x28" + most + filling),          // created_by
           // Fields of no known number: a list of lists, a map, a text.
           metaDataWith("\x16" + kEnd + "\x19\x0C\xF9\xF9" + most + filling),
           metaDataWith("\x16" + kEnd + "\x19\x0C\xFB" + most + "\x88" + filling),
           metaDataWith("\x16" + kEnd + "\x19\x0C\xF8" + most + filling),
       }) {
    const std::string file = fileAround("", lie);
    expectRefused(costOf(file), ErrorCode::kCorrupt, 4 * file.size(), lie.substr(0, 16));
  }
}

TEST(FooterBounds, schemasAsDeepAsTheirBytesAreRefusedWithoutDeepRecursion) {
  // 3: repetition = REQUIRED, 4: name = "g", 5: num_children = 1; at last a leaf: 1: type = INT32.
  const std::string group = "\x35" + kEnd + "\x18\x01g\x15\x02" + kEnd;
  const std::string leaf = "\x15\x02\x25" + kEnd + "\x18\x01g" + kEnd;
  const std::size_t depth = kSmall / group.size();
  const std::string footer = "\x15\x02\x19\xFC" + varint(depth + 1) + times(group, depth) + leaf +
                             "\x16" + kEnd + "\x19\x0C" + kEnd;
  const std::string file = fileAround("", footer);
  expectRefused(costOf(file), ErrorCode::kLimit, kMetadataFactor * file.size(), "groups in groups");

  const std::string structs =
      metaDataWith("\x16" + kEnd + "\x19\x0C" + std::string(kSmall, '\x1C'));
  expectRefused(costOf(fileAround("", structs)), ErrorCode::kCorrupt, 8 * kSmall, "structs");
}

}  // namespace
}  // namespace parquet_flow::read
