// A file's rows against its ledger.
#include <algorithm>
#include <optional>

#include "base/bits.hpp"
#include "base/bytes.hpp"
#include "read/batch_reader.hpp"
#include "read/chunk_info.hpp"
#include "sink/ledger.hpp"
#include "verify/ledger.hpp"

namespace parquet_flow::verify {
namespace {

constexpr const char* kKind = "ledger";

// A line of a producer, and how many rows are its own.
struct Line {
  const LedgerProducer* said;
  std::uint64_t rows = 0;
};

// A producer: its lines by their attempts, one behind the other, and what its rows come to. Merged
// files have several where a file between them was left out.
struct Seen {
  std::vector<Line> lines;
  std::uint64_t rows = 0;
  std::uint64_t outside = 0;  // of what the lines cover
  std::int64_t lastAttempt = 0;
  std::uint64_t backwards = 0;
  std::vector<std::int64_t> attempts;  // where they are not in order: all, in the second pass
};

class LedgerRows {
 public:
  LedgerRows(const read::FileReader& file, const std::vector<LedgerSession>& sessions,
             Findings& findings)
      : file_(file), sessions_(sessions), findings_(findings) {}

  void check() {
    const schema::Leaf* const producer = flat("producer", schema::PhysicalType::kInt32);
    const schema::Leaf* const attempt = flat("attempt", schema::PhysicalType::kInt64);
    // Of one session it is a column like others.
    const schema::Leaf* const session =
        sessions_.size() > 1 ? flat("session", schema::PhysicalType::kInt32) : nullptr;
    if (producer == nullptr || attempt == nullptr) {
      return;  // captured without them
    }
    if (sessions_.size() > 1 && session == nullptr) {
      error("it is of " + std::to_string(sessions_.size()) +
            " sessions, and no INT32 column 'session' says whose the rows are");
      return;
    }
    leaves_ = {producer->index, attempt->index};
    if (session != nullptr) {
      leaves_.push_back(session->index);
    }
    std::ranges::sort(leaves_);
    const auto place = [&](const schema::Leaf& leaf) {
      return static_cast<std::size_t>(std::ranges::find(leaves_, leaf.index) - leaves_.begin());
    };
    columns_ = {place(*producer), place(*attempt),
                session != nullptr ? std::optional(place(*session)) : std::nullopt};
    addLines();
    if (!read([this](const Key& key, std::int64_t number) { take(key, number); })) {
      return;
    }
    const bool isOrdered =
        std::ranges::none_of(seen_, [](const auto& each) { return each.second.backwards != 0; });
    const auto keep = [this](const Key& key, std::int64_t number) {
      if (Seen& seen = seen_[key]; seen.backwards != 0) {
        seen.attempts.push_back(number);
      }
    };
    if (isOrdered || read(keep)) {
      compare();
    }
  }

 private:
  // Session, by its place in the ledger, and producer.
  using Key = std::pair<std::int64_t, std::int64_t>;
  struct Columns {
    std::size_t producer = 0;
    std::size_t attempt = 0;
    std::optional<std::size_t> session = {};
  };

  const schema::Leaf* flat(const char* name, schema::PhysicalType type) const {
    const schema::Leaf* const leaf = file_.schema().findLeaf(name);
    return leaf != nullptr && leaf->type == type && leaf->maxDefinitionLevel == 0 ? leaf : nullptr;
  }

  // All producers that the ledger has.
  void addLines() {
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
      for (const LedgerProducer& producer : sessions_[i].producers) {
        seen_[{static_cast<std::int64_t>(i), producer.number}].lines.push_back({&producer});
      }
    }
    for (auto& [key, seen] : seen_) {
      std::ranges::sort(seen.lines, {}, [](const Line& line) {
        return std::pair(line.said->last, line.said->previous);
      });
      for (std::size_t i = 1; i < seen.lines.size(); ++i) {
        if (seen.lines[i].said->previous < seen.lines[i - 1].said->last) {
          error("two lines of " + who(key) + " cover attempt " +
                std::to_string(seen.lines[i - 1].said->last));
        }
      }
    }
  }

  template <class Take>
  bool read(const Take& take) {
    auto reader = read::BatchReader::create(file_, {.leaves = leaves_});
    read::ColumnBatch batch;
    for (;;) {
      const auto isThere = reader ? (*reader)->next(batch) : fail(reader.error());
      if (!isThere) {
        findings_.error(kKind, {}, "its columns cannot be read: " + isThere.error().message());
        return false;
      }
      if (!*isThere) {
        return true;
      }
      for (std::uint64_t row = 0; row < batch.rows; ++row) {
        const std::int64_t session =
            columns_.session ? int32At(batch.columns[*columns_.session], row) : 0;
        const read::ColumnVector& attempts = batch.columns[columns_.attempt];
        take(Key{session, int32At(batch.columns[columns_.producer], row)},
             loadLe<std::int64_t>(attempts.data() + row * sizeof(std::int64_t)));
      }
    }
  }

  static std::int32_t int32At(const read::ColumnVector& column, std::uint64_t row) {
    return loadLe<std::int32_t>(column.data() + row * sizeof(std::int32_t));
  }

  // A row that no line covers counts for the one that ends behind it, or the last.
  void take(const Key& key, std::int64_t attempt) {
    Seen& seen = seen_[key];
    ++seen.rows;
    seen.backwards += seen.rows > 1 && attempt <= seen.lastAttempt ? 1 : 0;
    seen.lastAttempt = attempt;
    if (seen.lines.empty()) {
      return;
    }
    const std::uint64_t number = attempt < 1 ? 0 : static_cast<std::uint64_t>(attempt);
    auto line = std::ranges::lower_bound(seen.lines, number, {},
                                         [](const Line& each) { return each.said->last; });
    line = line == seen.lines.end() ? line - 1 : line;
    ++line->rows;
    if (number <= line->said->previous || number > line->said->last) {
      ++seen.outside;
    }
  }

  std::string who(const Key& key) const {
    return "producer " + std::to_string(key.second) +
           (sessions_.size() > 1 ? " of session " + std::to_string(key.first) : std::string());
  }

  static std::string attemptsOf(const Line& line) {
    return std::to_string(line.said->previous + 1) + " to " + std::to_string(line.said->last);
  }

  void compare() {
    for (auto& [key, seen] : seen_) {
      if (seen.lines.empty()) {
        error(std::to_string(seen.rows) + " rows are of " + who(key) +
              ", which the ledger does not have");
        continue;
      }
      if (seen.outside != 0) {
        std::string covered;
        for (const Line& line : seen.lines) {
          covered += (covered.empty() ? "" : ", ") + attemptsOf(line);
        }
        error(std::to_string(seen.outside) + " rows of " + who(key) +
              " have attempts outside of those that the file covers, " + covered);
      }
      checkTwice(who(key), seen);
      for (const Line& line : seen.lines) {
        if (line.rows != line.said->rows) {
          error("the ledger counts " + std::to_string(line.said->rows) + " rows of " + who(key) +
                (seen.lines.size() > 1 ? " with attempts " + attemptsOf(line) : std::string()) +
                ", and there are " + std::to_string(line.rows));
        }
      }
    }
  }

  // Attempts that grow row by row, as a sink writes them, are there once. Others may be merged.
  void checkTwice(const std::string& who, Seen& seen) {
    std::ranges::sort(seen.attempts);
    if (const auto twice = std::ranges::adjacent_find(seen.attempts);
        twice != seen.attempts.end()) {
      error("attempt " + std::to_string(*twice) + " of " + who + " is there more than once");
    }
  }

  void error(std::string message) { findings_.error(kKind, {}, std::move(message)); }

  const read::FileReader& file_;
  const std::vector<LedgerSession>& sessions_;
  Findings& findings_;
  std::vector<std::uint32_t> leaves_;
  Columns columns_;
  std::map<Key, Seen> seen_;
};

void checkIdentity(const LedgerProducer& producer, Findings& findings) {
  const std::uint64_t sum =
      producer.rows + producer.refused + producer.aborted + producer.rejected + producer.writeLost;
  if (producer.last < producer.previous || producer.last - producer.previous != sum) {
    findings.error(kKind, {},
                   "producer " + std::to_string(producer.number) + " covers attempts " +
                       std::to_string(producer.previous) + " to " + std::to_string(producer.last) +
                       ", and its rows, refused, aborted, rejected and write_lost are " +
                       std::to_string(sum));
  }
}

}  // namespace

void checkLedger(const read::FileReader& file, bool canRead, Findings& findings,
                 std::vector<LedgerSession>& sessions) {
  const auto text = read::findKeyValue(file, sink::kLedgerKey);
  if (!text) {
    return;
  }
  auto parsed = parseLedger(*text);
  if (!parsed) {
    findings.error(kKind, {}, "it cannot be read: " + parsed.error().message());
    return;
  }
  sessions = std::move(*parsed);
  std::uint64_t rows = 0;
  for (const LedgerSession& session : sessions) {
    for (const LedgerProducer& producer : session.producers) {
      checkIdentity(producer, findings);
      rows += producer.rows;
    }
  }
  if (rows != file.rows()) {
    findings.error(kKind, {},
                   "the ledger counts " + std::to_string(rows) + " rows, and there are " +
                       std::to_string(file.rows()));
  }
  if (canRead) {
    LedgerRows(file, sessions, findings).check();
  }
}

}  // namespace parquet_flow::verify
