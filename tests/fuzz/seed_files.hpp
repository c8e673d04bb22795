// Files that fuzz targets begin from: what our writer makes of every kind, and small ones of
// others. For targets over the layers below the C API.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "read/made_files.hpp"
#include "support/corpus.hpp"

namespace parquet_flow::fuzz {

// Of each codec, encoding and version; of random schemas, nested to any depth.
inline std::vector<std::string> writtenFiles() {
  std::vector<std::string> files;
  for (const write::WriterOptions& options : read::test::smallFileOptions()) {
    files.push_back(read::test::smallFile(options).bytes);
  }
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    test::RandomRows random(seed, seed % 3 == 0 ? 0 : 4);
    const auto schema =
        std::make_shared<const schema::Schema>(random.makeSchema(static_cast<int>(seed % 5)));
    const column::RowPlan plan(*schema);
    std::vector<read::test::Rows> rowGroups(1 + seed % 2);
    for (read::test::Rows& rows : rowGroups) {
      rows.resize(1 + random.below(12));
      std::generate(rows.begin(), rows.end(), [&] { return random.makeRow(plan); });
    }
    files.push_back(read::test::fileOf(schema, read::test::anyOptions(random), rowGroups));
  }
  return files;
}

// Those of the parquet-testing corpus, where it is there, of at most `bytesMax`, the bad ones too;
// by name, so that a run can be had again.
inline std::vector<std::string> corpusFiles(std::uintmax_t bytesMax) {
  std::vector<std::string> files;
  const auto root = test::corpusPath("parquet-testing");
  if (!root) return files;
  std::vector<std::filesystem::path> paths;
  for (const char* const folder : {"data", "data/geospatial", "bad_data"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(*root) / folder)) {
      if (entry.path().extension() == ".parquet" && entry.file_size() <= bytesMax) {
        paths.push_back(entry.path());
      }
    }
  }
  std::sort(paths.begin(), paths.end());
  for (const std::filesystem::path& path : paths) {
    std::ifstream in(path, std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return files;
}

inline std::vector<std::string> seedFiles(std::uintmax_t corpusBytesMax) {
  std::vector<std::string> files = writtenFiles();
  for (std::string& file : corpusFiles(corpusBytesMax)) files.push_back(std::move(file));
  return files;
}

// `head`, and the bytes behind it.
inline FuzzInput inputOf(FuzzInput head, ConstBytes bytes) {
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  head.insert(head.end(), data, data + bytes.size());
  return head;
}

inline std::uint8_t lowByte(std::uint64_t value) { return static_cast<std::uint8_t>(value); }

}  // namespace parquet_flow::fuzz
