#include "verify/page_walk.hpp"

#include <algorithm>
#include <string>

#include "read/page_work.hpp"

namespace parquet_flow::verify {
namespace {

constexpr std::uint64_t kHeaderBytes = 4U << 10;

}  // namespace

std::optional<std::uint64_t> PageRecord::entries() const noexcept {
  std::int32_t entries = -1;
  if (header.type == format::PageType::DATA_PAGE && header.__isset.data_page_header) {
    entries = header.data_page_header.num_values;
  } else if (header.type == format::PageType::DATA_PAGE_V2 && header.__isset.data_page_header_v2) {
    entries = header.data_page_header_v2.num_values;
  }
  return entries < 0 ? std::nullopt : std::optional<std::uint64_t>(entries);
}

std::int32_t PageRecord::encoding() const noexcept {
  return isDictionary()                                  ? header.dictionary_page_header.encoding
         : header.type == format::PageType::DATA_PAGE_V2 ? header.data_page_header_v2.encoding
                                                         : header.data_page_header.encoding;
}

const format::Statistics* PageRecord::statistics() const noexcept {
  if (header.type == format::PageType::DATA_PAGE_V2) {
    const format::DataPageHeaderV2& data = header.data_page_header_v2;
    return data.__isset.statistics ? &data.statistics : nullptr;
  }
  const format::DataPageHeader& data = header.data_page_header;
  return data.__isset.statistics ? &data.statistics : nullptr;
}

Result<std::optional<PageRecord>> PageWalk::next() {
  const std::uint64_t left = end_ - offset_;
  if (left == 0) {
    return std::nullopt;
  }
  for (std::uint64_t bytes = kHeaderBytes;; bytes *= 16) {
    window_.clear();
    PF_TRY_ASSIGN(std::byte* const to, window_.appendUninitialized(std::min(bytes, left)));
    PF_TRY(file_.readAt(offset_, {to, window_.size()}));
    PageRecord page;
    page.offset = offset_;
    Result<std::size_t> read = thrift_.read(window_.span(), page.header, offset_);
    if (!read) {
      // Cut off, perhaps.
      if (read.error().code() == ErrorCode::kCorrupt && bytes < left) {
        continue;
      }
      return fail(std::move(read).error());
    }
    page.headerBytes = *read;
    const std::int32_t size = page.header.compressed_page_size;
    if (size < 0 || static_cast<std::uint64_t>(size) > left - page.headerBytes) {
      return fail(ErrorCode::kCorrupt, "a page of " + std::to_string(size) +
                                           " bytes, where its chunk has " +
                                           std::to_string(left - page.headerBytes));
    }
    offset_ += page.bytes();
    return page;
  }
}

Result<void> PageDecoder::decode(const io::InputFile& file, const PageRecord& page,
                                 codec::Decompressor* decompressor) {
  const std::uint64_t entries = page.entries().value_or(0);
  // The stream wants entries to go on; those of a page without any are none.
  PF_TRY(stream_.begin(file, page.offset, page.bytes(), decompressor,
                       std::max<std::uint64_t>(entries, 1)));
  PF_TRY_ASSIGN(const read::Page opened, stream_.next());
  const std::uint64_t levels = opened.isDictionary
                                   ? 0
                                   : opened.entries * ((leaf_.maxDefinitionLevel != 0 ? 1U : 0U) +
                                                       (leaf_.maxRepetitionLevel != 0 ? 1U : 0U));
  PF_TRY(limits_.budget->decode(pageWork(leaf_, opened, stream_.inflatedBytes(), levels)));
  if (opened.isDictionary) {
    return decoder_.setDictionary(opened.values, static_cast<std::uint32_t>(opened.entries));
  }
  definition_.clear();
  repetition_.clear();
  values_.clear();
  offsets_.clear();
  PF_TRY(offsets_.appendLe(std::uint32_t{0}));
  PF_TRY_ASSIGN(levels_, read::readLevels(opened, leaf_, definition_, repetition_));
  PF_TRY(decoder_.decode(opened.encoding, opened.values, levels_.values, {values_, offsets_}));
  return limits_.budget->decode(values_.size() * read::kArrayBytesWork);
}

std::string_view PageDecoder::value(std::uint64_t i) const noexcept {
  if (leaf_.type == schema::PhysicalType::kByteArray) {
    const std::uint32_t begin = offsets()[i];
    return asText(values_.span().subspan(begin, offsets()[i + 1] - begin));
  }
  const std::size_t width = leaf_.type == schema::PhysicalType::kBoolean
                                ? 1
                                : schema::fixedWidth(leaf_.type, leaf_.typeLength);
  return asText(values_.span().subspan(static_cast<std::size_t>(i) * width, width));
}

}  // namespace parquet_flow::verify
