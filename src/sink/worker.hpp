// The worker: from rings to row groups.
//
// Its turns are short: look at the rings, take what need not wait any longer, give the room back,
// seal what is due, do what callers asked for. A thread of ours runs them, or pf_sink_poll.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/thread.hpp"
#include "pipeline/row_group_stage.hpp"
#include "sink/capture_columns.hpp"
#include "sink/counters.hpp"
#include "sink/failure.hpp"
#include "sink/log.hpp"
#include "sink/merge_queue.hpp"
#include "sink/options.hpp"
#include "sink/output.hpp"
#include "sink/registry.hpp"
#include "sink/requests.hpp"
#include "sink/ring_reader.hpp"
#include "sink/row_group.hpp"
#include "sink/row_piece.hpp"
#include "sink/row_shape.hpp"

namespace parquet_flow::sink {

struct WorkerParts {
  const SinkOptions* options;
  Registry* registry;
  pipeline::RowGroupStage* stage;
  const Output* output;
  SessionState* session;
  Requests* requests;
  Failure* failure;
  WorkerCounters* counters;
  const std::atomic<std::uint64_t>* noRing;
  const Log* log;
  WaitPoint* wake;
  PieceMemory* pieceMemory;
};

class Worker {
 public:
  Worker(const WorkerParts& parts, Clock clock, std::unique_ptr<RowShape> shape);

  // Returns after how many nanoseconds to call again at the latest; 0: at once.
  std::uint64_t turn() noexcept;
  // The last row group is on its way, and nothing is left to do here.
  [[nodiscard]] bool isDone() const noexcept;
  // Turns until then, parked or spinning between them.
  void run() noexcept;

 private:
  std::uint64_t turnInside();
  void lookAround();
  void takeArrivals();
  void refreshClock();
  void reportClock();
  void takeRequests();
  void beginFlush(const Requests::Asked& asked);

  // What need not wait any longer, into columns. True: there is more.
  bool drain();
  bool mustRelease() const noexcept;
  bool drainOne(RingReader& reader);
  bool drainMerged();
  // What was gathered. False: there is no place for it now.
  bool appendRun();
  bool appendRows(std::size_t count);
  [[nodiscard]] Appended fillPiece(std::span<DrainedRecord> offered, bool* sealGroup);
  void countTaken(std::span<const DrainedRecord> records, const Appended& appended) noexcept;
  void giveRoomBack();

  bool acquireRowGroup();
  bool acquirePiece();
  [[nodiscard]] bool mayTakePiece();
  void submitPiece(bool isWhole);
  bool seal(const Order& order);
  bool makeRoomForLines();
  void sealWhatIsDue();
  void answerFlush();
  [[nodiscard]] std::uint64_t settleFlushed() noexcept;
  void retireReleased();
  std::uint64_t finishReader(RingReader& reader) noexcept;
  std::uint64_t settleLost(RingReader& reader, const ring::Counters& counters) noexcept;
  void finishAll();
  std::uint64_t pace(std::uint64_t found, std::uint64_t retryNs);
  [[nodiscard]] std::uint64_t rowsMax() const noexcept;
  [[nodiscard]] bool hasNews() const noexcept;

  WorkerParts parts_;
  const SinkOptions& options_;
  Clock clock_;
  CaptureColumns capture_;
  std::unique_ptr<RowShape> shape_;

  std::int64_t nowNs_ = 0;  // of this turn
  std::int64_t utcNs_ = 0;
  std::int64_t graceNs_ = 0;

  std::vector<std::unique_ptr<RingReader>> readers_;
  std::vector<Producer*> arrivals_;
  MergeQueue merge_;
  std::array<DrainedRecord, 512> run_{};  // gathered, not yet in columns
  std::size_t runBegin_ = 0;
  std::size_t runEnd_ = 0;
  std::int64_t lastTimeNs_ = INT64_MIN;  // of the last row

  RowGroup* group_ = nullptr;          // being filled
  RowPiece* piece_ = nullptr;          // of it; outlives a row group where nothing was put into it
  std::uint64_t handedOverBytes_ = 0;  // of group_, in pieces before piece_
  std::int64_t hurriedNs_ = 0;         // since when the encoder is behind; 0: it is not
  std::int64_t newsSinceNs_ = 0;       // when the first of what is not sealed came; 0: nothing
  std::vector<LedgerDelta> ended_;     // of producers that are gone, not yet sealed; has room for
                                       // those of all readers
  bool finishing_ = false;             // in this turn: nothing comes any more
  bool starved_ = false;               // no row group or no piece is free
  std::uint64_t rowsSinceRotation_ = 0;
  std::int64_t rotationAskedFor_ = 0;  // the file's Output::fileSinceNs

  std::optional<Requests::Asked> flush_;
  std::uint64_t lostUntold_ = 0;  // of producers that are gone; the next flush says it
  bool lastSealed_ = false;
  RefusedByReason refusedInAll_{};

  ClockReport clockReport_;
  std::int64_t clockRefreshAtNs_ = 0;
  std::uint64_t parkNs_;
};

}  // namespace parquet_flow::sink
