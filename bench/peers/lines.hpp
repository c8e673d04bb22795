// The lines that are printed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace parquet_flow::peers {

// "work=int64_plain nulls=10": what --work is matched with.
std::string lineName(const std::string& work, unsigned nullPercent);

// Millions of values a second, of runs over `values` of them.
std::vector<double> rates(std::uint64_t values, const std::vector<double>& seconds);

// " NAME=" and the median, or " NAME_min= NAME_max=".
std::string median(const std::string& name, const std::vector<double>& samples, int decimals);
std::string spread(const std::string& name, const std::vector<double>& samples, int decimals);

void printLine(const std::string& line);

}  // namespace parquet_flow::peers
