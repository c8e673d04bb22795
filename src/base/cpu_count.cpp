#include "base/cpu_count.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string_view>

#include "base/thread.hpp"

namespace parquet_flow {
namespace {

constexpr std::size_t kFileBytesMax = 64 << 10;
constexpr std::uint32_t kNoBound = UINT32_MAX;

// "" where it cannot be read.
std::string readFile(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"),
                                                             &std::fclose);
  if (file == nullptr) return {};
  std::string text(kFileBytesMax, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  return text;
}

// The number at the front of `text`, which then begins behind it; 0: there is none.
std::uint64_t takeNumber(std::string_view& text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
  std::uint64_t number = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9' && number < UINT32_MAX) {
    number = 10 * number + static_cast<std::uint64_t>(text.front() - '0');
    text.remove_prefix(1);
  }
  return number;
}

std::uint32_t cpusOf(std::uint64_t quota, std::uint64_t period) noexcept {
  if (quota == 0 || period == 0) return kNoBound;
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>((quota + period - 1) / period, kNoBound));
}

// "200000 100000", or "max 100000".
std::uint32_t version2Cpus(const std::string& folder) {
  const std::string text = readFile(folder + "/cpu.max");
  std::string_view rest = text;
  const std::uint64_t quota = takeNumber(rest);
  return cpusOf(quota, takeNumber(rest));
}

// A quota of -1 is none.
std::uint32_t version1Cpus(const std::string& folder) {
  const std::string quotaText = readFile(folder + "/cpu.cfs_quota_us");
  const std::string periodText = readFile(folder + "/cpu.cfs_period_us");
  std::string_view quota = quotaText;
  std::string_view period = periodText;
  return cpusOf(takeNumber(quota), takeNumber(period));
}

// The group at `path` and all above it. A container often sees its own group as the root.
std::uint32_t leastUpwards(const std::string& mount, std::string path,
                           std::uint32_t (*read)(const std::string&)) {
  std::uint32_t least = read(mount);
  while (!path.empty() && path != "/") {
    least = std::min(least, read(mount + path));
    path.resize(path.rfind('/'));
  }
  return least;
}

bool namesCpu(std::string_view controllers) noexcept {
  while (!controllers.empty()) {
    const std::size_t comma = std::min(controllers.find(','), controllers.size());
    if (controllers.substr(0, comma) == "cpu") return true;
    controllers.remove_prefix(std::min(comma + 1, controllers.size()));
  }
  return false;
}

// To read them takes as long as to write a small file, and a program may write many. Time and count
// in one word, so that threads see both or neither.
std::uint32_t cgroupCpusThisSecond() {
  static std::atomic<std::uint64_t> last{0};
  const auto sinceStart = std::chrono::steady_clock::now().time_since_epoch();
  const auto second = 1 + static_cast<std::uint64_t>(
                              std::chrono::duration_cast<std::chrono::seconds>(sinceStart).count());
  const std::uint64_t known = last.load(std::memory_order_relaxed);
  if (known >> 32 == second) return static_cast<std::uint32_t>(known);
  const std::uint32_t cpus = cgroupCpus("");
  last.store(second << 32 | cpus, std::memory_order_relaxed);
  return cpus;
}

}  // namespace

// Lines of "<number>:<controllers>:<path>"; version 2's has no controllers.
std::uint32_t cgroupCpus(const std::string& root) {
  std::uint32_t least = kNoBound;
  const std::string text = readFile(root + "/proc/self/cgroup");
  const std::string mount = root + "/sys/fs/cgroup";
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t first = line.find(':');
    const std::size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second == line.npos || line.substr(second + 1, 1) != "/") continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::string path(line.substr(second + 1));
    if (controllers.empty()) {
      least = std::min(least, leastUpwards(mount, path, version2Cpus));
    } else if (namesCpu(controllers)) {
      least = std::min(least, leastUpwards(mount + "/cpu", path, version1Cpus));
    }
  }
  return least;
}

std::uint32_t usableCpus() {
  return std::max<std::uint32_t>(std::min(affinityCpus(), cgroupCpusThisSecond()), 1);
}

}  // namespace parquet_flow
