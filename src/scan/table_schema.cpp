#include "scan/table_schema.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "scan/point.hpp"
#include "schema/same_column.hpp"

namespace parquet_flow::scan {
namespace {

using schema::Leaf;
using schema::LogicalKind;
using schema::Node;
using schema::NodeKind;
using schema::Repetition;
using schema::Schema;

// With what typeText leaves out: where two texts of it are the same and the types are not.
std::string wholeTypeText(const Leaf& leaf) {
  constexpr const char* kUnits[] = {"MILLIS", "MICROS", "NANOS"};
  std::string text = typeText(leaf);
  const bool isTime =
      leaf.logical.kind == LogicalKind::kTime || leaf.logical.kind == LogicalKind::kTimestamp;
  if (isTime) {
    text.append("(").append(kUnits[leaf.logical.a]);
    text += leaf.logical.b != 0 ? ", UTC)" : ", local)";
  }
  if (leaf.logical.kind != LogicalKind::kNone) {
    text.append(" of ").append(schema::physicalTypeName(leaf.type));
  }
  if (leaf.type == schema::PhysicalType::kFixedLenByteArray) {
    text += "(" + std::to_string(leaf.typeLength) + ")";
  }
  return text;
}

class Matcher {
 public:
  Matcher(const read::FileReader& first, const read::FileReader& file)
      : first_(first), file_(file), expected_(first.schema()), found_(file.schema()) {}

  Result<std::vector<std::uint32_t>> run() {
    const auto& columns = expected_.nodes()[schema::kRoot].children;
    std::vector<std::uint32_t> leaves;
    std::vector<bool> isTaken(found_.nodes().size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      PF_TRY_ASSIGN(const std::uint32_t column, find(columns[i], i));
      PF_TRY(compare(columns[i], column));
      if (isTaken[column]) {
        return disagree("column '" + found_.nodes()[column].name + "' is there once, and twice " +
                        inFirst());
      }
      isTaken[column] = true;
      const schema::LeafRange range = schema::leavesUnder(found_, column);
      for (std::uint32_t leaf = 0; leaf < range.count; ++leaf) {
        leaves.push_back(range.first + leaf);
      }
    }
    for (const std::uint32_t column : found_.nodes()[schema::kRoot].children) {
      if (!isTaken[column]) {
        return disagree("it has a column '" + found_.nodes()[column].name + "', which " +
                        std::string(first_.file()->name()) + " has not");
      }
    }
    return leaves;
  }

 private:
  tl::unexpected<Error> disagree(const std::string& sentence) const {
    return fail(ErrorCode::kInvalidArgument, std::string(file_.file()->name()) + ": " + sentence);
  }
  [[nodiscard]] std::string inFirst() const { return "in " + std::string(first_.file()->name()); }
  tl::unexpected<Error> isInOtherGroups(const std::string& path) const {
    return disagree("column '" + path + "' is in other groups than " + inFirst() +
                    ": they can be null or repeat elsewhere, or are lists or maps");
  }

  // The column of that name: the one in the same place where it is there more than once.
  Result<std::uint32_t> find(std::uint32_t column, std::size_t at) const {
    const std::string& name = expected_.nodes()[column].name;
    const auto& all = found_.nodes()[schema::kRoot].children;
    if (at < all.size() && found_.nodes()[all[at]].name == name) {
      return all[at];
    }
    std::uint32_t only = schema::kRoot;
    for (const std::uint32_t each : all) {
      if (found_.nodes()[each].name != name) {
        continue;
      }
      if (only != schema::kRoot) {
        return disagree("column '" + name + "' is there twice, and not where it is " + inFirst());
      }
      only = each;
    }
    if (only != schema::kRoot) {
      return only;
    }
    const schema::LeafRange range = schema::leavesUnder(expected_, column);
    const std::string& path = range.count == 0 ? name : expected_.leaves()[range.first].dottedPath;
    // A name may have a point of its own.
    if (found_.findLeaf(path) != nullptr) {
      return isInOtherGroups(path);
    }
    return disagree("it has no column '" + name + "', as " + std::string(first_.file()->name()) +
                    " has");
  }

  Result<void> compare(std::uint32_t wanted, std::uint32_t column) const {
    if (schema::isSameColumn(expected_, wanted, found_, column)) {
      return {};
    }
    const Node& there = expected_.nodes()[wanted];
    const Node& here = found_.nodes()[column];
    const bool areFlat = there.kind == NodeKind::kLeaf && here.kind == NodeKind::kLeaf;
    const schema::LeafRange of = schema::leavesUnder(expected_, wanted);
    const schema::LeafRange in = schema::leavesUnder(found_, column);
    for (std::uint32_t i = 0; i < std::min(of.count, in.count); ++i) {
      const Leaf& a = expected_.leaves()[of.first + i];
      const Leaf& b = found_.leaves()[in.first + i];
      if (a.dottedPath == b.dottedPath && !schema::isSameType(a, b)) {
        const bool isShort = typeText(a) != typeText(b);
        return disagree("column '" + b.dottedPath + "' is " +
                        (isShort ? typeText(b) : wholeTypeText(b)) + ", " + inFirst() + " " +
                        (isShort ? typeText(a) : wholeTypeText(a)));
      }
    }
    if (!areFlat) {
      return compareGroups(there, of, in);
    }
    if (there.repetition == Repetition::kOptional && here.repetition == Repetition::kRequired) {
      return {};  // it has no nulls
    }
    return disagree(
        "column '" + here.name + "' " +
        (here.repetition == Repetition::kRepeated    ? "repeats, and does not "
         : there.repetition == Repetition::kRepeated ? "does not repeat, and does "
                                                     : "can be null, and cannot ") +
        inFirst() +
        (here.repetition == Repetition::kOptional && there.repetition == Repetition::kRequired
             ? ": name a file first in which it can"
             : ""));
  }

  tl::unexpected<Error> compareGroups(const Node& there, schema::LeafRange of,
                                      schema::LeafRange in) const {
    const auto leaves = found_.leaves().subspan(in.first, in.count);
    for (const Leaf& leaf : expected_.leaves().subspan(of.first, of.count)) {
      const auto same = std::ranges::find(leaves, leaf.dottedPath, &Leaf::dottedPath);
      if (same == leaves.end() && in.count < of.count) {
        return disagree("it has no column '" + leaf.dottedPath + "', as " +
                        std::string(first_.file()->name()) + " has");
      }
    }
    return isInOtherGroups(in.count == 0 ? there.name : leaves.front().dottedPath);
  }

  const read::FileReader& first_;
  const read::FileReader& file_;
  const Schema& expected_;
  const Schema& found_;
};

}  // namespace

Result<std::vector<std::uint32_t>> leavesIn(const read::FileReader& first,
                                            const read::FileReader& file) {
  return Matcher(first, file).run();
}

}  // namespace parquet_flow::scan
