// Goal: LZ4 as it was before LZ4_RAW is read in each of its three forms, and nothing else is taken
// for one. Method: pages by hand and by the library, cut, lengthened and changed.
#include <gtest/gtest.h>
#include <lz4frame.h>

#include <string>

#include "codec/codec.hpp"
#include "codec/lz4.hpp"
#include "pages.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::codec {
namespace {

struct Case {
  const char* name;
  Bytes page;
  std::string expected;  // "" with refused
  bool refused;
};

// Blocks: {0x20, 'h', 'i'} are two literals, {0x00} is nothing.
const Case kCases[] = {
    {"block", bytesOf({0x20, 'h', 'i'}), "hi", false},
    {"empty_block", bytesOf({0x00}), "", false},
    {"hadoop", bytesOf({0, 0, 0, 2, 0, 0, 0, 3, 0x20, 'h', 'i'}), "hi", false},
    {"hadoop_empty", bytesOf({0, 0, 0, 0, 0, 0, 0, 1, 0x00}), "", false},
    {"hadoop_two_parts",
     bytesOf({0, 0, 0, 2, 0, 0, 0, 3, 0x20, 'h', 'i', 0, 0, 0, 1, 0, 0, 0, 2, 0x10, '!'}), "hi!",
     false},
    {"hadoop_two_blocks_in_a_part",
     bytesOf({0, 0, 0, 3, 0, 0, 0, 3, 0x20, 'h', 'i', 0, 0, 0, 2, 0x10, '!'}), "hi!", false},
    {"hadoop_ends_with_a_part_of_nothing",
     bytesOf({0, 0, 0, 3, 0, 0, 0, 3, 0x20, 'h', 'i', 0, 0, 0, 2, 0x10, '!', 0, 0, 0, 0}), "hi!",
     false},
    {"hadoop_empty_without_a_block", bytesOf({0, 0, 0, 0}), "", false},
    // Magic; version 01, blocks apart (0x60); 64 KiB; header checksum 0x82; a stored block of 2;
    // end.
    {"frame",
     bytesOf({0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82, 2, 0, 0, 0x80, 'h', 'i', 0, 0, 0, 0}), "hi",
     false},
    {"nothing", {}, "", true},
    {"hadoop_part_above_the_page", bytesOf({0, 0, 0, 3, 0, 0, 0, 3, 0x20, 'h', 'i'}), "hi", true},
    {"hadoop_part_below_the_page", bytesOf({0, 0, 0, 1, 0, 0, 0, 3, 0x20, 'h', 'i'}), "hi", true},
    {"hadoop_block_behind_the_end", bytesOf({0, 0, 0, 2, 0, 0, 0, 4, 0x20, 'h', 'i'}), "hi", true},
    {"hadoop_second_block_behind_the_end",
     bytesOf({0, 0, 0, 3, 0, 0, 0, 3, 0x20, 'h', 'i', 0, 0, 0, 3, 0x10, '!'}), "hi!", true},
    {"hadoop_second_block_above_its_part",
     bytesOf({0, 0, 0, 3, 0, 0, 0, 3, 0x20, 'h', 'i', 0, 0, 0, 3, 0x20, '!', '?'}), "hi!", true},
    {"hadoop_second_block_longer_than_its_bytes",
     bytesOf({0, 0, 0, 3, 0, 0, 0, 3, 0x20, 'h', 'i', 0, 0, 0, 3, 0x10, '!', 0x00}), "hi!", true},
    {"hadoop_first_block_with_the_second_in_its_size",
     bytesOf({0, 0, 0, 3, 0, 0, 0, 9, 0x20, 'h', 'i', 0, 0, 0, 2, 0x10, '!'}), "hi!", true},
    {"hadoop_first_block_shorter_than_it_is",
     bytesOf({0, 0, 0, 3, 0, 0, 0, 2, 0x20, 'h', 'i', 0, 0, 0, 2, 0x10, '!'}), "hi!", true},
    {"hadoop_second_block_missing", bytesOf({0, 0, 0, 3, 0, 0, 0, 3, 0x20, 'h', 'i'}), "hi!", true},
    {"hadoop_second_block_of_no_bytes",
     bytesOf({0, 0, 0, 3, 0, 0, 0, 3, 0x20, 'h', 'i', 0, 0, 0, 0}), "hi!", true},
    {"hadoop_block_of_4_GiB", bytesOf({0, 0, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x20, 'h', 'i'}), "hi",
     true},
    {"hadoop_part_of_4_GiB", bytesOf({0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 3, 0x20, 'h', 'i'}), "hi",
     true},
    {"hadoop_parts_that_come_to_more",
     bytesOf({0, 0, 0, 2, 0, 0, 0, 3, 0x20, 'h', 'i', 0, 0, 0, 2, 0, 0, 0, 2, 0x10, '!'}), "hi!",
     true},
    {"hadoop_part_of_nothing_for_something", bytesOf({0, 0, 0, 0}), "hi", true},
    {"hadoop_part_of_nothing_in_front_of_another",
     bytesOf({0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 3, 0x20, 'h', 'i'}), "hi", true},
    {"hadoop_two_parts_of_nothing_at_the_end",
     bytesOf({0, 0, 0, 2, 0, 0, 0, 3, 0x20, 'h', 'i', 0, 0, 0, 0, 0, 0, 0, 0}), "hi", true},
    {"hadoop_and_half_a_size", bytesOf({0, 0, 0, 2, 0, 0, 0, 3, 0x20, 'h', 'i', 0, 0}), "hi", true},
    {"hadoop_blocks_of_nothing_for_something",
     bytesOf({0, 0, 0, 2, 0, 0, 0, 1, 0x00, 0, 0, 0, 3, 0x20, 'h', 'i'}), "hi", true},
    {"frame_with_a_wrong_header_checksum",
     bytesOf({0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x83, 2, 0, 0, 0x80, 'h', 'i', 0, 0, 0, 0}), "hi",
     true},
    {"frame_without_its_end",
     bytesOf({0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82, 2, 0, 0, 0x80, 'h', 'i'}), "hi", true},
    {"frame_and_a_byte",
     bytesOf({0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82, 2, 0, 0, 0x80, 'h', 'i', 0, 0, 0, 0, 0}),
     "hi", true},
    {"frame_of_more",
     bytesOf({0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82, 3, 0, 0, 0x80, 'h', 'i', '!', 0, 0, 0, 0}),
     "hi", true},
};

TEST(Lz4Decompressor, eachFormIsReadAndWhatIsNoneIsCorrupt) {
  const auto decompressor = std::move(*makeLz4Decompressor());
  for (const Case& each : kCases) {
    SCOPED_TRACE(each.name);
    Bytes out(each.expected.size());
    const Result<void> result = decompressor->decompress(each.page, out);
    if (each.refused) {
      PF_EXPECT_ERROR(result, ErrorCode::kCorrupt, "LZ4");
    } else {
      PF_EXPECT_OK(result);
      EXPECT_EQ(asText(out), each.expected);
    }
  }
}

void appendBigEndian(Bytes& page, std::size_t value) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    page.push_back(static_cast<std::byte>(value >> shift));
  }
}

Bytes blockOf(ConstBytes page) {
  ByteBuffer out;
  PF_EXPECT_OK((*makeLz4RawCompressor(1))->compress(page, out));
  return {out.span().begin(), out.span().end()};
}

Bytes hadoopOf(ConstBytes page, std::size_t partBytes) {
  Bytes out;
  for (std::size_t at = 0; at < page.size(); at += partBytes) {
    const ConstBytes part = page.subspan(at, std::min(partBytes, page.size() - at));
    const Bytes block = blockOf(part);
    appendBigEndian(out, part.size());
    appendBigEndian(out, block.size());
    out.insert(out.end(), block.begin(), block.end());
  }
  return out;
}

// Blocks of 64 KiB that refer to those before them, with checksums.
Bytes frameOf(ConstBytes page) {
  LZ4F_preferences_t preferences = LZ4F_INIT_PREFERENCES;
  preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
  Bytes out(LZ4F_compressFrameBound(page.size(), &preferences));
  out.resize(LZ4F_compressFrame(out.data(), out.size(), page.data(), page.size(), &preferences));
  return out;
}

TEST(Lz4Decompressor, largePagesOfEachForm) {
  const auto decompressor = std::move(*makeLz4Decompressor());
  for (const Bytes& page : {text(300'000), noise(300'000), Bytes(300'000)}) {
    for (const Bytes& body :
         {blockOf(page), hadoopOf(page, 300'000), hadoopOf(page, 64 << 10), frameOf(page)}) {
      Bytes out(page.size());
      PF_ASSERT_OK(decompressor->decompress(body, out));
      EXPECT_EQ(out, page);
      EXPECT_GE(decompressor->bytesMax(body.size()), page.size());
      Bytes shorter(page.size() - 1);
      EXPECT_FALSE(decompressor->decompress(body, shorter));
      Bytes longer(page.size() + 1);
      EXPECT_FALSE(decompressor->decompress(body, longer));
    }
  }
}

TEST(Lz4Decompressor, truncationsAreRefusedAndAChangedFrameGivesNoOtherBytes) {
  const auto decompressor = std::move(*makeLz4Decompressor());
  const Bytes page = text(2'000);
  for (const Bytes& body : {blockOf(page), hadoopOf(page, 700), frameOf(page)}) {
    for (std::size_t bytes = 0; bytes < body.size(); ++bytes) {
      const Bytes cut(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(bytes));
      Bytes out(page.size());
      ASSERT_FALSE(decompressor->decompress(cut, out)) << bytes;
    }
  }
  Bytes frame = frameOf(page);
  for (std::size_t i = 0; i < frame.size(); ++i) {
    frame[i] ^= std::byte{0x04};
    Bytes out(page.size());
    // A copy from elsewhere may give the same bytes; other bytes have another checksum.
    EXPECT_TRUE(!decompressor->decompress(frame, out) || out == page) << i;
    frame[i] ^= std::byte{0x04};
  }
}

TEST(Lz4RawCompressor, aPageAboveTheLibrarysLimitHasNoBound) {
  const auto compressor = std::move(*makeLz4RawCompressor(1));
  // lz4.h: LZ4_MAX_INPUT_SIZE 0x7E000000, and n + n / 255 + 16.
  EXPECT_EQ(compressor->bound(0x7E000000), 0x7E000000U + 0x7E000000U / 255 + 16);
  EXPECT_EQ(compressor->bound(0x7E000001), UINT64_MAX);
}

}  // namespace
}  // namespace parquet_flow::codec
