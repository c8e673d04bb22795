#include "sink.hpp"

#include <memory>
#include <utility>

#include "boundary.hpp"
#include "struct_versions.hpp"
#include "text.hpp"

namespace {

using parquet_flow::Result;
using parquet_flow::sink::LogSink;
namespace capi = parquet_flow::capi;
namespace sink = parquet_flow::sink;

Result<sink::ProducerOptions> readProducerOptions(const pf_producer_options_t* options) {
  sink::ProducerOptions ours;
  if (options == nullptr) return ours;
  PF_TRY_ASSIGN(const pf_producer_options_t given,
                capi::readStruct(options, "options", pf_producer_options_t{}));
  PF_TRY(capi::requireZero(given.reserved, "options->reserved"));
  if (given.name != nullptr) {
    PF_TRY_ASSIGN(ours.name, capi::requireText(given.name, "options->name"));
    if (ours.name.empty()) return capi::invalid("options->name is empty");
  }
  ours.ringBytes = given.ring_bytes;
  ours.recordBytesMax = given.record_bytes_max;
  return ours;
}

// A function of a sink that gives a Result<void>.
template <class Function>
pf_status_t onSink(pf_sink_t* handle, pf_error_t* error, Function&& function) noexcept {
  return capi::guard(error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(handle, "sink"));
    return std::forward<Function>(function)(*handle->sink);
  });
}

}  // namespace

extern "C" {

pf_status_t pf_sink_memory_ceiling(const pf_sink_options_t* options, uint32_t producers,
                                   uint64_t* bytes, pf_error_t* error) noexcept {
  return capi::guardMaking(bytes, "bytes", error, [&]() -> Result<void> {
    capi::SinkCallbacks callbacks;
    PF_TRY_ASSIGN(const auto ours, capi::readSinkOptions(options, callbacks));
    PF_TRY_ASSIGN(*bytes, sink::memoryCeilingBytes(ours, producers));
    return {};
  });
}

pf_status_t pf_sink_open(const pf_sink_options_t* options, pf_sink_t** sink,
                         pf_error_t* error) noexcept {
  return capi::guardMaking(sink, "sink", error, [&]() -> Result<void> {
    auto handle = std::make_unique<pf_sink>();
    PF_TRY_ASSIGN(auto ours, capi::readSinkOptions(options, handle->callbacks));
    PF_TRY_ASSIGN(handle->sink, LogSink::open(std::move(ours)));
    *sink = handle.release();
    return {};
  });
}

pf_status_t pf_sink_prepare_thread(pf_sink_t* sink, pf_error_t* error) noexcept {
  return onSink(sink, error, [](LogSink& ours) { return ours.prepareThread(); });
}

pf_status_t pf_sink_flush(pf_sink_t* sink, uint64_t timeout_ns, pf_error_t* error) noexcept {
  return onSink(sink, error, [&](LogSink& ours) { return ours.flush(timeout_ns); });
}

pf_status_t pf_sink_rotate(pf_sink_t* sink, uint64_t timeout_ns, pf_error_t* error) noexcept {
  return onSink(sink, error, [&](LogSink& ours) { return ours.rotate(timeout_ns); });
}

pf_status_t pf_sink_poll(pf_sink_t* sink, uint64_t budget_ns, int* busy,
                         pf_error_t* error) noexcept {
  if (busy != nullptr) *busy = 0;
  return onSink(sink, error, [&](LogSink& ours) -> Result<void> {
    PF_TRY_ASSIGN(const bool isWorkLeft, ours.poll(budget_ns));
    if (busy != nullptr) *busy = isWorkLeft ? 1 : 0;
    return {};
  });
}

pf_status_t pf_sink_close(pf_sink_t* sink, uint64_t timeout_ns, pf_error_t* error) noexcept {
  return onSink(sink, error, [&](LogSink& ours) { return ours.close(timeout_ns); });
}

void pf_sink_destroy(pf_sink_t* sink) noexcept { delete sink; }

// --- producers ---------------------------------------------------------------------------------

pf_status_t pf_sink_add_producer(pf_sink_t* sink, const pf_producer_options_t* options,
                                 pf_producer_t** producer, pf_error_t* error) noexcept {
  return capi::guardMaking(producer, "producer", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(sink, "sink"));
    PF_TRY_ASSIGN(const auto ours, readProducerOptions(options));
    PF_TRY_ASSIGN(sink::Producer * added, sink->sink->addProducer(ours));
    *producer = capi::handleOf(added);
    return {};
  });
}

void pf_producer_release(pf_producer_t* producer) noexcept {
  if (producer != nullptr) capi::producerOf(producer).release();
}

uint64_t pf_producer_record_bytes_max(const pf_producer_t* producer) noexcept {
  return producer == nullptr ? 0 : capi::producerOf(producer).recordBytesMax();
}

uint32_t pf_producer_index(const pf_producer_t* producer) noexcept {
  return producer == nullptr ? 0 : capi::producerOf(producer).index();
}

uint64_t pf_producer_last_attempt(const pf_producer_t* producer) noexcept {
  return producer == nullptr ? 0 : capi::producerOf(producer).lastAttempt();
}

uint64_t pf_producer_durable_attempt(const pf_producer_t* producer) noexcept {
  return producer == nullptr ? 0 : capi::producerOf(producer).durableAttempt();
}

pf_status_t pf_producer_wait_durable(pf_producer_t* producer, uint64_t attempt,
                                     uint64_t timeout_ns) noexcept {
  return capi::guard(nullptr, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(producer, "producer"));
    return capi::producerOf(producer).waitDurable(attempt, timeout_ns);
  });
}

}  // extern "C"
