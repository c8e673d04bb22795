#include "text.hpp"

#include "base/utf8.hpp"
#include "boundary.hpp"

namespace parquet_flow::capi {

Result<std::string_view> requireText(const char* text, const char* name) {
  PF_TRY(requirePointer(text, name));
  if (!isUtf8(text)) return invalid(name, " is not UTF-8");
  return std::string_view(text);
}

}  // namespace parquet_flow::capi
