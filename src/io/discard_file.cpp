#include "io/discard_file.hpp"

namespace parquet_flow::io {

Result<void> DiscardFile::write(std::span<const ConstBytes> parts) {
  if (isClosed_) {
    return fail(ErrorCode::kNotOpen, "writing <discard>: the file is closed");
  }
  for (const ConstBytes part : parts) {
    position_ += part.size();
  }
  return {};
}

Result<void> DiscardFile::sync() { return {}; }

Result<void> DiscardFile::truncate(std::uint64_t bytes) {
  if (bytes > position_) {
    return fail(ErrorCode::kInternal, "truncating <discard> beyond its end");
  }
  position_ = bytes;
  return {};
}

Result<void> DiscardFile::close() {
  isClosed_ = true;
  return {};
}

}  // namespace parquet_flow::io
