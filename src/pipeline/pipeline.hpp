// Batches of columns, from one thread or many, into one Parquet file.
//
//   submit ─▶ the open row group: views of batches, or copies ─┐ full, or flush
//                                                              ▼
//        column chunks and parts of large ones, by whichever threads have time (EncodeThreads, and
//        submitters that would else wait); row group n + 1 is begun before n is whole
//                                                              ▼
//        TurnQueue ─▶ FileWriter, in order, on the thread that has completed the one whose turn it
//                     is, while others go on encoding
//
// The unit of handing over is the row group, the unit of stealing the column chunk, and of a large
// one that has no dictionary a part (write/column_parts.hpp). Whoever takes such a chunk chooses
// its encoding and cuts it, and whoever ends its last part joins it. A row group too small to be
// worth another thread's waking is encoded by the thread that has completed it, unless that must
// not wait.
//
// A thread that the system does not start is done without: the others encode, or, where there is
// none, the calls, as with no threads at all.
//
// What is in a file depends on the batches, their order and the options, and not on the threads:
// encodings are chosen in the order of the row groups (write/choice_chain.hpp).
//
// The first error stops the pipeline: what is on its way is let go, and every later call returns
// the error. The file is the caller's to publish or to discard.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "io/file.hpp"
#include "pipeline/encode_threads.hpp"
#include "schema/schema.hpp"
#include "write/file_writer.hpp"
#include "write/options.hpp"

namespace parquet_flow::pipeline {

// What the views of a submitted batch borrow from. It is destroyed once nothing reads them any
// more, on any thread.
class BatchOwner {
 public:
  virtual ~BatchOwner() = default;
  // Just before that, where the submitting call succeeded. nullptr: the rows are in the file (which
  // is not complete yet); else why they never will be. Must not call into the pipeline.
  virtual void onDone(const Error* failure) noexcept = 0;
  // Of submitSmall, in the call that succeeds: the rows have been copied, and the views are not
  // looked at any more. Else onDone is the first to say so.
  virtual void onCopied() noexcept {}
  // Whether onDone is of any use after onCopied.
  [[nodiscard]] virtual bool isTold() const noexcept { return true; }
  // Memory that stays until onDone, and is not in the bytes of the batch's rows: it counts for the
  // row group that the last of them is in, which ends the sooner; what several batches of a row
  // group hold, once. Valid as long as the owner is.
  struct Held {
    const void* block = nullptr;
    std::uint64_t bytes = 0;
  };
  [[nodiscard]] virtual std::span<const Held> held() const noexcept { return {}; }
};

enum class WhenFull : std::uint8_t {
  kWait,  // and encode meanwhile
  // kWouldBlock, and nothing is taken, where there is not room for all row groups that the batch
  // ends, and for one where it ends none; one of more than there may be in flight is taken where
  // there is none, and waits for its own. Other submitters' copying of rows is waited for. With
  // threads, these encode and write what it completes, however small; without, the call does.
  kRefuse,
};

struct PipelineOptions {
  // A row group ends in front of the row that would take it above one of these, and has one at
  // least; a batch goes on in the next one.
  std::uint64_t rowGroupRows = std::uint64_t{1} << 20;     // 1 .. 2^31 - 1
  std::uint64_t rowGroupBytes = std::uint64_t{128} << 20;  // as column/row_bytes.hpp counts them
  // Complete row groups that are not written yet; 0: two more than there are threads.
  std::uint32_t rowGroupsInFlight = 0;
  // May be shared with other pipelines. nullptr: submitters encode.
  std::shared_ptr<EncodeThreads> threads = nullptr;
  // They are for this one alone, and end when it is finished.
  bool ownsThreads = false;
};

// At one moment, each counter for itself.
struct Progress {
  std::uint64_t batchesSubmitted = 0;
  std::uint64_t rowsSubmitted = 0;
  std::uint64_t rowGroupsSubmitted = 0;  // complete, waiting for encoders or further
  std::uint64_t rowGroupsEncoded = 0;    // in any order
  std::uint64_t rowGroupsWritten = 0;
  std::uint64_t rowsWritten = 0;
  std::uint64_t bytesWritten = 0;
  std::uint64_t bytesInFlight = 0;  // of values and levels of complete row groups not yet written
  std::uint64_t encodeNs = 0;       // of all threads together
  std::uint64_t writeNs = 0;
  // That encode by now, the submitting one included; others are started when there is enough to do.
  std::uint32_t threads = 1;
  int threadError = 0;  // errno of the one that could not be started; 0: none
  bool hasFailed = false;
};

class Pipeline {
 public:
  // Writes the magic. `file` is empty; `writer` must have passed validateOptions.
  [[nodiscard]] static Result<std::unique_ptr<Pipeline>> open(
      std::unique_ptr<io::OutputFile> file, std::shared_ptr<const schema::Schema> schema,
      const write::WriterOptions& writer, const PipelineOptions& options);
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;
  // Cancels what is not finished, and waits for the threads that are at it.
  ~Pipeline();

  // --- any thread ----------------------------------------------------------------------------
  //
  // After an error nothing is borrowed any more, the owner is still the caller's, and its onDone is
  // not run. kWouldBlock, kInvalidArgument for views that are not one a leaf, in schema order, of
  // `rows` rows each, and std::bad_alloc, which is thrown before anything is taken, leave the
  // pipeline as it was; every other error stops it, a kOutOfMemory that is returned too: it came
  // when some of the rows may have been taken. What levels and offsets say is checked when they are
  // copied or encoded: that stops the pipeline too, with a message that names the batch, by its
  // number from 0 in the order that Progress::batchesSubmitted counts, the column, and the row in
  // the batch. No rows is a no-op.
  //
  // Of a pipeline that has stopped, a call returns without waiting for the output, unless it writes
  // itself, or row groups on their way have rows that it has given to borrow.

  // Rows of one call stay together. With an owner the views are borrowed until owner->onDone, which
  // may run before the return; without one the rows are copied.
  [[nodiscard]] Result<void> submit(std::uint64_t rows, std::span<const column::LeafView> views,
                                    std::unique_ptr<BatchOwner>&& owner = nullptr,
                                    WhenFull whenFull = WhenFull::kWait);
  // The same for a batch of few rows: they are copied where that keeps less memory than the views.
  [[nodiscard]] Result<void> submitSmall(std::uint64_t rows,
                                         std::span<const column::LeafView> views,
                                         std::unique_ptr<BatchOwner>&& owner, WhenFull whenFull);

  // Ends the open row group, waits until all that was submitted is written, and copies a row group
  // of another file behind it. One thread, with no other submitting at the same time. After an
  // error nothing of the row group is in the file, and the pipeline goes on, unless it says that it
  // has stopped.
  [[nodiscard]] Result<void> copyRowGroup(const write::CopiedRowGroup& rowGroup);

  // Ends the open row group; waits only as submit does.
  [[nodiscard]] Result<void> flush(WhenFull whenFull = WhenFull::kWait);

  // Encodes and waits until all row groups that are complete by now are written: of what was
  // submitted bytesWritten lacks the open one then.
  [[nodiscard]] Result<void> waitForWritten();

  // Written by finish, which is kLimit where the footer has no room for it; the last value of a key
  // stays. kInvalidArgument: not UTF-8; kNotOpen after finish. Does not wait for the output.
  [[nodiscard]] Result<void> setKeyValue(std::string_view key,
                                         const std::optional<std::string>& value);

  // Stops the pipeline with kCancelled, unless it is finished; does not wait.
  void cancel() noexcept;
  // Why it has stopped; nullopt while it has not.
  [[nodiscard]] std::optional<Error> failure() const;
  [[nodiscard]] Progress progress() const noexcept;

  // --- the end, one thread, after all other calls -------------------------------------------

  // Ends the open row group, waits until all are written, and writes the footer. Neither syncs nor
  // closes file(). kNotOpen when it has been called before. After an error, too, nobody writes to
  // file() once it has returned.
  [[nodiscard]] Result<void> finish();
  // After finish, where the file could not be published: it has stopped by that.
  void failFinished(const Error& why) noexcept;
  [[nodiscard]] io::OutputFile& file() noexcept;
  // Of what was written; after finish.
  [[nodiscard]] const write::FileTotals& totals() const noexcept;
  [[nodiscard]] std::span<const write::ColumnTotals> columnTotals() const noexcept;

 private:
  Pipeline() = default;
  enum class Taking : std::uint8_t { kBorrow, kCopy, kAsSuits };
  [[nodiscard]] Result<void> submitAs(Taking taking, std::uint64_t rows,
                                      std::span<const column::LeafView> views,
                                      std::unique_ptr<BatchOwner>&& owner, WhenFull whenFull);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parquet_flow::pipeline
