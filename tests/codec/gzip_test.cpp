// Goal: every page comes back whole, from every backend through every inflater, no page grows
// beyond stored blocks, and storing a page is decided by that page alone. Method: pages of known
// kinds (noise, text, orders, repeats of noise, short ones) through all pairs; stored members by
// hand from the RFCs; damaged members refused.
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "codec/codec.hpp"
#include "codec/compressibility.hpp"
#include "codec/gzip.hpp"
#include "codec/gzip_backend.hpp"
#include "codec/stored.hpp"
#include "pages.hpp"

namespace parquet_flow::codec {
namespace {

// Noise values from a pool: no symbol is frequent, all gain lies in repetition.
Bytes pool(std::size_t bytes, std::size_t valueBytes, std::size_t values) {
  const Bytes pool = noise(valueBytes * values, 3);
  std::mt19937_64 random(4);
  Bytes page;
  while (page.size() < bytes) {
    const std::size_t at = random() % values * valueBytes;
    page.insert(page.end(), pool.begin() + static_cast<std::ptrdiff_t>(at),
                pool.begin() + static_cast<std::ptrdiff_t>(at + valueBytes));
  }
  page.resize(bytes);
  return page;
}

// What a PLAIN BYTE_ARRAY page of noise looks like.
Bytes interleaved(std::size_t bytes, std::uint32_t valueBytes) {
  Bytes page;
  for (std::uint64_t i = 0; page.size() < bytes; ++i) {
    const Bytes value = noise(valueBytes, i + 10);
    const ConstBytes length = constBytes(&valueBytes, sizeof valueBytes);
    page.insert(page.end(), length.begin(), length.end());
    page.insert(page.end(), value.begin(), value.end());
  }
  page.resize(bytes);
  return page;
}

struct Kind {
  const char* name;
  Bytes page;
  bool stored;
};

std::vector<Kind> kinds() {
  std::vector<Kind> kinds = {{"noise", noise(1 << 20), true},
                             {"noise behind lengths", interleaved(1 << 20, 256), true},
                             {"text", text(1 << 20), false},
                             {"noise from a pool of integers", pool(1 << 20, 4, 1000), false},
                             {"noise from a pool of values", pool(1 << 20, 256, 60), false},
                             {"noise from a pool above the window", pool(1 << 20, 256, 400), false},
                             {"zeros", Bytes(300'000), false},
                             {"empty", Bytes(), true},
                             {"one byte", Bytes(1), true},
                             {"a stored block exactly", noise(65'535), true},
                             {"a stored block and a byte", noise(65'536), true}};
  Bytes mixture = noise(1 << 20);
  const Bytes part = text(1 << 18);
  std::copy(part.begin(), part.end(), mixture.begin() + (1 << 19));
  kinds.push_back({"a quarter of it text", mixture, false});
  return kinds;
}

std::vector<std::unique_ptr<GzipBackend>> backends() {
  std::vector<std::unique_ptr<GzipBackend>> all;
  for (const int level : {1, 6, 9}) {
    all.push_back(std::move(*makeZlibBackend(level)));
#if defined(PF_HAVE_LIBDEFLATE)
    all.push_back(std::move(*makeLibdeflateBackend(level)));
#endif
  }
#if defined(PF_HAVE_ISAL)
  all.push_back(std::move(*makeIsalBackend()));
#endif
  return all;
}

std::vector<std::unique_ptr<GzipInflater>> inflaters() {
  std::vector<std::unique_ptr<GzipInflater>> all;
  all.push_back(std::move(*makeZlibInflater()));
#if defined(PF_HAVE_LIBDEFLATE)
  all.push_back(std::move(*makeLibdeflateInflater()));
#endif
  return all;
}

void expectInflates(ConstBytes member, const Bytes& page, const std::string& what) {
  for (const auto& inflater : inflaters()) {
    Bytes out(page.size());
    const Result<void> result = inflater->inflate(member, out);
    ASSERT_TRUE(result) << what << ": " << result.error().message();
    EXPECT_EQ(out, page) << what;
  }
}

TEST(Gzip, everyBackendIsReadByEveryInflater) {
  for (const Kind& kind : kinds()) {
    for (const auto& backend : backends()) {
      Bytes out(storedMemberBytes(kind.page.size()) * 2 + 1024);
      // Twice: a context is as good for the second page.
      for (int round = 0; round < 2; ++round) {
        const std::size_t bytes = backend->compress(kind.page, out);
        ASSERT_NE(bytes, 0U) << kind.name << " by " << backend->name();
        expectInflates({out.data(), bytes}, kind.page,
                       std::string(kind.name) + " by " + std::string(backend->name()));
      }
    }
  }
}

// Which one has a level, in this build.
TEST(Gzip, eachLevelHasTheFastestBackendThatThereIs) {
#if defined(PF_HAVE_LIBDEFLATE)
  const std::string_view above = "libdeflate";
#else
  const std::string_view above = "zlib";
#endif
#if defined(PF_HAVE_ISAL)
  const std::string_view first = "isal";
#else
  const std::string_view first = above;
#endif
  for (int level = 1; level <= kGzipLevelMax; ++level) {
    const auto backend = makeGzipBackend(level);
    ASSERT_TRUE(backend);
    EXPECT_EQ((*backend)->name(), level == 1 ? first : above) << level;
  }
}

TEST(Gzip, aBackendWithoutRoomSaysSo) {
  const Bytes page = noise(10'000);
  for (const auto& backend : backends()) {
    Bytes out(5'000);
    EXPECT_EQ(backend->compress(page, out), 0U) << backend->name();
    Bytes enough(20'000);
    EXPECT_NE(backend->compress(page, enough), 0U) << "and goes on after it";
  }
}

TEST(Gzip, everyLevelGivesThePageBackAndNeverGrowsBeyondStored) {
  for (std::int32_t level = kGzipLevelMin; level <= kGzipLevelMax; ++level) {
    auto compressor = makeCompressor(Compression::kGzip, level);
    ASSERT_TRUE(compressor);
    ByteBuffer out;
    for (const Kind& kind : kinds()) {
      out.clear();
      ASSERT_TRUE((*compressor)->compress(kind.page, out));
      EXPECT_LE(out.size(), storedMemberBytes(kind.page.size())) << kind.name;
      EXPECT_LE(out.size(), (*compressor)->bound(kind.page.size()));
      expectInflates(out.span(), kind.page, kind.name);
    }
  }
}

TEST(Gzip, pagesThatDoNotShrinkAreStoredAndOthersAreAsTheBackendLeavesThem) {
  for (const std::int32_t level : {1, 6}) {
    auto compressor = std::move(*makeGzipCompressor(level));
    auto backend = std::move(*makeGzipBackend(level));
    for (const Kind& kind : kinds()) {
      ByteBuffer out;
      ASSERT_TRUE(compressor->compress(kind.page, out));
      if (kind.stored && kind.page.size() > 512) {
        EXPECT_EQ(out.size(), storedMemberBytes(kind.page.size())) << kind.name;
        continue;
      }
      Bytes forced(storedMemberBytes(kind.page.size()) + 1024);
      const std::size_t bytes = backend->compress(kind.page, forced);
      EXPECT_LE(out.size(), bytes) << kind.name;
    }
  }
}

TEST(Gzip, compressiblePagesAmongNoiseKeepTheirForcedSize) {
  auto compressor = std::move(*makeGzipCompressor(1));
  auto backend = std::move(*makeGzipBackend(1));
  const Bytes compressible = text(1 << 20);
  Bytes forced(2 << 20);
  const std::size_t forcedBytes = backend->compress(compressible, forced);
  for (std::uint64_t i = 0; i < 4; ++i) {
    ByteBuffer out;
    ASSERT_TRUE(compressor->compress(noise(1 << 20, i), out));
    out.clear();
    ASSERT_TRUE(compressor->compress(compressible, out));
    EXPECT_EQ(out.size(), forcedBytes);
  }
}

TEST(Compressibility, noiseIsToldFromDataAtEverySeed) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    EXPECT_FALSE(mayCompress(noise(70'000, seed))) << seed;
    EXPECT_FALSE(mayCompress(noise(2'000, seed))) << seed;
  }
  // Lengths among noise: below 2 % of it. At 32 bytes they are an eighth of the page, and pay.
  for (std::uint32_t valueBytes = 250; valueBytes < 290; ++valueBytes) {
    EXPECT_FALSE(mayCompress(interleaved(1 << 20, valueBytes))) << valueBytes;
  }
  EXPECT_TRUE(mayCompress(interleaved(1 << 20, 32)));
  // The levels of an optional column in front of noise.
  Bytes page(500, std::byte{0x7F});
  const Bytes values = interleaved(1 << 20, 256);
  page.insert(page.end(), values.begin(), values.end());
  EXPECT_FALSE(mayCompress(page));
}

TEST(Compressibility, smallSavingsAreSeen) {
  // A constant byte in every sixteen of noise: 1/16 of the page is known in advance.
  Bytes page = noise(1 << 20);
  for (std::size_t i = 0; i < page.size(); i += 16) {
    page[i] = std::byte{7};
  }
  EXPECT_TRUE(mayCompress(page));
  // Seven bits of noise in eight.
  Bytes sevenBits = noise(1 << 20);
  for (std::byte& byte : sevenBits) {
    byte &= std::byte{0x7F};
  }
  EXPECT_TRUE(mayCompress(sevenBits));
}

TEST(Compressibility, noiseThatComesBackWithinTheWindowIsSeen) {
  // No symbol is frequent, and nothing comes back soon: all gain lies in matches 4 to 32 KiB back.
  const Bytes once = noise(32'000, 5);
  for (std::size_t period = 4'000; period <= once.size(); period += 1'999) {
    Bytes page(1 << 20);
    for (std::size_t i = 0; i < page.size(); ++i) {
      page[i] = once[i % period];
    }
    EXPECT_TRUE(mayCompress(page)) << period;
  }
  // Pools larger than the window: a value is in it now and then.
  EXPECT_TRUE(mayCompress(pool(1 << 20, 256, 400)));
  EXPECT_TRUE(mayCompress(pool(1 << 20, 8, 8'000)));
  // One kibibyte of eight comes back.
  Bytes page = noise(1 << 20, 6);
  for (std::size_t i = 20'480; i < page.size(); ++i) {
    page[i] = i / 1'024 % 8 == 0 ? page[i - 20'480] : page[i];
  }
  EXPECT_TRUE(mayCompress(page));
}

TEST(Stored, memberByHand) {
  const Bytes page = {std::byte{'h'}, std::byte{'i'}};
  ByteBuffer out;
  ASSERT_TRUE(appendStoredMember(page, out));
  // RFC 1952 header; final stored block of 2 bytes (02 00, FD FF); "hi"; CRC-32 of "hi" is
  // 0xD8932AAC; length 2.
  const unsigned char expected[] = {0x1F, 0x8B, 8,   0,   0,    0,    0,    0,    0, 0xFF, 1, 2, 0,
                                    0xFD, 0xFF, 'h', 'i', 0xAC, 0x2A, 0x93, 0xD8, 2, 0,    0, 0};
  ASSERT_EQ(out.size(), sizeof expected);
  EXPECT_EQ(std::memcmp(out.data(), expected, sizeof expected), 0);
  EXPECT_EQ(out.size(), storedMemberBytes(2));
}

TEST(GzipDecompressor, membersOneAfterAnotherAreOnePage) {
  const Bytes page = text(5'000);
  ByteBuffer members;
  ASSERT_TRUE(appendStoredMember(ConstBytes(page).first(2'000), members));
  auto backend = std::move(*makeZlibBackend(6));
  Bytes second(5'000);
  second.resize(backend->compress(ConstBytes(page).subspan(2'000), second));
  ASSERT_TRUE(members.append(second));
  expectInflates(members.span(), page, "two members");
}

TEST(GzipDecompressor, damageIsRefused) {
  const Bytes page = text(5'000);
  ByteBuffer member;
  auto compressor = std::move(*makeGzipCompressor(1));
  ASSERT_TRUE(compressor->compress(page, member));
  const Bytes whole(member.span().begin(), member.span().end());
  for (const auto& inflater : inflaters()) {
    const auto refuses = [&](const Bytes& bytes, std::size_t outBytes) {
      Bytes out(outBytes);
      const Result<void> result = inflater->inflate(bytes, out);
      return !result && result.error().code() == ErrorCode::kCorrupt;
    };
    EXPECT_TRUE(refuses(whole, page.size() - 1));
    EXPECT_TRUE(refuses(whole, page.size() + 1));
    EXPECT_TRUE(refuses(whole, 0));
    EXPECT_TRUE(refuses({}, page.size()));
    for (std::size_t bytes = 0; bytes < whole.size(); bytes += 7) {
      EXPECT_TRUE(refuses(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(bytes)),
                          page.size()));
    }
    Bytes garbage = whole;
    garbage.push_back(std::byte{1});
    EXPECT_TRUE(refuses(garbage, page.size()));
    Bytes flipped = whole;
    flipped[whole.size() / 2] ^= std::byte{0x10};
    EXPECT_TRUE(refuses(flipped, page.size()));
  }
}

}  // namespace
}  // namespace parquet_flow::codec
