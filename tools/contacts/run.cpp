#include "contacts/run.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <new>
#include <string>
#include <utility>

namespace parquet_flow::contacts {

double processCpuSeconds() noexcept {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Run::Run(const RunOptions& options, std::unique_ptr<Outputs> outputs)
    : options_(options), outputs_(std::move(outputs)), units_(options) {}

Result<std::unique_ptr<Run>> Run::open(const RunOptions& options, io::Directory& directory) {
  PF_TRY(validate(options));
  std::unique_ptr<Outputs> outputs;
  if (options.format == Format::kParquet) {
    PF_TRY_ASSIGN(outputs, makeParquetOutputs(options));
  } else {
    outputs = makeJsonOutputs(options);
  }
  std::unique_ptr<Run> run(new Run(options, std::move(outputs)));
  PF_TRY(run->openFiles(directory));
  for (std::uint32_t i = 0; i < options.threads; ++i) {
    auto worker = std::make_unique<Worker>();
    worker->run = run.get();
    PF_TRY_ASSIGN(worker->encoder, run->outputs_->makeEncoder(run->state_));
    run->workers_.push_back(std::move(worker));
  }
  // One more for each thread, so that parking one does not make it wait.
  const std::uint32_t encoded = options.threads == 1 ? 1 : 2 * options.threads;
  for (std::uint32_t i = 0; i < encoded; ++i) {
    run->encoded_.push_back(run->outputs_->makeEncoded());
    run->free_.push_back(run->encoded_.back().get());
  }
  return run;
}

Result<void> Run::openFiles(io::Directory& directory) {
  directory_ = &directory;
  const io::IfTaken ifTaken = options_.replaces ? io::IfTaken::kReplace : io::IfTaken::kRefuse;
  for (std::uint64_t file = 0; file < options_.files; ++file) {
    PF_TRY_ASSIGN(auto pending,
                  io::PendingFile::create(directory, fileName(options_, file), ifTaken));
    auto target = pending.takeFile();
    files_.push_back(std::make_unique<File>(std::move(pending), nullptr));
    PF_TRY_ASSIGN(files_.back()->output, outputs_->open(std::move(target)));
  }
  return {};
}

Run::~Run() {
  stop();
  join();
  for (const auto& file : files_) {
    // Of what is left hidden nobody would know more by a message here.
    static_cast<void>(file->pending.discard());
  }
}

void Run::join() noexcept {
  for (const auto& worker : workers_) {
    worker->thread.join();
  }
}

Result<void> Run::start() {
  startNs_ = monotonicNs();
  startCpuSeconds_ = processCpuSeconds();
  for (std::uint32_t i = 0; i < options_.threads; ++i) {
    Worker& worker = *workers_[i];
    {
      const std::lock_guard lock(mutex_);
      ++running_;
    }
    const std::string name = "pf-contacts-" + std::to_string(i % 1000);
    auto thread = Thread::start({.name = name, .cpus = {}}, runWorker, &worker);
    if (!thread) {
      const std::lock_guard lock(mutex_);
      --running_;
      return tl::unexpected<Error>(std::move(thread).error());
    }
    worker.thread = std::move(*thread);
  }
  return {};
}

// The boundary of a thread: what the standard library throws ends as the run's failure.
void Run::runWorker(void* raw) noexcept {
  Worker& worker = *static_cast<Worker*>(raw);
  Run& run = *worker.run;
  try {
    run.work(worker);
  } catch (const std::bad_alloc&) {
    run.fail(Error(ErrorCode::kOutOfMemory, std::string()));
  } catch (const std::exception& exception) {
    run.fail(Error(ErrorCode::kInternal, exception.what()));
  }
  const std::lock_guard lock(run.mutex_);
  --run.running_;
  run.changed_.notify_all();
}

void Run::work(Worker& worker) {
  Unit unit;
  while (Encoded* const encoded = take(unit, worker.totals)) {
    auto isWhole = worker.encoder->encode(unit, *encoded, worker.totals);
    if (!isWhole) {
      fail(std::move(isWhole).error());
      return;
    }
    if (!*isWhole) {
      return;
    }
    handIn(unit, encoded, worker.totals);
  }
}

// nullptr: there is nothing left to do.
Encoded* Run::take(Unit& unit, WorkTotals& totals) {
  std::unique_lock lock(mutex_);
  if (free_.empty()) {
    const std::uint64_t start = monotonicNs();
    // What was stopped may never give memory back.
    while (free_.empty() && !state_.isStopped.load(std::memory_order_relaxed)) {
      changed_.wait_for(lock, std::chrono::milliseconds(50));
    }
    totals.waitNs += monotonicNs() - start;
  }
  if (state_.isStopped.load(std::memory_order_relaxed) || !units_.next(unit)) {
    return nullptr;
  }
  Encoded* const encoded = free_.back();
  free_.pop_back();
  return encoded;
}

void Run::handIn(const Unit& unit, Encoded* encoded, WorkTotals& totals) {
  File& file = *files_[unit.file];
  encoded->sequence = unit.ordinal;
  encoded->rows = unit.end - unit.begin;
  file.turns.arrive(encoded);
  file.turns.putOut([&](Encoded& head) {
    write(file, head, totals);
    giveBack(&head);
  });
}

void Run::write(File& file, const Encoded& encoded, WorkTotals& totals) {
  if (file.hasFailed) {
    return;
  }
  const std::uint64_t start = monotonicNs();
  const std::uint64_t before = file.output->file().position();
  auto written = file.output->write(encoded);
  totals.writeNs += monotonicNs() - start;
  if (!written) {
    file.hasFailed = true;
    fail(std::move(written).error());
    return;
  }
  bytesWritten_.fetch_add(file.output->file().position() - before, std::memory_order_relaxed);
  file.rows += encoded.rows;
  totals.inMemoryBytes += encoded.inMemoryBytes;
}

void Run::giveBack(Encoded* encoded) {
  const std::lock_guard lock(mutex_);
  free_.push_back(encoded);
  changed_.notify_all();
}

void Run::fail(Error error) {
  stop();
  const std::lock_guard lock(mutex_);
  if (!failure_) {
    failure_.emplace(std::move(error));
  }
}

bool Run::waitFor(std::uint64_t ns) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::nanoseconds(ns), [this] { return running_ == 0; });
}

// Beside these they would be rows that are there twice, or of another seed.
Result<void> Run::removeOthers() {
  PF_TRY_ASSIGN(const std::vector<io::DirectoryEntry> entries, directory_->list(""));
  for (const io::DirectoryEntry& entry : entries) {
    if (entry.kind != io::EntryKind::kFile || !isOfOtherRun(options_, entry.name)) continue;
    Result<void> removed = directory_->remove(entry.name);
    if (!removed && removed.error().systemError() != ENOENT) return removed;
  }
  return {};
}

Result<RunResult> Run::finish() {
  join();
  if (failure_) {
    return tl::unexpected<Error>(std::move(*failure_));
  }
  RunResult result;
  for (const auto& file : files_) {
    PF_TRY(file->output->finish());
  }
  for (std::uint64_t i = 0; i < files_.size(); ++i) {
    File& file = *files_[i];
    const std::string name = fileName(options_, i);
    const std::uint64_t bytes = file.output->file().position();
    Result<void> published =
        file.pending.publish(file.output->file(), name, io::Durability::kSystem);
    if (!published) {
      return tl::unexpected<Error>(std::move(published).error().withContext(
          i == 0   ? "no file was published"
          : i == 1 ? "behind 1 file, which is published"
                   : "behind " + std::to_string(i) + " files, which are published"));
    }
    result.files.push_back({name, file.rows, bytes});
    result.rows += file.rows;
    result.bytes += bytes;
  }
  if (options_.replaces) {
    PF_TRY(removeOthers().map_error([](Error error) {
      return std::move(error).withContext("all files are published, but not alone");
    }));
  }
  result.wasStopped = result.rows < options_.rows;
  result.wallSeconds = static_cast<double>(monotonicNs() - startNs_) * 1e-9;
  result.cpuSeconds = processCpuSeconds() - startCpuSeconds_;
  for (const auto& worker : workers_) {
    result.work += worker->totals;
  }
  return result;
}

}  // namespace parquet_flow::contacts
