// A directory for one test, removed with everything in it.
#pragma once

#include <string>
#include <string_view>

namespace parquet_flow::test {

// In $TMPDIR, else /tmp.
class TempDirectory {
 public:
  TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  ~TempDirectory();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  // "<path>/<name>".
  [[nodiscard]] std::string file(std::string_view name) const;

 private:
  std::string path_;
};

// The whole file; a test failure and "" when it cannot be read.
[[nodiscard]] std::string readWholeFile(const std::string& path);
void writeWholeFile(const std::string& path, std::string_view content);

}  // namespace parquet_flow::test
