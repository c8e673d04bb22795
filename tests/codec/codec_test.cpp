// Goal: every codec of the build keeps the contract of Compressor and Decompressor: pages come back
// whole and are a function of their bytes, nothing grows beyond the bound, and damage of any kind
// is refused within the memory that the page's size allows. Method: one set of pages through all
// codecs and levels; every truncation, every wrong size and random changes of what they made;
// allocations counted.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "codec/codec.hpp"
#include "pages.hpp"
#include "support/allocation_counter.hpp"
#include "support/expect_result.hpp"
#include "support/optional_codecs.hpp"

namespace parquet_flow::codec {
namespace {

struct Subject {
  Compression compression;
  std::vector<std::int32_t> levels;
  std::vector<std::int32_t> badLevels;
};

std::vector<Subject> subjects() {
  return {
      {Compression::kGzip, {kLevelDefault, 0, 1, 6, 9}, {-1, 10, 100}},
      {Compression::kSnappy, {kLevelDefault}, {-1, 0, 1}},
      {Compression::kBrotli, {kLevelDefault, 0, 1, 2, 4, 5, 9, 10, 11}, {-1, 12}},
      {Compression::kZstd, {kLevelDefault, 1, 3, 9, 22}, {-1, 0, 23}},
      {Compression::kLz4Raw, {kLevelDefault, 1, 2, 3, 9, 12}, {-1, 0, 13}},
  };
}

bool isBuilt(Compression compression) { return test::isBuilt(static_cast<int>(compression)); }

std::vector<Subject> builtSubjects() {
  std::vector<Subject> built = subjects();
  built.erase(std::remove_if(built.begin(), built.end(),
                             [](const Subject& s) { return !isBuilt(s.compression); }),
              built.end());
  return built;
}

struct Page {
  const char* name;
  Bytes bytes;
};

std::vector<Page> pages() {
  Bytes mixture = noise(64 << 10, 2);
  std::copy_n(text(20'000).begin(), 20'000, mixture.begin() + 30'000);
  return {{"empty", {}},
          {"one byte", Bytes(1, std::byte{7})},
          {"text", text(64 << 10)},
          {"a byte more", text((64 << 10) + 1)},
          {"noise", noise(64 << 10)},
          {"a run", Bytes(64 << 10, std::byte{'r'})},
          {"mixture", mixture},
          {"a mebibyte of text", text(1 << 20)},
          {"a mebibyte of noise", noise(1 << 20)},
          {"a mebibyte's run", Bytes(1 << 20)}};
}

std::string what(Compression compression, std::int32_t level, const char* page) {
  return std::string(compressionName(compression)) + " level " + std::to_string(level) + ", " +
         page;
}

std::unique_ptr<Compressor> compressorOf(Compression compression,
                                         std::int32_t level = kLevelDefault) {
  return std::move(*makeCompressor(compression, level));
}

std::unique_ptr<Decompressor> decompressorOf(Compression compression) {
  return std::move(*makeDecompressor(compression));
}

Bytes compressed(Compressor& compressor, ConstBytes page) {
  ByteBuffer out;
  PF_EXPECT_OK(compressor.compress(page, out));
  return {out.span().begin(), out.span().end()};
}

// Both contexts go from page to page, and from large ones to small ones.
TEST(Codec, everyPageComesBackFromEveryLevelWithinTheBound) {
  for (const Subject& subject : builtSubjects()) {
    const auto decompressor = decompressorOf(subject.compression);
    for (const std::int32_t level : subject.levels) {
      const auto compressor = compressorOf(subject.compression, level);
      for (const Page& page : pages()) {
        SCOPED_TRACE(what(subject.compression, level, page.name));
        const std::string before = "what was there";
        ByteBuffer out;
        PF_ASSERT_OK(out.append(constBytes(before)));
        PF_ASSERT_OK(compressor->compress(page.bytes, out));
        ASSERT_EQ(asText(out.span().first(before.size())), before);
        const ConstBytes body = out.span().subspan(before.size());
        EXPECT_LE(body.size(), compressor->bound(page.bytes.size()));
        EXPECT_LE(compressor->bound(page.bytes.size()), compressedBytesMax(page.bytes.size()));
        EXPECT_GE(decompressor->bytesMax(body.size()), page.bytes.size());
        Bytes back(page.bytes.size());
        PF_ASSERT_OK(decompressor->decompress(body, back));
        ASSERT_EQ(back, page.bytes);
      }
    }
  }
}

TEST(Codec, whatShrinksShrinksAndNoiseHardlyGrows) {
  for (const Subject& subject : builtSubjects()) {
    const auto compressor = compressorOf(subject.compression);
    SCOPED_TRACE(compressionName(subject.compression));
    EXPECT_LT(compressed(*compressor, text(1 << 20)).size(), 1U << 19);
    EXPECT_LT(compressed(*compressor, Bytes(1 << 20)).size(), 1U << 16);
    EXPECT_LT(compressed(*compressor, noise(1 << 20)).size(), (1U << 20) + (1U << 13));
  }
}

TEST(Codec, aHigherLevelTakesLess) {
  for (const Subject& subject : builtSubjects()) {
    if (subject.levels.size() > 1) {
      const auto lowest = compressorOf(subject.compression, 1);
      const auto highest = compressorOf(subject.compression, subject.levels.back());
      EXPECT_LT(compressed(*highest, text(1 << 18)).size(),
                compressed(*lowest, text(1 << 18)).size())
          << compressionName(subject.compression);
    }
  }
}

// What a page of `bytes` was made of is decompressed into a page of exactly `outBytes`.
void expectRefused(Decompressor& decompressor, ConstBytes body, std::size_t outBytes) {
  const auto out = std::make_unique<std::byte[]>(outBytes);  // its end is where ASan looks
  const Result<void> result = decompressor.decompress(body, {out.get(), outBytes});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kCorrupt) << result.error().message();
}

TEST(Codec, truncationsAndWrongSizesAreCorrupt) {
  for (const Subject& subject : builtSubjects()) {
    const auto compressor = compressorOf(subject.compression);
    const auto decompressor = decompressorOf(subject.compression);
    for (const Bytes& page : {Bytes(), text(1), text(3'000), noise(700), Bytes(5'000)}) {
      SCOPED_TRACE(std::string(compressionName(subject.compression)) + ", " +
                   std::to_string(page.size()) + " bytes");
      const Bytes body = compressed(*compressor, page);
      for (std::size_t bytes = 0; bytes < body.size(); ++bytes) {
        // A copy of its own, so that a byte read behind it is seen.
        const Bytes cut(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(bytes));
        expectRefused(*decompressor, cut, page.size());
      }
      expectRefused(*decompressor, body, page.size() + 1);
      if (!page.empty()) {
        expectRefused(*decompressor, body, page.size() - 1);
        expectRefused(*decompressor, body, 0);
      }
      for (const int last : {0x00, 0x01, 0xFF}) {
        Bytes more = body;
        more.push_back(static_cast<std::byte>(last));
        expectRefused(*decompressor, more, page.size());
      }
      Bytes back(page.size());
      PF_EXPECT_OK(decompressor->decompress(body, back));
      EXPECT_EQ(back, page) << "and it goes on after refusals";
    }
  }
}

// The most that a Decompressor may ask for beside a page: the tables of Brotli's decoder, and its
// window.
std::uint64_t memoryFor(std::size_t page) { return (5U << 20) + 4 * page; }

TEST(Codec, changedBytesAreRefusedOrFillThePageWithinItsMemory) {
  for (const Subject& subject : builtSubjects()) {
    const auto compressor = compressorOf(subject.compression);
    const auto decompressor = decompressorOf(subject.compression);
    std::mt19937_64 random(1);
    const Bytes page = text(2'000);
    const Bytes body = compressed(*compressor, page);
    std::uint64_t refused = 0;
    for (int round = 0; round < 3'000; ++round) {
      Bytes changed = body;
      for (std::uint64_t changes = 1 + random() % 3; changes > 0; --changes) {
        changed[random() % changed.size()] = static_cast<std::byte>(random());
      }
      const auto out = std::make_unique<std::byte[]>(page.size());
      const test::AllocationWatch watch;
      const Result<void> result = decompressor->decompress(changed, {out.get(), page.size()});
      ASSERT_LE(watch.bytes(), memoryFor(page.size()));
      refused += result ? 0 : 1;
      if (!result) {
        ASSERT_EQ(result.error().code(), ErrorCode::kCorrupt) << result.error().message();
      }
    }
    EXPECT_GT(refused, 300U) << compressionName(subject.compression);
  }
}

TEST(Codec, contextsAreKept) {
  for (const Subject& subject : builtSubjects()) {
    const auto compressor = compressorOf(subject.compression);
    const auto decompressor = decompressorOf(subject.compression);
    const std::vector<Bytes> inputs = {text(1 << 20), noise(10'000), text(50'000)};
    ByteBuffer out;
    Bytes back(1 << 20);
    std::uint64_t compressing = 0;
    std::uint64_t decompressing = 0;
    for (int round = 0; round < 12; ++round) {
      for (const Bytes& page : inputs) {
        out.clear();
        const test::AllocationWatch first;
        PF_ASSERT_OK(compressor->compress(page, out));
        compressing += round < 2 ? 0 : first.allocations();
        const test::AllocationWatch second;
        PF_ASSERT_OK(decompressor->decompress(out.span(), {back.data(), page.size()}));
        decompressing += round < 2 ? 0 : second.allocations();
      }
    }
    // Snappy takes its working memory anew for each page.
    const std::uint64_t allowed = subject.compression == Compression::kSnappy ? 30 : 0;
    EXPECT_EQ(compressing, allowed) << compressionName(subject.compression);
    EXPECT_EQ(decompressing, 0U) << compressionName(subject.compression);
  }
}

std::vector<std::size_t> orderOf(std::size_t pages, std::uint64_t seed) {
  std::vector<std::size_t> order(pages);
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937_64(seed));
  return order;
}

// Short ones and some longer.
std::vector<Bytes> pagesWhoseBeginningComesBack() {
  constexpr std::uint64_t kPages = 160;
  std::vector<Bytes> pages;
  for (std::uint64_t seed = 0; seed < kPages; ++seed) {
    Bytes page = noise(seed % 80 == 79 ? 8'000 : 200, seed);
    for (std::byte& byte : page) {
      byte &= std::byte{0x1f};
    }
    std::copy_n(page.begin(), 40, page.begin() + 80);
    pages.push_back(std::move(page));
  }
  return pages;
}

// Else files would differ from run to run.
TEST(Codec, whatAPageBecomesDependsNeitherOnTheContextNorOnThePagesBefore) {
  constexpr std::size_t kContexts = 32;
  const std::vector<Bytes> pages = pagesWhoseBeginningComesBack();
  for (const Subject& subject : builtSubjects()) {
    for (const std::int32_t level : subject.levels) {
      std::vector<std::unique_ptr<Compressor>> contexts;  // all kept: each at another address
      std::vector<ByteBuffer> first(pages.size());
      for (std::size_t context = 0; context < kContexts; ++context) {
        contexts.push_back(compressorOf(subject.compression, level));
        for (const std::size_t page : orderOf(pages.size(), context)) {
          ByteBuffer out;
          ASSERT_TRUE(contexts.back()->compress(pages[page], out));
          if (context == 0) {
            first[page] = std::move(out);
          } else {
            ASSERT_TRUE(std::ranges::equal(out.span(), first[page].span()))
                << what(subject.compression, level, "page ") << page << ", context " << context;
          }
        }
      }
    }
  }
}

TEST(Codec, whatIsNotBuiltIsUnsupportedAndNamed) {
  for (const Subject& subject : subjects()) {
    const bool built = isBuilt(subject.compression);
    const auto compressor = makeCompressor(subject.compression, kLevelDefault);
    const auto decompressor = makeDecompressor(subject.compression);
    ASSERT_EQ(compressor.has_value(), built) << compressionName(subject.compression);
    ASSERT_EQ(decompressor.has_value(), built) << compressionName(subject.compression);
    if (!built) {
      PF_EXPECT_ERROR(compressor, ErrorCode::kUnsupported, compressionName(subject.compression));
      PF_EXPECT_ERROR(decompressor, ErrorCode::kUnsupported, compressionName(subject.compression));
    }
  }
  EXPECT_EQ(makeDecompressor(Compression::kLz4).has_value(), isBuilt(Compression::kLz4Raw));
}

TEST(Codec, theDeprecatedLz4IsNotWritten) {
  PF_EXPECT_ERROR(makeCompressor(Compression::kLz4, kLevelDefault), ErrorCode::kUnsupported,
                  "LZ4_RAW");
}

TEST(Codec, levelsOutOfRangeAreRefused) {
  for (const Subject& subject : builtSubjects()) {
    for (const std::int32_t level : subject.badLevels) {
      PF_EXPECT_ERROR(checkCodec(subject.compression, level), ErrorCode::kInvalidArgument,
                      compressionName(subject.compression));
    }
  }
  PF_EXPECT_ERROR(checkCodec(Compression::kUncompressed, 1), ErrorCode::kInvalidArgument,
                  "no compression level");
  PF_EXPECT_OK(checkCodec(Compression::kUncompressed, kLevelDefault));
  EXPECT_EQ(makeCompressor(Compression::kUncompressed, kLevelDefault)->get(), nullptr);
}

struct ByHand {
  const char* name;
  Compression compression;
  Bytes body;
  std::string page;
};

TEST(Codec, pagesByHandAreRead) {
  const ByHand cases[] = {
      // Length 2; literal of 2: (2 - 1) << 2.
      {"snappy_literal", Compression::kSnappy, bytesOf({2, 0x04, 'h', 'i'}), "hi"},
      // Length 10; literal of 1; copy of 9 from 1 back: 1 | (9 - 4) << 2.
      {"snappy_copy", Compression::kSnappy, bytesOf({10, 0x00, 'a', 0x15, 1}), "aaaaaaaaaa"},
      // RFC 8878: magic; single segment (0x20), content size in a byte; last raw block: 2 << 3 | 1.
      {"zstd_raw_block", Compression::kZstd,
       bytesOf({0x28, 0xB5, 0x2F, 0xFD, 0x20, 2, 0x11, 0, 0, 'h', 'i'}), "hi"},
      // Last RLE block: 10 << 3 | 1 << 1 | 1.
      {"zstd_rle_block", Compression::kZstd,
       bytesOf({0x28, 0xB5, 0x2F, 0xFD, 0x20, 10, 0x53, 0, 0, 'a'}), "aaaaaaaaaa"},
      // Two literals and no match.
      {"lz4_literals", Compression::kLz4Raw, bytesOf({0x20, 'h', 'i'}), "hi"},
      // One literal, a match of 4 + 10 from 1 back; then the five literals that end a block.
      {"lz4_match", Compression::kLz4Raw, bytesOf({0x1A, 'a', 1, 0, 0x50, 'a', 'a', 'a', 'a', 'b'}),
       "aaaaaaaaaaaaaaaaaaab"},
      // RFC 7932: WBITS 0; ISLAST 0, MNIBBLES 00, MLEN - 1 = 1 in 16 bits, ISUNCOMPRESSED 1, in
      // bits 1 .. 20: 0x100010. Then ISLAST and ISLASTEMPTY.
      {"brotli_uncompressed", Compression::kBrotli, bytesOf({0x10, 0, 0x10, 'h', 'i', 3}), "hi"},
      // WBITS 0, ISLAST, ISLASTEMPTY.
      {"brotli_empty", Compression::kBrotli, bytesOf({6}), ""},
  };
  for (const ByHand& each : cases) {
    const auto decompressor = makeDecompressor(each.compression);
    if (!decompressor) {
      EXPECT_EQ(decompressor.error().code(), ErrorCode::kUnsupported);
      continue;
    }
    Bytes out(each.page.size());
    PF_EXPECT_OK((*decompressor)->decompress(each.body, out));
    EXPECT_EQ(asText(out), each.page) << each.name;
  }
}

}  // namespace
}  // namespace parquet_flow::codec
