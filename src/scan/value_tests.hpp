// The tests of a bound predicate, as what ColumnCursor holds values against.
#pragma once

#include <memory>

#include "read/value_test.hpp"
#include "scan/bound_predicate.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::scan {

// Of a test that is not kNull, which must live as long. What is negated is taken into account.
[[nodiscard]] std::unique_ptr<read::ValueTest> makeValueTest(const schema::Leaf& leaf,
                                                             const Test& test);

// For the two files that make them; nullptr: of another kind.
[[nodiscard]] std::unique_ptr<read::ValueTest> makeNumberTest(const Test& test);
[[nodiscard]] std::unique_ptr<read::ValueTest> makeBytesTest(const schema::Leaf& leaf,
                                                             const Test& test);

// Calls isTrue(i) of each i below `count`, and makes words of the answers.
template <class IsTrue>
void fillWords(std::size_t count, std::uint64_t* bits, const IsTrue& isTrue) {
  constexpr std::size_t kWordBits = 64;
  for (std::size_t i = 0; i < count; i += kWordBits) {
    const std::size_t now = count - i < kWordBits ? count - i : kWordBits;
    std::uint64_t word = 0;
    for (std::size_t k = 0; k < now; ++k) {
      word |= std::uint64_t{isTrue(i + k)} << k;
    }
    bits[i / kWordBits] = word;
  }
}

}  // namespace parquet_flow::scan
