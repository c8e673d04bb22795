#include "scan/value_tests.hpp"

#include <utility>

#include "base/bits.hpp"

namespace parquet_flow::scan {
namespace {

using read::DenseValues;
using read::ValueTest;

std::size_t wordsFor(std::size_t bits) noexcept { return (bits + 63) / 64; }

void fillAll(bool value, std::size_t count, std::uint64_t* bits) noexcept {
  if (count != 0) {
    bits[wordsFor(count) - 1] = 0;
    fillBits(value, count, reinterpret_cast<std::byte*>(bits), 0);
  }
}

class ConstantTest final : public ValueTest {
 public:
  explicit ConstantTest(bool value) : value_(value) {}
  void test(const DenseValues& values, std::uint64_t* bits) override {
    fillAll(value_, values.count, bits);
  }

 private:
  const bool value_;
};

class BooleanTest final : public ValueTest {
 public:
  BooleanTest(bool ofFalse, bool ofTrue) : ofFalse_(ofFalse), ofTrue_(ofTrue) {}
  void test(const DenseValues& values, std::uint64_t* bits) override {
    if (ofFalse_ == ofTrue_) {
      fillAll(ofTrue_, values.count, bits);
      return;
    }
    for (std::size_t i = 0; i < values.count; i += 64) {
      const std::size_t now = values.count - i < 64 ? values.count - i : 64;
      const std::uint64_t word = loadBits(values.data, values.bitOffset + i, now);
      bits[i / 64] = ofTrue_ ? word : ~word & (~std::uint64_t{0} >> (64 - now));
    }
  }

 private:
  const bool ofFalse_;
  const bool ofTrue_;
};

class NegatedTest final : public ValueTest {
 public:
  explicit NegatedTest(std::unique_ptr<ValueTest> test) : test_(std::move(test)) {}
  void test(const DenseValues& values, std::uint64_t* bits) override {
    if (values.count == 0) {
      return;
    }
    test_->test(values, bits);
    const std::size_t words = wordsFor(values.count);
    for (std::size_t i = 0; i < words; ++i) {
      bits[i] = ~bits[i];
    }
    bits[words - 1] &= ~std::uint64_t{0} >> (words * 64 - values.count);
  }

 private:
  const std::unique_ptr<ValueTest> test_;
};

bool isBooleanIn(const Test& test, char value) {
  const std::string_view text(&value, 1);
  if (test.kind == TestKind::kRange) {
    return isIn(test.order, test.range, text);
  }
  for (const std::string& each : test.values) {
    if (each == text) {
      return true;
    }
  }
  return false;
}

std::unique_ptr<ValueTest> makePositive(const schema::Leaf& leaf, const Test& test) {
  const bool isEmpty = test.kind == TestKind::kRange && test.range.isEmpty && !test.range.hasNan;
  if (isEmpty) {
    return std::make_unique<ConstantTest>(false);
  }
  if (test.order == stats::Order::kBoolean) {
    return std::make_unique<BooleanTest>(isBooleanIn(test, '\0'), isBooleanIn(test, '\1'));
  }
  std::unique_ptr<ValueTest> made = makeNumberTest(test);
  return made ? std::move(made) : makeBytesTest(leaf, test);
}

}  // namespace

std::unique_ptr<ValueTest> makeValueTest(const schema::Leaf& leaf, const Test& test) {
  std::unique_ptr<ValueTest> made = makePositive(leaf, test);
  if (test.isNegated) {
    made = std::make_unique<NegatedTest>(std::move(made));
  }
  return made;
}

}  // namespace parquet_flow::scan
