// What a sink of the opaque shape has written, taken apart again: rows, row groups, ledger.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace parquet_flow::sink::test {

struct CapturedRow {
  std::int64_t time = 0;  // capture_time as it stands in the file
  std::uint32_t producer = 0;
  std::uint64_t attempt = 0;
  std::string payload;

  friend bool operator==(const CapturedRow&, const CapturedRow&) = default;
};

struct CapturedFile {
  std::vector<CapturedRow> rows;
  std::vector<std::uint64_t> groupRows;
  std::map<std::string, std::string> keyValues;
  nlohmann::json ledger;  // of the one session

  [[nodiscard]] std::vector<std::string> payloads() const;
};

// Of a whole file; a test failure where it is none. The columns are those of the opaque shape with
// capture columns, PLAIN, of any codec.
[[nodiscard]] CapturedFile readCaptured(std::string_view file);

// The identity of the ledger, for each producer of the file:
//   last - previous = rows + refused + aborted + rejected + write_lost
// and that its rows are those in the file.
void expectLedgerHolds(const CapturedFile& file);

// The entry of a producer; null where it has none.
[[nodiscard]] nlohmann::json lineOf(const CapturedFile& file, std::uint32_t producer);

}  // namespace parquet_flow::sink::test
