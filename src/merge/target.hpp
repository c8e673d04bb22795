// What a merge's output will be: its schema, its writer's options, and whether it is one of
// captures. Found out before anything is written.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/status.hpp"
#include "merge/ledger.hpp"
#include "merge/options.hpp"
#include "merge/source_file.hpp"
#include "merge/source_rows.hpp"
#include "schema/schema.hpp"
#include "write/options.hpp"

namespace parquet_flow::merge {

// The column that says which session a row of several captures is of.
inline constexpr std::string_view kSessionColumn = "session";

// Captures are merged with captures alone. Their ledgers are read first, all of them: so it is
// known whether they are of several sessions, and which files would bring attempts that are there
// already.
struct Captures {
  struct Refusal {
    Error error;
    // From 0, of a path that is named more than once; empty: it goes in nowhere. By its number
    // alone no file is known: a directory may have got others by the time it is read again.
    std::set<std::uint64_t> numbers;
  };
  LedgerBook book;
  std::map<std::string, Refusal> refused;  // by the file's path
  bool hasSessionColumn = false;
};

struct Target {
  std::shared_ptr<const schema::Schema> schema;
  write::WriterOptions writer;
  std::optional<Captures> captures;
};

// Schema and codec are those of the first file that can be read. kInvalidArgument: there is none,
// or a column to sort by is not there or has no order; kUnsupported: captures of several sessions,
// and the first has a column 'session' of its own; kCancelled: it was stopped; errors as those of
// Paths.
//
// `tell`: of each file in turn, where none can be read, until it is false.
using TellUnreadable = std::function<bool(const std::string& path, const Error& error)>;
[[nodiscard]] Result<Target> chooseTarget(const MergeOptions& options, const MergeEvents& events,
                                          const TellUnreadable& tell = nullptr);

// kCancelled, of a merge that is stopped before a file is in it.
[[nodiscard]] tl::unexpected<Error> failStoppedAtOnce();

// The error that ends a merge, of one that a file has: it is no mistake of the caller's.
[[nodiscard]] Error ofFile(Error error);

// Whether the file may be merged into the target: a capture into captures, and no other, nor one of
// a session that was not there when the target was chosen. Where the output has the column, by the
// number of a session in the file's ledger: that in the output. `number`: of the file, from 0.
[[nodiscard]] Result<std::optional<SessionColumn>> sessionsOf(const Target& target,
                                                              const SourceFile& file,
                                                              std::uint64_t number);

using KeyValues = std::vector<std::pair<std::string, std::string>>;
// `isIdentity`: ColumnMap's, of the file. What another has under schema::kArrowSchemaKey is not of
// the output's columns: readers go by their places.
[[nodiscard]] KeyValues keyValuesOf(const SourceFile& file, bool isIdentity);

// The metadata of an output, from that of the files whose rows are in it: what the first of them
// has, and none of the others has otherwise, but for the widths of indices in an Arrow schema;
// ledgers combined; who wrote what was copied.
class OutputKeyValues {
 public:
  explicit OutputKeyValues(const Target& target);
  [[nodiscard]] Result<void> add(const KeyValues& keyValues);
  // Of a file that does not end here, but has rows: all but its ledger. Again is no matter.
  void addPairs(const KeyValues& keyValues);
  // A row group of these was copied: see writersOf.
  void addCopied(const std::vector<std::string>& writers);
  // To be set, all of them; then it is empty again.
  [[nodiscard]] std::vector<write::KeyValue> take();

 private:
  // What is said of the output under schema::kArrowSchemaKey: indices of dictionaries are wide, as
  // row groups of several files may have become one.
  [[nodiscard]] std::optional<std::string> arrowSchemaOf(const std::string& text) const;

  const Target* target_;
  std::optional<LedgerBook> book_;
  std::map<std::string, std::optional<std::string>> kept_;  // nullopt: of several values
  std::set<std::string> copiedFrom_;
  bool isFirst_ = true;
  bool allHaveArrowSchema_ = true;
};

}  // namespace parquet_flow::merge
