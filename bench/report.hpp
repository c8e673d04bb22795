// What pf_bench prints: key=value lines in the order given, or the same as one JSON object.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parquet_flow::bench {

class Report {
 public:
  void add(std::string_view key, std::string_view value);
  void add(std::string_view key, std::uint64_t value);
  // Three decimals.
  void add(std::string_view key, double value);
  // One line of its own, keys behind one another: `baseline=moodycamel p50_ns=40 ...`. In JSON an
  // object of the list `baselines`; of a key that is plural the list has the same name.
  void addRow(std::string_view key, std::string_view value, const Report& row);

  // One line a key; rows as one line each.
  [[nodiscard]] std::string asText() const;
  [[nodiscard]] std::string asJson() const;

 private:
  struct Entry {
    std::string key;
    std::string value;
    bool quoted = false;
    std::vector<Entry> row;
  };
  std::vector<Entry> entries_;
};

struct Spread {
  double median = 0;
  double min = 0;
  double max = 0;
};
// Of at least one sample.
[[nodiscard]] Spread spreadOf(std::vector<double> samples);

}  // namespace parquet_flow::bench
