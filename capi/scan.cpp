#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "arrow_message_reader.hpp"
#include "arrow_out_type.hpp"
#include "base/thread.hpp"
#include "boundary.hpp"
#include "defaults.hpp"
#include "predicate.hpp"
#include "read/chunk_info.hpp"
#include "reader.hpp"
#include "schema/arrow_schema.hpp"
#include "struct_versions.hpp"
#include "text.hpp"

namespace parquet_flow::capi {
namespace {

struct ScanSettings {
  scan::FilterOptions rows;
  std::uint32_t threads = 1;
  ArrowChoices choices;
  bool ignoresArrowSchema = false;
};

Result<ScanSettings> readScanOptions(const read::FileReader& file,
                                     const pf_scan_options_t* options) {
  pf_scan_options_t given = defaultScanOptions();
  if (options != nullptr) {
    PF_TRY_ASSIGN(given, readStruct(options, "options", defaultScanOptions()));
  }
  ScanSettings settings;
  if (given.strings < PF_STRINGS_AS_STORED || given.strings > PF_STRINGS_VIEWS) {
    return notEnumerated(given.strings, "strings", "pf_strings_t");
  }
  settings.choices.strings = static_cast<pf_strings_t>(given.strings);
  PF_TRY(requireZero(given.reserved2, "options->reserved2"));
  PF_TRY_ASSIGN(settings.choices.rawInt96, requireSwitch(given.raw_int96, "raw_int96"));
  PF_TRY_ASSIGN(settings.ignoresArrowSchema,
                requireSwitch(given.ignore_arrow_schema, "ignore_arrow_schema"));
  PF_TRY(requireRange(given.batch_rows, 1, INT32_MAX, "batch_rows"));
  if (given.column_count != 0) PF_TRY(requirePointer(given.columns, "columns"));
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < given.column_count; ++i) {
    PF_TRY_ASSIGN(const auto path, requireText(given.columns[i], "a path of columns"));
    paths.emplace_back(path);
  }
  PF_TRY_ASSIGN(settings.rows.leaves, read::leavesOf(file.schema(), paths));
  settings.rows.firstRow = given.first_row;
  settings.rows.rows = given.row_count;
  settings.rows.batchRows = given.batch_rows;
  if (given.predicate != nullptr) settings.rows.predicate = given.predicate->predicate;
  settings.rows.skip = given.skip;
  settings.rows.limit = given.limit;
  PF_TRY(requireRange(given.threads, 0, read::kReadThreadsMax, "threads"));
  settings.threads =
      given.threads != 0 ? given.threads : std::min(affinityCpus(), read::kReadThreadsMax);
  return settings;
}

// Without a predicate rows are known by their numbers.
Result<RowSource> openRows(const read::FileReader& file, ScanSettings settings) {
  scan::FilterOptions& rows = settings.rows;
  RowSource source;
  if (rows.predicate) {
    rows.isCompact = true;
    PF_TRY_ASSIGN(source.filtered, scan::FilteredReader::create(file, std::move(rows)));
    return source;
  }
  read::BatchOptions batches;
  batches.leaves = std::move(rows.leaves);
  batches.firstRow = rows.firstRow;
  if (rows.firstRow <= file.rows()) {  // else refused
    const std::uint64_t there = std::min(rows.rows, file.rows() - rows.firstRow);
    const std::uint64_t skipped = std::min(rows.skip, there);
    batches.firstRow += skipped;
    batches.rows = std::min(there - skipped, rows.limit);
  }
  batches.batchRows = rows.batchRows;
  batches.threads = settings.threads;
  batches.lendAlignment = rows.lendAlignment;
  PF_TRY_ASSIGN(source.all, read::BatchReader::create(file, std::move(batches)));
  return source;
}

}  // namespace

Scan::Scan(std::shared_ptr<const read::FileReader> file, RowSource source,
           std::vector<std::uint32_t> leaves, read::Shape shape, ArrowField type)
    : file_(std::move(file)),
      source_(std::move(source)),
      leaves_(std::move(leaves)),
      arrays_(file_->schema(), std::move(shape), std::move(type), leaves_) {}

Result<std::unique_ptr<Scan>> Scan::create(std::shared_ptr<const read::FileReader> file,
                                           const pf_scan_options_t* options) {
  PF_TRY_ASSIGN(ScanSettings settings, readScanOptions(*file, options));
  std::optional<ArrowField> original;
  if (!settings.ignoresArrowSchema) {
    const auto text = read::findKeyValue(*file, schema::kArrowSchemaKey);
    if (text) original = decodeArrowSchema(*text);
  }
  std::vector<bool> isTaken(file->schema().leaves().size());
  for (const std::uint32_t leaf : settings.rows.leaves) isTaken[leaf] = true;
  read::Shape shape = read::pruned(file->shape(), isTaken);
  ArrowField type =
      arrowTypeOf(shape, file->schema(), original ? &*original : nullptr, settings.choices);
  // Arrow's readers take values where their type is aligned; no type of ours needs more.
  settings.rows.lendAlignment = alignof(std::max_align_t) / 2;
  std::vector<std::uint32_t> leaves = settings.rows.leaves;
  PF_TRY_ASSIGN(RowSource source, openRows(*file, std::move(settings)));
  return std::unique_ptr<Scan>(new Scan(std::move(file), std::move(source), std::move(leaves),
                                        std::move(shape), std::move(type)));
}

Result<void> Scan::requireForm(bool isRows) {
  if (givesRows_.value_or(isRows) != isRows) {
    return invalid("the scan gives ", isRows ? "batches" : "rows", " already");
  }
  givesRows_ = isRows;
  return {};
}

Result<bool> Scan::nextBatch() {
  if (source_.all != nullptr) return source_.all->next(batch_);
  selected_.columns.swap(batch_.columns);  // whose memory is used again
  PF_TRY_ASSIGN(const bool isThere, source_.filtered->next(selected_));
  selected_.columns.swap(batch_.columns);
  batch_.firstRow = selected_.firstRow;
  batch_.rows = selected_.rows;
  return isThere;
}

Result<void> Scan::nextArrow(ArrowArray* out) {
  *out = ArrowArray{};
  PF_TRY(requireForm(false));
  return error_.run([&]() -> Result<void> {
    arrays_.supply(batch_);
    PF_TRY_ASSIGN(const bool isThere, nextBatch());
    if (!isThere) return {};
    Result<void> handed = arrays_.hand(batch_, file_->file(), out);
    return handed ? Result<void>{}
                  : fail(std::move(handed).error().withContext(file_->file()->name()));
  });
}

Result<std::uint64_t> Scan::nextColumns(pf_column_view_t* columns, std::size_t count) {
  if (count != leaves_.size()) {
    return invalid("column_count is ", count, ", the scan has ", leaves_.size());
  }
  PF_TRY(requireForm(false));
  PF_TRY_ASSIGN(const bool isThere, nextBatch());
  if (!isThere) return std::uint64_t{0};
  for (std::size_t i = 0; i < count; ++i) {
    const schema::Leaf& leaf = file_->schema().leaves()[leaves_[i]];
    const read::ColumnVector& vector = batch_.columns[i];
    pf_column_view_t view{};
    view.values = vector.data();
    if (leaf.type == schema::PhysicalType::kByteArray) {
      view.offsets = reinterpret_cast<const std::uint32_t*>(vector.offsets.data());
    }
    if (vector.nulls != 0) {
      view.validity = reinterpret_cast<const std::uint8_t*>(vector.validity.data());
    }
    if (read::keepsLevels(leaf)) {
      view.definition_levels =
          reinterpret_cast<const std::uint8_t*>(vector.definitionLevels.data());
      if (leaf.maxRepetitionLevel != 0) {
        view.repetition_levels =
            reinterpret_cast<const std::uint8_t*>(vector.repetitionLevels.data());
      }
    }
    view.bit_offset = vector.lentBitOffset;
    view.entries = vector.entries;
    view.slots = vector.slots;
    view.nulls = vector.nulls;
    columns[i] = view;
  }
  return batch_.rows;
}

Rows& Scan::rows() {
  if (rows_ == nullptr) rows_ = std::make_unique<Rows>(*file_, arrays_.shape(), leaves_);
  return *rows_;
}

Result<const pf_value_t*> Scan::nextRow() {
  PF_TRY(requireForm(true));
  return error_.run([&] { return nextRowOfBatches(); });
}

Result<const pf_value_t*> Scan::nextRowOfBatches() {
  const auto inFile = [&](Error error) {
    return fail(std::move(error).withContext(file_->file()->name()));
  };
  while (!rows().hasNext()) {
    PF_TRY_ASSIGN(const bool isThere, nextBatch());
    if (!isThere) return nullptr;
    if (auto begun = rows_->begin(batch_); !begun) return inFile(std::move(begun).error());
  }
  Result<const pf_value_t*> row = rows_->next();
  if (!row) return inFile(std::move(row).error());
  return row;
}

}  // namespace parquet_flow::capi
