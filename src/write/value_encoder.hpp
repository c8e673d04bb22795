// The values of a page, in the encoding that the page has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "column/take.hpp"
#include "encoding/delta_binary_packed.hpp"
#include "encoding/encoding.hpp"
#include "schema/schema.hpp"
#include "stats/bounds.hpp"
#include "stats/order.hpp"
#include "write/encode_scratch.hpp"

namespace parquet_flow::write {

//   beginChunk -> (begin -> append ... -> finish) ... -> dictionaryPage
//
// Of RLE_DICTIONARY pages each append comes behind a lookUp of the same values, and the first
// lookUp of a page may come before its begin.
class ValueEncoder {
 public:
  // `scratch` must live as long; of it the encoders of its width are used from beginChunk to the
  // chunk's end.
  ValueEncoder(const schema::Leaf& leaf, std::uint64_t dictionaryBytesMax, EncodeScratch& scratch);

  // Forgets the dictionary.
  void beginChunk() noexcept;
  // A page, whose values go to the end of `body`; nobody else appends to it until finish.
  void begin(encoding::Encoding encoding, ByteBuffer& body);
  // Whether a value will come in this chunk. Pages without, in front of the first one, are else
  // PLAIN, and Spark 4.3 reads dictionary pages behind such past the end of its memory.
  void expectValues(bool areExpected) noexcept { expectsValues_ = areExpected; }
  // Values in kIndices refer to another dictionary from here on.
  void forgetSource() noexcept { encoders_.idsOfSource.clear(); }
  // Room for the ids of a page of so many values, and for as many of a source's dictionary: they
  // would else grow there in steps, and move.
  [[nodiscard]] Result<void> reserveIds(std::size_t values) {
    idsExpected_ = values;
    return encoders_.ids.reserve(values * sizeof(std::uint32_t));
  }
  // Makes the values known to the dictionary; false: it has no room for all of them.
  [[nodiscard]] Result<bool> lookUp(const column::ValuesView& values);
  // Dense; kIndices in RLE_DICTIONARY pages alone. In DELTA_BINARY_PACKED pages deltaRuns() are
  // then those of the values.
  [[nodiscard]] Result<void> append(const column::ValuesView& values);
  [[nodiscard]] std::span<const encoding::DeltaRuns::Run> deltaRuns() const noexcept {
    return deltaRuns_.runs();
  }
  // RLE_DICTIONARY, BYTE_ARRAY, before finish: adds the page's values to `bounds`, each distinct
  // one once.
  [[nodiscard]] Result<void> addTo(stats::BoundsCollector& bounds);
  [[nodiscard]] Result<void> finish();

  // After finish: what the page has in front of the bytes in `body`. Valid until begin.
  [[nodiscard]] ConstBytes head() const noexcept { return head_; }
  // After finish: as asked for, but PLAIN for a page without values, where none has been seen yet
  // or is expected.
  [[nodiscard]] encoding::Encoding encoding() const noexcept { return encoding_; }

  // Distinct values that the chunk's pages refer to; where it has filled up, perhaps some more that
  // the sample had. 0: there is no dictionary.
  [[nodiscard]] std::size_t dictionaryCount() const noexcept;
  // Those values, PLAIN.
  [[nodiscard]] ConstBytes dictionaryPage() const noexcept;

  // `sourceBytes` as LeafSlice::valueBytes.
  [[nodiscard]] static std::uint64_t plainBytes(const schema::Leaf& leaf, std::uint64_t values,
                                                std::uint64_t sourceBytes) noexcept;
  // The most that they take in any encoding, what is in front of them included.
  [[nodiscard]] static std::uint64_t bytesMax(const schema::Leaf& leaf, std::uint64_t values,
                                              std::uint64_t sourceBytes) noexcept;

 private:
  [[nodiscard]] Result<bool> lookUpIndices(const column::ValuesView& values, std::uint32_t* ids);
  [[nodiscard]] Result<bool> lookUpEntries(const column::ValuesView& dictionary,
                                           std::span<const std::uint32_t> entries,
                                           std::uint32_t* idOf);
  [[nodiscard]] Result<std::size_t> appendToDictionary(const column::ValuesView& values,
                                                       std::uint32_t* ids);
  [[nodiscard]] Result<void> appendPlain(const column::ValuesView& values);
  [[nodiscard]] Result<void> appendRle(const column::ValuesView& values);
  [[nodiscard]] Result<void> finishDictionaryPage();
  void findEnds(stats::Order order) noexcept;
  [[nodiscard]] Result<void> addUsed(stats::BoundsCollector& bounds);

  const schema::Leaf& leaf_;
  std::uint32_t width_;
  column::TakeScratch& materialized_;
  ValueEncoders& encoders_;
  encoding::Encoding encoding_ = encoding::Encoding::kPlain;
  ByteBuffer* body_ = nullptr;
  std::size_t bodyBegin_ = 0;
  ConstBytes head_;
  encoding::DeltaRuns deltaRuns_;
  bool expectsValues_ = false;
  std::size_t idsExpected_ = 0;  // of the first page
  std::byte bitWidth_{0};        // the head of a page of dictionary indices

  // The least and the greatest of the dictionary's first entries.
  struct Entry {
    std::uint32_t id = 0;
    std::size_t position = 0;  // in the dictionary page
    std::uint64_t prefix = 0;  // the first eight bytes, as a number that compares as they do
  };
  struct DictionaryEnds {
    std::size_t entries = 0;  // that have been compared
    std::size_t bytes = 0;    // of them
    Entry least;
    Entry greatest;
  };
  DictionaryEnds ends_;
};

}  // namespace parquet_flow::write
