#include "arrow_out_array.hpp"

#include <cstring>
#include <string>
#include <utility>

#include "base/bits.hpp"
#include "read/arrow_values.hpp"
#include "read/level_bits.hpp"

namespace parquet_flow::capi {
namespace {

using read::ColumnVector;
using read::Shape;
using read::ShapeKind;
using schema::Leaf;
using schema::PhysicalType;

// The uses of a pool's buffers: so many for each column.
enum Use : std::size_t {
  kValues,
  kOffsets,
  kValidity,
  kDefinitions,
  kRepetitions,
  kConverted,
  kListOffsets,
  kGroupValidity,
  kUses,
};

// What an exported ArrowArray points to, and owns.
struct ArrayHolder {
  ArrayHolder(std::shared_ptr<read::BufferPool> itsPool,
              std::shared_ptr<const io::InputFile> itsFile)
      : pool(std::move(itsPool)), file(std::move(itsFile)) {}
  ArrayHolder(const ArrayHolder&) = delete;
  ArrayHolder& operator=(const ArrayHolder&) = delete;
  ~ArrayHolder() {
    for (const auto& child : children) {
      if (child->release != nullptr) child->release(child.get());
    }
    for (auto& [use, buffer] : owned) pool->give(use, std::move(buffer));
  }

  const void* own(std::size_t use, ByteBuffer&& buffer) {
    const void* const data = buffer.data();
    owned.emplace_back(use, std::move(buffer));
    return data;
  }

  std::shared_ptr<read::BufferPool> pool;
  std::shared_ptr<const io::InputFile> file;
  std::vector<const void*> buffers;
  std::vector<std::pair<std::size_t, ByteBuffer>> owned;
  std::vector<std::unique_ptr<ArrowArray>> children;
  std::vector<ArrowArray*> pointers;
  std::int64_t viewedBytes = 0;  // of a view array's values: the interface wants it in a buffer
};

void releaseArray(ArrowArray* array) {
  delete static_cast<ArrayHolder*>(array->private_data);
  array->release = nullptr;
}

constexpr const char* kOtherwise = "it repeats or is null otherwise than its neighbours";
// The one type that cannot be null where the column can.
constexpr const char* kNullKey = "a key of the map is null";

tl::unexpected<Error> corrupt(const Leaf& leaf, const char* message) {
  return fail(ErrorCode::kCorrupt, "column '" + leaf.dottedPath + "': " + message);
}

class ArrayMaker {
 public:
  ArrayMaker(const schema::Schema& schema, const std::vector<std::uint32_t>& columnOf,
             std::shared_ptr<const io::InputFile> file, std::shared_ptr<read::BufferPool> pool,
             read::ColumnBatch& batch)
      : schema_(schema),
        columnOf_(columnOf),
        file_(std::move(file)),
        pool_(std::move(pool)),
        batch_(batch) {}

  // `slots`: as many as the shape around it has.
  Result<void> make(const Shape& shape, const ArrowField& field, std::uint64_t slots,
                    ArrowArray* out) {
    auto holder = std::make_unique<ArrayHolder>(pool_, file_);
    *out = ArrowArray{};
    out->length = static_cast<std::int64_t>(slots);
    if (shape.kind == ShapeKind::kLeaf) {
      PF_TRY(makeLeaf(shape, field, slots, *holder, out));
    } else {
      PF_TRY(addValidity(shape, field, slots, *holder, out));
      if (shape.kind == ShapeKind::kStruct) {
        PF_TRY(checkNeighbours(shape));
        PF_TRY(addChildren(shape.children, field.children, slots, *holder));
      } else {
        PF_TRY(addElements(shape, field, slots, *holder));
      }
    }
    out->n_buffers = static_cast<std::int64_t>(holder->buffers.size());
    out->buffers = holder->buffers.data();
    out->n_children = static_cast<std::int64_t>(holder->pointers.size());
    out->children = holder->pointers.data();
    out->private_data = holder.release();
    out->release = releaseArray;
    return {};
  }

 private:
  ColumnVector& vectorOf(const Shape& shape) { return batch_.columns[columnOf_[shape.leaf]]; }
  const Leaf& leafOf(const Shape& shape) const { return schema_.leaves()[shape.leaf]; }
  std::size_t useOf(const Shape& shape, Use use) const {
    return columnOf_[shape.leaf] * std::size_t{kUses} + use;
  }

  static read::LevelSpan levelsOf(const ColumnVector& vector) {
    const auto* const repetitions =
        reinterpret_cast<const std::uint8_t*>(vector.repetitionLevels.data());
    return {reinterpret_cast<const std::uint8_t*>(vector.definitionLevels.data()),
            vector.repetitionLevels.empty() ? nullptr : repetitions,
            static_cast<std::size_t>(vector.entries)};
  }
  static read::SlotLevels slotsOf(const Shape& shape) {
    return {shape.repetitionLevel, shape.slotDefinitionLevel};
  }

  Result<void> addChildren(const std::vector<Shape>& shapes, const std::vector<ArrowField>& fields,
                           std::uint64_t slots, ArrayHolder& holder) {
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      holder.children.push_back(std::make_unique<ArrowArray>());
      holder.pointers.push_back(holder.children.back().get());
      PF_TRY(make(shapes[i], fields[i], slots, holder.children.back().get()));
    }
    return {};
  }

  // Of a struct: that its columns say the same of it. It is made of what the first says.
  Result<void> checkNeighbours(const Shape& shape) {
    if (shape.definitionLevel == 0 && shape.repetitionLevel == 0) return {};
    const ColumnVector& first = vectorOf(shape);
    for (const Shape& child : shape.children) {
      if (child.leaf == shape.leaf) continue;
      const ColumnVector& other = vectorOf(child);
      const bool haveLevels = !first.definitionLevels.empty() && !other.definitionLevels.empty();
      if (haveLevels ? !read::agree(levelsOf(first), levelsOf(other), shape.repetitionLevel,
                                    shape.definitionLevel)
                     : !areNullTogether(first, other)) {
        return corrupt(leafOf(child), kOtherwise);
      }
    }
    return {};
  }

  // Of columns in a group that is in no list and alone can be null around one of them, which has no
  // levels then. The other one may have lists in the group: their first entries are its rows.
  static bool areNullTogether(const ColumnVector& a, const ColumnVector& b) {
    const auto isNull = [](const ColumnVector& vector, std::size_t entry) {
      return vector.definitionLevels.empty()
                 ? vector.nulls != 0 && !bitmapGet(vector.validity.data(), entry)
                 : vector.definitionLevels.data()[entry] == std::byte{0};
    };
    const auto nextRow = [](const ColumnVector& vector, std::size_t entry) {
      const ByteBuffer& levels = vector.repetitionLevels;
      do {
        ++entry;
      } while (entry < levels.size() && levels.data()[entry] != std::byte{0});
      return entry;
    };
    std::size_t inA = 0;
    std::size_t inB = 0;
    while (inA < a.entries && inB < b.entries) {
      if (isNull(a, inA) != isNull(b, inB)) return false;
      inA = nextRow(a, inA);
      inB = nextRow(b, inB);
    }
    return inA >= a.entries && inB >= b.entries;
  }

  // Of a struct, list or map.
  Result<void> addValidity(const Shape& shape, const ArrowField& field, std::uint64_t slots,
                           ArrayHolder& holder, ArrowArray* out) {
    holder.buffers.push_back(nullptr);
    if (!shape.isNullable) return {};
    const ColumnVector& vector = vectorOf(shape);
    const auto count = static_cast<std::size_t>(slots);
    ByteBuffer bits = pool_->take(useOf(shape, kGroupValidity));
    if (vector.definitionLevels.empty()) {
      // Nothing else can be null: the leaf is where the group is.
      if (vector.nulls == 0) return {};
      PF_TRY(bits.append(vector.validity.span()));
    } else {
      PF_TRY(bits.appendUninitialized(bitmapBytes(static_cast<std::size_t>(vector.entries)) + 8));
      const std::size_t found =
          read::slotBits(levelsOf(vector), slotsOf(shape), shape.definitionLevel, bits.data());
      if (found != count) return corrupt(leafOf(shape), kOtherwise);
    }
    out->null_count = static_cast<std::int64_t>(count - bitmapCount(bits.data(), 0, count));
    if (out->null_count != 0) {
      if (!field.isNullable) return corrupt(leafOf(shape), kNullKey);
      holder.buffers[0] = holder.own(useOf(shape, kGroupValidity), std::move(bits));
    }
    return {};
  }

  Result<void> addElements(const Shape& shape, const ArrowField& field, std::uint64_t slots,
                           ArrayHolder& holder) {
    const ColumnVector& vector = vectorOf(shape);
    ByteBuffer offsets = pool_->take(useOf(shape, kListOffsets));
    PF_TRY(offsets.appendUninitialized((static_cast<std::size_t>(vector.entries) + 1) *
                                       sizeof(std::uint32_t)));
    const read::ListCounts counts =
        read::listOffsets(levelsOf(vector), slotsOf(shape), shape.elementDefinitionLevel,
                          reinterpret_cast<std::uint32_t*>(offsets.data()));
    if (counts.slots != slots) {
      return corrupt(leafOf(shape), kOtherwise);
    }
    if (counts.elements > INT32_MAX) {
      return fail(ErrorCode::kLimit, "column '" + leafOf(shape).dottedPath +
                                         "': more than 2^31 - " +
                                         "1 list elements in a batch: fewer rows take fewer");
    }
    if (field.kind == ArrowKind::kLargeList) {
      PF_TRY(widen(counts.slots + 1, offsets));
    }
    holder.buffers.push_back(holder.own(useOf(shape, kListOffsets), std::move(offsets)));
    if (shape.kind == ShapeKind::kList) {
      return addChildren(shape.children, field.children, counts.elements, holder);
    }
    // A map's entries, a struct of its own that is never null.
    Shape entries;
    entries.repetitionLevel = shape.children[0].repetitionLevel;
    entries.definitionLevel = shape.elementDefinitionLevel;
    entries.leaf = shape.leaf;
    entries.children = shape.children;
    holder.children.push_back(std::make_unique<ArrowArray>());
    holder.pointers.push_back(holder.children.back().get());
    return make(entries, field.children[0], counts.elements, holder.children.back().get());
  }

  static Result<void> widen(std::size_t count, ByteBuffer& offsets) {
    ByteBuffer wide;
    PF_TRY_ASSIGN(std::byte* const to, wide.appendUninitialized(count * sizeof(std::int64_t)));
    const auto* const from = reinterpret_cast<const std::uint32_t*>(offsets.data());
    for (std::size_t i = 0; i < count; ++i) {
      storeLe(to + i * sizeof(std::int64_t), std::int64_t{from[i]});
    }
    offsets = std::move(wide);
    return {};
  }

  Result<void> makeLeaf(const Shape& shape, const ArrowField& field, std::uint64_t slots,
                        ArrayHolder& holder, ArrowArray* out) {
    ColumnVector& vector = vectorOf(shape);
    if (vector.slots != slots) {
      return corrupt(leafOf(shape), kOtherwise);
    }
    if (field.kind == ArrowKind::kNull) {
      out->null_count = out->length;
      return giveLevels(shape, vector, holder);
    }
    holder.buffers.push_back(nullptr);
    Result<void> added =
        leafOf(shape).type == PhysicalType::kByteArray && field.kind != ArrowKind::kDecimal
            ? addStrings(shape, field, vector, holder)
            : addValues(shape, field, vector, holder, out);
    if (!added) {
      return fail(
          std::move(added).error().withContext("column '" + leafOf(shape).dottedPath + "'"));
    }
    if (vector.nulls != 0 && shape.isNullable) {
      if (!field.isNullable) return corrupt(leafOf(shape), kNullKey);
      out->null_count = static_cast<std::int64_t>(vector.nulls);
      holder.buffers[0] = holder.own(useOf(shape, kValidity), std::move(vector.validity));
    }
    return giveLevels(shape, vector, holder);
  }

  // What no array has any more; levels only when all shapes above have been made.
  Result<void> giveLevels(const Shape& shape, ColumnVector& vector, ArrayHolder& holder) {
    holder.own(useOf(shape, kDefinitions), std::move(vector.definitionLevels));
    holder.own(useOf(shape, kRepetitions), std::move(vector.repetitionLevels));
    return {};
  }

  Result<void> addStrings(const Shape& shape, const ArrowField& field, ColumnVector& vector,
                          ArrayHolder& holder) {
    const bool isWide =
        field.kind == ArrowKind::kLargeUtf8 || field.kind == ArrowKind::kLargeBinary;
    const bool isView = field.kind == ArrowKind::kUtf8View || field.kind == ArrowKind::kBinaryView;
    if (!isWide && vector.values.size() > INT32_MAX) {
      return fail(ErrorCode::kLimit, "more than 2 GiB of values in a batch: fewer rows take fewer");
    }
    ByteBuffer& offsets = vector.offsets;
    if (isWide || isView) {
      ByteBuffer converted = pool_->take(useOf(shape, kConverted));
      PF_TRY(isWide ? read::wideOffsets(vector, converted) : read::stringViews(vector, converted));
      holder.buffers.push_back(holder.own(useOf(shape, kConverted), std::move(converted)));
      holder.own(useOf(shape, kOffsets), std::move(offsets));
    } else {
      holder.buffers.push_back(holder.own(useOf(shape, kOffsets), std::move(offsets)));
    }
    holder.viewedBytes = static_cast<std::int64_t>(vector.values.size());
    holder.buffers.push_back(holder.own(useOf(shape, kValues), std::move(vector.values)));
    if (isView) holder.buffers.push_back(&holder.viewedBytes);
    return {};
  }

  Result<void> addValues(const Shape& shape, const ArrowField& field, ColumnVector& vector,
                         ArrayHolder& holder, ArrowArray* out) {
    ByteBuffer converted = pool_->take(useOf(shape, kConverted));
    PF_TRY_ASSIGN(const bool isConverted, convert(leafOf(shape), field, vector, converted));
    if (isConverted) {
      holder.buffers.push_back(holder.own(useOf(shape, kConverted), std::move(converted)));
      holder.own(useOf(shape, kValues), std::move(vector.values));
      holder.own(useOf(shape, kOffsets), std::move(vector.offsets));
      return {};
    }
    pool_->give(useOf(shape, kConverted), std::move(converted));
    const std::byte* const lent = vector.lent;
    const void* const owned = holder.own(useOf(shape, kValues), std::move(vector.values));
    holder.buffers.push_back(lent != nullptr ? lent : owned);
    out->offset = static_cast<std::int64_t>(vector.lentBitOffset);
    return {};
  }

  // False: the values are as Arrow has them.
  static Result<bool> convert(const Leaf& leaf, const ArrowField& field, const ColumnVector& vector,
                              ByteBuffer& out) {
    const auto done = [](Result<void> result) {
      return std::move(result).map([] { return true; });
    };
    switch (field.kind) {
      case ArrowKind::kInt8:
      case ArrowKind::kUint8:
        return done(read::narrowInt32(vector, 1, out));
      case ArrowKind::kInt16:
      case ArrowKind::kUint16:
        return done(read::narrowInt32(vector, 2, out));
      case ArrowKind::kDate64:
        return done(read::daysToMillis(vector, out));
      case ArrowKind::kTimestamp:
        return leaf.type == PhysicalType::kInt96 ? done(read::int96ToNanos(vector, out))
                                                 : Result<bool>(false);
      case ArrowKind::kMonths:
        return done(read::intervals(vector, read::IntervalForm::kMonths, out));
      case ArrowKind::kDayTime:
        return done(read::intervals(vector, read::IntervalForm::kDayMillis, out));
      case ArrowKind::kMonthDayNano:
        return done(read::intervals(vector, read::IntervalForm::kMonthDayNanos, out));
      case ArrowKind::kDecimal:
        return done(
            read::decimals(vector,
                           {schema::fixedWidth(leaf.type, leaf.typeLength),
                            leaf.type != PhysicalType::kInt32 && leaf.type != PhysicalType::kInt64},
                           static_cast<std::size_t>(field.bits) / 8, out));
      default:
        return false;
    }
  }

  const schema::Schema& schema_;
  const std::vector<std::uint32_t>& columnOf_;
  std::shared_ptr<const io::InputFile> file_;
  std::shared_ptr<read::BufferPool> pool_;
  read::ColumnBatch& batch_;
};

}  // namespace

ArrowBatches::ArrowBatches(const schema::Schema& schema, read::Shape shape, ArrowField type,
                           const std::vector<std::uint32_t>& leaves)
    : schema_(schema),
      shape_(std::move(shape)),
      type_(std::move(type)),
      columnOf_(schema.leaves().size()),
      pool_(std::make_shared<read::BufferPool>()) {
  for (std::uint32_t column = 0; column < leaves.size(); ++column) {
    columnOf_[leaves[column]] = column;
  }
}

void ArrowBatches::supply(read::ColumnBatch& batch) {
  for (std::size_t column = 0; column < batch.columns.size(); ++column) {
    ColumnVector& vector = batch.columns[column];
    const std::size_t first = column * kUses;
    const std::pair<ByteBuffer*, Use> buffers[] = {{&vector.values, kValues},
                                                   {&vector.offsets, kOffsets},
                                                   {&vector.validity, kValidity},
                                                   {&vector.definitionLevels, kDefinitions},
                                                   {&vector.repetitionLevels, kRepetitions}};
    for (const auto& [buffer, use] : buffers) {
      if (buffer->capacity() == 0) *buffer = pool_->take(first + use);
    }
  }
}

Result<void> ArrowBatches::hand(read::ColumnBatch& batch, std::shared_ptr<const io::InputFile> file,
                                ArrowArray* out) {
  // Else each array that a consumer keeps of each file would keep a descriptor.
  if (file != nullptr && file->contents().empty()) file.reset();
  ArrowArray made{};
  PF_TRY(ArrayMaker(schema_, columnOf_, std::move(file), pool_, batch)
             .make(shape_, type_, batch.rows, &made));
  *out = made;
  return {};
}

}  // namespace parquet_flow::capi
