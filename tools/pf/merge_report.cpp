#include "pf/merge_report.hpp"

#include <cerrno>

#include "pf/interrupts.hpp"
#include "pf/json_line.hpp"
#include "pf/page_limit.hpp"
#include "pf/values.hpp"
#include "rows/printable.hpp"

namespace parquet_flow::pf {
namespace {

std::string reasonOf(const Error& error) {
  if (error.message().empty()) return std::string(errorCodeName(error.code()));
  return withPageLimit(error).message();
}

std::string perSecond(double count, double seconds) {
  return grouped(static_cast<std::uint64_t>(seconds > 0 ? count / seconds : 0));
}

nlohmann::ordered_json outputsJson(const merge::MergeResult& result) {
  auto outputs = nlohmann::ordered_json::array();
  for (const merge::OutputResult& output : result.outputs) {
    outputs.push_back({{"path", output.path},
                       {"rows", output.rows},
                       {"row_groups", output.rowGroups},
                       {"bytes", output.bytes}});
  }
  return outputs;
}

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return grouped(count) + " " + (count == 1 ? one : many);
}

}  // namespace

Result<void> MergeReport::onBegin() {
  if (errorsPath_.empty()) return {};
  errors_.reset(std::fopen(errorsPath_.c_str(), replaces_ ? "we" : "wxe"));
  if (errors_ == nullptr) return fail(systemError(errno, errorsPath_));
  return {};
}

Result<void> MergeReport::finish() {
  if (errors_ == nullptr) return {};
  const bool isWhole = std::ferror(errors_.get()) == 0;
  if (std::fclose(errors_.release()) != 0 || !isWhole) {
    return fail(systemError(errno, "writing " + errorsPath_));
  }
  return {};
}

bool MergeReport::hasSaid(const Error& error) const {
  const std::string reason = reasonOf(error);
  return reason == firstReason_ || reason == lastReason_;
}

void MergeReport::onFailure(const merge::FileFailure& failure) {
  lastReason_ = reasonOf(failure.error);
  if (firstReason_.empty()) firstReason_ = lastReason_;
  const std::string reason = rows::printable(lastReason_);
  std::fprintf(stderr, "pf merge: worker %u: %s\n", failure.worker, reason.c_str());
  if (failure.rows != 0) {
    std::fprintf(stderr, "pf merge: the first %s rows of it are in the output\n",
                 grouped(failure.rows).c_str());
  }
  if (errors_ != nullptr) {
    // A line and its two fields, whatever the path; else it is the path as it is.
    const std::string path =
        rows::hasControls(failure.path) ? rows::printable(failure.path) : failure.path;
    std::fprintf(errors_.get(), "%s\t%s", path.c_str(), reason.c_str());
    if (failure.rows != 0) {
      std::fprintf(errors_.get(), "\t%s", std::to_string(failure.rows).c_str());
    }
    std::fputc('\n', errors_.get());
  }
}

void MergeReport::onProgress(const merge::MergeProgress& progress) {
  if (!showsProgress_) return;
  std::fprintf(stderr, "pf merge: %s files, %s rows, %.1f s: %s files/s, %s rows/s\n",
               grouped(progress.files).c_str(), grouped(progress.rows).c_str(), progress.seconds,
               perSecond(static_cast<double>(progress.files), progress.seconds).c_str(),
               perSecond(static_cast<double>(progress.rows), progress.seconds).c_str());
}

bool MergeReport::isStopped() const noexcept { return caughtInterrupt() != 0; }

void PlanReport::onFile(const merge::FilePlan& file) {
  if (json_) {
    nlohmann::ordered_json json;
    json["path"] = file.path;
    if (file.error) {
      json["error"] = reasonOf(*file.error);
    } else {
      json["rows"] = file.rows;
      json["row_groups"] = file.rowGroups;
      json["row_groups_copied"] = file.rowGroupsCopied;
    }
    std::fputs(jsonLine(json).c_str(), stdout);
    return;
  }
  const std::string path = rows::printable(file.path);
  if (file.error) {
    std::printf("%s: %s\n", path.c_str(), rows::printable(reasonOf(*file.error)).c_str());
    return;
  }
  std::printf("%s: %s, %s, %s of them copied\n", path.c_str(),
              counted(file.rows, "row", "rows").c_str(),
              counted(file.rowGroups, "row group", "row groups").c_str(),
              grouped(file.rowGroupsCopied).c_str());
}

std::string mergeText(const merge::MergeResult& result, bool isDry, const std::string& lastKey) {
  std::string text;
  for (const merge::OutputResult& output : result.outputs) {
    text += rows::printable(output.path) + ": " + counted(output.rows, "row", "rows") + ", " +
            counted(output.rowGroups, "row group", "row groups") + ", " +
            counted(output.bytes, "byte", "bytes") + "\n";
  }
  text += counted(result.files, "file", "files") + (isDry ? " to merge, " : " merged, ") +
          grouped(result.failures) + " failed; skipped " +
          counted(result.blankLines, "blank line", "blank lines") + " and " +
          counted(result.otherSuffix, "name", "names") + " without .parquet";
  if (result.outputsPassed != 0) {
    text += ", and " + counted(result.outputsPassed, "file", "files") + " of the output's name";
  }
  text += "\n";
  text += counted(result.rows, "row", "rows") + ", " +
          counted(result.rowGroupsCopied, "row group", "row groups") + " copied";
  if (result.sessions != 0) text += ", " + counted(result.sessions, "session", "sessions");
  if (result.spilledRuns != 0) {
    text += ", " + counted(result.spilledRuns, "sorted run", "sorted runs") + " on the disk";
  }
  if (!isDry) {
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.3f", result.seconds);
    text += std::string(" in ") + seconds +
            " s: " + perSecond(static_cast<double>(result.rows), result.seconds) + " rows/s, " +
            perSecond(static_cast<double>(result.files), result.seconds) + " files/s";
  }
  text += "\n";
  for (const merge::PartialFile& file : result.partialFiles) {
    text += rows::printable(file.path) + ": failed, its first " +
            counted(file.rows, "row", "rows") + " in the output\n";
  }
  if (result.stoppedBefore) {
    text += "stopped in front of " + rows::printable(*result.stoppedBefore) + "\n";
  }
  if (result.rowsLeft != 0) {
    text += "stopped behind " + lastKey + "; " + counted(result.rowsLeft, "row", "rows") +
            " not written\n";
  }
  return text;
}

std::string mergeJson(const merge::MergeResult& result, bool isDry, const std::string& lastKey) {
  nlohmann::ordered_json json;
  json["files"] = result.files;
  json["failures"] = result.failures;
  json["blank_lines"] = result.blankLines;
  json["other_names"] = result.otherSuffix;
  json["outputs_passed"] = result.outputsPassed;
  json["rows"] = result.rows;
  json["row_groups_copied"] = result.rowGroupsCopied;
  json["sessions"] = result.sessions;
  json["stopped_before"] = nullptr;
  if (result.stoppedBefore) json["stopped_before"] = *result.stoppedBefore;
  if (isDry) return jsonLine(json);
  json["spilled_runs"] = result.spilledRuns;
  json["wall_s"] = result.seconds;
  json["rows_per_s"] = result.seconds > 0 ? static_cast<double>(result.rows) / result.seconds : 0;
  json["stopped_behind"] = nullptr;
  if (result.rowsLeft != 0) {
    constexpr bool kThrows = false;
    json["stopped_behind"] = nlohmann::ordered_json::parse(lastKey, nullptr, kThrows);
  }
  json["rows_left"] = result.rowsLeft;
  json["partial_files"] = nlohmann::ordered_json::array();
  for (const merge::PartialFile& file : result.partialFiles) {
    json["partial_files"].push_back({{"path", file.path}, {"rows", file.rows}});
  }
  json["outputs"] = outputsJson(result);
  return jsonLine(json);
}

std::string importJson(const merge::MergeResult& result) {
  nlohmann::ordered_json json;
  json["rows"] = result.rows;
  json["wall_s"] = result.seconds;
  json["outputs"] = outputsJson(result);
  return jsonLine(json);
}

}  // namespace parquet_flow::pf
