#include "sink/file_schema.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include "sink/struct_plan.hpp"

namespace parquet_flow::sink {
namespace {

using schema::LogicalKind;
using schema::LogicalType;
using schema::NodeKind;
using schema::PhysicalType;
using schema::Repetition;
using schema::Schema;

constexpr LogicalType timestamp(schema::TimeUnit unit) noexcept {
  return {LogicalKind::kTimestamp, static_cast<std::int32_t>(unit), 1};
}

Result<void> addCaptureColumns(Profile profile, Schema* schema) {
  const auto add = [&](std::string_view name, PhysicalType type, LogicalType logical) {
    return schema->addLeaf(schema::kRoot, name, type, Repetition::kRequired, 0, logical);
  };
  const bool portable = profile == Profile::kPortable;
  PF_TRY(add("capture_time", PhysicalType::kInt64,
             timestamp(portable ? schema::TimeUnit::kMicros : schema::TimeUnit::kNanos)));
  if (portable) PF_TRY(add("capture_time_ns", PhysicalType::kInt64, {}));
  PF_TRY(add("producer", PhysicalType::kInt32, {}));
  PF_TRY(add("attempt", PhysicalType::kInt64, {}));
  return {};
}

// Adds one node of `from` under the node that its parent has become; `nodes` maps old to new.
Result<void> copyNode(const Schema& from, std::uint32_t index, std::vector<std::uint32_t>* nodes,
                      Schema* to) {
  const schema::Node& node = from.nodes()[index];
  const std::uint32_t parent = (*nodes)[node.parent];
  switch (node.kind) {
    case NodeKind::kLeaf: {
      const schema::Leaf& leaf = from.leaves()[node.leafIndex];
      PF_TRY(to->addLeaf(parent, node.name, leaf.type, node.repetition, leaf.typeLength,
                         leaf.logical, node.fieldId));
      return {};
    }
    case NodeKind::kGroup: {
      PF_TRY_ASSIGN((*nodes)[index],
                    to->addGroup(parent, node.name, node.repetition, node.fieldId));
      return {};
    }
    case NodeKind::kList:
    case NodeKind::kMap: {
      // Adding one adds the repeated group inside, which comes next.
      const std::uint32_t inside = node.children.front();
      auto added = node.kind == NodeKind::kList
                       ? to->addList(parent, node.name, node.repetition, node.fieldId)
                       : to->addMap(parent, node.name, node.repetition, node.fieldId);
      if (!added) return fail(std::move(added).error());
      (*nodes)[inside] = *added;
      return {};
    }
  }
  return {};
}

Result<void> copyNodes(const Schema& from, Schema* to) {
  constexpr std::uint32_t kNone = ~std::uint32_t{0};
  std::vector<std::uint32_t> nodes(from.nodes().size(), kNone);
  nodes[schema::kRoot] = schema::kRoot;
  for (std::uint32_t index = 1; index < nodes.size(); ++index) {
    if (nodes[index] == kNone) PF_TRY(copyNode(from, index, &nodes, to));
  }
  return {};
}

Result<void> addRowColumns(const SinkOptions& options, Schema* schema) {
  switch (options.shape) {
    case Shape::kOpaque:
      PF_TRY(schema->addLeaf(schema::kRoot, "payload", PhysicalType::kByteArray,
                             Repetition::kRequired));
      return {};
    case Shape::kStruct:
      return addStructColumns(options.structColumns, schema);
    case Shape::kCallback:
      return copyNodes(*options.schema, schema);
  }
  return {};
}

bool hasFieldIds(const Schema& schema) noexcept {
  return schema.nodes().size() > 1 && schema.nodes()[1].fieldId != schema::kNoFieldId;
}

}  // namespace

Result<FileSchema> makeFileSchema(const SinkOptions& options) {
  auto row = std::make_shared<Schema>();
  auto file = std::make_shared<Schema>();
  PF_TRY(addRowColumns(options, row.get()));
  if (options.captureColumns) {
    // A schema has field ids on every node or on none, and ours would not be stable ones.
    if (hasFieldIds(*row)) {
      return fail(ErrorCode::kInvalidArgument,
                  "a schema with field ids needs no_capture_columns: those have none");
    }
    PF_TRY(addCaptureColumns(options.profile, file.get()));
  }
  const std::size_t captureLeaves = file->leaves().size();
  PF_TRY(addRowColumns(options, file.get()));
  PF_TRY(file->validate());
  return FileSchema{std::move(file), std::move(row), captureLeaves};
}

}  // namespace parquet_flow::sink
