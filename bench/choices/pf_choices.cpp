// pf_choices: the encoding that is chosen, beside all that could have been.
//
// A line an encoding: bytes of a chunk and values a second, one thread, to an output that forgets;
// behind them a line for `auto`, with its bytes over the least that is in reach. In reach is what
// is quick enough without a codec: 300 M values a second, or of byte arrays a quarter of PLAIN's.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

#include "chunks.hpp"
#include "kinds.hpp"

namespace parquet_flow::choices {
namespace {

constexpr double kQuick = 300;  // M values a second
constexpr double kShareOfPlain = 0.25;
constexpr double kSlack = 1.02;

struct Options {
  std::uint64_t rows = 1'000'000;
  std::uint64_t rounds = 5;
  std::string work = ".";
  bool check = false;
};

struct NamedEncoding {
  const char* name;
  pf_encoding_t encoding;
  // Whether it is taken for quick where nothing is timed.
  bool isQuick;
};

// DELTA_BYTE_ARRAY compares each value with the one before, and falls below the bound on some
// machines and not on others.
constexpr NamedEncoding kPlain = {"PLAIN", PF_ENCODING_PLAIN, true};
constexpr NamedEncoding kRle = {"RLE", PF_ENCODING_RLE, true};
constexpr NamedEncoding kDictionary = {"RLE_DICTIONARY", PF_ENCODING_RLE_DICTIONARY, true};
constexpr NamedEncoding kDelta = {"DELTA_BINARY_PACKED", PF_ENCODING_DELTA_BINARY_PACKED, true};
constexpr NamedEncoding kDeltaLength = {"DELTA_LENGTH_BYTE_ARRAY",
                                        PF_ENCODING_DELTA_LENGTH_BYTE_ARRAY, true};
constexpr NamedEncoding kDeltaByteArray = {"DELTA_BYTE_ARRAY", PF_ENCODING_DELTA_BYTE_ARRAY, false};
constexpr NamedEncoding kSplit = {"BYTE_STREAM_SPLIT", PF_ENCODING_BYTE_STREAM_SPLIT, true};
constexpr std::array kAll = {kPlain,          kRle,  kDictionary, kDelta, kDeltaLength,
                             kDeltaByteArray, kSplit};

struct NamedCodec {
  const char* name;
  pf_compression_t compression;
};
constexpr std::array kCodecs = {NamedCodec{"uncompressed", PF_COMPRESSION_UNCOMPRESSED},
                                NamedCodec{"zstd", PF_COMPRESSION_ZSTD}};

std::vector<NamedEncoding> encodingsOf(pf_physical_type_t type) {
  switch (type) {
    case PF_PHYSICAL_BOOLEAN:
      return {kPlain, kRle};
    case PF_PHYSICAL_INT32:
    case PF_PHYSICAL_INT64:
      return {kPlain, kDictionary, kDelta, kSplit};
    case PF_PHYSICAL_BYTE_ARRAY:
      return {kPlain, kDictionary, kDeltaLength, kDeltaByteArray};
    case PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY:
      return {kPlain, kDictionary, kDeltaByteArray, kSplit};
    default:
      return {kPlain, kDictionary, kSplit};
  }
}

const char* nameOf(pf_encoding_t encoding) {
  const auto* found = std::find_if(kAll.begin(), kAll.end(),
                                   [&](const auto& each) { return each.encoding == encoding; });
  return found == kAll.end() ? "?" : found->name;
}

struct Outcome {
  std::uint64_t bytes = 0;
  double rate = 0;  // M values a second, nulls among them
  pf_encoding_t encoding = PF_ENCODING_AUTO;
};

// Each of them in turn, round after round; medians.
std::vector<Outcome> writeAll(const Kind& kind, const ColumnData& column,
                              const std::vector<NamedEncoding>& encodings,
                              pf_compression_t compression, std::uint64_t rounds) {
  std::vector<std::unique_ptr<ChunkWriter>> writers;
  std::vector<std::vector<double>> seconds(encodings.size());
  for (const NamedEncoding& each : encodings) {
    writers.push_back(std::make_unique<ChunkWriter>(kind.type, column, each.encoding, compression));
    writers.back()->write();
  }
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < writers.size(); ++i) seconds[i].push_back(writers[i]->write());
  }
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < writers.size(); ++i) {
    Outcome& outcome = outcomes.emplace_back();
    outcome.bytes = writers[i]->bytes();
    outcome.encoding = writers[i]->encoding();
    if (rounds == 0) continue;
    std::nth_element(seconds[i].begin(),
                     seconds[i].begin() + static_cast<std::ptrdiff_t>(rounds / 2),
                     seconds[i].end());
    outcome.rate = static_cast<double>(column.rows) / seconds[i][rounds / 2] / 1e6;
  }
  return outcomes;
}

class Program {
 public:
  explicit Program(Options options) : options_(std::move(options)), work_(options_.work) {}

  // Whether `auto` is as small as it should be, wherever that was looked at.
  bool run() {
    for (const Kind& kind : kinds()) {
      for (const bool withNulls : {false, true}) runColumn(kind, withNulls);
    }
    return isGood_;
  }

 private:
  void runColumn(const Kind& kind, bool withNulls) {
    const std::string of = "kind=" + std::string(kind.name) + " nulls=" + (withNulls ? "10" : "0");
    if (!std::regex_search(of, work_)) return;
    const ColumnData column = makeColumn(kind, options_.rows, withNulls);
    std::vector<NamedEncoding> encodings = encodingsOf(kind.type.physical);
    std::vector<bool> isQuick;
    isQuick.reserve(encodings.size());
    for (const NamedCodec& codec : kCodecs) {
      if (!isBuilt(codec.compression)) continue;
      encodings.push_back({"AUTO", PF_ENCODING_AUTO, false});
      const std::vector<Outcome> outcomes = writeAll(kind, column, encodings, codec.compression,
                                                     options_.check ? 0 : options_.rounds);
      encodings.pop_back();
      if (isQuick.empty()) isQuick = quickOnes(kind, encodings, outcomes);
      print(of + " codec=" + codec.name, encodings, isQuick, outcomes);
    }
  }

  [[nodiscard]] std::vector<bool> quickOnes(const Kind& kind,
                                            const std::vector<NamedEncoding>& encodings,
                                            const std::vector<Outcome>& outcomes) const {
    const double least = kind.type.physical == PF_PHYSICAL_BYTE_ARRAY
                             ? kShareOfPlain * outcomes.front().rate
                             : kQuick;
    std::vector<bool> isQuick(encodings.size());
    for (std::size_t i = 0; i < encodings.size(); ++i) {
      isQuick[i] = options_.check ? encodings[i].isQuick : outcomes[i].rate >= least;
    }
    return isQuick;
  }

  void print(const std::string& of, const std::vector<NamedEncoding>& encodings,
             const std::vector<bool>& isQuick, const std::vector<Outcome>& outcomes) {
    std::uint64_t least = outcomes.front().bytes;  // PLAIN is what there always is
    for (std::size_t i = 0; i < encodings.size(); ++i) {
      std::printf("%s encoding=%s bytes=%llu mvalues_per_sec=%.1f quick=%d\n", of.c_str(),
                  encodings[i].name, static_cast<unsigned long long>(outcomes[i].bytes),
                  outcomes[i].rate, isQuick[i] ? 1 : 0);
      if (isQuick[i]) least = std::min(least, outcomes[i].bytes);
    }
    const Outcome& chosen = outcomes.back();
    const double ratio = static_cast<double>(chosen.bytes) / static_cast<double>(least);
    std::printf("%s encoding=auto chosen=%s bytes=%llu mvalues_per_sec=%.1f auto_ratio=%.4f\n",
                of.c_str(), nameOf(chosen.encoding), static_cast<unsigned long long>(chosen.bytes),
                chosen.rate, ratio);
    isGood_ = isGood_ && ratio <= kSlack;
  }

  Options options_;
  std::regex work_;
  bool isGood_ = true;
};

int run(int argc, char** argv) {
  CLI::App app("pf_choices: the encoding that is chosen, beside all that could have been");
  Options options;
  app.add_option("--rows", options.rows, "of a chunk")->check(CLI::Range(1, 1 << 26));
  app.add_option("--rounds", options.rounds, "interleaved rounds; medians are printed")
      ->check(CLI::Range(1, 1000));
  app.add_option("--work", options.work,
                 "a regular expression: only kinds of which it finds a part");
  app.add_flag(
      "--check", options.check,
      "times nothing: fails where auto is more than 2 % above the smallest of what is quick");
  CLI11_PARSE(app, argc, argv);
  const bool isGood = Program(options).run();
  return options.check && !isGood ? 1 : 0;
}

}  // namespace
}  // namespace parquet_flow::choices

int main(int argc, char** argv) {
  try {
    return parquet_flow::choices::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pf_choices: %s\n", error.what());
    return 1;
  }
}
