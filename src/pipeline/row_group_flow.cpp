#include "pipeline/row_group_flow.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "base/contained.hpp"
#include "write/options.hpp"

namespace parquet_flow::pipeline {
namespace {

// To wake a thread takes some 5 to 50 us, to start one twice that; to encode an entry 1 to 10 ns.
// A row group below the first is encoded by the thread that has completed it, and no thread is
// started before as much as the second has come.
constexpr std::uint64_t kEntriesForOthers = 64 << 10;
constexpr std::uint64_t kEntriesToStart = 256 << 10;
// Only a bound: whoever changes something wakes whoever waits.
constexpr std::uint64_t kWaitNs = 50'000'000;
// What other threads are still at is often done before this one would sleep and be woken.
constexpr std::uint64_t kSpinNs = 50'000;

// The error with what `text` gives in front of its message; where there is no memory for that,
// without one.
template <class Text>
Error behind(const Error& error, Text&& text) noexcept {
  std::string message;
  try {
    message = std::forward<Text>(text)() + error.message();
  } catch (const std::exception&) {
    message.clear();
  }
  return {error.code(), error.systemError(), std::move(message)};
}

}  // namespace

RowGroupFlow::RowGroupFlow(std::shared_ptr<const schema::Schema> schema,
                           const write::WriterOptions& writer, const PipelineOptions& options)
    : schema_(std::move(schema)),
      writer_(writer),
      threads_(options.threads),
      ownsThreads_(options.ownsThreads),
      leaves_(static_cast<std::uint32_t>(schema_->leaves().size())),
      chains_(leaves_),
      tasks_(std::make_shared<Tasks>()),
      workMutex_(tasks_->mutex) {
  tasks_->flow = this;
  const std::uint32_t encoders = 1 + (threads_ == nullptr ? 0 : threads_->threads());
  inFlightMax_ = options.rowGroupsInFlight != 0 ? options.rowGroupsInFlight : encoders + 2;
}

Result<std::unique_ptr<RowGroupFlow>> RowGroupFlow::open(
    std::unique_ptr<io::OutputFile> file, std::shared_ptr<const schema::Schema> schema,
    const write::WriterOptions& writer, const PipelineOptions& options) {
  std::unique_ptr<RowGroupFlow> flow(new RowGroupFlow(schema, writer, options));
  // What can be wrong with it is found before anything is written.
  PF_TRY_ASSIGN(Encoder encoder, flow->takeEncoder());
  flow->giveBackEncoder(std::move(encoder));
  PF_TRY_ASSIGN(flow->file_, write::FileWriter::open(std::move(file), std::move(schema), writer));
  return flow;
}

RowGroupRun* RowGroupFlow::take() {
  const std::lock_guard lock(workMutex_);
  if (freeRuns_.empty()) {
    runs_.push_back(std::make_unique<RowGroupRun>(schema_));
    freeRuns_.reserve(runs_.size());  // so that none is lost for want of memory
    return runs_.back().get();
  }
  RowGroupRun* const run = freeRuns_.back();
  freeRuns_.pop_back();
  return run;
}

void RowGroupFlow::giveBack(RowGroupRun* run) noexcept {
  const std::lock_guard lock(workMutex_);
  freeRuns_.push_back(run);
}

Result<RowGroupFlow::Encoder> RowGroupFlow::takeEncoder() {
  {
    const std::lock_guard lock(workMutex_);
    if (!freeEncoders_.empty()) {
      Encoder encoder = std::move(freeEncoders_.back());
      freeEncoders_.pop_back();
      return encoder;
    }
  }
  PF_TRY_ASSIGN(Encoder encoder, write::RowGroupEncoder::create(schema_, writer_));
  const std::lock_guard lock(workMutex_);
  freeEncoders_.reserve(++encoders_);  // so that giving it back takes no memory
  return encoder;
}

void RowGroupFlow::giveBackEncoder(Encoder encoder) noexcept {
  const std::lock_guard lock(workMutex_);
  freeEncoders_.push_back(std::move(encoder));
}

// nullptr where the flow has stopped for want of one.
RowGroupFlow::Encoder RowGroupFlow::encoderOrStop() noexcept {
  Encoder encoder;
  auto taken = contained([&]() -> Result<void> {
    PF_TRY_ASSIGN(encoder, takeEncoder());
    return {};
  });
  if (!taken) stop(std::move(taken).error());
  return encoder;
}

// --- sending -------------------------------------------------------------------------------------

void RowGroupFlow::prepareFor(std::uint64_t openEntries) noexcept {
  if (threads_ == nullptr || openEntries < kEntriesForOthers) return;
  const std::uint64_t sent = entriesSent_.load(std::memory_order_relaxed) + openEntries;
  if (sent >= kEntriesToStart) threads_->startSome();
}

bool RowGroupFlow::isForOthers(const RowGroupRun& run, WhenFull whenFull) noexcept {
  if (threads_ == nullptr) return false;
  // Whoever encodes the last chunk writes, and waits for the output then.
  if (whenFull == WhenFull::kRefuse) return threads_->startSome() != 0;
  const std::uint64_t sent = entriesSent_.load(std::memory_order_relaxed) + run.entries;
  const bool isWorthIt = threads_->running() != 0 || sent >= kEntriesToStart;
  return run.entries >= kEntriesForOthers && isWorthIt && threads_->startSome() != 0;
}

void RowGroupFlow::send(RowGroupRun* run, bool forOthers) {
  run->isForOthers = forOthers;
  if (forOthers) run->orderLeaves();
  entriesSent_.fetch_add(run->entries, std::memory_order_relaxed);
  bytesInFlight_.fetch_add(run->bytes, std::memory_order_relaxed);
  if (!forOthers) {
    sent_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const std::uint64_t wanted =
      std::clamp<std::uint64_t>(run->entries / kEntriesForOthers, 1, leaves_);
  const std::lock_guard lock(workMutex_);
  ready_.push_back(run);
  sent_.fetch_add(1, std::memory_order_relaxed);
  postTasks(wanted);
}

// Somebody is at it while anything is to be encoded, so that there need not be more tasks than
// threads. Where one is not taken, those that are there do it, or whoever waits.
void RowGroupFlow::postTasks(std::uint64_t wanted) noexcept {
  for (std::uint64_t i = 0; i < wanted; ++i) {
    if (tasks_->posted + tasks_->begun >= threads_->running() || !postTask()) return;
  }
}

bool RowGroupFlow::postTask() noexcept {
  if (!threads_->post(0, {tasks_.get()})) return false;
  if (tasks_->posted++ == 0) tasks_->self = tasks_;
  return true;
}

// Parts first: what their chunk's row group waits for.
std::optional<RowGroupFlow::Work> RowGroupFlow::nextWork() noexcept {
  if (offered_ != nullptr) {
    ChunkInParts& chunk = *offered_;
    const Work work = {chunk.run, chunk.leaf, &chunk, chunk.next++};
    if (chunk.next == chunk.parts.count()) offered_ = chunk.nextOffered;
    return work;
  }
  return nextChunkBefore(UINT64_MAX);
}

std::optional<RowGroupFlow::Work> RowGroupFlow::nextChunkBefore(std::uint64_t sequence) noexcept {
  if (ready_.empty() || ready_.front()->sequence >= sequence) return std::nullopt;
  RowGroupRun* const run = ready_.front();
  const Work work = {run, run->leaves[run->nextLeaf++]};
  if (run->nextLeaf == leaves_) ready_.pop_front();
  return work;
}

// --- encoding ------------------------------------------------------------------------------------

void RowGroupFlow::Tasks::run(std::uint32_t /*thread*/, const Task& /*task*/) noexcept {
  std::shared_ptr<Tasks> kept;  // goes after the lock
  {
    const std::lock_guard lock(mutex);
    kept = self;
    if (--posted == 0) self.reset();
    if (flow == nullptr) return;
    ++begun;
  }
  flow->help();
}

void RowGroupFlow::help() noexcept {
  Encoder encoder = encoderOrStop();
  for (bool isFirst = true;; isFirst = false) {
    std::optional<Work> work;
    {
      const std::lock_guard lock(workMutex_);
      // Pipelines that share the threads have their turns chunk by chunk.
      const bool isMore = offered_ != nullptr || !ready_.empty();
      const bool givesWay = isMore && !isFirst && threads_->hasWaiting(0) && postTask();
      if (!givesWay) work = nextWork();
      if (!work) {
        if (encoder != nullptr) freeEncoders_.push_back(std::move(encoder));
        // Under the lock: whoever sends sees either that this task goes on, or that it has ended.
        // The last look at this object is its waking of whoever waits to destroy it.
        --tasks_->begun;
        changes_.notifyAll();
        return;
      }
    }
    if (encodeWork(*work, encoder.get())) putOut();
  }
}

template <class IsEnough>
bool RowGroupFlow::encodeSome(IsEnough&& isEnough) noexcept {
  Encoder encoder;
  bool isMore = true;
  while (isMore && !isEnough()) {
    std::optional<Work> work;
    {
      const std::lock_guard lock(workMutex_);
      work = nextWork();
    }
    isMore = work.has_value();
    if (!isMore) break;
    if (encoder == nullptr) encoder = encoderOrStop();
    if (encodeWork(*work, encoder.get())) putOut();
  }
  if (encoder != nullptr) giveBackEncoder(std::move(encoder));
  return isMore;
}

template <class IsEnough>
void RowGroupFlow::encodeUntil(IsEnough&& isEnough) noexcept {
  while (true) {
    const std::uint32_t seen = changes_.look();
    if (encodeSome(isEnough) || isEnough()) return;
    if (!changes_.spinFor(seen, kSpinNs)) changes_.waitFor(seen, kWaitNs);
  }
}

// Whoever is at chunk n of a leaf waits for the choice of chunk n - 1, and for no output: that one
// is begun, by a thread that waits for no more than the choice before it in turn, or some call is
// to encode it, which does so here before it writes.
void RowGroupFlow::encode(std::span<RowGroupRun* const> runs) noexcept {
  if (runs.empty()) return;
  Encoder encoder = encoderOrStop();
  const bool hasChoice = encoder != nullptr && encoder->hasChoice();
  bool isAnyComplete = false;
  for (RowGroupRun* const run : runs) {
    // Its chunks may wait for the choices of those before it: these must not wait for a thread,
    // which may be kept by another pipeline's output. None behind it, which waits for this one.
    const auto next = [&] {
      if (!hasChoice) return std::optional<Work>();
      const std::lock_guard lock(workMutex_);
      return nextChunkBefore(run->sequence);
    };
    while (const std::optional<Work> work = next()) {
      isAnyComplete |= encodeWork(*work, encoder.get());
    }
    for (std::uint32_t leaf = 0; leaf < leaves_; ++leaf) {
      isAnyComplete |= encodeWork({run, leaf}, encoder.get());
    }
  }
  if (encoder != nullptr) giveBackEncoder(std::move(encoder));
  if (isAnyComplete) putOut();
}

// What an encoder says, or is thrown in it, ends as the pipeline's failure.
template <class Function>
void RowGroupFlow::orStop(const RowGroupRun& run, Function&& encode) noexcept {
  if (isStopped()) return;
  const std::uint64_t beganNs = monotonicNs();
  auto encoded = contained(std::forward<Function>(encode));
  if (!encoded) stop(inRowGroup(encoded.error(), "encoding", run.sequence));
  encodeNs_.fetch_add(monotonicNs() - beganNs, std::memory_order_relaxed);
}

bool RowGroupFlow::encodeWork(const Work& work, write::RowGroupEncoder* encoder) noexcept {
  if (work.chunk != nullptr) return encodePart(work, encoder);
  RowGroupRun& run = *work.run;
  ChunkInParts* inParts = nullptr;
  orStop(run, [&]() -> Result<void> {
    ChunkInParts* const chunk = run.isForOthers ? &run.partsOf(work.leaf) : nullptr;
    PF_TRY_ASSIGN(const bool isCut,
                  encoder->encodeColumn(
                      work.leaf, run.rows, run.views[work.leaf], &chains_[work.leaf], run.sequence,
                      run.encoded.chunks[work.leaf], chunk == nullptr ? nullptr : &chunk->parts));
    if (isCut) {
      inParts = chunk;
    } else {
      run.inParts[work.leaf].reset();  // with the memory that parts of earlier chunks had
    }
    return {};
  });
  if (inParts == nullptr) return finishLeaf(&run, encoder);
  offer(*inParts);
  return false;
}

// To this thread, too, unless it has enough.
void RowGroupFlow::offer(ChunkInParts& chunk) noexcept {
  const std::uint32_t parts = chunk.parts.count();
  chunk.left.store(parts, std::memory_order_relaxed);
  {
    const std::lock_guard lock(workMutex_);
    chunk.nextOffered = nullptr;
    (offered_ == nullptr ? offered_ : lastOffered_->nextOffered) = &chunk;
    lastOffered_ = &chunk;
    postTasks(parts - 1);
  }
  changes_.notifyAll();
}

bool RowGroupFlow::encodePart(const Work& work, write::RowGroupEncoder* encoder) noexcept {
  RowGroupRun& run = *work.run;
  ChunkInParts& chunk = *work.chunk;
  orStop(run, [&] { return encoder->encodePart(work.leaf, chunk.parts, work.part); });
  // Whoever finishes last sees what the others have encoded.
  if (chunk.left.fetch_sub(1, std::memory_order_acq_rel) != 1) return false;
  orStop(run,
         [&] { return encoder->joinParts(work.leaf, chunk.parts, run.encoded.chunks[work.leaf]); });
  return finishLeaf(&run, encoder);
}

bool RowGroupFlow::finishLeaf(RowGroupRun* run, write::RowGroupEncoder* encoder) noexcept {
  // As in encodePart.
  if (run->leavesLeft.fetch_sub(1, std::memory_order_acq_rel) != 1) return false;
  complete(run, encoder);
  return true;
}

void RowGroupFlow::complete(RowGroupRun* run, write::RowGroupEncoder* encoder) noexcept {
  orStop(*run, [&] { return encoder->complete(run->rows, run->views, run->encoded); });
  encoded_.fetch_add(1, std::memory_order_release);
  turns_.arrive(run);  // from here on it may be written and let go
}

// --- writing -------------------------------------------------------------------------------------

void RowGroupFlow::putOut() noexcept {
  turns_.putOut([this](RowGroupRun& head) { put(head); });
}

void RowGroupFlow::put(RowGroupRun& run) noexcept {
  if (!isStopped()) {
    const std::uint64_t beganNs = monotonicNs();
    auto written = contained([&] {
      const std::lock_guard lock(fileMutex_);
      auto done = file_->writeRowGroup(run.encoded);
      bytesWritten_.store(file_->totals().fileBytes, std::memory_order_relaxed);
      return done;
    });
    writeNs_.fetch_add(monotonicNs() - beganNs, std::memory_order_relaxed);
    if (written) {
      written_.fetch_add(1, std::memory_order_relaxed);
      rowsWritten_.fetch_add(run.rows, std::memory_order_relaxed);
    } else {
      stop(std::move(written).error());
    }
  }
  bytesInFlight_.fetch_sub(run.bytes, std::memory_order_relaxed);
  run.clear(failure());
  giveBack(&run);
  settled_.fetch_add(1, std::memory_order_release);
  changes_.notifyAll();
}

void RowGroupFlow::waitForRoom(std::uint64_t sequence) noexcept {
  encodeUntil([&] { return hasRoom(sequence) || isStopped(); });
}

void RowGroupFlow::waitWhile(const std::atomic<bool>& flag) noexcept {
  encodeUntil([&] { return !flag.load(std::memory_order_relaxed) || isStopped(); });
}

void RowGroupFlow::waitForSettled(std::uint64_t end) noexcept {
  encodeUntil([&] { return settled_.load(std::memory_order_acquire) >= end; });
}

void RowGroupFlow::settle() {
  const std::uint64_t sent = sent_.load(std::memory_order_relaxed);
  const auto isEnough = [] { return false; };
  while (true) {
    const std::uint32_t seen = changes_.look();
    encodeSome(isEnough);
    {
      const std::lock_guard lock(workMutex_);
      if (settled_.load(std::memory_order_acquire) == sent && tasks_->begun == 0) {
        tasks_->flow = nullptr;
        return;
      }
    }
    if (!changes_.spinFor(seen, kSpinNs)) changes_.waitFor(seen, kWaitNs);
  }
}

void RowGroupFlow::endThreads() noexcept {
  if (threads_ != nullptr && ownsThreads_) threads_->beginToStop();
}

Result<void> RowGroupFlow::copy(const write::CopiedRowGroup& rowGroup) {
  const std::lock_guard lock(fileMutex_);
  const std::uint64_t beganNs = monotonicNs();
  const std::uint64_t rowsBefore = file_->totals().rows;
  PF_TRY(file_->copyRowGroup(rowGroup));
  writeNs_.fetch_add(monotonicNs() - beganNs, std::memory_order_relaxed);
  written_.fetch_add(1, std::memory_order_relaxed);
  rowsWritten_.fetch_add(file_->totals().rows - rowsBefore, std::memory_order_relaxed);
  bytesWritten_.store(file_->totals().fileBytes, std::memory_order_relaxed);
  return {};
}

Result<void> RowGroupFlow::cutBack() {
  const std::lock_guard lock(fileMutex_);
  return file_->cutBack();
}

Result<void> RowGroupFlow::writeFooter() {
  std::vector<write::KeyValue> keyValues;
  {
    const std::lock_guard lock(keyValuesMutex_);  // whoever sets one does not wait for the output
    hasFooter_ = true;
    keyValues.swap(keyValues_);
  }
  const std::lock_guard lock(fileMutex_);
  const std::uint64_t beganNs = monotonicNs();
  for (const auto& [key, value] : keyValues) PF_TRY(file_->setKeyValue(key, value));
  PF_TRY(file_->finish());
  writeNs_.fetch_add(monotonicNs() - beganNs, std::memory_order_relaxed);
  bytesWritten_.store(file_->totals().fileBytes, std::memory_order_relaxed);
  return {};
}

Result<void> RowGroupFlow::setKeyValue(std::string_view key,
                                       const std::optional<std::string>& value) {
  PF_TRY(write::validateKeyValue(key, value));
  const std::lock_guard lock(keyValuesMutex_);
  if (hasFooter_) return fail(ErrorCode::kNotOpen, "the pipeline is finished");
  const auto same =
      std::find_if(keyValues_.begin(), keyValues_.end(),
                   [key](const write::KeyValue& known) { return known.first == key; });
  if (same != keyValues_.end()) {
    same->second = value;
  } else {
    keyValues_.emplace_back(key, value);
  }
  return {};
}

// --- failure -------------------------------------------------------------------------------------

void RowGroupFlow::stop(Error error) noexcept {
  {
    const std::lock_guard lock(failureMutex_);
    if (failure_ || isEnded_) return;
    failure_.emplace(std::move(error));
    stopped_.store(true, std::memory_order_release);
  }
  for (write::ChoiceChain& chain : chains_) chain.breakOff();
  changes_.notifyAll();
}

bool RowGroupFlow::end() noexcept {
  const std::lock_guard lock(failureMutex_);
  isEnded_ = !failure_;
  return isEnded_;
}

void RowGroupFlow::stopEnded(const Error& error) noexcept {
  {
    const std::lock_guard lock(failureMutex_);
    isEnded_ = false;
  }
  stop(behind(error, [] { return std::string(); }));
}

tl::unexpected<Error> RowGroupFlow::failStopped() const noexcept {
  return fail(behind(*failure_, [] { return std::string("the pipeline has stopped: "); }));
}

Error RowGroupFlow::inRowGroup(const Error& error, const char* doing,
                               std::uint64_t sequence) const noexcept {
  return behind(error, [&] {
    return std::string(doing) + " row group " + std::to_string(sequence) + " of " +
           std::string(file_->file().name()) + ": ";
  });
}

void RowGroupFlow::addTo(Progress& progress) const noexcept {
  progress.rowGroupsSubmitted = sent_.load(std::memory_order_relaxed);
  progress.rowGroupsEncoded = encoded_.load(std::memory_order_relaxed);
  progress.rowGroupsWritten = written_.load(std::memory_order_relaxed);
  progress.rowsWritten = rowsWritten_.load(std::memory_order_relaxed);
  progress.bytesWritten = bytesWritten_.load(std::memory_order_relaxed);
  progress.bytesInFlight = bytesInFlight_.load(std::memory_order_relaxed);
  progress.encodeNs = encodeNs_.load(std::memory_order_relaxed);
  progress.writeNs = writeNs_.load(std::memory_order_relaxed);
  progress.threads = 1 + (threads_ == nullptr ? 0 : threads_->running());
  progress.threadError = threads_ == nullptr ? 0 : threads_->startError();
  progress.hasFailed = isStopped();
}

}  // namespace parquet_flow::pipeline
