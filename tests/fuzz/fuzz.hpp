// What a fuzz target defines, and how it says that something is wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes);

using FuzzInput = std::vector<std::uint8_t>;

// Inputs worth beginning from, where random bytes do not come far.
std::vector<FuzzInput> fuzzSeeds();

// Always on, unlike assert: a fuzz target without its checks finds crashes only.
#define PF_FUZZ_CHECK(condition)                                                     \
  do {                                                                               \
    if (!(condition)) {                                                              \
      std::fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                  \
    }                                                                                \
  } while (false)
