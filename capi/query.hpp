// A query of the C API: what is asked for, and what was run of it last.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow_out_stream.hpp"
#include "base/status.hpp"
#include "parquet_flow.h"
#include "read/file_reader.hpp"
#include "reader.hpp"
#include "scan/query.hpp"

namespace parquet_flow::capi {

// Of one file that is open, and of those that words stand for.
[[nodiscard]] std::vector<scan::TableFile> filesOf(std::shared_ptr<const read::FileReader> file);
[[nodiscard]] Result<std::vector<scan::TableFile>> findTableFiles(const char* const* words,
                                                                  std::size_t count,
                                                                  const ReaderOptions& options);

class AskedQuery {
 public:
  explicit AskedQuery(std::vector<scan::TableFile> files) : files_(std::move(files)) {}

  // Each leaves what is asked for as it was where it fails.
  [[nodiscard]] Result<void> addWhere(std::string_view text);
  void addPredicate(scan::Predicate predicate);
  [[nodiscard]] Result<void> addSelect(std::string_view text);
  [[nodiscard]] Result<void> addGroupBy(std::string_view text);
  [[nodiscard]] Result<void> addAggregates(std::string_view text);
  [[nodiscard]] Result<void> addOrderBy(std::string_view text);
  void setLimit(std::uint64_t skip, std::uint64_t limit) noexcept;
  void setBytesMax(std::uint64_t bytesMax) noexcept { options_.bytesMax = bytesMax; }

  [[nodiscard]] Result<std::unique_ptr<ArrowSource>> run();
  [[nodiscard]] Result<std::uint64_t> count();
  // Of the last run; nullopt: nothing was run.
  [[nodiscard]] std::optional<scan::QueryStats> stats() const noexcept;

 private:
  [[nodiscard]] Result<std::shared_ptr<scan::Query>> start(scan::QueryOptions options);

  std::vector<scan::TableFile> files_;
  scan::QueryOptions options_;
  bool isWhereAllOf_ = false;  // of what was added one by one
  // What a run holds goes with its stream; what it has counted stays.
  std::weak_ptr<scan::Query> lastRun_;
  std::shared_ptr<const scan::QueryStats> lastStats_;  // once it is over
};

}  // namespace parquet_flow::capi

struct pf_query {
  parquet_flow::capi::AskedQuery query;
};
