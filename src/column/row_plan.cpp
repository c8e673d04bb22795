#include "column/row_plan.hpp"

namespace parquet_flow::column {
namespace {

using schema::Node;
using schema::NodeKind;
using schema::Repetition;

bool isRepeatedGroupOfList(std::span<const Node> nodes, std::size_t index) {
  const NodeKind above = nodes[nodes[index].parent].kind;
  return above == NodeKind::kList || above == NodeKind::kMap;
}

Step listStep(const Node& list, const Node& repeated) {
  Step step;
  step.kind = StepKind::kList;
  step.isNullable = list.repetition == Repetition::kOptional;
  step.definitionLevel = repeated.definitionLevel;
  step.nullLevel = static_cast<std::uint8_t>(list.definitionLevel - (step.isNullable ? 1 : 0));
  step.emptyLevel = static_cast<std::uint8_t>(repeated.definitionLevel - 1);
  step.repetitionLevel = repeated.repetitionLevel;
  return step;
}

Step plainStep(const schema::Schema& schema, const Node& node) {
  Step step;
  step.isNullable = node.repetition == Repetition::kOptional;
  step.definitionLevel = node.definitionLevel;
  step.nullLevel = static_cast<std::uint8_t>(node.definitionLevel - (step.isNullable ? 1 : 0));
  if (node.kind == NodeKind::kLeaf) {
    const schema::Leaf& leaf = schema.leaves()[node.leafIndex];
    step.kind = StepKind::kLeaf;
    step.type = leaf.type;
    step.valueBytes = schema::fixedWidth(leaf.type, leaf.typeLength);
  }
  return step;
}

}  // namespace

RowPlan::RowPlan(const schema::Schema& schema) {
  const std::span<const Node> nodes = schema.nodes();
  // Of each node: the node behind its subtree, its first step, and the leaves before it. One more
  // entry for the end.
  std::vector<std::size_t> subtreeEnd(nodes.size());
  std::vector<std::uint32_t> firstStep(nodes.size() + 1);
  std::vector<std::uint32_t> leavesBefore(nodes.size() + 1);
  std::vector<std::size_t> nodeOfStep;
  std::vector<std::string> pathOfNode(nodes.size());

  for (std::size_t index = nodes.size(); index-- > 0;) {
    const auto& children = nodes[index].children;
    subtreeEnd[index] = children.empty() ? index + 1 : subtreeEnd[children.back()];
  }
  for (std::size_t index = 0; index < nodes.size(); ++index) {
    const Node& node = nodes[index];
    firstStep[index] = static_cast<std::uint32_t>(steps.size());
    leavesBefore[index + 1] = leavesBefore[index] + (node.kind == NodeKind::kLeaf ? 1 : 0);
    if (index != schema::kRoot) {
      const std::string& above = pathOfNode[node.parent];
      pathOfNode[index] = above.empty() ? node.name : above + "." + node.name;
    }
    const auto add = [&](const Step& step) {
      steps.push_back(step);
      nodeOfStep.push_back(index);
      paths.push_back(pathOfNode[index]);
    };
    if (node.kind == NodeKind::kList || node.kind == NodeKind::kMap) {
      add(listStep(node, nodes[node.children.front()]));
    } else if (index == schema::kRoot || !isRepeatedGroupOfList(nodes, index)) {
      if (node.repetition == Repetition::kRepeated) {
        add(listStep(node, node));
      }
      add(plainStep(schema, node));
    }
  }
  firstStep[nodes.size()] = static_cast<std::uint32_t>(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::size_t node = nodeOfStep[i];
    steps[i].end = firstStep[subtreeEnd[node]];
    steps[i].firstLeaf = leavesBefore[node];
    steps[i].leafEnd = leavesBefore[subtreeEnd[node]];
  }
}

}  // namespace parquet_flow::column
