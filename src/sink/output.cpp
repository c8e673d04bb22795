#include "sink/output.hpp"

#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>

#include "base/contained.hpp"
#include "base/limits.hpp"

namespace parquet_flow::sink {
namespace {

constexpr std::uint64_t kBackOffMinNs = 10'000'000;
constexpr std::uint64_t kBackOffMaxNs = 1'000'000'000;
// A full disk is waited for as long as it takes: nothing else could be written either. A file that
// fails otherwise is given up after so long, however often it was tried, for the sake of the next
// ones.
constexpr std::int64_t kEndPatienceNs = 5'000'000'000;
// Names somebody else may have taken in between.
constexpr int kNameTries = 1000;
// Files published without a sync, of which a later flush would have to sync each one.
constexpr std::size_t kUnsyncedFilesMax = 64;

bool isDiskFull(const Error& error) noexcept {
  return error.systemError() == ENOSPC || error.systemError() == EDQUOT;
}

}  // namespace

void SessionState::setClock(const ClockReport& report) {
  const std::lock_guard lock(mutex_);
  clock_ = report;
}

ClockReport SessionState::clock() const {
  const std::lock_guard lock(mutex_);
  return clock_;
}

Output::Output(const OutputParts& parts, FileNames names)
    : parts_(parts), names_(std::move(names)) {}

std::int64_t Output::nowNs() const noexcept {
  const ClockSources& sources = parts_.options->clockSources;
  return sources.monotonicRawNs(sources.context);
}

bool Output::isPoisoned() const noexcept {
  return parts_.failure->isLasting() && parts_.failure->code() == ErrorCode::kInternal;
}

bool Output::isHopeless() const noexcept {
  return parts_.requests->isAbandoned() || parts_.failure->isLasting();
}

// --- one row group -------------------------------------------------------------------------------

std::uint64_t Output::write(pipeline::RowGroupJob& job) noexcept {
  auto& rowGroup = static_cast<RowGroup&>(job);
  if (isLetGo_) {
    letGo(rowGroup);
    return 0;
  }
  if (retryAtNs_ != 0 && !isHopeless() && !hurry_.exchange(false, std::memory_order_acquire)) {
    const std::int64_t now = nowNs();
    if (now < retryAtNs_) return static_cast<std::uint64_t>(retryAtNs_ - now);
  }
  retryAtNs_ = 0;
  if (rowGroup.order.lacksLines) {
    parts_.failure->last(ErrorCode::kOutOfMemory, "out of memory for the ledger");
    letGo(rowGroup);
    return 0;
  }
  try {
    Step step = settleRows(rowGroup);
    if (step == Step::kDone) step = carryOut(rowGroup);
    if (step == Step::kRetryLater) return backOffNs_;
  } catch (const std::bad_alloc&) {
    parts_.failure->last(ErrorCode::kOutOfMemory, "out of memory while writing");
    if (!parts_.requests->isAbandoned()) return kBackOffMinNs;
    letGo(rowGroup);
    return 0;
  } catch (...) {
    parts_.failure->last(ErrorCode::kInternal, "unexpected exception while writing");
    letGo(rowGroup);
    return 0;
  }
  complete(rowGroup);
  return 0;
}

// What cannot be written as it should, for want of memory where nobody waits any more, or because
// of what must not happen: what is not published stays under its hidden name, and no ledger speaks
// of it or of what comes behind.
void Output::letGo(RowGroup& rowGroup) noexcept {
  const Error cause = *parts_.failure->error();
  if (!std::exchange(isLetGo_, true)) {
    parts_.log->error([&] { return "nothing more is written: " + cause.message(); });
    if (file_ != nullptr) {
      static_cast<void>(contained([&]() -> Result<void> {
        giveUpFile(cause);
        return {};
      }));
      countFileLost();  // where that did not come so far
      file_.reset();
    }
  }
  if (!rowGroup.rowsSettled) {
    giveUpRows(rowGroup, cause);
  } else if (!rowGroup.deltasSettled) {  // they are in the file that is not published
    std::uint64_t rows = 0;
    for (const LedgerDelta& delta : rowGroup.deltas) rows += delta.line.rows;
    parts_.counters->rows.subtract(rows);
    parts_.counters->lost.add(rows);
  }
  complete(rowGroup);
}

Output::Step Output::settleRows(RowGroup& rowGroup) {
  while (!rowGroup.rowsSettled) {
    const Step step = rowGroup.rows == 0 ? Step::kDone : writeRows(rowGroup);
    if (step == Step::kRetryLater) return step;
    rowGroup.rowsSettled = step == Step::kDone;
  }
  if (!rowGroup.deltasSettled) {
    accounts_.add(rowGroup.deltas);
    rowGroup.deltasSettled = true;
  }
  return Step::kDone;
}

Output::Step Output::writeRows(RowGroup& rowGroup) {
  if (rowGroup.encodeFailure) return rowsFailed(rowGroup, *rowGroup.encodeFailure);
  if (isPoisoned()) {
    giveUpRows(rowGroup, *parts_.failure->error());
    return Step::kDone;
  }
  if (file_ != nullptr && (!file_->isWhole() || isFull(rowGroup) || isOld())) beginEnding();
  if (ending_) {
    const Step step = end();
    if (step != Step::kDone) return step;
  }
  if (file_ == nullptr) {
    const Step step = openFile();
    if (step == Step::kRetryLater && isHopeless()) {
      giveUpRows(rowGroup, *parts_.failure->error());
      return Step::kDone;
    }
    if (step != Step::kDone) return step;
  }
  const std::uint64_t before = file_->totals().fileBytes;
  auto written = file_->writeRowGroup(*rowGroup.encoded);
  if (!written) return rowsFailed(rowGroup, std::move(written).error());
  if (file_->totals().rows == rowGroup.rows)
    fileSinceNs_.store(openedNs_, std::memory_order_relaxed);
  parts_.counters->rows.add(rowGroup.rows);
  parts_.counters->rowGroups.add(1);
  parts_.counters->bytesWritten.add(file_->totals().fileBytes - before);
  parts_.counters->retainedBytes.set(file_->totals().retainedBytes);
  worksAgain();
  return Step::kDone;
}

Output::Step Output::rowsFailed(RowGroup& rowGroup, const Error& error) {
  switch (error.code()) {
    case ErrorCode::kInternal:
    case ErrorCode::kOutOfMemory:
      parts_.failure->last(copyOf(error));
      giveUpRows(rowGroup, error);
      return Step::kDone;
    case ErrorCode::kIo:
    case ErrorCode::kExists:
      break;
    default:
      // The row group itself cannot be written; a new file does not change that, unless this one
      // has all the row groups it may have.
      if (error.code() == ErrorCode::kLimit && !rowGroup.encodeFailure && file_ != nullptr &&
          file_->totals().rowGroups != 0) {
        beginEnding();
        return Step::kAgain;
      }
      giveUpRows(rowGroup, error);
      return Step::kDone;
  }
  if (file_ != nullptr) {
    beginEnding();
    if (end() != Step::kDone) return Step::kRetryLater;
  }
  if (!isHopeless()) return failed(error);
  giveUpRows(rowGroup, error);
  return Step::kDone;
}

Output::Step Output::carryOut(RowGroup& rowGroup) {
  const Order& order = rowGroup.order;
  if (order.sync && !ending_) syncNow();
  const SinkOptions& options = *parts_.options;
  if (file_ != nullptr && !ending_) {
    const write::FileTotals& totals = file_->totals();
    const bool full = (options.rotateBytes != 0 && totals.fileBytes >= options.rotateBytes) ||
                      (options.rotateRows != 0 && totals.rows >= options.rotateRows);
    if (full || order.publish || order.last || (order.rotateIfDue && isOld())) beginEnding();
  }
  if (order.last) return lastFile();
  return ending_ ? end() : Step::kDone;
}

// The session's last file says what is left to say, so there may have to be one for that alone:
// where there are files, also that nothing is.
Output::Step Output::lastFile() {
  if (isPoisoned()) {
    if (file_ != nullptr) giveUpFile(*parts_.failure->error());
    return Step::kDone;
  }
  if (ending_ && !lastFile_ && file_->isFinished()) {
    const Step step = end();  // it was finished as one of many
    if (step != Step::kDone) return step;
  }
  const bool toSay = fileNumber_ != 0 || hasToSay();
  if (file_ == nullptr && toSay && !lastFile_) {
    auto file = createFile(true);
    if (!file && !hasToSay()) {
      warnOfNoLastFile(file.error());
      return Step::kDone;
    }
    if (!file) {
      const Step step = failed(std::move(file).error());
      return isHopeless() ? Step::kDone : step;
    }
    file_ = std::move(*file);
    beginEnding();
  }
  if (file_ == nullptr) return Step::kDone;
  lastFile_ = toSay || !parts_.options->outputPath.empty();
  return end();
}

// What the ledger of a file without rows is needed for.
bool Output::hasToSay() const noexcept {
  const SessionTotals& totals = parts_.session->totals();
  const RefusedByReason& refused = totals.refusedByReason;
  return !accounts_.empty() || totals.noRing != 0 ||
         std::any_of(refused.begin(), refused.end(), [](auto n) { return n != 0; });
}

void Output::complete(RowGroup& rowGroup) noexcept {
  const Order order = rowGroup.order;
  rowGroup.reset();
  if (parts_.failure->isLasting() && !ticketError_) ticketError_ = parts_.failure->error();
  if (order.lost != 0 && !ticketError_) {
    ticketError_ = errorOf(ErrorCode::kDataLost, [&] {
      return Error(ErrorCode::kDataLost, std::to_string(order.lost) + " accepted records are lost");
    });
  }
  if (order.ticket != 0) parts_.requests->answer(order.ticket, ticketError_);
  if (order.last) parts_.requests->setFinished(ticketError_);
  if (order.ticket != 0 || order.last) ticketError_.reset();
}

// --- files ---------------------------------------------------------------------------------------

Result<void> Output::openFirst() {
  PF_TRY_ASSIGN(file_, createFile(!parts_.options->directory.empty()));
  return {};
}

void Output::discardFirst() noexcept {
  if (file_ != nullptr) static_cast<void>(file_->discard().has_value());
  file_.reset();
}

Output::Step Output::openFile() {
  auto file = createFile(true);
  if (!file) return failed(std::move(file).error());
  file_ = std::move(*file);
  return Step::kDone;
}

// Under the next name, or where that is taken and others will do, the next free one.
Result<std::unique_ptr<OpenFile>> Output::createFile(bool othersWillDo) {
  const ClockSources& sources = parts_.options->clockSources;
  openedUtcNs_ = sources.realtimeNs(sources.context);
  openedNs_ = nowNs();
  durableRowsInFile_ = 0;
  syncFailed_ = false;
  endFailsSinceNs_ = 0;
  const bool replace = parts_.options->replace && fileNumber_ == 0;
  for (int i = 0; i < kNameTries; ++i) {
    auto file = OpenFile::create(*parts_.directory, names_.next(openedUtcNs_),
                                 replace ? io::IfTaken::kReplace : io::IfTaken::kRefuse,
                                 parts_.schema->file, *parts_.writer);
    if (file || file.error().code() != ErrorCode::kExists || !othersWillDo) return file;
    names_.skip();
  }
  return fail(ErrorCode::kExists,
              "the next " + std::to_string(kNameTries) + " file names are taken");
}

bool Output::isFull(const RowGroup& rowGroup) const noexcept {
  const SinkOptions& options = *parts_.options;
  const write::FileTotals& totals = file_->totals();
  if (totals.rowGroups == 0) return false;
  const auto passes = [](std::uint64_t now, std::uint64_t more, std::uint64_t most) {
    return most != 0 && now + more > most;
  };
  return totals.rowGroups >= kRowGroupsMax ||
         passes(totals.rows, rowGroup.rows, options.rotateRows) ||
         passes(totals.fileBytes, rowGroup.encoded->compressedBytes(), options.rotateBytes);
}

bool Output::isOld() const noexcept {
  const std::uint64_t most = parts_.options->rotateTimeNs;
  return most != 0 && static_cast<std::uint64_t>(nowNs() - openedNs_) >= most;
}

// --- the end of a file ---------------------------------------------------------------------------

Output::Step Output::end() {
  const bool hasRows = file_->totals().rows != 0;
  if (!hasRows && !lastFile_) return discard();
  auto done = finishAndPublish();
  if (done) {
    published();
    return Step::kDone;
  }
  Error& error = done.error();
  if (!hasRows && !hasToSay() && parts_.options->outputPath.empty() && !file_->isPublished()) {
    warnOfNoLastFile(error);
    return discard();
  }
  if (endFailsSinceNs_ == 0) endFailsSinceNs_ = nowNs();
  if (error.code() == ErrorCode::kInternal) parts_.failure->last(copyOf(error));
  if (isHopeless() || file_->isBroken() ||
      (!isDiskFull(error) && nowNs() - endFailsSinceNs_ >= kEndPatienceNs)) {
    giveUpFile(error);
    return Step::kDone;
  }
  return failed(std::move(error));
}

Output::Step Output::discard() {
  if (auto gone = file_->discard(); !gone) {
    parts_.log->warning([&] { return gone.error().message(); });
  }
  file_.reset();
  ending_ = false;
  return Step::kDone;
}

// Not worth a wait: all that it would have said is that nothing comes behind the others.
void Output::warnOfNoLastFile(const Error& cause) noexcept {
  parts_.log->warning([&] { return "no file says that it is the last: " + cause.message(); });
}

Result<void> Output::finishAndPublish() {
  if (!file_->isFinished()) {
    LedgerFile ledger{fileNumber_ + 1, accounts_.lines(), std::nullopt};
    if (lastFile_) ledger.totals = parts_.session->totals();
    PF_TRY(file_->finish(ledgerText(parts_.session->session(), parts_.session->clock(), ledger)));
  }
  endSynced_ = parts_.options->syncOnPublish || unsyncedFiles_.size() >= kUnsyncedFilesMax;
  if (endSynced_ && !file_->isPublished()) {
    syncPublished();
    if (!syncFailed_) syncFile();
  }
  return publishUnderSomeName(endSynced_ && !syncFailed_ ? io::Durability::kSynced
                                                         : io::Durability::kSystem);
}

// A name that somebody took in the meantime is not overwritten: the next one is as good.
Result<void> Output::publishUnderSomeName(io::Durability durability) {
  while (true) {
    auto done = file_->publish(names_.next(openedUtcNs_), durability);
    if (done) return {};
    if (file_->isPublished()) {
      doubtRows(file_->name(), done.error());  // its name may not last
      return {};
    }
    if (done.error().code() != ErrorCode::kExists) return done;
    names_.skip();
  }
}

void Output::published() {
  const write::FileTotals& totals = file_->totals();
  const bool tells = parts_.options->onFile != nullptr;
  const std::string path = tells ? file_->path() : std::string();
  if (!endSynced_) unsyncedFiles_.push_back(file_->name());
  // From here on nothing fails, so that it is done once.
  if (endSynced_) settleRowsDurable();
  unsyncedRowsBefore_ = accounts_.unsyncedRows();
  accounts_.clear();
  names_.skip();
  ++fileNumber_;
  parts_.counters->filesPublished.add(1);
  parts_.counters->retainedBytes.set(0);
  fileSinceNs_.store(0, std::memory_order_relaxed);
  if (tells) {
    parts_.options->onFile(parts_.options->onFileUser,
                           {path.c_str(), totals.rows, totals.fileBytes, totals.rowGroups, 0});
  }
  file_.reset();
  ending_ = false;
  worksAgain();
}

// --- durability ----------------------------------------------------------------------------------

void Output::syncNow() {
  syncPublished();
  if (file_ != nullptr && file_->totals().rows != 0 && accounts_.unsyncedRows() != 0) {
    syncFile();
    if (syncFailed_) beginEnding();  // every later sync of it would fail, whatever is written
  }
  settleRowsDurable();
}

void Output::syncFile() {
  auto synced = file_->sync();
  if (synced) return;
  syncFailed_ = true;
  doubtRows(file_->name(), synced.error());
}

// The files that were published without it, and then their names.
void Output::syncPublished() {
  for (const std::string& name : unsyncedFiles_) {
    if (auto synced = parts_.directory->syncFile(name); !synced) {
      doubtRows(name, synced.error());
      unsyncedFiles_.clear();
      return;
    }
  }
  for (std::size_t i = 0; i < unsyncedFiles_.size(); ++i) {
    const std::string_view directory = FileNames::directoryOf(unsyncedFiles_[i]);
    if (i != 0 && directory == FileNames::directoryOf(unsyncedFiles_[i - 1])) continue;
    if (auto synced = parts_.directory->sync(directory); !synced) {
      doubtRows(unsyncedFiles_[i], synced.error());
      break;
    }
  }
  unsyncedFiles_.clear();
}

void Output::settleRowsDurable() {
  parts_.counters->rowsDurable.add(accounts_.unsyncedRows());
  durableRowsInFile_ += accounts_.unsyncedRows() - std::exchange(unsyncedRowsBefore_, 0);
  accounts_.settle();
}

// All that are not known to be safe, because of the file of this name.
void Output::doubtRows(std::string_view name, const Error& cause) noexcept {
  if (accounts_.unsyncedRows() == 0) return;
  unsyncedRowsBefore_ = 0;
  std::string path;
  try {
    path = pathOf(*parts_.directory, name);
    // NOLINTNEXTLINE(bugprone-empty-catch): memory; it is told without
  } catch (const std::bad_alloc&) {
  }
  parts_.log->error(
      [&] { return "rows of " + path + " may not be on the disk: " + cause.message(); });
  accounts_.doubt(path, parts_.options->onDoubt, parts_.options->onDoubtUser);
  if (ticketError_) return;
  ticketError_ =
      errorOf(cause.code(), [&] { return Error(cause).withContext("rows are in doubt"); });
}

// --- failure -------------------------------------------------------------------------------------

Output::Step Output::failed(Error error) {
  if (!parts_.failure->code()) parts_.log->error([&] { return error.message(); });
  parts_.failure->begin(std::move(error));
  backOffNs_ = std::clamp(2 * backOffNs_, kBackOffMinNs, kBackOffMaxNs);
  retryAtNs_ = nowNs() + static_cast<std::int64_t>(backOffNs_);
  return Step::kRetryLater;
}

void Output::worksAgain() {
  if (backOffNs_ == 0) return;
  backOffNs_ = 0;
  retryAtNs_ = 0;
  if (parts_.failure->isLasting()) return;
  parts_.failure->end();
  parts_.log->info([] { return "writing goes on"; });
}

void Output::giveUpRows(RowGroup& rowGroup, const Error& cause) noexcept {
  rowGroup.rowsSettled = true;
  for (LedgerDelta& delta : rowGroup.deltas) delta.line.loseRows();
  parts_.counters->lost.add(rowGroup.rows);
  const auto sentence = [&] {
    return std::to_string(rowGroup.rows) + " rows are lost: " + cause.message();
  };
  parts_.log->error(sentence);
  ticketError_ =
      errorOf(ErrorCode::kDataLost, [&] { return Error(ErrorCode::kDataLost, sentence()); });
}

void Output::giveUpFile(const Error& cause) {
  const std::uint64_t rows = accounts_.rows();
  const std::string path = file_->hiddenPath();
  syncPublished();
  // From here on nothing fails, so that it is done once.
  countFileLost();
  parts_.log->error([&] {
    return path + " with " + std::to_string(rows) +
           " rows could not be published: " + cause.message();
  });
  ticketError_ = errorOf(ErrorCode::kDataLost, [&] {
    return Error(ErrorCode::kDataLost, path + " is given up: " + cause.message());
  });
  if (parts_.options->onFile != nullptr) {
    const write::FileTotals& totals = file_->totals();
    parts_.options->onFile(parts_.options->onFileUser,
                           {path.c_str(), 0, totals.fileBytes, totals.rowGroups, rows});
  }
  file_.reset();
  ending_ = false;
}

void Output::countFileLost() noexcept {
  const std::uint64_t rows = accounts_.rows();
  parts_.counters->rowsDurable.add(std::exchange(unsyncedRowsBefore_, 0));
  parts_.counters->rows.subtract(rows);
  parts_.counters->rowsDurable.subtract(std::exchange(durableRowsInFile_, 0));
  parts_.counters->lost.add(rows);
  parts_.counters->retainedBytes.set(0);
  accounts_.loseRows();
  fileSinceNs_.store(0, std::memory_order_relaxed);
}

}  // namespace parquet_flow::sink
