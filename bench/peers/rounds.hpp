// Interleaved rounds: each subject in turn, so that what the machine does meanwhile falls on all.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace parquet_flow::peers {

struct RoundOptions {
  std::uint64_t rounds = 7;
  double seconds = 0.04;  // at least, of a subject in a round
};

// Seconds of one run, for each subject and round.
using Timings = std::vector<std::vector<double>>;

// Runs each subject once to warm up and to see how often it has to run, then the rounds; every
// other round goes through the subjects backwards.
Timings runRounds(const std::vector<std::function<void()>>& subjects, const RoundOptions& options);

struct Spread {
  double median = 0;
  double min = 0;
  double max = 0;
};
// Of at least one sample.
Spread spreadOf(std::vector<double> samples);

// What each round makes of two subjects: b / a.
std::vector<double> ratios(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace parquet_flow::peers
