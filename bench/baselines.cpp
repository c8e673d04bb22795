#include <pthread.h>
#include <sched.h>
#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <chrono>

#include "payload.hpp"
#include "subjects.hpp"

namespace parquet_flow::bench {
namespace {

constexpr std::size_t kBulk = 256;
constexpr auto kPark = std::chrono::microseconds(50);

class CountingSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  std::atomic<std::uint64_t> messages{0};

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    // One byte is looked at: what a consumer must at least do.
    if (message.payload.size() == kRecordBytes) {
      messages.fetch_add(1, std::memory_order_relaxed);
    }
  }
  void flush_() override {}
};

}  // namespace

void pinThisThread(int cpu) {
  if (cpu < 0) {
    return;
  }
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(cpu), &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

Payloads::Payloads() : bytes_(kPayloads * kRecordBytes) { fillRandom(7, bytes_); }

MoodycamelSubject::MoodycamelSubject(std::size_t ringBytes, bool drain, int consumerCpu)
    : queue_(ringBytes / kRecordBytes, 1, 0), token_(queue_) {
  if (drain) {
    consumer_ = std::thread([this, consumerCpu] {
      pinThisThread(consumerCpu);
      consume();
    });
  }
}

MoodycamelSubject::~MoodycamelSubject() { stop(); }

void MoodycamelSubject::stop() {
  if (consumer_.joinable()) {
    stop_.store(true, std::memory_order_release);
    consumer_.join();
  }
}

void MoodycamelSubject::consume() {
  std::vector<Item> items(kBulk);
  while (true) {
    const bool last = stop_.load(std::memory_order_acquire);
    std::size_t pass = 0;
    for (std::size_t got = kBulk; got == kBulk; pass += got) {
      got = queue_.try_dequeue_bulk_from_producer(token_, items.begin(), kBulk);
    }
    consumed_ += pass;
    if (last && pass == 0) {
      return;
    }
    if (!last && pass < kBulk) {
      std::this_thread::sleep_for(kPark);
    }
  }
}

std::uint64_t MoodycamelSubject::finish() {
  stop();
  return consumed_;
}

struct SpdlogSubject::Impl {
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<CountingSink> sink;
  std::shared_ptr<spdlog::async_logger> logger;
  std::uint64_t overrun = 0;
};

SpdlogSubject::SpdlogSubject(std::size_t ringBytes, int consumerCpu)
    : impl_(std::make_unique<Impl>()) {
  // Its thread would inherit the one processor of whoever makes it.
  impl_->pool = std::make_shared<spdlog::details::thread_pool>(
      ringBytes / kRecordBytes, 1U, [consumerCpu] { pinThisThread(consumerCpu); });
  impl_->sink = std::make_shared<CountingSink>();
  impl_->logger = std::make_shared<spdlog::async_logger>(
      "bench", impl_->sink, impl_->pool, spdlog::async_overflow_policy::overrun_oldest);
}

SpdlogSubject::~SpdlogSubject() = default;

bool SpdlogSubject::call(const std::byte* payload) noexcept {
  const spdlog::log_clock::time_point time{spdlog::log_clock::duration(__rdtsc())};
  impl_->logger->log(time, spdlog::source_loc{}, spdlog::level::info,
                     spdlog::string_view_t(reinterpret_cast<const char*>(payload), kRecordBytes));
  return true;
}

std::uint64_t SpdlogSubject::overrun() const { return impl_->overrun; }

std::uint64_t SpdlogSubject::finish() {
  // The pool's destructor drains the queue and joins its thread; the logger holds it weakly.
  const std::shared_ptr<CountingSink> sink = impl_->sink;
  impl_->overrun = impl_->pool->overrun_counter();
  impl_->pool.reset();
  return sink->messages.load(std::memory_order_relaxed);
}

}  // namespace parquet_flow::bench
