#include "sink/file_accounts.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "sink/grow.hpp"

namespace parquet_flow::sink {

void FileAccounts::add(std::span<const LedgerDelta> deltas) {
  growFor(deltas.size(), &lines_);
  growFor(deltas.size(), &unsynced_);
  for (const LedgerDelta& delta : deltas) {
    Account& account = *delta.account;
    if (!account.hasLine) {
      lines_.push_back(delta.account);
      account.hasLine = true;
      account.line = delta.line;
    } else {
      PF_ASSERT(account.line.last == delta.line.previous);
      account.line.extend(delta.line);
    }
    if (delta.line.writeLost != 0) account.lost.add(delta.line.previous + 1, delta.line.last);
    if (delta.refusedByReason) account.refusedByReason = delta.refusedByReason;
    if (!account.isUnsynced) {
      unsynced_.push_back(delta.account);
      account.isUnsynced = true;
      account.unsyncedFirst = delta.line.previous + 1;
      account.unsyncedRows = 0;
    }
    account.unsyncedLast = delta.line.last;
    account.unsyncedRows += delta.line.rows;
    unsyncedRows_ += delta.line.rows;
  }
}

std::span<const std::shared_ptr<Account>> FileAccounts::lines() {
  std::sort(lines_.begin(), lines_.end(),
            [](const auto& a, const auto& b) { return a->index < b->index; });
  return lines_;
}

std::uint64_t FileAccounts::rows() const noexcept {
  std::uint64_t rows = 0;
  for (const auto& account : lines_) rows += account->line.rows;
  return rows;
}

void FileAccounts::clear() noexcept {
  for (const auto& account : lines_) account->hasLine = false;
  lines_.clear();
}

void FileAccounts::loseRows() noexcept {
  for (const auto& account : lines_) {
    LedgerLine& line = account->line;
    if (line.rows != 0) account->lost.add(line.previous + 1, line.last);
    line.loseRows();
  }
  settle();
}

void FileAccounts::settle() noexcept {
  for (const auto& account : unsynced_) {
    account->isUnsynced = false;
    account->durableAttempt.store(account->unsyncedLast, std::memory_order_release);
  }
  unsynced_.clear();
  unsyncedRows_ = 0;
}

void FileAccounts::doubt(const std::string& path, DoubtFunction onDoubt, void* user) noexcept {
  for (const auto& account : unsynced_) {
    if (account->unsyncedRows == 0) continue;  // refusals need no disk
    account->inDoubt.add(account->unsyncedFirst, account->unsyncedLast);
    if (onDoubt != nullptr) {
      onDoubt(user, {account->index, account->unsyncedFirst, account->unsyncedLast, path.c_str()});
    }
  }
  settle();
}

}  // namespace parquet_flow::sink
