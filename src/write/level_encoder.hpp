// The repetition and definition levels of a page.
//
// Spec: parquet-format README.md, "Nested Encoding"; Encodings.md, "RLE/Bit-Packing Hybrid". A data
// page of version 1 has the length of each kind, four bytes, in front of it; one of version 2 has
// the lengths in its header.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "column/gather.hpp"
#include "schema/schema.hpp"
#include "write/encode_scratch.hpp"

namespace parquet_flow::write {

//   begin -> add ... -> finish -> begin ...
class LevelEncoder {
 public:
  // Both must live as long; `scratch` is used between begin and the last look at what finish gave.
  LevelEncoder(const schema::Leaf& leaf, EncodeScratch& scratch) noexcept
      : leaf_(leaf), scratch_(scratch) {}

  // As they go into the page; empty where the leaf's maximum is 0.
  struct Levels {
    ConstBytes repetition;
    ConstBytes definition;
    [[nodiscard]] std::size_t bytes() const noexcept {
      return repetition.size() + definition.size();
    }
  };

  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> add(const column::LeafSlice& slice);
  // `withLengths`: as version 1 has them. Valid until begin.
  [[nodiscard]] Result<Levels> finish(bool withLengths);

  // The most bytes of both kinds for `entries` entries.
  [[nodiscard]] static std::uint64_t bytesMax(const schema::Leaf& leaf,
                                              std::uint64_t entries) noexcept;

 private:
  const schema::Leaf& leaf_;
  EncodeScratch& scratch_;
};

}  // namespace parquet_flow::write
