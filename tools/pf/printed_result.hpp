// What a subcommand prints on stdout once its work is done.
#pragma once

#include <string>

namespace parquet_flow::pf {

// The last that `command` prints there, and its exit code: as endWith where it, or something that
// was printed before, did not get there whole.
[[nodiscard]] int printResult(const std::string& text, const char* command);

}  // namespace parquet_flow::pf
