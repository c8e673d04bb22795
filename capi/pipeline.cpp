#include "pipeline.hpp"

#include <utility>

#include "arrow_check.hpp"
#include "arrow_guess.hpp"
#include "arrow_schema.hpp"
#include "base/process.hpp"
#include "boundary.hpp"
#include "defaults.hpp"
#include "io/memory_file.hpp"
#include "pipeline/parallelism.hpp"
#include "struct_versions.hpp"

namespace parquet_flow::capi {
namespace {

constexpr std::uint32_t kRowGroupsInFlightMax = 1024;
// Arrow batches of up to so many rows may be copied: to hold each one, and views of it, until its
// row group is written takes as much time, and far more memory.
constexpr std::uint64_t kSmallRows = 256;

// Raw columns, which are the application's until it is told.
class RawBatch final : public pipeline::BatchOwner {
 public:
  explicit RawBatch(const SubmitSettings& settings) noexcept
      : onDone_(settings.onDone), user_(settings.user) {}
  void onDone(const Error* failure) noexcept override {
    onDone_(user_, failure == nullptr ? PF_STATUS_OK : statusOf(failure->code()));
  }

 private:
  pf_batch_fn onDone_;
  void* user_;
};

}  // namespace

// An array that is the pipeline's, and what the views of it borrow beside.
class PipelineWriter::ArrowBatch final : public pipeline::BatchOwner {
 public:
  // `pool`: where `columns` go back to, or nullptr.
  ArrowBatch(std::shared_ptr<const ArrowField> type, Columns columns, Pool<ArrowColumns>* pool,
             const SubmitSettings& settings) noexcept
      : type_(std::move(type)), columns_(std::move(columns)), pool_(pool), settings_(settings) {}
  ArrowBatch(const ArrowBatch&) = delete;
  ArrowBatch& operator=(const ArrowBatch&) = delete;
  ~ArrowBatch() override {
    if (array_.release != nullptr) array_.release(&array_);
    if (pool_ != nullptr && columns_ != nullptr) pool_->giveBack(std::move(columns_));
  }
  void onDone(const Error* failure) noexcept override {
    onCopied();
    if (settings_.onDone == nullptr) return;
    settings_.onDone(settings_.user, failure == nullptr ? PF_STATUS_OK : statusOf(failure->code()));
  }

  void onCopied() noexcept override {
    if (array_.release != nullptr) array_.release(&array_);
  }
  [[nodiscard]] bool isTold() const noexcept override { return settings_.onDone != nullptr; }
  [[nodiscard]] std::span<const Held> held() const noexcept override { return held_; }

  void takeOver(ArrowArray* array) noexcept {
    array_ = *array;
    array->release = nullptr;
  }
  void giveBack(ArrowArray* array) noexcept {
    *array = array_;
    array_.release = nullptr;
  }
  [[nodiscard]] Result<std::span<const column::LeafView>> views() {
    PF_TRY(checkArrowArray(*type_, &array_));
    addHeld(*type_, array_, held_);
    return columns_->views(array_, 0, lengthOf(array_));
  }
  [[nodiscard]] std::uint64_t rows() const noexcept { return lengthOf(array_); }
  // After views, which stay: the columns, where they are the pool's and the views borrow from the
  // array alone.
  [[nodiscard]] Columns takeUnborrowed() noexcept {
    return pool_ == nullptr || columns_->areBorrowed() ? nullptr : std::move(columns_);
  }

 private:
  std::shared_ptr<const ArrowField> type_;
  Columns columns_;
  Pool<ArrowColumns>* pool_;
  const SubmitSettings settings_;
  ArrowArray array_{};
  std::vector<Held> held_;
};

// --- options -------------------------------------------------------------------------------------

Result<PipelineSettings> readPipelineOptions(const pf_pipeline_options_t* options) {
  pf_pipeline_options_t given = defaultPipelineOptions();
  if (options != nullptr) {
    PF_TRY_ASSIGN(given, readStruct(options, "options", defaultPipelineOptions()));
  }
  PF_TRY(requireZero(given.reserved, "options->reserved"));
  if (given.row_groups_in_flight > kRowGroupsInFlightMax) {
    return invalid("options->row_groups_in_flight is ", given.row_groups_in_flight, "; 0 to ",
                   kRowGroupsInFlightMax, " is allowed");
  }
  PipelineSettings settings;
  settings.rowGroupsInFlight = given.row_groups_in_flight;
  if (given.encoders == nullptr) {
    PF_TRY_ASSIGN(const std::uint32_t threads, pipeline::chooseParallelism(given.threads));
    settings.threads = pipeline::makeEncodeThreads(threads);
    settings.ownsThreads = true;
    return settings;
  }
  if (given.threads != 0) return invalid("options->threads is set, and options->encoders too");
  if (given.encoders->owner != processId()) {
    return fail(ErrorCode::kNotOpen, "the encoders were made before fork()");
  }
  settings.threads = given.encoders->threads;
  return settings;
}

Result<SubmitSettings> readSubmitOptions(const pf_submit_options_t* options) {
  SubmitSettings settings;
  if (options == nullptr) return settings;
  PF_TRY_ASSIGN(const pf_submit_options_t given,
                readStruct(options, "options", pf_submit_options_t{}));
  PF_TRY_ASSIGN(const bool noWait, requireSwitch(given.no_wait, "options->no_wait"));
  settings.whenFull = noWait ? pipeline::WhenFull::kRefuse : pipeline::WhenFull::kWait;
  settings.onDone = given.on_done;
  settings.user = given.on_done_user;
  return settings;
}

// --- opening -------------------------------------------------------------------------------------

PipelineWriter::PipelineWriter(schema::Schema schema, const WriterSettings& writer,
                               const OutputOptions& output, std::optional<ArrowField> arrow)
    : schema_(std::make_shared<schema::Schema>(std::move(schema))),
      settings_(writer),
      outputOptions_(output),
      owner_(processId()),
      arrow_(arrow ? std::make_shared<const ArrowField>(std::move(*arrow)) : nullptr) {}

PipelineWriter::~PipelineWriter() {
  if (processId() == owner_) return;
  // The threads that were at it are not in this process, and what they held stays held.
  if (output_ != nullptr) output_->mute();
  // NOLINTBEGIN(bugprone-unused-return-value)
  static_cast<void>(pipeline_.release());
  static_cast<void>(output_.release());
  // NOLINTEND(bugprone-unused-return-value)
}

Result<std::unique_ptr<PipelineWriter>> PipelineWriter::open(schema::Schema schema,
                                                             const WriterSettings& writer,
                                                             const OutputOptions& output,
                                                             const PipelineSettings& settings,
                                                             std::optional<ArrowField> arrow) {
  std::unique_ptr<PipelineWriter> opened(
      new PipelineWriter(std::move(schema), writer, output, std::move(arrow)));
  PF_TRY(opened->start(settings));
  opened->output_->adopt();
  return opened;
}

// Everything that can be wrong is found before the output is touched, as far as that goes.
Result<void> PipelineWriter::start(const PipelineSettings& settings) {
  PF_TRY(schema_->validate());
  PF_TRY(write::validateOptions(settings_.options, *schema_));
  PF_TRY_ASSIGN(output_, Output::open(outputOptions_, settings_.sync));
  PF_TRY_ASSIGN(pipeline_,
                pipeline::Pipeline::open(output_->takeFile(), schema_, settings_.options,
                                         {.rowGroupRows = settings_.rowGroupRows,
                                          .rowGroupBytes = settings_.rowGroupBytes,
                                          .rowGroupsInFlight = settings.rowGroupsInFlight,
                                          .threads = settings.threads,
                                          .ownsThreads = settings.ownsThreads}));
  return {};
}

Result<void> PipelineWriter::checkUsable() const {
  if (processId() != owner_) {
    return fail(ErrorCode::kNotOpen,
                "the pipeline was made before fork(): this process can only destroy it");
  }
  return {};
}

// --- batches -------------------------------------------------------------------------------------

Result<void> PipelineWriter::submit(std::uint64_t rows,
                                    std::span<const pf_column_input_with_levels_t> columns,
                                    const SubmitSettings& settings) {
  PF_TRY(checkUsable());
  std::unique_ptr<pipeline::BatchOwner> owner;
  if (settings.onDone != nullptr) owner = std::make_unique<RawBatch>(settings);
  if (rows == 0) {
    const std::vector<column::LeafView> none(schema_->leaves().size());
    return pipeline_->submit(0, none, std::move(owner), settings.whenFull);
  }
  auto inputs = inputs_.take([&] { return std::make_unique<ColumnInputs>(schema_); });
  const auto submitted = contain([&]() -> Result<void> {
    PF_TRY_ASSIGN(const auto views, inputs->check(rows, columns));
    return pipeline_->submit(rows, views, std::move(owner), settings.whenFull);
  });
  inputs_.giveBack(std::move(inputs));
  return submitted;
}

Result<std::unique_ptr<PipelineWriter::ArrowBatch>> PipelineWriter::makeArrowBatch(
    const ArrowSchema* schema, const SubmitSettings& settings) {
  if (schema == nullptr) {
    if (arrow_ == nullptr) {
      return invalid("schema is NULL, and the pipeline was not made for an Arrow type");
    }
    auto columns = columns_.take([&] { return std::make_unique<ArrowColumns>(*arrow_, *schema_); });
    return std::make_unique<ArrowBatch>(arrow_, std::move(columns), &columns_, settings);
  }
  PF_TRY_ASSIGN(ArrowField type, readArrowSchema(schema));
  PF_TRY_ASSIGN(const auto arrows, schemaOfArrow(type));
  PF_TRY(requireSameSchema(arrows, *schema_));
  auto shared = std::make_shared<const ArrowField>(std::move(type));
  auto columns = std::make_unique<ArrowColumns>(*shared, *schema_);
  return std::make_unique<ArrowBatch>(std::move(shared), std::move(columns), nullptr, settings);
}

Result<void> PipelineWriter::submitArrow(ArrowArray* array, const ArrowSchema* schema,
                                         const SubmitSettings& settings) {
  PF_TRY(checkUsable());
  PF_TRY_ASSIGN(auto batch, makeArrowBatch(schema, settings));
  ArrowBatch& arrow = *batch;
  arrow.takeOver(array);
  PF_TRY_ASSIGN(const auto views, arrow.views());
  const std::uint64_t rows = arrow.rows();
  Columns unborrowed = arrow.takeUnborrowed();
  std::unique_ptr<pipeline::BatchOwner> owner = std::move(batch);
  auto submitted = rows <= kSmallRows
                       ? pipeline_->submitSmall(rows, views, std::move(owner), settings.whenFull)
                       : pipeline_->submit(rows, views, std::move(owner), settings.whenFull);
  if (unborrowed != nullptr) columns_.giveBack(std::move(unborrowed));
  if (!submitted && submitted.error().code() == ErrorCode::kWouldBlock) arrow.giveBack(array);
  return submitted;
}

Result<void> PipelineWriter::flush(pipeline::WhenFull whenFull) {
  PF_TRY(checkUsable());
  return pipeline_->flush(whenFull);
}

Result<void> PipelineWriter::setKeyValue(std::string_view key,
                                         const std::optional<std::string>& value) {
  PF_TRY(checkUsable());
  return pipeline_->setKeyValue(key, value);
}

Result<void> PipelineWriter::cancel() {
  PF_TRY(checkUsable());
  pipeline_->cancel();
  return {};
}

Result<pf_pipeline_progress_t> PipelineWriter::progress() const {
  PF_TRY(checkUsable());
  const pipeline::Progress now = pipeline_->progress();
  pf_pipeline_progress_t progress{};
  progress.failed = now.hasFailed ? statusOf(pipeline_->failure()->code()) : PF_STATUS_OK;
  progress.batches_submitted = now.batchesSubmitted;
  progress.rows_submitted = now.rowsSubmitted;
  progress.row_groups_submitted = now.rowGroupsSubmitted;
  progress.row_groups_encoded = now.rowGroupsEncoded;
  progress.row_groups_written = now.rowGroupsWritten;
  progress.rows_written = now.rowsWritten;
  progress.bytes_written = now.bytesWritten;
  progress.bytes_in_flight = now.bytesInFlight;
  progress.encode_ns = now.encodeNs;
  progress.write_ns = now.writeNs;
  progress.threads = now.threads;
  progress.thread_error = now.threadError;
  return progress;
}

// --- the end -------------------------------------------------------------------------------------

Result<pf_file_info_t> PipelineWriter::close() {
  PF_TRY(checkUsable());
  const bool wasClosed = isClosed_.exchange(true);
  if (wasClosed && !pipeline_->failure()) {
    return fail(ErrorCode::kNotOpen, "the pipeline is closed");
  }
  auto finished = contain([&] { return pipeline_->finish(); });
  if (finished) {
    finished = contain([&] { return output_->publish(pipeline_->file(), settings_.sync); });
    if (!finished) pipeline_->failFinished(finished.error());
  }
  if (!finished) {
    // Of the caller's own output nothing runs behind this call, as behind one that goes well.
    if (outputOptions_.kind == PF_OUTPUT_CALLBACKS) {
      static_cast<void>(pipeline_->file().close());
    }
    output_->discard();
    return fail(std::move(finished).error());
  }
  isWhole_ = true;
  const write::FileTotals& totals = pipeline_->totals();
  pf_file_info_t info{};
  info.column_count = static_cast<std::uint32_t>(schema_->leaves().size());
  info.rows = totals.rows;
  info.row_groups = totals.rowGroups;
  info.file_bytes = totals.fileBytes;
  return info;
}

Result<ConstBytes> PipelineWriter::memory() const {
  PF_TRY(checkUsable());
  if (outputOptions_.kind != PF_OUTPUT_MEMORY) return invalid("the output is not memory");
  if (!isWhole_) {
    return fail(ErrorCode::kNotOpen, "the file is complete once the pipeline is closed");
  }
  return static_cast<const io::MemoryOutputFile&>(pipeline_->file()).contents();
}

}  // namespace parquet_flow::capi
