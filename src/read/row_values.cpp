#include "read/row_values.hpp"

#include <algorithm>
#include <string>

namespace parquet_flow::read {

RowValues::Builder::Builder(std::span<const RowField> fields, std::uint64_t valuesMax)
    : valuesMax_(std::min<std::uint64_t>(valuesMax, UINT32_MAX)), isOfLeaves_(fields.size()) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    isOfLeaves_[i] =
        std::ranges::all_of(fields.subspan(fields[i].firstChild, fields[i].childCount),
                            [](const RowField& child) { return child.kind == ShapeKind::kLeaf; });
  }
}

void RowValues::Builder::clear() noexcept {
  values_.clear();
  waiting_.clear();
  open_.clear();
}

void RowValues::Builder::onBegin(std::uint32_t field) {
  const bool isOfLeaves = isOfLeaves_[field];
  open_.push_back({isOfLeaves, (isOfLeaves ? values_ : waiting_).size()});
}

void RowValues::Builder::onEnd(std::uint32_t field, std::uint64_t count) {
  Open done = open_.back();
  open_.pop_back();
  if (!done.isOfLeaves) {
    const auto from = waiting_.begin() + static_cast<std::ptrdiff_t>(done.first);
    done.first = values_.size();
    values_.insert(values_.end(), from, waiting_.end());
    waiting_.erase(from, waiting_.end());
  }
  add({.field = field, .count = static_cast<std::uint32_t>(count), .firstChild = done.first});
}

Result<void> RowValues::Builder::refuseMore() const {
  return fail(ErrorCode::kLimit,
              "a row has more than " + std::to_string(valuesMax_) + " values, the limit");
}

RowValues::RowValues(const schema::Schema& schema, const Shape& shape,
                     std::span<const std::uint32_t> leaves, std::uint64_t valuesMax)
    : walker_(schema, shape, leaves), builder_(walker_.fields(), valuesMax) {}

Result<void> RowValues::begin(const ColumnBatch& batch) {
  rowsLeft_ = 0;
  PF_TRY(walker_.begin(batch));
  rowsLeft_ = batch.rows;
  return {};
}

Result<void> RowValues::next() {
  builder_.clear();
  const RowField& root = fields()[0];
  builder_.onBegin(0);
  for (std::uint32_t child = 0; child < root.childCount; ++child) {
    PF_TRY(builder_.onChild(0, child));
    PF_TRY(walker_.walk(root.firstChild + child, builder_));
  }
  builder_.onEnd(0, root.childCount);
  return --rowsLeft_ == 0 ? walker_.end() : Result<void>{};
}

}  // namespace parquet_flow::read
