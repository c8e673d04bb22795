// Goal: no allocation escapes the counter, of whatever language or thread. One that did would make
// the proofs that a path allocates nothing worthless.
#include "support/allocation_counter.hpp"

#include <gtest/gtest.h>
#include <malloc.h>
#include <zlib.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <thread>

#include "support/sanitizers.hpp"

namespace parquet_flow::test {
namespace {

// Keeps the compiler from leaving out an allocation that nobody uses.
void* volatile sink = nullptr;

std::uint64_t allocationsOf(void* (*allocate)(), void (*release)(void*)) {
  const AllocationWatch watch;
  sink = allocate();
  const std::uint64_t allocations = watch.allocations();
  release(sink);
  return allocations;
}

TEST(AllocationCounter, everyFormOfNewIsOne) {
  constexpr std::align_val_t kAlign{64};
  EXPECT_EQ(allocationsOf([] { return ::operator new(40); }, [](void* p) { ::operator delete(p); }),
            1U);
  EXPECT_EQ(
      allocationsOf([] { return ::operator new[](40); }, [](void* p) { ::operator delete[](p); }),
      1U);
  EXPECT_EQ(allocationsOf([] { return ::operator new(40, std::nothrow); },
                          [](void* p) { ::operator delete(p); }),
            1U);
  EXPECT_EQ(allocationsOf([] { return ::operator new(64, kAlign); },
                          [](void* p) { ::operator delete(p, kAlign); }),
            1U);
  EXPECT_EQ(allocationsOf([] { return ::operator new(64, kAlign, std::nothrow); },
                          [](void* p) { ::operator delete(p, kAlign); }),
            1U);
}

TEST(AllocationCounter, everyFormOfMallocIsOne) {
  EXPECT_EQ(allocationsOf([] { return std::malloc(40); }, std::free), 1U);
  EXPECT_EQ(allocationsOf([] { return std::calloc(4, 10); }, std::free), 1U);
  EXPECT_EQ(allocationsOf([] { return std::realloc(nullptr, 40); }, std::free), 1U);
  if (kThreadSanitized) return;  // TSan tells its hooks of nothing that follows
  EXPECT_EQ(allocationsOf([] { return std::aligned_alloc(64, 64); }, std::free), 1U);
  EXPECT_EQ(allocationsOf([] { return ::memalign(64, 64); }, std::free), 1U);
  EXPECT_EQ(allocationsOf(
                [] {
                  void* made = nullptr;
                  return ::posix_memalign(&made, 64, 64) == 0 ? made : nullptr;
                },
                std::free),
            1U);
}

TEST(AllocationCounter, cLibrariesAreCounted) {
  z_stream stream{};
  const AllocationWatch watch;
  const int opened = deflateInit(&stream, 6);
  const std::uint64_t allocations = watch.allocations();
  deflateEnd(&stream);
  EXPECT_EQ(opened, Z_OK);
  EXPECT_GT(allocations, 0U);
}

TEST(AllocationCounter, freesAndBytesAreCounted) {
  const AllocationCounts before = threadAllocations();
  sink = std::malloc(1234);
  std::free(sink);
  std::free(nullptr);
  const AllocationCounts after = threadAllocations();
  EXPECT_EQ(after.bytes - before.bytes, 1234U);
  EXPECT_EQ(after.frees - before.frees, 1U);
}

TEST(AllocationCounter, threadsAreCountedApartAndTheProcessInAll) {
  const AllocationCounts before = processAllocations();
  std::uint64_t others = 0;
  std::thread other;
  std::uint64_t own = 0;
  {
    const AllocationWatch watch;
    other = std::thread([&] {
      const AllocationWatch othersWatch;
      for (int i = 0; i < 100; ++i) {
        sink = std::malloc(1000);
        std::free(sink);
      }
      others = othersWatch.allocations();
    });
    other.join();
    own = watch.allocations();
  }
  EXPECT_EQ(others, 100U);
  EXPECT_LT(own, 100U);
  EXPECT_GE(processAllocations().allocations - before.allocations, 100U);
  EXPECT_GE(processAllocations().bytes - before.bytes, 100'000U);
}

TEST(AllocationCounter, whatIsInUseAndTheMostOfIt) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer's malloc holds back what was freed";
  constexpr std::uint64_t kMiB = 1 << 20;
  const std::uint64_t before = bytesInUse();
  beginPeak();
  EXPECT_EQ(peakBytesInUse(), before);
  sink = std::malloc(3 * kMiB);
  std::free(sink);
  sink = std::calloc(2, kMiB);
  EXPECT_GE(bytesInUse(), before + 2 * kMiB);
  EXPECT_LT(bytesInUse(), before + 3 * kMiB);
  EXPECT_GE(peakBytesInUse(), before + 3 * kMiB);
  EXPECT_LT(peakBytesInUse(), before + 4 * kMiB);
  sink = std::realloc(sink, 5 * kMiB);
  EXPECT_GE(peakBytesInUse(), before + 7 * kMiB);
  std::free(sink);
  sink = ::operator new(4 * kMiB, std::align_val_t{64});
  EXPECT_GE(bytesInUse(), before + 4 * kMiB);
  ::operator delete(sink, std::align_val_t{64});
  EXPECT_EQ(bytesInUse(), before);
  beginPeak();
  EXPECT_EQ(peakBytesInUse(), before);
}

TEST(AllocationCounter, doingNothingAllocatesNothing) {
  const AllocationWatch watch;
  EXPECT_EQ(watch.allocations(), 0U);
  EXPECT_EQ(watch.bytes(), 0U);
}

}  // namespace
}  // namespace parquet_flow::test
