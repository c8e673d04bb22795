// Random schemas, rows of them, and the calls that hand a row to a RowBuilder: for property tests.
#pragma once

#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "column/assemble.hpp"
#include "column/row_builder.hpp"
#include "column/row_plan.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::test {

class RandomRows {
 public:
  // `distinct`: of each leaf's values; 0: any number.
  explicit RandomRows(std::uint64_t seed, std::uint64_t distinct = 0)
      : random_(seed), distinct_(distinct) {}

  // Every physical type, repetition, group, LIST and MAP, to `depth` levels of nesting.
  schema::Schema makeSchema(int depth) {
    schema::Schema schema;
    addChildren(schema, schema::kRoot, depth, 1 + below(4));
    return schema;
  }

  // A row of `plan`'s schema: a group.
  column::Value makeRow(const column::RowPlan& plan) {
    return column::Value(column::Value::Group{makeChildren(plan, 0)});
  }

  std::size_t below(std::size_t bound) { return random_() % bound; }

 private:
  using Value = column::Value;
  using Repetition = schema::Repetition;

  void addChildren(schema::Schema& schema, std::uint32_t parent, int depth, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      addNode(schema, parent, "c" + std::to_string(i), depth, static_cast<Repetition>(below(3)));
    }
  }

  void addNode(schema::Schema& schema, std::uint32_t parent, const std::string& name, int depth,
               Repetition repetition) {
    const Repetition unrepeated =
        repetition == Repetition::kRepeated ? Repetition::kOptional : repetition;
    const auto anyUnrepeated = static_cast<Repetition>(below(2));
    switch (depth == 0 ? 9 : below(10)) {
      case 0:
      case 1:
        addChildren(schema, *schema.addGroup(parent, name, repetition), depth - 1, 1 + below(3));
        return;
      case 2:
      case 3:
        addNode(schema, *schema.addList(parent, name, unrepeated), "element", depth - 1,
                anyUnrepeated);
        return;
      case 4: {
        const auto map = schema.addMap(parent, name, unrepeated);
        addNode(schema, *map, "key", 0, Repetition::kRequired);
        addNode(schema, *map, "value", depth - 1, anyUnrepeated);
        return;
      }
      default: {
        const auto type = static_cast<schema::PhysicalType>(below(8));
        const bool isFixed = type == schema::PhysicalType::kFixedLenByteArray;
        const auto length = static_cast<std::uint32_t>(isFixed ? 1 + below(20) : 0);
        (void)*schema.addLeaf(parent, name, type, repetition, length);
      }
    }
  }

  std::vector<Value> makeChildren(const column::RowPlan& plan, std::uint32_t index) {
    std::vector<Value> children;
    const std::uint32_t end = plan.steps[index].end;
    for (std::uint32_t child = index + 1; child < end; child = plan.steps[child].end) {
      children.push_back(makeValue(plan, child));
    }
    return children;
  }

  Value makeValue(const column::RowPlan& plan, std::uint32_t index) {
    const column::Step& step = plan.steps[index];
    if (step.isNullable && below(4) == 0) {
      return Value{};
    }
    switch (step.kind) {
      case column::StepKind::kLeaf:
        return makeLeaf(step);
      case column::StepKind::kGroup:
        return Value(Value::Group{makeChildren(plan, index)});
      case column::StepKind::kList:
        break;
    }
    Value::List list;
    const std::size_t count = below(3) == 0 ? 0 : below(4);
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<Value> element = makeChildren(plan, index);
      list.elements.push_back(element.size() == 1 ? element.front()
                                                  : Value(Value::Group{std::move(element)}));
    }
    return Value(std::move(list));
  }

  Value makeLeaf(const column::Step& step) {
    using schema::PhysicalType;
    std::uint64_t state = distinct_ == 0 ? random_() : random_() % distinct_;
    const std::uint64_t bits = mix(state);
    switch (step.type) {
      case PhysicalType::kBoolean:
        return Value(bits % 2 == 0);
      case PhysicalType::kInt32:
        return Value(static_cast<std::int32_t>(bits));
      case PhysicalType::kInt64:
        return Value(static_cast<std::int64_t>(bits));
      case PhysicalType::kFloat:
        return Value(Value::Float{static_cast<std::uint32_t>(bits)});
      case PhysicalType::kDouble:
        return Value(Value::Double{bits});
      default:
        break;
    }
    std::string bytes(
        step.valueBytes != 0 ? step.valueBytes : bits / 8 % (bits % 8 == 0 ? 200 : 12), 0);
    for (char& byte : bytes) {
      byte = static_cast<char>(mix(state));
    }
    return Value(std::move(bytes));
  }

  // SplitMix64 (Steele et al., 2014).
  static std::uint64_t mix(std::uint64_t& state) {
    std::uint64_t z = state += 0x9E3779B97F4A7C15U;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
  }

  std::mt19937_64 random_;
  const std::uint64_t distinct_;
};

// Hands `value`, which stands at step `index`, to the builder.
inline void appendValue(column::RowBuilder& builder, const column::RowPlan& plan,
                        std::uint32_t index, const column::Value& value) {
  using column::Value;
  const column::Step& step = plan.steps[index];
  const auto appendChildren = [&](const std::vector<Value>& children) {
    std::uint32_t child = index + 1;
    for (const Value& each : children) {
      appendValue(builder, plan, child, each);
      child = plan.steps[child].end;
    }
  };
  if (value.isNull()) {
    builder.appendNull();
  } else if (const auto* boolean = value.as<bool>()) {
    builder.appendBoolean(*boolean);
  } else if (const auto* int32 = value.as<std::int32_t>()) {
    builder.appendInt32(*int32);
  } else if (const auto* int64 = value.as<std::int64_t>()) {
    builder.appendInt64(*int64);
  } else if (const auto* single = value.as<Value::Float>()) {
    float number = 0;
    std::memcpy(&number, &single->bits, sizeof number);
    builder.appendFloat(number);
  } else if (const auto* wide = value.as<Value::Double>()) {
    double number = 0;
    std::memcpy(&number, &wide->bits, sizeof number);
    builder.appendDouble(number);
  } else if (const auto* bytes = value.as<std::string>()) {
    builder.appendBytes(bytes->data(), bytes->size());
  } else if (const auto* group = value.as<Value::Group>()) {
    builder.beginGroup();
    appendChildren(group->children);
    builder.endGroup();
  } else if (const auto* list = value.as<Value::List>()) {
    const bool isMap = plan.steps[index + 1].end != step.end;
    builder.beginList();
    for (const Value& element : list->elements) {
      if (isMap) {
        appendChildren(element.as<Value::Group>()->children);
      } else {
        appendValue(builder, plan, index + 1, element);
      }
    }
    builder.endList();
  }
}

// A whole row, which is a group without calls of its own. False: rejected.
inline bool appendRow(column::RowBuilder& builder, const column::RowPlan& plan,
                      const column::Value& row, bool keep = true) {
  builder.beginRow();
  std::uint32_t child = 1;
  for (const column::Value& each : row.as<column::Value::Group>()->children) {
    appendValue(builder, plan, child, each);
    child = plan.steps[child].end;
  }
  return builder.endRow(keep);
}

inline std::vector<column::LeafView> viewsOf(const column::Batch& batch) {
  std::vector<column::LeafView> views;
  for (const column::LeafBuffer& leaf : batch.leaves) {
    views.push_back(leaf.view(batch.rows));
  }
  return views;
}

}  // namespace parquet_flow::test
