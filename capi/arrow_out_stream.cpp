#include "arrow_out_stream.hpp"

#include <cerrno>
#include <string>
#include <utility>

#include "arrow_out_type.hpp"
#include "boundary.hpp"

namespace parquet_flow::capi {
namespace {

// What an exported stream has.
struct StreamHolder {
  std::unique_ptr<ArrowSource> source;
  std::string error;
};

int errnoOf(const Error& error) noexcept {
  switch (error.code()) {
    case ErrorCode::kOutOfMemory:
      return ENOMEM;
    case ErrorCode::kUnsupported:
      return ENOTSUP;
    case ErrorCode::kLimit:
      return EOVERFLOW;
    case ErrorCode::kCorrupt:
      return EINVAL;
    default:
      return EIO;
  }
}

// The boundary of a stream's functions.
template <class Function>
int onStream(ArrowArrayStream* stream, Function&& function) noexcept {
  auto& holder = *static_cast<StreamHolder*>(stream->private_data);
  const Result<void> result = contain([&] { return function(*holder.source); });
  if (result) return 0;
  // The sentence is left out where there is no memory for it.
  (void)contain([&]() -> Result<void> {
    holder.error.clear();
    holder.error = result.error().message();
    return {};
  });
  return errnoOf(result.error());
}

int getSchema(ArrowArrayStream* stream, ArrowSchema* out) noexcept {
  return onStream(stream, [&](ArrowSource& source) -> Result<void> {
    exportArrowSchema(source.type(), out);
    return {};
  });
}

int getNext(ArrowArrayStream* stream, ArrowArray* out) noexcept {
  return onStream(stream, [&](ArrowSource& source) { return source.nextArrow(out); });
}

const char* getLastError(ArrowArrayStream* stream) noexcept {
  return static_cast<StreamHolder*>(stream->private_data)->error.c_str();
}

void releaseStream(ArrowArrayStream* stream) noexcept {
  delete static_cast<StreamHolder*>(stream->private_data);
  stream->release = nullptr;
}

}  // namespace

ArrowArrayStream streamOf(std::unique_ptr<ArrowSource> source) {
  auto holder = std::make_unique<StreamHolder>();
  holder->source = std::move(source);
  return {getSchema, getNext, getLastError, releaseStream, holder.release()};
}

}  // namespace parquet_flow::capi
