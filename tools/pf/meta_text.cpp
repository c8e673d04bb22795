#include "pf/meta_text.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

#include "pf/aligned_text.hpp"
#include "pf/values.hpp"
#include "rows/printable.hpp"

namespace parquet_flow::pf {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kBoundCharacters = 24;
constexpr std::size_t kValueCharacters = 100;

std::string number(const ordered_json& json) {
  const auto value = json.get<std::int64_t>();
  return value < 0 ? std::to_string(value) : grouped(static_cast<std::uint64_t>(value));
}

// Empty where it is not there.
std::string numberAt(const ordered_json& json, const char* key) {
  return json.contains(key) ? number(json[key]) : "";
}

std::string cut(const std::string& text, std::size_t characters) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    const bool isBegin = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (isBegin && seen++ == characters) {
      return text.substr(0, at) + "…";
    }
  }
  return text;
}

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return grouped(count) + ' ' + (count == 1 ? one : many);
}

class MetaText {
 public:
  explicit MetaText(bool isCut) : isCut_(isCut) {}

  std::string of(const ordered_json& file) {
    text_ = rows::printable(file["file"].get<std::string>()) + ": " + number(file["file_bytes"]) +
            " bytes, " + counted(file["rows"].get<std::uint64_t>(), "row", "rows") + ", " +
            counted(file["row_groups"].size(), "row group", "row groups") + ", " +
            counted(file["leaves"].get<std::uint64_t>(), "leaf", "leaves") + '\n';
    if (file.contains("created_by")) {
      text_ += "created by " + rows::printable(file["created_by"].get<std::string>()) + '\n';
    }
    addKeyValues(file["key_value_metadata"], "");
    for (std::size_t i = 0; i < file["row_groups"].size(); ++i) {
      addRowGroup(file["row_groups"][i], i);
    }
    return std::move(text_);
  }

 private:
  void addKeyValues(const ordered_json& keyValues, const std::string& indent) {
    for (const ordered_json& each : keyValues) {
      const std::string value =
          each.contains("value") ? rows::printable(each["value"].get<std::string>()) : "";
      text_ += indent + "key " + rows::printable(each["key"].get<std::string>()) + " = " +
               (isCut_ ? cut(value, kValueCharacters) : value) + '\n';
    }
  }

  void addRowGroup(const ordered_json& group, std::size_t index) {
    text_ += "\nrow group " + std::to_string(index) + ": " + number(group["rows"]) + " rows, ";
    if (group.contains("compressed_bytes")) {
      text_ += number(group["compressed_bytes"]) + " bytes, ";
    }
    text_ += number(group["uncompressed_bytes"]) + " before compression";
    if (group.contains("sorting_columns")) {
      const char* before = "; sorted by ";
      for (const ordered_json& each : group["sorting_columns"]) {
        text_ += before + rows::printable(each["column"].get<std::string>());
        text_ += each["descending"].get<bool>() ? " descending" : "";
        text_ += each["nulls_first"].get<bool>() ? " nulls first" : "";
        before = ", ";
      }
    }
    text_ += '\n';
    std::vector<std::vector<std::string>> lines = {
        {"column", "type", "codec", "encodings", "values", "nulls", "NaNs", "distinct", "bytes",
         "before", "text bytes", "levels", "min", "max", "column index", "offset index", "bloom"}};
    for (const ordered_json& column : group["columns"]) {
      lines.push_back(columnLine(column));
    }
    text_ += alignedText(lines, 2);
    for (const ordered_json& column : group["columns"]) {
      if (column.contains("key_value_metadata")) {
        addKeyValues(column["key_value_metadata"],
                     "  " + rows::printable(column["path"].get<std::string>()) + ": ");
      }
    }
  }

  std::vector<std::string> columnLine(const ordered_json& column) const {
    const ordered_json none = ordered_json::object();
    const ordered_json& statistics = column.contains("statistics") ? column["statistics"] : none;
    const ordered_json& sizes =
        column.contains("size_statistics") ? column["size_statistics"] : none;
    return {rows::printable(column["path"].get<std::string>()),
            column["type"].get<std::string>(),
            column["codec"].get<std::string>(),
            encodings(column),
            number(column["values"]),
            numberAt(statistics, "null_count"),
            numberAt(statistics, "nan_count"),
            numberAt(statistics, "distinct_count"),
            number(column["compressed_bytes"]),
            number(column["uncompressed_bytes"]),
            numberAt(sizes, "unencoded_byte_array_data_bytes"),
            levels(sizes),
            bound(statistics, "min", "is_min_exact"),
            bound(statistics, "max", "is_max_exact"),
            bytesOf(column, "column_index"),
            bytesOf(column, "offset_index"),
            bytesOf(column, "bloom_filter")};
  }

  // "RLE_DICTIONARY 3, PLAIN 1" by pages where the file counts them, else what it lists.
  static std::string encodings(const ordered_json& column) {
    std::string text;
    if (!column.contains("encoding_stats")) {
      for (const ordered_json& each : column["encodings"]) {
        text += (text.empty() ? "" : ", ") + each.get<std::string>();
      }
      return text;
    }
    for (const ordered_json& each : column["encoding_stats"]) {
      text += text.empty() ? "" : ", ";
      text += each["page_type"] == "DICTIONARY_PAGE" ? "dictionary of " : "";
      text += each["encoding"].get<std::string>() + ' ' + number(each["pages"]);
    }
    return text;
  }

  // How often each definition level is there, then each repetition level.
  static std::string levels(const ordered_json& sizes) {
    std::string text;
    for (const auto& [key, name] : {std::pair{"definition_level_histogram", "d"},
                                    std::pair{"repetition_level_histogram", "r"}}) {
      if (!sizes.contains(key) || sizes[key].empty()) {
        continue;
      }
      text += (text.empty() ? "" : " ") + std::string(name) + sizes[key].dump();
    }
    return text;
  }

  [[nodiscard]] std::string bound(const ordered_json& statistics, const char* key,
                                  const char* exactKey) const {
    if (!statistics.contains(key)) {
      return "";
    }
    const std::string text = rows::printable(statistics[key].get<std::string>());
    const bool isInexact = statistics.contains(exactKey) && !statistics[exactKey].get<bool>();
    return (isCut_ ? cut(text, kBoundCharacters) : text) + (isInexact ? " (inexact)" : "");
  }

  static std::string bytesOf(const ordered_json& column, const char* key) {
    if (!column.contains(key)) {
      return "";
    }
    return column[key].contains("bytes") ? number(column[key]["bytes"]) : "yes";
  }

  const bool isCut_;
  std::string text_;
};

}  // namespace

std::string metaText(const ordered_json& document, bool isCut) {
  return MetaText(isCut).of(document);
}

}  // namespace parquet_flow::pf
