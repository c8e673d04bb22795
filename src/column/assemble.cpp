#include "column/assemble.hpp"

#include <bit>
#include <charconv>

#include "base/bytes.hpp"
#include "column/level_scan.hpp"
#include "column/row_plan.hpp"

namespace parquet_flow::column {
namespace {

using schema::PhysicalType;

// Where one leaf is read next.
struct LeafCursor {
  const LeafView* view = nullptr;
  std::uint64_t entry = 0;
  std::uint64_t value = 0;
};

class Assembler {
 public:
  Assembler(const schema::Schema& schema, std::span<const LeafView> leaves)
      : schema_(schema), plan_(schema) {
    cursors_.reserve(leaves.size());
    for (const LeafView& view : leaves) {
      cursors_.push_back({&view, 0, 0});
    }
  }

  Result<std::vector<Value>> assembleRows(std::uint64_t rows) {
    std::vector<Value> assembled;
    for (std::size_t leaf = 0; leaf < cursors_.size(); ++leaf) {
      if (cursors_[leaf].view->entries < rows) {
        return refuseLeaf(leaf, "has fewer entries than there are rows");
      }
    }
    assembled.reserve(rows);
    for (row_ = 0; row_ < rows; ++row_) {
      PF_TRY_ASSIGN(Value row, assembleStep(0, 0));
      assembled.push_back(std::move(row));
    }
    for (std::size_t leaf = 0; leaf < cursors_.size(); ++leaf) {
      const LeafCursor& cursor = cursors_[leaf];
      if (hasEntry(leaf) || cursor.value != cursor.view->values.count) {
        return refuseLeaf(leaf, "has more entries or values than the rows take");
      }
    }
    return assembled;
  }

 private:
  tl::unexpected<Error> refuseLeaf(std::size_t leaf, const char* message) const {
    return fail(ErrorCode::kCorrupt, "column \"" + schema_.leaves()[leaf].dottedPath + "\", row " +
                                         std::to_string(row_) + ": " + message);
  }

  bool hasEntry(std::size_t leaf) const {
    return cursors_[leaf].entry < cursors_[leaf].view->entries;
  }
  std::uint8_t repetitionLevel(std::size_t leaf) const {
    const LeafCursor& cursor = cursors_[leaf];
    return cursor.view->repetitionLevels == nullptr ? 0
                                                    : cursor.view->repetitionLevels[cursor.entry];
  }
  std::uint8_t definitionLevel(std::size_t leaf) const {
    const LeafCursor& cursor = cursors_[leaf];
    const LeafView& view = *cursor.view;
    if (view.definitionLevels != nullptr) {
      return view.definitionLevels[cursor.entry];
    }
    const std::uint8_t defined = schema_.leaves()[leaf].maxDefinitionLevel;
    return view.validity == nullptr || bitAt(view.validity, view.validityBitOffset + cursor.entry)
               ? defined
               : static_cast<std::uint8_t>(defined - 1);
  }

  // One entry of `leaf`, which must be at `repetition`: the leaves of a group repeat together.
  Result<void> takeEntry(std::size_t leaf, std::uint8_t definition, std::uint8_t repetition) {
    if (!hasEntry(leaf) || repetitionLevel(leaf) != repetition) {
      return refuseLeaf(leaf, "does not repeat as the columns beside it do");
    }
    if (definitionLevel(leaf) != definition) {
      return refuseLeaf(leaf, "is absent where the columns beside it are present, or the reverse");
    }
    LeafCursor& cursor = cursors_[leaf];
    ++cursor.entry;
    const LeafView& view = *cursor.view;
    cursor.value += view.spaced && definition >= view.slotDefinitionLevel ? 1 : 0;
    return {};
  }

  Result<void> takeAbsent(const Step& step, std::uint8_t definition, std::uint8_t repetition) {
    for (std::uint32_t leaf = step.firstLeaf; leaf < step.leafEnd; ++leaf) {
      PF_TRY(takeEntry(leaf, definition, repetition));
    }
    return {};
  }

  // `repetition`: of the entries that begin the step. Recursion ends at the schema's depth, which
  // kNestingDepthMax bounds.
  Result<Value> assembleStep(std::uint32_t index, std::uint8_t repetition) {
    const Step& step = plan_.steps[index];
    const std::uint32_t first = step.firstLeaf;
    if (!hasEntry(first)) {
      return refuseLeaf(first, "ends within the row");
    }
    const std::uint8_t level = definitionLevel(first);
    if (step.isNullable && level == step.nullLevel) {
      PF_TRY(takeAbsent(step, level, repetition));
      return Value{};
    }
    switch (step.kind) {
      case StepKind::kLeaf:
        return takeValue(step, repetition);
      case StepKind::kGroup: {
        PF_TRY_ASSIGN(std::vector<Value> children, assembleChildren(index, repetition));
        return Value(Value::Group{std::move(children)});
      }
      case StepKind::kList:
        break;
    }
    Value::List list;
    if (level == step.emptyLevel) {
      PF_TRY(takeAbsent(step, level, repetition));
      return Value(std::move(list));
    }
    for (;;) {
      PF_TRY_ASSIGN(std::vector<Value> children, assembleChildren(index, repetition));
      list.elements.push_back(children.size() == 1 ? std::move(children.front())
                                                   : Value(Value::Group{std::move(children)}));
      if (!hasEntry(first) || repetitionLevel(first) != step.repetitionLevel) {
        return Value(std::move(list));
      }
      repetition = step.repetitionLevel;
    }
  }

  Result<std::vector<Value>> assembleChildren(std::uint32_t index, std::uint8_t repetition) {
    std::vector<Value> children;
    const std::uint32_t end = plan_.steps[index].end;
    for (std::uint32_t child = index + 1; child < end; child = plan_.steps[child].end) {
      PF_TRY_ASSIGN(Value value, assembleStep(child, repetition));
      children.push_back(std::move(value));
    }
    return children;
  }

  Result<Value> takeValue(const Step& step, std::uint8_t repetition) {
    const std::size_t leaf = step.firstLeaf;
    const LeafCursor& cursor = cursors_[leaf];
    const ValuesView& values = cursor.view->values;
    const std::uint64_t slot = cursor.value;
    PF_TRY(takeEntry(leaf, step.definitionLevel, repetition));
    if (slot >= values.count) {
      return refuseLeaf(leaf, "has fewer values than its levels say");
    }
    cursors_[leaf].value = slot + 1;
    return valueAt(step, values, slot);
  }

  static Value valueAt(const Step& step, const ValuesView& values, std::uint64_t slot) {
    const std::byte* const fixed = values.data + slot * step.valueBytes;
    switch (step.type) {
      case PhysicalType::kBoolean:
        return Value(
            values.layout == ValuesLayout::kBits
                ? bitAt(reinterpret_cast<const std::uint8_t*>(values.data), values.bitOffset + slot)
                : values.data[slot] != std::byte{0});
      case PhysicalType::kInt32:
        return Value(loadLe<std::int32_t>(fixed));
      case PhysicalType::kInt64:
        return Value(loadLe<std::int64_t>(fixed));
      case PhysicalType::kFloat:
        return Value(Value::Float{loadLe<std::uint32_t>(fixed)});
      case PhysicalType::kDouble:
        return Value(Value::Double{loadLe<std::uint64_t>(fixed)});
      case PhysicalType::kByteArray:
        return Value(std::string(
            asText({values.data + values.offsets[slot], values.data + values.offsets[slot + 1]})));
      case PhysicalType::kInt96:
      case PhysicalType::kFixedLenByteArray:
        break;
    }
    return Value(std::string(asText({fixed, step.valueBytes})));
  }

  const schema::Schema& schema_;
  RowPlan plan_;
  std::vector<LeafCursor> cursors_;
  std::uint64_t row_ = 0;
};

template <class T>
void appendNumber(std::string& text, T number) {
  char digits[64];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number);
  text.append(digits, end.ptr);
}

void appendText(std::string& text, const Value& value);

void appendSequence(std::string& text, const std::vector<Value>& values, char open, char close) {
  text += open;
  for (std::size_t i = 0; i < values.size(); ++i) {
    text += i == 0 ? "" : ", ";
    appendText(text, values[i]);
  }
  text += close;
}

void appendQuoted(std::string& text, const std::string& bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  text += '"';
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\') {
      text += c;
    } else {
      text += "\\x";
      text += kHex[byte >> 4];
      text += kHex[byte & 0xF];
    }
  }
  text += '"';
}

void appendText(std::string& text, const Value& value) {
  if (const auto* boolean = value.as<bool>()) {
    text += *boolean ? "true" : "false";
  } else if (const auto* int32 = value.as<std::int32_t>()) {
    appendNumber(text, *int32);
  } else if (const auto* int64 = value.as<std::int64_t>()) {
    appendNumber(text, *int64);
  } else if (const auto* single = value.as<Value::Float>()) {
    appendNumber(text, std::bit_cast<float>(single->bits));
  } else if (const auto* wide = value.as<Value::Double>()) {
    appendNumber(text, std::bit_cast<double>(wide->bits));
  } else if (const auto* bytes = value.as<std::string>()) {
    appendQuoted(text, *bytes);
  } else if (const auto* group = value.as<Value::Group>()) {
    appendSequence(text, group->children, '{', '}');
  } else if (const auto* list = value.as<Value::List>()) {
    appendSequence(text, list->elements, '[', ']');
  } else {
    text += "null";
  }
}

}  // namespace

Value Value::ofFloat(float value) { return Value(Float{std::bit_cast<std::uint32_t>(value)}); }

Value Value::ofDouble(double value) { return Value(Double{std::bit_cast<std::uint64_t>(value)}); }

std::string Value::toString() const {
  std::string text;
  appendText(text, *this);
  return text;
}

Result<std::vector<Value>> assemble(const schema::Schema& schema, std::span<const LeafView> leaves,
                                    std::uint64_t rows) {
  PF_TRY(schema.validate());
  if (leaves.size() != schema.leaves().size()) {
    return fail(ErrorCode::kInvalidArgument, std::to_string(leaves.size()) +
                                                 " columns are given for a schema of " +
                                                 std::to_string(schema.leaves().size()));
  }
  return Assembler(schema, leaves).assembleRows(rows);
}

}  // namespace parquet_flow::column
