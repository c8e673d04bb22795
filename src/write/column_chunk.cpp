#include "write/column_chunk.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <string>

#include "column/gather.hpp"
#include "column/level_scan.hpp"
#include "column/row_bytes.hpp"
#include "write/column_parts.hpp"
#include "write/encode_scratch.hpp"
#include "write/page.hpp"

namespace parquet_flow::write {
namespace {

// Of what a whole chunk is thought to take: one that is estimated too small would grow, and move,
// when it is nearly full. Memory that is not written to costs nothing but addresses.
constexpr double kReserveMargin = 1.125;
// Headers and statistics of the first pages.
constexpr double kReserveBytesMin = 4096;
constexpr double kReserveBytesMax = 2.0 * (1 << 30);

// Pages are taken out from so many bytes on: a piece for write(2), and with the page before it
// still in the second-level cache. New memory for all of a chunk costs more than to encode texts
// into it.
constexpr std::size_t kDrainBytesMin = 512 << 10;

// Bytes of the view's values, PLAIN; about, of byte arrays.
std::uint64_t sourceBytes(const schema::Leaf& leaf, const column::LeafView& view) noexcept {
  const column::ValuesView& values = view.values;
  if (values.form == column::SourceForm::kTake && values.dictionary->count != 0) {
    const column::ValuesView& all = *values.dictionary;
    const column::LeafView whole = {.entries = all.count, .values = all};
    const std::uint64_t bytes = sourceBytes(leaf, whole);
    // Large ones that few refer to, or none, are in the mean all the same.
    return std::min(bytes, bytes / all.count * values.count);
  }
  switch (values.layout) {
    case column::ValuesLayout::kFixed:
      return values.count * schema::fixedWidth(leaf.type, leaf.typeLength);
    case column::ValuesLayout::kByteBooleans:
    case column::ValuesLayout::kBits:
      return values.count / 8;
    case column::ValuesLayout::kIndices:
      return values.count * sizeof(std::uint32_t);
    case column::ValuesLayout::kOffsets32:
      break;
  }
  if (values.form == column::SourceForm::kOffsets64 || values.form == column::SourceForm::kViews) {
    return column::viewBytes(leaf, view);
  }
  std::uint64_t bytes = values.count * sizeof(std::uint32_t);
  // Nobody has looked at the offsets yet.
  if (values.count != 0 && values.form == column::SourceForm::kAsLayout &&
      values.offsets[values.count] > values.offsets[0]) {
    bytes +=
        std::min<std::uint64_t>(values.offsets[values.count] - values.offsets[0], values.dataBytes);
  }
  return bytes;
}

bool hasNoValue(const schema::Leaf& leaf, const column::LeafView& view) noexcept {
  return column::entryOfValue(leaf, view, 0, view.entries, 0) == view.entries;
}

// What is for the file or for other columns: a wide schema would have it in each of its writers.
WriterOptions withoutLists(WriterOptions options) {
  options.column = {};
  options.overrides = {};
  options.dictionaryLeaves = {};
  options.leavesWithoutDeltas = {};
  options.keyValues = {};
  options.lastKeyValues = {};
  options.sortingColumns = {};
  return options;
}

}  // namespace

struct ColumnChunkWriter::Impl {
  Impl(const schema::Leaf& itsLeaf, const WriterOptions& itsOptions, ColumnOptions itsColumn,
       codec::Compressor* itsCompressor, std::shared_ptr<EncodeScratch> itsScratch)
      : leaf(itsLeaf),
        options(withoutLists(itsOptions)),
        column(std::move(itsColumn)),
        compressor(itsCompressor),
        pageRoom{
            .rows = options.pageRows, .entries = kPageEntriesMax, .valueBytes = options.pageBytes},
        scratch(std::move(itsScratch)),
        cursor(itsLeaf, column::IndicesTaken::kYes),
        page(itsLeaf, options, column, itsCompressor, *scratch) {}

  [[nodiscard]] Result<void> chooseEncoding(std::span<const column::LeafView> views, double share,
                                            ChoiceHistory& history);
  [[nodiscard]] Result<void> chooseBetween(std::span<const column::LeafView> views, double share,
                                           double entries, ChoiceHistory& history);
  [[nodiscard]] Result<EncodingChoice> chooseDue(std::span<const column::LeafView> views,
                                                 double share, bool isBrief);
  [[nodiscard]] Result<void> reserve(std::span<const column::LeafView> views, double share,
                                     const PageDrain* drain);
  [[nodiscard]] bool haveNoValue(std::span<const column::LeafView> views) const noexcept;
  [[nodiscard]] bool isBorrowed(const column::LeafView& view) const noexcept;
  [[nodiscard]] column::PageRoom roomOfPage() const noexcept;
  [[nodiscard]] Result<void> appendSlices(PageDrain* drain);
  [[nodiscard]] Result<void> leaveDictionary();
  [[nodiscard]] Result<void> endPageBefore(const column::LeafSlice& slice);
  [[nodiscard]] std::uint64_t rowOfFirstValue(const column::LeafSlice& slice) const noexcept;
  [[nodiscard]] std::string nameOf(std::uint64_t row);
  [[nodiscard]] Result<void> inColumn(Result<void> result) const;

  const schema::Leaf& leaf;
  const WriterOptions options;
  const ColumnOptions column;
  codec::Compressor* const compressor;
  const column::PageRoom pageRoom;  // of a new page
  std::shared_ptr<EncodeScratch> scratch;
  column::SliceCursor cursor;
  PageWriter page;
  EncodedColumnChunk* out = nullptr;
  column::PageRoom room;  // of the open page
  std::uint64_t rows = 0;
  // Of the view that is appended.
  std::uint64_t rowsBefore = 0;
  std::uint64_t batch = column::LeafView::kNoBatch;  // of the row that a message names
  std::span<const column::BatchStart> batches;
  bool isChosen = false;              // the encoding of this chunk
  std::uint64_t expectedEntries = 0;  // of it
  std::uint64_t partRows = 0;         // a page begins at each multiple; 0: wherever one ends

  EncodingChoice choice;  // of this chunk
  ChoiceHistory history;  // where nobody else keeps it
};

Result<std::unique_ptr<ColumnChunkWriter>> ColumnChunkWriter::create(
    const schema::Leaf& leaf, const WriterOptions& options,
    std::shared_ptr<EncodeScratch> scratch) {
  const ColumnOptions column = columnOptions(options, leaf);
  PF_TRY_ASSIGN(codec::Compressor* const compressor,
                scratch->compressor(column.compression, column.compressionLevel));
  auto writer = std::unique_ptr<ColumnChunkWriter>(new ColumnChunkWriter());
  writer->impl_ = std::make_unique<Impl>(leaf, options, column, compressor, std::move(scratch));
  return writer;
}

ColumnChunkWriter::~ColumnChunkWriter() = default;

std::size_t chunkBytesReserved(double sourceBytes) noexcept {
  return static_cast<std::size_t>(
      std::min(kReserveBytesMin + sourceBytes * kReserveMargin, kReserveBytesMax));
}

void EncodedColumnChunk::begin(const schema::Leaf& leaf, const WriterOptions& options,
                               const ColumnOptions& column) {
  buffer.clear();
  segments.clear();
  takenBytes = 0;
  entries = 0;
  plainBytes = 0;
  uncompressedBytes = 0;
  compressedBytes = 0;
  dictionaryBytes = 0;
  dictionaryEntries = 0;
  valuesBesideDictionary = 0;
  pages.clear();
  pagesByEncoding.fill(0);
  compression = column.compression;
  hasStatistics = column.statistics;
  bloomFilter.clear();
  const Kind kind = {stats::orderOf(leaf, options.floatOrder), leaf.type, leaf.maxDefinitionLevel,
                     leaf.maxRepetitionLevel};
  if (!sizes || !columnIndex || kind_ != kind) {
    kind_ = kind;
    sizes.emplace(leaf);
    columnIndex.emplace(leaf, options.floatOrder);
  }
  sizes->clear();
  hasSizeStatistics = options.sizeStatistics && sizes->any();
  columnIndex->clear();
}

void EncodedColumnChunk::takePages() noexcept {
  takenBytes = compressedBytes;
  segments.clear();
  buffer.clear();
}

void EncodedColumnChunk::append(const EncodedColumnChunk& part) {
  for (const Segment& segment : part.segments) {
    const std::byte* const from =
        segment.borrowed != nullptr ? segment.borrowed : part.buffer.data() + segment.offset;
    segments.push_back({.borrowed = from, .offset = 0, .bytes = segment.bytes});
  }
  entries += part.entries;
  plainBytes += part.plainBytes;
  valuesBesideDictionary += part.valuesBesideDictionary;
  uncompressedBytes += part.uncompressedBytes;
  compressedBytes += part.compressedBytes;
  pages.insert(pages.end(), part.pages.begin(), part.pages.end());
  for (std::size_t i = 0; i < pagesByEncoding.size(); ++i) {
    pagesByEncoding[i] += part.pagesByEncoding[i];
  }
  sizes->merge(*part.sizes);
  columnIndex->append(*part.columnIndex);
}

void ColumnChunkWriter::begin(EncodedColumnChunk& out, std::uint64_t offset) {
  impl_->out = &out;
  impl_->rows = 0;
  impl_->isChosen = false;
  impl_->partRows = 0;
  impl_->page.beginChunk(out, offset);
}

bool ColumnChunkWriter::hasChoice() const noexcept { return !impl_->column.encoding; }

Result<void> ColumnChunkWriter::choose(std::span<const column::LeafView> views,
                                       ChoiceHistory& history) {
  return impl_->inColumn(impl_->chooseEncoding(views, 1, history));
}

Result<void> ColumnChunkWriter::reserve(std::span<const column::LeafView> views) {
  return impl_->inColumn(impl_->reserve(views, 1, nullptr));
}

Result<void> ColumnChunkWriter::append(const column::LeafView& view, double share,
                                       PageDrain* drain) {
  impl_->rowsBefore = view.rowsBefore;
  impl_->batch = view.batch;
  impl_->batches = view.batches;
  Result<void> appended = impl_->cursor.begin(view, impl_->rows);
  if (appended && !impl_->isChosen && view.entries != 0) {
    const std::span views(&view, 1);
    appended = impl_->chooseEncoding(views, share, impl_->history);
    if (appended) {
      appended = impl_->reserve(views, share, drain);
    }
  }
  if (appended) {
    impl_->page.beginView();
    appended = impl_->appendSlices(drain);
  }
  appended = impl_->inColumn(std::move(appended));
  if (appended || impl_->batch == column::LeafView::kNoBatch) {
    return appended;
  }
  return fail(std::move(appended).error().withContext("batch " + std::to_string(impl_->batch)));
}

// What the bytes of a float come to, only a codec tells. Integers and booleans that shrink without
// it may well shrink more in another encoding with it; those that do not are noise to both.
Result<EncodingChoice> ColumnChunkWriter::Impl::chooseDue(std::span<const column::LeafView> views,
                                                          double share, bool isBrief) {
  using schema::PhysicalType;
  const bool isFloat = leaf.type == PhysicalType::kFloat || leaf.type == PhysicalType::kDouble;
  const bool isWhole = leaf.type == PhysicalType::kInt32 || leaf.type == PhysicalType::kInt64 ||
                       leaf.type == PhysicalType::kBoolean;
  EncodingChooser& chooser = scratch->chooser;
  if (isBrief && !isFloat) {
    PF_TRY_ASSIGN(const EncodingChoice bySize,
                  chooser.choose(leaf, options, column, nullptr, views, share, *scratch));
    if (compressor == nullptr || !isWhole || bySize.encoding == encoding::Encoding::kPlain) {
      return bySize;
    }
  }
  return chooser.choose(leaf, options, column, compressor, views, share, *scratch);
}

Result<void> ColumnChunkWriter::Impl::chooseEncoding(std::span<const column::LeafView> views,
                                                     double share, ChoiceHistory& itsHistory) {
  using encoding::Encoding;
  isChosen = true;
  ChunkSize size;
  for (const column::LeafView& view : views) {
    size.rows += view.rows;
    size.entries += view.entries;
    size.valueBytes += sourceBytes(leaf, view);
  }
  const double entries = static_cast<double>(size.entries) / share;
  expectedEntries = static_cast<std::uint64_t>(entries);
  PF_TRY(chooseBetween(views, share, entries, itsHistory));
  // What a dictionary has of a page depends on the pages before it.
  const bool mayBeCut = share >= 1 && choice.encoding != Encoding::kRleDictionary;
  partRows = mayBeCut ? partRowsOf(leaf, options, column, size) : 0;
  page.setEncoding(choice.encoding);
  // Of a fixed width all fit into a dictionary, or none does.
  page.expectValues(choice.encoding == Encoding::kRleDictionary &&
                    schema::fixedWidth(leaf.type, leaf.typeLength) <= options.dictionaryBytes &&
                    !haveNoValue(views));
  return {};
}

Result<void> ColumnChunkWriter::Impl::chooseBetween(std::span<const column::LeafView> views,
                                                    double share, double entries,
                                                    ChoiceHistory& itsHistory) {
  if (column.encoding) {
    // What a dictionary that was asked for has no room for is PLAIN, as readers of dictionaries
    // expect: Arrow C++ reads no other encoding into a dictionary column.
    choice = {.encoding = *column.encoding, .fallback = encoding::Encoding::kPlain};
    return {};
  }
  // Nulls alone are PLAIN, and say nothing of the chunks to come.
  const bool isWhole = share >= 1;
  if (isWhole && haveNoValue(views)) {
    choice = {};
    return {};
  }
  if (itsHistory.isDue(entries)) {
    PF_TRY_ASSIGN(const EncodingChoice chosen,
                  chooseDue(views, share, itsHistory.isBrief(entries)));
    itsHistory.add(chosen, entries);
  }
  --itsHistory.chunksLeft;
  choice = itsHistory.choice;
  return {};
}

bool ColumnChunkWriter::Impl::haveNoValue(std::span<const column::LeafView> views) const noexcept {
  return std::ranges::all_of(
      views, [this](const column::LeafView& view) { return hasNoValue(leaf, view); });
}

// What is borrowed takes no memory of ours.
bool ColumnChunkWriter::Impl::isBorrowed(const column::LeafView& view) const noexcept {
  return compressor == nullptr && !view.transient && view.validity == nullptr &&
         view.definitionLevels == nullptr && view.values.layout == column::ValuesLayout::kFixed &&
         view.values.form == column::SourceForm::kAsLayout &&
         page.encoding() == encoding::Encoding::kPlain;
}

// By what the first views have: growing would copy what is there again and again, and hold two of
// it meanwhile.
Result<void> ColumnChunkWriter::Impl::reserve(std::span<const column::LeafView> views, double share,
                                              const PageDrain* drain) {
  PF_TRY(page.beginBloomFilter(expectedEntries));
  double bytes = 0;
  double values = 0;
  for (const column::LeafView& view : views) {
    if (!isBorrowed(view)) bytes += static_cast<double>(sourceBytes(leaf, view));
    values += static_cast<double>(view.values.count);
  }
  // Of a whole chunk: who feeds pieces keeps the memory from chunk to chunk.
  if (page.encoding() == encoding::Encoding::kRleDictionary && share >= 1) {
    const double pages = std::max(1.0, bytes / static_cast<double>(options.pageBytes));
    const double most =
        static_cast<double>(leaf.maxRepetitionLevel == 0 ? options.pageRows : kPageEntriesMax);
    PF_TRY(page.reserveIds(static_cast<std::size_t>(std::min(values / pages, most))));
  }
  double whole = static_cast<double>(chunkBytesReserved(bytes / share));
  if (drain != nullptr && page.mayBeTaken()) {
    const double piece = static_cast<double>(kDrainBytesMin) +
                         static_cast<double>(options.pageBytes) * kReserveMargin;
    whole = std::min(whole, kReserveBytesMin + piece);
  }
  if (compressor != nullptr) {
    // A page at a time, levels in front.
    const double pageBytes =
        std::min(whole, kReserveBytesMin + static_cast<double>(options.pageBytes) * kReserveMargin);
    PF_TRY(scratch->values.reserve(scratch->frontRoom + static_cast<std::size_t>(pageBytes)));
  }
  return out->buffer.reserve(static_cast<std::size_t>(whole));
}

column::PageRoom ColumnChunkWriter::Impl::roomOfPage() const noexcept {
  column::PageRoom whole = pageRoom;
  if (partRows != 0) {
    whole.rows = std::min(whole.rows, partRows - rows % partRows);
  }
  return whole;
}

Result<void> ColumnChunkWriter::Impl::appendSlices(PageDrain* drain) {
  while (!cursor.atEnd()) {
    if (!page.pageIsOpen()) {
      room = roomOfPage();
      if (drain != nullptr && out->buffer.size() >= kDrainBytesMin && page.mayBeTaken()) {
        PF_TRY(drain->drain());
      }
    }
    PF_TRY_ASSIGN(const column::LeafSlice slice, cursor.next(room));
    if (leaf.logical.kind == schema::LogicalKind::kUnknown && slice.values.count != 0) {
      return fail(ErrorCode::kInvalidArgument,
                  nameOf(rows + rowOfFirstValue(slice)) +
                      " has a value, and the column is of UNKNOWN: nulls alone");
    }
    if (!page.fits(slice)) {
      PF_TRY(endPageBefore(slice));
    }
    PF_TRY_ASSIGN(const bool taken, page.add(slice));
    if (!taken) {
      PF_TRY(leaveDictionary());
      PF_TRY(page.add(slice));
    }
    rows += slice.rows;
    room.take(slice.rows, slice.entries, slice.valueBytes);
    if (room.usedUp()) {
      PF_TRY(page.finishPage());
    }
  }
  return {};
}

// What the dictionary has no room for goes into pages of their own.
Result<void> ColumnChunkWriter::Impl::leaveDictionary() {
  if (page.pageIsOpen()) {
    PF_TRY(page.finishPage());
    room = pageRoom;
  }
  page.setEncoding(choice.fallback);
  return {};
}

// The open page may be as large as the options say, and its last row far larger. Of the slice the
// rows but the last are few, see SliceCursor: if it does not fit a page of its own, that one is too
// large.
Result<void> ColumnChunkWriter::Impl::endPageBefore(const column::LeafSlice& slice) {
  if (page.pageIsOpen()) {
    PF_TRY(page.finishPage());
    room = roomOfPage();
  }
  if (!page.fits(slice)) {
    return fail(ErrorCode::kLimit,
                nameOf(rows + slice.rows - 1) + ": a page with it would be above 2^31 - 1 bytes");
  }
  return {};
}

// Of a slice that has one, counted from its beginning.
std::uint64_t ColumnChunkWriter::Impl::rowOfFirstValue(
    const column::LeafSlice& slice) const noexcept {
  std::size_t entry = 0;
  if (slice.validity != nullptr) {
    entry = column::findBit(slice.validity, slice.validityBitOffset, slice.entries, 0);
  } else if (slice.definitionLevels != nullptr) {
    entry = column::findLevel(slice.definitionLevels, slice.entries, leaf.maxDefinitionLevel, 0);
  }
  if (slice.repetitionLevels == nullptr) {
    return entry;
  }
  return column::scanLevels(slice.repetitionLevels, entry + 1, 0).matches - 1;
}

// "row 17", of a row of the chunk, as the source's caller counts it.
std::string ColumnChunkWriter::Impl::nameOf(std::uint64_t row) {
  std::uint64_t number = rowsBefore + row;
  const auto behind = std::ranges::upper_bound(batches, row, {}, &column::BatchStart::row);
  if (behind != batches.begin()) {
    const column::BatchStart& start = *std::prev(behind);
    batch = start.batch;
    number = start.rowInBatch + (row - start.row);
  }
  return "row " + std::to_string(number);
}

Result<void> ColumnChunkWriter::Impl::inColumn(Result<void> result) const {
  if (result) {
    return result;
  }
  return fail(std::move(result).error().withContext("column '" + leaf.dottedPath + "'"));
}

Result<void> ColumnChunkWriter::finish() {
  if (impl_->page.pageIsOpen()) {
    PF_TRY(impl_->page.finishPage());
  }
  return impl_->page.finishChunk();
}

// --- a chunk in parts ----------------------------------------------------------------------------

bool ColumnChunkWriter::cut(std::span<const column::LeafView> views, ColumnParts& parts) {
  const Impl& impl = *impl_;
  if (impl.partRows == 0 || !parts.cut(impl.leaf, views, impl.partRows)) {
    return false;
  }
  parts.encoding_ = impl.choice.encoding;
  parts.entries_ = impl.expectedEntries;
  return true;
}

Result<void> ColumnChunkWriter::encodePart(ColumnParts& parts, std::uint32_t index) {
  Impl& impl = *impl_;
  ColumnParts::Part& part = parts.parts_[index];
  const auto views = parts.viewsOf(part);
  begin(part.encoded, 0);
  impl.rows = part.firstRow;
  impl.isChosen = true;
  impl.choice = {.encoding = parts.encoding_};
  impl.expectedEntries = parts.entries_;
  impl.page.setEncoding(parts.encoding_);
  PF_TRY(reserve(views));
  for (const column::LeafView& view : views) {
    PF_TRY(append(view));
  }
  if (impl.page.pageIsOpen()) {
    PF_TRY(impl.page.finishPage());
  }
  impl.page.finishPart(part.bounds);
  if (impl.column.bloomFilter) {
    parts.addFilter(impl.scratch->bloomFilter);
  }
  return {};
}

Result<void> ColumnChunkWriter::join(ColumnParts& parts, EncodedColumnChunk& out) {
  Impl& impl = *impl_;
  out.begin(impl.leaf, impl.options, impl.column);
  out.buffer.release();  // of a chunk that was not cut: it would else be held beside the parts'
  for (std::uint32_t i = 0; i < parts.count_; ++i) {
    out.append(parts.parts_[i].encoded);
  }
  if (out.hasStatistics) {
    stats::BoundsCollector& bounds = *parts.parts_.front().bounds;
    for (std::uint32_t i = 1; i < parts.count_; ++i) {
      bounds.merge(*parts.parts_[i].bounds);
    }
    bounds.finish(out.statistics);
  }
  if (!impl.column.bloomFilter) {
    return {};
  }
  std::swap(parts.filter_, impl.scratch->bloomFilter);
  Result<void> finished = impl.page.finishBloomFilter(out.bloomFilter);
  std::swap(parts.filter_, impl.scratch->bloomFilter);
  return finished;
}

}  // namespace parquet_flow::write
