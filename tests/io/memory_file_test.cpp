// Goal: memory as output and input, growing no more often than it must. The common contract of
// outputs is in output_file_test.cpp.
#include "io/memory_file.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "support/expect_result.hpp"

namespace parquet_flow::io {
namespace {

TEST(MemoryFile, contentIsReadableWhileOpenAndAfterClose) {
  MemoryOutputFile file;
  PF_ASSERT_OK(file.write(constBytes("PAR1")));
  EXPECT_EQ(asText(file.contents()), "PAR1");
  PF_ASSERT_OK(file.close());
  EXPECT_EQ(asText(file.contents()), "PAR1");
  PF_EXPECT_ERROR(file.truncate(0), ErrorCode::kNotOpen, "closed");
  EXPECT_EQ(asText(file.contents()), "PAR1");
}

TEST(MemoryFile, readsWithinItsBytesAndNowhereElse) {
  const std::string text = "PAR1....PAR1";
  const MemoryInputFile file(constBytes(text), "capture");
  EXPECT_EQ(file.size(), 12U);
  EXPECT_EQ(file.name(), "capture");
  std::array<std::byte, 4> bytes{};
  PF_ASSERT_OK(file.readAt(8, bytes));
  EXPECT_EQ(asText(bytes), "PAR1");
  PF_EXPECT_OK(file.readAt(12, {}));
  PF_EXPECT_ERROR(file.readAt(9, bytes), ErrorCode::kCorrupt,
                  "reading capture: 4 bytes at 9 of a file of 12");
  PF_EXPECT_ERROR(file.readAt(~std::uint64_t{0} - 1, bytes), ErrorCode::kCorrupt, "capture");
  PF_EXPECT_ERROR(file.readAt(13, {}), ErrorCode::kCorrupt, "capture");
}

TEST(MemoryFile, nothingCanBeReadFromNothing) {
  const MemoryInputFile file{ConstBytes{}};
  PF_EXPECT_OK(file.readAt(0, {}));
  std::array<std::byte, 1> byte{};
  PF_EXPECT_ERROR(file.readAt(0, byte), ErrorCode::kCorrupt, "<memory>");
}

}  // namespace
}  // namespace parquet_flow::io
