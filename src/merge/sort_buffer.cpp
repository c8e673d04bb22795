#include "merge/sort_buffer.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "base/uuid.hpp"
#include "io/pending_file.hpp"

namespace parquet_flow::merge {
namespace {

// Row groups of runs: what is read of one at a time is a page of each column.
constexpr std::uint64_t kRunRowGroupRows = 256 << 10;
constexpr std::uint64_t kRunPageRows = 16 << 10;

// Written once and read once: nothing that costs time, and nothing for readers that skip.
write::WriterOptions runOptions(const Target& target) {
  write::WriterOptions options;
  options.column.encoding = encoding::Encoding::kPlain;
  options.column.statistics = false;
  options.crc = false;
  options.pageIndex = false;
  options.sizeStatistics = false;
  options.pageRows = kRunPageRows;
  options.floatOrder = target.writer.floatOrder;
  return options;
}

}  // namespace

// --- sorting in memory ---------------------------------------------------------------------------

Result<void> SortBuffer::append(std::uint64_t rows, std::span<const column::LeafView> views,
                                const SortKeys& keys) {
  PF_TRY(copies_.append(rows, views));
  return keys_.append(keys);
}

void SortBuffer::rollBack(const Mark& mark) noexcept {
  copies_.rollBack(mark.rows, mark.marks);
  keys_.truncate(static_cast<std::size_t>(mark.rows));
}

// Sorts a part of the order, or merges two that lie side by side and are sorted into another place.
class SortBuffer::SortPart final : public Work {
 public:
  SortPart(const SortKeys& keys, std::span<Row> rows, std::size_t sorted, Row* to) noexcept
      : keys_(keys), rows_(rows), sorted_(std::min(sorted, rows.size())), to_(to) {}

 private:
  [[nodiscard]] Result<void> perform() override {
    const auto isBefore = [this](const Row& a, const Row& b) {
      if (a.prefix != b.prefix) return a.prefix < b.prefix;
      const int order = keys_.key(a.number).compare(keys_.key(b.number));
      return order != 0 ? order < 0 : a.number < b.number;
    };
    if (sorted_ != 0) {
      const auto first = rows_.first(sorted_);
      const auto second = rows_.subspan(sorted_);
      std::merge(first.begin(), first.end(), second.begin(), second.end(), to_, isBefore);
    } else if (!std::is_sorted(rows_.begin(), rows_.end(), isBefore)) {
      std::sort(rows_.begin(), rows_.end(), isBefore);
    }
    return {};
  }

  const SortKeys& keys_;
  const std::span<Row> rows_;
  const std::size_t sorted_;  // rows of the first of two; 0: nothing is sorted yet
  Row* const to_;
};

// However it ends, nobody is at any of them then.
struct SortBuffer::SortParts {
  explicit SortParts(SharedWork& itsWork) noexcept : work(itsWork) {}
  SortParts(const SortParts&) = delete;
  SortParts& operator=(const SortParts&) = delete;
  ~SortParts() {
    for (SortPart& part : all) work.withdraw(part);
  }

  SharedWork& work;
  std::deque<SortPart> all;
};

std::vector<SortBuffer::Row> SortBuffer::order() {
  std::vector<Row> rows;
  rows.reserve(keys_.prefixes.size());
  for (const std::uint64_t prefix : keys_.prefixes) {
    rows.push_back({prefix, static_cast<std::uint32_t>(rows.size())});
  }
  std::vector<Row> merged(rows.size());
  // Parts are so small that most of sorting one happens in the cache.
  constexpr std::size_t kPartRows = 64 << 10;
  for (std::size_t half = 0, step = kPartRows; half < rows.size(); half = step, step *= 2) {
    SortParts parts(work_);
    for (std::size_t at = 0; at < rows.size(); at += step) {
      const auto part = std::span(rows).subspan(at, std::min(step, rows.size() - at));
      work_.post(parts.all.emplace_back(keys_, part, half, merged.data() + at));
    }
    for (SortPart& part : parts.all) work_.finish(part);
    if (half != 0) rows.swap(merged);
  }
  return rows;
}

Result<void> SortBuffer::gatherAll(std::span<const Row> rows, const AppendRows& append) {
  for (std::size_t at = 0; at < rows.size();) {
    const std::uint32_t source = gather_.addSource(source_, nullptr);
    for (; at < rows.size() && gather_.room() != 0; ++at) gather_.add(source, rows[at].number, 1);
    PF_TRY(gather_.send(append));
  }
  return gather_.finish(append);
}

Result<void> SortBuffer::drain(const AppendRows& append) {
  const std::vector<Row> rows = order();
  source_.set(*target_.schema, copies_.views());
  const Result<void> handed = gatherAll(rows, append);
  gather_.clear();  // what was not handed on stands on the rows that are here
  if (!handed) return tl::unexpected<Error>(Error(handed.error()));
  copies_.clear();
  keys_.clear();
  return {};
}

// --- runs on the disk ----------------------------------------------------------------------------

RunFiles::~RunFiles() {
  open_.reset();
  // Of what is left hidden nobody would know more by a message here.
  for (const std::string& name : names_) static_cast<void>(directory_.remove(name));
}

Result<void> RunFiles::begin() {
  PF_TRY_ASSIGN(const Uuid random, randomUuid());
  const std::string name = ".run-" + uuidText(random) + std::string(io::kPendingSuffix);
  PF_TRY_ASSIGN(auto file, directory_.createExclusive(name));
  names_.push_back(name);
  ++count_;
  pipeline::PipelineOptions options;
  options.rowGroupRows = kRunRowGroupRows;
  options.threads = threads_;
  PF_TRY_ASSIGN(open_, pipeline::Pipeline::open(std::move(file), target_.schema,
                                                runOptions(target_), options));
  return {};
}

Result<SortedFile> RunFiles::finish() {
  PF_TRY(open_->finish());
  PF_TRY(open_->file().close());
  open_.reset();
  return SortedFile{.path = prefix_ + names_.back()};
}

Result<void> RunFiles::remove(const SortedFile& file) {
  const auto found = std::find_if(names_.begin(), names_.end(), [&](const std::string& name) {
    return file.path == prefix_ + name;
  });
  if (found == names_.end()) return {};
  PF_TRY(directory_.remove(*found));
  names_.erase(found);
  return {};
}

}  // namespace parquet_flow::merge
