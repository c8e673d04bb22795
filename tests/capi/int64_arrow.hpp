// Arrow data of the smallest kind, which counts its releases.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

#include "parquet_flow.h"

namespace parquet_flow::test {

// A struct of one int64 column without nulls.
struct Int64Array {
  explicit Int64Array(std::vector<int64_t> numbers) : values(std::move(numbers)) {
    buffers = {nullptr, values.data()};
    child.length = array.length = static_cast<int64_t>(values.size());
    child.n_buffers = 2;
    child.buffers = buffers.data();
    child.release = [](ArrowArray* self) { self->release = nullptr; };
    children = {&child};
    array.n_buffers = 1;
    array.buffers = &noBuffer;
    array.n_children = 1;
    array.children = children.data();
    array.private_data = &released;
    array.release = [](ArrowArray* self) {
      ++*static_cast<std::atomic<int>*>(self->private_data);
      self->release = nullptr;
    };
  }
  std::vector<int64_t> values;
  std::array<const void*, 2> buffers{};
  const void* noBuffer = nullptr;
  ArrowArray child{};
  std::array<ArrowArray*, 1> children{};
  ArrowArray array{};
  std::atomic<int> released{0};
};

struct Int64Schema {
  Int64Schema() {
    const auto release = [](ArrowSchema* self) { self->release = nullptr; };
    child.format = "l";
    child.name = "x";
    child.release = release;
    schema.format = "+s";
    schema.name = "";
    schema.n_children = 1;
    schema.children = children.data();
    schema.release = release;
  }
  ArrowSchema child{};
  std::array<ArrowSchema*, 1> children{&child};
  ArrowSchema schema{};
};

}  // namespace parquet_flow::test
