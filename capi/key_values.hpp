// Keys and values for a file's footer, as the application gives them.
#pragma once

#include <cstddef>
#include <vector>

#include "base/status.hpp"
#include "parquet_flow.h"
#include "write/options.hpp"

namespace parquet_flow::capi {

// Copies, checked: keys and values are UTF-8. The last value of a key stays.
[[nodiscard]] Result<std::vector<write::KeyValue>> readKeyValues(const pf_key_value_t* keyValues,
                                                                 std::size_t count);

// Sets or adds.
void setKeyValue(std::vector<write::KeyValue>& all, write::KeyValue keyValue);

}  // namespace parquet_flow::capi
