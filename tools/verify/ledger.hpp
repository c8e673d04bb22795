// The ledger of a captured file, as docs/ledger.md has it, read back and held against the rows; and
// those of a session's files against each other.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "read/file_reader.hpp"
#include "verify/finding.hpp"

namespace parquet_flow::verify {

struct LedgerProducer {
  std::int64_t number = 0;
  std::string name;
  std::uint64_t previous = 0;
  std::uint64_t last = 0;
  std::uint64_t rows = 0;
  std::uint64_t refused = 0;
  std::uint64_t aborted = 0;
  std::uint64_t rejected = 0;
  std::uint64_t writeLost = 0;
};

struct LedgerSession {
  std::string uuid;
  std::uint64_t file = 0;  // 0: none of its files is in this one
  bool isMerged = false;   // of some of its files, not of one as a sink writes it
  std::vector<LedgerProducer> producers;
};

// kCorrupt: no JSON, or without what a ledger has to have.
[[nodiscard]] Result<std::vector<LedgerSession>> parseLedger(std::string_view text);

// The identity of each producer, and with the columns `producer` and `attempt` (and `session`,
// where the file has those of several) that the rows of each of its lines are as many, that all are
// within what the lines cover, and none is there twice. Nothing where the file has no ledger.
// `canRead`: pages can be decoded.
void checkLedger(const read::FileReader& file, bool canRead, Findings& findings,
                 std::vector<LedgerSession>& sessions);

// Files of sessions, in any order.
class LedgerChain {
 public:
  // Those that a file has; of merged ones it says nothing.
  void add(const std::string& file, const std::vector<LedgerSession>& sessions);
  struct Break {
    std::string file;
    std::string message;
  };
  // Where files of a session do not follow one another. Of a session of which one file was added,
  // nothing.
  [[nodiscard]] std::vector<Break> breaks() const;

 private:
  struct Link {
    std::string file;
    LedgerSession session;
  };
  std::map<std::string, std::vector<Link>> sessions_;  // by UUID
};

}  // namespace parquet_flow::verify
