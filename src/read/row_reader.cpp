#include "read/row_reader.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "format/parquet_types.h"
#include "read/schema_tree.hpp"

namespace parquet_flow::read {
namespace {

// A schema's elements, of which some leaves are wanted; the elements have passed schemaOf, and so
// recursion does not go deep.
class WantedElements {
 public:
  WantedElements(std::span<const format::SchemaElement> all,
                 const std::vector<std::uint32_t>& leaves)
      : all_(all), leaves_(leaves) {
    copy();
  }
  [[nodiscard]] std::span<const format::SchemaElement> kept() const noexcept { return kept_; }

 private:
  // The next element and all under it; groups are gone with the last of their leaves.
  void copy() {
    const format::SchemaElement& element = all_[at_++];
    if (element.__isset.type) {
      if (std::binary_search(leaves_.begin(), leaves_.end(), leaf_++)) {
        kept_.push_back(element);
      }
      return;
    }
    const std::size_t place = kept_.size();
    kept_.push_back(element);
    std::int32_t children = 0;
    for (std::int32_t i = 0; i < element.num_children; ++i) {
      const std::size_t before = kept_.size();
      copy();
      children += kept_.size() != before ? 1 : 0;
    }
    kept_[place].num_children = children;
    if (children == 0) {
      kept_.resize(place);
    }
  }

  std::span<const format::SchemaElement> all_;
  const std::vector<std::uint32_t>& leaves_;
  std::vector<format::SchemaElement> kept_;
  std::size_t at_ = 0;
  std::uint32_t leaf_ = 0;
};

}  // namespace

Result<std::unique_ptr<RowReader>> RowReader::create(const FileReader& file, BatchOptions options) {
  options.batchRows = std::min(options.batchRows, kRowsAtOnce);
  PF_TRY_ASSIGN(auto batches, BatchReader::create(file, std::move(options)));
  const WantedElements wanted(file.metaData().schema, batches->leaves());
  PF_TRY_ASSIGN(schema::Schema schema, schemaOf(wanted.kept()));
  std::unique_ptr<RowReader> rows(new RowReader(file, std::move(schema)));
  rows->batches_ = std::move(batches);
  return rows;
}

Result<const column::Value*> RowReader::next() {
  if (at_ == rows_.size()) {
    PF_TRY_ASSIGN(const bool isThere, error_.run([&] { return nextRows(); }));
    if (!isThere) {
      return nullptr;
    }
  }
  return &rows_[at_++];
}

Result<bool> RowReader::nextRows() {
  rows_.clear();
  at_ = 0;
  PF_TRY_ASSIGN(const bool isThere, batches_->next(batch_));
  if (!isThere) {
    return false;
  }
  std::vector<column::LeafView> views;
  views.reserve(batch_.columns.size());
  for (std::size_t i = 0; i < batch_.columns.size(); ++i) {
    views.push_back(batch_.columns[i].view(file_.schema().leaves()[batches_->leaves()[i]]));
  }
  Result<std::vector<column::Value>> rows = column::assemble(schema_, views, batch_.rows);
  if (!rows) {
    return fail(std::move(rows).error().withContext(std::string(file_.file()->name())));
  }
  rows_ = std::move(*rows);
  return true;
}

}  // namespace parquet_flow::read
