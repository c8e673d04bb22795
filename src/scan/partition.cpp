#include "scan/partition.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "scan/append_values.hpp"
#include "scan/bound_predicate.hpp"
#include "scan/time_text.hpp"
#include "stats/order.hpp"

namespace parquet_flow::scan {
namespace {

using schema::LogicalKind;
using schema::LogicalType;
using schema::PhysicalType;

constexpr std::string_view kHiveNull = "__HIVE_DEFAULT_PARTITION__";

int hexDigit(char digit) noexcept {
  return digit >= '0' && digit <= '9'   ? digit - '0'
         : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
         : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                        : -1;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
    const int low = high >= 0 ? hexDigit(text[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::optional<std::int64_t> wholeOf(std::string_view text) noexcept {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // "007" is a name: as a number it would be another.
  const bool isPlain = text == "0" || (!text.empty() && text[0] != '0' && !text.starts_with("-0"));
  return error == std::errc() && end == text.data() + text.size() && isPlain ? std::optional(value)
                                                                             : std::nullopt;
}

template <class T>
std::string plainOf(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// Whether a test is true of a value; nullptr: null. Partitions have no floating point.
bool holds(const Test& test, const std::string* value) {
  if (test.kind == TestKind::kNull) {
    return (value == nullptr) != test.isNegated;
  }
  if (value == nullptr) {
    return false;
  }
  bool is = false;
  if (test.kind == TestKind::kRange) {
    is = isIn(test.order, test.range, *value);
  } else if (test.kind == TestKind::kSet) {
    is = std::any_of(test.values.begin(), test.values.end(), [&](const std::string& one) {
      return stats::compareValues(test.order, one, *value) == 0;
    });
  } else {
    is = matches(test.pattern, *value);
  }
  return is != test.isNegated;
}

}  // namespace

std::vector<PartitionValue> partitionsOf(std::string_view path) {
  std::vector<PartitionValue> all;
  for (;;) {
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) {
      return all;
    }
    const std::string_view directory = path.substr(0, slash);
    path.remove_prefix(slash + 1);
    const std::size_t equals = directory.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      continue;
    }
    const std::string_view value = directory.substr(equals + 1);
    all.push_back({unescaped(directory.substr(0, equals)), unescaped(value), value == kHiveNull});
  }
}

Result<Partitions> Partitions::create(std::span<const std::vector<PartitionValue>> files,
                                      std::span<const std::string> names) {
  Partitions made;
  const std::size_t count = files.empty() ? 0 : files[0].size();
  for (std::size_t i = 0; i < files.size(); ++i) {
    const bool isSame = std::equal(
        files[i].begin(), files[i].end(), files[0].begin(), files[0].end(),
        [](const PartitionValue& a, const PartitionValue& b) { return a.column == b.column; });
    if (!isSame) {
      return fail(ErrorCode::kInvalidArgument,
                  names[i] + ": its directories name other columns than those of " + names[0]);
    }
  }
  made.values_.resize(files.size() * count);
  for (std::size_t column = 0; column < count; ++column) {
    const auto all = [&](const auto& is) {
      return std::all_of(files.begin(), files.end(), [&](const std::vector<PartitionValue>& file) {
        return file[column].isNull || is(file[column].value);
      });
    };
    const bool isWhole = all([](const std::string& text) { return wholeOf(text).has_value(); });
    const bool isDate = !isWhole && all([](const std::string& text) {
      return text.size() == 10 && parseDate(text).has_value();
    });
    const PhysicalType type = isWhole  ? PhysicalType::kInt64
                              : isDate ? PhysicalType::kInt32
                                       : PhysicalType::kByteArray;
    const LogicalKind kind = isWhole  ? LogicalKind::kNone
                             : isDate ? LogicalKind::kDate
                                      : LogicalKind::kString;
    PF_TRY(made.schema_.addLeaf(schema::kRoot, files[0][column].column, type,
                                schema::Repetition::kOptional, 0, LogicalType{kind}));
    for (std::size_t file = 0; file < files.size(); ++file) {
      const PartitionValue& from = files[file][column];
      Value& to = made.values_[file * count + column];
      to.isNull = from.isNull;
      if (!to.isNull) {
        to.plain = isWhole  ? plainOf(*wholeOf(from.value))
                   : isDate ? plainOf(static_cast<std::int32_t>(*parseDate(from.value)))
                            : from.value;
      }
    }
  }
  return made;
}

Result<bool> Partitions::isTrue(const Predicate& predicate, std::size_t file) const {
  PF_TRY_ASSIGN(const BoundPredicate bound, bind(schema_, predicate));
  const auto nodeHolds = [&](const auto& self, const BoundNode& node) -> bool {
    const auto childHolds = [&](const BoundNode& child) { return self(self, child); };
    switch (node.kind) {
      case NodeKind::kTrue:
        return true;
      case NodeKind::kFalse:
        return false;
      case NodeKind::kAnd:
        return std::all_of(node.children.begin(), node.children.end(), childHolds);
      case NodeKind::kOr:
        return std::any_of(node.children.begin(), node.children.end(), childHolds);
      case NodeKind::kTest:
        break;
    }
    const Test& test = bound.tests[node.test];
    const Value& value = valueOf(file, test.leaf);
    return holds(test, value.isNull ? nullptr : &value.plain);
  };
  return nodeHolds(nodeHolds, bound.root);
}

Result<Predicate> Partitions::answered(const Predicate& predicate, std::size_t file) const {
  if (!predicate.column.empty()) {
    if (schema_.findLeaf(predicate.column) == nullptr) {
      return predicate;
    }
    PF_TRY_ASSIGN(const bool isIt, isTrue(predicate, file));
    PF_TRY_ASSIGN(const bool isNot, isTrue(negationOf(predicate), file));
    return constant(isIt ? Truth::kTrue : isNot ? Truth::kFalse : Truth::kUnknown);
  }
  Predicate out = predicate;
  for (Predicate& child : out.children) {
    PF_TRY_ASSIGN(child, answered(child, file));
  }
  return out;
}

Result<void> Partitions::fill(std::size_t file, std::size_t column, std::uint64_t rows,
                              read::ColumnVector& out) const {
  const schema::Leaf& leaf = schema_.leaves()[column];
  const Value& value = valueOf(file, column);
  out.clear();
  for (std::uint64_t row = 0; row < rows; ++row) {
    PF_TRY(value.isNull ? appendNull(leaf, out) : appendValue(leaf, constBytes(value.plain), out));
  }
  return {};
}

}  // namespace parquet_flow::scan
