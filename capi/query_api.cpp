#include <string_view>
#include <utility>

#include "boundary.hpp"
#include "predicate.hpp"
#include "query.hpp"
#include "reader.hpp"
#include "struct_size.hpp"
#include "struct_versions.hpp"
#include "text.hpp"

using parquet_flow::ErrorCode;
using parquet_flow::Result;
using parquet_flow::capi::AskedQuery;
namespace capi = parquet_flow::capi;

namespace {

// The boundary of what adds text to a query.
pf_status_t add(pf_query_t* query, const char* text, const char* name, pf_error_t* error,
                Result<void> (AskedQuery::*function)(std::string_view)) noexcept {
  return capi::guard(error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(query, "query"));
    PF_TRY_ASSIGN(const std::string_view given, capi::requireText(text, name));
    return (query->query.*function)(given);
  });
}

pf_query_stats_t statsOf(const parquet_flow::scan::QueryStats& from) noexcept {
  const parquet_flow::scan::ScanStats& scan = from.table.scan;
  pf_query_stats_t stats{};
  const bool isFromFooter =
      from.table.filesByFooter != 0 && from.table.filesByFooter == from.table.filesOpened;
  stats.is_from_footer = isFromFooter ? 1 : 0;
  stats.row_groups = scan.rowGroups;
  stats.row_groups_by_statistics = scan.rowGroupsByStatistics;
  stats.row_groups_by_bloom_filter = scan.rowGroupsByBloomFilter;
  stats.row_groups_by_dictionary = scan.rowGroupsByDictionary;
  stats.row_groups_by_page_index = scan.rowGroupsByPageIndex;
  stats.row_groups_read = scan.rowGroupsRead;
  stats.rows = scan.rows;
  stats.rows_by_page_index = scan.rowsByPageIndex;
  stats.rows_tested = scan.rowsTested;
  stats.rows_selected = scan.rowsSelected;
  stats.pages_read = scan.pagesRead;
  stats.pages_skipped = scan.pagesSkipped;
  stats.chunk_bytes = scan.chunkBytes;
  stats.bytes_read = scan.bytesRead;
  stats.rows_given = from.rowsGiven;
  stats.files = from.table.files;
  stats.files_by_partition = from.table.filesByPartition;
  stats.files_opened = from.table.filesOpened;
  return stats;
}

}  // namespace

extern "C" {

pf_status_t pf_query_create(const pf_reader_t* reader, pf_query_t** query,
                            pf_error_t* error) noexcept {
  return capi::guardMaking(query, "query", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(reader, "reader"));
    *query =
        std::make_unique<pf_query>(pf_query{AskedQuery(capi::filesOf(reader->file))}).release();
    return {};
  });
}

pf_status_t pf_query_create_files(const char* const* paths, size_t path_count,
                                  const pf_reader_options_t* options, pf_query_t** query,
                                  pf_error_t* error) noexcept {
  return capi::guardMaking(query, "query", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(paths, "paths"));
    if (path_count == 0) return capi::invalid("path_count is 0");
    PF_TRY_ASSIGN(const auto ours, capi::readReaderOptions(options));
    PF_TRY_ASSIGN(auto files, capi::findTableFiles(paths, path_count, ours));
    *query = std::make_unique<pf_query>(pf_query{AskedQuery(std::move(files))}).release();
    return {};
  });
}

void pf_query_destroy(pf_query_t* query) noexcept { delete query; }

pf_status_t pf_query_where(pf_query_t* query, const char* predicate, pf_error_t* error) noexcept {
  return add(query, predicate, "predicate", error, &AskedQuery::addWhere);
}

pf_status_t pf_query_where_predicate(pf_query_t* query, const pf_predicate_t* predicate,
                                     pf_error_t* error) noexcept {
  return capi::guard(error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(query, "query"));
    PF_TRY(capi::requirePointer(predicate, "predicate"));
    query->query.addPredicate(predicate->predicate);
    return {};
  });
}

pf_status_t pf_query_select(pf_query_t* query, const char* columns, pf_error_t* error) noexcept {
  return add(query, columns, "columns", error, &AskedQuery::addSelect);
}

pf_status_t pf_query_group_by(pf_query_t* query, const char* columns, pf_error_t* error) noexcept {
  return add(query, columns, "columns", error, &AskedQuery::addGroupBy);
}

pf_status_t pf_query_aggregate(pf_query_t* query, const char* aggregates,
                               pf_error_t* error) noexcept {
  return add(query, aggregates, "aggregates", error, &AskedQuery::addAggregates);
}

pf_status_t pf_query_order_by(pf_query_t* query, const char* columns, pf_error_t* error) noexcept {
  return add(query, columns, "columns", error, &AskedQuery::addOrderBy);
}

pf_status_t pf_query_limit(pf_query_t* query, uint64_t skip, uint64_t limit,
                           pf_error_t* error) noexcept {
  return capi::guard(error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(query, "query"));
    query->query.setLimit(skip, limit);
    return {};
  });
}

pf_status_t pf_query_memory(pf_query_t* query, uint64_t bytes_max, pf_error_t* error) noexcept {
  return capi::guard(error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(query, "query"));
    query->query.setBytesMax(bytes_max);
    return {};
  });
}

pf_status_t pf_query_run(pf_query_t* query, struct ArrowArrayStream* stream,
                         pf_error_t* error) noexcept {
  return capi::guardMaking(stream, "stream", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(query, "query"));
    PF_TRY_ASSIGN(auto source, query->query.run());
    *stream = capi::streamOf(std::move(source));
    return {};
  });
}

pf_status_t pf_query_count(pf_query_t* query, uint64_t* rows, pf_error_t* error) noexcept {
  return capi::guardMaking(rows, "rows", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(query, "query"));
    PF_TRY_ASSIGN(*rows, query->query.count());
    return {};
  });
}

void pf_query_stats_init(pf_query_stats_t* stats, size_t struct_size) noexcept {
  capi::initStruct(stats, struct_size, pf_query_stats_t{});
}

pf_status_t pf_query_get_stats(const pf_query_t* query, pf_query_stats_t* stats,
                               pf_error_t* error) noexcept {
  return capi::guard(error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(query, "query"));
    PF_TRY(capi::requirePointer(stats, "stats"));
    const auto counted = query->query.stats();
    if (!counted) {
      return parquet_flow::fail(ErrorCode::kNotOpen, "nothing of the query has been run");
    }
    return capi::fillStruct(stats, "stats", statsOf(*counted));
  });
}

}  // extern "C"
