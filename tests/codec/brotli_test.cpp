// Goal: pages that Brotli does not make smaller are stored as the format says, and a stream cannot
// make the decoder take memory that its page has no need of. Method: streams by hand, from RFC
// 7932.
#include <gtest/gtest.h>

#include <cstring>

#include "codec/brotli.hpp"
#include "codec/brotli_memory.hpp"
#include "pages.hpp"
#include "support/allocation_counter.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::codec {
namespace {

TEST(BrotliStored, streamByHand) {
  ByteBuffer out;
  PF_ASSERT_OK(appendStoredBrotli(bytesOf({'h', 'i'}), out));
  // Bit 0 WBITS; bit 1 ISLAST 0; bits 2, 3 MNIBBLES 0; bits 4 .. 19 MLEN - 1 = 1; bit 20
  // ISUNCOMPRESSED: 1 << 4 | 1 << 20 = 0x100010. After the bytes ISLAST, ISLASTEMPTY: 3.
  const Bytes expected = bytesOf({0x10, 0x00, 0x10, 'h', 'i', 0x03});
  EXPECT_EQ(Bytes(out.span().begin(), out.span().end()), expected);

  out.clear();
  PF_ASSERT_OK(appendStoredBrotli({}, out));
  EXPECT_EQ(Bytes(out.span().begin(), out.span().end()), bytesOf({0x06}));  // WBITS, and the two
}

TEST(BrotliStored, everyLengthAroundABlockComesBack) {
  const auto decompressor = std::move(*makeBrotliDecompressor());
  const Bytes whole = noise(3 * 65'536 + 2);
  for (const std::size_t bytes :
       {0U, 1U, 2U, 65'535U, 65'536U, 65'537U, 131'072U, 131'073U, 196'608U, 196'610U}) {
    const ConstBytes page = ConstBytes(whole).first(bytes);
    ByteBuffer out;
    PF_ASSERT_OK(appendStoredBrotli(page, out));
    EXPECT_EQ(out.size(), storedBrotliBytes(bytes));
    Bytes back(bytes);
    PF_ASSERT_OK(decompressor->decompress(out.span(), back));
    EXPECT_TRUE(std::equal(back.begin(), back.end(), page.begin(), page.end())) << bytes;
  }
}

TEST(BrotliDecompressor, memoryFollowsThePageAndNotTheStream) {
  const auto decompressor = std::move(*makeBrotliDecompressor());
  // WBITS 24 (0xF), ISLAST 0, MNIBBLES 2 (six) at bit 5, MLEN - 1 = 0xFFFFFF at bit 7,
  // ISUNCOMPRESSED at bit 31: a meta-block of 16 MiB, of which two bytes are there.
  const Bytes page = bytesOf({0xCF, 0xFF, 0xFF, 0xFF, 'h', 'i'});
  Bytes out(2);
  const test::AllocationWatch watch;
  PF_EXPECT_ERROR(decompressor->decompress(page, out), ErrorCode::kCorrupt, "BROTLI");
  EXPECT_LT(watch.bytes(), 4U << 20);
}

TEST(BrotliMemory, blocksComeBackAndTheBoundHolds) {
  BrotliMemory memory;
  memory.begin(1000);
  void* const large = BrotliMemory::allocate(&memory, 600);
  ASSERT_NE(large, nullptr);
  EXPECT_EQ(BrotliMemory::allocate(&memory, 401), nullptr);
  void* const small = BrotliMemory::allocate(&memory, 400);
  ASSERT_NE(small, nullptr);
  EXPECT_EQ(BrotliMemory::allocate(&memory, 1), nullptr);
  BrotliMemory::release(&memory, large);
  BrotliMemory::release(&memory, small);
  BrotliMemory::release(&memory, nullptr);
  EXPECT_FALSE(memory.failed()) << "the system had memory";

  memory.begin();
  const test::AllocationWatch watch;
  EXPECT_EQ(BrotliMemory::allocate(&memory, 399), small) << "the smallest that is large enough";
  EXPECT_EQ(BrotliMemory::allocate(&memory, 10), large);
  EXPECT_EQ(watch.allocations(), 0U);
  EXPECT_NE(BrotliMemory::allocate(&memory, 10), nullptr);
  EXPECT_EQ(watch.allocations(), 1U);
}

}  // namespace
}  // namespace parquet_flow::codec
