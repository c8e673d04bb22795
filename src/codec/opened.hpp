// How a codec makes what is behind an interface: without exceptions.
#pragma once

#include <memory>
#include <new>
#include <string>
#include <string_view>

#include "base/status.hpp"

namespace parquet_flow::codec {

// An Implementation whose open(arguments...) was true, or kOutOfMemory for a context of `library`.
template <class Interface, class Implementation, class... Arguments>
[[nodiscard]] Result<std::unique_ptr<Interface>> opened(std::string_view library,
                                                        Arguments... arguments) {
  std::unique_ptr<Implementation> made(new (std::nothrow) Implementation);
  if (made == nullptr || !made->open(arguments...)) {
    return fail(ErrorCode::kOutOfMemory, "no memory for a context of " + std::string(library));
  }
  return std::unique_ptr<Interface>(std::move(made));
}

}  // namespace parquet_flow::codec
