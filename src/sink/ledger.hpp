// The ledger in a file's footer: whose attempts the file covers, and what they came to. What each
// field means stands in docs/ledger.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "sink/account.hpp"
#include "sink/options.hpp"

namespace parquet_flow::sink {

inline constexpr std::string_view kLedgerKey = "parquet_flow.ledger";

// One opening of one sink.
struct Session {
  Uuid uuid;
  std::string host;
  std::int64_t processId = 0;
  std::int64_t openedUtcNs = 0;
};

// What capture_time rests on.
struct ClockReport {
  ClockChoice source = ClockChoice::kWorker;
  ClockReason reason = ClockReason::kAsked;
  std::int64_t errorNs = 0;
  std::uint64_t epochs = 1;
  std::vector<ClockAnchor> anchors;  // the last of each epoch, the newest epochs
};

// What only the session's last file says, of all its producers together.
struct SessionTotals {
  RefusedByReason refusedByReason = {};
  std::uint64_t noRing = 0;
};

struct LedgerFile {
  std::uint64_t number = 0;  // of the files of this session, from 1
  std::span<const std::shared_ptr<Account>> accounts;
  std::optional<SessionTotals> totals;  // the session's last file
};

[[nodiscard]] std::string ledgerText(const Session& session, const ClockReport& clock,
                                     const LedgerFile& file);

}  // namespace parquet_flow::sink
