#include <utility>

#include "arrow_out_type.hpp"
#include "boundary.hpp"
#include "reader.hpp"
#include "struct_versions.hpp"

using parquet_flow::Result;
namespace capi = parquet_flow::capi;

extern "C" {

pf_status_t pf_reader_scan(const pf_reader_t* reader, const pf_scan_options_t* options,
                           pf_scan_t** scan, pf_error_t* error) noexcept {
  return capi::guardMaking(scan, "scan", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(reader, "reader"));
    PF_TRY_ASSIGN(auto made, capi::Scan::create(reader->file, options));
    *scan = std::make_unique<pf_scan>(pf_scan{std::move(made)}).release();
    return {};
  });
}

void pf_scan_destroy(pf_scan_t* scan) noexcept { delete scan; }

pf_status_t pf_scan_arrow_schema(const pf_scan_t* scan, struct ArrowSchema* schema,
                                 pf_error_t* error) noexcept {
  return capi::guardMaking(schema, "schema", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(scan, "scan"));
    capi::exportArrowSchema(scan->scan->type(), schema);
    return {};
  });
}

pf_status_t pf_scan_next_arrow(pf_scan_t* scan, struct ArrowArray* array,
                               pf_error_t* error) noexcept {
  return capi::guardMaking(array, "array", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(scan, "scan"));
    return scan->scan->nextArrow(array);
  });
}

pf_status_t pf_scan_next_columns(pf_scan_t* scan, pf_column_view_t* columns, size_t column_count,
                                 uint64_t* rows, pf_error_t* error) noexcept {
  return capi::guardMaking(rows, "rows", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(scan, "scan"));
    if (column_count != 0) PF_TRY(capi::requirePointer(columns, "columns"));
    PF_TRY_ASSIGN(*rows, scan->scan->nextColumns(columns, column_count));
    return {};
  });
}

pf_status_t pf_scan_row_field(pf_scan_t* scan, const pf_field_t** field,
                              pf_error_t* error) noexcept {
  return capi::guardMaking(field, "field", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(scan, "scan"));
    *field = scan->scan->rowField();
    return {};
  });
}

pf_status_t pf_scan_next_row(pf_scan_t* scan, const pf_value_t** row, pf_error_t* error) noexcept {
  return capi::guardMaking(row, "row", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(scan, "scan"));
    PF_TRY_ASSIGN(*row, scan->scan->nextRow());
    return {};
  });
}

pf_status_t pf_scan_get_stats(const pf_scan_t* scan, pf_scan_stats_t* stats,
                              pf_error_t* error) noexcept {
  return capi::guard(error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(scan, "scan"));
    if (scan->scan->stats() == nullptr) return capi::invalid("the scan has no predicate");
    const parquet_flow::scan::ScanStats& ours = *scan->scan->stats();
    return capi::fillStruct(
        stats, "stats",
        pf_scan_stats_t{0, 0, ours.rowGroups, ours.rowGroupsByStatistics,
                        ours.rowGroupsByBloomFilter, ours.rowGroupsByDictionary,
                        ours.rowGroupsByPageIndex, ours.rowGroupsRead, ours.rows,
                        ours.rowsByPageIndex, ours.rowsTested, ours.rowsSelected, ours.chunkBytes,
                        ours.pagesRead, ours.pagesSkipped, ours.bytesRead});
  });
}

pf_status_t pf_reader_export_arrow_stream(const pf_reader_t* reader,
                                          const pf_scan_options_t* options,
                                          struct ArrowArrayStream* stream,
                                          pf_error_t* error) noexcept {
  return capi::guardMaking(stream, "stream", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(reader, "reader"));
    PF_TRY_ASSIGN(auto scan, capi::Scan::create(reader->file, options));
    *stream = capi::streamOf(std::move(scan));
    return {};
  });
}

}  // extern "C"
