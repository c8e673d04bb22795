#include "sink/core.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "base/process.hpp"
#include "io/posix_directory.hpp"
#include "sink/account.hpp"
#include "sink/fork_guard.hpp"
#include "sink/memory.hpp"
#include "sink/row_shape.hpp"

namespace parquet_flow::sink {
namespace {

// How long a caller that does the worker's work sleeps at most between two turns.
constexpr std::uint64_t kPollSleepNs = 1'000'000;
// Callers look at the clock this often at least, should a notice be late.
constexpr std::uint64_t kAnswerWaitNs = 100'000'000;
// waitDurable asks for one flush after the other; between them it gives records time to come.
constexpr std::uint64_t kDurablePauseNs = 1'000'000;

std::uint64_t nextSinkId() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

std::uint64_t deadlineAfter(std::uint64_t timeoutNs) noexcept {
  const std::uint64_t now = monotonicNs();
  return timeoutNs > UINT64_MAX - now ? UINT64_MAX : now + timeoutNs;
}

}  // namespace

Core::Core(SinkOptions options)
    : options_(std::move(options)), id_(nextSinkId()), log_(options_), registry_(options_, this) {}

Result<std::unique_ptr<Core>> Core::open(SinkOptions options) {
  PF_TRY_ASSIGN(auto normal, normalizeOptions(std::move(options)));
  std::unique_ptr<Core> core(new Core(std::move(normal)));
  PF_TRY_ASSIGN(core->schema_, makeFileSchema(core->options_));
  PF_TRY(write::validateOptions(core->options_.writer, *core->schema_.file));
  PF_TRY(core->openFiles());
  PF_TRY(core->startWorking());
  return core;
}

Result<void> Core::openFiles() {
  PF_TRY_ASSIGN(const Uuid uuid, randomUuid());
  session_.emplace(Session{uuid, hostName(), processId(),
                           options_.clockSources.realtimeNs(options_.clockSources.context)});
  const bool numbered = !options_.directory.empty();
  const io::SplitPath path = io::splitPath(options_.outputPath);
  directory_ = options_.files;
  if (directory_ == nullptr) {
    PF_TRY_ASSIGN(directory_, numbered
                                  ? io::openDirectory(options_.directory, io::IfMissing::kCreate)
                                  : io::openDirectory(path.directory, io::IfMissing::kFail));
  }
  if (numbered) {
    auto lock = directory_->lock("." + options_.prefix + ".lock");
    if (!lock) {
      return fail(std::move(lock).error().withContext("another sink has the prefix \"" +
                                                      options_.prefix + "\""));
    }
    lock_ = std::move(*lock);
  }
  std::optional<FileNames> names;
  if (numbered) {
    PF_TRY_ASSIGN(names, FileNames::ofPrefix(*directory_, options_.prefix));
  } else {
    names = FileNames::ofPath(path.name);
  }
  output_ = std::make_unique<Output>(
      OutputParts{&options_, &schema_, &options_.writer, directory_.get(), &*session_, &requests_,
                  &failure_, &outputCounters_, &log_, &wake_},
      std::move(*names));
  return output_->openFirst();
}

Result<void> Core::startWorking() {
  for (std::uint32_t i = 0; i < options_.rowGroupBuffers; ++i) {
    rowGroups_.push_back(std::make_unique<RowGroup>());
  }
  pieceMemory_.plan = piecePlan(options_, schema_.file->leaves().size());
  for (std::uint32_t i = 0; i < pieceMemory_.plan.count; ++i) {
    pieces_.push_back(std::make_unique<RowPiece>(schema_, pieceMemory_));
  }
  if (options_.prefault) PF_TRY(prefault());
  PF_TRY_ASSIGN(auto clock, Clock::open(options_.clock, options_.clockSources));
  PF_TRY_ASSIGN(auto shape,
                makeRowShape(options_, schema_.row, CaptureColumns(options_).rowBytes()));
  PF_TRY_ASSIGN(stage_, pipeline::RowGroupStage::open(
                            {schema_.file, &options_.writer, options_.encodeThreads,
                             options_.workerCpus, encodedBytesMax(options_, *schema_.file),
                             options_.prefault ? rowGroupRooms(options_, *schema_.file)
                                               : std::vector<std::uint64_t>()},
                            {rowGroups_, pieces_}, output_.get()));
  auto worker = std::make_unique<Worker>(
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access): openFiles has made it
      WorkerParts{&options_, &registry_, stage_.get(), output_.get(), &*session_, &requests_,
                  &failure_, &workerCounters_, &noRing_, &log_, &wake_, &pieceMemory_},
      clock, std::move(shape));
  PF_TRY(addSink(this));
  if (options_.worker != WorkerMode::kPoll) {
    worker_ = std::move(worker);
    auto thread = Thread::start({"pf-worker", options_.workerCpus}, runWorker, this);
    if (!thread) {
      worker_.reset();
      return fail(std::move(thread).error());
    }
    thread_ = std::move(*thread);
  } else {
    worker_ = std::move(worker);
  }
  return {};
}

Result<void> Core::prefault() {
  constexpr std::uint32_t kProducers = 1024;  // of more than that a row group grows
  const std::vector<LeafRoom> rooms = pieceRooms(options_, *schema_.file);
  for (const auto& piece : pieces_) PF_TRY(static_cast<RowPiece&>(*piece).prefault(rooms));
  // That is there to stay; large rows may keep beside it what they else would.
  pieceMemory_.plan.keepAnyBelowBytes += pieceMemory_.bytes.load(std::memory_order_relaxed);
  for (const auto& group : rowGroups_) {
    static_cast<RowGroup&>(*group).deltas.reserve(std::min(options_.producersMax, kProducers));
  }
  return {};
}

void Core::runWorker(void* core) noexcept { static_cast<Core*>(core)->worker_->run(); }

void Core::freeInChild(std::unique_ptr<Core> core) noexcept {
  removeSink(core.get());
  core->registry_.clear();
  static_cast<void>(core.release());  // NOLINT(bugprone-unused-return-value): never destroyed
}

Core::~Core() {
  if (worker_ == nullptr) {  // opening it failed
    stage_.reset();
    if (output_ != nullptr) output_->discardFirst();
  } else if (!closed_.load(std::memory_order_acquire)) {
    abandon();
  }
  removeSink(this);
}

void Core::abandon() noexcept {
  closing_.store(true, std::memory_order_release);
  registry_.beginClose();
  registry_.forceFinal();
  if (const std::uint32_t left = registry_.unproven(); left != 0) {
    log_.error([left] {
      return std::to_string(left) + " rings are left mapped: a call on them may still go on";
    });
  }
  requests_.abandon();
  requests_.finish();
  hurry();
  if (options_.worker == WorkerMode::kPoll) {
    while (!worker_->isDone()) worker_->turn();
  }
  endThreads();
  if (const std::uint64_t lost = writeLost(); lost != 0) {
    log_.error([lost] {
      return "the sink was destroyed while open: " + std::to_string(lost) +
             " accepted records did not reach a file";
    });
  }
}

void Core::endThreads() noexcept {
  thread_.join();
  stage_->stop();
  registry_.endWorker();
}

// --- waiting -------------------------------------------------------------------------------------

template <class IsDone>
bool Core::await(std::uint64_t deadlineNs, IsDone isDone) {
  while (true) {
    const std::uint32_t seen = requests_.answers().look();
    if (isDone()) return true;
    const std::uint64_t now = monotonicNs();
    if (now >= deadlineNs) return false;
    std::uint64_t waitNs = std::min(deadlineNs - now, kAnswerWaitNs);
    if (options_.worker == WorkerMode::kPoll) {
      std::uint64_t turnWaitNs = 0;
      pollOnce(waitNs, &turnWaitNs);
      waitNs = std::min({waitNs, turnWaitNs, kPollSleepNs});
      if (waitNs == 0 || isDone()) continue;
    }
    requests_.answers().waitFor(seen, waitNs);
  }
}

// False: somebody else is at it.
bool Core::pollOnce(std::uint64_t patienceNs, std::uint64_t* waitNs) {
  const std::unique_lock lock(pollMutex_, std::chrono::nanoseconds(patienceNs));
  if (!lock.owns_lock()) return false;
  *waitNs = worker_->isDone() ? kPollSleepNs : worker_->turn();
  return true;
}

// While the output fails, that is what the caller wants to hear.
Error Core::timeoutError(const char* what) const {
  if (auto error = failure_.error()) {
    const ErrorCode code = error->code() == ErrorCode::kExists ? ErrorCode::kIo : error->code();
    return Error(code, error->systemError(), error->message()).withContext(what);
  }
  return {ErrorCode::kTimeout, std::string(what) + " is not finished yet"};
}

// Whoever asks for something may know that the disk is back.
void Core::hurry() noexcept {
  output_->hurry();
  stage_->hurry();
  wake_.notifyAll();
}

// --- requests ------------------------------------------------------------------------------------

Result<void> Core::request(bool publish, std::uint64_t timeoutNs) {
  if (isInChild()) return fail(parentsSink());
  if (closing_.load(std::memory_order_acquire)) {
    return fail(ErrorCode::kClosed, "the sink is closed");
  }
  const std::uint64_t deadlineNs = deadlineAfter(timeoutNs);
  const Requests::Ticket ticket(requests_, publish);
  hurry();
  if (!await(deadlineNs, [&] { return ticket.answered() || requests_.finished(); })) {
    return fail(timeoutError(publish ? "rotating" : "flushing"));
  }
  if (!ticket.answered()) return fail(ErrorCode::kClosed, "the sink was closed meanwhile");
  return ticket.result();
}

Result<void> Core::rotate(std::uint64_t timeoutNs) {
  if (isInChild()) return fail(parentsSink());
  if (!options_.outputPath.empty()) {
    return fail(ErrorCode::kInvalidArgument, "with output_path there is but one file to write");
  }
  return request(true, timeoutNs);
}

Result<void> Core::waitDurable(const Producer& producer, std::uint64_t attempt,
                               std::uint64_t timeoutNs) {
  if (isInChild()) return fail(parentsSink());
  const std::uint64_t deadlineNs = deadlineAfter(timeoutNs);
  const Account& account = *producer.account();
  const auto isDurable = [&] {
    return account.durableAttempt.load(std::memory_order_acquire) >= attempt;
  };
  // A flush for an attempt that is still to come would be in vain.
  const auto mayBeFlushed = [&] {
    return isDurable() || producer.lastAttempt() >= attempt ||
           closing_.load(std::memory_order_acquire);
  };
  const auto pauseUntil = [&](const auto& isSo) {
    await(std::min(deadlineNs, monotonicNs() + kDurablePauseNs), isSo);
    return isSo();
  };
  while (!isDurable()) {
    if (pauseUntil(mayBeFlushed) && !isDurable()) {
      const std::uint64_t now = monotonicNs();
      auto flushed = request(false, now < deadlineNs ? deadlineNs - now : 0);
      if (isDurable()) break;
      // A flush that ran out of time is told below, by the attempt that the caller knows.
      if (!flushed && flushed.error().code() != ErrorCode::kTimeout) return flushed;
      pauseUntil(isDurable);  // the attempt's own call may be in flight
    }
    if (!isDurable() && monotonicNs() >= deadlineNs) {
      return fail(ErrorCode::kTimeout,
                  "attempt " + std::to_string(attempt) + " is not durable yet");
    }
  }
  const auto attempts = [&](const AttemptRange& range) {
    return "attempts " + std::to_string(range.first) + " to " + std::to_string(range.last) +
           " of " + account.name;
  };
  if (const auto range = account.lost.find(attempt)) {
    return fail(ErrorCode::kDataLost, "of " + attempts(*range) + " not all are in a file");
  }
  if (const auto range = account.inDoubt.find(attempt)) {
    return fail(ErrorCode::kIo, attempts(*range) + " are in doubt: syncing them failed");
  }
  return {};
}

Result<bool> Core::poll(std::uint64_t budgetNs) {
  if (isInChild()) return fail(parentsSink());
  if (options_.worker != WorkerMode::kPoll) {
    return fail(ErrorCode::kInvalidArgument, "the sink has a worker thread of its own");
  }
  if (closed_.load(std::memory_order_acquire)) {
    return fail(ErrorCode::kClosed, "the sink is closed");
  }
  const std::uint64_t deadlineNs = deadlineAfter(budgetNs);
  std::uint64_t waitNs = 0;
  {
    const std::lock_guard lock(pollMutex_);
    do {
      waitNs = worker_->isDone() ? kPollSleepNs : worker_->turn();
    } while (waitNs == 0 && monotonicNs() < deadlineNs);
  }
  if (auto error = failure_.error()) return fail(std::move(*error));
  return waitNs == 0;
}

// --- the end -------------------------------------------------------------------------------------

Result<void> Core::close(std::uint64_t timeoutNs) {
  if (isInChild()) return fail(parentsSink());
  const std::uint64_t deadlineNs = deadlineAfter(timeoutNs);
  const std::unique_lock lock(
      closeMutex_, std::chrono::nanoseconds(std::min<std::uint64_t>(timeoutNs, INT64_MAX / 2)));
  if (!lock.owns_lock()) return fail(timeoutError("closing"));
  if (closed_.load(std::memory_order_acquire)) {
    return fail(ErrorCode::kClosed, "the sink is closed already");
  }
  return closeLocked(deadlineNs);
}

Result<void> Core::closeLocked(std::uint64_t deadlineNs) {
  closing_.store(true, std::memory_order_release);
  registry_.beginClose();
  PF_TRY(registry_.awaitCalls(deadlineNs));
  if (const std::uint32_t left = registry_.unproven(); left != 0 && !requests_.isFinishing()) {
    log_.warning([left] {
      return "without membarrier it is not proven that no call goes on: " + std::to_string(left) +
             " rings stay mapped";
    });
  }
  requests_.finish();
  hurry();
  if (!await(deadlineNs, [&] { return requests_.finished(); })) {
    return fail(timeoutError("closing"));
  }
  endThreads();
  releasePrefix();
  closed_.store(true, std::memory_order_release);
  if (const std::uint64_t lost = writeLost(); lost != 0) {
    return fail(ErrorCode::kDataLost,
                std::to_string(lost) + " accepted records did not reach a file");
  }
  if (auto error = requests_.lastError()) return fail(std::move(*error));
  return {};
}

void Core::releasePrefix() noexcept {
  const std::lock_guard lock(registry_);  // a fork finds it there, or not
  lock_.reset();
}

void Core::afterForkInChild() noexcept {
  inChild_.store(true, std::memory_order_relaxed);
  registry_.markAllDead();
  // Else the prefix would stay locked for as long as the child lives.
  lock_.reset();
  registry_.unlock();
}

SinkStats Core::stats() const {
  if (isInChild()) return {};  // the rings are not mapped there
  const Registry::Totals totals = registry_.totals();
  SinkStats stats;
  stats.producers = totals.producers;
  stats.records = totals.records;
  const std::uint64_t closed = closedWithoutRing_.load(std::memory_order_relaxed);
  stats.records.attempt += closed;
  stats.records.refused[static_cast<std::size_t>(RecordResult::kClosed) - 1] += closed;
  stats.noRing = noRing_.load(std::memory_order_relaxed);
  stats.rejected = workerCounters_.rejected.get();
  stats.writeLost = writeLost();
  stats.rows = outputCounters_.rows.get();
  stats.rowsDurable = outputCounters_.rowsDurable.get();
  stats.rowGroups = outputCounters_.rowGroups.get();
  stats.filesPublished = outputCounters_.filesPublished.get();
  stats.bytesWritten = outputCounters_.bytesWritten.get();
  stats.retainedBytes = outputCounters_.retainedBytes.get();
  stats.heldBytes = workerCounters_.heldBytes.get();
  stats.memoryBytes = totals.memoryBytes + stage_->encodedBytes() +
                      pieceMemory_.bytes.load(std::memory_order_relaxed);
  stats.workerPasses = workerCounters_.passes.get();
  stats.outOfOrder = workerCounters_.outOfOrder.get();
  stats.clockErrorNs = workerCounters_.clockErrorNs.get();
  stats.clockEpochs = workerCounters_.clockEpochs.get();
  stats.clock = workerCounters_.clock.load(std::memory_order_relaxed);
  stats.failed = failure_.code();
  return stats;
}

}  // namespace parquet_flow::sink
