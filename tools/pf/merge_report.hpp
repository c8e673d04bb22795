// What `pf merge` says: of files that failed, meanwhile, and at the end.
#pragma once

#include <cstdio>
#include <string>

#include "merge/merge.hpp"
#include "merge/options.hpp"

namespace parquet_flow::pf {

// On stderr, and failures in the file of --errors too.
class MergeReport final : public merge::MergeEvents {
 public:
  MergeReport(bool showsProgress, std::FILE* errors) noexcept
      : showsProgress_(showsProgress), errors_(errors) {}
  void onFailure(const merge::FileFailure& failure) override;
  void onProgress(const merge::MergeProgress& progress) override;
  [[nodiscard]] bool isStopped() const noexcept override;

 private:
  const bool showsProgress_;
  std::FILE* const errors_;  // nullptr: none
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
