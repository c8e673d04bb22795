// Room taken ahead, so that what follows cannot fail half-way.
#pragma once

#include <cstddef>
#include <vector>

namespace parquet_flow::sink {

// For `more` more. Grows by doubling, like push_back.
template <class T>
void growFor(std::size_t more, std::vector<T>* list) {
  if (list->capacity() - list->size() < more) list->reserve(2 * list->size() + more);
}

}  // namespace parquet_flow::sink
