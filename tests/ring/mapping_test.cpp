// Goal: the memory behind a ring is what a hot thread needs it to be: mirrored, there before the
// first record, and not there in a child; and where it cannot be had, the error says what and why.
#include "ring/mapping.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <functional>
#include <string>
#include <utility>

#include "ring/ring.hpp"
#include "ring_fixture.hpp"
#include "support/sanitizers.hpp"

namespace parquet_flow::ring {
namespace {

// Runs `body` in a forked child; returns waitpid's status. The child exits with what body returns.
int inChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGSEGV, SIG_DFL);
    _exit(body());
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status;
}

bool isMapped(const void* address) {
  unsigned char resident = 0;
  return mincore(const_cast<void*>(address), 1, &resident) == 0;
}

std::uint64_t freeHugePages() {
  std::ifstream file("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
  std::uint64_t pages = 0;
  return file >> pages ? pages : 0;
}

TEST(Mapping, bothViewsAreTheSameMemory) {
  auto mapping = Mapping::open({.capacity = 4 * pageBytes()});
  ASSERT_TRUE(mapping) << mapping.error().message();
  std::byte* data = mapping->data();
  for (std::uint64_t i = 0; i < mapping->capacity(); i += 509) {
    data[i] = static_cast<std::byte>(i % 251);
    EXPECT_EQ(data[i + mapping->capacity()], static_cast<std::byte>(i % 251));
    data[i + mapping->capacity()] = static_cast<std::byte>(i % 241);
    EXPECT_EQ(data[i], static_cast<std::byte>(i % 241));
  }
}

TEST(Mapping, isZeroAndItsDataStartsOnAPage) {
  auto mapping = Mapping::open({.capacity = pageBytes()});
  ASSERT_TRUE(mapping) << mapping.error().message();
  EXPECT_EQ(mapping->dataOffset() % mapping->pageBytes(), 0U);
  EXPECT_EQ(mapping->header() + mapping->dataOffset(), mapping->data());
  for (std::uint64_t i = 0; i < mapping->dataOffset() + mapping->capacity(); ++i) {
    ASSERT_EQ(mapping->header()[i], std::byte{0});
  }
}

TEST(Mapping, capacitiesOutOfRangeAreRefused) {
  for (const std::uint64_t capacity :
       {std::uint64_t{0}, std::uint64_t{1}, pageBytes() / 2, pageBytes() + 1, 3 * pageBytes(),
        2 * kCapacityMax, ~std::uint64_t{0}}) {
    const auto mapping = Mapping::open({.capacity = capacity, .name = "quotes"});
    ASSERT_FALSE(mapping) << capacity;
    EXPECT_EQ(mapping.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_NE(mapping.error().message().find("'quotes'"), std::string::npos);
    EXPECT_NE(mapping.error().message().find(std::to_string(capacity)), std::string::npos);
  }
}

#ifndef PF_TEST_SANITIZED  // whose shadow memory faults instead
TEST(Mapping, noPageFaultIsLeftForAProducer) {
  Ends ends({.capacity = std::uint64_t{4} << 20});
  // Records of almost a quarter of the ring: of those that run over the end of the data, up to that
  // much lies in the second view.
  const std::string payload(ends.producer.recordBytesMax() - 100'000, 'x');
  const auto faults = [] {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_minflt + usage.ru_majflt;
  };
  ASSERT_EQ(ends.put(payload), RecordResult::kOk);
  ends.takeAll();
  const long before = faults();
  std::uint64_t bytes = 0;
  for (; bytes < 16 * ends.capacity(); bytes += recordBytes(payload.size())) {
    ASSERT_EQ(ends.put(payload), RecordResult::kOk);
    ends.consumer.refresh();
    RecordView record;
    ASSERT_EQ(ends.consumer.next(&record), NextRecord::kRecord);
    ends.consumer.release(record.end);
  }
  // 1024 pages were walked over, and some 200 of the second view; the test itself may touch a few
  // for the first time.
  EXPECT_LE(faults() - before, 16);
}
#endif

TEST(Mapping, aForkedChildDoesNotHaveIt) {
  auto mapping = Mapping::open({.capacity = pageBytes()});
  ASSERT_TRUE(mapping) << mapping.error().message();
  for (const std::uint64_t offset :
       {std::uint64_t{0}, mapping->dataOffset(), mapping->dataOffset() + mapping->capacity()}) {
    EXPECT_TRUE(isMapped(mapping->header() + offset));
    const int status = inChild([&] { return isMapped(mapping->header() + offset) ? 1 : 0; });
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << offset;
  }
}

TEST(Mapping, destroyedInAChildItUnmapsNothing) {
  // The addresses may be somebody else's there; the child maps a page of its own in their place.
  auto mapping = Mapping::open({.capacity = pageBytes()});
  ASSERT_TRUE(mapping) << mapping.error().message();
  const int status = inChild([&] {
    void* mine = mmap(mapping->data(), pageBytes(), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (mine == MAP_FAILED) return 1;
    {
      const Mapping gone = std::move(*mapping);
    }
    return isMapped(mine) ? 0 : 2;
  });
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Mapping, goesWithItsOwnerAndMovesWithIt) {
  const std::byte* first = nullptr;
  const std::byte* second = nullptr;
  {
    auto one = Mapping::open({.capacity = pageBytes()});
    auto two = Mapping::open({.capacity = pageBytes()});
    ASSERT_TRUE(one && two);
    first = one->data();
    second = two->data();
    *two = std::move(*one);
    EXPECT_EQ(two->data(), first);
    EXPECT_FALSE(isMapped(second)) << "what it held before is gone";
    EXPECT_TRUE(isMapped(first));
  }
  EXPECT_FALSE(isMapped(first));
}

TEST(Mapping, hugePagesAreHadOrRefusedOrReplacedAsAsked) {
  constexpr std::uint64_t kCapacity = 2 * kHugePageBytes;
  const bool areFree = freeHugePages() >= 3;
  const auto required =
      Mapping::open({.capacity = kCapacity, .hugePages = HugePages::kRequire, .name = "huge"});
  if (areFree) {
    ASSERT_TRUE(required) << required.error().message();
    EXPECT_EQ(required->pageBytes(), kHugePageBytes);
    EXPECT_EQ(required->dataOffset(), kHugePageBytes);
    required->data()[kCapacity] = std::byte{7};
    EXPECT_EQ(required->data()[0], std::byte{7});
  } else {
    ASSERT_FALSE(required);
    EXPECT_NE(required.error().message().find("huge pages"), std::string::npos);
    EXPECT_NE(required.error().message().find("'huge'"), std::string::npos);
    const auto preferred = Mapping::open({.capacity = kCapacity, .hugePages = HugePages::kPrefer});
    ASSERT_TRUE(preferred) << preferred.error().message();
    EXPECT_EQ(preferred->pageBytes(), pageBytes());
  }
}

TEST(Mapping, aRingBelowOneHugePageCannotRequireThem) {
  const auto required = Mapping::open({.capacity = pageBytes(), .hugePages = HugePages::kRequire});
  ASSERT_FALSE(required);
  EXPECT_EQ(required.error().code(), ErrorCode::kInvalidArgument);
  const auto preferred = Mapping::open({.capacity = pageBytes(), .hugePages = HugePages::kPrefer});
  EXPECT_TRUE(preferred);
}

#ifndef PF_TEST_SANITIZED  // which make mlock do nothing
// What the kernel counts as locked in this process.
std::uint64_t lockedKib() {
  std::ifstream file("/proc/self/status");
  std::string line;
  while (std::getline(file, line)) {
    if (line.rfind("VmLck:", 0) == 0) return std::stoull(line.substr(6));
  }
  return 0;
}

TEST(Mapping, lockedMemoryIsLocked) {
  const std::uint64_t before = lockedKib();
  const auto mapping = Mapping::open({.capacity = pageBytes(), .lockInMemory = true});
  ASSERT_TRUE(mapping) << mapping.error().message();
  EXPECT_EQ(lockedKib() - before, 3 * pageBytes() / 1024);
}

TEST(Mapping, memoryThatMayNotBeLockedIsAnErrorThatNamesTheLimit) {
  const int status = inChild([] {
    const rlimit none{0, 0};
    if (setrlimit(RLIMIT_MEMLOCK, &none) != 0) return 1;
    // Root may lock whatever the limit says.
    if (geteuid() == 0 && seteuid(65534) != 0) return 2;
    const auto mapping = Mapping::open({.capacity = pageBytes(), .lockInMemory = true});
    if (mapping) return 3;
    return mapping.error().message().find("RLIMIT_MEMLOCK") != std::string::npos ? 0 : 4;
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}
#endif

TEST(OpenRing, namesAndRecordSizesOutOfRangeAreRefused) {
  const std::string name(65, 'n');
  const auto longName = Ring::open({.name = name, .capacity = pageBytes()});
  ASSERT_FALSE(longName);
  EXPECT_EQ(longName.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(Ring::open({.name = name.substr(1), .capacity = pageBytes()}));
  const auto most = static_cast<std::uint32_t>(recordBytesLimit(pageBytes()));
  EXPECT_TRUE(Ring::open({.capacity = pageBytes(), .recordBytesMax = most}));
  const auto tooLarge = Ring::open({.capacity = pageBytes(), .recordBytesMax = most + 1});
  ASSERT_FALSE(tooLarge);
  EXPECT_EQ(tooLarge.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_NE(tooLarge.error().message().find(std::to_string(most)), std::string::npos);
}

}  // namespace
}  // namespace parquet_flow::ring
