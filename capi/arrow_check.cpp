#include "arrow_check.hpp"

#include <string>
#include <utility>

#include "boundary.hpp"

namespace parquet_flow::capi {
namespace {

// Far above what memory holds; sums and products of two stay within 64 bits.
constexpr std::int64_t kLengthMax = std::int64_t{1} << 40;

template <class... Parts>
tl::unexpected<Error> invalidArray(const ArrowField& field, Parts&&... parts) {
  return invalid(field.path.empty() ? std::string("the Arrow array") : "column " + field.path, ": ",
                 std::forward<Parts>(parts)...);
}

bool isViewKind(ArrowKind kind) noexcept {
  return kind == ArrowKind::kUtf8View || kind == ArrowKind::kBinaryView;
}

bool hasWideOffsets(ArrowKind kind) noexcept {
  return kind == ArrowKind::kLargeUtf8 || kind == ArrowKind::kLargeBinary ||
         kind == ArrowKind::kLargeList || kind == ArrowKind::kLargeListView;
}

bool hasOffsets(ArrowKind kind) noexcept {
  return kind == ArrowKind::kUtf8 || kind == ArrowKind::kBinary || kind == ArrowKind::kList ||
         kind == ArrowKind::kMap || kind == ArrowKind::kListView || hasWideOffsets(kind);
}

// Of views: the least, one more for each buffer of theirs.
std::int64_t bufferCountOf(ArrowKind kind) noexcept {
  switch (kind) {
    case ArrowKind::kNull:
    case ArrowKind::kRunEnd:
      return 0;
    case ArrowKind::kStruct:
    case ArrowKind::kFixedList:
      return 1;
    case ArrowKind::kUtf8:
    case ArrowKind::kLargeUtf8:
    case ArrowKind::kBinary:
    case ArrowKind::kLargeBinary:
    case ArrowKind::kUtf8View:
    case ArrowKind::kBinaryView:
    case ArrowKind::kListView:
    case ArrowKind::kLargeListView:
      return 3;
    default:
      return 2;
  }
}

Result<void> requireAligned(const ArrowField& field, const void* buffer, bool isWide,
                            const char* name) {
  const std::size_t alignment = isWide ? sizeof(std::int64_t) : sizeof(std::int32_t);
  if (reinterpret_cast<std::uintptr_t>(buffer) % alignment == 0) return {};
  return invalidArray(field, name, " not aligned to ", alignment, " bytes");
}

// The buffers of the views, whose lengths stand in the last one.
Result<void> checkViewBuffers(const ArrowField& field, const ArrowArray& array) {
  const std::int64_t variadic = array.n_buffers - 3;
  const void* const sizes = array.buffers[array.n_buffers - 1];
  if (variadic == 0) return {};
  if (sizes == nullptr) return invalidArray(field, "the lengths of the buffers are missing");
  PF_TRY(requireAligned(field, sizes, true, "lengths of buffers are"));
  for (std::int64_t i = 0; i < variadic; ++i) {
    const std::int64_t bytes = static_cast<const std::int64_t*>(sizes)[i];
    if (bytes < 0 || (bytes > 0 && array.buffers[2 + i] == nullptr)) {
      return invalidArray(field, "buffer ", i, " of the views has ", bytes,
                          " bytes, or is missing");
    }
  }
  return {};
}

Result<void> checkBuffers(const ArrowField& field, const ArrowArray& array) {
  if (field.kind == ArrowKind::kNull || field.kind == ArrowKind::kRunEnd) return {};
  const std::int64_t expected = bufferCountOf(field.kind);
  if (isViewKind(field.kind) ? array.n_buffers < expected : array.n_buffers != expected) {
    return invalidArray(field, arrowKindName(field.kind), " has ", expected, " buffers, not ",
                        array.n_buffers);
  }
  if (array.buffers == nullptr) return invalidArray(field, "buffers is NULL");
  if (array.null_count > 0 && array.buffers[0] == nullptr) {
    return invalidArray(field, array.null_count, " nulls and no validity bitmap");
  }
  if (isViewKind(field.kind)) PF_TRY(checkViewBuffers(field, array));
  if (hasOffsets(field.kind)) {
    PF_TRY(requireAligned(field, array.buffers[1], hasWideOffsets(field.kind), "offsets are"));
  }
  if (array.length == 0 || expected == 1) return {};
  if (array.buffers[1] == nullptr) {
    return invalidArray(field, "a buffer is missing: there are ", array.length, " slots");
  }
  if (field.kind == ArrowKind::kListView || field.kind == ArrowKind::kLargeListView) {
    if (array.buffers[2] == nullptr) return invalidArray(field, "the sizes are missing");
    return requireAligned(field, array.buffers[2], hasWideOffsets(field.kind), "sizes are");
  }
  return {};
}

Result<void> checkArray(const ArrowField& field, const ArrowArray* array);

Result<void> checkChildren(const ArrowField& field, const ArrowArray& array) {
  const auto expected = static_cast<std::int64_t>(field.children.size());
  if (array.n_children != expected) {
    return invalidArray(field, array.n_children, " children, and the schema has ", expected);
  }
  if (expected > 0 && array.children == nullptr) return invalidArray(field, "children is NULL");
  for (std::int64_t i = 0; i < expected; ++i) {
    const ArrowField& child = field.children[static_cast<std::size_t>(i)];
    PF_TRY(checkArray(child, array.children[i]));
    const std::int64_t least = array.offset + array.length;
    if (field.kind == ArrowKind::kStruct && array.children[i]->length < least) {
      return invalidArray(child, array.children[i]->length, " slots under a struct that needs ",
                          least);
    }
  }
  if (field.kind == ArrowKind::kRunEnd && array.children[1]->length < array.children[0]->length) {
    return invalidArray(field, array.children[0]->length, " run ends and ",
                        array.children[1]->length, " values");
  }
  return {};
}

Result<void> checkArray(const ArrowField& field, const ArrowArray* array) {
  if (array == nullptr) return invalidArray(field, "the array is NULL");
  if (array->release == nullptr) return invalidArray(field, "the array has been released");
  if (array->length < 0 || array->length > kLengthMax || array->offset < 0 ||
      array->offset > kLengthMax) {
    return invalidArray(field, "length ", array->length, " at offset ", array->offset);
  }
  if (array->null_count < -1 || array->null_count > array->length) {
    return invalidArray(field, array->null_count, " nulls of ", array->length);
  }
  PF_TRY(checkBuffers(field, *array));
  PF_TRY(checkChildren(field, *array));
  if ((array->dictionary == nullptr) != (field.dictionary == nullptr)) {
    return invalidArray(field, array->dictionary == nullptr
                                   ? "the dictionary is missing"
                                   : "a dictionary, and the schema has none");
  }
  return field.dictionary == nullptr ? Result<void>{}
                                     : checkArray(*field.dictionary, array->dictionary);
}

}  // namespace

Result<void> checkArrowArray(const ArrowField& type, const ArrowArray* array) {
  PF_TRY(requirePointer(array, "array"));
  PF_TRY(checkArray(type, array));
  const column::Validity validity = validityOf(*array);
  if (validity.bits == nullptr) return {};
  column::NestedLevels rows;
  rows.begin(0, lengthOf(*array), 0);
  auto valid = rows.addStruct(false, validity);
  return valid ? Result<void>{} : fail(std::move(valid).error().withContext("the Arrow array"));
}

}  // namespace parquet_flow::capi
