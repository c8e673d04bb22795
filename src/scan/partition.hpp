// Columns that directories' names have: `date=2026-11-20/feed=itch/part-0.parquet`.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "read/column_vector.hpp"
#include "scan/predicate.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::scan {

struct PartitionValue {
  std::string column;
  std::string value;
  bool isNull = false;
};

// Of the directories of `path` that are called NAME=VALUE, in their order. %41 and the like stand
// for a byte, as Hive and Spark write what a directory cannot be called, and
// __HIVE_DEFAULT_PARTITION__ for null.
[[nodiscard]] std::vector<PartitionValue> partitionsOf(std::string_view path);

// The columns of some files' directories: INT64 where all values are whole numbers, DATE where all
// are days as 2026-11-20, else STRING.
class Partitions {
 public:
  // None.
  Partitions() = default;
  // `files`: the values of each file. kInvalidArgument, naming it by `names`: a file that does not
  // have the columns of the first.
  [[nodiscard]] static Result<Partitions> create(std::span<const std::vector<PartitionValue>> files,
                                                 std::span<const std::string> names);

  // Their leaves, optional, in the order of the directories.
  [[nodiscard]] const schema::Schema& schema() const noexcept { return schema_; }
  [[nodiscard]] std::size_t count() const noexcept { return schema_.leaves().size(); }

  // The predicate where tests of these columns have been answered for a file.
  [[nodiscard]] Result<Predicate> answered(const Predicate& predicate, std::size_t file) const;

  // `rows` rows of a column, in place of what `out` has.
  [[nodiscard]] Result<void> fill(std::size_t file, std::size_t column, std::uint64_t rows,
                                  read::ColumnVector& out) const;

 private:
  struct Value {
    std::string plain;  // in PLAIN encoding, without a length
    bool isNull = false;
  };
  [[nodiscard]] const Value& valueOf(std::size_t file, std::size_t column) const noexcept {
    return values_[file * count() + column];
  }
  [[nodiscard]] Result<bool> isTrue(const Predicate& predicate, std::size_t file) const;

  schema::Schema schema_;
  std::vector<Value> values_;  // of each file, by column
};

}  // namespace parquet_flow::scan
