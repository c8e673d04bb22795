#include "pf/terminal.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace parquet_flow::pf {
namespace {

std::string_view environment(const char* name) noexcept {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): pf sets no variable
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

bool isTerminal(int descriptor) noexcept { return ::isatty(descriptor) == 1; }

bool hasColour(int descriptor) noexcept {
  return isTerminal(descriptor) && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
}

}  // namespace parquet_flow::pf
