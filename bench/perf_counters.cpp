#include "perf_counters.hpp"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

namespace parquet_flow::bench {
namespace {

struct Counter {
  std::string_view name;
  std::uint64_t config;
};
// As the array of descriptors.
constexpr Counter kList[] = {
    {"cycles", PERF_COUNT_HW_CPU_CYCLES},
    {"instructions", PERF_COUNT_HW_INSTRUCTIONS},
    {"cache_misses", PERF_COUNT_HW_CACHE_MISSES},
    {"branch_misses", PERF_COUNT_HW_BRANCH_MISSES},
};

int openCounter(std::uint64_t config) noexcept {
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_HARDWARE;
  attributes.size = sizeof attributes;
  attributes.config = config;
  attributes.disabled = 1;
  attributes.inherit = 1;
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  return static_cast<int>(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
}

std::string whyRefused(std::string_view counter, int error) {
  std::string why =
      "perf_event_open of " + std::string(counter) + ": " + std::generic_category().message(error);
  if (error == ENOENT || error == EOPNOTSUPP) {
    why += " (no counters here: a virtual machine without them)";
  } else if (error == EACCES || error == EPERM) {
    why += " (see /proc/sys/kernel/perf_event_paranoid)";
  }
  return why;
}

}  // namespace

PerfCounters::PerfCounters() {
  static_assert(std::size(kList) == kCounters);
  descriptors_.fill(-1);
  for (std::size_t i = 0; i < kCounters && refusal_.empty(); ++i) {
    descriptors_[i] = openCounter(kList[i].config);
    if (descriptors_[i] < 0) {
      refusal_ = whyRefused(kList[i].name, errno);
    }
  }
}

PerfCounters::~PerfCounters() {
  for (const int descriptor : descriptors_) {
    if (descriptor >= 0) {
      close(descriptor);
    }
  }
}

void PerfCounters::start() noexcept {
  for (const int descriptor : descriptors_) {
    ioctl(descriptor, PERF_EVENT_IOC_RESET, 0);
    ioctl(descriptor, PERF_EVENT_IOC_ENABLE, 0);
  }
}

void PerfCounters::stop() noexcept {
  for (const int descriptor : descriptors_) {
    ioctl(descriptor, PERF_EVENT_IOC_DISABLE, 0);
  }
}

void PerfCounters::addTo(Report& report, std::uint64_t rows) const {
  if (!refusal_.empty()) {
    report.add("perf", std::string_view(refusal_));
    return;
  }
  std::array<double, kCounters> values{};
  for (std::size_t i = 0; i < kCounters; ++i) {
    std::uint64_t value = 0;
    if (read(descriptors_[i], &value, sizeof value) != sizeof value) {
      report.add("perf", std::string_view("a counter could not be read"));
      return;
    }
    values[i] = static_cast<double>(value);
  }
  report.add("instructions_per_cycle", values[1] / values[0]);
  for (std::size_t i = 0; i < kCounters; ++i) {
    report.add(std::string(kList[i].name) + "_per_row", values[i] / static_cast<double>(rows));
  }
}

}  // namespace parquet_flow::bench
