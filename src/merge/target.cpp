#include "merge/target.hpp"

#include <algorithm>
#include <functional>
#include <unordered_set>
#include <utility>

#include "base/utf8.hpp"
#include "merge/created_by.hpp"
#include "merge/paths.hpp"
#include "read/schema_tree.hpp"
#include "schema/arrow_schema.hpp"
#include "stats/order.hpp"
#include "write/copied_row_group.hpp"

namespace parquet_flow::merge {
namespace {

codec::Compression codecOf(const format::FileMetaData& meta) noexcept {
  for (const format::RowGroup& group : meta.row_groups) {
    for (const format::ColumnChunk& chunk : group.columns) {
      switch (chunk.meta_data.codec) {
        case format::CompressionCodec::SNAPPY:
          return codec::Compression::kSnappy;
        case format::CompressionCodec::GZIP:
          return codec::Compression::kGzip;
        case format::CompressionCodec::BROTLI:
          return codec::Compression::kBrotli;
        case format::CompressionCodec::ZSTD:
          return codec::Compression::kZstd;
        case format::CompressionCodec::LZ4:
        case format::CompressionCodec::LZ4_RAW:
          return codec::Compression::kLz4Raw;
        default:
          break;
      }
    }
  }
  return codec::Compression::kUncompressed;
}

Result<std::shared_ptr<schema::Schema>> schemaOf(const SourceFile& file) {
  auto schema = read::schemaOf(file.metaData().schema);
  if (schema) {
    Result<void> checked = checkAnnotations(file.metaData().schema, *schema);
    if (checked) checked = checkColumnNames(*schema);
    if (checked) checked = schema->validate();
    if (checked) return std::make_shared<schema::Schema>(std::move(*schema));
    return fail(std::move(checked).error().withContext(file.bytes().name()));
  }
  return fail(std::move(schema).error().withContext(file.bytes().name()));
}

// The ledgers of all files, from the first on.
Result<Captures> readLedgers(const MergeOptions& options, const MergeEvents& events) {
  Captures captures;
  PF_TRY_ASSIGN(const auto paths, Paths::ofMerge(options));
  SourceFile file;
  std::string path;
  std::unordered_set<std::size_t> taken;  // hashes of their paths
  for (std::uint64_t number = 0;; ++number) {
    if (events.isStopped()) return failStoppedAtOnce();
    PF_TRY_ASSIGN(const bool isThere, paths->next(path));
    if (!isThere) break;
    // What is wrong with a file that cannot be opened is said when it is to be read.
    if (!file.open(path)) continue;
    const std::string* const text = file.keyValue(kLedgerKey);
    if (text == nullptr) continue;
    Result<void> added = captures.book.add(*text);
    if (added) {
      taken.insert(std::hash<std::string>()(path));
      continue;
    }
    const auto refusal = captures.refused.try_emplace(
        path, Captures::Refusal{std::move(added).error().withContext(path), {}});
    const bool isAgain = taken.contains(std::hash<std::string>()(path));
    if (isAgain) refusal.first->second.numbers.insert(number);
  }
  return captures;
}

// A file with the ledger of several sessions was merged, and has the column. In one of a single
// session a column of that name is the user's.
Result<void> addSessionColumn(const SourceFile& file, schema::Schema& schema) {
  const std::string name(file.bytes().name());
  LedgerBook own;
  if (own.add(*file.keyValue(kLedgerKey)) && own.sessions() > 1) {
    const schema::Leaf& last = schema.leaves().back();
    if (last.dottedPath == kSessionColumn && last.type == schema::PhysicalType::kInt32 &&
        last.maxDefinitionLevel == 0 && last.logical.kind == schema::LogicalKind::kNone) {
      return {};
    }
    return fail(ErrorCode::kCorrupt, name +
                                         ": its ledger has several sessions, and its last "
                                         "column is not their number");
  }
  for (const std::uint32_t child : schema.nodes()[schema::kRoot].children) {
    if (schema.nodes()[child].name == kSessionColumn) {
      return fail(ErrorCode::kUnsupported,
                  name +
                      " has a column 'session' of its own: captures of several sessions get "
                      "one with the number of the row's session, and cannot have both");
    }
  }
  return schema
      .addLeaf(schema::kRoot, kSessionColumn, schema::PhysicalType::kInt32,
               schema::Repetition::kRequired)
      .map([](std::uint32_t) {});
}

// As it stands in messages, where a name may have a dot: 'a' > 'b.c'.
std::string quotedPath(const schema::Leaf& leaf) {
  std::string text;
  for (const std::string& name : leaf.path) text += (text.empty() ? "'" : " > '") + name + "'";
  return text;
}

// A column whose name has a dot may have the path of one in a group.
Result<void> requireOnly(const schema::Schema& schema, const schema::Leaf& leaf) {
  for (const schema::Leaf& other : schema.leaves().subspan(leaf.index + 1)) {
    if (other.dottedPath == leaf.dottedPath) {
      return fail(ErrorCode::kInvalidArgument, "'" + leaf.dottedPath +
                                                   "' is the path of more than one column, " +
                                                   quotedPath(leaf) + " and " + quotedPath(other) +
                                                   ": it is not clear which to sort by");
    }
  }
  return {};
}

bool isGroup(const schema::Schema& schema, const std::string& path) {
  return std::ranges::any_of(schema.leaves(), [&](const schema::Leaf& leaf) {
    return leaf.dottedPath.starts_with(path + ".");
  });
}

Result<void> addSorting(const MergeOptions& options, Target& target) {
  for (const SortColumn& column : options.sortBy) {
    const schema::Leaf* const leaf = target.schema->findLeaf(column.path);
    if (leaf == nullptr || leaf->maxRepetitionLevel != 0 ||
        stats::orderOf(*leaf) == stats::Order::kNone) {
      return fail(ErrorCode::kInvalidArgument,
                  "column '" + column.path +
                      (leaf != nullptr ? "' repeats or has no order, and is not sorted by"
                       : isGroup(*target.schema, column.path)
                           ? "' is a group: rows are sorted by columns of values in it"
                           : "' is not there to be sorted by"));
    }
    PF_TRY(requireOnly(*target.schema, *leaf));
    for (const auto& before : target.writer.sortingColumns) {
      if (before.path == column.path) {
        return fail(ErrorCode::kInvalidArgument, "column '" + column.path + "' is sorted by twice");
      }
    }
    target.writer.sortingColumns.push_back(
        {.path = column.path, .descending = column.isDescending, .nullsFirst = false});
  }
  return {};
}

// What readers that go by the file's ARROW:schema can read: what it calls dictionaries stays in
// dictionary pages, and where it has fixed-size lists some encodings are not chosen.
void followArrowSchema(const SourceFile& file, Target& target) {
  const std::string* const text = file.keyValue(schema::kArrowSchemaKey);
  if (text == nullptr) return;
  const auto& leaves = target.schema->leaves();
  schema::ArrowLeaves said = schema::arrowLeavesIn(*text, leaves.size());
  for (const std::uint32_t leaf : said.dictionaries) {
    if (leaves[leaf].type == schema::PhysicalType::kByteArray) {
      target.writer.dictionaryLeaves.push_back(leaf);
    }
  }
  target.writer.leavesWithoutDeltas = std::move(said.requiredInFixedLists);
}

Result<std::shared_ptr<schema::Schema>> readSchema(const std::string& path, SourceFile& file) {
  Result<void> opened = file.open(path);
  auto read = opened ? schemaOf(file) : fail(std::move(opened).error());
  if (read || read.error().message().find(path) != std::string::npos) return read;
  return fail(std::move(read).error().withContext(path));
}

// They are read once more, as there may be any number of them.
Result<void> tellOfAll(const MergeOptions& options, const MergeEvents& events,
                       const TellUnreadable& tell) {
  PF_TRY_ASSIGN(const auto paths, Paths::ofMerge(options));
  SourceFile file;
  std::string path;
  while (!events.isStopped()) {
    PF_TRY_ASSIGN(const bool isThere, paths->next(path));
    if (!isThere) break;
    const auto read = readSchema(path, file);
    if (!read && !tell(path, read.error())) break;
  }
  return {};
}

}  // namespace

Result<Target> chooseTarget(const MergeOptions& options, const MergeEvents& events,
                            const TellUnreadable& tell) {
  PF_TRY_ASSIGN(const auto paths, Paths::ofMerge(options));
  SourceFile file;
  std::string path;
  std::optional<Error> first;
  std::shared_ptr<schema::Schema> schema;
  while (schema == nullptr) {
    if (events.isStopped()) return failStoppedAtOnce();
    PF_TRY_ASSIGN(const bool isThere, paths->next(path));
    if (!isThere) {
      if (!first) return fail(ErrorCode::kInvalidArgument, "there is no file to merge");
      if (tell) PF_TRY(tellOfAll(options, events, tell));
      return fail(ofFile(std::move(*first)));
    }
    auto read = readSchema(path, file);
    if (read) {
      schema = std::move(*read);
    } else if (!first) {
      first = std::move(read).error();
    }
  }
  Target target;
  if (file.keyValue(kLedgerKey) != nullptr) {
    PF_TRY_ASSIGN(target.captures, readLedgers(options, events));
    Captures& captures = *target.captures;
    captures.hasSessionColumn = captures.book.sessions() > 1;
    if (captures.hasSessionColumn) PF_TRY(addSessionColumn(file, *schema));
  }
  target.schema = std::move(schema);
  target.writer.column.compression =
      options.compression ? options.compression->compression : codecOf(file.metaData());
  if (options.compression) target.writer.column.compressionLevel = options.compression->level;
  followArrowSchema(file, target);
  PF_TRY(addSorting(options, target));
  PF_TRY(write::validateOptions(target.writer, *target.schema));
  return target;
}

tl::unexpected<Error> failStoppedAtOnce() {
  return fail(ErrorCode::kCancelled, "stopped before a file was merged: nothing was written");
}

Error ofFile(Error error) {
  if (error.code() != ErrorCode::kInvalidArgument) return error;
  return {ErrorCode::kUnsupported, error.message()};
}

Result<std::optional<SessionColumn>> sessionsOf(const Target& target, const SourceFile& file,
                                                std::uint64_t number) {
  const std::string* const text = file.keyValue(kLedgerKey);
  const std::string name(file.bytes().name());
  if (!target.captures) {
    if (text == nullptr) return std::nullopt;
    return fail(ErrorCode::kInvalidArgument,
                name + " is a capture, which the first file is not: its ledger would be lost");
  }
  if (text == nullptr) {
    return fail(ErrorCode::kInvalidArgument,
                name + " has no ledger, as captures have: it would not add up");
  }
  if (const auto found = target.captures->refused.find(name);
      found != target.captures->refused.end()) {
    const auto& [error, refused] = found->second;
    if (refused.empty() || refused.contains(number)) return fail(Error(error));
  }
  auto numbers = target.captures->book.numbersOf(*text);
  if (!numbers) return fail(std::move(numbers).error().withContext(name));
  if (!target.captures->hasSessionColumn) return std::nullopt;
  return SessionColumn{std::move(*numbers)};
}

KeyValues keyValuesOf(const SourceFile& file, bool isIdentity) {
  KeyValues all;
  for (const format::KeyValue& pair : file.metaData().key_value_metadata) {
    if (!isIdentity && pair.key == schema::kArrowSchemaKey) continue;
    if (pair.__isset.value && isUtf8(pair.key) && isUtf8(pair.value)) {
      all.emplace_back(pair.key, pair.value);
    }
  }
  return all;
}

OutputKeyValues::OutputKeyValues(const Target& target) : target_(&target) {
  if (target.captures) book_ = target.captures->book.emptied();
}

Result<void> OutputKeyValues::add(const KeyValues& keyValues) {
  for (const auto& [key, value] : keyValues) {
    if (key == kLedgerKey && book_) PF_TRY(book_->add(value));
  }
  addPairs(keyValues);
  return {};
}

void OutputKeyValues::addPairs(const KeyValues& keyValues) {
  bool hasArrowSchema = false;
  for (const auto& [key, value] : keyValues) {
    hasArrowSchema = hasArrowSchema || key == schema::kArrowSchemaKey;
    // The ledgers are combined, and of what is copied it is said anew.
    if ((key == kLedgerKey && book_) || key == write::kCopiedFromKey) continue;
    if (isFirst_) kept_.emplace(key, value);
    const auto kept = kept_.find(key);
    if (kept == kept_.end() || kept->second == value) continue;
    if (key == schema::kArrowSchemaKey && kept->second) {
      kept->second = schema::withWiderIndices(*kept->second, value);
    } else {
      kept->second.reset();
    }
  }
  allHaveArrowSchema_ = allHaveArrowSchema_ && hasArrowSchema;
  isFirst_ = false;
}

// Of what an output's files all say. Files that do not say of a column that it is a dictionary may
// have pages that no dictionary is read from, and lists of any length where others have fixed-size
// ones; what is encoded anew goes by the file that the target was chosen by.
std::optional<std::string> OutputKeyValues::arrowSchemaOf(const std::string& text) const {
  const auto& leaves = target_->schema->leaves();
  const write::WriterOptions& writer = target_->writer;
  const schema::ArrowLeaves said = schema::arrowLeavesIn(text, leaves.size());
  if (!allHaveArrowSchema_ && !(said.dictionaries.empty() && said.inFixedLists.empty())) {
    return std::nullopt;
  }
  for (const std::uint32_t leaf : said.dictionaries) {
    if (leaves[leaf].type == schema::PhysicalType::kByteArray &&
        !std::ranges::binary_search(writer.dictionaryLeaves, leaf)) {
      return std::nullopt;
    }
  }
  for (const std::uint32_t leaf : said.requiredInFixedLists) {
    if (!std::ranges::binary_search(writer.leavesWithoutDeltas, leaf)) return std::nullopt;
  }
  return schema::withWideIndices(text);
}

void OutputKeyValues::addCopied(const std::vector<std::string>& writers) {
  copiedFrom_.insert(writers.begin(), writers.end());
}

std::vector<write::KeyValue> OutputKeyValues::take() {
  std::vector<write::KeyValue> all;
  if (!copiedFrom_.empty()) {
    all.emplace_back(std::string(write::kCopiedFromKey), copiedFromText(copiedFrom_));
    copiedFrom_.clear();
  }
  for (auto& [key, value] : kept_) {
    if (value && key == schema::kArrowSchemaKey) value = arrowSchemaOf(*value);
    if (value) all.emplace_back(key, std::move(value));
  }
  kept_.clear();
  isFirst_ = true;
  allHaveArrowSchema_ = true;
  if (book_) {
    all.emplace_back(std::string(kLedgerKey), book_->text());
    book_ = target_->captures->book.emptied();
  }
  return all;
}

}  // namespace parquet_flow::merge
