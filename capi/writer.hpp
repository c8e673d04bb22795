// What a pf_writer_handle_t is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "arrow_seen.hpp"
#include "base/status.hpp"
#include "boundary.hpp"
#include "column_input.hpp"
#include "output.hpp"
#include "parquet_flow.h"
#include "schema/schema.hpp"
#include "write/file_writer.hpp"
#include "write/options.hpp"
#include "write/row_group.hpp"

namespace parquet_flow::capi {

// What pf_writer_options_t says, in the terms of the layers below.
struct WriterSettings {
  write::WriterOptions options;
  bool sync = false;
  // Where a stream's row group ends.
  std::uint64_t rowGroupRows = std::uint64_t{1} << 20;
  std::uint64_t rowGroupBytes = std::uint64_t{128} << 20;
};

// options NULL: the defaults.
[[nodiscard]] Result<WriterSettings> readWriterOptions(const pf_writer_options_t* options);

// Configured, then open, then closed; or failed, from where nothing leads away.
//
// kInvalidArgument, kUnsupported, kLimit and kNotOpen leave a writer as it was. What else goes
// wrong while rows or the footer are written fails it: how much of them is in the output is not
// known.
class Writer {
 public:
  Writer(schema::Schema schema, WriterSettings settings, OutputOptions output);

  // Before open.
  [[nodiscard]] Result<void> addColumn(std::string_view name, schema::PhysicalType type,
                                       schema::Repetition repetition, std::uint32_t typeLength);
  // Before close.
  [[nodiscard]] Result<void> setKeyValue(std::string_view key,
                                         std::optional<std::string_view> value);
  [[nodiscard]] Result<void> open();
  // open will return this.
  void refuseToOpen(Error error) { refusal_ = std::move(error); }

  template <class Input>
  [[nodiscard]] Result<void> writeColumns(std::uint64_t rows, const Input* columns,
                                          std::size_t count);
  // Runs what brings rows here by writeViews: what goes wrong on their way fails the writer as what
  // goes wrong in writing them does.
  template <class Function>
  [[nodiscard]] Result<void> bringRows(Function&& function);
  // One row group of views that are known to be right.
  [[nodiscard]] Result<void> writeViews(std::uint64_t rows,
                                        std::span<const column::LeafView> views);

  [[nodiscard]] Result<void> close();

  [[nodiscard]] Result<ConstBytes> memory() const;
  [[nodiscard]] Result<pf_writer_stats_t> stats() const;
  [[nodiscard]] Result<pf_column_stats_t> columnStats(std::uint32_t leafIndex) const;

  // Whether row groups can be written now; if not, why.
  [[nodiscard]] Result<void> requireOpen() const;
  [[nodiscard]] const std::shared_ptr<schema::Schema>& schema() const noexcept { return schema_; }
  [[nodiscard]] const WriterSettings& settings() const noexcept { return settings_; }
  // Rows of row writers that are in no row group yet, that being filled included: they keep close
  // from closing.
  void addPendingRows(std::uint64_t rows) noexcept { pendingRows_ += rows; }
  void removePendingRows(std::uint64_t rows) noexcept { pendingRows_ -= rows; }

  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  // Discards what was not closed. In a forked child it frees memory only.
  ~Writer();

 private:
  enum class State : std::uint8_t { kConfigured, kOpen, kClosed, kFailed };

  // Neither failed nor inherited over a fork.
  [[nodiscard]] Result<void> checkUsable() const;
  [[nodiscard]] Result<void> start();
  [[nodiscard]] Result<void> encodeAndWrite(std::uint64_t rows,
                                            std::span<const column::LeafView> views);
  [[nodiscard]] Result<void> finish();
  // Passes `result` on; a failure that leaves the output in doubt fails the writer.
  [[nodiscard]] Result<void> settle(Result<void> result);
  void discardOutput() noexcept;

  std::shared_ptr<schema::Schema> schema_;
  WriterSettings settings_;
  OutputOptions outputOptions_;
  std::int64_t owner_;  // the process
  State state_ = State::kConfigured;
  std::optional<Error> refusal_;
  std::optional<Error> failure_;  // kFailed; nullopt there: no memory was left to keep it
  std::uint64_t pendingRows_ = 0;

  // In this order: the file goes before the output that it is aside for.
  std::unique_ptr<Output> output_;
  std::unique_ptr<write::FileWriter> file_;
  std::unique_ptr<ColumnInputs> inputs_;
  std::unique_ptr<write::RowGroupEncoder> encoder_;
  write::EncodedRowGroup rowGroup_;
};

template <class Function>
Result<void> Writer::bringRows(Function&& function) {
  PF_TRY(requireOpen());
  return settle(contain(std::forward<Function>(function)));
}

}  // namespace parquet_flow::capi

struct pf_writer {
  parquet_flow::capi::Writer writer;
  mutable pf_error_t error;  // of the last call that failed
  // Whose data can be written into the file.
  parquet_flow::capi::SeenArrowSchema arrow;
};

namespace parquet_flow::capi {

// Not open yet.
[[nodiscard]] std::unique_ptr<pf_writer> makeWriter(schema::Schema schema, WriterSettings settings,
                                                    OutputOptions output);

}  // namespace parquet_flow::capi
