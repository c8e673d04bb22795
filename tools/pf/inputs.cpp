#include "pf/inputs.hpp"

#include <glob.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "base/byte_buffer.hpp"
#include "io/memory_file.hpp"
#include "io/posix_file.hpp"

namespace parquet_flow::pf {
namespace {

namespace fs = std::filesystem;

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

Result<void> addDirectory(const std::string& path, std::vector<std::string>& files) {
  const std::size_t before = files.size();
  std::error_code error;
  fs::recursive_directory_iterator entry(path, fs::directory_options::follow_directory_symlink,
                                         error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename();
    const bool isDirectory = entry->is_directory(error);
    if (name.starts_with('.')) {
      if (isDirectory) {
        entry.disable_recursion_pending();
      }
    } else if (!isDirectory && name.ends_with(".parquet")) {
      files.push_back(entry->path());
    }
  }
  if (error) {
    return fail(systemError(error.value(), "reading the directory " + path));
  }
  if (files.size() == before) {
    return fail(ErrorCode::kInvalidArgument, "no file in " + path + " ends in .parquet");
  }
  std::sort(files.begin() + static_cast<std::ptrdiff_t>(before), files.end());
  return {};
}

bool isPattern(const std::string& word) { return word.find_first_of("*?[") != std::string::npos; }

Result<std::vector<std::string>> matches(const std::string& pattern) {
  glob_t found{};
  const int result = ::glob(pattern.c_str(), 0, nullptr, &found);
  const std::vector<std::string> paths(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (result == GLOB_NOMATCH) {
    return fail(ErrorCode::kInvalidArgument, "no file is like " + pattern);
  }
  if (result != 0) {
    return fail(ErrorCode::kIo, "looking for files like " + pattern + " failed");
  }
  return paths;
}

Result<void> addPath(const std::string& path, std::vector<std::string>& files) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    return addDirectory(path, files);
  }
  files.push_back(path);
  return {};
}

}  // namespace

Result<std::vector<std::string>> findInputs(std::span<const std::string> words) {
  std::vector<std::string> files;
  for (const std::string& word : words) {
    std::error_code error;
    if (word == kStandardInput) {
      if (std::ranges::find(files, word) != files.end()) {
        return fail(ErrorCode::kInvalidArgument, "standard input can be read once");
      }
      files.push_back(word);
    } else if (isPattern(word) && !fs::exists(word, error)) {
      PF_TRY_ASSIGN(const std::vector<std::string> paths, matches(word));
      for (const std::string& path : paths) {
        PF_TRY(addPath(path, files));
      }
    } else {
      PF_TRY(addPath(word, files));
    }
  }
  return files;
}

Result<std::unique_ptr<io::InputFile>> openInput(const std::string& path) {
  return path == kStandardInput ? readStandardInput() : io::openInputFile(path);
}

}  // namespace parquet_flow::pf
