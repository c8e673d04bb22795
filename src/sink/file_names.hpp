// What a sink's files are called, and which numbers are taken.
//
//   directory    date=YYYY-MM-DD/PREFIX-NNNNNN.parquet, the UTC date when the file was begun; at
//                least six digits. Numbers run over all dates of a prefix and go on behind the
//                highest that is there, hidden files (io/pending_file.hpp) counted.
//   output path  the name itself; then, should one file not be enough, STEM-NNNNNN.EXTENSION beside
//                it, from 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.hpp"
#include "io/directory.hpp"

namespace parquet_flow::sink {

class FileNames {
 public:
  // Looks through the directory's dates.
  [[nodiscard]] static Result<FileNames> ofPrefix(io::Directory& directory,
                                                  std::string_view prefix);
  [[nodiscard]] static FileNames ofPath(std::string_view name);

  // The name that a file begun now is to get: the same until taken() or skip() moves on.
  [[nodiscard]] std::string next(std::int64_t utcNowNs) const;
  // The directory of such a name, "" for the one it is all in.
  [[nodiscard]] static std::string_view directoryOf(std::string_view name) noexcept;
  // That name is used up, by us or by somebody else.
  void skip() noexcept { ++number_; }

 private:
  FileNames(std::string stem, std::string extension, bool dated, std::uint64_t number) noexcept
      : stem_(std::move(stem)), extension_(std::move(extension)), dated_(dated), number_(number) {}

  std::string stem_;
  std::string extension_;
  bool dated_;
  std::uint64_t number_;  // of the next one; not dated: 0 is the name without a number
};

// The NNNNNN of "PREFIX-NNNNNN.parquet" or of its hidden form.
[[nodiscard]] std::optional<std::uint64_t> fileNumber(std::string_view name,
                                                      std::string_view prefix) noexcept;

}  // namespace parquet_flow::sink
