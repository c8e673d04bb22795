#include "io/file.hpp"

#include <algorithm>
#include <string>

#include "base/byte_buffer.hpp"

namespace parquet_flow::io {
namespace {

constexpr std::uint64_t kCopyPieceBytes = 2 << 20;

}  // namespace

Result<void> OutputFile::copyFrom(const InputFile& from, std::uint64_t offset,
                                  std::uint64_t bytes) {
  ByteBuffer piece;
  return copyThrough(piece, from, offset, bytes);
}

Result<void> OutputFile::copyThrough(ByteBuffer& piece, const InputFile& from, std::uint64_t offset,
                                     std::uint64_t bytes) {
  if (offset > from.size() || bytes > from.size() - offset) {
    return fail(pastEndError(from, offset, bytes));
  }
  const ConstBytes contents = from.contents();
  if (!contents.empty() || bytes == 0) {
    return bytes == 0 ? Result<void>{} : write(contents.subspan(offset, bytes));
  }
  PF_TRY(piece.reserve(std::min(bytes, kCopyPieceBytes)));
  while (bytes != 0) {
    const std::uint64_t some = std::min(bytes, kCopyPieceBytes);
    PF_TRY(from.readAt(offset, {piece.data(), some}));
    PF_TRY(write(ConstBytes(piece.data(), some)));
    offset += some;
    bytes -= some;
  }
  return {};
}

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
