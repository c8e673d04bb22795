// Contacts into files, on several threads: what `pf contacts` does, and pf_bench measures.
//
//   Units ─▶ [thread: generate and encode chunk by chunk] ─▶ encoded unit
//                 ▲                                              │ TurnQueue of its file
//                 └──────── free encoded units ◀── write ◀──────────┘
//
// A thread takes an encoded unit's memory first and its unit second: so the unit whose turn it is
// always has memory, and the fixed number of these is the bound. Whoever brings the unit whose turn
// it is in a file writes it, as in the pipelines of src/pipeline. Not one of those, because a unit
// is encoded chunk by chunk while these are in the cache, by the thread that generates them, and
// because of what was stopped the files are to be complete.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "base/thread.hpp"
#include "contacts/output.hpp"
#include "contacts/plan.hpp"
#include "io/directory.hpp"
#include "io/pending_file.hpp"
#include "pipeline/turn_queue.hpp"

namespace parquet_flow::contacts {

struct FileResult {
  std::string name;  // in the directory
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
};

struct RunResult {
  std::vector<FileResult> files;
  std::uint64_t rows = 0;  // in the files
  std::uint64_t bytes = 0;
  double wallSeconds = 0;
  double cpuSeconds = 0;  // of the process, user and system
  WorkTotals work;        // of all threads together
  bool wasStopped = false;
};

// open, start, (stop), finish; one thread, but for what says otherwise.
class Run {
 public:
  // Creates the files under hidden names. kExists: one of the names is taken, and
  // options.replaces is not set; nothing is left behind then. `directory` must outlive the run.
  [[nodiscard]] static Result<std::unique_ptr<Run>> open(const RunOptions& options,
                                                         io::Directory& directory);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  // Stops, and discards what finish has not published.
  ~Run();

  [[nodiscard]] Result<void> start();
  // Ends at the next chunk: files keep the units that they have without a gap. Any thread.
  void stop() noexcept { state_.isStopped.store(true, std::memory_order_relaxed); }
  // Waits until all is written, or for about `ns`; true: it is.
  [[nodiscard]] bool waitFor(std::uint64_t ns);
  // Any thread.
  [[nodiscard]] std::uint64_t rowsDone() const noexcept {
    return state_.rowsDone.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t bytesWritten() const noexcept {
    return bytesWritten_.load(std::memory_order_relaxed);
  }

  // Waits for the threads, completes the files and gives them their names. The first error of a
  // thread: no file is published then.
  [[nodiscard]] Result<RunResult> finish();

 private:
  struct File {
    File(io::PendingFile itsPending, std::unique_ptr<FileOutput> itsOutput)
        : pending(std::move(itsPending)), output(std::move(itsOutput)) {}

    io::PendingFile pending;
    std::unique_ptr<FileOutput> output;
    pipeline::TurnQueue<Encoded> turns;
    // Of whoever has the turn.
    std::uint64_t rows = 0;  // written
    bool hasFailed = false;
  };
  struct Worker {
    Run* run = nullptr;
    std::unique_ptr<UnitEncoder> encoder;
    WorkTotals totals;
    Thread thread;
  };

  Run(const RunOptions& options, std::unique_ptr<Outputs> outputs);
  [[nodiscard]] Result<void> openFiles(io::Directory& directory);
  [[nodiscard]] Result<void> removeOthers();
  static void runWorker(void* raw) noexcept;
  void work(Worker& worker);
  [[nodiscard]] Encoded* take(Unit& unit, WorkTotals& totals);
  void handIn(const Unit& unit, Encoded* encoded, WorkTotals& totals);
  void write(File& file, const Encoded& encoded, WorkTotals& totals);
  void giveBack(Encoded* encoded);
  void fail(Error error);
  void join() noexcept;

  const RunOptions options_;
  io::Directory* directory_ = nullptr;
  const std::unique_ptr<Outputs> outputs_;
  RunState state_;
  std::atomic<std::uint64_t> bytesWritten_{0};
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::unique_ptr<Encoded>> encoded_;

  std::mutex mutex_;
  std::condition_variable changed_;  // free_ or running_
  Units units_;
  std::vector<Encoded*> free_;  // the last one given back is the first to be used: it is in cache
  std::vector<std::unique_ptr<File>> files_;
  std::optional<Error> failure_;
  std::uint32_t running_ = 0;

  std::uint64_t startNs_ = 0;
  double startCpuSeconds_ = 0;
};

// User and system time of this process.
[[nodiscard]] double processCpuSeconds() noexcept;

}  // namespace parquet_flow::contacts
