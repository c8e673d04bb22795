#include "key_values.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "boundary.hpp"
#include "text.hpp"

namespace parquet_flow::capi {

void setKeyValue(std::vector<write::KeyValue>& all, write::KeyValue keyValue) {
  const auto same = std::find_if(all.begin(), all.end(), [&](const write::KeyValue& each) {
    return each.first == keyValue.first;
  });
  if (same == all.end()) {
    all.push_back(std::move(keyValue));
  } else {
    same->second = std::move(keyValue.second);
  }
}

Result<std::vector<write::KeyValue>> readKeyValues(const pf_key_value_t* keyValues,
                                                   std::size_t count) {
  std::vector<write::KeyValue> all;
  if (count == 0) return all;
  PF_TRY(requirePointer(keyValues, "options->key_values"));
  for (std::size_t i = 0; i < count; ++i) {
    const std::string where = "options->key_values[" + std::to_string(i) + "]";
    PF_TRY_ASSIGN(const auto key, requireText(keyValues[i].key, (where + ".key").c_str()));
    std::optional<std::string> value;
    if (keyValues[i].value != nullptr) {
      PF_TRY_ASSIGN(value, requireText(keyValues[i].value, (where + ".value").c_str()));
    }
    setKeyValue(all, {std::string(key), std::move(value)});
  }
  return all;
}

}  // namespace parquet_flow::capi
