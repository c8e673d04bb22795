// Options whose text is of one of the query's languages.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/status.hpp"

namespace parquet_flow::pf {

// What `parse` makes of the text; an error says which option has the text that is wrong.
template <class T>
[[nodiscard]] Result<T> parsed(const char* option, const std::string& text,
                               Result<T> (*parse)(std::string_view)) {
  Result<T> result = parse(text);
  if (!result) {
    return fail(std::move(result).error().withContext(option));
  }
  return result;
}

}  // namespace parquet_flow::pf
