// Which encoding the pages of a chunk get where nobody has said.
//
// Each encoding that the leaf's type and the profile have encodes a sample, and where there is a
// codec that compresses the result: the one that promises the smallest chunk is taken. No
// dictionary of the chunk is built for that: how many distinct values it will have is estimated
// from those of the sample.
//
// Source of the estimate: A. Chao, Nonparametric estimation of the number of classes in a
// population, 1984, in its bias-corrected form.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "codec/codec.hpp"
#include "column/leaf_view.hpp"
#include "encoding/delta_lengths.hpp"
#include "encoding/distinct_probe.hpp"
#include "encoding/encoding.hpp"
#include "schema/schema.hpp"
#include "write/options.hpp"
#include "write/value_sample.hpp"

namespace parquet_flow::write {

class EncodeScratch;

struct EncodingChoice {
  encoding::Encoding encoding = encoding::Encoding::kPlain;
  // Of pages with values that the dictionary has no room for.
  encoding::Encoding fallback = encoding::Encoding::kPlain;

  bool operator==(const EncodingChoice&) const = default;
};

// A choice is a good part of the work on a small chunk, and of a stream of small chunks one is like
// the next: as long as the choice stays the same it is made for twice as many of them. A large
// chunk is always chosen for by itself, so that it need not know what was before it.
struct ChoiceHistory {
  static constexpr double kLargeChunkEntries = 256 << 10;
  static constexpr std::uint32_t kChunksPerChoiceMax = 16;
  // The first chunk of a file, where it is no larger, is chosen for by encoded sizes: to compress
  // the samples would take longer than all else that is done to it. Numbers are excepted, but for
  // integers that do not shrink. If the file goes on, the next one's samples are compressed.
  static constexpr double kBriefChunkEntries = 8192;

  EncodingChoice choice;
  bool hasChoice = false;
  // Chunks that the choice will still do for, and how many the next will if it is the same.
  std::uint32_t chunksLeft = 0;
  std::uint32_t chunksPerChoice = 1;

  [[nodiscard]] static bool isLarge(double entries) noexcept {
    return entries >= kLargeChunkEntries;
  }
  [[nodiscard]] bool isDue(double entries) const noexcept {
    return chunksLeft == 0 || isLarge(entries);
  }
  [[nodiscard]] bool isBrief(double entries) const noexcept {
    return !hasChoice && entries <= kBriefChunkEntries;
  }
  void add(const EncodingChoice& chosen, double entries) noexcept {
    const bool isSame = chosen == choice && !isLarge(entries);
    chunksPerChoice = isSame ? std::min(2 * chunksPerChoice, kChunksPerChoiceMax) : 1;
    chunksLeft = chunksPerChoice;
    choice = chosen;
    hasChoice = true;
  }
};

// One a thread, in its scratch.
class EncodingChooser {
 public:
  // Before a chunk's first page: uses the scratch's encoders and buffer of values. `views` are the
  // chunk's first rows, a `share` of all of them. `column`: what holds for the leaf. `compressor`:
  // the column's, or nullptr, which leaves out BYTE_STREAM_SPLIT too. The scratch's dictionary may
  // then have some of the chunk's values, and else has none. kOutOfMemory.
  [[nodiscard]] Result<EncodingChoice> choose(const schema::Leaf& leaf,
                                              const WriterOptions& options,
                                              const ColumnOptions& column,
                                              codec::Compressor* compressor,
                                              std::span<const column::LeafView> views, double share,
                                              EncodeScratch& scratch);

 private:
  struct Candidate {
    encoding::Encoding encoding;
    double bytes;  // of the chunk
  };
  struct Occurrences {
    std::uint16_t count = 0;    // runs that have the value; of a single run, its values
    std::uint16_t lastRun = 0;  // from 1
  };
  struct Job;

  [[nodiscard]] Result<void> addPlain(const Job& job);
  [[nodiscard]] Result<void> addBooleans(const Job& job);
  [[nodiscard]] Result<void> addDeltaBinaryPacked(const Job& job);
  [[nodiscard]] Result<void> addByteStreamSplit(const Job& job);
  // Of the sample as DELTA_LENGTH_BYTE_ARRAY.
  [[nodiscard]] Result<std::size_t> deltaLengthBytes();
  [[nodiscard]] Result<void> addDeltaByteArrays(const Job& job, bool mayHavePrefixes);
  [[nodiscard]] Result<double> bytesWithDictionary(const Job& job, double most);
  [[nodiscard]] double suffixBytesMin(const Job& job) const noexcept;
  [[nodiscard]] static std::uint64_t pageBytesOf(const Job& job, std::size_t bytes) noexcept;
  // What the encoded sample comes to when compressed, for the whole chunk.
  [[nodiscard]] Result<double> scaled(const Job& job, ConstBytes encoded, std::size_t count);
  // The same of a part of it, which is `wholeBytes` long.
  [[nodiscard]] Result<double> scaledPart(const Job& job, ConstBytes encoded,
                                          std::size_t wholeBytes, std::size_t count);
  [[nodiscard]] Result<bool> sampleAllDiffers(const Job& job);
  [[nodiscard]] double distinctValues(const Job& job, std::size_t seen);

  ValueSample sample_;
  std::vector<Candidate> candidates_;
  ByteBuffer encoded_;
  ByteBuffer compressed_;
  ByteBuffer ids_;
  encoding::DeltaLengthsEncoder lengths_;
  encoding::DistinctProbe probe_;
  std::vector<Occurrences> occurrences_;  // in the sample, by id
};

}  // namespace parquet_flow::write
