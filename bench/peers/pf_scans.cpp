// Queries beside DuckDB's: writes the files that both read, then answers one query a line, with the
// seconds it took. scan_works.py drives it.
//
//   pf_scans write FOLDER ROWS     ints3.plain.parquet, ints3.chosen.parquet: a 0-999, b 0-999 999
//                                  with 5 % nulls, c the row, all INT32; strings.*: few, of 1 000
//                                  distinct values, and many, all distinct
//   pf_scans serve                 lines: path, where, group by, aggregates, select, order by,
//                                  limit, with tabs between. Answer: seconds, rows, checksum, bytes
//                                  read
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "io/posix_file.hpp"
#include "parquet_flow.h"
#include "read/file_reader.hpp"
#include "scan/append_values.hpp"
#include "scan/predicate_text.hpp"
#include "scan/query.hpp"
#include "scan/rows.hpp"

namespace parquet_flow::peers {
namespace {

constexpr std::uint64_t kRowGroupRows = std::uint64_t{1} << 20;

// SplitMix64 (Steele, Lea and Flood, 2014) of the row: any row by itself.
std::uint64_t randomOf(std::uint64_t row) noexcept {
  std::uint64_t z = row * 0x9E3779B97F4A7C15U + 0x9E3779B97F4A7C15U;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

void require(bool isIt, const std::string& what) {
  if (!isIt) {
    throw std::runtime_error(what);
  }
}
template <class T>
T value(Result<T> result) {
  require(result.has_value(), result ? "" : result.error().message());
  return std::move(*result);
}

struct Column {
  const char* name;
  bool isText;
  bool isNullable;
  std::vector<std::int32_t> ints = {};
  std::string text = {};
  std::vector<std::uint32_t> offsets = {};
  std::vector<std::uint8_t> levels = {};

  void clear() {
    ints.clear();
    text.clear();
    offsets.assign(1, 0);
    levels.clear();
  }
  void add(std::int32_t number, bool isThere = true) {
    levels.push_back(isThere ? 1 : 0);
    if (isThere) {
      ints.push_back(number);
    }
  }
  void add(const std::string& value) {
    text += value;
    offsets.push_back(static_cast<std::uint32_t>(text.size()));
  }
  [[nodiscard]] pf_column_input_with_levels_t input() const {
    pf_column_input_with_levels_t input{};
    input.values = isText ? static_cast<const void*>(text.data()) : ints.data();
    input.values_len = isText ? text.size() : ints.size();
    if (isText) {
      input.offsets = offsets.data();
      input.offsets_len = offsets.size();
    }
    if (isNullable) {
      input.definition_levels = levels.data();
      input.definition_levels_len = levels.size();
    }
    return input;
  }
};

pf_schema_t* schemaOf(const std::vector<Column>& columns) {
  pf_schema_t* schema = nullptr;
  require(pf_schema_create(&schema, nullptr) == PF_STATUS_OK, "no schema");
  for (const Column& column : columns) {
    const pf_status_t status = pf_schema_add_leaf(
        schema, PF_SCHEMA_ROOT, column.name,
        column.isText ? PF_PHYSICAL_BYTE_ARRAY : PF_PHYSICAL_INT32,
        column.isNullable ? PF_REPETITION_OPTIONAL : PF_REPETITION_REQUIRED, 0,
        column.isText ? PF_LOGICAL_STRING : PF_LOGICAL_NONE, 0, 0, -1, nullptr, nullptr);
    require(status == PF_STATUS_OK, "no leaf");
  }
  return schema;
}

// `fill` adds a row to each column.
template <class Fill>
void writeFile(const std::string& path, bool isPlain, std::vector<Column> columns,
               std::uint64_t rows, Fill fill) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  if (isPlain) {
    options.encoding = PF_ENCODING_PLAIN;
  }
  pf_output_t output;
  pf_output_init(&output, sizeof output);
  output.path = path.c_str();
  pf_schema_t* const schema = schemaOf(columns);
  pf_writer_handle_t* writer = nullptr;
  const pf_status_t made =
      pf_writer_create_with_options(schema, &options, &output, &writer, &error);
  pf_schema_destroy(schema);
  require(made == PF_STATUS_OK, error.message);
  for (std::uint64_t first = 0; first < rows; first += kRowGroupRows) {
    const std::uint64_t count = std::min(kRowGroupRows, rows - first);
    for (Column& column : columns) {
      column.clear();
    }
    for (std::uint64_t row = first; row < first + count; ++row) {
      fill(row, columns);
    }
    std::vector<pf_column_input_with_levels_t> inputs;
    inputs.reserve(columns.size());
    for (const Column& column : columns) {
      inputs.push_back(column.input());
    }
    require(pf_writer_write_row_group_with_levels(writer, count, inputs.data(), inputs.size()) ==
                PF_STATUS_OK,
            pf_writer_last_error(writer));
  }
  require(pf_writer_close(writer) == PF_STATUS_OK, pf_writer_last_error(writer));
  pf_writer_destroy(writer);
}

std::string fileOf(const std::string& folder, std::string_view name, bool isPlain) {
  std::string file = folder;
  file.append("/").append(name).append(isPlain ? ".plain.parquet" : ".chosen.parquet");
  return file;
}

void writeFiles(const std::string& folder, std::uint64_t rows) {
  for (const bool isPlain : {true, false}) {
    writeFile(fileOf(folder, "ints3", isPlain), isPlain,
              {{"a", false, false}, {"b", false, true}, {"c", false, false}}, rows,
              [](std::uint64_t row, std::vector<Column>& columns) {
                const std::uint64_t random = randomOf(row);
                columns[0].add(static_cast<std::int32_t>(random % 1000));
                columns[1].add(static_cast<std::int32_t>(random / 1000 % 1'000'000),
                               random / 1'000'000'000 % 20 != 0);
                columns[2].add(static_cast<std::int32_t>(row));
              });
    writeFile(fileOf(folder, "strings", isPlain), isPlain,
              {{"few", true, false}, {"many", true, false}}, rows,
              [](std::uint64_t row, std::vector<Column>& columns) {
                const std::uint64_t random = randomOf(row);
                columns[0].add("venue-" + std::to_string(random % 1000) + "-symbol");
                columns[1].add("order " + std::to_string(random) + " of " + std::to_string(row));
              });
  }
}

struct Answer {
  double seconds = 0;
  std::uint64_t rows = 0;
  std::uint64_t checksum = 0;
  std::uint64_t bytesRead = 0;
};

// The sum of all values as numbers, and of the lengths of those that are bytes: what does not
// depend on an order that is not asked for.
std::uint64_t checksumOf(const scan::Query& query, const read::ColumnBatch& batch) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < batch.columns.size(); ++i) {
    const schema::Leaf& leaf = query.schema().leaves()[query.leaves()[i]];
    for (std::uint64_t row = 0; row < batch.rows; ++row) {
      std::byte boolean{};
      if (!scan::hasValue(batch.columns[i], row)) {
        continue;
      }
      const ConstBytes bytes = scan::valueAt(leaf, batch.columns[i], row, boolean);
      if (leaf.type == schema::PhysicalType::kInt32) {
        sum += static_cast<std::uint64_t>(std::int64_t{loadLe<std::int32_t>(bytes.data())});
      } else if (leaf.type == schema::PhysicalType::kFixedLenByteArray) {
        // The low half of a sum, big-endian.
        sum += __builtin_bswap64(loadLe<std::uint64_t>(bytes.data() + 8));
      } else if (leaf.type == schema::PhysicalType::kInt64) {
        sum += loadLe<std::uint64_t>(bytes.data());
      } else {
        sum += bytes.size();
      }
    }
  }
  return sum;
}

// From opening the file to the last row.
Answer ask(const std::vector<std::string>& words) {
  require(words.size() == 7, "a query has seven words");
  const auto start = std::chrono::steady_clock::now();
  scan::QueryOptions options;
  if (!words[1].empty()) {
    options.where = value(scan::parsePredicate(words[1]));
  }
  if (!words[2].empty()) {
    options.groupBy = value(scan::parsePaths(words[2]));
  }
  if (!words[3].empty()) {
    options.aggregates = value(scan::parseAggregates(words[3]));
  }
  if (!words[4].empty()) {
    options.select = value(scan::parsePaths(words[4]));
  }
  if (!words[5].empty()) {
    options.orderBy = value(scan::parseOrderBy(words[5]));
  }
  if (!words[6].empty()) {
    options.limit = std::stoull(words[6]);
  }
  const std::string& path = words[0];
  const auto open = [&path]() -> Result<std::shared_ptr<const read::FileReader>> {
    PF_TRY_ASSIGN(auto file, io::openInputFile(path, io::InputAccess::kMapping));
    PF_TRY_ASSIGN(auto reader, read::FileReader::open(std::move(file)));
    return std::shared_ptr<const read::FileReader>(std::move(reader));
  };
  const auto query = value(scan::Query::create({{path, open}}, std::move(options)));
  Answer answer;
  read::ColumnBatch batch;
  while (value(query->next(batch))) {
    answer.rows += batch.rows;
    answer.checksum += checksumOf(*query, batch);
  }
  answer.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  answer.bytesRead = query->stats().table.scan.bytesRead;
  return answer;
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> words(1);
  for (const char byte : line) {
    if (byte == '\t') {
      words.emplace_back();
    } else {
      words.back() += byte;
    }
  }
  return words;
}

void serve() {
  for (std::string line; std::getline(std::cin, line);) {
    const Answer answer = ask(split(line));
    std::printf("%.9f %llu %llu %llu\n", answer.seconds,
                static_cast<unsigned long long>(answer.rows),
                static_cast<unsigned long long>(answer.checksum),
                static_cast<unsigned long long>(answer.bytesRead));
    std::fflush(stdout);
  }
}

int run(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "write" && argc == 4) {
    writeFiles(argv[2], std::stoull(argv[3]));
  } else if (mode == "serve" && argc == 2) {
    serve();
  } else {
    std::fputs("usage: pf_scans write FOLDER ROWS | pf_scans serve\n", stderr);
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace parquet_flow::peers

int main(int argc, char** argv) {
  try {
    return parquet_flow::peers::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pf_scans: %s\n", error.what());
    return 1;
  }
}
