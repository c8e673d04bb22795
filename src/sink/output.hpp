// The end of the pipeline: row groups become files, whatever the disk does.
//
// Row groups come in order, one at a time. The file being written ends when it is full or old, when
// somebody asks for it, when the sink closes, or when writing to it fails. In that case it is cut
// back to its last whole row group, gets its footer and is published, and the row group that failed
// is tried again in a new file, with longer and longer waits between.
//
// Rows are only given up where keeping them would not help: the row group cannot be encoded, the
// file can be neither finished nor published though the disk is not full, nobody waits any more
// (Requests::abandon), or the sink has failed for good. The ledger of the next file says how many.
// A file that would only say that it is the session's last is not waited for.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "io/directory.hpp"
#include "pipeline/row_group_stage.hpp"
#include "sink/counters.hpp"
#include "sink/failure.hpp"
#include "sink/file_accounts.hpp"
#include "sink/file_names.hpp"
#include "sink/file_schema.hpp"
#include "sink/ledger.hpp"
#include "sink/log.hpp"
#include "sink/open_file.hpp"
#include "sink/options.hpp"
#include "sink/requests.hpp"
#include "sink/row_group.hpp"

namespace parquet_flow::sink {

// What the worker tells the output beside row groups.
class SessionState {
 public:
  explicit SessionState(Session session) : session_(std::move(session)) {}

  [[nodiscard]] const Session& session() const noexcept { return session_; }
  void setClock(const ClockReport& report);
  [[nodiscard]] ClockReport clock() const;
  // Before the last row group is submitted.
  void setTotals(const SessionTotals& totals) noexcept { totals_ = totals; }
  [[nodiscard]] const SessionTotals& totals() const noexcept { return totals_; }

 private:
  const Session session_;
  mutable std::mutex mutex_;
  ClockReport clock_;
  SessionTotals totals_;  // handed over with the row group
};

struct OutputParts {
  const SinkOptions* options;
  const FileSchema* schema;
  const write::WriterOptions* writer;
  io::Directory* directory;
  SessionState* session;
  Requests* requests;
  Failure* failure;
  OutputCounters* counters;
  const Log* log;
  WaitPoint* workerWake;
};

class Output final : public pipeline::OrderedWriter {
 public:
  Output(const OutputParts& parts, FileNames names);

  // Creates the first file. Before anything else.
  [[nodiscard]] Result<void> openFirst();
  // Removes it again, for when opening the sink fails further on.
  void discardFirst() noexcept;

  std::uint64_t write(pipeline::RowGroupJob& job) noexcept override;
  void onFree() noexcept override { parts_.workerWake->notifyAll(); }
  // The next call of write does not wait for its time. Any thread.
  void hurry() noexcept { hurry_.store(true, std::memory_order_release); }

  // Since when the file is open that has rows, on ClockSources::monotonicRawNs; 0: there is none.
  // Any thread.
  [[nodiscard]] std::int64_t fileSinceNs() const noexcept {
    return fileSinceNs_.load(std::memory_order_relaxed);
  }

 private:
  enum class Step : std::uint8_t { kDone, kAgain, kRetryLater };

  Step settleRows(RowGroup& rowGroup);
  Step writeRows(RowGroup& rowGroup);
  Step rowsFailed(RowGroup& rowGroup, const Error& error);
  Step carryOut(RowGroup& rowGroup);
  Step lastFile();
  void complete(RowGroup& rowGroup) noexcept;
  void letGo(RowGroup& rowGroup) noexcept;

  Step openFile();
  Result<std::unique_ptr<OpenFile>> createFile(bool othersWillDo);
  [[nodiscard]] bool isFull(const RowGroup& rowGroup) const noexcept;
  [[nodiscard]] bool isOld() const noexcept;
  void beginEnding() noexcept { ending_ = true; }
  [[nodiscard]] bool hasToSay() const noexcept;
  Step end();
  Step discard();
  void warnOfNoLastFile(const Error& cause) noexcept;
  Result<void> finishAndPublish();
  Result<void> publishUnderSomeName(io::Durability durability);
  void published();
  void syncNow();
  void syncFile();
  void syncPublished();

  void giveUpRows(RowGroup& rowGroup, const Error& cause) noexcept;
  void giveUpFile(const Error& cause);
  void countFileLost() noexcept;
  void doubtRows(std::string_view name, const Error& cause) noexcept;
  void settleRowsDurable();
  Step failed(Error error);
  void worksAgain();
  [[nodiscard]] std::int64_t nowNs() const noexcept;
  [[nodiscard]] bool isPoisoned() const noexcept;
  [[nodiscard]] bool isHopeless() const noexcept;

  OutputParts parts_;
  FileNames names_;
  std::unique_ptr<OpenFile> file_;
  std::int64_t openedUtcNs_ = 0;  // of file_
  std::int64_t openedNs_ = 0;
  std::uint64_t fileNumber_ = 0;
  std::uint64_t durableRowsInFile_ = 0;
  std::uint64_t unsyncedRowsBefore_ = 0;  // in files before file_
  FileAccounts accounts_;
  std::vector<std::string> unsyncedFiles_;  // published, but without a sync

  bool isLetGo_ = false;  // no file is written any more
  bool ending_ = false;   // file_ takes no more rows
  bool lastFile_ = false;
  bool endSynced_ = false;            // ending file_ makes it durable
  bool syncFailed_ = false;           // of file_: a second try would say nothing
  std::int64_t endFailsSinceNs_ = 0;  // file_ cannot be ended since then; 0: it can
  std::uint64_t backOffNs_ = 0;
  std::int64_t retryAtNs_ = 0;
  std::optional<Error> ticketError_;  // for those who wait for what happens now
  std::atomic<std::int64_t> fileSinceNs_{0};
  std::atomic<bool> hurry_{false};
};

}  // namespace parquet_flow::sink
