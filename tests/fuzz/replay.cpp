// The main of a fuzz target where libFuzzer is not linked: feeds it a fixed stream of inputs.
//
// Method: a linear congruential generator makes inputs of four kinds: any 0 .. 512 bytes; small
// numbers, which look like lengths and headers; the target's seed, or the input before, with some
// bytes changed. With files as arguments these are fed instead: the way to look at one that a
// fuzzer found. `--seed FILE` writes the seed, for a fuzzer to begin from.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

#include "fuzz.hpp"

namespace {

constexpr int kInputs = 20000;
constexpr std::size_t kBytesMax = 512;

class Random {
 public:
  // Knuth's MMIX constants; the high bits are the good ones.
  std::uint32_t next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::uint32_t>(state_ >> 33U);
  }
  std::uint32_t below(std::size_t bound) { return next() % static_cast<std::uint32_t>(bound); }

 private:
  std::uint64_t state_ = 1;
};

void changeInput(Random& random, const std::vector<std::uint8_t>& seed,
                 std::vector<std::uint8_t>& input) {
  const std::uint32_t kind = random.below(6);
  if (kind == 5) input = seed;
  if (kind == 0 || input.empty()) {
    input.resize(random.below(kBytesMax + 1));
    for (std::uint8_t& byte : input) byte = static_cast<std::uint8_t>(random.next());
  } else if (kind == 1) {
    input.resize(random.below(64));
    for (std::uint8_t& byte : input) byte = static_cast<std::uint8_t>(random.below(10));
  } else {
    for (std::uint32_t changes = 1 + random.below(4); changes > 0; --changes) {
      input[random.below(input.size())] = static_cast<std::uint8_t>(random.next());
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::uint8_t> seed = fuzzSeed();
  if (argc == 3 && std::string_view(argv[1]) == "--seed") {
    std::ofstream(argv[2], std::ios::binary)
        .write(reinterpret_cast<const char*>(seed.data()), static_cast<long>(seed.size()));
    return 0;
  }
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  if (argc > 1) return 0;

  Random random;
  std::vector<std::uint8_t> input;
  for (int i = 0; i < kInputs; ++i) {
    changeInput(random, seed, input);
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::printf("%d inputs\n1 passed, 0 failed\n", kInputs);
  return 0;
}
