// Goal: a Contact depends on seed and row alone. Method: rows against columns over odd ranges and
// splits, several threads against one, and rows pinned by hand, so that a change of the generator
// is seen: files and figures made from a seed are to stay comparable between versions.
#include "contact/generator.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace parquet_flow::contact {
namespace {

std::string show(const Contact& contact) {
  std::string text(contact.name ? *contact.name : "null");
  if (!contact.hasPhones) {
    return text + " | null";
  }
  text += " |";
  for (const Phone& phone : contact.phones()) {
    text.append(" ").append(phone.number ? *phone.number : "null").append("/");
    text.append(phone.type ? kPhoneTypeNames[static_cast<std::size_t>(*phone.type)] : "null");
  }
  return text;
}

// The types of a leaf as text, as its view shows them to the encoder.
struct TypeTexts {
  std::vector<std::uint32_t> offsets = {0};
  std::string bytes;

  explicit TypeTexts(const ContactColumns::TypeLeaf& leaf) {
    for (const std::uint32_t type : leaf.types) {
      bytes += kPhoneTypeNames.at(type);
      offsets.push_back(static_cast<std::uint32_t>(bytes.size()));
    }
  }
  ContactColumns::Leaf leaf(const ContactColumns::TypeLeaf& of) const {
    return {.definitionLevels = of.definitionLevels,
            .repetitionLevels = of.repetitionLevels,
            .offsets = offsets,
            .bytes = bytes};
  }
};

// Reads the next value of a leaf, present or not, as a reader of the columns would.
class LeafCursor {
 public:
  LeafCursor(ContactColumns::Leaf leaf, std::uint8_t present) : leaf_(leaf), present_(present) {}

  bool done() const { return level_ == leaf_.definitionLevels.size(); }
  // The entry is the first of its row.
  bool startsRow() const {
    return leaf_.repetitionLevels.empty() || leaf_.repetitionLevels[level_] == 0;
  }
  std::pair<std::uint8_t, std::string> next() {
    const std::uint8_t level = leaf_.definitionLevels[level_++];
    if (level != present_) {
      return {level, ""};
    }
    const std::uint32_t begin = leaf_.offsets[value_];
    const std::uint32_t end = leaf_.offsets[++value_];
    return {level, std::string(leaf_.bytes.data() + begin, end - begin)};
  }
  void expectUsedUp() const {
    EXPECT_TRUE(done());
    EXPECT_EQ(value_ + 1, leaf_.offsets.size());
    EXPECT_EQ(leaf_.offsets[value_], leaf_.bytes.size());
    EXPECT_EQ(leaf_.offsets[0], 0U);
  }

 private:
  ContactColumns::Leaf leaf_;
  std::uint8_t present_;
  std::size_t level_ = 0;
  std::size_t value_ = 0;
};

// The rows of filled columns, shown.
std::vector<std::string> rowsOf(const ContactColumns& columns) {
  LeafCursor names(columns.name(), kNameDefinitionLevelMax);
  LeafCursor numbers(columns.number(), kLevelPresent);
  const TypeTexts typeTexts(columns.phoneType());
  LeafCursor types(typeTexts.leaf(columns.phoneType()), kLevelPresent);
  std::vector<std::string> rows;
  while (!names.done()) {
    const auto [nameLevel, name] = names.next();
    std::string text = nameLevel == 1 ? name : "null";
    bool first = true;
    do {
      EXPECT_EQ(numbers.startsRow(), types.startsRow());
      const auto [numberLevel, number] = numbers.next();
      const auto [typeLevel, type] = types.next();
      text += first ? (numberLevel == kLevelNoList ? " | null" : " |") : "";
      if (numberLevel >= kLevelNullField) {
        text += " " + (numberLevel == kLevelPresent ? number : "null") + "/";
        text += typeLevel == kLevelPresent ? type : "null";
      } else {
        EXPECT_EQ(numberLevel, typeLevel);
      }
      first = false;
    } while (!numbers.done() && !numbers.startsRow());
    rows.push_back(std::move(text));
  }
  names.expectUsedUp();
  numbers.expectUsedUp();
  types.expectUsedUp();
  EXPECT_EQ(rows.size(), columns.rows());
  return rows;
}

std::vector<std::string> rowsOneByOne(const ContactGenerator& generator, std::uint64_t begin,
                                      std::uint64_t end) {
  std::vector<std::string> rows;
  ContactText text;
  for (std::uint64_t row = begin; row < end; ++row) {
    rows.push_back(show(generator.contactAt(row, text)));
  }
  return rows;
}

TEST(ContactGenerator, columnsAreTheRowsForAnyRange) {
  ContactColumns columns;
  for (const bool option : {false, true}) {
    const ContactGenerator generator({.seed = 11, .emptyLists = option, .distinctNames = option});
    const std::pair<std::uint64_t, std::uint64_t> kRanges[] = {
        {0, 0},
        {0, 1},
        {0, 255},
        {0, 256},
        {1, 258},
        {777, 3'001},
        {5, 6},
        {19'999'700, 20'000'300},        // where numbers get a ninth digit
        {123'456'789, 123'457'300},      //
        {199'999'700, 200'000'300},      // a tenth
        {1'234'567'890, 1'234'568'500},  //
        {1'999'999'700, 2'000'000'300},  // an eleventh
        {kRowsMax - 700, kRowsMax},
        {(std::uint64_t{1} << 34) - 3, (std::uint64_t{1} << 34) + 9},
    };
    for (const auto& [begin, end] : kRanges) {
      ASSERT_TRUE(generator.fill(begin, end, columns));
      EXPECT_EQ(rowsOf(columns), rowsOneByOne(generator, begin, end)) << begin << ".." << end;
    }
  }
}

TEST(ContactGenerator, rowsDoNotDependOnTheSplitOrTheThread) {
  const ContactGenerator generator({.seed = 77});
  constexpr std::uint64_t kRows = 30'011;
  const std::vector<std::string> expected = rowsOneByOne(generator, 0, kRows);
  for (const unsigned threadCount : {1U, 2U, 3U, 7U}) {
    std::vector<std::vector<std::string>> parts(threadCount);
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < threadCount; ++t) {
      threads.emplace_back([&, t] {
        ContactColumns columns;
        if (generator.fill(kRows * t / threadCount, kRows * (t + 1) / threadCount, columns)) {
          parts[t] = rowsOf(columns);
        }
      });
    }
    std::vector<std::string> rows;
    for (unsigned t = 0; t < threadCount; ++t) {
      threads[t].join();
      rows.insert(rows.end(), parts[t].begin(), parts[t].end());
    }
    EXPECT_EQ(rows, expected) << threadCount;
  }
}

TEST(ContactGenerator, rowsStayWhatTheyAre) {
  const struct {
    ContactOptions options;
    std::uint64_t row;
    const char* expected;
  } kCases[] = {
      {{.seed = 1}, 0, "Zoë Lena Suarez | null"},
      {{.seed = 1}, 1, "Jennifer Cao | null"},
      {{.seed = 1},
       154,
       "Fatima C. Aziz | +91-99-61588416/Work +91-99-76924287/null +91-99-29597023/Work "
       "+91-99-31812860/Work"},
      {{.seed = 1}, 123'456'789, "Nora Cole | null"},
      {{.seed = 2}, 0, "null | +91-99-14303205/Mobile"},
      {{.seed = 1}, 127, "John X. Cao | null/Mobile +91-99-22617780/null"},
      {{.seed = 1, .emptyLists = true}, 2, "null |"},
      {{.seed = 1, .distinctNames = true}, 1, "Tuan Clara Bruno-Malik | null"},
      {{.seed = 1, .distinctNames = true},
       (std::uint64_t{1} << 34) + 2,
       "Amina Johanna Black-Popov 2 | +91-99-38801010869/Mobile"},
      {{.seed = 1},
       kRowsMax - 1,
       "Sunita Reyes-Miller | +91-99-8896610496903450526/Mobile +91-99-8630103350511924970/null"},
  };
  ContactText text;
  for (const auto& c : kCases) {
    EXPECT_EQ(show(ContactGenerator(c.options).contactAt(c.row, text)), c.expected) << c.row;
  }
}

TEST(ContactGenerator, emptyListsTakeThePlaceOfNullOnesAndNothingElse) {
  const ContactGenerator nulls({.seed = 6});
  const ContactGenerator empties({.seed = 6, .emptyLists = true});
  ContactText a;
  ContactText b;
  int without = 0;
  for (std::uint64_t row = 0; row < 1000; ++row) {
    Contact expected = nulls.contactAt(row, a);
    without += expected.hasPhones ? 0 : 1;
    expected.hasPhones = true;
    ASSERT_TRUE(empties.contactAt(row, b) == expected) << row;
  }
  EXPECT_GT(without, 300);
}

TEST(ContactGenerator, buffersAreUsedAgain) {
  const ContactGenerator generator({.seed = 8});
  ContactColumns columns;
  ASSERT_TRUE(generator.fill(0, 50'000, columns));
  const void* const bytes = columns.number().bytes.data();
  ASSERT_TRUE(generator.fill(50'000, 99'000, columns));
  EXPECT_EQ(columns.number().bytes.data(), bytes);
  EXPECT_EQ(columns.rows(), 49'000U);
}

TEST(ContactGenerator, rangesThatCannotBeAreRefused) {
  const ContactGenerator generator({.seed = 8});
  ContactColumns columns;
  ASSERT_TRUE(generator.fill(0, 10, columns));
  const struct {
    std::uint64_t begin;
    std::uint64_t end;
    ErrorCode code;
  } kCases[] = {
      {2, 1, ErrorCode::kInvalidArgument},
      {kRowsMax, kRowsMax + 1, ErrorCode::kInvalidArgument},
      {0, kFillRowsMax + 1, ErrorCode::kLimit},
  };
  for (const auto& c : kCases) {
    const Result<> result = generator.fill(c.begin, c.end, columns);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), c.code);
    EXPECT_EQ(columns.rows(), 0U);
    EXPECT_TRUE(columns.name().definitionLevels.empty());
    EXPECT_EQ(columns.name().offsets.size(), 1U);
  }
}

}  // namespace
}  // namespace parquet_flow::contact
