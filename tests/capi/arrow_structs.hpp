// ArrowSchemas and ArrowArrays made by hand. What they point to is the test's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "parquet_flow.h"

namespace parquet_flow::test {

inline void releaseSchema(ArrowSchema* schema) { schema->release = nullptr; }
inline void releaseArray(ArrowArray* array) { array->release = nullptr; }

// A field and its children, which it owns.
struct Field : ArrowSchema {
  Field(std::string itsFormat, std::string itsName,
        std::vector<std::shared_ptr<Field>> itsChildren = {}, bool nullable = true)
      : ArrowSchema{}, text(std::move(itsFormat)), label(std::move(itsName)), owned(itsChildren) {
    format = text.c_str();
    name = label.c_str();
    flags = nullable ? ARROW_FLAG_NULLABLE : 0;
    for (const auto& child : owned) pointers.push_back(child.get());
    n_children = static_cast<int64_t>(pointers.size());
    children = pointers.data();
    release = releaseSchema;
  }
  Field(const Field&) = delete;
  std::string text;
  std::string label;
  std::vector<std::shared_ptr<Field>> owned;
  std::vector<ArrowSchema*> pointers;
};

template <class... Arguments>
std::shared_ptr<Field> field(Arguments&&... arguments) {
  return std::make_shared<Field>(std::forward<Arguments>(arguments)...);
}

struct Array : ArrowArray {
  Array(int64_t itsLength, std::vector<const void*> itsBuffers,
        std::vector<std::shared_ptr<Array>> itsChildren = {})
      : ArrowArray{}, held(std::move(itsBuffers)), owned(std::move(itsChildren)) {
    length = itsLength;
    for (const auto& child : owned) pointers.push_back(child.get());
    n_buffers = static_cast<int64_t>(held.size());
    buffers = held.data();
    n_children = static_cast<int64_t>(pointers.size());
    children = pointers.data();
    release = releaseArray;
  }
  Array(const Array&) = delete;
  std::vector<const void*> held;
  std::vector<std::shared_ptr<Array>> owned;
  std::vector<ArrowArray*> pointers;
};

// A stream of one batch, or of the same one several times; all borrowed.
struct BatchStream : ArrowArrayStream {
  BatchStream(const ArrowSchema& itsSchema, const ArrowArray& itsBatch, int batches = 1)
      : ArrowArrayStream{}, schema(itsSchema), batch(itsBatch), left(batches) {
    get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
      *out = static_cast<BatchStream*>(self)->schema;
      return 0;
    };
    get_next = [](ArrowArrayStream* self, ArrowArray* out) {
      auto& mine = *static_cast<BatchStream*>(self);
      *out = mine.batch;
      if (mine.left-- == 0) out->release = nullptr;
      return 0;
    };
    get_last_error = [](ArrowArrayStream*) { return ""; };
    release = [](ArrowArrayStream*) {};
  }
  ArrowSchema schema;
  ArrowArray batch;
  int left;
};

}  // namespace parquet_flow::test
