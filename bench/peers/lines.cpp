#include "lines.hpp"

#include <cstdio>

#include "rounds.hpp"

namespace parquet_flow::peers {
namespace {

std::string pair(const std::string& name, double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "=%.*f", decimals, value);
  return " " + name + text;
}

}  // namespace

std::string lineName(const std::string& work, unsigned nullPercent) {
  return "work=" + work + " nulls=" + std::to_string(nullPercent);
}

std::vector<double> rates(std::uint64_t values, const std::vector<double>& seconds) {
  std::vector<double> all;
  all.reserve(seconds.size());
  for (const double second : seconds) {
    all.push_back(static_cast<double>(values) / second / 1e6);
  }
  return all;
}

std::string median(const std::string& name, const std::vector<double>& samples, int decimals) {
  return pair(name, spreadOf(samples).median, decimals);
}

std::string spread(const std::string& name, const std::vector<double>& samples, int decimals) {
  const Spread of = spreadOf(samples);
  return pair(name + "_min", of.min, decimals) + pair(name + "_max", of.max, decimals);
}

void printLine(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

}  // namespace parquet_flow::peers
