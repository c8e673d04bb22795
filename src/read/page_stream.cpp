#include "read/page_stream.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "base/byte_reader.hpp"
#include "base/crc32.hpp"
#include "encoding/rle_hybrid.hpp"
#include "format/parquet_types.h"

namespace parquet_flow::read {
namespace {

using encoding::Encoding;

// What is read of a file at once, where a page does not ask for more: little where a chunk begins
// or pages are passed by, as most of it may not be wanted, then twice as much each time.
constexpr std::uint64_t kWindowBytesMin = 64U << 10;
constexpr std::uint64_t kWindowBytesMax = 1U << 20;
// What a header is looked for in first; statistics of long values make a longer one.
constexpr std::uint64_t kHeaderBytes = 4U << 10;

tl::unexpected<Error> corrupt(std::string message) {
  return fail(ErrorCode::kCorrupt, std::move(message));
}

Result<void> checkCrc(const format::PageHeader& header, ConstBytes stored) {
  if (!header.__isset.crc) {
    return {};
  }
  const std::uint32_t crc = crc32(0, stored);
  if (crc != static_cast<std::uint32_t>(header.crc)) {
    return corrupt("its bytes have CRC-32 " + std::to_string(crc) + ", its header says " +
                   std::to_string(static_cast<std::uint32_t>(header.crc)));
  }
  return {};
}

// Of version 1: runs behind their length, or bits without one.
Result<EncodedLevels> takeLevels(ByteReader& body, std::int32_t encoding, std::uint8_t maxLevel,
                                 std::uint64_t entries) {
  if (maxLevel == 0) {
    return EncodedLevels{};
  }
  if (encoding == static_cast<std::int32_t>(Encoding::kRle)) {
    PF_TRY_ASSIGN(const auto length, body.read<std::uint32_t>());
    PF_TRY_ASSIGN(const ConstBytes bytes, body.readBytes(length));
    return EncodedLevels{bytes, encoding};
  }
  if (encoding != static_cast<std::int32_t>(Encoding::kBitPacked)) {
    return corrupt("levels in encoding " + std::to_string(encoding));
  }
  const std::uint64_t bits = entries * encoding::levelBitWidth(maxLevel);
  PF_TRY_ASSIGN(const ConstBytes bytes, body.readBytes((bits + 7) / 8));
  return EncodedLevels{bytes, encoding};
}

}  // namespace

void PageStream::begin(ConstBytes chunk, std::uint64_t offset, codec::Decompressor* decompressor,
                       std::uint64_t entries) noexcept {
  file_ = nullptr;
  memory_ = chunk;
  isLasting_ = false;
  offset_ = offset;
  bytesLeft_ = chunk.size();
  windowBytes_ = kWindowBytesMin;
  decompressor_ = decompressor;
  entriesLeft_ = entries;
  hasDictionary_ = false;
  hasDataPage_ = false;
  header_.reset();
  found_.reset();
  shared_.reset();
}

Result<void> PageStream::begin(const io::InputFile& file, std::uint64_t offset, std::uint64_t bytes,
                               codec::Decompressor* decompressor, std::uint64_t entries) {
  const ConstBytes contents = file.contents();
  if (!contents.empty()) {
    if (offset > contents.size() || bytes > contents.size() - offset) {
      return fail(io::pastEndError(file, offset, bytes));
    }
    begin(contents.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(bytes)),
          offset, decompressor, entries);
    isLasting_ = true;
    return {};
  }
  begin({}, offset, decompressor, entries);
  file_ = &file;
  bytesLeft_ = bytes;
  window_.clear();
  windowTaken_ = 0;
  return {};
}

// The next `bytes` bytes of the chunk, or as many as it has.
Result<ConstBytes> PageStream::available(std::uint64_t bytes) {
  bytes = std::min(bytes, bytesLeft_);
  if (file_ == nullptr) {
    return memory_.first(static_cast<std::size_t>(bytes));
  }
  const std::size_t kept = window_.size() - windowTaken_;
  if (kept < bytes) {
    if (kept != 0) {
      std::memmove(window_.data(), window_.data() + windowTaken_, kept);
    }
    window_.truncate(kept);
    windowTaken_ = 0;
    const std::uint64_t wanted = std::min(bytesLeft_, std::max(bytes, windowBytes_));
    windowBytes_ = std::min(windowBytes_ * 2, kWindowBytesMax);
    PF_TRY_ASSIGN(std::byte* const to, window_.appendUninitialized(wanted - kept));
    Result<void> read = file_->readAt(offset_ + kept, {to, wanted - kept});
    if (!read) {
      window_.truncate(kept);
      return fail(std::move(read).error());
    }
  }
  return window_.span().subspan(windowTaken_);
}

Result<void> PageStream::readHeader() {
  if (header_) {
    return {};
  }
  pageOffset_ = offset_;
  if (takes_ != nullptr) found_ = takes_->find(offset_);
  if (found_ != nullptr) {
    header_ = found_->header;
    headerBytes_ = found_->headerBytes;
    return {};
  }
  for (std::uint64_t bytes = kHeaderBytes;; bytes *= 16) {
    PF_TRY_ASSIGN(const ConstBytes given, available(bytes));
    auto header = std::make_shared<format::PageHeader>();
    Result<std::size_t> read = thrift_.read(given, *header, offset_);
    if (read) {
      header_ = std::move(header);
      headerBytes_ = *read;
      break;
    }
    // Cut off, perhaps: with more of it the same bytes may be a header.
    if (read.error().code() != ErrorCode::kCorrupt || given.size() >= bytesLeft_) {
      return fail(std::move(read).error());
    }
  }
  const std::uint64_t behind = bytesLeft_ - headerBytes_;
  if (header_->compressed_page_size < 0 ||
      static_cast<std::uint64_t>(header_->compressed_page_size) > behind) {
    return corrupt("it has " + std::to_string(header_->compressed_page_size) +
                   " bytes, where its chunk has " + std::to_string(behind));
  }
  return {};
}

Error PageStream::inPage(Error error) const {
  return std::move(error).withContext("page at offset " + std::to_string(pageOffset_));
}

PageGlance PageStream::glance() const noexcept {
  PageGlance glance;
  const auto entriesOf = [&](std::int32_t entries) {
    return entries < 0 ? UINT64_MAX : static_cast<std::uint64_t>(entries);
  };
  if (header_->type == format::PageType::DATA_PAGE && header_->__isset.data_page_header) {
    glance.entries = entriesOf(header_->data_page_header.num_values);
  } else if (header_->type == format::PageType::DATA_PAGE_V2 &&
             header_->__isset.data_page_header_v2) {
    glance.entries = entriesOf(header_->data_page_header_v2.num_values);
    glance.rows = entriesOf(header_->data_page_header_v2.num_rows);
  } else {
    glance.isDictionary = true;  // or what next refuses
  }
  if (leaf_.maxRepetitionLevel == 0) {
    glance.rows = glance.entries;
  }
  return glance;
}

Result<PageGlance> PageStream::peek() {
  Result<void> read = readHeader();
  if (!read) {
    return fail(inPage(std::move(read).error()));
  }
  return glance();
}

Result<Page> PageStream::next() {
  const auto read = [&]() -> Result<Page> {
    PF_TRY(readHeader());
    PF_TRY_ASSIGN(Page page, found_ != nullptr ? take() : readPage());
    pageBytes_ = static_cast<std::uint64_t>(header_->uncompressed_page_size);
    PF_TRY(pass(page.isDictionary ? 0 : page.entries));
    return page;
  };
  Result<Page> page = read();
  if (!page) {
    return fail(inPage(std::move(page).error()));
  }
  return page;
}

Result<Page> PageStream::take() {
  shared_ = std::move(found_);
  return open(shared_->bytes);
}

Result<Page> PageStream::readPage() {
  shared_.reset();
  const auto storedBytes = static_cast<std::size_t>(header_->compressed_page_size);
  PF_TRY_ASSIGN(const ConstBytes given, available(headerBytes_ + storedBytes));
  const ConstBytes stored = given.subspan(headerBytes_, storedBytes);
  PF_TRY(check(stored));
  if (gives_ != nullptr) {
    const bool isAsItLies = file_ == nullptr && decompressor_ == nullptr;
    const auto bodyBytes = static_cast<std::uint64_t>(header_->uncompressed_page_size);
    shared_ = gives_->add(pageOffset_, isAsItLies ? 0 : bodyBytes);
  }
  PF_TRY_ASSIGN(Page page, open(stored));
  if (shared_ != nullptr) {
    const bool isAsItLies = file_ == nullptr && !isInflated_;
    shared_->bytes = isAsItLies ? stored : shared_->body.span();
    shared_->isLasting = isAsItLies && isLasting_;
    shared_->headerBytes = headerBytes_;
    shared_->header = header_;
  }
  ++counts_.opened;
  counts_.openedBytes += headerBytes_ + storedBytes;
  return page;
}

Result<void> PageStream::skip() {
  const auto skipIt = [&]() -> Result<void> {
    PF_TRY(readHeader());
    const std::uint64_t entries = glance().entries;
    if (entries > entriesLeft_) {
      return corrupt("it has more entries than the " + std::to_string(entriesLeft_) +
                     " that its chunk has left");
    }
    hasDataPage_ = true;
    windowBytes_ = kWindowBytesMin;
    ++counts_.skipped;
    return pass(entries);
  };
  Result<void> skipped = skipIt();
  if (!skipped) {
    return fail(inPage(std::move(skipped).error()));
  }
  return {};
}

Result<void> PageStream::jump(std::uint64_t offset, std::uint64_t entriesLeft,
                              std::uint64_t pages) {
  if (offset < offset_ || offset - offset_ >= bytesLeft_ || entriesLeft > entriesLeft_) {
    return corrupt("the page index has a page at offset " + std::to_string(offset) +
                   ", where the chunk has " + std::to_string(bytesLeft_) + " bytes left from " +
                   std::to_string(offset_) + " on");
  }
  header_.reset();
  found_.reset();
  hasDataPage_ = true;
  counts_.skipped += pages;
  windowBytes_ = kWindowBytesMin;
  passBytes(offset - offset_);
  entriesLeft_ = entriesLeft;
  return {};
}

// Behind the page whose header was read.
Result<void> PageStream::pass(std::uint64_t entries) {
  const std::uint64_t bytes =
      headerBytes_ + static_cast<std::uint64_t>(header_->compressed_page_size);
  header_.reset();
  found_.reset();
  passBytes(bytes);
  entriesLeft_ -= entries;
  if (atEnd() && bytesLeft_ != 0) {
    return corrupt(std::to_string(bytesLeft_) + " bytes behind the last page of its chunk");
  }
  return {};
}

void PageStream::passBytes(std::uint64_t bytes) noexcept {
  offset_ += bytes;
  bytesLeft_ -= bytes;
  if (file_ == nullptr) {
    memory_ = memory_.subspan(static_cast<std::size_t>(bytes));
  } else {
    const std::size_t kept = window_.size() - windowTaken_;
    windowTaken_ += static_cast<std::size_t>(std::min<std::uint64_t>(kept, bytes));
  }
}

// Of a page that is read, and before room is made for it.
Result<void> PageStream::check(ConstBytes stored) const {
  if (limits_.checkCrc) {
    PF_TRY(checkCrc(*header_, stored));
  }
  if (header_->uncompressed_page_size < 0) {
    return corrupt("it had " + std::to_string(header_->uncompressed_page_size) + " bytes");
  }
  const auto bytes = static_cast<std::uint64_t>(header_->uncompressed_page_size);
  if (bytes > limits_.pageBytesMax) {
    return fail(ErrorCode::kLimit, "it had " + std::to_string(bytes) +
                                       " bytes, above the limit of " +
                                       std::to_string(limits_.pageBytesMax));
  }
  return {};
}

// `stored`: of a page that is taken, as it was before compression.
Result<Page> PageStream::open(ConstBytes stored) {
  const auto bytes = static_cast<std::uint64_t>(header_->uncompressed_page_size);
  const auto& isset = header_->__isset;
  switch (header_->type) {
    case format::PageType::DICTIONARY_PAGE:
      return isset.dictionary_page_header ? openDictionary(stored, bytes)
                                          : corrupt("a dictionary page without its header");
    case format::PageType::DATA_PAGE:
      return isset.data_page_header ? openVersion1(stored, bytes)
                                    : corrupt("a data page without its header");
    case format::PageType::DATA_PAGE_V2:
      return isset.data_page_header_v2 ? openVersion2(stored, bytes)
                                       : corrupt("a data page of version 2 without its header");
    default:
      return fail(ErrorCode::kUnsupported, "pages of type " + std::to_string(header_->type) +
                                               " are not read by this version");
  }
}

Result<Page> PageStream::openDictionary(ConstBytes stored, std::uint64_t bytes) {
  if (hasDictionary_) {
    return corrupt("a second dictionary page in its chunk");
  }
  if (hasDataPage_) {
    return corrupt("a dictionary page behind data pages");
  }
  const format::DictionaryPageHeader& dictionary = header_->dictionary_page_header;
  if (dictionary.encoding != format::Encoding::PLAIN &&
      dictionary.encoding != format::Encoding::PLAIN_DICTIONARY) {
    return corrupt("a dictionary in encoding " + std::to_string(dictionary.encoding));
  }
  if (dictionary.num_values < 0) {
    return corrupt("a dictionary of " + std::to_string(dictionary.num_values) + " values");
  }
  Page page;
  page.isDictionary = true;
  page.entries = static_cast<std::uint64_t>(dictionary.num_values);
  PF_TRY_ASSIGN(page.values, inflate(stored, bytes, decompressor()));
  hasDictionary_ = true;
  return page;
}

Result<Page> PageStream::openVersion1(ConstBytes stored, std::uint64_t bytes) {
  const format::DataPageHeader& header = header_->data_page_header;
  Page page;
  PF_TRY_ASSIGN(page.entries, checkEntries(header.num_values, bytes));
  PF_TRY_ASSIGN(const ConstBytes body, inflate(stored, bytes, decompressor()));
  page.isLasting = isLasting() && body.data() == stored.data();
  ByteReader reader(body);
  PF_TRY_ASSIGN(page.repetition, takeLevels(reader, header.repetition_level_encoding,
                                            leaf_.maxRepetitionLevel, page.entries));
  PF_TRY_ASSIGN(page.definition, takeLevels(reader, header.definition_level_encoding,
                                            leaf_.maxDefinitionLevel, page.entries));
  page.encoding = header.encoding;
  page.values = reader.rest();
  hasDataPage_ = true;
  return page;
}

Result<Page> PageStream::openVersion2(ConstBytes stored, std::uint64_t bytes) {
  const format::DataPageHeaderV2& header = header_->data_page_header_v2;
  Page page;
  page.isVersion2 = true;
  page.rows = header.num_rows;
  page.nulls = header.num_nulls;
  PF_TRY_ASSIGN(page.entries, checkEntries(header.num_values, bytes));
  const std::int32_t repetition = header.repetition_levels_byte_length;
  const std::int32_t definition = header.definition_levels_byte_length;
  const std::int64_t levels = std::int64_t{repetition} + definition;
  if (repetition < 0 || definition < 0 ||
      static_cast<std::uint64_t>(levels) > std::min<std::uint64_t>(stored.size(), bytes)) {
    return corrupt("its levels have " + std::to_string(repetition) + " and " +
                   std::to_string(definition) + " bytes, of " + std::to_string(stored.size()) +
                   " that were " + std::to_string(bytes));
  }
  page.repetition.bytes = stored.first(static_cast<std::size_t>(repetition));
  page.definition.bytes =
      stored.subspan(static_cast<std::size_t>(repetition), static_cast<std::size_t>(definition));
  // Absent, it is true: the default of parquet.thrift.
  codec::Decompressor* const itsDecompressor = header.is_compressed ? decompressor() : nullptr;
  if (isGiven() && (file_ != nullptr || itsDecompressor != nullptr)) {
    PF_TRY(shared_->body.append(stored.first(static_cast<std::size_t>(levels))));
  }
  const ConstBytes rest = stored.subspan(static_cast<std::size_t>(levels));
  PF_TRY_ASSIGN(page.values,
                inflate(rest, bytes - static_cast<std::uint64_t>(levels), itsDecompressor));
  page.isLasting = isLasting() && page.values.data() == rest.data();
  page.encoding = header.encoding;
  hasDataPage_ = true;
  return page;
}

// A few bytes can stand for as many entries as the format can count, and a reader makes room for
// each.
Result<std::uint64_t> PageStream::checkEntries(std::int32_t entries,
                                               std::uint64_t bodyBytes) const {
  if (entries < 0 || static_cast<std::uint64_t>(entries) > entriesLeft_) {
    return corrupt("it has " + std::to_string(entries) + " entries, where its chunk has " +
                   std::to_string(entriesLeft_) + " left");
  }
  const auto count = static_cast<std::uint64_t>(entries);
  if (count > std::max(limits_.pageBytesMax, bodyBytes * 8)) {
    return fail(ErrorCode::kLimit, std::to_string(entries) + " entries in " +
                                       std::to_string(bodyBytes) + " bytes, above the limit of " +
                                       std::to_string(limits_.pageBytesMax));
  }
  return count;
}

Result<ConstBytes> PageStream::inflate(ConstBytes stored, std::uint64_t bytes,
                                       codec::Decompressor* decompressor) {
  // What is empty some writers do not compress.
  isInflated_ = false;
  if (decompressor == nullptr || (stored.empty() && bytes == 0)) {
    if (stored.size() != bytes) {
      return corrupt("it is not compressed, and has " + std::to_string(stored.size()) +
                     " bytes where it had " + std::to_string(bytes));
    }
    if (isGiven() && file_ != nullptr) {  // where it lies other pages will
      PF_TRY(shared_->body.append(stored));
    }
    return stored;
  }
  if (bytes > decompressor->bytesMax(stored.size())) {
    return corrupt(std::to_string(stored.size()) + " bytes cannot inflate to " +
                   std::to_string(bytes));
  }
  isInflated_ = true;
  ByteBuffer& to = isGiven() ? shared_->body : inflated_;
  if (!isGiven()) {
    to.clear();
  }
  const std::size_t before = to.size();  // levels of version 2
  PF_TRY(to.appendUninitialized(bytes));
  PF_TRY(decompressor->decompress(stored, to.mutableSpan().subspan(before)));
  return to.span().subspan(before);
}

}  // namespace parquet_flow::read
