#include "io/memory_file.hpp"

#include <cstring>

namespace parquet_flow::io {

Result<void> MemoryOutputFile::write(std::span<const ConstBytes> parts) {
  if (isClosed_) {
    return fail(ErrorCode::kNotOpen, "writing <memory>: the file is closed");
  }
  std::size_t bytes = 0;
  for (const ConstBytes part : parts) {
    bytes += part.size();
  }
  PF_TRY(bytes_.reserveExtra(bytes));
  for (const ConstBytes part : parts) {
    PF_TRY(bytes_.append(part));
  }
  return {};
}

Result<void> MemoryOutputFile::sync() { return {}; }

Result<void> MemoryOutputFile::truncate(std::uint64_t bytes) {
  if (isClosed_) {
    return fail(ErrorCode::kNotOpen, "truncating <memory>: the file is closed");
  }
  if (bytes > bytes_.size()) {
    return fail(ErrorCode::kInternal, "truncating <memory> beyond its end");
  }
  bytes_.truncate(static_cast<std::size_t>(bytes));
  return {};
}

Result<void> MemoryOutputFile::close() {
  isClosed_ = true;
  return {};
}

Result<void> MemoryInputFile::readAt(std::uint64_t offset, MutableBytes into) const {
  if (offset > bytes_.size() || into.size() > bytes_.size() - offset) {
    return fail(pastEndError(*this, offset, into.size()));
  }
  if (!into.empty()) {
    std::memcpy(into.data(), bytes_.data() + offset, into.size());
  }
  return {};
}

}  // namespace parquet_flow::io
