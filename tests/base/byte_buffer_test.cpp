// Goal: the buffer keeps what was put in, reuses its memory, and says so when there is none. Memory
// fails on demand: this program replaces the form of operator new that a buffer uses while it is
// small.
#include "base/byte_buffer.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <string>

#include "support/allocation_counter.hpp"
#include "support/expect_result.hpp"
#include "support/sanitizers.hpp"

namespace {
bool memoryFails = false;
}  // namespace

void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return memoryFails ? nullptr : ::operator new(bytes);
}

namespace parquet_flow {
namespace {

class MemoryFailure {
 public:
  MemoryFailure() { memoryFails = true; }
  ~MemoryFailure() { memoryFails = false; }
};

TEST(ByteBuffer, keepsWhatIsAppendedThroughManyGrowths) {
  ByteBuffer buffer;
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), 0U);
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    const std::string part = std::to_string(i * 7919);
    PF_ASSERT_OK(buffer.append(constBytes(part)));
    expected += part;
  }
  EXPECT_EQ(asText(buffer.span()), expected);
}

TEST(ByteBuffer, valuesAreAppendedLittleEndian) {
  ByteBuffer buffer;
  PF_ASSERT_OK(buffer.appendLe(std::uint32_t{0x04030201}));
  PF_ASSERT_OK(buffer.appendLe(std::uint16_t{0x0605}));
  PF_ASSERT_OK(buffer.appendLe(std::uint8_t{0x07}));
  EXPECT_EQ(asText(buffer.span()), "\x01\x02\x03\x04\x05\x06\x07");
}

TEST(ByteBuffer, isAlignedToACacheLineAfterEveryGrowth) {
  ByteBuffer buffer;
  for (std::size_t bytes = 1; bytes < 3'000'000; bytes = bytes * 3 + 1) {
    PF_ASSERT_OK(buffer.reserve(bytes));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % ByteBuffer::kAlignment, 0U);
    EXPECT_GE(buffer.capacity(), bytes);
    EXPECT_TRUE(buffer.empty());
  }
}

TEST(ByteBuffer, whatIsReservedIsNoContentUntilItIsCommitted) {
  ByteBuffer buffer;
  PF_ASSERT_OK(buffer.append(constBytes("ab")));
  PF_ASSERT_OK_ASSIGN(std::byte* const position, buffer.reserveExtra(100));
  EXPECT_EQ(buffer.size(), 2U);
  std::memcpy(position, "cde", 3);
  buffer.commit(3);
  EXPECT_EQ(asText(buffer.span()), "abcde");
  PF_ASSERT_OK_ASSIGN(std::byte* const appended, buffer.appendUninitialized(2));
  std::memcpy(appended, "fg", 2);
  EXPECT_EQ(asText(buffer.span()), "abcdefg");
  buffer.truncate(4);
  EXPECT_EQ(asText(buffer.span()), "abcd");
}

TEST(ByteBuffer, appendingNothingIsFineEvenWhenEmpty) {
  ByteBuffer buffer;
  PF_EXPECT_OK(buffer.append(nullptr, 0));
  PF_EXPECT_OK(buffer.append(ConstBytes{}));
  PF_EXPECT_OK(buffer.appendUninitialized(0));
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), 0U);
}

TEST(ByteBuffer, allocatesNothingOnceItHasSeenItsLargestPage) {
  ByteBuffer buffer;
  const std::string page(100'000, 'x');
  PF_ASSERT_OK(buffer.append(constBytes(page)));
  const test::AllocationWatch watch;
  bool allOk = true;
  for (int i = 0; i < 10; ++i) {
    buffer.clear();
    for (std::size_t at = 0; at < page.size(); at += 1000) {
      allOk = buffer.append(page.data() + at, 1000).has_value() && allOk;
    }
  }
  EXPECT_EQ(watch.allocations(), 0U);
  EXPECT_TRUE(allOk);
  EXPECT_EQ(asText(buffer.span()), page);
}

TEST(ByteBuffer, growsByDoublingSoThatAppendingIsCheap) {
  ByteBuffer buffer;
  const test::AllocationWatch watch;
  bool allOk = true;
  for (int i = 0; i < 1'000'000; ++i) {
    allOk = buffer.appendLe(std::uint8_t{1}).has_value() && allOk;
  }
  // 4096 doubled 8 times is 2^20.
  EXPECT_LE(watch.allocations(), 9U);
  EXPECT_GE(watch.allocations(), 1U);
  EXPECT_TRUE(allOk);
}

TEST(ByteBuffer, aReleasedBlockIsTheNextBuffers) {
  if (test::kSanitized) GTEST_SKIP() << "each buffer has its own block here";
  ByteBuffer::dropSpares();
  bool allOk = true;
  const auto use = [&](std::size_t bytes) {
    ByteBuffer buffer;
    allOk &= buffer.appendUninitialized(bytes).has_value();
    std::memset(buffer.data(), 0xA5, buffer.size());
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % ByteBuffer::kAlignment, 0U);
  };
  use(100'000);
  const test::AllocationWatch watch;
  use(100'000);
  use(90'000);
  EXPECT_EQ(watch.allocations(), 0U);
  use(200'000);
  EXPECT_EQ(watch.allocations(), 1U);
  ByteBuffer::dropSpares();
  use(100'000);
  EXPECT_EQ(watch.allocations(), 2U);
  use(1);  // small ones are kept by themselves
  use(4096);
  EXPECT_EQ(watch.allocations(), 3U);
  ByteBuffer::dropSpares();
  use(1);
  EXPECT_EQ(watch.allocations(), 4U);
  EXPECT_TRUE(allOk);
}

TEST(ByteBuffer, withoutMemoryItSaysSoAndKeepsItsContent) {
  if (test::kThreadSanitized) GTEST_SKIP() << "TSan's operator new goes before this program's";
  ByteBuffer buffer;
  PF_ASSERT_OK(buffer.append(constBytes("kept")));
  const std::size_t capacity = buffer.capacity();
  {
    const MemoryFailure failure;
    PF_EXPECT_ERROR(buffer.append(std::string(5000, 'x').data(), 5000), ErrorCode::kOutOfMemory,
                    "out of memory");
    PF_EXPECT_ERROR(buffer.appendUninitialized(5000), ErrorCode::kOutOfMemory, "out of memory");
    PF_EXPECT_ERROR(buffer.reserveExtra(5000), ErrorCode::kOutOfMemory, "out of memory");
    PF_EXPECT_ERROR(buffer.reserve(5000), ErrorCode::kOutOfMemory, "out of memory");
    PF_EXPECT_OK(buffer.append(constBytes("!")));  // there was room
  }
  EXPECT_EQ(asText(buffer.span()), "kept!");
  EXPECT_EQ(buffer.capacity(), capacity);
  PF_EXPECT_OK(buffer.reserve(5000));
  EXPECT_EQ(asText(buffer.span()), "kept!");
}

TEST(ByteBuffer, sizesBeyondAnyMemoryAreRefusedWithoutOverflow) {
  ByteBuffer buffer;
  PF_ASSERT_OK(buffer.append(constBytes("kept")));
  constexpr std::size_t kMax = std::numeric_limits<std::size_t>::max();
  for (const std::size_t bytes : {kMax, kMax - 3, kMax - 4, kMax - 63, kMax / 2, kMax / 4 + 1}) {
    PF_EXPECT_ERROR(buffer.reserve(bytes), ErrorCode::kOutOfMemory, "out of memory");
    PF_EXPECT_ERROR(buffer.reserveExtra(bytes), ErrorCode::kOutOfMemory, "out of memory");
    PF_EXPECT_ERROR(buffer.appendUninitialized(bytes), ErrorCode::kOutOfMemory, "out of memory");
  }
  EXPECT_EQ(asText(buffer.span()), "kept");
}

TEST(ByteBuffer, movingTakesTheMemoryAlong) {
  ByteBuffer first;
  PF_ASSERT_OK(first.append(constBytes("first")));
  const std::byte* const memory = first.data();
  ByteBuffer second(std::move(first));
  EXPECT_EQ(second.data(), memory);
  ByteBuffer third;
  PF_ASSERT_OK(third.append(constBytes("third")));
  third = std::move(second);
  EXPECT_EQ(asText(third.span()), "first");
  third.release();
  EXPECT_EQ(third.capacity(), 0U);
  EXPECT_TRUE(third.empty());
  PF_EXPECT_OK(third.append(constBytes("again")));
  EXPECT_EQ(asText(third.span()), "again");
}

}  // namespace
}  // namespace parquet_flow
