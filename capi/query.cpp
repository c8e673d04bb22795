#include "query.hpp"

#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrow_message_reader.hpp"
#include "arrow_out_array.hpp"
#include "arrow_out_type.hpp"
#include "base/kept_error.hpp"
#include "boundary.hpp"
#include "io/find_files.hpp"
#include "read/chunk_info.hpp"
#include "scan/predicate_text.hpp"
#include "scan/query_text.hpp"
#include "schema/arrow_schema.hpp"

namespace parquet_flow::capi {
namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T>&& more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// Of rows the types are those that ARROW:schema gives the file's columns; groups are new columns.
ArrowField typeOf(const scan::Query& query, bool isGrouped) {
  std::optional<ArrowField> original;
  const auto text = read::findKeyValue(query.firstFile(), schema::kArrowSchemaKey);
  if (!isGrouped && text) original = decodeArrowSchema(*text);
  return arrowTypeOf(query.shape(), query.schema(), original ? &*original : nullptr, {});
}

class QuerySource final : public ArrowSource {
 public:
  QuerySource(std::shared_ptr<scan::Query> query, bool isGrouped)
      : query_(std::move(query)),
        arrays_(query_->schema(), query_->shape(), typeOf(*query_, isGrouped), query_->leaves()) {}

  const ArrowField& type() const noexcept override { return arrays_.type(); }

  Result<void> nextArrow(ArrowArray* out) override {
    *out = ArrowArray{};
    return error_.run([&]() -> Result<void> {
      arrays_.supply(batch_);
      PF_TRY_ASSIGN(const bool isThere, query_->next(batch_));
      if (!isThere) return {};
      const std::shared_ptr<const io::InputFile> file = query_->lentOutOf();
      Result<void> handed = arrays_.hand(batch_, file, out);
      if (handed) return {};
      Error error = std::move(handed).error();
      return fail(file != nullptr ? std::move(error).withContext(file->name()) : std::move(error));
    });
  }

 private:
  std::shared_ptr<scan::Query> query_;
  ArrowBatches arrays_;
  read::ColumnBatch batch_;
  KeptError error_;  // later calls fail alike
};

}  // namespace

std::vector<scan::TableFile> filesOf(std::shared_ptr<const read::FileReader> file) {
  const std::string name(file->file()->name());
  const auto open = [file = std::move(file)]() -> Result<std::shared_ptr<const read::FileReader>> {
    return file;
  };
  return {{name, open, {}}};
}

Result<std::vector<scan::TableFile>> findTableFiles(const char* const* words, std::size_t count,
                                                    const ReaderOptions& options) {
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < count; ++i) {
    if (words[i] == nullptr) return invalid("paths[", i, "] is NULL");
    if (*words[i] == '\0') return invalid("paths[", i, "] is empty");
    PF_TRY(io::findFiles(words[i], paths));
  }
  std::vector<scan::TableFile> files;
  files.reserve(paths.size());
  for (const std::string& path : paths) {
    files.push_back(scan::tableFileAt(path, options.reading, options.filesAccess));
  }
  return files;
}

Result<void> AskedQuery::addWhere(std::string_view text) {
  PF_TRY_ASSIGN(scan::Predicate predicate, scan::parsePredicate(text));
  addPredicate(std::move(predicate));
  return {};
}

void AskedQuery::addPredicate(scan::Predicate predicate) {
  if (!options_.where) {
    options_.where = std::move(predicate);
    return;
  }
  std::vector<scan::Predicate>& all = options_.where->children;
  if (isWhereAllOf_) {
    all.push_back(std::move(predicate));
    return;
  }
  std::vector<scan::Predicate> both(2);
  both[1] = std::move(predicate);
  both[0] = std::move(*options_.where);
  *options_.where = scan::allOf(std::move(both));
  isWhereAllOf_ = true;
}

Result<void> AskedQuery::addSelect(std::string_view text) {
  PF_TRY_ASSIGN(auto paths, scan::parsePaths(text));
  append(options_.select, std::move(paths));
  return {};
}

Result<void> AskedQuery::addGroupBy(std::string_view text) {
  PF_TRY_ASSIGN(auto paths, scan::parsePaths(text));
  append(options_.groupBy, std::move(paths));
  return {};
}

Result<void> AskedQuery::addAggregates(std::string_view text) {
  PF_TRY_ASSIGN(auto aggregates, scan::parseAggregates(text));
  append(options_.aggregates, std::move(aggregates));
  return {};
}

Result<void> AskedQuery::addOrderBy(std::string_view text) {
  PF_TRY_ASSIGN(auto columns, scan::parseOrderBy(text));
  append(options_.orderBy, std::move(columns));
  return {};
}

void AskedQuery::setLimit(std::uint64_t skip, std::uint64_t limit) noexcept {
  options_.skip = skip;
  options_.limit = limit;
}

Result<std::shared_ptr<scan::Query>> AskedQuery::start(scan::QueryOptions options) {
  const auto stats = std::make_shared<scan::QueryStats>();
  const auto end = [stats](scan::Query* over) {
    const std::unique_ptr<scan::Query> query(over);
    *stats = query->stats();
  };
  PF_TRY_ASSIGN(auto made, scan::Query::create(files_, std::move(options)));
  std::shared_ptr<scan::Query> query(made.release(), end);
  lastRun_ = query;
  lastStats_ = stats;
  return query;
}

Result<std::unique_ptr<ArrowSource>> AskedQuery::run() {
  const bool isGrouped = !options_.groupBy.empty() || !options_.aggregates.empty();
  PF_TRY_ASSIGN(auto query, start(options_));
  return std::make_unique<QuerySource>(std::move(query), isGrouped);
}

Result<std::uint64_t> AskedQuery::count() {
  scan::QueryOptions options;
  options.where = options_.where;
  options.aggregates.push_back({scan::AggregateKind::kCountRows, "", "count"});
  PF_TRY_ASSIGN(const auto query, start(std::move(options)));
  read::ColumnBatch batch;
  PF_TRY_ASSIGN(const bool isThere, query->next(batch));
  return isThere ? loadLe<std::uint64_t>(batch.columns[0].data()) : 0;
}

std::optional<scan::QueryStats> AskedQuery::stats() const noexcept {
  if (lastStats_ == nullptr) return std::nullopt;
  const std::shared_ptr<const scan::Query> running = lastRun_.lock();
  return running != nullptr ? running->stats() : *lastStats_;
}

}  // namespace parquet_flow::capi
