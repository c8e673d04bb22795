#include "merge/source_rows.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <string>
#include <utility>

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "read/arrow_values.hpp"
#include "read/schema_tree.hpp"

namespace parquet_flow::merge {
namespace {

// What decoders may keep from one file for the next.
constexpr std::uint64_t kKeptBytesMax = 64U << 20;

}  // namespace

// What files of one schema have in common.
struct SourceRows::Layout {
  ByteBuffer elements;  // of the footer, encoded
  schema::Schema schema;
  ColumnMap map;
  std::vector<std::unique_ptr<read::ColumnCursor>> cursors;  // one a leaf of the file
  std::vector<std::uint32_t> read;                           // leaves of the file that are
  std::uint64_t batchRowsMax = UINT64_MAX;
};

SourceRows::SourceRows(const schema::Schema& output, std::vector<std::uint32_t> leaves)
    : output_(&output), leaves_(std::move(leaves)) {
  if (!leaves_.empty()) return;
  leaves_.resize(output.leaves().size());
  std::iota(leaves_.begin(), leaves_.end(), 0U);
}

SourceRows::~SourceRows() = default;

const ColumnMap& SourceRows::columns() const noexcept { return layout_->map; }

// Decoders that are there have the limit before.
void SourceRows::setPageBytesMax(std::uint64_t bytes) {
  const std::uint64_t bounded = std::min(bytes, kPageBytesMax);
  if (bounded != pageBytesMax_) layouts_.clear();
  pageBytesMax_ = bounded;
}

Result<SourceRows::Layout*> SourceRows::layoutOf(
    const std::vector<format::SchemaElement>& elements) {
  elements_.clear();
  for (const format::SchemaElement& element : elements) PF_TRY(thrift_.write(element, elements_));
  const auto same = std::find_if(layouts_.begin(), layouts_.end(), [&](const auto& layout) {
    return asText(layout->elements.span()) == asText(elements_.span());
  });
  if (same != layouts_.end()) {
    std::rotate(layouts_.begin(), same, same + 1);
    return layouts_.front().get();
  }
  auto layout = std::make_unique<Layout>();
  PF_TRY_ASSIGN(layout->schema, read::schemaOf(elements));
  PF_TRY(checkAnnotations(elements, layout->schema));
  PF_TRY_ASSIGN(layout->map, mapColumns(layout->schema, *output_, session_ != nullptr));
  PF_TRY(layout->elements.append(elements_.span()));
  const read::PageLimits limits{.pageBytesMax = pageBytesMax_};
  for (const schema::Leaf& leaf : layout->schema.leaves()) {
    layout->cursors.push_back(std::make_unique<read::ColumnCursor>(leaf, limits, 1));
    const std::uint64_t width =
        std::max<std::uint64_t>(schema::fixedWidth(leaf.type, leaf.typeLength), 1);
    layout->batchRowsMax =
        std::min(layout->batchRowsMax, std::max<std::uint64_t>(limits.pageBytesMax / width, 1));
  }
  for (const std::uint32_t leaf : leaves_) {
    const MappedLeaf& mapped = layout->map.leaves[leaf];
    if (mapped.source != LeafSource::kNull && mapped.leaf != kNoLeaf) {
      layout->read.push_back(mapped.leaf);
    }
  }
  if (layouts_.size() == kLayoutsMax) layouts_.pop_back();
  layouts_.insert(layouts_.begin(), std::move(layout));
  return layouts_.front().get();
}

Result<void> SourceRows::beginFile(const SourceFile& file, const SessionColumn* session) {
  file_ = &file;
  session_ = session;
  rowsLeft_ = 0;
  if (budget_ != nullptr && budget_->held() > kKeptBytesMax) {
    layouts_.clear();  // of a file that took much, nothing stays
    batch_ = {};
  }
  auto layout = layoutOf(file.metaData().schema);
  if (!layout) {
    return fail(std::move(layout).error().withContext(file.bytes().name()));
  }
  layout_ = *layout;
  batchRowsMax_ = layout_->batchRowsMax;
  budget_ = read::budgetFor(pageBytesMax_, file.bytes().size(), 1);
  for (const auto& cursor : layout_->cursors) cursor->setBudget(budget_);
  return session == nullptr ? Result<void>{} : checkSession(*session);
}

// A file that was merged before has the column, and several sessions. In one of a single session a
// column of that name is the user's.
Result<void> SourceRows::checkSession(const SessionColumn& session) const {
  const bool isThere = layout_->map.leaves.back().leaf != kNoLeaf;
  const bool isMerged = session.numbers.size() > 1;
  if (isThere == isMerged) return {};
  return fail(ErrorCode::kInvalidArgument,
              std::string(file_->bytes().name()) + ": column 'session' " +
                  (isThere ? "is its own, and not the number of a row's session"
                           : "is missing, and its ledger has several sessions"));
}

tl::unexpected<Error> SourceRows::inColumn(Error error, std::uint32_t leaf) const {
  return fail(std::move(error).withContext(std::string(file_->bytes().name()) + ": row group " +
                                           std::to_string(rowGroup_) + ", column '" +
                                           layout_->schema.leaves()[leaf].dottedPath + "'"));
}

Result<void> SourceRows::beginRowGroup(std::size_t rowGroup) {
  rowGroup_ = rowGroup;
  rowsLeft_ = static_cast<std::uint64_t>(file_->metaData().row_groups[rowGroup].num_rows);
  return rowsLeft_ == 0 ? Result<void>{} : beginChunks(0);
}

Result<void> SourceRows::beginChunks(std::uint64_t skipped) {
  const format::RowGroup& group = file_->metaData().row_groups[rowGroup_];
  for (const std::uint32_t leaf : layout_->read) {
    read::ColumnCursor& cursor = *layout_->cursors[leaf];
    Result<void> begun = cursor.beginChunk(file_->bytes(), group.columns[leaf].meta_data,
                                           static_cast<std::uint64_t>(group.num_rows));
    if (begun) begun = cursor.skip(skipped);
    if (!begun) return inColumn(std::move(begun).error(), leaf);
  }
  return {};
}

// As read::BatchReader does it.
Result<void> SourceRows::readColumns(std::uint64_t& rows) {
  const auto& group = file_->metaData().row_groups[rowGroup_];
  for (;;) {
    Result<void> read;
    bool hadTooManyRows = false;
    for (const std::uint32_t leaf : layout_->read) {
      read = layout_->cursors[leaf]->read(rows, batch_.vectors[leaf]);
      if (read) continue;
      hadTooManyRows = layout_->cursors[leaf]->hadTooManyRows();
      read = inColumn(std::move(read).error(), leaf);
      break;
    }
    if (read || !hadTooManyRows || rows == 1) return read;
    rows /= 2;
    batchRowsMax_ = rows;
    PF_TRY(beginChunks(static_cast<std::uint64_t>(group.num_rows) - rowsLeft_));
  }
}

Result<std::uint64_t> SourceRows::next(std::uint64_t rowsMax) {
  std::uint64_t rows = std::min({rowsMax, rowsLeft_, batchRowsMax_});
  const std::size_t vectors = layout_->cursors.size();
  if (batch_.vectors.size() < vectors) batch_.vectors.resize(vectors);
  batch_.views.resize(output_->leaves().size());
  batch_.made.resize(output_->leaves().size());
  PF_TRY(readColumns(rows));
  for (const std::uint32_t leaf : leaves_) PF_TRY(makeView(leaf, rows));
  rowsLeft_ -= rows;
  return rows;
}

Result<void> SourceRows::makeView(std::uint32_t leaf, std::uint64_t rows) {
  const MappedLeaf& mapped = layout_->map.leaves[leaf];
  if (mapped.source == LeafSource::kSession) return makeSession(rows);
  if (mapped.source == LeafSource::kNull) return makeNulls(output_->leaves()[leaf], rows);
  batch_.views[leaf] = batch_.vectors[mapped.leaf].view(layout_->schema.leaves()[mapped.leaf]);
  if (mapped.source == LeafSource::kColumn) return {};
  return widen(mapped, batch_.made[leaf], batch_.views[leaf]);
}

Result<void> SourceRows::makeNulls(const schema::Leaf& leaf, std::uint64_t rows) {
  // Views that stand on it do not lose it: all are of so many rows, so that the first one grows it.
  if (batch_.zeros.size() < rows) {
    const std::size_t more = rows - batch_.zeros.size();
    PF_TRY_ASSIGN(std::byte* const at, batch_.zeros.appendUninitialized(more));
    std::memset(at, 0, more);
  }
  column::LeafView& view = batch_.views[leaf.index];
  view = column::LeafView{};
  view.rows = rows;
  view.entries = rows;
  view.definitionLevels = reinterpret_cast<const std::uint8_t*>(batch_.zeros.data());
  if (leaf.maxRepetitionLevel != 0) view.repetitionLevels = view.definitionLevels;
  static constexpr std::uint32_t kNoOffsets[1] = {0};
  if (leaf.type == schema::PhysicalType::kByteArray) {
    view.values.layout = column::ValuesLayout::kOffsets32;
    view.values.offsets = kNoOffsets;
  } else if (leaf.type == schema::PhysicalType::kBoolean) {
    view.values.layout = column::ValuesLayout::kByteBooleans;
  }
  return {};
}

namespace {

template <class From, class To>
Result<void> convert(const std::byte* from, std::uint64_t count, ByteBuffer& out) {
  PF_TRY_ASSIGN(std::byte* const to, out.appendUninitialized(count * sizeof(To)));
  for (std::uint64_t i = 0; i < count; ++i) {
    storeLe(to + i * sizeof(To), static_cast<To>(loadLe<From>(from + i * sizeof(From))));
  }
  return {};
}

}  // namespace

Result<void> SourceRows::widen(const MappedLeaf& mapped, ByteBuffer& wide,
                               column::LeafView& view) const {
  wide.clear();
  const std::byte* const from = view.values.data;
  const std::uint64_t count = view.values.count;
  switch (mapped.source) {
    case LeafSource::kSignExtended:
      PF_TRY((convert<std::int32_t, std::int64_t>(from, count, wide)));
      break;
    case LeafSource::kZeroExtended:
      PF_TRY((convert<std::uint32_t, std::uint64_t>(from, count, wide)));
      break;
    case LeafSource::kToDouble:
      PF_TRY((convert<float, double>(from, count, wide)));
      break;
    case LeafSource::kDecimal:
      return widenDecimals(mapped, wide, view);
    case LeafSource::kColumn:
    case LeafSource::kNull:
    case LeafSource::kSession:
      PF_ASSERT(false);
      break;
  }
  view.values.data = wide.data();
  return {};
}

Result<void> SourceRows::widenDecimals(const MappedLeaf& mapped, ByteBuffer& wide,
                                       column::LeafView& view) const {
  constexpr std::size_t kBytes = 16;
  constexpr std::size_t kBytesMost = 32;
  const schema::Leaf& leaf = layout_->schema.leaves()[mapped.leaf];
  constexpr std::int32_t kPrecisionMax = 38;  // of 16 bytes
  const std::size_t bytes = leaf.logical.a <= kPrecisionMax ? kBytes : kBytesMost;
  const bool isBigEndian = leaf.type == schema::PhysicalType::kFixedLenByteArray ||
                           leaf.type == schema::PhysicalType::kByteArray;
  PF_TRY(read::decimals(batch_.vectors[mapped.leaf],
                        {schema::fixedWidth(leaf.type, leaf.typeLength), isBigEndian}, bytes,
                        wide));
  const std::uint64_t count = view.values.count;
  view.values = column::ValuesView{};
  view.values.data = wide.data();
  view.values.count = count;
  view.values.form = column::SourceForm::kDecimal;
  view.values.sourceWidth = static_cast<std::uint32_t>(bytes);
  return {};
}

// A file that was merged before has the column: its numbers are those of its own ledger.
Result<void> SourceRows::makeSession(std::uint64_t rows) {
  const auto last = static_cast<std::uint32_t>(batch_.views.size() - 1);
  ByteBuffer& numbers = batch_.made[last];
  numbers.clear();
  const std::uint32_t from = layout_->map.leaves[last].leaf;
  const bool isThere = from < layout_->cursors.size();
  for (std::uint64_t i = 0; i < rows; ++i) {
    std::uint32_t number = 0;
    if (isThere) number = loadLe<std::uint32_t>(batch_.vectors[from].data() + i * sizeof number);
    if (number >= session_->numbers.size()) {
      return inColumn(
          {ErrorCode::kCorrupt, "session " + std::to_string(number) + " of " +
                                    std::to_string(session_->numbers.size()) + " in the ledger"},
          isThere ? from : 0);
    }
    PF_TRY(numbers.appendLe(session_->numbers[number]));
  }
  column::LeafView& view = batch_.views[last];
  view = column::LeafView{};
  view.rows = rows;
  view.entries = rows;
  view.values.data = numbers.data();
  view.values.count = rows;
  return {};
}

}  // namespace parquet_flow::merge
