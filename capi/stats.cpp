// The counters of a sink and of a producer, in the structs of the C header.
#include "boundary.hpp"
#include "parquet_flow.h"
#include "sink.hpp"
#include "sink/fork_guard.hpp"
#include "struct_versions.hpp"

namespace {

using parquet_flow::Result;
using parquet_flow::ring::RecordResult;
namespace capi = parquet_flow::capi;
namespace sink = parquet_flow::sink;

// What both structs have of the rings' counters, under the same names.
template <class Stats>
void fillRecords(const parquet_flow::ring::Counters& records, Stats& stats) noexcept {
  stats.attempted = records.attempt;
  stats.accepted = records.accepted;
  stats.refused_full = records.refusedFor(RecordResult::kFull);
  stats.refused_too_large = records.refusedFor(RecordResult::kTooLarge);
  stats.refused_closed = records.refusedFor(RecordResult::kClosed);
  stats.refused_busy = records.refusedFor(RecordResult::kBusy);
  stats.refused_reserved = records.refusedFor(RecordResult::kReserved);
  stats.aborted = records.aborted;
  stats.ring_high_water = records.highWaterBytes;
}

pf_sink_stats_t toC(const sink::SinkStats& ours) noexcept {
  pf_sink_stats_t stats{};
  stats.producers = ours.producers;
  fillRecords(ours.records, stats);
  stats.no_ring = ours.noRing;
  stats.rejected = ours.rejected;
  stats.write_lost = ours.writeLost;
  stats.rows = ours.rows;
  stats.rows_durable = ours.rowsDurable;
  stats.row_groups = ours.rowGroups;
  stats.files_published = ours.filesPublished;
  stats.bytes_written = ours.bytesWritten;
  stats.retained_bytes = ours.retainedBytes;
  stats.held_bytes = ours.heldBytes;
  stats.memory_bytes = ours.memoryBytes;
  stats.worker_passes = ours.workerPasses;
  stats.out_of_order = ours.outOfOrder;
  stats.clock_error_ns = ours.clockErrorNs;
  stats.clock_epochs = ours.clockEpochs;
  stats.clock = static_cast<std::int32_t>(ours.clock);
  stats.failed = ours.failed ? capi::statusOf(*ours.failed) : PF_STATUS_OK;
  return stats;
}

pf_producer_stats_t toC(const sink::ProducerStats& ours) noexcept {
  pf_producer_stats_t stats{};
  stats.index = ours.index;
  fillRecords(ours.records, stats);
  stats.durable_attempt = ours.durableAttempt;
  stats.ring_bytes = ours.ringBytes;
  stats.ring_used_bytes = ours.ringUsedBytes;
  return stats;
}

}  // namespace

extern "C" {

pf_status_t pf_sink_stats(pf_sink_t* sink, pf_sink_stats_t* stats) noexcept {
  return capi::guard(nullptr, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(sink, "sink"));
    PF_TRY(capi::checkStruct(stats, "stats"));
    if (sink->sink->isInChild()) return fail(parquet_flow::sink::parentsSink());
    return capi::fillStruct(stats, "stats", toC(sink->sink->stats()));
  });
}

pf_status_t pf_producer_stats(const pf_producer_t* producer, pf_producer_stats_t* stats) noexcept {
  return capi::guard(nullptr, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(producer, "producer"));
    PF_TRY(capi::checkStruct(stats, "stats"));
    if (capi::producerOf(producer).isInChild()) return fail(parquet_flow::sink::parentsSink());
    return capi::fillStruct(stats, "stats", toC(capi::producerOf(producer).stats()));
  });
}

}  // extern "C"
