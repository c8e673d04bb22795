#include "io/file.hpp"

#include <string>

namespace parquet_flow::io {

Error pastEndError(const InputFile& file, std::uint64_t offset, std::uint64_t bytes) {
  std::string message = "reading ";
  message.append(file.name())
      .append(": ")
      .append(std::to_string(bytes))
      .append(" bytes at ")
      .append(std::to_string(offset))
      .append(" of a file of ")
      .append(std::to_string(file.size()));
  return {ErrorCode::kCorrupt, std::move(message)};
}

}  // namespace parquet_flow::io
