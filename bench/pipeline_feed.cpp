#include "pipeline_feed.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace parquet_flow::bench {
namespace {

constexpr std::uint64_t kNullPercent = 10;
constexpr std::uint64_t kListMax = 10;

void require(pf_status_t status, const pf_error_t& error) {
  if (status != PF_STATUS_OK) throw std::runtime_error(error.message);
}

bool isOneColumn(FeedShape shape) {
  return shape != FeedShape::kSimple && shape != FeedShape::kComplex;
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15U + 1) {}
  std::uint64_t below(std::uint64_t bound) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return (state_ >> 11) % bound;
  }

 private:
  std::uint64_t state_;
};

}  // namespace

struct PipelineFeed::Leaf {
  pf_physical_type_t type = PF_PHYSICAL_INT64;
  std::vector<std::byte> values;
  std::vector<std::uint32_t> offsets;  // BYTE_ARRAY
  std::vector<std::uint8_t> definition;
  std::vector<std::uint8_t> repetition;
  // Before each row, and behind the last.
  std::vector<std::uint32_t> valuesAt;
  std::vector<std::uint32_t> entriesAt;

  [[nodiscard]] std::size_t width() const {
    switch (type) {
      case PF_PHYSICAL_BOOLEAN:
        return 1;
      case PF_PHYSICAL_INT32:
        return 4;
      default:
        return 8;
    }
  }
  void add(std::uint64_t number) {
    if (type == PF_PHYSICAL_BYTE_ARRAY) {
      const std::string text = "value " + std::to_string(number);
      const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
      values.insert(values.end(), bytes, bytes + text.size());
      offsets.push_back(static_cast<std::uint32_t>(values.size()));
      return;
    }
    const double real = static_cast<double>(number) / 100;
    const void* from = type == PF_PHYSICAL_DOUBLE ? static_cast<const void*>(&real) : &number;
    const auto* bytes = static_cast<const std::byte*>(from);
    values.insert(values.end(), bytes, bytes + width());
  }
};

PipelineFeed::PipelineFeed(FeedShape shape, std::uint32_t columns, std::uint64_t rows,
                           std::uint64_t batchRows)
    : rows_(isOneColumn(shape) ? rows : std::min(rows, kCellRowsMade)) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  require(pf_schema_create(&schema_, &error), error);
  for (std::uint32_t column = 0; column < columns; ++column) addColumn(shape, column);
  cut(batchRows);
  arrowBytesPerRow_ /= static_cast<double>(rows_);
}

PipelineFeed::~PipelineFeed() { pf_schema_destroy(schema_); }

void PipelineFeed::addColumn(FeedShape shape, std::uint32_t column) {
  const std::string name = "c" + std::to_string(column);
  if (shape == FeedShape::kSimple) {
    const bool isText = column % 2 == 1;
    addLeaf(PF_SCHEMA_ROOT, name.c_str(), isText ? PF_PHYSICAL_BYTE_ARRAY : PF_PHYSICAL_INT64,
            Nesting::kRequired, isText ? 5 : 100, isText);
    return;
  }
  if (isOneColumn(shape)) {
    const auto type = shape == FeedShape::kInt64    ? PF_PHYSICAL_INT64
                      : shape == FeedShape::kDouble ? PF_PHYSICAL_DOUBLE
                                                    : PF_PHYSICAL_BYTE_ARRAY;
    addLeaf(PF_SCHEMA_ROOT, name.c_str(), type, Nesting::kRequired, 1U << 30,
            shape == FeedShape::kString);
    return;
  }
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  std::uint32_t node = PF_SCHEMA_ROOT;
  switch (column % 6) {
    case 0:
      addLeaf(node, name.c_str(), PF_PHYSICAL_INT64, Nesting::kRequired, 1U << 30, false);
      break;
    case 1:
      addLeaf(node, name.c_str(), PF_PHYSICAL_BYTE_ARRAY, Nesting::kOptional, 1U << 20, true);
      break;
    case 2:
    case 3: {
      const bool isText = column % 6 == 3;
      require(pf_schema_add_list(schema_, node, name.c_str(), PF_REPETITION_OPTIONAL, -1, &node,
                                 &error),
              error);
      addLeaf(node, "element", isText ? PF_PHYSICAL_BYTE_ARRAY : PF_PHYSICAL_INT32, Nesting::kList,
              isText ? 1000 : 1U << 20, isText);
      break;
    }
    case 4:
      require(pf_schema_add_group(schema_, node, name.c_str(), PF_REPETITION_REQUIRED, -1, &node,
                                  &error),
              error);
      addLeaf(node, "number", PF_PHYSICAL_INT64, Nesting::kRequired, 1U << 30, false);
      addLeaf(node, "text", PF_PHYSICAL_BYTE_ARRAY, Nesting::kRequired, 1U << 20, true);
      addLeaf(node, "real", PF_PHYSICAL_DOUBLE, Nesting::kRequired, 1U << 20, false);
      break;
    default:
      addLeaf(node, name.c_str(), PF_PHYSICAL_BOOLEAN, Nesting::kRequired, 2, false);
  }
}

void PipelineFeed::addLeaf(std::uint32_t parent, const char* name, pf_physical_type_t type,
                           Nesting nesting, std::uint32_t distinct, bool isText) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  const auto repetition =
      nesting == Nesting::kOptional ? PF_REPETITION_OPTIONAL : PF_REPETITION_REQUIRED;
  require(
      pf_schema_add_leaf(schema_, parent, name, type, repetition, 0,
                         isText ? PF_LOGICAL_STRING : PF_LOGICAL_NONE, 0, 0, -1, nullptr, &error),
      error);
  auto leaf = std::make_unique<Leaf>();
  leaf->type = type;
  fill(*leaf, nesting, distinct, leaves_.size() + 1);
  arrowBytesPerRow_ += static_cast<double>(
      (type == PF_PHYSICAL_BOOLEAN ? leaf->values.size() / 8 : leaf->values.size()) +
      leaf->offsets.size() * sizeof(std::uint32_t) +
      (nesting == Nesting::kRequired ? 0 : rows_ / 8) +
      (nesting == Nesting::kList ? rows_ * sizeof(std::uint32_t) : 0));
  leaves_.push_back(std::move(leaf));
}

void PipelineFeed::fill(Leaf& leaf, Nesting nesting, std::uint32_t distinct, std::uint64_t seed) {
  Random random(seed);
  if (leaf.type == PF_PHYSICAL_BYTE_ARRAY) leaf.offsets.push_back(0);
  std::uint32_t valueCount = 0;
  std::uint32_t entries = 0;
  for (std::uint64_t row = 0; row < rows_; ++row) {
    leaf.valuesAt.push_back(valueCount);
    leaf.entriesAt.push_back(entries);
    const bool isNull = nesting != Nesting::kRequired && random.below(100) < kNullPercent;
    const std::uint64_t elements = nesting == Nesting::kList ? 1 + random.below(kListMax) : 1;
    for (std::uint64_t i = 0; i < (isNull ? 1 : elements); ++i) {
      const int defined = nesting == Nesting::kList ? 2 : 1;
      if (nesting != Nesting::kRequired) {
        leaf.definition.push_back(static_cast<std::uint8_t>(isNull ? 0 : defined));
      }
      if (nesting == Nesting::kList) leaf.repetition.push_back(i == 0 ? 0 : 1);
      ++entries;
      if (isNull) continue;
      leaf.add(random.below(distinct));
      ++valueCount;
    }
  }
  leaf.valuesAt.push_back(valueCount);
  leaf.entriesAt.push_back(entries);
}

void PipelineFeed::cut(std::uint64_t batchRows) {
  for (std::uint64_t first = 0; first < rows_; first += batchRows) {
    auto& batch = batches_.emplace_back();
    for (const auto& leaf : leaves_) {
      const std::uint64_t end = std::min(first + batchRows, rows_);
      const std::size_t value = leaf->valuesAt[first];
      const std::size_t valueCount = leaf->valuesAt[end] - value;
      const std::size_t entry = leaf->entriesAt[first];
      const std::size_t entryCount = leaf->entriesAt[end] - entry;
      pf_column_input_with_levels_t& column = batch.emplace_back();
      column = {};
      if (leaf->type == PF_PHYSICAL_BYTE_ARRAY) {
        column.values = leaf->values.data();
        column.values_len = leaf->offsets[value + valueCount];
        column.offsets = leaf->offsets.data() + value;
        column.offsets_len = valueCount + 1;
      } else {
        column.values = leaf->values.data() + value * leaf->width();
        column.values_len = valueCount;
      }
      if (!leaf->definition.empty()) {
        column.definition_levels = leaf->definition.data() + entry;
        column.definition_levels_len = entryCount;
      }
      if (!leaf->repetition.empty()) {
        column.repetition_levels = leaf->repetition.data() + entry;
        column.repetition_levels_len = entryCount;
      }
    }
  }
}

}  // namespace parquet_flow::bench
