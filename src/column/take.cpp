#include "column/take.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "base/bytes.hpp"
#include "column/convert.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::column {
namespace {

// What copies of a fixed size may write behind a value.
constexpr std::size_t kSlackBytes = 16;
// Room that is made at once for byte arrays: a page's. What entries of a dictionary are long in the
// mean says little where few of them are taken.
constexpr std::uint64_t kGuessBytesMax = 1 << 20;

tl::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

template <std::size_t kWidth>
void gatherWidth(const std::byte* from, const std::uint32_t* indices, std::size_t count,
                 std::byte* to) noexcept {
  using Unit = std::array<std::byte, kWidth>;
  for (std::size_t i = 0; i < count; ++i) {
    storeLe(to + i * kWidth, loadLe<Unit>(from + std::size_t{indices[i]} * kWidth));
  }
}

void gatherUnits(const std::byte* from, std::size_t width, const std::uint32_t* indices,
                 std::size_t count, std::byte* to) noexcept {
  switch (width) {
    case 1:
      return gatherWidth<1>(from, indices, count, to);
    case 2:
      return gatherWidth<2>(from, indices, count, to);
    case 4:
      return gatherWidth<4>(from, indices, count, to);
    case 8:
      return gatherWidth<8>(from, indices, count, to);
    case 16:
      return gatherWidth<16>(from, indices, count, to);
    default:
      for (std::size_t i = 0; i < count; ++i) {
        std::memcpy(to + i * width, from + std::size_t{indices[i]} * width, width);
      }
  }
}

// Byte arrays one after the other in a TakeScratch.
class Appender {
 public:
  explicit Appender(TakeScratch& scratch) : scratch_(scratch) {}

  // `bytes`: about as many as there will be.
  [[nodiscard]] Result<void> begin(std::size_t count, std::uint64_t bytes) {
    scratch_.data.clear();
    scratch_.offsets.clear();
    PF_TRY(scratch_.data.reserve(static_cast<std::size_t>(bytes)));
    PF_TRY_ASSIGN(std::byte * offsets,
                  scratch_.offsets.appendUninitialized((count + 1) * sizeof(std::uint32_t)));
    offsets_ = reinterpret_cast<std::uint32_t*>(offsets);
    *offsets_ = 0;
    return {};
  }
  [[nodiscard]] Result<void> append(const std::byte* from, std::size_t bytes) {
    if (bytes > UINT32_MAX - bytes_) [[unlikely]] {
      return fail(ErrorCode::kLimit, "the value is too large for a page");
    }
    PF_TRY_ASSIGN(std::byte * to, scratch_.data.reserveExtra(bytes + kSlackBytes));
    if (bytes != 0) {
      std::memcpy(to, from, bytes);
    }
    taken(bytes);
    return {};
  }
  // `from` has 12 readable bytes.
  [[nodiscard]] Result<void> appendShort(const std::byte* from, std::size_t bytes) {
    PF_TRY_ASSIGN(std::byte * to, scratch_.data.reserveExtra(kSlackBytes));
    std::memcpy(to, from, kViewInlineBytesMax);
    taken(bytes);
    return {};
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] ValuesView values() const noexcept {
    ValuesView values;
    values.layout = ValuesLayout::kOffsets32;
    values.data = scratch_.data.data();
    values.offsets = reinterpret_cast<const std::uint32_t*>(scratch_.offsets.data());
    values.count = count_;
    values.dataBytes = bytes_;
    return values;
  }

 private:
  void taken(std::size_t bytes) noexcept {
    scratch_.data.commit(bytes);
    bytes_ += bytes;
    offsets_[++count_] = static_cast<std::uint32_t>(bytes_);
  }

  TakeScratch& scratch_;
  std::uint32_t* offsets_ = nullptr;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
};

// Appends value i of `count` by `one(i)` until there are enough bytes; there will be about
// `bytesGuessed`.
template <class One>
Result<ValuesView> appendAll(std::size_t count, std::uint64_t bytesGuessed, std::uint64_t bytesMax,
                             TakeScratch& scratch, std::size_t& refused, One&& one) {
  Appender to(scratch);
  PF_TRY(to.begin(count, std::min({bytesGuessed, bytesMax, kGuessBytesMax})));
  for (std::size_t i = 0; i < count && (i == 0 || to.bytes() < bytesMax); ++i) {
    const Result<void> appended = one(i, to);
    if (!appended) [[unlikely]] {
      refused = i;
      return fail(appended.error());
    }
  }
  return to.values();
}

// Of `count` values as long as those between the offsets are in the mean, which nobody has looked
// at yet.
template <class Offset>
std::uint64_t guessBytes(const ValuesView& from, const Offset* offsets,
                         std::size_t count) noexcept {
  if (count == 0 || from.count == 0 || offsets[from.count] <= offsets[0]) {
    return 0;
  }
  const auto all =
      static_cast<std::uint64_t>(offsets[from.count]) - static_cast<std::uint64_t>(offsets[0]);
  return std::min(all, from.dataBytes) / from.count * count;
}

template <class Offset>
Result<ValuesView> takeByOffsets(const ValuesView& from, const Offset* offsets,
                                 const std::uint32_t* indices, std::size_t count,
                                 std::uint64_t bytesMax, TakeScratch& scratch,
                                 std::size_t& refused) {
  return appendAll(count, guessBytes(from, offsets, count), bytesMax, scratch, refused,
                   [&](std::size_t i, Appender& to) -> Result<void> {
                     const Offset begin = offsets[indices[i]];
                     const Offset end = offsets[std::size_t{indices[i]} + 1];
                     if (begin > end || static_cast<std::int64_t>(begin) < 0 ||
                         static_cast<std::uint64_t>(end) > from.dataBytes) [[unlikely]] {
                       return refuse("the offsets go backwards, from " + std::to_string(begin) +
                                     " to " + std::to_string(end) + ", or past the values");
                     }
                     return to.append(from.data + begin, static_cast<std::size_t>(end - begin));
                   });
}

Result<void> appendView(const std::byte* view, std::span<const ConstBytes> buffers, Appender& to) {
  const auto length = loadLe<std::int32_t>(view);
  if (static_cast<std::uint32_t>(length) <= kViewInlineBytesMax) {
    return to.appendShort(view + 4, static_cast<std::size_t>(length));
  }
  const auto buffer = loadLe<std::int32_t>(view + 8);
  const auto offset = loadLe<std::int32_t>(view + 12);
  if (length < 0 || buffer < 0 || offset < 0 || static_cast<std::size_t>(buffer) >= buffers.size())
      [[unlikely]] {
    return refuse("the view of " + std::to_string(length) + " bytes at " + std::to_string(offset) +
                  " is of buffer " + std::to_string(buffer) + ", and there are " +
                  std::to_string(buffers.size()));
  }
  const ConstBytes data = buffers[static_cast<std::size_t>(buffer)];
  const auto begin = static_cast<std::size_t>(offset);
  const auto bytes = static_cast<std::size_t>(length);
  if (begin > data.size() || bytes > data.size() - begin) [[unlikely]] {
    return refuse("the view of " + std::to_string(length) + " bytes at " + std::to_string(offset) +
                  " is past the " + std::to_string(data.size()) + " bytes of its buffer");
  }
  return to.append(data.data() + begin, bytes);
}

Result<ValuesView> takeBooleans(const ValuesView& from, const std::uint32_t* indices,
                                std::size_t count, TakeScratch& scratch) {
  scratch.data.clear();
  PF_TRY_ASSIGN(std::byte * to, scratch.data.appendUninitialized(count));
  if (from.layout == ValuesLayout::kByteBooleans) {
    gatherUnits(from.data, 1, indices, count, to);
  } else {
    const auto* bits = reinterpret_cast<const std::uint8_t*>(from.data);
    for (std::size_t i = 0; i < count; ++i) {
      to[i] = static_cast<std::byte>(bitAt(bits, from.bitOffset + indices[i]) ? 1 : 0);
    }
  }
  ValuesView values;
  values.layout = ValuesLayout::kByteBooleans;
  values.data = to;
  values.count = count;
  return values;
}

Result<ValuesView> takeFixed(const ValuesView& from, const schema::Leaf& leaf,
                             const std::uint32_t* indices, std::size_t count, TakeScratch& scratch,
                             std::size_t& refused) {
  const std::size_t width = schema::fixedWidth(leaf.type, leaf.typeLength);
  const bool isConverted = from.form != SourceForm::kAsLayout;
  const std::size_t unit = isConverted ? from.sourceWidth : width;
  scratch.data.clear();
  scratch.units.clear();
  PF_TRY_ASSIGN(std::byte * to, scratch.data.appendUninitialized(count * width));
  if (isConverted) {
    PF_TRY_ASSIGN(std::byte * units, scratch.units.appendUninitialized(count * unit));
    gatherUnits(from.data, unit, indices, count, units);
    const std::size_t done = convertFixed(from.form, from.sourceWidth, leaf, units, count, to);
    if (done < count) [[unlikely]] {
      refused = done;
      return refuse(std::string(conversionRefusal(from.form)));
    }
  } else {
    gatherUnits(from.data, width, indices, count, to);
  }
  ValuesView values;
  values.data = to;
  values.count = count;
  return values;
}

}  // namespace

Result<ValuesView> takeViews(const std::byte* views, std::size_t count,
                             std::span<const ConstBytes> buffers, std::uint64_t bytesMax,
                             TakeScratch& scratch, std::size_t& refused) {
  return appendAll(count, 0, bytesMax, scratch, refused, [&](std::size_t i, Appender& to) {
    return appendView(views + i * kViewBytes, buffers, to);
  });
}

Result<ValuesView> takeValues(const ValuesView& from, const schema::Leaf& leaf,
                              const std::uint32_t* indices, std::size_t count,
                              std::uint64_t bytesMax, TakeScratch& scratch, std::size_t& refused) {
  switch (from.layout) {
    case ValuesLayout::kByteBooleans:
    case ValuesLayout::kBits:
      return takeBooleans(from, indices, count, scratch);
    case ValuesLayout::kFixed:
      return takeFixed(from, leaf, indices, count, scratch, refused);
    case ValuesLayout::kOffsets32:
      break;
    case ValuesLayout::kIndices:
      return fail(ErrorCode::kInternal, "indices into indices");
  }
  if (from.form == SourceForm::kOffsets64) {
    return takeByOffsets(from, from.offsets64, indices, count, bytesMax, scratch, refused);
  }
  if (from.form == SourceForm::kViews) {
    return appendAll(count, 0, bytesMax, scratch, refused, [&](std::size_t i, Appender& to) {
      return appendView(from.data + std::size_t{indices[i]} * kViewBytes, from.viewBuffers, to);
    });
  }
  return takeByOffsets(from, from.offsets, indices, count, bytesMax, scratch, refused);
}

Result<ValuesView> materializeIndices(const ValuesView& values, const schema::Leaf& leaf,
                                      TakeScratch& scratch) {
  std::size_t refused = kNoValue;
  return takeValues(*values.dictionary, leaf, values.indices, values.count, UINT64_MAX, scratch,
                    refused);
}

}  // namespace parquet_flow::column
