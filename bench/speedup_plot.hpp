// What more threads gain, as an SVG picture.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace parquet_flow::bench {

struct SpeedupLine {
  std::string name;
  std::vector<double> gains;  // by number of threads, as `threads` of the plot has them
  bool isReference = false;   // dashed
};

struct SpeedupPanel {
  std::string title;
  std::vector<SpeedupLine> lines;
};

// Panels three in a row, gain over threads, from 1 thread and a gain of 1 on; the axes are the same
// in all. `threads` rise from 1 on; there are at least two.
[[nodiscard]] std::string speedupSvg(const std::string& title,
                                     const std::vector<std::uint32_t>& threads,
                                     const std::vector<SpeedupPanel>& panels);

}  // namespace parquet_flow::bench
