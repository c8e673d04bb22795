#include "demo/report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace parquet_flow::demo {
namespace {

// By pf_record_result_t.
constexpr std::array<const char*, 7> kResultNames = {nullptr,    "full", "too large", "closed",
                                                     "reserved", "busy", "no ring"};
constexpr std::array<double, 4> kPercentiles = {50, 90, 99, 99.9};

void printCount(const char* name, std::uint64_t count, const std::string& remark = {}) {
  std::printf("  %-10s %14s%s%s\n", name, grouped(count).c_str(), remark.empty() ? "" : "  ",
              remark.c_str());
}

std::string refusalsByReason(const load::ProducerReport& total) {
  std::string text;
  for (std::size_t i = 1; i < kResultNames.size(); ++i) {
    if (total.results[i] != 0) {
      text += (text.empty() ? "" : ", ") + grouped(total.results[i]) + " " + kResultNames[i];
    }
  }
  return text;
}

void printTimes(const char* name, const load::Histogram& histogram) {
  std::printf("  %-26s", name);
  for (const double percentile : kPercentiles) {
    std::printf(" %9s", grouped(histogram.valueAt(percentile)).c_str());
  }
  std::printf(" %12s\n", grouped(histogram.max()).c_str());
}

void printFiles(const Capture& capture) {
  std::size_t width = 4;
  for (const PublishedFile& file : capture.files) {
    width = std::max(width, file.path.size());
  }
  std::printf("  %-*s %12s %12s %14s\n", static_cast<int>(width), "file", "rows", "row groups",
              "bytes");
  for (const PublishedFile& file : capture.files) {
    std::printf("  %-*s %12s %12s %14s\n", static_cast<int>(width), file.path.c_str(),
                grouped(file.rows).c_str(), grouped(file.rowGroups).c_str(),
                grouped(file.bytes).c_str());
  }
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t end = digits.size(); end > 3; end -= 3) {
    digits.insert(end - 3, " ");
  }
  return digits;
}

void printCapture(const Feed& feed, const Capture& capture, const load::Histogram& emptyBracket) {
  const load::ProducerReport total = capture.drive.total();
  const double seconds = static_cast<double>(capture.drive.elapsedNs) / 1e9;
  std::printf("== %s\n", feed.title.c_str());
  char rate[64];
  std::snprintf(rate, sizeof rate, "in %.2f s, %s a second", seconds,
                grouped(static_cast<std::uint64_t>(static_cast<double>(total.attempted) /
                                                   std::max(seconds, 1e-9)))
                    .c_str());
  printCount("attempted", total.attempted, rate);
  printCount("accepted", total.accepted(), grouped(total.acceptedBytes) + " bytes");
  printCount("refused", total.refused(), refusalsByReason(total));
  printCount("written", capture.stats.rows,
             grouped(capture.stats.row_groups) + " row groups, " +
                 grouped(capture.stats.bytes_written) + " bytes");
  std::printf("\n  %-26s %9s %9s %9s %9s %12s\n", "nanoseconds", "p50", "p90", "p99", "p99.9",
              "max");
  printTimes("pf_try_record, bracketed", capture.callNs);
  printTimes("the bracket alone", emptyBracket);
  std::printf("\n");
  printFiles(capture);
  std::printf("\n");
}

}  // namespace parquet_flow::demo
