// What a pf_pipeline_t is.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "arrow_columns.hpp"
#include "arrow_type.hpp"
#include "base/status.hpp"
#include "column_input.hpp"
#include "output.hpp"
#include "parquet_flow.h"
#include "pipeline/pipeline.hpp"
#include "schema/schema.hpp"
#include "writer.hpp"

namespace parquet_flow::capi {

// What pf_pipeline_options_t says.
struct PipelineSettings {
  std::shared_ptr<pipeline::EncodeThreads> threads;
  bool ownsThreads = false;  // made for it alone
  std::uint32_t rowGroupsInFlight = 0;
};
// options NULL: the defaults.
[[nodiscard]] Result<PipelineSettings> readPipelineOptions(const pf_pipeline_options_t* options);

// What pf_submit_options_t says.
struct SubmitSettings {
  pipeline::WhenFull whenFull = pipeline::WhenFull::kWait;
  pf_batch_fn onDone = nullptr;
  void* user = nullptr;
};
// options NULL: the defaults.
[[nodiscard]] Result<SubmitSettings> readSubmitOptions(const pf_submit_options_t* options);

// Objects that one thread at a time uses, made when there is none left.
template <class T>
class Pool {
 public:
  template <class Make>
  [[nodiscard]] std::unique_ptr<T> take(Make&& make) {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        auto taken = std::move(free_.back());
        free_.pop_back();
        return taken;
      }
      free_.reserve(++made_);  // so that giving back takes no memory
    }
    return make();
  }
  void giveBack(std::unique_ptr<T> one) noexcept {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(one));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> free_;
  std::size_t made_ = 0;
};

// Any thread, but for close and the destructor.
class PipelineWriter {
 public:
  // Open from here on. `arrow`: the type that batches have where nothing else is said.
  [[nodiscard]] static Result<std::unique_ptr<PipelineWriter>> open(
      schema::Schema schema, const WriterSettings& writer, const OutputOptions& output,
      const PipelineSettings& settings, std::optional<ArrowField> arrow);
  PipelineWriter(const PipelineWriter&) = delete;
  PipelineWriter& operator=(const PipelineWriter&) = delete;
  // Discards what was not closed. A forked child lets everything lie.
  ~PipelineWriter();

  [[nodiscard]] Result<void> submit(std::uint64_t rows,
                                    std::span<const pf_column_input_with_levels_t> columns,
                                    const SubmitSettings& settings);
  // Takes the array over, unless it returns kWouldBlock. `schema` NULL: the pipeline's own.
  [[nodiscard]] Result<void> submitArrow(ArrowArray* array, const ArrowSchema* schema,
                                         const SubmitSettings& settings);
  [[nodiscard]] Result<void> flush(pipeline::WhenFull whenFull);
  [[nodiscard]] Result<void> setKeyValue(std::string_view key,
                                         const std::optional<std::string>& value);
  [[nodiscard]] Result<void> cancel();
  [[nodiscard]] Result<pf_pipeline_progress_t> progress() const;
  [[nodiscard]] Result<pf_file_info_t> close();
  [[nodiscard]] Result<ConstBytes> memory() const;

 private:
  class ArrowBatch;
  using Columns = std::unique_ptr<ArrowColumns>;

  PipelineWriter(schema::Schema schema, const WriterSettings& writer, const OutputOptions& output,
                 std::optional<ArrowField> arrow);
  [[nodiscard]] Result<void> start(const PipelineSettings& settings);
  [[nodiscard]] Result<void> checkUsable() const;
  [[nodiscard]] Result<std::unique_ptr<ArrowBatch>> makeArrowBatch(const ArrowSchema* schema,
                                                                   const SubmitSettings& settings);

  const std::shared_ptr<schema::Schema> schema_;
  const WriterSettings settings_;
  const OutputOptions outputOptions_;
  const std::int64_t owner_;  // the process
  const std::shared_ptr<const ArrowField> arrow_;
  std::atomic<bool> isClosed_{false};
  bool isWhole_ = false;

  Pool<ColumnInputs> inputs_;
  Pool<ArrowColumns> columns_;
  // In this order: the file goes before the output that it is aside for.
  std::unique_ptr<Output> output_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
};

}  // namespace parquet_flow::capi

struct pf_encoders {
  std::shared_ptr<parquet_flow::pipeline::EncodeThreads> threads;  // nullptr: none of ours
  std::int64_t owner;                                              // the process
};

struct pf_pipeline {
  std::unique_ptr<parquet_flow::capi::PipelineWriter> writer;
};
