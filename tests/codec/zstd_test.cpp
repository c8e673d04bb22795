// Goal: pages of several frames are read, and of today's format alone; a part of a page tells how
// the page will shrink; contexts are kept, but not many and no large ones. Method: frames by hand;
// doubles of two decimals.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <random>
#include <vector>

#include "codec/codec.hpp"
#include "codec/zstd.hpp"
#include "pages.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::codec {
namespace {

// Magic; single segment, content size in a byte; the last block, raw: size << 3 | 1.
const Bytes kHi = bytesOf({0x28, 0xB5, 0x2F, 0xFD, 0x20, 2, 0x11, 0, 0, 'h', 'i'});

Bytes operator+(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

TEST(ZstdDecompressor, framesOneAfterAnotherAreOnePage) {
  const auto decompressor = std::move(*makeZstdDecompressor());
  const Bytes skippable = bytesOf({0x5F, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3});
  Bytes out(4);
  for (const Bytes& page : {kHi + kHi, kHi + skippable + kHi, skippable + kHi + kHi}) {
    std::fill(out.begin(), out.end(), std::byte{});
    PF_EXPECT_OK(decompressor->decompress(page, out));
    EXPECT_EQ(asText(out), "hihi");
  }
  PF_EXPECT_ERROR(decompressor->decompress(kHi, out), ErrorCode::kCorrupt, "holds less");
  PF_EXPECT_ERROR(decompressor->decompress(kHi + kHi + kHi, out), ErrorCode::kCorrupt,
                  "holds more");
}

TEST(ZstdDecompressor, formatsFromBeforeTheStandardAreRefused) {
  const auto decompressor = std::move(*makeZstdDecompressor());
  Bytes out(2);
  for (const int magic : {0x1E, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27}) {
    Bytes page = kHi;
    page[0] = static_cast<std::byte>(magic);  // the old ones differ from the standard's in this
    PF_EXPECT_ERROR(decompressor->decompress(page, out), ErrorCode::kCorrupt, "damaged");
  }
}

// What repeats in these is six bytes long: at level 1 the library finds it in a small source, and
// does not look for it in a large one.
TEST(ZstdCompressor, aPartIsCompressedAsItsPageWouldBe) {
  Bytes page;
  std::mt19937_64 random(1);
  while (page.size() < (1U << 20U)) {
    const double cents = static_cast<double>(random() % 1'000'000) / 100;
    const auto bytes = std::bit_cast<std::array<std::byte, 8>>(cents);
    page.insert(page.end(), bytes.begin(), bytes.end());
  }
  const ConstBytes part = ConstBytes(page).first(32 << 10);
  const auto compressor = std::move(*makeZstdCompressor(1));
  ByteBuffer whole;
  ByteBuffer small;
  ByteBuffer asLarge;
  ByteBuffer asSmall;
  PF_ASSERT_OK(compressor->compress(page, whole));
  PF_ASSERT_OK(compressor->compressPart(part, page.size(), asLarge));
  PF_ASSERT_OK(compressor->compressPart(part, part.size(), asSmall));
  PF_ASSERT_OK(compressor->compress(part, small));
  EXPECT_EQ(asSmall.size(), small.size());
  const double ratio = static_cast<double>(whole.size()) / static_cast<double>(page.size());
  EXPECT_NEAR(static_cast<double>(asLarge.size()) / static_cast<double>(part.size()), ratio, 0.07);
  EXPECT_LT(static_cast<double>(small.size()) / static_cast<double>(part.size()), ratio - 0.1);

  Bytes back(part.size());
  PF_ASSERT_OK((*makeZstdDecompressor())->decompress(asLarge.span(), back));
  EXPECT_TRUE(std::equal(back.begin(), back.end(), part.begin()));
}

TEST(ZstdCompressor, contextsOfThoseThatAreGoneAreTheNextOnes) {
  const Bytes page(1 << 16, std::byte{'x'});
  const auto compress = [&page](Compressor& compressor) {
    ByteBuffer out;
    PF_EXPECT_OK(compressor.compress(page, out));
    return Bytes(out.span().begin(), out.span().end());
  };
  dropSpareZstdContexts();
  const Bytes first = compress(**makeZstdCompressor(1));
  {
    std::vector<std::unique_ptr<Compressor>> many;
    for (std::size_t i = 0; i < kZstdSpareContexts + 2; ++i) {
      many.push_back(std::move(*makeZstdCompressor(i % 2 == 0 ? 1 : 3)));
      compress(*many.back());
    }
    EXPECT_EQ(dropSpareZstdContexts(), 0U);  // the one that there was is in use
  }
  const Bytes again = compress(**makeZstdCompressor(1));
  EXPECT_EQ(again, first);
  EXPECT_EQ(dropSpareZstdContexts(), kZstdSpareContexts);
}

// Another thread may have been compressing by it when the process was forked.
TEST(ZstdCompressor, aContextOfTheParentIsNotKeptByAChild) {
  std::unique_ptr<Compressor> compressor = std::move(*makeZstdCompressor(1));
  dropSpareZstdContexts();
  const pid_t child = fork();
  ASSERT_NE(child, -1);
  if (child == 0) {
    compressor.reset();
    _exit(static_cast<int>(dropSpareZstdContexts()));
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  compressor.reset();
  EXPECT_EQ(dropSpareZstdContexts(), 1U);
}

TEST(ZstdCompressor, aLargeContextIsNotKept) {
  dropSpareZstdContexts();
  const Bytes page(4 << 20);
  ByteBuffer out;
  PF_EXPECT_OK((*makeZstdCompressor(19))->compress(page, out));
  EXPECT_EQ(dropSpareZstdContexts(), 0U);
}

TEST(ZstdDecompressor, aFrameWithADictionaryIsRefused) {
  const auto decompressor = std::move(*makeZstdDecompressor());
  // The dictionary's number in a byte: 0x21.
  const Bytes page = bytesOf({0x28, 0xB5, 0x2F, 0xFD, 0x21, 7, 2, 0x11, 0, 0, 'h', 'i'});
  Bytes out(2);
  PF_EXPECT_ERROR(decompressor->decompress(page, out), ErrorCode::kCorrupt, "damaged");
}

}  // namespace
}  // namespace parquet_flow::codec
