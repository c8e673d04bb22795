#include "report.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace parquet_flow::bench {

void Report::add(std::string_view key, std::string_view value) {
  entries_.push_back({std::string(key), std::string(value), true, {}});
}

void Report::add(std::string_view key, std::uint64_t value) {
  entries_.push_back({std::string(key), std::to_string(value), false, {}});
}

void Report::add(std::string_view key, double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.3f", value);
  entries_.push_back({std::string(key), text, false, {}});
}

void Report::addRow(std::string_view key, std::string_view value, const Report& row) {
  entries_.push_back({std::string(key), std::string(value), true, row.entries_});
}

std::string Report::asText() const {
  std::string text;
  for (const Entry& entry : entries_) {
    text += entry.key + "=" + entry.value;
    for (const Entry& cell : entry.row) {
      text += " " + cell.key + "=" + cell.value;
    }
    text += "\n";
  }
  return text;
}

std::string Report::asJson() const {
  nlohmann::ordered_json json;
  const auto set = [](nlohmann::ordered_json& object, const Entry& entry) {
    if (entry.quoted) {
      object[entry.key] = entry.value;
    } else {
      object[entry.key] = nlohmann::ordered_json::parse(entry.value);
    }
  };
  for (const Entry& entry : entries_) {
    if (entry.row.empty()) {
      set(json, entry);
      continue;
    }
    nlohmann::ordered_json row;
    row[entry.key] = entry.value;
    for (const Entry& cell : entry.row) {
      set(row, cell);
    }
    json[entry.key.ends_with('s') ? entry.key : entry.key + "s"].push_back(row);
  }
  return json.dump(2) + "\n";
}

Spread spreadOf(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  return {samples[samples.size() / 2], samples.front(), samples.back()};
}

}  // namespace parquet_flow::bench
