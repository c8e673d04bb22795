// Lines of words in columns.
#pragma once

#include <string>
#include <vector>

namespace parquet_flow::pf {

// The first line is of names. Columns are as wide as their widest word, two spaces apart and behind
// `indent` spaces; a column whose words below its name are all digits stands to the right. Columns
// that are empty below their name are left out.
[[nodiscard]] std::string alignedText(const std::vector<std::vector<std::string>>& lines,
                                      std::size_t indent);

}  // namespace parquet_flow::pf
