#include "support/corpus.hpp"

#include <cstdlib>
#include <filesystem>

namespace parquet_flow::test {

std::string corpusRoot() {
  const char* given = std::getenv("PF_CORPUS");
  return given != nullptr && *given != '\0' ? given : PF_SOURCE_ROOT "/../shared/corpus";
}

std::optional<std::string> corpusPath(std::string_view name) {
  std::string path = corpusRoot() + "/" + std::string(name);
  if (!std::filesystem::exists(path)) {
    return std::nullopt;
  }
  return path;
}

}  // namespace parquet_flow::test
