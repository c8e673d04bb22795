#include "write/file_writer.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "format/parquet_types.h"
#include "write/metadata.hpp"

namespace parquet_flow::write {
namespace {

constexpr std::string_view kMagic = "PAR1";
constexpr std::uint64_t kRowGroupListHeaderBytesMax = 4;  // a type and a varint of kRowGroupsMax
// Of one key and its value in the footer: the headers of both, their lengths, a stop byte; for the
// first also the header of the field and of the list.
constexpr std::uint64_t kKeyValueOverheadBytesMax = 24;
// The footer is spliced and written in pieces, so that closing a file takes no second copy of it.
constexpr std::size_t kSplicePieceBytes = 1 << 20;

constexpr std::uint64_t paddingAt(std::uint64_t offset) noexcept {
  return (kRowGroupAlignment - offset % kRowGroupAlignment) % kRowGroupAlignment;
}

}  // namespace

struct FileWriter::Impl {
  enum class State : std::uint8_t {
    kOpen,
    kInRowGroup,  // behind `dataEnd` lie the first pages of a row group
    kTorn,        // behind `dataEnd` lies something unknown
    kFinished,
  };

  Impl(std::unique_ptr<io::OutputFile> itsFile, std::shared_ptr<const schema::Schema> itsSchema,
       const WriterOptions& itsOptions)
      : file(std::move(itsFile)),
        schema(std::move(itsSchema)),
        options(itsOptions),
        metadata(*schema, itsOptions, thrift),
        pageIndex(schema->leaves().size(), thrift),
        columns(schema->leaves().size()) {}

  [[nodiscard]] Result<void> checkOpen() const;
  [[nodiscard]] Result<void> checkRoom() const;
  [[nodiscard]] Result<void> checkChunkBytes(const EncodedRowGroup& rowGroup) const;
  [[nodiscard]] Result<void> checkChunks(const EncodedRowGroup& rowGroup) const;
  [[nodiscard]] std::uint64_t paddingBefore(const EncodedRowGroup& rowGroup) const noexcept;
  [[nodiscard]] Result<void> appendRecord(const EncodedRowGroup& rowGroup, std::uint64_t padding);
  void collectPages(const EncodedRowGroup& rowGroup, std::uint64_t padding);
  [[nodiscard]] Result<void> writeChunks(const EncodedRowGroup& rowGroup, std::uint64_t padding);
  [[nodiscard]] Result<void> checkCopied(const CopiedRowGroup& rowGroup) const;
  [[nodiscard]] Result<void> appendCopiedRecord(const CopiedRowGroup& rowGroup);
  [[nodiscard]] Result<void> copyChunks(const CopiedRowGroup& rowGroup);
  void countCopied(const CopiedRowGroup& rowGroup) noexcept;
  [[nodiscard]] Result<void> checkFooterFits() const;
  // Whether the key has another value than the options gave it.
  [[nodiscard]] bool wasSetSince(const std::string& key) const;
  [[nodiscard]] Result<void> writeFooter();
  [[nodiscard]] tl::unexpected<Error> failAt(Error error, std::string what) const;
  void countRowGroup(const EncodedRowGroup& rowGroup) noexcept;

  std::unique_ptr<io::OutputFile> file;
  std::shared_ptr<const schema::Schema> schema;
  const WriterOptions options;
  std::vector<KeyValue> keyValues;
  format::CompactWriter thrift;
  RowGroupMetadata metadata;
  PageIndexBuilder pageIndex;  // of the row groups written, where the options ask for it
  State state = State::kOpen;
  std::uint64_t dataEnd = 0;       // behind the last whole row group
  std::uint64_t begunPadding = 0;  // kInRowGroup: in front of its pages
  ByteBuffer records;              // of the row groups written; see metadata.hpp
  // The most bytes that the footer takes: its records, its key-values, and what is around them.
  std::uint64_t splicedBytes = 0;
  std::uint64_t keyValueBytes = 0;
  std::uint64_t endsBytes = 0;
  std::vector<ConstBytes> parts;
  FileTotals totals;
  std::vector<ColumnTotals> columns;  // one a leaf
};

// What a row group adds to the footer; gone again unless it is kept, what is thrown included.
class FileWriter::FooterPart {
 public:
  explicit FooterPart(Impl& impl) noexcept
      : impl_(impl),
        records_(impl.records.size()),
        splicedBytes_(impl.splicedBytes),
        indexedChunks_(impl.pageIndex.chunks()) {}
  FooterPart(const FooterPart&) = delete;
  FooterPart& operator=(const FooterPart&) = delete;
  ~FooterPart() {
    if (kept_) return;
    impl_.records.truncate(records_);
    impl_.splicedBytes = splicedBytes_;
    impl_.pageIndex.truncate(indexedChunks_);
  }
  void keep() noexcept { kept_ = true; }

 private:
  Impl& impl_;
  std::size_t records_;
  std::uint64_t splicedBytes_;
  std::size_t indexedChunks_;
  bool kept_ = false;
};

FileWriter::~FileWriter() = default;

Result<std::unique_ptr<FileWriter>> FileWriter::open(std::unique_ptr<io::OutputFile> file,
                                                     std::shared_ptr<const schema::Schema> schema,
                                                     const WriterOptions& options) {
  if (file->position() != 0) {
    return fail(ErrorCode::kInvalidArgument, std::string(file->name()) + " is not empty");
  }
  PF_TRY(schema->validate());
  auto writer = std::unique_ptr<FileWriter>(new FileWriter());
  writer->impl_ = std::make_unique<Impl>(std::move(file), std::move(schema), options);
  Impl& impl = *writer->impl_;
  impl.endsBytes = footerEndsBytesMax(*impl.schema) + kRowGroupListHeaderBytesMax;
  for (const KeyValue& keyValue : options.keyValues) {
    PF_TRY(writer->setKeyValue(keyValue.first, keyValue.second));
  }
  Result<void> written = impl.file->write(constBytes(kMagic));
  if (!written) {
    return impl.failAt(std::move(written).error(), "beginning");
  }
  impl.dataEnd = kMagic.size();
  impl.totals.fileBytes = impl.dataEnd;
  return writer;
}

tl::unexpected<Error> FileWriter::Impl::failAt(Error error, std::string what) const {
  what.append(" ").append(file->name());
  return fail(std::move(error).withContext(what));
}

Result<void> FileWriter::Impl::checkOpen() const {
  switch (state) {
    case State::kOpen:
      return {};
    case State::kInRowGroup:
      return fail(ErrorCode::kNotOpen,
                  std::string(file->name()) + " is in the middle of a row group");
    case State::kTorn:
      return fail(ErrorCode::kNotOpen,
                  std::string(file->name()) + " ends in the middle of what could not be written");
    case State::kFinished:
      return fail(ErrorCode::kNotOpen, std::string(file->name()) + " is finished");
  }
  return fail(ErrorCode::kInternal, "a file writer in no known state");
}

Result<void> FileWriter::Impl::checkChunkBytes(const EncodedRowGroup& rowGroup) const {
  for (std::size_t i = 0; i < rowGroup.chunks.size() && i < schema->leaves().size(); ++i) {
    const std::uint64_t bytes = rowGroup.chunks[i].compressedBytes;
    if (bytes > kChunkBytesMax) {
      return fail(ErrorCode::kLimit,
                  "column '" + schema->leaves()[i].dottedPath + "': " + std::to_string(bytes) +
                      " bytes in one row group, above " + std::to_string(kChunkBytesMax) +
                      ": write fewer rows at a time");
    }
  }
  return {};
}

// The file would be wrong without a word if these did not hold.
Result<void> FileWriter::Impl::checkChunks(const EncodedRowGroup& rowGroup) const {
  bool whole = rowGroup.chunks.size() == schema->leaves().size();
  for (const EncodedColumnChunk& chunk : rowGroup.chunks) {
    std::uint64_t bytes = chunk.takenBytes;
    for (const Segment& segment : chunk.segments) {
      bytes += segment.bytes;
    }
    whole = whole && bytes == chunk.compressedBytes && chunk.entries >= rowGroup.rows;
  }
  PF_TRY(checkChunkBytes(rowGroup));
  if (!whole) {
    return fail(ErrorCode::kInternal, "the row group's chunks are not whole");
  }
  return {};
}

Result<void> FileWriter::Impl::checkRoom() const {
  if (totals.rowGroups == kRowGroupsMax) {
    return fail(ErrorCode::kLimit,
                std::string(file->name()) + " has 32767 row groups, the most that a file may have");
  }
  return {};
}

Result<void> FileWriter::writePages(EncodedRowGroup& rowGroup) {
  Impl& impl = *impl_;
  std::uint64_t padding = 0;
  if (impl.state != Impl::State::kInRowGroup) {
    PF_TRY(impl.checkOpen());
    PF_TRY(impl.checkRoom());
    padding = paddingAt(impl.dataEnd);
    impl.begunPadding = padding;
  }
  PF_TRY(impl.checkChunkBytes(rowGroup));
  impl.collectPages(rowGroup, padding);
  impl.state = Impl::State::kTorn;
  Result<void> written = impl.file->write(impl.parts);
  if (!written) {
    return impl.failAt(std::move(written).error(),
                       "writing row group " + std::to_string(impl.totals.rowGroups) + " of");
  }
  impl.state = Impl::State::kInRowGroup;
  for (EncodedColumnChunk& chunk : rowGroup.chunks) {
    chunk.takePages();
  }
  return {};
}

Result<void> FileWriter::writeRowGroup(const EncodedRowGroup& rowGroup) {
  Impl& impl = *impl_;
  const bool isBegun = impl.state == Impl::State::kInRowGroup;
  if (!isBegun) {
    PF_TRY(impl.checkOpen());
    if (rowGroup.rows == 0) {
      return {};
    }
    PF_TRY(impl.checkRoom());
  }
  PF_TRY(impl.checkChunks(rowGroup));
  const std::uint64_t padding = isBegun ? impl.begunPadding : impl.paddingBefore(rowGroup);
  FooterPart part(impl);
  Result<void> written = impl.appendRecord(rowGroup, padding);
  if (written) {
    written = impl.writeChunks(rowGroup, isBegun ? 0 : padding);
  }
  if (!written) {
    return impl.failAt(std::move(written).error(),
                       "writing row group " + std::to_string(impl.totals.rowGroups) + " of");
  }
  part.keep();
  impl.dataEnd += padding;
  impl.countRowGroup(rowGroup);
  return {};
}

// Readers go by offsets, and know space between row groups from writers that align them to blocks
// or put bloom filters there. Small ones are not worth the bytes.
std::uint64_t FileWriter::Impl::paddingBefore(const EncodedRowGroup& rowGroup) const noexcept {
  if (rowGroup.compressedBytes() < kAlignedRowGroupBytes) return 0;
  std::uint64_t begin = dataEnd;  // of the chunk that is laid out for a boundary
  for (std::uint32_t i = 0; i < rowGroup.alignedChunk; ++i) {
    begin += rowGroup.chunks[i].compressedBytes;
  }
  return paddingAt(begin);
}

// Before anything of the row group is written: what it needs in the footer must be there, and must
// fit.
Result<void> FileWriter::Impl::appendRecord(const EncodedRowGroup& rowGroup,
                                            std::uint64_t padding) {
  const std::size_t begin = records.size();
  std::uint64_t offset = dataEnd + padding;
  PF_TRY(metadata.append(rowGroup, offset, static_cast<std::uint32_t>(totals.rowGroups), records));
  if (options.pageIndex) {
    for (const EncodedColumnChunk& chunk : rowGroup.chunks) {
      PF_TRY(pageIndex.append(chunk, offset));
      offset += chunk.compressedBytes;
    }
  }
  splicedBytes += splicedBytesMax(records.span().subspan(begin), schema->leaves().size());
  return checkFooterFits();
}

Result<void> FileWriter::Impl::checkFooterFits() const {
  if (splicedBytes + keyValueBytes + endsBytes > kFooterBytesMax) {
    return fail(ErrorCode::kLimit, "the footer would be above 2^31 - 1 bytes");
  }
  return {};
}

void FileWriter::Impl::collectPages(const EncodedRowGroup& rowGroup, std::uint64_t padding) {
  static constexpr std::array<std::byte, kRowGroupAlignment> kZeros{};
  parts.clear();
  parts.emplace_back(kZeros.data(), padding);
  for (const EncodedColumnChunk& chunk : rowGroup.chunks) {
    for (const Segment& segment : chunk.segments) {
      const std::byte* from =
          segment.borrowed != nullptr ? segment.borrowed : chunk.buffer.data() + segment.offset;
      parts.emplace_back(from, segment.bytes);
    }
  }
}

Result<void> FileWriter::Impl::writeChunks(const EncodedRowGroup& rowGroup, std::uint64_t padding) {
  collectPages(rowGroup, padding);
  for (const EncodedColumnChunk& chunk : rowGroup.chunks) {
    parts.push_back(chunk.bloomFilter.span());
  }
  state = State::kTorn;
  PF_TRY(file->write(parts));
  state = State::kOpen;
  return {};
}

void countChunk(const EncodedColumnChunk& chunk, ColumnTotals& totals) noexcept {
  totals.entries += chunk.entries;
  totals.plainBytes += chunk.plainBytes;
  totals.uncompressedBytes += chunk.uncompressedBytes;
  totals.compressedBytes += chunk.compressedBytes;
  totals.dictionaryBytes += chunk.dictionaryBytes;
  totals.dictionaryPages += chunk.dictionaryBytes != 0 ? 1 : 0;
  totals.dictionaryEntriesMax = std::max(totals.dictionaryEntriesMax, chunk.dictionaryEntries);
  totals.valuesBesideDictionary += chunk.valuesBesideDictionary;
  for (std::size_t i = 0; i < totals.dataPages.size(); ++i) {
    totals.dataPages[i] += chunk.pagesByEncoding[i];
  }
  totals.encoding = chunk.pages.front().encoding;
}

void FileWriter::Impl::countRowGroup(const EncodedRowGroup& rowGroup) noexcept {
  totals.rowGroups += 1;
  totals.rows += rowGroup.rows;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const EncodedColumnChunk& chunk = rowGroup.chunks[i];
    countChunk(chunk, columns[i]);
    totals.pages += chunk.pages.size();
    totals.uncompressedBytes += chunk.uncompressedBytes;
    totals.compressedBytes += chunk.compressedBytes;
    dataEnd += chunk.compressedBytes + chunk.bloomFilter.size();
  }
  totals.fileBytes = dataEnd;
  totals.retainedBytes = records.size() + pageIndex.retainedBytes();
}

// --- row groups of other files -------------------------------------------------------------------

Result<void> FileWriter::copyRowGroup(const CopiedRowGroup& rowGroup) {
  Impl& impl = *impl_;
  PF_TRY(impl.checkOpen());
  PF_TRY(impl.checkCopied(rowGroup));
  if (rowGroup.meta->num_rows == 0) {
    return {};
  }
  PF_TRY(impl.checkRoom());
  FooterPart part(impl);
  Result<void> written = impl.appendCopiedRecord(rowGroup);
  if (written) {
    written = impl.copyChunks(rowGroup);
  }
  if (!written) {
    return impl.failAt(std::move(written).error(),
                       "copying row group " + std::to_string(impl.totals.rowGroups) + " of");
  }
  part.keep();
  impl.countCopied(rowGroup);
  return {};
}

Result<void> FileWriter::Impl::checkCopied(const CopiedRowGroup& rowGroup) const {
  const auto& leaves = schema->leaves();
  const std::vector<format::ColumnChunk>& copied = rowGroup.meta->columns;
  bool fits = copied.size() == leaves.size() && rowGroup.chunks.size() == leaves.size();
  for (std::size_t i = 0; fits && i < leaves.size(); ++i) {
    fits = copied[i].meta_data.type == static_cast<std::int32_t>(leaves[i].type) &&
           copied[i].meta_data.path_in_schema == leaves[i].path;
  }
  if (!fits) {
    return fail(ErrorCode::kInvalidArgument, "a row group with other columns than the file");
  }
  return {};
}

Result<void> FileWriter::Impl::appendCopiedRecord(const CopiedRowGroup& rowGroup) {
  const std::size_t begin = records.size();
  const MovedRowGroup moved(rowGroup, dataEnd, static_cast<std::uint32_t>(totals.rowGroups));
  PF_TRY(appendRowGroupRecord(moved.meta(), thrift, records));
  if (options.pageIndex) {
    for (std::size_t i = 0; i < rowGroup.chunks.size(); ++i) {
      PF_TRY(pageIndex.appendCopied(rowGroup.chunks[i].columnIndex.span(), moved.offsetIndex(i)));
    }
  }
  splicedBytes += splicedBytesMax(records.span().subspan(begin), schema->leaves().size());
  return checkFooterFits();
}

Result<void> FileWriter::Impl::copyChunks(const CopiedRowGroup& rowGroup) {
  state = State::kTorn;
  // Chunks that lie one behind the other are one piece.
  for (std::size_t i = 0; i < rowGroup.chunks.size();) {
    const std::uint64_t offset = rowGroup.chunks[i].offset;
    std::uint64_t end = offset;
    for (; i < rowGroup.chunks.size() && rowGroup.chunks[i].offset == end; ++i) {
      end += rowGroup.chunks[i].bytes;
    }
    PF_TRY(file->copyFrom(*rowGroup.file, offset, end - offset));
  }
  parts.clear();
  for (const CopiedChunk& chunk : rowGroup.chunks) {
    parts.push_back(chunk.bloomFilter.span());
  }
  PF_TRY(file->write(parts));
  state = State::kOpen;
  return {};
}

void FileWriter::Impl::countCopied(const CopiedRowGroup& rowGroup) noexcept {
  totals.rowGroups += 1;
  totals.rows += static_cast<std::uint64_t>(rowGroup.meta->num_rows);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const format::ColumnMetaData& meta = rowGroup.meta->columns[i].meta_data;
    columns[i].entries += static_cast<std::uint64_t>(meta.num_values);
    columns[i].uncompressedBytes += static_cast<std::uint64_t>(meta.total_uncompressed_size);
    columns[i].compressedBytes += rowGroup.chunks[i].bytes;
    totals.uncompressedBytes += static_cast<std::uint64_t>(meta.total_uncompressed_size);
    totals.compressedBytes += rowGroup.chunks[i].bytes;
    dataEnd += rowGroup.chunks[i].bytes + rowGroup.chunks[i].bloomFilter.size();
  }
  totals.fileBytes = dataEnd;
  totals.retainedBytes = records.size() + pageIndex.retainedBytes();
}

Result<void> FileWriter::cutBack() {
  Impl& impl = *impl_;
  if (impl.state != Impl::State::kTorn && impl.state != Impl::State::kInRowGroup) {
    return impl.checkOpen();
  }
  Result<void> cut = impl.file->truncate(impl.dataEnd);
  if (!cut) {
    return impl.failAt(std::move(cut).error(), "cutting back");
  }
  impl.state = Impl::State::kOpen;
  return {};
}

Result<void> FileWriter::setKeyValue(std::string_view key,
                                     const std::optional<std::string>& value) {
  Impl& impl = *impl_;
  if (impl.state == Impl::State::kFinished) {
    return impl.checkOpen();
  }
  PF_TRY(validateKeyValue(key, value));
  const auto bytesOf = [](const KeyValue& pair) {
    return pair.first.size() + pair.second.value_or("").size() + kKeyValueOverheadBytesMax;
  };
  KeyValue pair(key, value);
  const auto same = std::find_if(impl.keyValues.begin(), impl.keyValues.end(),
                                 [key](const KeyValue& known) { return known.first == key; });
  const bool known = same != impl.keyValues.end();
  const std::uint64_t bytesBefore = impl.keyValueBytes;
  impl.keyValueBytes += bytesOf(pair) - (known ? bytesOf(*same) : 0);
  if (Result<void> fits = impl.checkFooterFits(); !fits) {
    impl.keyValueBytes = bytesBefore;
    return fits;
  }
  if (known) {
    same->second = std::move(pair.second);
  } else {
    impl.keyValues.push_back(std::move(pair));
  }
  return {};
}

bool FileWriter::Impl::wasSetSince(const std::string& key) const {
  const auto isOfKey = [&key](const KeyValue& pair) { return pair.first == key; };
  const auto now = std::find_if(keyValues.begin(), keyValues.end(), isOfKey);
  if (now == keyValues.end()) return false;
  const auto& before = options.keyValues;
  const auto given = std::find_if(before.rbegin(), before.rend(), isOfKey);
  return given == before.rend() || given->second != now->second;
}

Result<void> FileWriter::finish() {
  Impl& impl = *impl_;
  PF_TRY(impl.checkOpen());
  if (impl.options.lastKeyValues) {
    for (const auto& pair : impl.options.lastKeyValues(impl.columns)) {
      if (!impl.wasSetSince(pair.first)) PF_TRY(setKeyValue(pair.first, pair.second));
    }
  }
  Result<void> written = impl.writeFooter();
  if (!written) {
    return impl.failAt(std::move(written).error(), "writing the footer of");
  }
  return {};
}

Result<void> FileWriter::Impl::writeFooter() {
  FooterEnds ends;
  PF_TRY(encodeFooterEnds(*schema, options, totals.rows, keyValues, thrift, ends));
  ByteBuffer& piece = ends.head;
  PF_TRY(format::appendStructListHeader(totals.rowGroups, piece));
  state = State::kTorn;
  PageIndexBuilder::Cursor cursor(pageIndex, dataEnd);
  PageIndexBuilder::Cursor* const locations = options.pageIndex ? &cursor : nullptr;
  ConstBytes columnIndexes = pageIndex.columnIndexes();
  ConstBytes offsetIndexes = pageIndex.offsetIndexes();
  std::uint64_t footerBytes = 0;
  // The page index goes with the first piece.
  const auto writePiece = [&] {
    const std::array<ConstBytes, 3> pieces = {std::exchange(columnIndexes, {}),
                                              std::exchange(offsetIndexes, {}), piece.span()};
    return file->write(pieces);
  };
  for (ConstBytes rest = records.span(); !rest.empty();) {
    PF_TRY(spliceRecord(rest, schema->leaves().size(), locations, piece));
    if (piece.size() >= kSplicePieceBytes) {
      PF_TRY(writePiece());
      footerBytes += piece.size();
      piece.clear();
    }
  }
  PF_TRY(piece.append(ends.tail.span()));
  footerBytes += piece.size();
  PF_TRY(piece.appendLe(static_cast<std::uint32_t>(footerBytes)));
  PF_TRY(piece.append(constBytes(kMagic)));
  PF_TRY(writePiece());
  state = State::kFinished;
  totals.fileBytes =
      dataEnd + pageIndex.bytes() + footerBytes + sizeof(std::uint32_t) + kMagic.size();
  return {};
}

io::OutputFile& FileWriter::file() noexcept { return *impl_->file; }

const FileTotals& FileWriter::totals() const noexcept { return impl_->totals; }

std::span<const ColumnTotals> FileWriter::columnTotals() const noexcept { return impl_->columns; }

}  // namespace parquet_flow::write
