#include "support/temp_directory.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace parquet_flow::test {

TempDirectory::TempDirectory() {
  const char* base = std::getenv("TMPDIR");
  path_ = std::string(base != nullptr && *base != '\0' ? base : "/tmp") + "/pf-test-XXXXXX";
  if (::mkdtemp(path_.data()) == nullptr) {
    throw std::filesystem::filesystem_error("mkdtemp", path_,
                                            std::error_code(errno, std::generic_category()));
  }
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;  // what stays is in the way of nobody
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDirectory::file(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

std::string readWholeFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

void writeWholeFile(const std::string& path, std::string_view content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  ASSERT_TRUE(file.good()) << path;
}

}  // namespace parquet_flow::test
