// One capture of the demo: a feed driven into a sink of its own, and what came of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "load/c_api.hpp"
#include "load/driver.hpp"
#include "load/histogram.hpp"
#include "parquet_flow.h"

namespace parquet_flow::demo {

struct Feed {
  std::string title;
  std::string directory;  // of the files
  std::string prefix;
  // Of the callback shape; or the fields of a struct.
  load::SchemaHandle schema;
  pf_row_fn onRow = nullptr;
  std::span<const pf_struct_column_t> structColumns;
  load::SourceFactory sources;
  load::DriveOptions drive;
  std::uint64_t ringBytes = 0;  // of each producer; 0: the sink's default
  std::uint64_t rotateRows = 0;
};

struct PublishedFile {
  std::string path;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t rowGroups = 0;
};

struct Capture {
  load::DriveReport drive;
  load::Histogram callNs;            // of all producers
  pf_sink_stats_t stats;             // after the close
  std::vector<PublishedFile> files;  // as on_file told of them
  std::uint64_t rowsLost = 0;        // the same
};

// Opens the sink, drives the feed, closes the sink.
[[nodiscard]] Result<Capture> capture(const Feed& feed);

// Holds the capture against the footers of its files: every row accepted is in one, and every
// attempt is accounted for. A sentence that says what is not so, or nothing.
[[nodiscard]] std::optional<std::string> discrepancyOf(const Capture& capture);

// What two clock reads around nothing take, as they stand around each call: recorded 100 000 times.
[[nodiscard]] load::Histogram emptyBracketNs();

}  // namespace parquet_flow::demo
