// Goal: of an Arrow schema in a footer only the widths of narrow indices change, what it says of
// leaves is found at their indices, and one that lies does no harm.
//
// Method: a message of Arrow C++ 26.0 (a: dictionary<int8, string>, b: int16, s: struct of c:
// dictionary<uint16, string>, w: dictionary<int32, string>); what changes in it is compared byte by
// byte; then each byte of it is changed, and each length taken.
#include "schema/arrow_schema.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/base64.hpp"
#include "base/bytes.hpp"

namespace parquet_flow::schema {
namespace {

constexpr std::string_view kMessage =
    "/////6ABAAAUAAAAAAAAAAAACgAMAAYABQAIAAoAAAAAAQQABAAAAKz+//8EAAAABAAAACQBAADkAAAAWAAAAAQAAAD8/"
    "v//"
    "AAABBRQAAABAAAAAHAAAAAQAAAAAAAAAAQAAAHcAAAAIABQACAAEAAgAAAAQAAAAAgAAAAAAAAAAAAAA+P7//"
    "wAAAAEgAAAA"
    "8P7//4j///8AAAENFAAAABgAAAAEAAAAAQAAABAAAAABAAAAcwAAABj///90////"
    "AAABBRQAAABAAAAAHAAAAAQAAAAAAAAA"
    "AQAAAGMAAAAIABIACAAEAAgAAAAUAAAAAQAAAAAAAAAAAAYACAAEAAYAAAAQAAAAaP///"
    "xAAFAAIAAYABwAMAAAAEAAQAAAA"
    "AAABAhAAAAAUAAAABAAAAAAAAAABAAAAYgAAALD///"
    "8AAAABEAAAABAAGAAIAAYABwAMABAAFAAQAAAAAAABBRQAAABAAAAA"
    "HAAAAAQAAAAAAAAAAQAAAGEAAAAIAAgAAAAEAAgAAAAMAAAACAAMAAgABwAIAAAAAAAAAQgAAAAEAAQABAAAAA==";

// Arrow C++ 26.0's of fixed-size lists, "?" where a field is nullable, "[]" for a list of any
// length:
//   a?: [2] of int64; b?: [] of ? [2] of int64; c?: [2] of [] of int64; d: [1] of int64;
//   e?: struct of x: [2] of int64; f: int64; g?: [2] of ? int64;
//   h?: [2] of struct of x: int64 and y?: int64
constexpr std::string_view kFixedLists =
    "/////wgEAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAgAAABgAwAAwAIAADQCAADU"
    "AQAATAEAABwBAAC8AAAABAAAAND8//8AAAEQFAAAABgAAAAEAAAAAQAAABQAAAABAAAAaAAAAML8//8CAAAAvPz//wAA"
    "AA0YAAAAIAAAAAQAAAACAAAARAAAABQAAAAEAAAAaXRlbQAAAACQ/f//LP3//wAAAQIQAAAAFAAAAAQAAAAAAAAAAQAA"
    "AHkAAADY/P//AAAAAUAAAAAY/f//AAAAAhAAAAAUAAAABAAAAAAAAAABAAAAeAAAAAT9//8AAAABQAAAAIT9//8AAAEQ"
    "FAAAABgAAAAEAAAAAQAAABQAAAABAAAAZwAAAHb9//8CAAAAsP3//wAAAQIQAAAAGAAAAAQAAAAAAAAABAAAAGl0ZW0A"
    "AAAAYP3//wAAAAFAAAAAoP3//wAAAAIQAAAAFAAAAAQAAAAAAAAAAQAAAGYAAACM/f//AAAAAUAAAAAM/v//AAABDRQA"
    "AAAYAAAABAAAAAEAAAAQAAAAAQAAAGUAAACY/v//9P3//wAAABAUAAAAGAAAAAQAAAABAAAAFAAAAAEAAAB4AAAAJv7/"
    "/wIAAAAg/v//AAAAAhAAAAAYAAAABAAAAAAAAAAEAAAAaXRlbQAAAAAQ/v//AAAAAUAAAABQ/v//AAAAEBQAAAAYAAAA"
    "BAAAAAEAAAAUAAAAAQAAAGQAAACC/v//AQAAAHz+//8AAAACEAAAABgAAAAEAAAAAAAAAAQAAABpdGVtAAAAAGz+//8A"
    "AAABQAAAAOz+//8AAAEQFAAAABgAAAAEAAAAAQAAABQAAAABAAAAYwAAAN7+//8CAAAA2P7//wAAAAwUAAAAHAAAAAQA"
    "AAABAAAAFAAAAAQAAABpdGVtAAAAAKj///8E////AAAAAhAAAAAYAAAABAAAAAAAAAAEAAAAaXRlbQAAAAD0/v//AAAA"
    "AUAAAAB0////AAABDBQAAAAcAAAABAAAAAEAAAAUAAAAAQAAAGIAAAAEAAQABAAAAKD///8AAAEQFAAAABwAAAAEAAAA"
    "AQAAABgAAAAEAAAAaXRlbQAAAACW////AgAAAJD///8AAAACEAAAABgAAAAEAAAAAAAAAAQAAABpdGVtAAAAAID///8A"
    "AAABQAAAABAAFAAIAAYABwAMAAAAEAAQAAAAAAABEBQAAAAcAAAABAAAAAEAAAAoAAAAAQAAAGEABgAIAAQABgAAAAIA"
    "AAAQABQACAAAAAcADAAAABAAEAAAAAAAAAIQAAAAIAAAAAQAAAAAAAAABAAAAGl0ZW0AAAAACAAMAAgABwAIAAAAAAAA"
    "AUAAAAA=";

// {place, before, after} of each byte that differs.
struct Change {
  std::size_t place;
  int before;
  int after;
  bool operator==(const Change&) const = default;
};

std::vector<Change> changesOf(std::string_view before, std::string_view after) {
  const auto from = decodeBase64(before).value();
  const auto to = decodeBase64(after).value();
  EXPECT_EQ(from.size(), to.size());
  std::vector<Change> changes;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i] == to[i]) continue;
    changes.push_back({i, std::to_integer<int>(from[i]), std::to_integer<int>(to[i])});
  }
  return changes;
}

TEST(ArrowSchema, indicesOf8And16BitsBecome32AndNothingElseChanges) {
  const auto changes = changesOf(kMessage, withWideIndices(kMessage));
  ASSERT_EQ(changes.size(), 2U);
  // c, then a: Arrow's builder puts the last field first. b has 16 bits and keeps them.
  EXPECT_EQ(std::pair(changes[0].before, changes[0].after), std::pair(16, 32));
  EXPECT_EQ(std::pair(changes[1].before, changes[1].after), std::pair(8, 32));
  EXPECT_EQ(withWideIndices(withWideIndices(kMessage)), withWideIndices(kMessage));
}

// `base64` with another byte at `place`.
std::string withByte(std::string_view base64, std::size_t place, int value) {
  auto bytes = decodeBase64(base64).value();
  bytes[place] = static_cast<std::byte>(value);
  return encodeBase64(bytes);
}

TEST(ArrowSchema, ofTwoThatDifferInWidthsOfIndicesAloneTheWiderAreTaken) {
  const auto places = changesOf(kMessage, withWideIndices(kMessage));
  ASSERT_EQ(places.size(), 2U);  // of c, 16 bits, and of a, 8
  const std::string cWide = withByte(kMessage, places[0].place, 32);
  const std::string aWider = withByte(kMessage, places[1].place, 64);
  EXPECT_EQ(withWiderIndices(kMessage, kMessage), kMessage);
  EXPECT_EQ(withWiderIndices(kMessage, cWide), cWide);
  EXPECT_EQ(withWiderIndices(cWide, kMessage), cWide);
  EXPECT_EQ(withWiderIndices(cWide, aWider), withByte(cWide, places[1].place, 64));
  EXPECT_EQ(withWiderIndices(kMessage, kFixedLists), std::nullopt);
  EXPECT_EQ(withWiderIndices(kMessage, "no base64!"), std::nullopt);
  EXPECT_EQ(withWiderIndices("", "AAAA"), std::nullopt);
}

// What is changed is seen, unless it is a width or nothing that is said.
TEST(ArrowSchema, ofTwoThatDifferOtherwiseNoneIsTaken) {
  for (const std::string_view text : {kMessage, kFixedLists}) {
    const auto whole = decodeBase64(text).value();
    std::size_t refused = 0;
    for (std::size_t place = 0; place < whole.size(); ++place) {
      const int before = std::to_integer<int>(whole[place]);
      refused += withWiderIndices(text, withByte(text, place, before ^ 1)) ? 0 : 1;
    }
    // Padding, lengths of tables and the message's, and vtables' slots of no member are the rest.
    EXPECT_GT(refused, whole.size() / 2);
  }
  const auto bytes = decodeBase64(kMessage).value();
  const std::string_view all = asText(bytes);
  for (const char name : {'a', 'b', 'c', 's', 'w'}) {
    const std::string length("\x01\0\0\0", 4);
    const std::size_t place = all.find(length + name) + 4;
    ASSERT_LT(place, all.size());
    EXPECT_EQ(withWiderIndices(kMessage, withByte(kMessage, place, 'z')), std::nullopt) << name;
  }
}

TEST(ArrowSchema, leavesThatAreDictionariesAreCountedThroughStructs) {
  const ArrowLeaves leaves = arrowLeavesIn(kMessage, 4);
  EXPECT_EQ(leaves.dictionaries, (std::vector<std::uint32_t>{0, 2, 3}));
  EXPECT_TRUE(leaves.inFixedLists.empty());
  EXPECT_TRUE(arrowLeavesIn(kMessage, 3).dictionaries.empty()) << "of another schema";
  EXPECT_TRUE(arrowLeavesIn("no base64!", 0).dictionaries.empty());
}

TEST(ArrowSchema, leavesOfFixedSizeListsAreThoseOfGroupsThatMayBeNull) {
  const ArrowLeaves leaves = arrowLeavesIn(kFixedLists, 9);
  // All but f, the sixth.
  EXPECT_EQ(leaves.inFixedLists, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 6, 7, 8}));
  // Not c, with a list of any length between; not d, where nothing is nullable; not g and h.y,
  // which are themselves.
  EXPECT_EQ(leaves.requiredInFixedLists, (std::vector<std::uint32_t>{0, 1, 4, 7}));
  EXPECT_TRUE(leaves.dictionaries.empty());
  EXPECT_TRUE(arrowLeavesIn(kFixedLists, 8).inFixedLists.empty()) << "of another schema";
}

TEST(ArrowSchema, whatIsNoArrowSchemaStaysAsItIs) {
  for (const std::string_view text :
       {"", "no base64!", "AAAA", "/////wAAAAA=", "/////////wAAAAAA"}) {
    EXPECT_EQ(withWideIndices(text), text);
  }
}

TEST(ArrowSchema, cutShortOrWithAnyByteChangedItIsReadWithinItsBytes) {
  const auto whole = decodeBase64(kMessage).value();
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    // A copy of just so many bytes: a sanitizer sees what is read behind them.
    const std::vector<std::byte> cut(whole.begin(),
                                     whole.begin() + static_cast<std::ptrdiff_t>(bytes));
    EXPECT_EQ(decodeBase64(withWideIndices(encodeBase64(cut))).value().size(), bytes);
  }
  for (std::size_t place = 0; place < whole.size(); ++place) {
    for (const int value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
      auto changed = whole;
      changed[place] = static_cast<std::byte>(value);
      const std::string text = encodeBase64(changed);
      EXPECT_EQ(decodeBase64(withWideIndices(text)).value().size(), whole.size());
      const auto wider = withWiderIndices(kMessage, text);
      if (wider) {
        EXPECT_EQ(decodeBase64(*wider).value().size(), whole.size());
      }
    }
  }
}

TEST(ArrowSchema, tablesThatManyOffsetsLeadToAreLookedAtOnceForEachByte) {
  // Each field has the next one as its child twice: 2^40 paths.
  constexpr std::uint32_t kLevels = 40;
  constexpr std::uint32_t kFirst = 80;
  constexpr std::uint32_t kFieldBytes = 20;
  const std::uint32_t messageBytes = kFirst + kLevels * kFieldBytes;
  std::vector<std::byte> bytes(8 + messageBytes);
  const auto put = [&](std::uint32_t at, std::uint32_t value, std::uint32_t width) {
    for (std::uint32_t i = 0; i < width; ++i) {
      bytes[8 + at + i] = static_cast<std::byte>(value >> (8 * i));
    }
  };
  storeLe(bytes.data(), UINT32_MAX);
  storeLe(bytes.data() + 4, messageBytes);
  put(0, 20, 4);  // the root: a Message at 20, whose vtable at 4 is
  put(4, 10, 2);  // {10 bytes, 12 bytes, -, header_type at 10, header at 4}
  put(6, 12, 2);
  put(10, 10, 2);
  put(12, 4, 2);
  put(20, 16, 4);
  put(24, 24, 4);  // header: the Schema at 48
  put(30, 1, 1);   // header_type: Schema
  put(36, 8, 2);   // its vtable {8 bytes, 8 bytes, -, fields at 4}
  put(38, 8, 2);
  put(42, 4, 2);
  put(48, 12, 4);
  put(52, kFirst + 8 - 52, 4);  // the children of the first field
  put(60, 16, 2);  // a field's vtable {16 bytes, 8 bytes, -, -, -, -, -, children at 4}
  put(62, 8, 2);
  put(74, 4, 2);
  for (std::uint32_t level = 0; level < kLevels; ++level) {
    const std::uint32_t field = kFirst + level * kFieldBytes;
    put(field, field - 60, 4);
    put(field + 4, 4, 4);   // the vector at + 8,
    put(field + 8, 2, 4);   // of two,
    put(field + 12, 8, 4);  // both the field behind it
    put(field + 16, 4, 4);
  }
  EXPECT_EQ(withWideIndices(encodeBase64(bytes)), encodeBase64(bytes));
}

}  // namespace
}  // namespace parquet_flow::schema
