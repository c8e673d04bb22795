#include "pf/inputs.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/byte_buffer.hpp"
#include "io/find_files.hpp"
#include "io/memory_file.hpp"
#include "io/posix_file.hpp"

namespace parquet_flow::pf {
namespace {

constexpr std::size_t kPieceBytes = 1U << 20;

// What was read of standard input.
class StandardInput final : public io::InputFile {
 public:
  explicit StandardInput(ByteBuffer&& bytes)
      : bytes_(std::move(bytes)), file_(bytes_.span(), "<standard input>") {}

  Result<void> readAt(std::uint64_t offset, MutableBytes into) const override {
    return file_.readAt(offset, into);
  }
  ConstBytes contents() const noexcept override { return file_.contents(); }
  std::uint64_t size() const noexcept override { return file_.size(); }
  std::string_view name() const noexcept override { return file_.name(); }

 private:
  const ByteBuffer bytes_;
  const io::MemoryInputFile file_;
};

Result<std::unique_ptr<io::InputFile>> readStandardInput() {
  ByteBuffer bytes;
  for (;;) {
    PF_TRY_ASSIGN(std::byte* const to, bytes.reserveExtra(kPieceBytes));
    const ssize_t got = ::read(STDIN_FILENO, to, kPieceBytes);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return fail(systemError(errno, "reading <standard input>"));
    }
    if (got == 0) {
      return std::make_unique<StandardInput>(std::move(bytes));
    }
    bytes.commit(static_cast<std::size_t>(got));
  }
}

}  // namespace

Result<std::vector<std::string>> findInputs(std::span<const std::string> words) {
  std::vector<std::string> files;
  for (const std::string& word : words) {
    if (word != kStandardInput) {
      PF_TRY(io::findFiles(word, files));
    } else if (std::ranges::find(files, word) != files.end()) {
      return fail(ErrorCode::kInvalidArgument, "standard input can be read once");
    } else {
      files.push_back(word);
    }
  }
  return files;
}

Result<std::unique_ptr<io::InputFile>> openInput(const std::string& path) {
  return path == kStandardInput ? readStandardInput() : io::openInputFile(path);
}

}  // namespace parquet_flow::pf
