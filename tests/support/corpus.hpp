// Files of others to test against. They lie beside the source tree, and may be absent.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace parquet_flow::test {

// $PF_CORPUS, else "<source root>/../shared/corpus".
[[nodiscard]] std::string corpusRoot();
// "<root>/<name>" when it is there.
[[nodiscard]] std::optional<std::string> corpusPath(std::string_view name);

}  // namespace parquet_flow::test

// Declares the std::string `variable`, the path of a file or folder of the corpus; the test is
// skipped, and says so, when it is absent: PF_CORPUS_OR_SKIP(path, "itch/ex20101224.TEST_ITCH_50");
#define PF_CORPUS_OR_SKIP(variable, name)                                           \
  const auto variable##Found = ::parquet_flow::test::corpusPath(name);              \
  if (!variable##Found) {                                                           \
    GTEST_SKIP() << "no " << (name) << " in " << ::parquet_flow::test::corpusRoot() \
                 << "; $PF_CORPUS may name another place";                          \
  }                                                                                 \
  const std::string& variable = *variable##Found
