// Text, bytes and decimals of any length.
#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/bytes.hpp"
#include "scan/part_search.hpp"
#include "scan/value_tests.hpp"

namespace parquet_flow::scan {
namespace {

using read::DenseValues;
using read::ValueTest;
using stats::Order;

struct ArrayValues {
  const DenseValues& values;
  [[nodiscard]] std::string_view operator[](std::size_t i) const noexcept {
    return {reinterpret_cast<const char*>(values.data) + values.offsets[i],
            values.offsets[i + 1] - values.offsets[i]};
  }
};

struct FixedValues {
  const DenseValues& values;
  std::size_t width;
  [[nodiscard]] std::string_view operator[](std::size_t i) const noexcept {
    return {reinterpret_cast<const char*>(values.data) + i * width, width};
  }
};

// isTrue(value) of each, as text.
template <class IsTrue>
class BytesTest final : public ValueTest {
 public:
  BytesTest(const schema::Leaf& leaf, IsTrue isTrue)
      : width_(schema::fixedWidth(leaf.type, leaf.typeLength)),
        isArray_(leaf.type == schema::PhysicalType::kByteArray),
        isTrue_(std::move(isTrue)) {}

  void test(const DenseValues& values, std::uint64_t* bits) override {
    if (isArray_) {
      const ArrayValues arrays{values};
      fillWords(values.count, bits, [&](std::size_t i) { return isTrue_(arrays[i]); });
    } else {
      const FixedValues fixed{values, width_};
      fillWords(values.count, bits, [&](std::size_t i) { return isTrue_(fixed[i]); });
    }
  }

 private:
  const std::size_t width_;
  const bool isArray_;
  const IsTrue isTrue_;
};

// Whether values begin with a text, or are it: its first eight bytes are compared at once, where so
// many can be read.
class PrefixTest final : public ValueTest {
 public:
  PrefixTest(std::string text, bool isWhole) : text_(std::move(text)), isWhole_(isWhole) {
    const std::size_t first = std::min(text_.size(), sizeof word_);
    std::memcpy(&word_, text_.data(), first);
    mask_ = first == 0 ? 0 : ~std::uint64_t{0} >> (64 - 8 * first);
  }

  void test(const DenseValues& values, std::uint64_t* bits) override {
    const std::uint32_t end = values.offsets[values.count];
    const ArrayValues arrays{values};
    fillWords(values.count, bits, [&](std::size_t i) {
      const std::string_view value = arrays[i];
      if (isWhole_ ? value.size() != text_.size() : value.size() < text_.size()) {
        return false;
      }
      if (end - values.offsets[i] < sizeof word_) {
        return value.starts_with(text_);
      }
      const auto word = loadLe<std::uint64_t>(value.data());
      return ((word ^ word_) & mask_) == 0 &&
             (text_.size() <= sizeof word_ || value.starts_with(text_));
    });
  }

 private:
  const std::string text_;
  const bool isWhole_;
  std::uint64_t word_ = 0;
  std::uint64_t mask_ = 0;
};

class PartTest final : public ValueTest {
 public:
  explicit PartTest(std::string part) : part_(std::move(part)) {}
  void test(const DenseValues& values, std::uint64_t* bits) override {
    if (values.count == 0) {
      return;
    }
    std::fill_n(bits, (values.count + 63) / 64, 0);
    findInValues(values.data, values.offsets, values.count, part_, bits);
  }

 private:
  const std::string part_;
};

template <class IsTrue>
std::unique_ptr<ValueTest> make(const schema::Leaf& leaf, IsTrue isTrue) {
  return std::make_unique<BytesTest<IsTrue>>(leaf, std::move(isTrue));
}

std::unique_ptr<ValueTest> makeText(const schema::Leaf& leaf, const Test& test) {
  const LikePattern& pattern = test.pattern;
  const bool isArray = leaf.type == schema::PhysicalType::kByteArray;
  if (isArray && pattern.isPlain()) {
    const std::string& text = pattern.pieces.front().text;
    if (pattern.isAnchoredAtStart) {
      return std::make_unique<PrefixTest>(text, pattern.isAnchoredAtEnd);
    }
    if (!pattern.isAnchoredAtEnd && !text.empty()) {
      return std::make_unique<PartTest>(text);
    }
  }
  return make(leaf, [&pattern](std::string_view value) { return matches(pattern, value); });
}

}  // namespace

std::unique_ptr<ValueTest> makeBytesTest(const schema::Leaf& leaf, const Test& test) {
  if (test.kind == TestKind::kText) {
    return makeText(leaf, test);
  }
  if (test.kind == TestKind::kSet) {
    return make(leaf, [&test](std::string_view value) {
      const auto place =
          std::lower_bound(test.values.begin(), test.values.end(), value,
                           [&](const std::string& each, std::string_view sought) {
                             return stats::compareValues(test.order, each, sought) < 0;
                           });
      return place != test.values.end() && stats::compareValues(test.order, *place, value) == 0;
    });
  }
  const bool isArray = leaf.type == schema::PhysicalType::kByteArray;
  if (isArray && test.order == Order::kBytes && isOneValue(test.order, test.range)) {
    return std::make_unique<PrefixTest>(test.range.least->value, true);
  }
  return make(leaf,
              [&test](std::string_view value) { return isIn(test.order, test.range, value); });
}

}  // namespace parquet_flow::scan
