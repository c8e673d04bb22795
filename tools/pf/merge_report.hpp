// What `pf merge` says: of files that failed, meanwhile, and at the end.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "merge/merge.hpp"
#include "merge/options.hpp"

namespace parquet_flow::pf {

// On stderr, and failures in the file of --errors too.
class MergeReport final : public merge::MergeEvents {
 public:
  explicit MergeReport(bool showsProgress) noexcept : showsProgress_(showsProgress) {}
  // `path`: empty, or of a file that onBegin makes, and `replaces` one.
  MergeReport(bool showsProgress, std::string path, bool replaces)
      : showsProgress_(showsProgress), errorsPath_(std::move(path)), replaces_(replaces) {}
  // kExists: the file of errors is there.
  [[nodiscard]] Result<void> onBegin() override;
  void onFailure(const merge::FileFailure& failure) override;
  void onProgress(const merge::MergeProgress& progress) override;
  [[nodiscard]] bool isStopped() const noexcept override;
  // Whether the reason was that of a file: the first one, or the last.
  [[nodiscard]] bool hasSaid(const Error& error) const;
  // The file of errors is whole.
  [[nodiscard]] Result<void> finish();

 private:
  struct Closer {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  const bool showsProgress_;
  const std::string errorsPath_;
  const bool replaces_ = false;
  std::string firstReason_;
  std::string lastReason_;
  std::unique_ptr<std::FILE, Closer> errors_;  // nullptr: none, or not begun
};

// A line for each file, of text or JSON, on stdout.
class PlanReport final : public merge::PlanEvents {
 public:
  explicit PlanReport(bool json) noexcept : json_(json) {}
  void onFile(const merge::FilePlan& file) override;

 private:
  const bool json_;
};

// `lastKey`: of the output's last row what it is sorted by, as JSON, where rows are left.
[[nodiscard]] std::string mergeText(const merge::MergeResult& result, bool isDry,
                                    const std::string& lastKey = {});
[[nodiscard]] std::string mergeJson(const merge::MergeResult& result, bool isDry,
                                    const std::string& lastKey = {});
[[nodiscard]] std::string importJson(const merge::MergeResult& result);

}  // namespace parquet_flow::pf
