#include "pf/contacts_report.hpp"

#include <cstdarg>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/thread.hpp"
#include "pf/values.hpp"

namespace parquet_flow::pf {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;

[[gnu::format(printf, 1, 2)]] std::string formatted(const char* format, ...) {
  char text[256];
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return text;
}

double ratio(double value, double by) { return by > 0 ? value / by : 0; }

double seconds(std::uint64_t ns) { return static_cast<double>(ns) * 1e-9; }

const char* formatName(const contacts::RunOptions& options) {
  return options.format == contacts::Format::kParquet ? "parquet" : "jsonl";
}

}  // namespace

std::string startLine(const contacts::RunOptions& options, std::uint32_t cpus) {
  return formatted("pf contacts: %s rows into %s file%s (%s), %u of %u cores, chunks of %s rows",
                   grouped(options.rows).c_str(), grouped(options.files).c_str(),
                   options.files == 1 ? "" : "s", formatName(options), options.threads, cpus,
                   grouped(options.chunkRows).c_str());
}

ProgressLine::ProgressLine(std::uint64_t rows) : rows_(rows), startNs_(monotonicNs()) {}

void ProgressLine::show(std::uint64_t rowsDone, std::uint64_t bytesWritten) {
  const double elapsed = seconds(monotonicNs() - startNs_);
  const double rate = ratio(static_cast<double>(rowsDone), elapsed);
  const double left = ratio(static_cast<double>(rows_ - rowsDone), rate);
  std::fprintf(stderr, "\r%s of %s rows, %.1f M rows/s, %.0f MiB/s, %.0f s left\033[K",
               grouped(rowsDone).c_str(), grouped(rows_).c_str(), rate * 1e-6,
               ratio(static_cast<double>(bytesWritten), elapsed) / kMiB, left);
}

void ProgressLine::clear() { std::fputs("\r\033[K", stderr); }

std::string resultText(const contacts::RunOptions& options, const contacts::RunResult& result) {
  const auto rows = static_cast<double>(result.rows);
  std::string text;
  for (const contacts::FileResult& file : result.files) {
    text += formatted("%-24s %s rows, %s bytes\n", file.name.c_str(), grouped(file.rows).c_str(),
                      grouped(file.bytes).c_str());
  }
  if (result.wasStopped) {
    text += formatted("stopped: %s of %s rows are in the files\n", grouped(result.rows).c_str(),
                      grouped(options.rows).c_str());
  }
  text += formatted("%s rows in %.3f s, %.3f s of CPU time: %.2f M rows/s, %.2f M a CPU-second\n",
                    grouped(result.rows).c_str(), result.wallSeconds, result.cpuSeconds,
                    ratio(rows, result.wallSeconds) * 1e-6, ratio(rows, result.cpuSeconds) * 1e-6);
  text +=
      formatted("%.2f GB/s in memory, %.2f GB/s to files, %.1f bytes a row\n",
                ratio(static_cast<double>(result.work.inMemoryBytes), result.wallSeconds) * 1e-9,
                ratio(static_cast<double>(result.bytes), result.wallSeconds) * 1e-9,
                ratio(static_cast<double>(result.bytes), rows));
  text += formatted("busy: generate %.3f s, encode %.3f s, write %.3f s; waiting %.3f s\n",
                    seconds(result.work.generateNs), seconds(result.work.encodeNs),
                    seconds(result.work.writeNs), seconds(result.work.waitNs));
  return text;
}

std::string resultJson(const contacts::RunOptions& options, const contacts::RunResult& result) {
  const auto rows = static_cast<double>(result.rows);
  nlohmann::ordered_json json;
  json["rows"] = result.rows;
  json["stopped"] = result.wasStopped;
  json["format"] = formatName(options);
  json["threads"] = options.threads;
  json["chunk_rows"] = options.chunkRows;
  json["row_group_rows"] = options.rowGroupRows;
  json["seed"] = options.seed;
  json["wall_s"] = result.wallSeconds;
  json["cpu_s"] = result.cpuSeconds;
  json["rows_per_s"] = ratio(rows, result.wallSeconds);
  json["rows_per_cpu_s"] = ratio(rows, result.cpuSeconds);
  json["in_memory_bytes"] = result.work.inMemoryBytes;
  json["in_memory_gb_per_s"] =
      ratio(static_cast<double>(result.work.inMemoryBytes), result.wallSeconds) * 1e-9;
  json["file_bytes"] = result.bytes;
  json["busy_s"] = {{"generate", seconds(result.work.generateNs)},
                    {"encode", seconds(result.work.encodeNs)},
                    {"write", seconds(result.work.writeNs)}};
  json["waiting_s"] = seconds(result.work.waitNs);
  json["files"] = nlohmann::ordered_json::array();
  for (const contacts::FileResult& file : result.files) {
    json["files"].push_back({{"name", file.name}, {"rows", file.rows}, {"bytes", file.bytes}});
  }
  return json.dump(2) + "\n";
}

}  // namespace parquet_flow::pf
