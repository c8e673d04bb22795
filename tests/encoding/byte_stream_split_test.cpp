// Goal: BYTE_STREAM_SPLIT is the bytes that Encodings.md describes for every width, however a page
// comes in slices, and all kernels do the same.
//
// Method: the example of the specification; for each kernel every width and count against a loop of
// this file, in buffers of exactly their size; random slices and pages one after the other.
#include "encoding/byte_stream_split.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>

#include "encoding/support.hpp"
#include "support/allocation_counter.hpp"

namespace parquet_flow::encoding {
namespace {

Bytes randomBytes(std::mt19937_64& random, std::size_t count) {
  Bytes bytes(count);
  std::generate(bytes.begin(), bytes.end(),
                [&] { return static_cast<std::uint8_t>(random() >> 20); });
  return bytes;
}

Bytes splitByteByByte(const Bytes& values, std::size_t width) {
  Bytes streams;
  for (std::size_t byte = 0; byte < width; ++byte) {
    for (std::size_t at = byte; at < values.size(); at += width) {
      streams.push_back(values[at]);
    }
  }
  return streams;
}

// Appends one page in slices of `slice` values.
void encodePage(ByteStreamSplitEncoder& encoder, const Bytes& values, std::size_t width,
                std::size_t slice, ByteBuffer& body) {
  encoder.begin(body);
  for (std::size_t at = 0; at < values.size(); at += slice * width) {
    const std::size_t bytes = std::min(slice * width, values.size() - at);
    const Bytes exact(values.begin() + static_cast<std::ptrdiff_t>(at),
                      values.begin() + static_cast<std::ptrdiff_t>(at + bytes));
    ASSERT_TRUE(encoder.append(dataOf(exact.data()), bytes / width));
  }
  ASSERT_TRUE(encoder.finish());
  EXPECT_TRUE(encoder.head().empty());
}

TEST(ByteStreamSplit, exampleOfTheSpecification) {
  const Bytes values = {0xAA, 0xBB, 0xCC, 0xDD, 0x00, 0x11, 0x22, 0x33, 0xA3, 0xB4, 0xC5, 0xD6};
  const Bytes expected = {0xAA, 0x00, 0xA3, 0xBB, 0x11, 0xB4, 0xCC, 0x22, 0xC5, 0xDD, 0x33, 0xD6};
  for (const std::size_t slice : {1U, 2U, 3U}) {
    ByteStreamSplitEncoder encoder(4);
    ByteBuffer body;
    encodePage(encoder, values, 4, slice, body);
    EXPECT_EQ(toVector(body), expected);
  }
  Bytes decoded(12);
  const auto taken =
      decodeByteStreamSplit(asBytes(expected), 3, 4, reinterpret_cast<std::byte*>(decoded.data()));
  ASSERT_TRUE(taken);
  EXPECT_EQ(*taken, 12U);
  EXPECT_EQ(decoded, values);
}

TEST(ByteStreamSplit, kernelsAgreeAtEveryWidthInBuffersOfExactlyTheirSize) {
  std::mt19937_64 random(1);
  for (std::size_t width = 1; width <= 34; ++width) {
    for (const std::size_t count : {0U, 1U, 7U, 31U, 32U, 33U, 34U, 39U, 64U, 65U, 72U, 200U}) {
      const Bytes values = randomBytes(random, count * width);
      const Bytes expected = splitByteByByte(values, width);
      for (const SimdLevel level : simdLevels()) {
        const ByteStreamSplitKernels& kernels = byteStreamSplitKernels(level);
        const auto from = std::make_unique<std::byte[]>(values.size());
        const auto streams = std::make_unique<std::byte[]>(values.size());
        std::transform(values.begin(), values.end(), from.get(),
                       [](std::uint8_t value) { return std::byte{value}; });
        kernels.split(from.get(), count, width, streams.get(), count);
        ASSERT_EQ(toVector({streams.get(), values.size()}), expected) << width << " " << count;
        const auto back = std::make_unique<std::byte[]>(values.size());
        kernels.merge(streams.get(), count, count, width, back.get());
        ASSERT_EQ(toVector({back.get(), values.size()}), values) << width << " " << count;
      }
    }
  }
}

TEST(ByteStreamSplit, whatLiesBetweenTheStreamsIsNotTouched) {
  std::mt19937_64 random(2);
  for (const std::size_t width : {2U, 3U, 4U, 8U, 16U, 19U}) {
    const std::size_t count = 100;
    const std::size_t stride = 141;
    const Bytes values = randomBytes(random, count * width);
    for (const SimdLevel level : simdLevels()) {
      std::vector<std::byte> streams(stride * width, std::byte{0x5A});
      byteStreamSplitKernels(level).split(dataOf(values.data()), count, width, streams.data(),
                                          stride);
      for (std::size_t i = 0; i < streams.size(); ++i) {
        const std::size_t value = i % stride;
        ASSERT_EQ(std::to_integer<std::uint8_t>(streams[i]),
                  value < count ? values[value * width + i / stride] : 0x5A);
      }
      Bytes back(values.size());
      byteStreamSplitKernels(level).merge(streams.data(), stride, count, width,
                                          reinterpret_cast<std::byte*>(back.data()));
      ASSERT_EQ(back, values);
    }
  }
}

TEST(ByteStreamSplit, pagesOfAnySizeBehindEachOtherInAnySlices) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 200; ++round) {
    const std::size_t width = 1 + random() % 20;
    ByteStreamSplitEncoder encoder(width);
    ByteBuffer body;
    Bytes expected;
    for (int page = 0; page < 5; ++page) {
      const Bytes values = randomBytes(random, width * (random() % 600));
      encodePage(encoder, values, width, 1 + random() % 300, body);
      const Bytes streams = splitByteByByte(values, width);
      expected.insert(expected.end(), streams.begin(), streams.end());
      ASSERT_EQ(toVector(body), expected);

      const ConstBytes encoded = body.span().last(values.size());
      std::vector<std::byte> decoded(values.size());
      const auto taken =
          decodeByteStreamSplit(encoded, values.size() / width, width, decoded.data());
      ASSERT_TRUE(taken);
      ASSERT_EQ(*taken, values.size());
      ASSERT_EQ(toVector(decoded), values);
    }
  }
}

TEST(ByteStreamSplit, pagesLikeTheOneBeforeAllocateNothing) {
  std::mt19937_64 random(4);
  const Bytes values = randomBytes(random, std::size_t{8} * 10000);
  ByteStreamSplitEncoder encoder(8);
  ByteBuffer body;
  for (int page = 0; page < 3; ++page) {
    body.clear();
    const test::AllocationWatch watch;
    encoder.begin(body);
    ASSERT_TRUE(encoder.append(dataOf(values.data()), 4000));
    ASSERT_TRUE(encoder.append(dataOf(values.data() + 32000), 6000));
    ASSERT_TRUE(encoder.finish());
    if (page == 2) {
      EXPECT_EQ(watch.allocations(), 0U);
    }
  }
}

TEST(ByteStreamSplit, tooFewBytesAreRefused) {
  const Bytes bytes(23);
  std::byte out[24];
  for (const std::size_t count : {std::size_t{3}, std::size_t{4}, SIZE_MAX / 8, SIZE_MAX}) {
    const auto taken = decodeByteStreamSplit(asBytes(bytes), count, 8, out);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code(), ErrorCode::kCorrupt);
  }
  EXPECT_EQ(*decodeByteStreamSplit({}, 0, 8, nullptr), 0U);
}

}  // namespace
}  // namespace parquet_flow::encoding
