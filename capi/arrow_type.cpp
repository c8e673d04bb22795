#include "arrow_type.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "base/bytes.hpp"
#include "base/utf8.hpp"
#include "boundary.hpp"

namespace parquet_flow::capi {
namespace {

constexpr int kDepthMax = 64;
constexpr std::int32_t kMetadataPairsMax = 1 << 20;
constexpr std::int64_t kKnownFlags =
    ARROW_FLAG_DICTIONARY_ORDERED | ARROW_FLAG_NULLABLE | ARROW_FLAG_MAP_KEYS_SORTED;

struct KindFormat {
  std::string_view format;
  ArrowKind kind;
  ArrowUnit unit = ArrowUnit::kSecond;
};

constexpr KindFormat kFormats[] = {
    {"n", ArrowKind::kNull},
    {"b", ArrowKind::kBool},
    {"c", ArrowKind::kInt8},
    {"C", ArrowKind::kUint8},
    {"s", ArrowKind::kInt16},
    {"S", ArrowKind::kUint16},
    {"i", ArrowKind::kInt32},
    {"I", ArrowKind::kUint32},
    {"l", ArrowKind::kInt64},
    {"L", ArrowKind::kUint64},
    {"e", ArrowKind::kHalf},
    {"f", ArrowKind::kFloat},
    {"g", ArrowKind::kDouble},
    {"u", ArrowKind::kUtf8},
    {"U", ArrowKind::kLargeUtf8},
    {"vu", ArrowKind::kUtf8View},
    {"z", ArrowKind::kBinary},
    {"Z", ArrowKind::kLargeBinary},
    {"vz", ArrowKind::kBinaryView},
    {"tdD", ArrowKind::kDate32},
    {"tdm", ArrowKind::kDate64},
    {"tts", ArrowKind::kTime32, ArrowUnit::kSecond},
    {"ttm", ArrowKind::kTime32, ArrowUnit::kMilli},
    {"ttu", ArrowKind::kTime64, ArrowUnit::kMicro},
    {"ttn", ArrowKind::kTime64, ArrowUnit::kNano},
    {"tDs", ArrowKind::kDuration, ArrowUnit::kSecond},
    {"tDm", ArrowKind::kDuration, ArrowUnit::kMilli},
    {"tDu", ArrowKind::kDuration, ArrowUnit::kMicro},
    {"tDn", ArrowKind::kDuration, ArrowUnit::kNano},
    {"tiM", ArrowKind::kMonths},
    {"tiD", ArrowKind::kDayTime},
    {"tin", ArrowKind::kMonthDayNano},
    {"+l", ArrowKind::kList},
    {"+L", ArrowKind::kLargeList},
    {"+vl", ArrowKind::kListView},
    {"+vL", ArrowKind::kLargeListView},
    {"+s", ArrowKind::kStruct},
    {"+m", ArrowKind::kMap},
    {"+r", ArrowKind::kRunEnd},
};

constexpr KindFormat kTimestamps[] = {
    {"tss:", ArrowKind::kTimestamp, ArrowUnit::kSecond},
    {"tsm:", ArrowKind::kTimestamp, ArrowUnit::kMilli},
    {"tsu:", ArrowKind::kTimestamp, ArrowUnit::kMicro},
    {"tsn:", ArrowKind::kTimestamp, ArrowUnit::kNano},
};

// Decimal numbers with commas between them: all of `text`, as many as there are.
std::optional<std::vector<std::int32_t>> parseNumbers(std::string_view text) {
  std::vector<std::int32_t> numbers;
  for (const char* at = text.data();;) {
    std::int32_t number = 0;
    const auto [end, error] = std::from_chars(at, text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    numbers.push_back(number);
    if (end == text.data() + text.size()) return numbers;
    if (*end != ',') return std::nullopt;
    at = end + 1;
  }
}

template <class... Parts>
tl::unexpected<Error> invalidField(const ArrowField& field, Parts&&... parts) {
  return invalid(field.path.empty() ? std::string("the Arrow schema") : "column " + field.path,
                 ": ", std::forward<Parts>(parts)...);
}

tl::unexpected<Error> unsupportedField(const ArrowField& field, std::string_view what) {
  return fail(ErrorCode::kUnsupported, "column " + field.path + ": " + std::string(what));
}

// "d:precision,scale" or "d:precision,scale,bits"
Result<void> readDecimal(std::string_view parameters, ArrowField& field) {
  const auto numbers = parseNumbers(parameters);
  if (!numbers || numbers->size() < 2 || numbers->size() > 3) {
    return invalidField(field, "the format d:", parameters, " is not one of a decimal");
  }
  field.kind = ArrowKind::kDecimal;
  field.precision = (*numbers)[0];
  field.scale = (*numbers)[1];
  field.bits = numbers->size() == 3 ? (*numbers)[2] : 128;
  constexpr std::array<std::pair<std::int32_t, std::int32_t>, 4> kDigits = {
      {{32, 9}, {64, 18}, {128, 38}, {256, 76}}};
  for (const auto& [bits, digits] : kDigits) {
    if (bits != field.bits) continue;
    if (field.precision >= 1 && field.precision <= digits) return {};
    return invalidField(field, "a decimal of ", bits, " bits has 1 .. ", digits, " digits, not ",
                        field.precision);
  }
  return invalidField(field, "a decimal has 32, 64, 128 or 256 bits, not ", field.bits);
}

Result<void> readSize(std::string_view parameters, ArrowKind kind, ArrowField& field) {
  const auto numbers = parseNumbers(parameters);
  if (!numbers || numbers->size() != 1 || numbers->front() < 0) {
    return invalidField(field, "the size ", parameters, " is no number that is at least 0");
  }
  field.kind = kind;
  field.size = numbers->front();
  return {};
}

Result<void> readFormat(std::string_view format, ArrowField& field) {
  for (const KindFormat& known : kFormats) {
    if (format != known.format) continue;
    field.kind = known.kind;
    field.unit = known.unit;
    return {};
  }
  for (const KindFormat& known : kTimestamps) {
    if (!format.starts_with(known.format)) continue;
    field.kind = known.kind;
    field.unit = known.unit;
    field.timezone = format.substr(known.format.size());
    return isUtf8(field.timezone) ? Result<void>{}
                                  : invalidField(field, "the time zone is not UTF-8");
  }
  if (format.starts_with("d:")) return readDecimal(format.substr(2), field);
  if (format.starts_with("w:")) return readSize(format.substr(2), ArrowKind::kFixedBinary, field);
  if (format.starts_with("+w:")) return readSize(format.substr(3), ArrowKind::kFixedList, field);
  if (format.starts_with("+ud:") || format.starts_with("+us:")) {
    return unsupportedField(field, "a union, which Parquet does not have");
  }
  return unsupportedField(field, "the format \"" + std::string(format) + "\" is not known");
}

// Pairs of keys and values, each behind its length, behind the number of pairs; native integers.
Result<void> readMetadata(const char* metadata, ArrowField& field) {
  if (metadata == nullptr) return {};
  const auto number = [&] {
    const auto value = loadLe<std::int32_t>(metadata);
    metadata += sizeof value;
    return value;
  };
  const std::int32_t pairs = number();
  if (pairs < 0 || pairs > kMetadataPairsMax) {
    return invalidField(field, "metadata of ", pairs, " pairs");
  }
  for (std::int32_t i = 0; i < pairs; ++i) {
    std::string texts[2];
    for (std::string& text : texts) {
      const std::int32_t bytes = number();
      if (bytes < 0)
        return invalidField(field, "a key or value of the metadata of ", bytes, " bytes");
      text.assign(metadata, static_cast<std::size_t>(bytes));
      metadata += bytes;
    }
    field.metadata.emplace_back(std::move(texts[0]), std::move(texts[1]));
  }
  return {};
}

std::int64_t childCountOf(ArrowKind kind) noexcept {
  if (isListKind(kind) || kind == ArrowKind::kMap) return 1;
  return kind == ArrowKind::kRunEnd ? 2 : 0;
}

Result<ArrowField> readField(const ArrowSchema* schema, const std::string& parent, int depth);

Result<void> readChildren(const ArrowSchema& schema, ArrowField& field, int depth) {
  if (schema.n_children < 0) return invalidField(field, schema.n_children, " children");
  if (field.kind != ArrowKind::kStruct && schema.n_children != childCountOf(field.kind)) {
    return invalidField(field, "a ", arrowKindName(field.kind), " has ", childCountOf(field.kind),
                        " children, not ", schema.n_children);
  }
  if (schema.n_children > 0 && schema.children == nullptr) {
    return invalidField(field, "children is NULL");
  }
  field.children.reserve(static_cast<std::size_t>(std::min<std::int64_t>(schema.n_children, 1024)));
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    PF_TRY_ASSIGN(auto child, readField(schema.children[i], field.path, depth + 1));
    field.children.push_back(std::move(child));
  }
  if (field.kind == ArrowKind::kMap) {
    const ArrowField& entries = field.children.front();
    if (entries.kind != ArrowKind::kStruct || entries.children.size() != 2) {
      return invalidField(field, "the child of a map is no struct of key and value");
    }
  }
  if (field.kind == ArrowKind::kRunEnd) {
    const ArrowKind ends = field.children[0].kind;
    if (ends != ArrowKind::kInt16 && ends != ArrowKind::kInt32 && ends != ArrowKind::kInt64) {
      return invalidField(field, "run ends of ", arrowKindName(ends));
    }
  }
  return {};
}

Result<void> readDictionary(const ArrowSchema& schema, ArrowField& field, int depth) {
  if (schema.dictionary == nullptr) return {};
  if (field.kind < ArrowKind::kInt8 || field.kind > ArrowKind::kUint64) {
    return invalidField(field, "indices into a dictionary of ", arrowKindName(field.kind));
  }
  PF_TRY_ASSIGN(auto values, readField(schema.dictionary, {}, depth + 1));
  values.path = field.path;
  if (isNested(values.kind) || values.kind == ArrowKind::kRunEnd || values.dictionary != nullptr) {
    return unsupportedField(field, "a dictionary of a nested, dictionary or run-end type");
  }
  field.isOrdered = (schema.flags & ARROW_FLAG_DICTIONARY_ORDERED) != 0;
  field.dictionary = std::make_shared<const ArrowField>(std::move(values));
  return {};
}

Result<ArrowField> readField(const ArrowSchema* schema, const std::string& parent, int depth) {
  ArrowField field;
  field.path = parent;
  if (schema == nullptr) return invalidField(field, "a child of it is NULL");
  field.name = schema->name == nullptr ? "" : schema->name;
  if (depth > 0) field.path += parent.empty() ? field.name : "." + field.name;
  if (depth > kDepthMax) {
    return fail(ErrorCode::kLimit,
                "column " + field.path + ": more than " + std::to_string(kDepthMax) + " levels");
  }
  if (schema->release == nullptr) return invalidField(field, "the Arrow schema has been released");
  if (schema->format == nullptr) return invalidField(field, "format is NULL");
  if (!isUtf8(field.name)) return invalidField(field, "the name is not UTF-8");
  if ((schema->flags & ~kKnownFlags) != 0) return invalidField(field, "flags ", schema->flags);
  field.isNullable = (schema->flags & ARROW_FLAG_NULLABLE) != 0;
  field.keysSorted = (schema->flags & ARROW_FLAG_MAP_KEYS_SORTED) != 0;
  PF_TRY(readFormat(schema->format, field));
  PF_TRY(readMetadata(schema->metadata, field));
  PF_TRY(readChildren(*schema, field, depth));
  PF_TRY(readDictionary(*schema, field, depth));
  return field;
}

}  // namespace

const std::string* ArrowField::findMetadata(std::string_view key) const noexcept {
  const auto found = std::find_if(metadata.begin(), metadata.end(),
                                  [&](const auto& pair) { return pair.first == key; });
  return found == metadata.end() ? nullptr : &found->second;
}

const ArrowField& ArrowField::valueField() const noexcept {
  const ArrowField* field = this;
  while (field->kind == ArrowKind::kRunEnd) field = &field->children[1];  // runs of runs too
  return field->dictionary != nullptr ? *field->dictionary : *field;
}

bool isListKind(ArrowKind kind) noexcept {
  return kind >= ArrowKind::kList && kind <= ArrowKind::kFixedList;
}

bool isNested(ArrowKind kind) noexcept {
  return isListKind(kind) || kind == ArrowKind::kStruct || kind == ArrowKind::kMap;
}

bool hasNestedRuns(const ArrowField& field) noexcept {
  return field.kind == ArrowKind::kRunEnd && isNested(field.valueField().kind);
}

const char* arrowKindName(ArrowKind kind) noexcept {
  constexpr const char* kNames[] = {"null",
                                    "bool",
                                    "int8",
                                    "uint8",
                                    "int16",
                                    "uint16",
                                    "int32",
                                    "uint32",
                                    "int64",
                                    "uint64",
                                    "half float",
                                    "float",
                                    "double",
                                    "utf8",
                                    "large utf8",
                                    "utf8 view",
                                    "binary",
                                    "large binary",
                                    "binary view",
                                    "fixed-size binary",
                                    "decimal",
                                    "date32",
                                    "date64",
                                    "time32",
                                    "time64",
                                    "timestamp",
                                    "duration",
                                    "month interval",
                                    "day-time interval",
                                    "month-day-nano interval",
                                    "list",
                                    "large list",
                                    "list view",
                                    "large list view",
                                    "fixed-size list",
                                    "struct",
                                    "map",
                                    "run-end encoded type"};
  static_assert(std::size(kNames) == static_cast<std::size_t>(ArrowKind::kRunEnd) + 1);
  return kNames[static_cast<std::size_t>(kind)];
}

std::string arrowFormat(const ArrowField& field) {
  switch (field.kind) {
    case ArrowKind::kDecimal: {
      const std::string digits =
          "d:" + std::to_string(field.precision) + "," + std::to_string(field.scale);
      return field.bits == 128 ? digits : digits + "," + std::to_string(field.bits);
    }
    case ArrowKind::kFixedBinary:
      return "w:" + std::to_string(field.size);
    case ArrowKind::kFixedList:
      return "+w:" + std::to_string(field.size);
    case ArrowKind::kTimestamp:
      return std::string(kTimestamps[static_cast<std::size_t>(field.unit)].format) + field.timezone;
    default:
      break;
  }
  const bool hasUnit = field.kind == ArrowKind::kTime32 || field.kind == ArrowKind::kTime64 ||
                       field.kind == ArrowKind::kDuration;
  for (const KindFormat& known : kFormats) {
    if (known.kind == field.kind && (!hasUnit || known.unit == field.unit)) {
      return std::string(known.format);
    }
  }
  return {};
}

Result<ArrowField> readArrowSchema(const ArrowSchema* schema) {
  PF_TRY(requirePointer(schema, "schema"));
  PF_TRY_ASSIGN(ArrowField root, readField(schema, {}, 0));
  if (root.kind != ArrowKind::kStruct || root.dictionary != nullptr) {
    return invalid("the Arrow schema is a ", arrowKindName(root.kind),
                   ", not a struct of columns (format \"+s\")");
  }
  return root;
}

}  // namespace parquet_flow::capi
