// The values of one row, all at once: a tree in two buffers that are used again for every row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "read/batch_reader.hpp"
#include "read/row_walker.hpp"

namespace parquet_flow::read {

struct RowValue {
  std::uint32_t field = 0;  // of RowWalker::fields()
  bool isNull = false;
  std::uint32_t count = 0;  // bytes of a leaf's value; else children, of a map two an entry
  union {
    const std::byte* data = nullptr;  // as RowVisitor::onLeaf
    std::size_t firstChild;           // of RowValues::all()
  };
};

// Memory: of a row, 24 bytes a value, twice that of one in a list of lists, maps or structs; kept
// for the next rows. One thread at a time.
class RowValues {
 public:
  // As RowWalker. `valuesMax`: a row of more values is refused. At most UINT32_MAX count.
  RowValues(const schema::Schema& schema, const Shape& shape, std::span<const std::uint32_t> leaves,
            std::uint64_t valuesMax);

  [[nodiscard]] std::span<const RowField> fields() const noexcept { return walker_.fields(); }
  [[nodiscard]] const schema::Leaf& leaf(const RowField& field) const noexcept {
    return walker_.leaf(field);
  }

  // As RowWalker::begin.
  [[nodiscard]] Result<void> begin(const ColumnBatch& batch);
  // Whether next() has a row left.
  [[nodiscard]] bool hasNext() const noexcept { return rowsLeft_ != 0; }
  // The next row of the batch, which is last of all(). kCorrupt: as RowWalker; kLimit: too many
  // values.
  [[nodiscard]] Result<void> next();

  // Of the row, until the next one: children before what they are children of.
  [[nodiscard]] std::span<const RowValue> all() const noexcept { return builder_.values(); }
  [[nodiscard]] std::span<const RowValue> children(const RowValue& value) const noexcept {
    return all().subspan(value.firstChild, value.count);
  }

 private:
  // Puts what a walk tells of together.
  class Builder {
   public:
    Builder(std::span<const RowField> fields, std::uint64_t valuesMax);
    void clear() noexcept;
    void onNull(std::uint32_t field) { add({.field = field, .isNull = true, .data = nullptr}); }
    void onLeaf(std::uint32_t field, ConstBytes value) {
      add({.field = field,
           .count = static_cast<std::uint32_t>(value.size()),
           .data = value.data()});
    }
    void onBegin(std::uint32_t field);
    Result<void> onChild(std::uint32_t, std::uint64_t) {
      return values_.size() + waiting_.size() < valuesMax_ ? Result<void>{} : refuseMore();
    }
    void onEnd(std::uint32_t field, std::uint64_t count);
    [[nodiscard]] std::span<const RowValue> values() const noexcept { return values_; }

   private:
    // A struct, list or map whose children are on their way.
    struct Open {
      bool isOfLeaves;    // so that they can stand in values_ at once
      std::size_t first;  // child, there or in waiting_
    };
    void add(const RowValue& value) {
      (open_.empty() || open_.back().isOfLeaves ? values_ : waiting_).push_back(value);
    }
    [[nodiscard]] Result<void> refuseMore() const;

    const std::uint64_t valuesMax_;
    std::vector<bool> isOfLeaves_;  // of fields
    std::vector<RowValue> values_;
    std::vector<RowValue> waiting_;  // children until the last of them is there
    std::vector<Open> open_;
  };

  RowWalker walker_;
  Builder builder_;
  std::uint64_t rowsLeft_ = 0;
};

}  // namespace parquet_flow::read
