// The calls of the hot threads: the ring's own path, in line, in one function each. They allocate
// nothing, lock nothing and enter no kernel; a test disassembles the products to hold them to it.
#include "parquet_flow.h"
#include "sink.hpp"

namespace {

using parquet_flow::capi::producerOf;
using parquet_flow::sink::RecordResult;

pf_record_result_t resultOf(RecordResult result) noexcept {
  return static_cast<pf_record_result_t>(result);
}

static_assert(static_cast<int>(RecordResult::kOk) == PF_RECORD_OK &&
              static_cast<int>(RecordResult::kFull) == PF_RECORD_FULL &&
              static_cast<int>(RecordResult::kTooLarge) == PF_RECORD_TOO_LARGE &&
              static_cast<int>(RecordResult::kClosed) == PF_RECORD_CLOSED &&
              static_cast<int>(RecordResult::kReserved) == PF_RECORD_RESERVED &&
              static_cast<int>(RecordResult::kBusy) == PF_RECORD_BUSY &&
              static_cast<int>(parquet_flow::sink::kNoRing) == PF_RECORD_NO_RING);

}  // namespace

extern "C" {

pf_record_result_t pf_try_record(pf_producer_t* producer, const void* payload,
                                 size_t bytes) noexcept {
  return resultOf(producerOf(producer).tryRecord(payload, bytes));
}

pf_record_result_t pf_try_record_at(pf_producer_t* producer, int64_t time_ns, const void* payload,
                                    size_t bytes) noexcept {
  return resultOf(producerOf(producer).tryRecordAt(time_ns, payload, bytes));
}

pf_record_result_t pf_try_record_low(pf_producer_t* producer, const void* payload,
                                     size_t bytes) noexcept {
  return resultOf(producerOf(producer).tryRecordLow(payload, bytes));
}

pf_record_result_t pf_try_reserve(pf_producer_t* producer, size_t bytes, void** payload) noexcept {
  return resultOf(producerOf(producer).tryReserve(bytes, payload));
}

pf_record_result_t pf_commit(pf_producer_t* producer) noexcept {
  return resultOf(producerOf(producer).commit());
}

pf_record_result_t pf_abort(pf_producer_t* producer) noexcept {
  return resultOf(producerOf(producer).abort());
}

pf_record_result_t pf_sink_try_record(pf_sink_t* sink, const void* payload, size_t bytes) noexcept {
  return resultOf(sink->sink->tryRecord(payload, bytes));
}

}  // extern "C"
