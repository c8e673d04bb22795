#include "scan/bloom.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "stats/bloom_filter.hpp"

namespace parquet_flow::scan {
namespace {

using stats::Order;

// Above so many values a filter of them all is read sooner than it rules them out.
constexpr std::size_t kValuesMax = 64;
// Room for a header, which has about 16.
constexpr std::uint64_t kHeaderBytes = 64;

struct Filter {
  std::uint64_t bitsAt = 0;  // in the file
  std::uint64_t blocks = 0;  // 0: there is none
};

Result<Filter> findFilter(const read::FileReader& file, const format::ColumnMetaData& meta,
                          std::uint64_t& bytesRead) {
  const std::uint64_t fileBytes = file.info().fileBytes;
  if (!meta.__isset.bloom_filter_offset || meta.bloom_filter_offset < 0 ||
      static_cast<std::uint64_t>(meta.bloom_filter_offset) >= fileBytes) {
    return Filter{};
  }
  const auto at = static_cast<std::uint64_t>(meta.bloom_filter_offset);
  std::byte bytes[kHeaderBytes];
  const MutableBytes room(bytes, std::min<std::uint64_t>(kHeaderBytes, fileBytes - at));
  PF_TRY(file.file()->readAt(at, room));
  format::BloomFilterHeader header;
  const Result<std::size_t> read = format::CompactReader().read(room, header);
  if (!read || !header.algorithm.__isset.BLOCK || !header.hash.__isset.XXHASH ||
      !header.compression.__isset.UNCOMPRESSED || header.numBytes <= 0 ||
      static_cast<std::size_t>(header.numBytes) % stats::kBloomBlockBytes != 0 ||
      static_cast<std::uint64_t>(header.numBytes) > fileBytes - at - *read) {
    return Filter{};
  }
  bytesRead += *read;
  return Filter{at + *read, static_cast<std::uint64_t>(header.numBytes) / stats::kBloomBlockBytes};
}

// Zeros are equal, and have two forms.
bool isZero(Order order, const std::string& value) {
  return stats::isFloatOrder(order) &&
         stats::compareValues(order, value, std::string(value.size(), '\0')) == 0;
}

// What the test wants, each in every form that a writer may have given it.
std::vector<std::string> wantedForms(const Test& test) {
  std::vector<std::string> values =
      test.kind == TestKind::kRange ? std::vector{test.range.least->value} : test.values;
  const std::size_t count = values.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (isZero(test.order, values[i])) {
      std::string other = values[i];
      other.back() = static_cast<char>(other.back() ^ '\x80');
      values.push_back(std::move(other));
    }
  }
  return values;
}

// Of a BYTE_ARRAY a decimal has as many forms as there are lengths, a moment of INT96 as there are
// days that its nanoseconds may be counted from.
bool answersFor(const schema::Leaf& leaf, const Test& test) {
  const bool hasForms =
      test.order == Order::kInt96 ||
      (test.order == Order::kDecimalBytes && leaf.type == schema::PhysicalType::kByteArray);
  if (test.isNegated || hasForms || test.order == Order::kBoolean) {
    return false;
  }
  return test.kind == TestKind::kRange
             ? isOneValue(test.order, test.range)
             : test.kind == TestKind::kSet && !test.hasNan && test.values.size() <= kValuesMax;
}

}  // namespace

Result<bool> isRuledOutByBloomFilter(const read::FileReader& file, std::size_t rowGroup,
                                     const schema::Leaf& leaf, const Test& test,
                                     std::uint64_t& bytesRead) {
  if (!answersFor(leaf, test)) {
    return false;
  }
  const format::ColumnMetaData& meta =
      file.metaData().row_groups[rowGroup].columns[leaf.index].meta_data;
  PF_TRY_ASSIGN(const Filter filter, findFilter(file, meta, bytesRead));
  if (filter.blocks == 0) {
    return false;
  }
  for (const std::string& value : wantedForms(test)) {
    const std::uint64_t hash = stats::bloomHash(constBytes(value));
    const std::uint64_t block = ((hash >> 32U) * filter.blocks) >> 32U;
    std::byte bits[stats::kBloomBlockBytes];
    PF_TRY(file.file()->readAt(filter.bitsAt + block * stats::kBloomBlockBytes, bits));
    bytesRead += sizeof bits;
    if (stats::bloomMayContain(bits, hash)) {
      return false;
    }
  }
  return true;
}

}  // namespace parquet_flow::scan
