#include "parquet_flow.h"

extern "C" const char* pf_version(void) noexcept { return PF_VERSION; }
