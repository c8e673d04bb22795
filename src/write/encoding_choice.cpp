#include "write/encoding_choice.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "base/bits.hpp"
#include "encoding/dictionary_indices.hpp"
#include "write/encode_scratch.hpp"

namespace parquet_flow::write {
namespace {

using column::ValuesView;
using encoding::Encoding;
using schema::PhysicalType;

constexpr double kLengthBytes = 4;
// PLAIN is what every reader has, and what is written and read the fastest: it is left only for
// something smaller by more than this.
constexpr double kPlainMargin = 1.01;
// A dictionary that does not stay in the first levels of cache makes each value wait for memory, so
// it has to save more.
constexpr double kLargeDictionary = 8192;
constexpr double kLargeDictionaryMargin = 1.1;
constexpr double kHugeDictionary = 32768;
constexpr double kHugeDictionaryMargin = 1.25;
// Values of the sample, before the next look at whether a dictionary can still be the smallest.
constexpr std::size_t kDictionaryStep = 64;
// What ZSTD and BROTLI make statistics for at least, and at most.
constexpr std::uint64_t kCodecBlockBytes = 128 << 10;

const std::uint8_t* bytesOf(const ValuesView& values) noexcept {
  return reinterpret_cast<const std::uint8_t*>(values.data);
}

std::size_t widthOf(const schema::Leaf& leaf) noexcept {
  return schema::fixedWidth(leaf.type, leaf.typeLength);
}

// Ids that are not the one before them: each takes its bits, whether in a run or packed.
std::size_t changesOf(const std::uint32_t* ids, std::size_t count) noexcept {
  std::size_t changes = 0;
  for (std::size_t i = 1; i < count; ++i) {
    changes += ids[i] != ids[i - 1] ? 1 : 0;
  }
  return changes;
}

// Whether the leaf is REQUIRED, and the next node above it that is not is an OPTIONAL group. Polars
// 2.1 panics at DELTA encodings and BYTE_STREAM_SPLIT of such a column where some of its pages have
// nulls and some have none, which is not known of those to come.
bool isRequiredInOptional(const schema::Leaf& leaf) noexcept {
  const std::uint8_t repeated =
      leaf.maxRepetitionLevel == 0 ? 0 : leaf.repeatedDefinitionLevels.back();
  return leaf.repetition == schema::Repetition::kRequired && leaf.maxDefinitionLevel > repeated;
}

}  // namespace

struct EncodingChooser::Job {
  const schema::Leaf& leaf;
  const WriterOptions& options;
  codec::Compressor* compressor;
  ValueEncoders& encoders;
  double values;       // of the chunk, estimated
  double sampleShare;  // of them in the sample
  std::uint64_t samplePlainBytes;
};

Result<EncodingChoice> EncodingChooser::choose(const schema::Leaf& leaf,
                                               const WriterOptions& options,
                                               const ColumnOptions& column,
                                               codec::Compressor* compressor,
                                               std::span<const column::LeafView> views,
                                               double share, EncodeScratch& scratch) {
  PF_TRY(sample_.take(leaf, views, compressor != nullptr));
  if (sample_.count() == 0) {
    return EncodingChoice{};
  }
  const auto width = static_cast<std::uint32_t>(widthOf(leaf));
  const double values = std::max(static_cast<double>(sample_.viewValues()) / share,
                                 static_cast<double>(sample_.count()));
  const Job job = {.leaf = leaf,
                   .options = options,
                   .compressor = compressor,
                   .encoders = *scratch.encoders(width, options.dictionaryBytes),
                   .values = values,
                   .sampleShare = static_cast<double>(sample_.count()) / values,
                   .samplePlainBytes = std::max<std::uint64_t>(sample_.bytes(), 1)};
  constexpr double kAny = std::numeric_limits<double>::infinity();
  const bool isText = leaf.type == PhysicalType::kByteArray;
  double dictionaryBytes = kAny;
  bool mayHavePrefixes = true;
  if (isText) {
    PF_TRY_ASSIGN(dictionaryBytes, bytesWithDictionary(job, kAny));
    // Else DELTA_BYTE_ARRAY cannot be the smallest, and is not tried, not as the fallback either.
    mayHavePrefixes = std::isinf(dictionaryBytes) || dictionaryBytes >= suffixBytesMin(job);
  }
  candidates_.clear();
  PF_TRY(addPlain(job));
  if (options.profile == Profile::kModern) {
    PF_TRY(addBooleans(job));
  }
  if (options.profile == Profile::kModern && column.mayChooseDeltas &&
      !isRequiredInOptional(leaf)) {
    PF_TRY(addDeltaBinaryPacked(job));
    PF_TRY(addByteStreamSplit(job));
    PF_TRY(addDeltaByteArrays(job, mayHavePrefixes));
  }
  const auto smallest = [this] {
    return *std::min_element(
        candidates_.begin(), candidates_.end(),
        [](const Candidate& a, const Candidate& b) { return a.bytes < b.bytes; });
  };
  candidates_.front().bytes /= kPlainMargin;
  const Encoding fallback = smallest().encoding;
  if (!isText) {
    PF_TRY_ASSIGN(dictionaryBytes, bytesWithDictionary(job, smallest().bytes));
  }
  candidates_.push_back({Encoding::kRleDictionary, dictionaryBytes});
  return EncodingChoice{.encoding = smallest().encoding, .fallback = fallback};
}

// Bytes of a page of which the sample is `bytes`: of a full one, or of one with the whole chunk.
std::uint64_t EncodingChooser::pageBytesOf(const Job& job, std::size_t bytes) noexcept {
  const double fullShare =
      static_cast<double>(job.options.pageBytes) / static_cast<double>(job.samplePlainBytes);
  return static_cast<std::uint64_t>(static_cast<double>(bytes) *
                                    std::min(fullShare, 1 / job.sampleShare));
}

Result<double> EncodingChooser::scaled(const Job& job, ConstBytes encoded, std::size_t count) {
  return scaledPart(job, encoded, encoded.size(), count);
}

Result<double> EncodingChooser::scaledPart(const Job& job, ConstBytes encoded,
                                           std::size_t wholeBytes, std::size_t count) {
  std::size_t bytes = encoded.size();
  if (job.compressor != nullptr && !encoded.empty()) {
    compressed_.clear();
    PF_TRY(job.compressor->compressPart(encoded, pageBytesOf(job, wholeBytes), compressed_));
    bytes = std::min(bytes, compressed_.size());
  }
  return static_cast<double>(bytes) / static_cast<double>(count) * job.values;
}

Result<void> EncodingChooser::addPlain(const Job& job) {
  const ValuesView values = sample_.values();
  encoded_.clear();
  if (job.leaf.type == PhysicalType::kBoolean) {
    if (job.compressor == nullptr) {
      const auto bytes = static_cast<double>(bitmapBytes(values.count));
      candidates_.push_back(
          {Encoding::kPlain, bytes / static_cast<double>(values.count) * job.values});
      return {};
    }
    job.encoders.plainBoolean.reset();
    PF_TRY(job.encoders.plainBoolean.appendBytes(bytesOf(values), values.count, encoded_));
  } else if (job.leaf.type == PhysicalType::kByteArray) {
    if (job.compressor == nullptr) {
      const double bytes = static_cast<double>(sample_.bytes()) / static_cast<double>(values.count);
      candidates_.push_back({Encoding::kPlain, (bytes + kLengthBytes) * job.values});
      return {};
    }
    PF_TRY(encoding::encodePlainByteArrays(values.data, values.offsets, values.count, encoded_));
  } else if (job.compressor == nullptr) {
    candidates_.push_back({Encoding::kPlain, static_cast<double>(widthOf(job.leaf)) * job.values});
    return {};
  } else {
    PF_TRY(encoded_.append(values.data, values.count * widthOf(job.leaf)));
  }
  PF_TRY_ASSIGN(const double bytes, scaled(job, encoded_.span(), values.count));
  candidates_.push_back({Encoding::kPlain, bytes});
  return {};
}

Result<void> EncodingChooser::addBooleans(const Job& job) {
  if (job.leaf.type != PhysicalType::kBoolean) {
    return {};
  }
  encoded_.clear();
  const ValuesView values = sample_.values();
  job.encoders.rleBoolean.begin(encoded_);
  PF_TRY(job.encoders.rleBoolean.appendBytes(bytesOf(values), values.count));
  PF_TRY(job.encoders.rleBoolean.finish());
  // Without the length that a page has before its runs: nothing there, and much in a sample.
  PF_TRY_ASSIGN(const double bytes, scaled(job, encoded_.span(), values.count));
  candidates_.push_back({Encoding::kRle, bytes});
  return {};
}

Result<void> EncodingChooser::addDeltaBinaryPacked(const Job& job) {
  if (!encodingFits(Encoding::kDeltaBinaryPacked, job.leaf)) {
    return {};
  }
  encoded_.clear();
  const auto encode = [this](auto& encoder) -> Result<void> {
    for (std::size_t i = 0; i < sample_.runs(); ++i) {
      const ValuesView run = sample_.run(i);
      encoder.begin(encoded_);
      PF_TRY(encoder.append(run.data, run.count));
      PF_TRY(encoder.finish());
    }
    return {};
  };
  PF_TRY(job.leaf.type == PhysicalType::kInt32 ? encode(job.encoders.delta32)
                                               : encode(job.encoders.delta64));
  PF_TRY_ASSIGN(const double bytes, scaled(job, encoded_.span(), sample_.count()));
  candidates_.push_back({Encoding::kDeltaBinaryPacked, bytes});
  return {};
}

// Moves bytes, and so gains something only where a codec follows. Neither DuckDB 2.0 nor Polars 2.1
// reads it of FIXED_LEN_BYTE_ARRAY. The streams of a page are as long as the blocks that codecs
// make statistics for, and each goes into blocks of its own; those of a sample would share one, as
// those of a page do that is no larger than a block.
Result<void> EncodingChooser::addByteStreamSplit(const Job& job) {
  if (job.compressor == nullptr || job.leaf.type == PhysicalType::kFixedLenByteArray ||
      !encodingFits(Encoding::kByteStreamSplit, job.leaf)) {
    return {};
  }
  encoded_.clear();
  const ValuesView values = sample_.values();
  job.encoders.byteStreamSplit.begin(encoded_);
  PF_TRY(job.encoders.byteStreamSplit.append(values.data, values.count));
  PF_TRY(job.encoders.byteStreamSplit.finish());
  const bool sharesBlock = pageBytesOf(job, encoded_.size()) <= kCodecBlockBytes;
  const std::size_t streamBytes = sharesBlock ? encoded_.size() : values.count;
  double bytes = 0;
  for (std::size_t at = 0; at < encoded_.size(); at += streamBytes) {
    PF_TRY_ASSIGN(const double stream, scaledPart(job, encoded_.span().subspan(at, streamBytes),
                                                  encoded_.size(), values.count));
    bytes += stream;
  }
  candidates_.push_back({Encoding::kByteStreamSplit, bytes});
  return {};
}

// The values follow their lengths as they are.
Result<std::size_t> EncodingChooser::deltaLengthBytes() {
  std::size_t bytes = sample_.bytes();
  for (std::size_t i = 0; i < sample_.runs(); ++i) {
    const ValuesView run = sample_.run(i);
    lengths_.begin();
    PF_TRY(lengths_.appendOffsets(run.offsets, run.count));
    PF_TRY(lengths_.finish());
    bytes += lengths_.encoded().size();
  }
  return bytes;
}

// Of BYTE_ARRAY alone: Polars 2.1 reads no DELTA_BYTE_ARRAY of FIXED_LEN_BYTE_ARRAY, and DuckDB 2.0
// no DELTA_LENGTH_BYTE_ARRAY of decimals. Prefixes that do not make up for their lengths are not
// compressed to see that again.
Result<void> EncodingChooser::addDeltaByteArrays(const Job& job, bool mayHavePrefixes) {
  if (job.leaf.type != PhysicalType::kByteArray) {
    return {};
  }
  // Without a codec all that counts is how many bytes they are.
  std::size_t bytes = 0;
  const auto encode = [&](auto& encoder) -> Result<void> {
    bytes = 0;
    encoded_.clear();
    for (std::size_t i = 0; i < sample_.runs(); ++i) {
      const ValuesView run = sample_.run(i);
      ids_.clear();  // the body, whose head goes before it
      encoder.begin(ids_);
      PF_TRY(encoder.append(run.data, run.offsets, run.count));
      PF_TRY(encoder.finish());
      bytes += encoder.head().size() + ids_.size();
      if (job.compressor != nullptr) {
        PF_TRY(encoded_.append(encoder.head()));
        PF_TRY(encoded_.append(ids_.span()));
      }
    }
    return {};
  };
  const auto add = [&](Encoding encoding) -> Result<void> {
    const auto count = static_cast<double>(sample_.count());
    double whole = static_cast<double>(bytes) / count * job.values;
    if (job.compressor != nullptr) {
      PF_TRY_ASSIGN(whole, scaled(job, encoded_.span(), sample_.count()));
    }
    candidates_.push_back({encoding, whole});
    return {};
  };
  std::size_t withoutPrefixes = SIZE_MAX;
  if (job.leaf.logical.kind != schema::LogicalKind::kDecimal) {
    if (job.compressor == nullptr) {
      PF_TRY_ASSIGN(bytes, deltaLengthBytes());
    } else {
      PF_TRY(encode(job.encoders.deltaLengthByteArray));
    }
    PF_TRY(add(Encoding::kDeltaLengthByteArray));
    withoutPrefixes = bytes;
  }
  if (!mayHavePrefixes) {
    return {};
  }
  PF_TRY(encode(job.encoders.deltaByteArray));
  return bytes < withoutPrefixes ? add(Encoding::kDeltaByteArray) : Result<void>{};
}

// Of the chunk, `seen` of which are in the sample. Counted is in how many runs each of them is:
// that a value comes again soon, as an order's number does, says nothing of what is between the
// runs.
double EncodingChooser::distinctValues(const Job& job, std::size_t seen) {
  const auto distinct = static_cast<double>(seen);
  if (job.sampleShare >= 1) {
    return distinct;
  }
  const auto runs = static_cast<std::uint16_t>(sample_.runs());
  occurrences_.assign(seen, {});
  const auto* id = reinterpret_cast<const std::uint32_t*>(ids_.data());
  if (runs == 1) {
    std::for_each_n(id, sample_.count(),
                    [this](std::uint32_t seenId) { ++occurrences_[seenId].count; });
  }
  for (std::uint16_t run = 1; runs != 1 && run <= runs; ++run) {
    for (std::size_t left = sample_.run(run - 1U).count; left != 0; --left, ++id) {
      Occurrences& value = occurrences_[*id];
      if (value.lastRun != run) {
        ++value.count;
        value.lastRun = run;
      }
    }
  }
  const auto found = [this](unsigned times) {
    return static_cast<double>(
        std::count_if(occurrences_.begin(), occurrences_.end(),
                      [&](const Occurrences& value) { return value.count == times; }));
  };
  const double once = found(1);
  const double unseen = once * (once - 1) / (2 * (found(2) + 1));
  return std::min(distinct + unseen, distinct + (1 - job.sampleShare) * job.values);
}

Result<bool> EncodingChooser::sampleAllDiffers(const Job& job) {
  const ValuesView values = sample_.values();
  return job.leaf.type == PhysicalType::kByteArray
             ? probe_.allDiffer(values.data, values.offsets, values.count)
             : probe_.allDiffer(values.data, widthOf(job.leaf), values.count);
}

// What DELTA_BYTE_ARRAY of texts comes to at least, by the ids of the sample: a value that is not
// the one before it, nor shorter, has a byte of its own.
double EncodingChooser::suffixBytesMin(const Job& job) const noexcept {
  if (job.compressor != nullptr) {
    return 0;
  }
  const auto* const ids = reinterpret_cast<const std::uint32_t*>(ids_.data());
  const std::uint32_t* const offsets = sample_.values().offsets;
  std::size_t suffixes = 0;
  for (std::size_t i = 1; i < sample_.count(); ++i) {
    const std::uint32_t before = offsets[i] - offsets[i - 1];
    suffixes += ids[i] != ids[i - 1] && offsets[i + 1] - offsets[i] >= before ? 1 : 0;
  }
  suffixes -= std::min(suffixes, sample_.runs());  // the first of a run has none before it
  return static_cast<double>(suffixes) / static_cast<double>(sample_.count()) * job.values;
}

// Infinite where there is to be none, or where it is above `most`. Where all values of a sample
// differ, those of the chunk are thought to: a dictionary of them would be PLAIN, and the indices
// come on top. That is found out sooner than its size.
Result<double> EncodingChooser::bytesWithDictionary(const Job& job, double most) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  ids_.clear();
  if (!encodingFits(Encoding::kRleDictionary, job.leaf)) {
    return kNone;
  }
  PF_TRY_ASSIGN(const bool allDiffer, sampleAllDiffers(job));
  if (allDiffer) {
    return kNone;
  }
  const ValuesView values = sample_.values();
  // Of a small chunk the dictionary is begun here, and goes on with the values that follow. That of
  // a large one may have been large before, and would be emptied for a sample.
  encoding::DictionaryBuilder& dictionary =
      sample_.runs() == 1 ? job.encoders.dictionary : job.encoders.sampleDictionary;
  dictionary.clear();
  if (job.leaf.type == PhysicalType::kByteArray) {
    PF_TRY(dictionary.reserve(0, sample_.bytes() + values.count * sizeof(std::uint32_t)));
  }
  PF_TRY_ASSIGN(std::byte* const to,
                ids_.appendUninitialized(values.count * sizeof(std::uint32_t)));
  auto* const ids = reinterpret_cast<std::uint32_t*>(to);
  const std::size_t stepMax =
      std::isinf(most) || job.compressor != nullptr ? values.count : kDictionaryStep;
  std::size_t taken = 0;
  while (taken < values.count) {
    const std::size_t step = std::min(stepMax, values.count - taken);
    PF_TRY_ASSIGN(
        const std::size_t found,
        job.leaf.type == PhysicalType::kByteArray
            ? dictionary.append(values.data, values.offsets + taken, step, ids + taken)
            : dictionary.append(values.data + taken * widthOf(job.leaf), step, ids + taken));
    taken += found;
    if (found < step) {
      return kNone;
    }
    if (stepMax == kDictionaryStep) {  // at least, as if all that follows were one run
      const std::size_t changes = changesOf(ids, taken);
      const auto indexBits =
          static_cast<double>((changes - std::min(changes, sample_.runs())) *
                              encoding::dictionaryIndexBitWidth(dictionary.count()));
      if (static_cast<double>(dictionary.plainPage().size()) +
              indexBits / 8 / static_cast<double>(values.count) * job.values >
          most) {
        return kNone;
      }
    }
  }
  const std::size_t seen = dictionary.count();
  const auto entryBytes = static_cast<double>(dictionary.plainPage().size()) /
                          static_cast<double>(std::max<std::size_t>(seen, 1));
  PF_TRY_ASSIGN(const double page,
                scaled(job, dictionary.plainPage(), std::max<std::size_t>(seen, 1)));
  const double distinct = distinctValues(job, seen);
  if (distinct * entryBytes > static_cast<double>(job.options.dictionaryBytes)) {
    return kNone;
  }
  const unsigned bitWidth =
      encoding::dictionaryIndexBitWidth(static_cast<std::size_t>(std::llround(distinct)));
  encoded_.clear();
  for (std::size_t i = 0, begin = 0; i < sample_.runs(); ++i) {
    const std::size_t count = sample_.run(i).count;
    PF_TRY(encoding::encodeDictionaryIndices(ids + begin, count, bitWidth, encoded_));
    begin += count;
  }
  PF_TRY_ASSIGN(double bytes, scaled(job, encoded_.span(), values.count));
  bytes += page / job.values * distinct;
  if (distinct > kHugeDictionary) {
    bytes *= kHugeDictionaryMargin;
  } else if (distinct > kLargeDictionary) {
    bytes *= kLargeDictionaryMargin;
  }
  return bytes;
}

}  // namespace parquet_flow::write
