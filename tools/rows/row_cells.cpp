#include "rows/row_cells.hpp"

#include "base/json_string.hpp"

namespace parquet_flow::rows {

using read::RowField;
using read::ShapeKind;

// A read::RowVisitor. Numbers of children: 0, 1, ...; of maps key 0, value 0, key 1, ...
struct RowCells::Printer {
  const RowCells& cells;
  const TextForm form;
  std::string& out;
  std::uint32_t depth = 0;
  bool isThere = true;  // of the column's own value

  void onNull(std::uint32_t) {
    if (depth == 0) {
      isThere = false;
    } else {
      out.append("null");
    }
  }
  void onLeaf(std::uint32_t field, ConstBytes value) {
    cells.forms_[field].text->append(value, depth == 0 ? form : TextForm::kJson, out);
  }
  void onBegin(std::uint32_t field) {
    ++depth;
    out.push_back(kindOf(field) == ShapeKind::kStruct ? '{' : '[');
  }
  Result<void> onChild(std::uint32_t field, std::uint64_t number) {
    const bool isMap = kindOf(field) == ShapeKind::kMap;
    const bool isKey = isMap && number % 2 == 0;
    out.append(number == 0 ? "" : isKey ? "}," : ",");
    out.append(isKey ? "{" : "");
    if (kindOf(field) != ShapeKind::kList) {
      const std::uint32_t child =
          static_cast<std::uint32_t>(isMap ? number % 2 : number) + fieldAt(field).firstChild;
      out.append(cells.forms_[child].key);
    }
    return {};
  }
  void onEnd(std::uint32_t field, std::uint64_t count) {
    --depth;
    out.append(kindOf(field) == ShapeKind::kStruct              ? "}"
               : kindOf(field) == ShapeKind::kMap && count != 0 ? "}]"
                                                                : "]");
  }

 private:
  [[nodiscard]] const RowField& fieldAt(std::uint32_t field) const noexcept {
    return cells.walker_.fields()[field];
  }
  [[nodiscard]] ShapeKind kindOf(std::uint32_t field) const noexcept { return fieldAt(field).kind; }
};

RowCells::RowCells(const schema::Schema& schema, const read::Shape& shape,
                   std::span<const std::uint32_t> leaves)
    : walker_(schema, shape, leaves), forms_(walker_.fields().size()) {
  const std::span<const RowField> fields = walker_.fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const RowField& field = fields[i];
    if (field.kind == ShapeKind::kLeaf) {
      forms_[i].text.emplace(walker_.leaf(field));
    }
    for (std::uint32_t child = 0; child < field.childCount; ++child) {
      std::string& key = forms_[field.firstChild + child].key;
      if (field.kind == ShapeKind::kMap) {
        key = child == 0 ? "\"key\":" : "\"value\":";
      } else {
        appendJsonString(fields[field.firstChild + child].name, key);
        key.push_back(':');
      }
    }
  }
}

Result<bool> RowCells::append(std::size_t column, TextForm form, std::string& out) {
  Printer printer{*this, form, out};
  PF_TRY(walker_.walk(fieldOf(column), printer));
  return printer.isThere;
}

}  // namespace parquet_flow::rows
