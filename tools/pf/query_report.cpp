#include "pf/query_report.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "pf/json_line.hpp"
#include "pf/values.hpp"

namespace parquet_flow::pf {
namespace {

struct Line {
  const char* key;
  const char* text;
  std::uint64_t (*value)(const scan::QueryStats& stats);
  bool isAlwaysShown;
};

// In the order of the steps.
constexpr Line kLines[] = {
    {"files", "files", [](const scan::QueryStats& stats) { return stats.table.files; }, true},
    {"files_by_partition", "  not opened, by their directories",
     [](const scan::QueryStats& stats) { return stats.table.filesByPartition; }, false},
    {"files_opened", "  opened",
     [](const scan::QueryStats& stats) { return stats.table.filesOpened; }, true},
    {"files_by_footer", "  answered by their footers alone",
     [](const scan::QueryStats& stats) { return stats.table.filesByFooter; }, false},
    {"row_groups", "row groups",
     [](const scan::QueryStats& stats) { return stats.table.scan.rowGroups; }, true},
    {"row_groups_by_statistics", "  skipped by statistics",
     [](const scan::QueryStats& stats) { return stats.table.scan.rowGroupsByStatistics; }, false},
    {"row_groups_by_bloom_filter", "  skipped by bloom filters",
     [](const scan::QueryStats& stats) { return stats.table.scan.rowGroupsByBloomFilter; }, false},
    {"row_groups_by_dictionary", "  skipped by dictionaries",
     [](const scan::QueryStats& stats) { return stats.table.scan.rowGroupsByDictionary; }, false},
    {"row_groups_by_page_index", "  skipped by page indexes",
     [](const scan::QueryStats& stats) { return stats.table.scan.rowGroupsByPageIndex; }, false},
    {"row_groups_read", "  read",
     [](const scan::QueryStats& stats) { return stats.table.scan.rowGroupsRead; }, true},
    {"rows", "rows", [](const scan::QueryStats& stats) { return stats.table.scan.rows; }, true},
    {"rows_by_page_index", "  skipped by page indexes, in row groups that were read",
     [](const scan::QueryStats& stats) { return stats.table.scan.rowsByPageIndex; }, false},
    {"rows_tested", "  tested by their values",
     [](const scan::QueryStats& stats) { return stats.table.scan.rowsTested; }, false},
    {"rows_selected", "  selected",
     [](const scan::QueryStats& stats) { return stats.table.scan.rowsSelected; }, true},
    {"pages_read", "pages read",
     [](const scan::QueryStats& stats) { return stats.table.scan.pagesRead; }, true},
    {"pages_skipped", "pages passed by",
     [](const scan::QueryStats& stats) { return stats.table.scan.pagesSkipped; }, false},
    {"chunk_bytes", "bytes of the columns",
     [](const scan::QueryStats& stats) { return stats.table.scan.chunkBytes; }, true},
    {"bytes_read", "bytes read",
     [](const scan::QueryStats& stats) { return stats.table.scan.bytesRead; }, true},
    {"rows_given", "rows printed", [](const scan::QueryStats& stats) { return stats.rowsGiven; },
     true},
};

// Of the longest one and a gap, whichever are shown: numbers stand in one column in every report.
constexpr std::size_t kLabelWidth = [] {
  std::size_t width = 0;
  for (const Line& line : kLines) {
    width = std::max(width, std::string_view(line.text).size());
  }
  return width + 2;
}();

}  // namespace

std::string queryReport(const scan::QueryStats& stats) {
  std::string text;
  for (const Line& line : kLines) {
    const std::uint64_t value = line.value(stats);
    if (value == 0 && !line.isAlwaysShown) {
      continue;
    }
    const std::string label = line.text;
    text += label + std::string(kLabelWidth - label.size(), ' ') + grouped(value) + '\n';
  }
  return text;
}

std::string queryReportJson(const scan::QueryStats& stats) {
  nlohmann::ordered_json object;
  for (const Line& line : kLines) {
    object[line.key] = line.value(stats);
  }
  return jsonLine(object);
}

}  // namespace parquet_flow::pf
