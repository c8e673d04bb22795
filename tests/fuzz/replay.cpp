// The main of a fuzz target where libFuzzer is not linked: feeds it a fixed stream of inputs.
//
// Method: the target's seeds as they are, then inputs that a linear congruential generator makes:
// any 0 .. 512 bytes; small numbers, which look like lengths and headers; a seed, or the input
// before, with bytes changed to any or to the ends of ranges, a piece cut out, moved or put in
// twice, or the rest cut off. With files as arguments these are fed instead: the way to look at one
// that a fuzzer found. `--seeds FOLDER` writes the seeds, for a fuzzer to begin from; `--inputs N`
// makes so many, of targets that take long over each.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz.hpp"

namespace {

constexpr int kInputs = 20000;
constexpr std::size_t kBytesMax = 512;
constexpr std::size_t kGrownMax = 64 << 10;

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

// What counts, lengths and widths go wrong at.
constexpr std::uint8_t kEnds[] = {0, 1, 0x7F, 0x80, 0xFE, 0xFF};

void changeBytes(Random& random, FuzzInput& input) {
  const bool isEnd = random.below(2) == 0;
  for (std::uint32_t changes = 1 + random.below(4); changes > 0; --changes) {
    input[random.below(input.size())] =
        isEnd ? kEnds[random.below(std::size(kEnds))] : static_cast<std::uint8_t>(random.next());
  }
}

void movePiece(Random& random, FuzzInput& input) {
  const auto from = input.begin() + random.below(input.size());
  const auto end =
      from +
      random.below(std::min<std::size_t>(static_cast<std::size_t>(input.end() - from), 64) + 1);
  const FuzzInput piece(from, end);
  if (random.below(2) == 0) input.erase(from, end);
  if (random.below(3) != 0 && input.size() < kGrownMax) {
    input.insert(input.begin() + random.below(input.size() + 1), piece.begin(), piece.end());
  }
}

void changeInput(Random& random, const std::vector<FuzzInput>& seeds, FuzzInput& input) {
  const std::uint32_t kind = random.below(10);
  if (kind >= 5 && !seeds.empty()) input = seeds[random.below(seeds.size())];
  if (kind == 0 || input.empty()) {
    input.resize(random.below(kBytesMax + 1));
    for (std::uint8_t& byte : input) byte = static_cast<std::uint8_t>(random.next());
  } else if (kind == 1) {
    input.resize(random.below(64));
    for (std::uint8_t& byte : input) byte = static_cast<std::uint8_t>(random.below(10));
  } else if (kind == 2 || kind == 5) {
    movePiece(random, input);
  } else if (kind == 6) {
    input.resize(random.below(input.size() + 1));
  } else {
    changeBytes(random, input);
  }
}

// Each in a file of its own.
void writeSeeds(const std::vector<FuzzInput>& seeds, const std::string& folder) {
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    std::ofstream(folder + "/seed-" + std::to_string(i), std::ios::binary)
        .write(reinterpret_cast<const char*>(seeds[i].data()),
               static_cast<std::streamsize>(seeds[i].size()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<FuzzInput> seeds = fuzzSeeds();
  if (argc == 3 && std::string_view(argv[1]) == "--seeds") {
    writeSeeds(seeds, argv[2]);
    return 0;
  }
  int inputs = kInputs;
  if (argc == 3 && std::string_view(argv[1]) == "--inputs") {
    inputs = std::atoi(argv[2]);
    argc = 1;
  }
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  if (argc > 1) return 0;

  for (const FuzzInput& seed : seeds) LLVMFuzzerTestOneInput(seed.data(), seed.size());
  Random random;
  FuzzInput input;
  for (int i = 0; i < inputs; ++i) {
    changeInput(random, seeds, input);
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::printf("%zu seeds, %d inputs\n1 passed, 0 failed\n", seeds.size(), inputs);
  return 0;
}
