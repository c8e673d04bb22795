#include <memory>

#include "boundary.hpp"
#include "io/posix_file.hpp"
#include "parquet_flow.h"
#include "read/footer.hpp"
#include "struct_versions.hpp"

using parquet_flow::Result;
namespace capi = parquet_flow::capi;

extern "C" pf_status_t pf_file_info_read(const char* path, pf_file_info_t* info,
                                         pf_error_t* error) noexcept {
  return capi::guard(error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(path, "path"));
    PF_TRY(capi::checkStruct(info, "info"));
    PF_TRY_ASSIGN(const auto file, parquet_flow::io::openInputFile(path));
    PF_TRY_ASSIGN(const auto found, parquet_flow::read::readFileInfo(*file));
    pf_file_info_t ours{};
    ours.column_count = found.leaves;
    ours.rows = found.rows;
    ours.row_groups = found.rowGroups;
    ours.file_bytes = found.fileBytes;
    return capi::fillStruct(info, "info", ours);
  });
}
