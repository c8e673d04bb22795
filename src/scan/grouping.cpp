#include "scan/grouping.hpp"

#include <algorithm>
#include <utility>

#include "scan/append_values.hpp"
#include "scan/footer_bounds.hpp"
#include "scan/row_key.hpp"

namespace parquet_flow::scan {

using read::ColumnVector;
using schema::Leaf;

Result<std::unique_ptr<Grouping>> Grouping::create(const schema::Schema& schema,
                                                   std::span<const std::string> by,
                                                   std::vector<Aggregate> aggregates,
                                                   std::uint64_t bytesMax) {
  std::unique_ptr<Grouping> made(new Grouping(schema, bytesMax));
  PF_TRY(made->addBy(by));
  PF_TRY(made->addParts(std::move(aggregates)));
  std::sort(made->leaves_.begin(), made->leaves_.end());
  made->leaves_.erase(std::unique(made->leaves_.begin(), made->leaves_.end()), made->leaves_.end());
  for (const Leaf* const leaf : made->by_) {
    made->byColumns_.push_back(made->columnOf(*leaf));
  }
  for (Part& part : made->parts_) {
    part.column = part.leaf == nullptr ? 0 : made->columnOf(*part.leaf);
  }
  if (!made->by_.empty()) {
    made->groups_.emplace(made->by_);
  }
  return made;
}

std::size_t Grouping::columnOf(const Leaf& leaf) const noexcept {
  return static_cast<std::size_t>(std::lower_bound(leaves_.begin(), leaves_.end(), leaf.index) -
                                  leaves_.begin());
}

Result<void> Grouping::addBy(std::span<const std::string> by) {
  for (const std::string& column : by) {
    PF_TRY_ASSIGN(const Leaf* const leaf, schema_.requireLeaf(column));
    PF_TRY(requireComparable(*leaf));
    PF_TRY(result_.addLeaf(schema::kRoot, leaf->dottedPath, leaf->type,
                           schema::Repetition::kOptional, leaf->typeLength, leaf->logical));
    by_.push_back(leaf);
    leaves_.push_back(leaf->index);
  }
  return {};
}

Result<void> Grouping::addParts(std::vector<Aggregate> aggregates) {
  for (Aggregate& aggregate : aggregates) {
    Part part;
    if (aggregate.kind != AggregateKind::kCountRows) {
      PF_TRY_ASSIGN(part.leaf, schema_.requireLeaf(aggregate.column));
      leaves_.push_back(part.leaf->index);
    }
    PF_TRY(addResult(aggregate, part.leaf, result_));
    const bool isCounted = aggregate.kind == AggregateKind::kCountRows ||
                           (by_.empty() && aggregate.kind == AggregateKind::kCount);
    if (!isCounted) {
      part.accumulator = makeAccumulator(aggregate.kind, *part.leaf);
      part.accumulator->resize(by_.empty() ? 1 : 0);
    }
    part.aggregate = std::move(aggregate);
    parts_.push_back(std::move(part));
  }
  return {};
}

Result<void> Grouping::add(std::span<const ColumnVector* const> columns, const Rows& rows) {
  return groups_ ? addToGroups(columns, rows) : addToOne(columns, rows);
}

Result<void> Grouping::addToOne(std::span<const ColumnVector* const> columns, const Rows& rows) {
  for (Part& part : parts_) {
    if (part.accumulator != nullptr) {
      PF_TRY(part.accumulator->add(*columns[part.column], rows));
    } else if (part.leaf == nullptr) {
      part.count += rows.count;
    } else {
      part.count += withValue(rows, *columns[part.column], words_).count;
    }
  }
  return checkBytes();
}

Result<void> Grouping::addToGroups(std::span<const ColumnVector* const> columns, const Rows& rows) {
  if (rows.selected != nullptr) {
    listRows(rows, list_);
  }
  keyColumns_.clear();
  for (const std::size_t column : byColumns_) {
    keyColumns_.push_back(columns[column]);
  }
  PF_TRY_ASSIGN(const GroupTable::Assigned assigned, groups_->assign(keyColumns_, rows, list_));
  for (Part& part : parts_) {
    if (part.accumulator == nullptr) {
      continue;
    }
    if (!assigned.renumbered.empty()) {
      part.accumulator->renumber(assigned.renumbered, groups_->size());
    } else {
      part.accumulator->resize(groups_->size());
    }
    PF_TRY(part.accumulator->addGrouped(*columns[part.column], {rows, list_, assigned.groups}));
  }
  return checkBytes();
}

Result<void> Grouping::checkBytes() const {
  std::uint64_t bytes = groups_ ? groups_->bytes() : 0;
  for (const Part& part : parts_) {
    bytes += part.accumulator == nullptr ? 0 : part.accumulator->bytes();
  }
  return bytes <= bytesMax_
             ? Result<void>{}
             : fail(ErrorCode::kLimit, "the groups take more than the " +
                                           std::to_string(bytesMax_) + " bytes they may have");
}

Result<bool> Grouping::tryAddFile(const read::FileReader& file,
                                  std::span<const std::uint32_t> leaves) {
  if (groups_) {
    return false;
  }
  std::vector<ColumnVector> bounds(parts_.size());
  std::vector<std::uint64_t> counts(parts_.size());
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    const AggregateKind kind = part.aggregate.kind;
    if (part.leaf == nullptr) {
      counts[i] = file.rows();
      continue;
    }
    if (part.leaf->index >= leaves.size()) {
      return false;  // of a directory: no footer has it, and its rows cost no read
    }
    const Leaf& leaf = file.schema().leaves()[leaves[part.leaf->index]];
    if (kind == AggregateKind::kCount) {
      const auto nulls = nullsOf(file, leaf);
      if (!nulls) {
        return false;
      }
      counts[i] = file.rows() - *nulls;
    } else if (kind == AggregateKind::kMin || kind == AggregateKind::kMax) {
      PF_TRY_ASSIGN(const bool isKnown,
                    boundsOf(file, leaf, kind == AggregateKind::kMax, bounds[i]));
      if (!isKnown) {
        return false;
      }
    } else {
      return false;
    }
  }
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    parts_[i].count += counts[i];
    if (parts_[i].accumulator != nullptr) {
      PF_TRY(parts_[i].accumulator->add(bounds[i], Rows::all(bounds[i].rows)));
    }
  }
  return true;
}

Result<std::uint64_t> Grouping::finish(std::vector<ColumnVector>& out) {
  out.clear();
  out.resize(result_.leaves().size());
  std::vector<std::uint32_t> groups;
  if (groups_) {
    PF_TRY(groups_->takeKeys(result_.leaves().first(by_.size()), out));
    for (std::size_t group = 0; group < groups_->size(); ++group) {
      if (groups_->rowCounts()[group] != 0) {
        groups.push_back(static_cast<std::uint32_t>(group));
      }
    }
  } else {
    groups.push_back(0);
  }
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Leaf& leaf = result_.leaves()[by_.size() + i];
    ColumnVector& column = out[by_.size() + i];
    if (parts_[i].accumulator != nullptr) {
      PF_TRY(parts_[i].accumulator->finish(groups, leaf, column));
      parts_[i].accumulator.reset();
      continue;
    }
    for (const std::uint32_t group : groups) {
      const std::uint64_t count = groups_ ? groups_->rowCounts()[group] : parts_[i].count;
      PF_TRY(appendValue(leaf, constBytes(&count, sizeof count), column));
    }
  }
  return groups.size();
}

}  // namespace parquet_flow::scan
