#include "verify/bloom_check.hpp"

#include <algorithm>

#include "format/compact.hpp"
#include "stats/bloom_filter.hpp"

namespace parquet_flow::verify {
namespace {

// A BloomFilterHeader is shorter.
constexpr std::uint64_t kHeaderBytesMax = 256;

tl::unexpected<Error> corrupt(std::string message) {
  return fail(ErrorCode::kCorrupt, std::move(message));
}

}  // namespace

void BloomCheck::begin(const io::InputFile& file, const format::ColumnMetaData& column,
                       std::uint64_t end, const Place& place, Findings& findings) {
  bits_.clear();
  if (!column.__isset.bloom_filter_offset) {
    return;
  }
  if (auto done = read(file, column, end); !done) {
    bits_.clear();
    Place at = place;
    at.offset = static_cast<std::uint64_t>(column.bloom_filter_offset);
    findings.error("bloom-filter", at, "it cannot be read: " + done.error().message());
  }
}

Result<void> BloomCheck::read(const io::InputFile& file, const format::ColumnMetaData& column,
                              std::uint64_t end) {
  const auto offset = static_cast<std::uint64_t>(column.bloom_filter_offset);
  if (column.bloom_filter_offset < 4 || offset >= end) {
    return corrupt("it is outside of the file's pages, which end at " + std::to_string(end));
  }
  std::byte head[kHeaderBytesMax];
  const MutableBytes given(head, static_cast<std::size_t>(std::min(end - offset, kHeaderBytesMax)));
  PF_TRY(file.readAt(offset, given));
  format::BloomFilterHeader header;
  format::CompactReader thrift;
  PF_TRY_ASSIGN(const std::size_t headerBytes, thrift.read(given, header, offset));
  const auto bytes = static_cast<std::uint64_t>(header.numBytes);
  if (header.numBytes <= 0 || bytes % stats::kBloomBlockBytes != 0 ||
      bytes > stats::kBloomBytesMax || bytes > end - offset - headerBytes) {
    return corrupt("it has " + std::to_string(header.numBytes) + " bytes");
  }
  if (column.__isset.bloom_filter_length &&
      static_cast<std::uint64_t>(column.bloom_filter_length) != headerBytes + bytes) {
    return corrupt("it takes " + std::to_string(headerBytes + bytes) +
                   " bytes with its header, its length is said to be " +
                   std::to_string(column.bloom_filter_length));
  }
  if (!header.algorithm.__isset.BLOCK || !header.hash.__isset.XXHASH ||
      !header.compression.__isset.UNCOMPRESSED) {
    return fail(ErrorCode::kUnsupported, "its algorithm, hash or compression is not known");
  }
  PF_TRY_ASSIGN(std::byte* const to, bits_.appendUninitialized(bytes));
  return file.readAt(offset + headerBytes, {to, static_cast<std::size_t>(bytes)});
}

bool BloomCheck::has(std::string_view value) const noexcept {
  return stats::bloomMayContain(bits_.span(), stats::bloomHash(constBytes(value)));
}

}  // namespace parquet_flow::verify
