// Aggregates of groups of rows, or of all rows as one group.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "read/column_vector.hpp"
#include "read/file_reader.hpp"
#include "scan/aggregate.hpp"
#include "scan/group_table.hpp"
#include "scan/rows.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::scan {

// One thread at a time.
class Grouping {
 public:
  // `schema`, which must live as long: of the rows. Without columns to group by there is one group,
  // also of no rows; without aggregates the groups are what is asked for. `bytesMax`: of memory;
  // see add. kInvalidArgument: a column that is not there, or cannot be grouped by or aggregated
  // so; two results of one name.
  [[nodiscard]] static Result<std::unique_ptr<Grouping>> create(const schema::Schema& schema,
                                                                std::span<const std::string> by,
                                                                std::vector<Aggregate> aggregates,
                                                                std::uint64_t bytesMax);

  // The columns grouped by, then the aggregates: all flat.
  [[nodiscard]] const schema::Schema& result() const noexcept { return result_; }
  // What is read: leaves of the rows' schema, in its order.
  [[nodiscard]] const std::vector<std::uint32_t>& leaves() const noexcept { return leaves_; }

  // The rows of a batch that count: `columns` are those of leaves(). kLimit: the groups take more
  // than bytesMax, a sum has no room.
  [[nodiscard]] Result<void> add(std::span<const read::ColumnVector* const> columns,
                                 const Rows& rows);
  // All rows of a file, whose `leaves` are the first ones of the rows' schema, where its footer
  // alone says what is asked for; else false, and nothing was added.
  [[nodiscard]] Result<bool> tryAddFile(const read::FileReader& file,
                                        std::span<const std::uint32_t> leaves);

  // The result's columns, one row a group, in no particular order; how many rows. Once: what groups
  // took is freed as it becomes columns.
  [[nodiscard]] Result<std::uint64_t> finish(std::vector<read::ColumnVector>& out);

 private:
  // Of a result that is not grouped by.
  struct Part {
    Aggregate aggregate;
    const schema::Leaf* leaf = nullptr;  // kCountRows: none
    std::size_t column = 0;              // of leaves_
    // Counts of rows, and of values where there is one group, need none.
    std::unique_ptr<Accumulator> accumulator;
    std::uint64_t count = 0;  // where there is no accumulator and one group
  };

  Grouping(const schema::Schema& schema, std::uint64_t bytesMax)
      : schema_(schema), bytesMax_(bytesMax) {}
  [[nodiscard]] Result<void> addBy(std::span<const std::string> by);
  [[nodiscard]] Result<void> addParts(std::vector<Aggregate> aggregates);
  [[nodiscard]] std::size_t columnOf(const schema::Leaf& leaf) const noexcept;
  [[nodiscard]] Result<void> addToOne(std::span<const read::ColumnVector* const> columns,
                                      const Rows& rows);
  [[nodiscard]] Result<void> addToGroups(std::span<const read::ColumnVector* const> columns,
                                         const Rows& rows);
  [[nodiscard]] Result<void> checkBytes() const;

  const schema::Schema& schema_;
  const std::uint64_t bytesMax_;
  schema::Schema result_;
  std::vector<std::uint32_t> leaves_;
  std::vector<const schema::Leaf*> by_;
  std::vector<std::size_t> byColumns_;  // of leaves_
  std::optional<GroupTable> groups_;    // none: one group
  std::vector<Part> parts_;
  std::vector<std::uint32_t> list_;
  std::vector<const read::ColumnVector*> keyColumns_;
  std::vector<std::uint64_t> words_;
};

}  // namespace parquet_flow::scan
