// What verification finds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.hpp"

namespace parquet_flow::verify {

// An error is what a reader can get wrong rows by, or fail on. A warning is a habit of old or other
// writers that readers know of: what is said there is not used.
enum class Severity : std::uint8_t { kError, kWarning };

// Where in a file; what is not known is left out.
struct Place {
  std::optional<std::size_t> rowGroup = {};
  std::string column = {};               // dotted path
  std::optional<std::size_t> page = {};  // data pages of the chunk, from 0
  std::optional<std::uint64_t> offset = {};
};

struct Finding {
  Severity severity = Severity::kError;
  // What was held against what: "footer", "schema", "layout", "counts", "page", "encodings",
  // "structure", "text", "statistics", "size-statistics", "page-index", "bloom-filter", "sorting",
  // "ledger".
  const char* kind = "";
  Place place = {};
  std::string message = {};
  std::size_t repeats = 0;  // of a warning, elsewhere in the file
};

class Findings {
 public:
  // `isOurs`: habits of others are errors in a file of this library.
  explicit Findings(bool isOurs = false) : isOurs_(isOurs) {}

  void setOurs(bool isOurs) noexcept { isOurs_ = isOurs; }
  void error(const char* kind, Place place, std::string message) {
    all_.push_back({Severity::kError, kind, std::move(place), std::move(message)});
  }
  // What other writers do in every column, and those of this library must not. In a file of theirs
  // it is found once; `message` up to its first comma or digit is what is the same.
  void habit(const char* kind, Place place, std::string message) {
    if (isOurs_) {
      error(kind, std::move(place), std::move(message));
      return;
    }
    const std::string habit = kind + message.substr(0, message.find_first_of(",0123456789"));
    const auto [found, isNew] = habits_.try_emplace(habit, all_.size());
    if (isNew) {
      all_.push_back({Severity::kWarning, kind, std::move(place), std::move(message)});
    } else {
      ++all_[found->second].repeats;
    }
  }
  // An error of reading, without the place that its message begins with.
  void failure(const char* kind, Place place, const Error& failed) {
    std::string_view message = failed.message();
    const std::string page = "page at offset " + std::to_string(place.offset.value_or(0)) + ": ";
    message.remove_prefix(message.starts_with(page) ? page.size() : 0);
    error(kind, std::move(place), std::string(message));
  }
  [[nodiscard]] const std::vector<Finding>& all() const noexcept { return all_; }

 private:
  bool isOurs_;
  std::vector<Finding> all_;
  std::map<std::string, std::size_t> habits_;
};

}  // namespace parquet_flow::verify
