// What checking a file of the writer with one thing wrong comes to.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "io/memory_file.hpp"
#include "patched_file.hpp"
#include "verify/file_check.hpp"

namespace parquet_flow::verify::test {

using Change = std::function<void(Patch&)>;

inline FileVerdict verdictOf(const std::string& bytes) {
  return verifyFile(std::make_unique<io::MemoryInputFile>(constBytes(bytes), "f"));
}

inline std::string listOf(const FileVerdict& verdict) {
  std::string text;
  for (const Finding& each : verdict.findings) {
    text += std::string(each.kind) + ", " + each.place.column + ": " + each.message + '\n';
  }
  return text;
}

struct Fault {
  const char* name;
  const char* kind;
  const char* column;
  const char* message;
  Change change;
};

// Of each every finding is of the fault's kind and column, and the first has its message.
inline void expectFaults(const std::vector<Fault>& faults,
                         const write::WriterOptions& options = goodOptions()) {
  const std::string good = goodFile(options);
  for (const Fault& fault : faults) {
    SCOPED_TRACE(fault.name);
    Patch patch(good);
    fault.change(patch);
    const FileVerdict verdict = verdictOf(patch.file());
    ASSERT_FALSE(verdict.findings.empty());
    EXPECT_GT(verdict.errors(), 0U);
    for (const Finding& each : verdict.findings) {
      EXPECT_STREQ(each.kind, fault.kind) << listOf(verdict);
      EXPECT_EQ(each.place.column, fault.column) << listOf(verdict);
    }
    EXPECT_NE(verdict.findings[0].message.find(fault.message), std::string::npos)
        << listOf(verdict);
  }
}

template <class T>
std::string plain(T value) {
  return std::string(asText(constBytes(&value, sizeof value)));
}

// Whose pages can be given other bytes, as no checksum and no bounds speak of them.
inline write::WriterOptions uncheckedOptions() {
  write::WriterOptions options = goodOptions();
  options.crc = false;
  options.column.statistics = false;
  options.overrides.clear();
  return options;
}

}  // namespace parquet_flow::verify::test
