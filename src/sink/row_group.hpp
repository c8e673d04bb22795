// One row group of the pool: what goes along with its rows to the output.
#pragma once

#include <cstdint>
#include <vector>

#include "pipeline/row_group_stage.hpp"
#include "sink/account.hpp"

namespace parquet_flow::sink {

// What the output is to do once the row group is written.
struct Order {
  std::uint64_t ticket = 0;  // of the last request that this answers; 0: none
  bool sync = false;         // everything so far must be durable
  bool publish = false;      // end the file
  bool rotateIfDue = false;  // end the file if it is old enough
  bool last = false;         // nothing comes behind it
  bool lacksLines = false;   // there was no memory for what the ledger should say of its rows
  std::uint64_t lost = 0;    // records that the ticket was for, and that the rings no longer had
};

struct RowGroup final : pipeline::RowGroupJob {
  // The output calls it when it is done.
  void reset() noexcept {
    deltas.clear();
    order = {};
    rowsSettled = false;
    deltasSettled = false;
  }

  std::vector<LedgerDelta> deltas;
  Order order;

  // --- the output's own, while the row group is with it ---
  bool rowsSettled = false;    // written, or given up
  bool deltasSettled = false;  // taken into the accounts
};

}  // namespace parquet_flow::sink
