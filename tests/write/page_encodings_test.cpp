// Goal: pages as the specification has them in each encoding and in version 2, and dictionaries
// that are left when they are full. Method: bodies written by hand, with their sums; headers and
// what the chunk says of its pages held against them.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "base/crc32.hpp"
#include "encoded_pages.hpp"
#include "support/expect_result.hpp"
#include "write/encode_scratch.hpp"

namespace parquet_flow::write {
namespace {

using column::LeafView;
using encoding::Encoding;
using schema::PhysicalType;
using schema::Repetition;
using test::Bytes;
using test::bytesOf;
using test::concat;
using test::OneColumn;
using test::Page;

WriterOptions encodedAs(Encoding encoding) {
  WriterOptions options;
  options.column.encoding = encoding;
  return options;
}

std::vector<Page> encode(const OneColumn& column, const LeafView& view,
                         const WriterOptions& options) {
  EncodedColumnChunk chunk;
  PF_EXPECT_OK(test::encodeChunk(column.leaf(), options, {view}, chunk));
  std::vector<Page> pages = test::pagesOf(chunk);
  for (const Page& page : pages) {
    EXPECT_EQ(static_cast<std::uint32_t>(page.header.crc), crc32(0, page.body));
  }
  return pages;
}

// The body of the one page.
Bytes bodyOf(const OneColumn& column, const LeafView& view, Encoding encoding) {
  const std::vector<Page> pages = encode(column, view, encodedAs(encoding));
  EXPECT_EQ(pages.size(), 1U);
  EXPECT_EQ(pages.at(0).header.data_page_header.encoding, static_cast<int>(encoding));
  return pages.at(0).body;
}

// A header of blocks of 128 (80 01) in 4 miniblocks, 3 values, the first of them 1 (zigzag 2); the
// block: least delta 1 (zigzag 2), four widths of 0.
TEST(PageEncodings, deltaBinaryPacked) {
  const Bytes expected = bytesOf({0x80, 1, 4, 3, 2, 2, 0, 0, 0, 0});
  const std::vector<std::int32_t> narrow = {1, 2, 3};
  EXPECT_EQ(bodyOf({PhysicalType::kInt32, Repetition::kRequired}, test::fixedView(narrow),
                   Encoding::kDeltaBinaryPacked),
            expected);
  const std::vector<std::int64_t> wide = {1, 2, 3};
  EXPECT_EQ(bodyOf({PhysicalType::kInt64, Repetition::kRequired}, test::fixedView(wide),
                   Encoding::kDeltaBinaryPacked),
            expected);
}

// Bounds come out of what blocks say of their deltas; here stretches ascend, fall, and leap, and
// are cut into pages and views anywhere.
TEST(PageEncodings, boundsOfDeltaPagesAreThoseOfAllValues) {
  std::mt19937_64 random(6);
  std::vector<std::int64_t> values(20'000);
  std::int64_t value = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto step = static_cast<std::int64_t>(random() % 100);
    value += i % 3000 < 2000 ? step : -2 * step;
    if (i % 7001 == 7000) value = static_cast<std::int64_t>(random());
    values[i] = value;
  }
  WriterOptions options = encodedAs(Encoding::kDeltaBinaryPacked);
  options.pageIndex = false;
  options.pageRows = 1500;
  const OneColumn column(PhysicalType::kInt64, Repetition::kRequired);
  const std::vector<Page> pages = encode(column, test::fixedView(values), options);
  ASSERT_EQ(pages.size(), 14U);
  const auto numberOf = [](const std::string& bound) {
    std::int64_t number = 0;
    std::memcpy(&number, bound.data(), sizeof number);
    return number;
  };
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(i * 1500);
    const auto end = i + 1 == pages.size() ? values.end() : begin + 1500;
    const auto& statistics = pages[i].header.data_page_header.statistics;
    EXPECT_EQ(numberOf(statistics.min_value), *std::min_element(begin, end)) << i;
    EXPECT_EQ(numberOf(statistics.max_value), *std::max_element(begin, end)) << i;
  }
}

// Lengths 1 2 3 as the values above, then all bytes.
TEST(PageEncodings, deltaLengthByteArray) {
  const test::Strings strings({"a", "bc", "def"});
  EXPECT_EQ(bodyOf({PhysicalType::kByteArray, Repetition::kRequired}, strings.view(),
                   Encoding::kDeltaLengthByteArray),
            concat({bytesOf({0x80, 1, 4, 3, 2, 2, 0, 0, 0, 0}), test::textBytes("abcdef")}));
}

// "ab" "ac": prefixes 0 1 (first 0, least delta 1 = zigzag 2), suffixes 2 1 (first 2 = zigzag 4,
// least delta -1 = zigzag 1), then "ab" and "c".
TEST(PageEncodings, deltaByteArrayOfBothKindsOfBytes) {
  const Bytes expected =
      concat({bytesOf({0x80, 1, 4, 2, 0, 2, 0, 0, 0, 0}),
              bytesOf({0x80, 1, 4, 2, 4, 1, 0, 0, 0, 0}), test::textBytes("abc")});
  const test::Strings strings({"ab", "ac"});
  EXPECT_EQ(bodyOf({PhysicalType::kByteArray, Repetition::kRequired}, strings.view(),
                   Encoding::kDeltaByteArray),
            expected);
  LeafView fixed;
  fixed.rows = fixed.entries = fixed.values.count = 2;
  fixed.values.data = reinterpret_cast<const std::byte*>("abac");
  EXPECT_EQ(bodyOf({PhysicalType::kFixedLenByteArray, Repetition::kRequired, 2}, fixed,
                   Encoding::kDeltaByteArray),
            expected);
}

TEST(PageEncodings, byteStreamSplitHasTheFirstBytesFirst) {
  const std::vector<std::int32_t> values = {0x04030201, 0x08070605};
  EXPECT_EQ(bodyOf({PhysicalType::kInt32, Repetition::kRequired}, test::fixedView(values),
                   Encoding::kByteStreamSplit),
            bytesOf({1, 5, 2, 6, 3, 7, 4, 8}));
}

// 64 times true: a run with the header 64 << 1 = 128 = 80 01 and the value 1, behind its length.
TEST(PageEncodings, rleOfBooleansHasItsLengthInFront) {
  const std::array<std::uint8_t, 64> values = [] {
    std::array<std::uint8_t, 64> all{};
    all.fill(1);
    return all;
  }();
  LeafView view;
  view.rows = view.entries = view.values.count = values.size();
  view.values.layout = column::ValuesLayout::kByteBooleans;
  view.values.data = reinterpret_cast<const std::byte*>(values.data());
  EXPECT_EQ(bodyOf({PhysicalType::kBoolean, Repetition::kRequired}, view, Encoding::kRle),
            bytesOf({3, 0, 0, 0, 0x80, 1, 1}));
}

// 7 8 7: the page of 7 8, then a bit width of 1 and one packed group (header 3) of 0b010.
TEST(PageEncodings, aDictionaryPageStandsInFront) {
  const OneColumn column(PhysicalType::kInt32, Repetition::kRequired);
  const std::vector<std::int32_t> values = {7, 8, 7};
  for (const Profile profile : {Profile::kModern, Profile::kBaseline}) {
    WriterOptions options = encodedAs(Encoding::kRleDictionary);
    options.profile = profile;
    const bool isBaseline = profile == Profile::kBaseline;
    const std::vector<Page> pages = encode(column, test::fixedView(values), options);
    ASSERT_EQ(pages.size(), 2U);
    const format::PageHeader& dictionary = pages[0].header;
    EXPECT_EQ(dictionary.type, +format::PageType::DICTIONARY_PAGE);
    EXPECT_EQ(dictionary.dictionary_page_header.num_values, 2);
    EXPECT_EQ(dictionary.dictionary_page_header.encoding,
              isBaseline ? +format::Encoding::PLAIN_DICTIONARY : +format::Encoding::PLAIN);
    EXPECT_FALSE(dictionary.__isset.data_page_header);
    EXPECT_EQ(pages[0].body, bytesOf({7, 0, 0, 0, 8, 0, 0, 0}));
    const format::PageHeader& data = pages[1].header;
    EXPECT_EQ(data.type, +format::PageType::DATA_PAGE);
    EXPECT_EQ(data.data_page_header.encoding,
              isBaseline ? +format::Encoding::PLAIN_DICTIONARY : +format::Encoding::RLE_DICTIONARY);
    EXPECT_FALSE(data.__isset.dictionary_page_header);
    EXPECT_EQ(pages[1].body, bytesOf({1, 0x03, 0x02}));
  }
}

// Bounds of a page are of its own values, whatever else the dictionary has.
TEST(PageEncodings, boundsOfDictionaryPagesAreTheirOwn) {
  struct Case {
    std::vector<std::string> rows;  // of a page
    const char* min;
    const char* max;
  };
  const std::vector<Case> cases = {
      {{"m", "c", "m", "x"}, "c", "x"},  // the whole dictionary
      {{"m", "m", "m", "m"}, "m", "m"},  // neither end of it
      {{"c", "m", "c", "c"}, "c", "m"},  // one end
      {{"x", "", "m", "c"}, "", "x"},    // a new least
      {{"z", "x", "m", "m"}, "m", "z"},  // a new greatest, without the least
      {{"z", "", "", "z"}, "", "z"},     // both ends alone
  };
  std::vector<std::string> rows;
  for (const Case& c : cases) {
    rows.insert(rows.end(), c.rows.begin(), c.rows.end());
  }
  WriterOptions options = encodedAs(Encoding::kRleDictionary);
  options.pageIndex = false;
  options.pageRows = 4;
  const OneColumn column(PhysicalType::kByteArray, Repetition::kOptional);
  const test::Strings strings(rows);
  const std::vector<Page> pages = encode(column, strings.view(), options);
  ASSERT_EQ(pages.size(), 1 + cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE(i);
    const auto& statistics = pages[1 + i].header.data_page_header.statistics;
    EXPECT_EQ(statistics.min_value, cases[i].min);
    EXPECT_EQ(statistics.max_value, cases[i].max);
  }
}

// Values of a dictionary of 1 KiB, which is full with 128 of 8 bytes, and others behind.
TEST(PageEncodings, valuesThatADictionaryHasNoRoomForGoIntoOtherPages) {
  const OneColumn column(PhysicalType::kInt64, Repetition::kRequired);
  std::vector<std::int64_t> values;
  for (int i = 0; i < 40'000; ++i) {
    values.push_back(i % 128);
  }
  std::mt19937_64 random(1);
  for (int i = 0; i < 40'000; ++i) {
    values.push_back(static_cast<std::int64_t>(random()));
  }
  for (const std::uint32_t version : {1U, 2U}) {
    WriterOptions options = encodedAs(Encoding::kRleDictionary);
    options.dictionaryBytes = 1024;
    options.dataPageVersion = version;
    EncodedColumnChunk chunk;
    PF_ASSERT_OK(test::encodeChunk(column.leaf(), options, {test::fixedView(values)}, chunk));
    const std::vector<Page> pages = test::pagesOf(chunk);
    ASSERT_EQ(pages.size(), chunk.pages.size() + 1);
    EXPECT_LE(pages[0].header.dictionary_page_header.num_values, 128);
    EXPECT_EQ(chunk.dictionaryBytes, pages[0].headerBytes + pages[0].body.size());
    std::uint64_t rows = 0;
    std::uint64_t dictionaryPages = 0;
    std::uint64_t beside = 0;
    bool hasLeft = false;
    for (const EncodedPage& page : chunk.pages) {
      rows += page.rows;
      const bool isDictionary = page.encoding == Encoding::kRleDictionary;
      dictionaryPages += isDictionary ? 1 : 0;
      beside += isDictionary ? 0 : page.rows;
      EXPECT_FALSE(isDictionary && hasLeft);
      hasLeft = hasLeft || !isDictionary;
    }
    EXPECT_TRUE(hasLeft);
    EXPECT_GT(dictionaryPages, 0U);
    EXPECT_EQ(rows, values.size());
    EXPECT_EQ(chunk.entries, values.size());
    EXPECT_EQ(chunk.valuesBesideDictionary, beside);
    EXPECT_EQ(chunk.pagesByEncoding[static_cast<std::size_t>(Encoding::kRleDictionary)],
              dictionaryPages);
    EXPECT_EQ(std::accumulate(chunk.pagesByEncoding.begin(), chunk.pagesByEncoding.end(), 0U),
              chunk.pages.size());
  }
}

// Where not even the first values find room there is nothing that would refer to a dictionary.
// Entries of values that were looked up and then went into another page are none of the first's,
// and those of the first page are not all of the second's.
TEST(PageEncodings, boundsFromADictionaryAreThoseOfThePage) {
  std::vector<std::string> most;
  for (int i = 0; i < 300; ++i) {
    most.push_back("n" + std::to_string(1000 + i));
  }
  const test::Strings first({"b", "c", "b"});
  const test::Strings second({"d", "c", "d"});
  const test::Strings tooMany(most);
  WriterOptions options;
  options.column.encoding = Encoding::kRleDictionary;
  options.dictionaryBytes = 1024;
  options.pageRows = 3;
  const OneColumn column(PhysicalType::kByteArray, Repetition::kRequired);
  EncodedColumnChunk chunk;
  PF_ASSERT_OK(test::encodeChunk(column.leaf(), options, {first.view(), second.view()}, chunk));
  ASSERT_EQ(chunk.columnIndex->pages(), 2U);
  EXPECT_EQ(chunk.columnIndex->min(0), "b");
  EXPECT_EQ(chunk.columnIndex->max(0), "c");
  EXPECT_EQ(chunk.columnIndex->min(1), "c");
  EXPECT_EQ(chunk.columnIndex->max(1), "d");

  options.pageRows = 1000;
  PF_ASSERT_OK(test::encodeChunk(column.leaf(), options, {first.view(), tooMany.view()}, chunk));
  ASSERT_EQ(chunk.columnIndex->pages(), 2U);
  EXPECT_EQ(chunk.columnIndex->max(0), "c");
  EXPECT_EQ(chunk.columnIndex->min(1), "n1000");
}

// Entries are compared by their first eight bytes as far as these tell.
TEST(PageEncodings, boundsFromADictionaryAreOfWholeTexts) {
  const std::string high = "\xFF\xFE";
  const std::vector<std::vector<std::string>> tables = {
      {"m", "", "z"},
      {"b", std::string("b\0", 2), std::string("b\0\0", 3), "a", std::string("a\0", 2)},
      {"12345678b", "12345678", "12345678a", "12345678ba"},
      {"12345678b", "12345678c", "12345678bb", "1234567"},
      {"m", high, "\x7F", high + "0123456789", std::string(1, '\0'), "\x80"},
  };
  WriterOptions options;
  options.column.encoding = Encoding::kRleDictionary;
  const OneColumn column(PhysicalType::kByteArray, Repetition::kRequired);
  for (std::vector<std::string> table : tables) {
    std::sort(table.begin(), table.end());
    const std::vector<std::string> sorted = table;
    do {
      EncodedColumnChunk chunk;
      const test::Strings strings(table);
      PF_ASSERT_OK(test::encodeChunk(column.leaf(), options, {strings.view()}, chunk));
      ASSERT_EQ(chunk.statistics.min, sorted.front());
      ASSERT_EQ(chunk.statistics.max, sorted.back());
    } while (std::next_permutation(table.begin(), table.end()));
  }
}

TEST(PageEncodings, aDictionaryThatNoPageRefersToIsNotWritten) {
  const OneColumn column(PhysicalType::kFixedLenByteArray, Repetition::kRequired, 2000);
  const std::string bytes(10 * 2000, 'x');
  LeafView view;
  view.rows = view.entries = view.values.count = 10;
  view.values.data = reinterpret_cast<const std::byte*>(bytes.data());
  WriterOptions options = encodedAs(Encoding::kRleDictionary);
  options.dictionaryBytes = 1024;
  std::vector<Page> pages = encode(column, view, options);
  ASSERT_EQ(pages.size(), 1U);
  EXPECT_EQ(pages[0].header.type, +format::PageType::DATA_PAGE);

  const OneColumn numbers(PhysicalType::kInt64, Repetition::kRequired);
  std::vector<std::int64_t> values(10'000);
  std::iota(values.begin(), values.end(), 0);
  EncodedColumnChunk chunk;
  PF_ASSERT_OK(test::encodeChunk(numbers.leaf(), options, {test::fixedView(values)}, chunk));
  const std::uint64_t dictionaryPages =
      chunk.pagesByEncoding[static_cast<std::size_t>(Encoding::kRleDictionary)];
  EXPECT_EQ(dictionaryPages != 0, chunk.dictionaryBytes != 0);
}

TEST(PageEncodings, aChunkOfNullsIsPlain) {
  const std::vector<std::uint8_t> levels(100, 0);
  for (const PhysicalType type : {PhysicalType::kInt64, PhysicalType::kByteArray}) {
    const OneColumn column(type, Repetition::kOptional);
    const test::Strings none({});
    LeafView view = type == PhysicalType::kByteArray ? none.view() : LeafView{};
    view.rows = view.entries = levels.size();
    view.definitionLevels = levels.data();
    for (const bool isForced : {false, true}) {
      const std::vector<Page> pages =
          encode(column, view, isForced ? encodedAs(Encoding::kRleDictionary) : WriterOptions{});
      ASSERT_EQ(pages.size(), 1U);
      EXPECT_EQ(pages[0].header.data_page_header.encoding, +format::Encoding::PLAIN);
      // A length of 3, and a run: header 100 << 1 = C8 01, level 0.
      EXPECT_EQ(pages[0].body, bytesOf({3, 0, 0, 0, 0xC8, 0x01, 0}));
    }
  }
}

// Also where it turns out that the dictionary has no room for the first value: then it has an empty
// one.
TEST(PageEncodings, pagesOfNullsBeforeTheFirstValueReferToItsDictionary) {
  std::vector<std::uint8_t> levels(300, 0);
  std::fill(levels.begin() + 200, levels.end(), std::uint8_t{1});
  const test::Strings words(std::vector<std::string>(100, "a word of 20 letters"));
  const OneColumn column(PhysicalType::kByteArray, Repetition::kOptional);
  for (const std::uint64_t dictionaryBytes : {1024U, 10U}) {
    LeafView view = words.view();
    view.rows = view.entries = levels.size();
    view.definitionLevels = levels.data();
    WriterOptions options = encodedAs(Encoding::kRleDictionary);
    options.pageRows = 100;
    options.dictionaryBytes = dictionaryBytes;
    const std::vector<Page> pages = encode(column, view, options);
    ASSERT_EQ(pages.size(), 4U);
    ASSERT_EQ(pages[0].header.type, +format::PageType::DICTIONARY_PAGE);
    const bool hasRoom = dictionaryBytes == 1024;
    EXPECT_EQ(pages[0].header.dictionary_page_header.num_values, 1);
    EXPECT_EQ(pages[0].body.size(), hasRoom ? 24U : 4U);
    for (std::size_t i = 1; i < 3; ++i) {
      EXPECT_EQ(pages[i].header.data_page_header.encoding, +format::Encoding::RLE_DICTIONARY);
      // Levels as above, and a bit for an index.
      EXPECT_EQ(pages[i].body, bytesOf({3, 0, 0, 0, 0xC8, 0x01, 0, 1}));
    }
    EXPECT_EQ(pages[3].header.data_page_header.encoding,
              hasRoom ? +format::Encoding::RLE_DICTIONARY : +format::Encoding::PLAIN);
  }
}

// Takes pages out while their chunk is encoded.
class TakingDrain final : public PageDrain {
 public:
  explicit TakingDrain(EncodedColumnChunk& chunk) : chunk_(chunk) {}
  Result<void> drain() override {
    chunk_.takePages();
    return {};
  }

 private:
  EncodedColumnChunk& chunk_;
};

// The dictionary comes in front of them, however little is in it.
TEST(PageEncodings, pagesBehindOnesThatReferToADictionaryAreNotTaken) {
  std::vector<std::string> texts(50, std::string(50'000, 'x'));
  const test::Strings words(texts);
  const OneColumn column(PhysicalType::kByteArray, Repetition::kOptional);
  for (const std::size_t nulls : {0U, 200U}) {
    std::vector<std::uint8_t> levels(nulls, 0);
    levels.insert(levels.end(), texts.size(), 1);
    LeafView view = words.view();
    view.rows = view.entries = levels.size();
    view.definitionLevels = levels.data();
    WriterOptions options = encodedAs(Encoding::kRleDictionary);
    options.pageRows = 10;
    options.dictionaryBytes = 1024;
    auto writer =
        ColumnChunkWriter::create(column.leaf(), options, std::make_shared<EncodeScratch>());
    ASSERT_TRUE(writer);
    EncodedColumnChunk chunk;
    TakingDrain drain(chunk);
    (*writer)->begin(chunk, 0);
    PF_ASSERT_OK((*writer)->append(view, 1, &drain));
    PF_ASSERT_OK((*writer)->finish());
    EXPECT_EQ(chunk.takenBytes != 0, nulls == 0);
    EXPECT_EQ(chunk.dictionaryBytes != 0, nulls != 0);
    EXPECT_EQ(chunk.dictionaryEntries, 0U);
  }
}

// [7, null] and []: levels as page_test.cpp has them in version 1, here without lengths. Repetition
// 0 1 0: a group of 1 bit, 0b010. Definition 2 1 0: one of 2 bits, 0b00'01'10.
TEST(PageEncodings, version2HasLevelsOutsideOfWhatIsCompressed) {
  schema::Schema schema;
  const auto group = schema.addGroup(schema::kRoot, "g", Repetition::kRepeated);
  PF_ASSERT_OK(schema.addLeaf(*group, "c", PhysicalType::kInt32, Repetition::kOptional));
  const std::vector<std::uint8_t> repetition = {0, 1, 0};
  const std::vector<std::uint8_t> definition = {2, 1, 0};
  const std::vector<std::int32_t> dense = {7};
  LeafView view = test::fixedView(dense);
  view.rows = 2;
  view.entries = 3;
  view.repetitionLevels = repetition.data();
  view.definitionLevels = definition.data();
  for (const codec::Compression compression :
       {codec::Compression::kUncompressed, codec::Compression::kGzip}) {
    WriterOptions options = encodedAs(Encoding::kPlain);
    options.dataPageVersion = 2;
    options.column.compression = compression;
    EncodedColumnChunk chunk;
    PF_ASSERT_OK(test::encodeChunk(schema.leaves()[0], options, {view}, chunk));
    const std::vector<Page> pages = test::pagesOf(chunk);
    ASSERT_EQ(pages.size(), 1U);
    const format::PageHeader& header = pages[0].header;
    EXPECT_EQ(header.type, +format::PageType::DATA_PAGE_V2);
    EXPECT_EQ(header.uncompressed_page_size, 9);
    EXPECT_EQ(header.compressed_page_size, 9);
    EXPECT_FALSE(header.__isset.data_page_header);
    const format::DataPageHeaderV2& data = header.data_page_header_v2;
    EXPECT_EQ(data.num_values, 3);
    EXPECT_EQ(data.num_nulls, 2);
    EXPECT_EQ(data.num_rows, 2);
    EXPECT_EQ(data.repetition_levels_byte_length, 2);
    EXPECT_EQ(data.definition_levels_byte_length, 3);
    EXPECT_TRUE(data.__isset.is_compressed);
    EXPECT_FALSE(data.is_compressed);  // four bytes do not shrink
    EXPECT_EQ(pages[0].body, bytesOf({0x03, 0b010, 0x03, 0b00'01'10, 0, 7, 0, 0, 0}));
  }
}

TEST(PageEncodings, version2SaysOfEachPageWhetherItIsCompressed) {
  const OneColumn column(PhysicalType::kInt64, Repetition::kRequired);
  std::vector<std::int64_t> values(1000, 7);
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    values.push_back(static_cast<std::int64_t>(random()));
  }
  WriterOptions options = encodedAs(Encoding::kPlain);
  options.dataPageVersion = 2;
  options.column.compression = codec::Compression::kGzip;
  options.pageRows = 1000;
  const std::vector<Page> pages = encode(column, test::fixedView(values), options);
  ASSERT_EQ(pages.size(), 2U);
  EXPECT_TRUE(pages[0].header.data_page_header_v2.is_compressed);
  EXPECT_LT(pages[0].body.size(), 1000U);
  EXPECT_FALSE(pages[1].header.data_page_header_v2.is_compressed);
  EXPECT_EQ(pages[1].body.size(), 8000U);
  EXPECT_EQ(std::memcmp(pages[1].body.data(), values.data() + 1000, 8000), 0);
}

TEST(PageEncodings, aColumnOfUnknownTypeIsOfNullsAlone) {
  const OneColumn column(PhysicalType::kInt32, Repetition::kOptional, 0,
                         {schema::LogicalKind::kUnknown, 0, 0});
  const std::vector<std::uint8_t> levels = {0, 0, 1};
  const std::vector<std::int32_t> dense = {7};
  LeafView view = test::fixedView(dense);
  view.definitionLevels = levels.data();
  view.rows = view.entries = 2;
  view.values.count = 0;
  const std::vector<Page> pages = encode(column, view, {});
  ASSERT_EQ(pages.size(), 1U);
  EXPECT_EQ(pages[0].header.data_page_header.num_values, 2);
  view.rows = view.entries = 3;
  view.values.count = 1;
  EncodedColumnChunk chunk;
  PF_EXPECT_ERROR(test::encodeChunk(column.leaf(), {}, {view}, chunk), ErrorCode::kInvalidArgument,
                  "UNKNOWN");
}

}  // namespace
}  // namespace parquet_flow::write
