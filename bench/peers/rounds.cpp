#include "rounds.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace parquet_flow::peers {
namespace {

double secondsOf(const std::function<void()>& subject, std::uint64_t times) {
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < times; ++i) {
    subject();
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  return elapsed.count() / static_cast<double>(times);
}

}  // namespace

Timings runRounds(const std::vector<std::function<void()>>& subjects, const RoundOptions& options) {
  std::vector<std::uint64_t> times;
  for (const auto& subject : subjects) {
    secondsOf(subject, 1);
    times.push_back(static_cast<std::uint64_t>(std::ceil(options.seconds / secondsOf(subject, 1))));
  }
  Timings timings(subjects.size());
  for (std::uint64_t round = 0; round < options.rounds; ++round) {
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      const std::size_t subject = round % 2 == 0 ? i : subjects.size() - 1 - i;
      timings[subject].push_back(
          secondsOf(subjects[subject], std::max<std::uint64_t>(1, times[subject])));
    }
  }
  return timings;
}

Spread spreadOf(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  const std::size_t middle = samples.size() / 2;
  const double median =
      samples.size() % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
  return {median, samples.front(), samples.back()};
}

std::vector<double> ratios(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> all(a.size());
  std::transform(a.begin(), a.end(), b.begin(), all.begin(),
                 [](double under, double over) { return over / under; });
  return all;
}

}  // namespace parquet_flow::peers
