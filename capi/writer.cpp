#include "writer.hpp"

#include <algorithm>
#include <utility>

#include "base/process.hpp"
#include "boundary.hpp"
#include "io/memory_file.hpp"
#include "key_values.hpp"

namespace parquet_flow::capi {
namespace {

// What is wrong with the arguments or the order of calls is found before anything is written.
bool leavesWriterUsable(ErrorCode code) noexcept {
  return code == ErrorCode::kInvalidArgument || code == ErrorCode::kUnsupported ||
         code == ErrorCode::kLimit || code == ErrorCode::kNotOpen;
}

}  // namespace

Writer::Writer(schema::Schema schema, WriterSettings settings, OutputOptions output)
    : schema_(std::make_shared<schema::Schema>(std::move(schema))),
      settings_(std::move(settings)),
      outputOptions_(std::move(output)),
      owner_(processId()) {}

Writer::~Writer() {
  if (output_ != nullptr && processId() != owner_) output_->mute();
}

Result<void> Writer::checkUsable() const {
  if (failure_) {
    return fail(Error(failure_->code(), failure_->systemError(),
                      "the writer has failed before: " + failure_->message()));
  }
  if (state_ == State::kFailed) {
    return fail(ErrorCode::kOutOfMemory, "the writer has failed before");
  }
  if (processId() != owner_) {
    return fail(ErrorCode::kNotOpen,
                "the writer was made before fork(): this process can only destroy it");
  }
  return {};
}

Result<void> Writer::requireOpen() const {
  PF_TRY(checkUsable());
  switch (state_) {
    case State::kConfigured:
      return fail(ErrorCode::kNotOpen, "the writer is not open yet (pf_writer_open)");
    case State::kClosed:
      return fail(ErrorCode::kNotOpen, "the writer is closed");
    case State::kOpen:
    case State::kFailed:
      break;
  }
  return {};
}

Result<void> Writer::settle(Result<void> result) {
  if (!result && state_ == State::kOpen && !leavesWriterUsable(result.error().code())) {
    state_ = State::kFailed;
    failure_ = result.error();
  }
  return result;
}

Result<void> Writer::addColumn(std::string_view name, schema::PhysicalType type,
                               schema::Repetition repetition, std::uint32_t typeLength) {
  PF_TRY(checkUsable());
  if (state_ != State::kConfigured) {
    return fail(ErrorCode::kNotOpen, "columns are added before the writer is opened");
  }
  PF_TRY(schema_->addLeaf(schema::kRoot, name, type, repetition, typeLength));
  return {};
}

Result<void> Writer::setKeyValue(std::string_view key, std::optional<std::string_view> value) {
  PF_TRY(checkUsable());
  std::optional<std::string> copy;
  if (value) copy = std::string(*value);
  if (state_ == State::kOpen) return file_->setKeyValue(key, copy);
  if (state_ == State::kClosed) return fail(ErrorCode::kNotOpen, "the writer is closed");
  capi::setKeyValue(settings_.options.keyValues, {std::string(key), std::move(copy)});
  return {};
}

Result<void> Writer::open() {
  PF_TRY(checkUsable());
  if (state_ != State::kConfigured) {
    return fail(ErrorCode::kNotOpen, "the writer has been opened before");
  }
  if (refusal_) return fail(*refusal_);
  auto started = start();
  if (!started) {
    file_.reset();
    output_.reset();
    return started;
  }
  output_->adopt();
  state_ = State::kOpen;
  return {};
}

// Everything that can be wrong is found before the output is touched, as far as that goes.
Result<void> Writer::start() {
  PF_TRY(schema_->validate());
  PF_TRY(write::validateOptions(settings_.options, *schema_));
  PF_TRY_ASSIGN(encoder_, write::RowGroupEncoder::create(schema_, settings_.options));
  PF_TRY_ASSIGN(output_, Output::open(outputOptions_, settings_.sync));
  PF_TRY_ASSIGN(file_, write::FileWriter::open(output_->takeFile(), schema_, settings_.options));
  return {};
}

template <class Input>
Result<void> Writer::writeColumns(std::uint64_t rows, const Input* columns, std::size_t count) {
  return bringRows([&]() -> Result<void> {
    if (rows == 0) return {};
    PF_TRY(requirePointer(columns, "columns"));
    if (inputs_ == nullptr) inputs_ = std::make_unique<ColumnInputs>(schema_);
    PF_TRY_ASSIGN(const auto views, inputs_->check(rows, std::span(columns, count)));
    return encodeAndWrite(rows, views);
  });
}

template Result<void> Writer::writeColumns(std::uint64_t, const pf_column_input_t*, std::size_t);
template Result<void> Writer::writeColumns(std::uint64_t, const pf_column_input_with_levels_t*,
                                           std::size_t);

Result<void> Writer::writeViews(std::uint64_t rows, std::span<const column::LeafView> views) {
  return bringRows([&] { return encodeAndWrite(rows, views); });
}

Result<void> Writer::encodeAndWrite(std::uint64_t rows, std::span<const column::LeafView> views) {
  write::RowGroupPieces pieces(*file_, rowGroup_);
  const bool inPieces = file_->file().takesPieces();
  auto written = encoder_->encode(rows, views, rowGroup_, inPieces ? &pieces : nullptr);
  if (written) written = file_->writeRowGroup(rowGroup_);
  if (!written && leavesWriterUsable(written.error().code())) {
    PF_TRY(file_->cutBack());  // to what was there before the first piece
  }
  return written;
}

Result<void> Writer::close() {
  if (state_ == State::kFailed) discardOutput();
  PF_TRY(requireOpen());
  if (pendingRows_ > 0) {
    return fail(ErrorCode::kNotOpen,
                std::to_string(pendingRows_) +
                    " rows of a row writer are not written yet: flush or destroy it first");
  }
  auto finished = contain([&] { return finish(); });
  if (!finished) {
    state_ = State::kFailed;
    failure_ = finished.error();
    discardOutput();
    return finished;
  }
  state_ = State::kClosed;
  inputs_.reset();
  encoder_.reset();
  rowGroup_ = {};
  return {};
}

Result<void> Writer::finish() {
  PF_TRY(file_->finish());
  return output_->publish(file_->file(), settings_.sync);
}

void Writer::discardOutput() noexcept {
  if (output_ != nullptr && processId() != owner_) output_->mute();
  file_.reset();
  output_.reset();
}

Result<ConstBytes> Writer::memory() const {
  PF_TRY(checkUsable());
  if (outputOptions_.kind != PF_OUTPUT_MEMORY) return invalid("the output is not memory");
  if (state_ != State::kClosed) {
    return fail(ErrorCode::kNotOpen, "the file is complete once the writer is closed");
  }
  return static_cast<const io::MemoryOutputFile&>(file_->file()).contents();
}

Result<pf_writer_stats_t> Writer::stats() const {
  PF_TRY(checkUsable());
  if (file_ == nullptr) return fail(ErrorCode::kNotOpen, "the writer is not open yet");
  const write::FileTotals& totals = file_->totals();
  pf_writer_stats_t stats{};
  stats.row_groups = totals.rowGroups;
  stats.rows = totals.rows;
  stats.pages = totals.pages;
  stats.uncompressed_bytes = totals.uncompressedBytes;
  stats.compressed_bytes = totals.compressedBytes;
  stats.file_bytes = totals.fileBytes;
  stats.retained_bytes = totals.retainedBytes;
  return stats;
}

Result<pf_column_stats_t> Writer::columnStats(std::uint32_t leafIndex) const {
  PF_TRY(checkUsable());
  if (file_ == nullptr) return fail(ErrorCode::kNotOpen, "the writer is not open yet");
  const auto columns = file_->columnTotals();
  if (leafIndex >= columns.size()) {
    return invalid("leaf_index is ", leafIndex, ", of ", columns.size(), " leaves");
  }
  const write::ColumnTotals& totals = columns[leafIndex];
  pf_column_stats_t stats{};
  stats.encoding = totals.encoding ? static_cast<int>(*totals.encoding) : -1;
  stats.entries = totals.entries;
  stats.plain_bytes = totals.plainBytes;
  stats.uncompressed_bytes = totals.uncompressedBytes;
  stats.compressed_bytes = totals.compressedBytes;
  stats.dictionary_bytes = totals.dictionaryBytes;
  stats.dictionary_pages = totals.dictionaryPages;
  std::copy(totals.dataPages.begin(), totals.dataPages.end(), stats.data_pages);
  return stats;
}

std::unique_ptr<pf_writer> makeWriter(schema::Schema schema, WriterSettings settings,
                                      OutputOptions output) {
  // NOLINTNEXTLINE(modernize-make-unique): it is an aggregate
  auto writer = std::unique_ptr<pf_writer>(
      new pf_writer{{std::move(schema), std::move(settings), std::move(output)}, {}, {}});
  pf_error_init(&writer->error, sizeof writer->error);
  return writer;
}

}  // namespace parquet_flow::capi
