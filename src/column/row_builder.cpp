#include "column/row_builder.hpp"

#include <array>
#include <cstdarg>
#include <cstdio>
#include <string>
#include <utility>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "column/row_plan.hpp"

namespace parquet_flow::column {
namespace {

using schema::PhysicalType;

// Lists and groups that can be open at once: a REPEATED group is two.
constexpr std::size_t kOpenMax = 2 * kNestingDepthMax + 1;

constexpr std::size_t kRejectionBytes = 512;
constexpr std::size_t kPathBytesMax = 240;

// A path that fits a rejection, cut between characters.
std::string shortened(std::string path) {
  if (path.size() > kPathBytesMax) {
    std::size_t end = kPathBytesMax;
    while (end != 0 && (static_cast<unsigned char>(path[end]) & 0xC0U) == 0x80U) {
      --end;
    }
    path.resize(end);
    path += "...";
  }
  return path;
}

// A group or list that has begun and not ended.
struct Open {
  std::uint32_t step = 0;
  std::uint32_t cursor = 0;     // the step that comes next
  std::uint32_t end = 0;        // the step behind it and all under it; a group is full there
  std::uint8_t repetition = 0;  // level of the entries that come next
  bool isList = false;
  bool hasElements = false;
};

}  // namespace

std::uint64_t Batch::bytes() const noexcept {
  std::uint64_t sum = 0;
  for (const LeafBuffer& leaf : leaves) {
    sum += leaf.bytes();
  }
  return sum;
}

std::uint64_t Batch::capacityBytes() const noexcept {
  std::uint64_t sum = 0;
  for (const LeafBuffer& leaf : leaves) {
    sum += leaf.capacityBytes();
  }
  return sum;
}

void Batch::clear() noexcept {
  for (LeafBuffer& leaf : leaves) {
    leaf.clear();
  }
  rows = 0;
}

Batch makeBatch(const schema::Schema& schema) {
  Batch batch;
  batch.leaves.reserve(schema.leaves().size());
  for (const schema::Leaf& leaf : schema.leaves()) {
    batch.leaves.emplace_back(leaf);
  }
  return batch;
}

struct RowBuilder::Impl {
  explicit Impl(const schema::Schema& schema) : plan(schema), marks(schema.leaves().size()) {
    for (std::string& path : plan.paths) {
      path = shortened(std::move(path));
    }
  }

  // False, so that callers can return it.
  bool reject(ErrorCode why, std::uint32_t step, const char* format, ...) noexcept
      __attribute__((format(printf, 4, 5)));
  bool rejectUnexpected(const char* given) noexcept;
  bool rejectAppend(std::uint32_t step, std::size_t bytes) noexcept;

  // The step that comes next; nullptr when the row has failed, or the group has all its columns.
  const Step* current() const noexcept {
    return failed || top->cursor == top->end ? nullptr : &plan.steps[top->cursor];
  }
  void finishStep(const Step& step) noexcept;
  bool emptyLeaves(const Step& step, std::uint8_t definitionLevel) noexcept;
  void push() noexcept;
  template <class Append>
  bool appendLeaf(PhysicalType type, std::size_t bytes, const Append& append) noexcept;

  RowPlan plan;
  Batch* batch = nullptr;
  std::vector<LeafBuffer::Mark> marks;
  std::array<Open, kOpenMax> open;
  Open* top = open.data();
  bool failed = false;
  ErrorCode code = ErrorCode::kInvalidArgument;
  char rejection[kRejectionBytes] = "";
};

bool RowBuilder::Impl::reject(ErrorCode why, std::uint32_t step, const char* format, ...) noexcept {
  failed = true;
  code = why;
  const int written = step == 0 ? std::snprintf(rejection, sizeof rejection, "the row ")
                                : std::snprintf(rejection, sizeof rejection, "column \"%s\" ",
                                                plan.paths[step].c_str());
  const auto begin = static_cast<std::size_t>(written);
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(rejection + begin, sizeof rejection - begin, format, arguments);
  va_end(arguments);
  return false;
}

// `given` came where the schema has something else next.
bool RowBuilder::Impl::rejectUnexpected(const char* given) noexcept {
  if (failed) {
    return false;
  }
  constexpr auto kCode = ErrorCode::kInvalidArgument;
  if (top->cursor == top->end) {
    return reject(kCode, top->step, "has all its columns, and then %s is given", given);
  }
  const Step& step = plan.steps[top->cursor];
  switch (step.kind) {
    case StepKind::kGroup:
      return reject(kCode, top->cursor, "is a group to begin, and %s is given", given);
    case StepKind::kList:
      return reject(kCode, top->cursor, "is a list to begin, and %s is given", given);
    case StepKind::kLeaf:
      break;
  }
  return reject(kCode, top->cursor, "takes a value of %s, and %s is given",
                // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): a literal
                schema::physicalTypeName(step.type).data(), given);
}

bool RowBuilder::Impl::rejectAppend(std::uint32_t step, std::size_t bytes) noexcept {
  const LeafBuffer& leaf = batch->leaves[plan.steps[step].firstLeaf];
  if (leaf.width() == 0 && bytes > UINT32_MAX - leaf.valueBytes()) {
    return reject(ErrorCode::kLimit, step, "would have more than 4 GiB of values in one batch");
  }
  return reject(ErrorCode::kOutOfMemory, step, "has no memory to grow");
}

void RowBuilder::Impl::finishStep(const Step& step) noexcept {
  top->cursor = step.end;
  if (top->isList && top->cursor == top->end) {
    // An element is whole: the next one repeats at the list's level.
    top->cursor = top->step + 1;
    top->repetition = plan.steps[top->step].repetitionLevel;
    top->hasElements = true;
  }
}

// One entry without a value in each leaf under `step`.
bool RowBuilder::Impl::emptyLeaves(const Step& step, std::uint8_t definitionLevel) noexcept {
  for (std::uint32_t leaf = step.firstLeaf; leaf < step.leafEnd; ++leaf) {
    if (!batch->leaves[leaf].appendLevels(definitionLevel, top->repetition)) {
      return reject(ErrorCode::kOutOfMemory, 0, "has no memory to grow");
    }
  }
  return true;
}

void RowBuilder::Impl::push() noexcept {
  const std::uint32_t index = top->cursor;
  const Step& step = plan.steps[index];
  const std::uint8_t repetition = top->repetition;
  ++top;
  PF_ASSERT(top < open.data() + open.size());
  *top = Open{index, index + 1, step.end, repetition, step.kind == StepKind::kList, false};
}

template <class Append>
bool RowBuilder::Impl::appendLeaf(PhysicalType type, std::size_t bytes,
                                  const Append& append) noexcept {
  const Step* const step = current();
  if (step == nullptr || step->kind != StepKind::kLeaf || step->type != type) [[unlikely]] {
    // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): a literal
    return rejectUnexpected(schema::physicalTypeName(type).data());
  }
  LeafBuffer& leaf = batch->leaves[step->firstLeaf];
  if (!append(leaf) || !leaf.appendLevels(step->definitionLevel, top->repetition)) [[unlikely]] {
    return rejectAppend(top->cursor, bytes);
  }
  finishStep(*step);
  return true;
}

Result<std::unique_ptr<RowBuilder>> RowBuilder::create(
    const std::shared_ptr<const schema::Schema>& schema) {
  PF_TRY(schema->validate());
  std::unique_ptr<RowBuilder> builder(new RowBuilder());
  builder->impl_ = std::make_unique<Impl>(*schema);
  return builder;
}

RowBuilder::~RowBuilder() = default;

void RowBuilder::attach(Batch* batch) noexcept {
  PF_ASSERT(batch == nullptr || batch->leaves.size() == impl_->marks.size());
  impl_->batch = batch;
}

void RowBuilder::beginRow() noexcept {
  Impl& impl = *impl_;
  PF_ASSERT(impl.batch != nullptr);
  for (std::size_t i = 0; i < impl.marks.size(); ++i) {
    impl.marks[i] = impl.batch->leaves[i].mark();
  }
  impl.top = impl.open.data();
  *impl.top = Open{0, 1, impl.plan.steps[0].end, 0, false, false};
  impl.failed = false;
}

bool RowBuilder::appendNull() noexcept {
  Impl& impl = *impl_;
  const Step* const step = impl.current();
  if (step == nullptr) {
    return impl.rejectUnexpected("a null");
  }
  if (!step->isNullable) {
    return impl.reject(ErrorCode::kInvalidArgument, impl.top->cursor,
                       step->kind == StepKind::kList ? "is a list that cannot be null, only empty"
                                                     : "is REQUIRED, and a null is given");
  }
  if (!impl.emptyLeaves(*step, step->nullLevel)) {
    return false;
  }
  impl.finishStep(*step);
  return true;
}

bool RowBuilder::appendBoolean(bool value) noexcept {
  return impl_->appendLeaf(PhysicalType::kBoolean, 1,
                           [&](LeafBuffer& leaf) { return leaf.appendBoolean(value); });
}

bool RowBuilder::appendInt32(std::int32_t value) noexcept {
  return impl_->appendLeaf(PhysicalType::kInt32, sizeof value,
                           [&](LeafBuffer& leaf) { return leaf.appendValue(value); });
}

bool RowBuilder::appendInt64(std::int64_t value) noexcept {
  return impl_->appendLeaf(PhysicalType::kInt64, sizeof value,
                           [&](LeafBuffer& leaf) { return leaf.appendValue(value); });
}

bool RowBuilder::appendFloat(float value) noexcept {
  return impl_->appendLeaf(PhysicalType::kFloat, sizeof value,
                           [&](LeafBuffer& leaf) { return leaf.appendValue(value); });
}

bool RowBuilder::appendDouble(double value) noexcept {
  return impl_->appendLeaf(PhysicalType::kDouble, sizeof value,
                           [&](LeafBuffer& leaf) { return leaf.appendValue(value); });
}

bool RowBuilder::appendBytes(const void* data, std::size_t bytes) noexcept {
  Impl& impl = *impl_;
  const Step* const step = impl.current();
  if (step == nullptr || step->kind != StepKind::kLeaf) {
    return impl.rejectUnexpected("bytes");
  }
  if (data == nullptr && bytes != 0) {
    return impl.reject(ErrorCode::kInvalidArgument, impl.top->cursor, "is given %zu bytes at NULL",
                       bytes);
  }
  switch (step->type) {
    case PhysicalType::kByteArray:
      return impl.appendLeaf(PhysicalType::kByteArray, bytes,
                             [&](LeafBuffer& leaf) { return leaf.appendBytes(data, bytes); });
    case PhysicalType::kFixedLenByteArray:
    case PhysicalType::kInt96:
      if (bytes != step->valueBytes) {
        return impl.reject(ErrorCode::kInvalidArgument, impl.top->cursor,
                           "takes values of %u bytes, and %zu are given", step->valueBytes, bytes);
      }
      return impl.appendLeaf(step->type, bytes,
                             [&](LeafBuffer& leaf) { return leaf.appendFixed(data); });
    default:
      return impl.rejectUnexpected("bytes");
  }
}

bool RowBuilder::beginGroup() noexcept {
  Impl& impl = *impl_;
  const Step* const step = impl.current();
  if (step == nullptr || step->kind != StepKind::kGroup) {
    return impl.rejectUnexpected("the beginning of a group");
  }
  impl.push();
  return true;
}

bool RowBuilder::endGroup() noexcept {
  Impl& impl = *impl_;
  if (impl.failed || impl.top->isList || impl.top == impl.open.data() ||
      impl.top->cursor != impl.top->end) {
    return impl.rejectUnexpected("the end of a group");
  }
  const Step& step = impl.plan.steps[impl.top->step];
  --impl.top;
  impl.finishStep(step);
  return true;
}

bool RowBuilder::beginList() noexcept {
  Impl& impl = *impl_;
  const Step* const step = impl.current();
  if (step == nullptr || step->kind != StepKind::kList) {
    return impl.rejectUnexpected("the beginning of a list");
  }
  impl.push();
  return true;
}

bool RowBuilder::endList() noexcept {
  Impl& impl = *impl_;
  if (impl.failed || !impl.top->isList || impl.top->cursor != impl.top->step + 1) {
    return impl.rejectUnexpected("the end of a list");
  }
  const Step& step = impl.plan.steps[impl.top->step];
  if (!impl.top->hasElements && !impl.emptyLeaves(step, step.emptyLevel)) {
    return false;
  }
  --impl.top;
  impl.finishStep(step);
  return true;
}

bool RowBuilder::endRow(bool keep) noexcept {
  Impl& impl = *impl_;
  if (!impl.failed && !keep) {
    impl.reject(ErrorCode::kInvalidArgument, 0, "was rejected by its source");
  } else if (!impl.failed && (impl.top != impl.open.data() || impl.top->cursor != impl.top->end)) {
    impl.rejectUnexpected("the end of the row");
  }
  if (!impl.failed) {
    ++impl.batch->rows;
    return true;
  }
  for (std::size_t i = 0; i < impl.marks.size(); ++i) {
    impl.batch->leaves[i].rollBack(impl.marks[i]);
  }
  return false;
}

const char* RowBuilder::rejection() const noexcept { return impl_->rejection; }

ErrorCode RowBuilder::rejectionCode() const noexcept { return impl_->code; }

}  // namespace parquet_flow::column
