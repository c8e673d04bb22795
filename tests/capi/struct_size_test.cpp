// Goal: programs and libraries of different versions understand each other's structs.
//
// Method: a struct as three versions of a header could have it, passed to a library of the middle
// version; then each struct of the C header with every size from 0 to beyond its own, inside a
// buffer whose other bytes must stay as they were.
#include "struct_size.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "struct_versions.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::capi {
namespace {

struct OptionsV1 {
  std::uint32_t struct_size;
  std::uint32_t a;
};
struct Options {  // version 2, ours
  std::uint32_t struct_size;
  std::uint32_t a;
  std::uint64_t b;
};
struct OptionsV3 {
  std::uint32_t struct_size;
  std::uint32_t a;
  std::uint64_t b;
  std::uint64_t c;
};
constexpr Options kDefaults{0, 7, 8};

}  // namespace

template <>
struct FirstVersion<Options> {
  static constexpr std::size_t kBytes = sizeof(OptionsV1);
};

namespace {

template <class Theirs>
const Options* asOurs(const Theirs& theirs) {
  return reinterpret_cast<const Options*>(&theirs);
}

TEST(StructSize, olderStructHasDefaultsForWhatItLacks) {
  const OptionsV1 theirs{sizeof theirs, 1};
  PF_ASSERT_OK_ASSIGN(const Options ours, readStruct(asOurs(theirs), "options", kDefaults));
  EXPECT_EQ(ours.a, 1U);
  EXPECT_EQ(ours.b, 8U);
}

TEST(StructSize, sameStructIsTakenWhole) {
  const Options theirs{sizeof theirs, 1, 2};
  PF_ASSERT_OK_ASSIGN(const Options ours, readStruct(&theirs, "options", kDefaults));
  EXPECT_EQ(ours.a, 1U);
  EXPECT_EQ(ours.b, 2U);
}

TEST(StructSize, newerStructIsTakenAsLongAsItAsksForNothingNew) {
  OptionsV3 theirs{sizeof theirs, 1, 2, 0};
  PF_ASSERT_OK_ASSIGN(const Options ours, readStruct(asOurs(theirs), "options", kDefaults));
  EXPECT_EQ(ours.b, 2U);

  theirs.c = 1;
  PF_EXPECT_ERROR(readStruct(asOurs(theirs), "options", kDefaults), ErrorCode::kUnsupported,
                  "options");
}

TEST(StructSize, sizesThatNoVersionHasHadAreRefused) {
  Options theirs = kDefaults;
  for (const std::uint32_t size : {0U, 1U, 7U, 4097U, 0xDEADBEEFU, UINT32_MAX}) {
    theirs.struct_size = size;
    PF_EXPECT_ERROR(readStruct(&theirs, "options", kDefaults), ErrorCode::kInvalidArgument,
                    std::to_string(size));
    PF_EXPECT_ERROR(fillStruct(&theirs, "options", kDefaults), ErrorCode::kInvalidArgument,
                    "options->struct_size");
  }
  PF_EXPECT_ERROR(readStruct<Options>(nullptr, "options", kDefaults), ErrorCode::kInvalidArgument,
                  "options is NULL");
}

TEST(StructSize, fillEndsWhereTheOlderStructEnds) {
  std::array<OptionsV1, 2> theirs{{{sizeof(OptionsV1), 0}, {99, 99}}};
  PF_ASSERT_OK(fillStruct(reinterpret_cast<Options*>(theirs.data()), "options", Options{0, 5, 6}));
  EXPECT_EQ(theirs[0].struct_size, sizeof(OptionsV1));
  EXPECT_EQ(theirs[0].a, 5U);
  EXPECT_EQ(theirs[1].struct_size, 99U);
}

TEST(StructSize, fillGivesZerosToWhatItDoesNotKnow) {
  OptionsV3 theirs{sizeof theirs, 1, 2, 3};
  PF_ASSERT_OK(fillStruct(reinterpret_cast<Options*>(&theirs), "options", Options{0, 5, 6}));
  EXPECT_EQ(theirs.struct_size, sizeof theirs);
  EXPECT_EQ(theirs.a, 5U);
  EXPECT_EQ(theirs.b, 6U);
  EXPECT_EQ(theirs.c, 0U);
}

// --- the structs of the header -------------------------------------------------------------------

template <class T, void (*kInit)(T*, std::size_t) noexcept>
struct Struct {
  using Type = T;
  static void init(void* at, std::size_t bytes) { kInit(static_cast<T*>(at), bytes); }
};

template <class T>
class HeaderStruct : public testing::Test {};
using HeaderStructs = testing::Types<
    Struct<pf_error_t, pf_error_init>, Struct<pf_output_t, pf_output_init>,
    Struct<pf_writer_options_t, pf_writer_options_init>,
    Struct<pf_writer_stats_t, pf_writer_stats_init>,
    Struct<pf_column_stats_t, pf_column_stats_init>,
    Struct<pf_pipeline_options_t, pf_pipeline_options_init>,
    Struct<pf_submit_options_t, pf_submit_options_init>,
    Struct<pf_pipeline_progress_t, pf_pipeline_progress_init>,
    Struct<pf_file_info_t, pf_file_info_init>, Struct<pf_sink_options_t, pf_sink_options_init>,
    Struct<pf_producer_options_t, pf_producer_options_init>,
    Struct<pf_sink_stats_t, pf_sink_stats_init>,
    Struct<pf_producer_stats_t, pf_producer_stats_init>, Struct<pf_input_t, pf_input_init>,
    Struct<pf_reader_options_t, pf_reader_options_init>,
    Struct<pf_reader_column_t, pf_reader_column_init>, Struct<pf_chunk_info_t, pf_chunk_info_init>,
    Struct<pf_scan_options_t, pf_scan_options_init>, Struct<pf_scan_stats_t, pf_scan_stats_init>,
    Struct<pf_query_stats_t, pf_query_stats_init>>;
TYPED_TEST_SUITE(HeaderStruct, HeaderStructs);

constexpr std::size_t kRoom = 8192;
constexpr std::byte kUntouched{0xA5};

TYPED_TEST(HeaderStruct, initFillsNoMoreThanTheCallersSize) {
  using T = typename TypeParam::Type;
  for (std::size_t bytes = 0; bytes <= sizeof(T) + 16; ++bytes) {
    alignas(T) std::array<std::byte, kRoom> room;
    room.fill(kUntouched);
    TypeParam::init(room.data(), bytes);
    for (std::size_t i = bytes < 4 ? 0 : bytes; i < room.size(); ++i) {
      ASSERT_EQ(room[i], kUntouched) << "byte " << i << " of a struct of " << bytes;
    }
    if (bytes < 4) continue;
    std::uint32_t size = 0;
    std::memcpy(&size, room.data(), sizeof size);
    EXPECT_EQ(size, bytes);
    for (std::size_t i = sizeof(T); i < bytes; ++i) ASSERT_EQ(room[i], std::byte{}) << i;
  }
}

// What is passed as a size is not always one.
TYPED_TEST(HeaderStruct, initWithAnAbsurdSizeTouchesOurStructAlone) {
  using T = typename TypeParam::Type;
  for (const std::size_t bytes : {kStructBytesMax + 1, std::size_t{1} << 32, SIZE_MAX}) {
    alignas(T) std::array<std::byte, kRoom> room;
    room.fill(kUntouched);
    TypeParam::init(room.data(), bytes);
    for (std::size_t i = sizeof(T); i < room.size(); ++i) ASSERT_EQ(room[i], kUntouched) << i;
    T value;
    std::memcpy(&value, room.data(), sizeof value);
    EXPECT_FALSE(hasKnownSize(value));
  }
}

TYPED_TEST(HeaderStruct, initOfNullDoesNothing) {
  TypeParam::init(nullptr, sizeof(typename TypeParam::Type));
}

// The first release's sizes; they may grow at the end, and this list stays.
TYPED_TEST(HeaderStruct, isAtLeastAsLargeAsInItsFirstVersion) {
  using T = typename TypeParam::Type;
  EXPECT_GE(sizeof(T), FirstVersion<T>::kBytes);
  T value;
  TypeParam::init(&value, sizeof value);
  EXPECT_TRUE(hasKnownSize(value));
  value.struct_size = FirstVersion<T>::kBytes - 1;
  EXPECT_FALSE(hasKnownSize(value));
}

}  // namespace
}  // namespace parquet_flow::capi
