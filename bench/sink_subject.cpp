#include "discard_directory.hpp"
#include "sink/log_sink.hpp"
#include "subjects.hpp"

namespace parquet_flow::bench {

struct SinkSubject::Impl {
  std::unique_ptr<sink::LogSink> sink;
  sink::Producer* producer = nullptr;
};

SinkSubject::SinkSubject(const Options& o, std::size_t ringBytes, bool poll, int workerCpu)
    : impl_(std::make_unique<Impl>()) {
  sink::SinkOptions options;
  options.outputPath = "discarded.parquet";
  options.files = std::make_shared<DiscardDirectory>();
  options.ringBytes = ringBytes;
  options.rowGroupBytes = o.rowGroupBytes;
  options.encodeThreads = static_cast<std::uint32_t>(o.encodeThreads);
  options.prefault = o.prefault;
  options.worker = poll     ? sink::WorkerMode::kPoll
                   : o.spin ? sink::WorkerMode::kSpin
                            : sink::WorkerMode::kPark;
  if (workerCpu >= 0) {
    options.workerCpus = {static_cast<std::uint32_t>(workerCpu)};
  }
  auto opened = sink::LogSink::open(std::move(options));
  if (!opened) {
    failure_ = opened.error().message();
    return;
  }
  impl_->sink = std::move(*opened);
  auto producer = impl_->sink->addProducer();
  if (!producer) {
    failure_ = producer.error().message();
    return;
  }
  impl_->producer = *producer;
  // The C handle is the producer itself.
  producer_ = reinterpret_cast<pf_producer_t*>(*producer);
}

SinkSubject::~SinkSubject() {
  if (impl_->producer != nullptr) {
    impl_->producer->release();
  }
}

pf_producer_stats_t SinkSubject::producerStats() const {
  pf_producer_stats_t stats;
  pf_producer_stats_init(&stats, sizeof stats);
  pf_producer_stats(producer_, &stats);
  return stats;
}

std::uint64_t SinkSubject::finish() {
  const auto closed = impl_->sink->close(sink::kTimeoutInfinite);
  if (!closed) {
    failure_ = closed.error().message();
  }
  return impl_->sink->stats().rows;
}

}  // namespace parquet_flow::bench
