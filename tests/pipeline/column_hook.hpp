// Threads that are held up, or seen, where they encode a column of a row group.
//
// An executable gets it by naming pf_column_hook_dep among its dependencies. The linker sends what
// row_group_flow.cpp calls here first, so that the library needs no place for it.
#pragma once

#include <cstdint>
#include <functional>

namespace parquet_flow::pipeline::test {

// For its lifetime `before` is called on each thread that is about to encode column `leaf` of row
// group number `rowGroup`, of any pipeline. One at a time; made before the pipelines that it is
// for, and gone after them, so that their threads find it whole.
class ColumnHook {
 public:
  using Before = std::function<void(std::uint32_t leaf, std::uint64_t rowGroup)>;
  explicit ColumnHook(Before before);
  ColumnHook(const ColumnHook&) = delete;
  ColumnHook& operator=(const ColumnHook&) = delete;
  ~ColumnHook();
};

}  // namespace parquet_flow::pipeline::test
