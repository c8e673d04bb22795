#include "merge/checked_pages.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/crc32.hpp"
#include "format/parquet_types.h"

namespace parquet_flow::merge {
namespace {

// What a header may have are two bounds of statistics: what is no header after so much never is.
constexpr std::size_t kHeaderBytesMax = 8 << 20;

}  // namespace

CheckedPages::CheckedPages(std::shared_ptr<const io::InputFile> file, std::vector<Chunk> chunks)
    : file_(std::move(file)), chunks_(std::move(chunks)) {}

Result<void> CheckedPages::readAt(std::uint64_t offset, MutableBytes into) const {
  PF_TRY(file_->readAt(offset, into));
  const bool isBehind =
      place_.chunk < chunks_.size() && offset == chunks_[place_.chunk].offset + place_.at;
  if (!isBehind) place_ = {};
  if (chunks_.empty() || offset != chunks_[place_.chunk].offset + place_.at) {
    return fail(ErrorCode::kInternal, std::string(name()) + ": pages read out of their order");
  }
  Result<void> passed = pass(into);
  if (passed) return passed;
  Error error = std::move(passed).error();
  const std::uint64_t page = place_.page;
  place_ = {};
  return fail(
      std::move(error).withContext("page at offset " + std::to_string(page)).withContext(name()));
}

Result<void> CheckedPages::pass(ConstBytes bytes) const {
  while (!bytes.empty()) {
    if (place_.chunk == chunks_.size()) {
      return fail(ErrorCode::kInternal, "bytes behind the last chunk");
    }
    const std::uint64_t left = chunks_[place_.chunk].bytes - place_.at;
    const ConstBytes ofChunk = bytes.first(std::min<std::uint64_t>(bytes.size(), left));
    std::size_t passed = 0;
    if (place_.bodyLeft == 0) {
      PF_TRY_ASSIGN(passed, passHeader(ofChunk));
    } else {
      passed = std::min<std::uint64_t>(ofChunk.size(), place_.bodyLeft);
      PF_TRY(passBody(ofChunk.first(passed)));
    }
    bytes = bytes.subspan(passed);
    place_.at += passed;
    if (place_.at == chunks_[place_.chunk].bytes) {
      ++place_.chunk;
      place_.at = 0;
    }
  }
  return {};
}

// How many bytes of them are the header's: all of them, where it goes on in the next piece.
Result<std::size_t> CheckedPages::passHeader(ConstBytes bytes) const {
  const std::size_t before = place_.header.size();
  const std::uint64_t at = place_.at - before;
  place_.page = chunks_[place_.chunk].offset + at;
  ConstBytes given = bytes;
  if (before != 0) {
    PF_TRY(place_.header.append(bytes));
    given = place_.header.span();
  }
  format::PageHeader header;
  const Result<std::size_t> used = thrift_.read(given, header, place_.page);
  if (!used) {
    const bool isAll =
        at + given.size() == chunks_[place_.chunk].bytes || given.size() >= kHeaderBytesMax;
    // Cut off, perhaps: with more of it the same bytes may be a header.
    if (isAll || used.error().code() != ErrorCode::kCorrupt) return fail(Error(used.error()));
    if (before == 0) PF_TRY(place_.header.append(bytes));
    return bytes.size();
  }
  place_.header.clear();
  const std::uint64_t behind = chunks_[place_.chunk].bytes - at - *used;
  if (header.compressed_page_size < 0 ||
      static_cast<std::uint64_t>(header.compressed_page_size) > behind) {
    return fail(ErrorCode::kCorrupt, "it has " + std::to_string(header.compressed_page_size) +
                                         " bytes, where its chunk has " + std::to_string(behind));
  }
  place_.bodyLeft = static_cast<std::uint64_t>(header.compressed_page_size);
  place_.hasCrc = header.__isset.crc;
  place_.crcSaid = static_cast<std::uint32_t>(header.crc);
  place_.crc = 0;
  if (place_.bodyLeft == 0) PF_TRY(passBody({}));
  return *used - before;
}

Result<void> CheckedPages::passBody(ConstBytes bytes) const {
  place_.bodyLeft -= bytes.size();
  if (!place_.hasCrc) return {};
  place_.crc = crc32(place_.crc, bytes);
  if (place_.bodyLeft != 0 || place_.crc == place_.crcSaid) return {};
  return fail(ErrorCode::kCorrupt, "its bytes have CRC-32 " + std::to_string(place_.crc) +
                                       ", its header says " + std::to_string(place_.crcSaid));
}

}  // namespace parquet_flow::merge
