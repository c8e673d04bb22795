// Goal: where Arrow's layout is Parquet's, nothing is copied: what goes to the output are the
// array's own bytes, at their own addresses; and what the encoder looks at are its own bitmap and
// its own offsets. Where layouts differ, or values have nulls among them, there is a copy.
//
// Method: an output that asks of each piece that it is given whether it lies in the array's buffer;
// and the views that the encoder gets. A slice that does not begin where its buffer does, so that
// an offset that is left out is seen as well.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arrow_columns.hpp"
#include "arrow_rows.hpp"
#include "arrow_schema.hpp"
#include "arrow_type.hpp"

namespace parquet_flow::test {
namespace {

using Buffers = std::vector<const void*>;

constexpr std::int64_t kOffset = 5;
// Several pages of 1 MiB and a part of one, for most widths. What is behind their last whole
// slices, of 64 KiB, is large enough to be worth a piece of its own: less than 4 KiB is copied.
constexpr std::int64_t kRows = 300'000;

// Pieces that lie in a range of memory have to be all of it, in order.
struct Watched {
  const std::byte* begin;
  const std::byte* end;
  const std::byte* next;         // where the next piece of it has to begin
  std::uint64_t bytes = 0;       // of the range that came from there
  std::uint64_t otherBytes = 0;  // from elsewhere
  bool isInOrder = true;

  static int write(void* user, const void* data, std::size_t bytes) {
    auto& mine = *static_cast<Watched*>(user);
    const auto* const from = static_cast<const std::byte*>(data);
    if (from < mine.begin || from >= mine.end) {
      mine.otherBytes += bytes;
      return 0;
    }
    mine.isInOrder = mine.isInOrder && from == mine.next && from + bytes <= mine.end;
    mine.next = from + bytes;
    mine.bytes += bytes;
    return 0;
  }
};

struct OutputToWatch : OutputTo {
  explicit OutputToWatch(Watched& watched) : OutputTo(PF_OUTPUT_CALLBACKS) {
    write = Watched::write;
    user = &watched;
  }
};

pf_writer_options_t plainUncompressed() {
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.encoding = PF_ENCODING_PLAIN;
  options.compression = PF_COMPRESSION_UNCOMPRESSED;
  options.row_group_rows = kRows;  // smaller batches of a stream wait, copied, for more
  return options;
}

// A column of `bytes` a slot, its slots from kOffset on.
struct Sliced {
  std::vector<std::byte> values;
  std::shared_ptr<Array> column;

  explicit Sliced(std::size_t bytes, std::int64_t rows = kRows) {
    values.resize(static_cast<std::size_t>(kOffset + rows + 1) * bytes);
    // Small numbers: seconds of a time and digits of a decimal have bounds.
    for (std::size_t i = 0; i < values.size(); i += bytes) values[i] = std::byte(i / bytes % 100);
    column = std::make_shared<Array>(rows, Buffers{nullptr, values.data()});
    column->offset = kOffset;
  }
  [[nodiscard]] Watched watch(std::size_t bytes, std::int64_t rows = kRows) const {
    const std::byte* const begin = values.data() + static_cast<std::size_t>(kOffset) * bytes;
    return {.begin = begin, .end = begin + static_cast<std::size_t>(rows) * bytes, .next = begin};
  }
};

struct Layout {
  const char* format;
  std::size_t bytes;  // of a slot
};

// All whose slots PLAIN has as they are.
constexpr Layout kSame[] = {
    {"i", 4},   {"I", 4},     {"l", 8},        {"L", 8},        {"e", 2},   {"f", 4},
    {"g", 8},   {"w:24", 24}, {"w:16", 16},    {"tdD", 4},      {"ttm", 4}, {"ttu", 8},
    {"ttn", 8}, {"tsm:", 8},  {"tsu:UTC", 8},  {"tsn:", 8},     {"tDs", 8}, {"tDm", 8},
    {"tDu", 8}, {"tDn", 8},   {"d:9,2,32", 4}, {"d:18,2,64", 8}};
// Those that it has otherwise.
constexpr Layout kDifferent[] = {{"c", 1},          {"C", 1},    {"s", 2},        {"S", 2},
                                 {"tdm", 8},        {"tts", 4},  {"tss:", 8},     {"tiM", 4},
                                 {"tiD", 8},        {"tin", 16}, {"d:9,2,64", 8}, {"d:18,2", 16},
                                 {"d:30,2,128", 16}};

Watched writeWatched(const Layout& layout, const WriteAll& write, const Sliced& sliced) {
  const auto schema = field("+s", "", std::vector{field(layout.format, "x")});
  const Array batch(kRows, {nullptr}, {sliced.column});
  const pf_writer_options_t options = plainUncompressed();
  Watched watched = sliced.watch(layout.bytes);
  write(*schema, {&batch}, &options, OutputToWatch(watched));
  return watched;
}

TEST(ArrowZeroCopy, valuesGoOutFromWhereTheyAre) {
  for (const Layout& layout : kSame) {
    const Sliced sliced(layout.bytes);
    for (const auto& [name, write] : kWaysToWrite) {
      SCOPED_TRACE(std::string(layout.format) + " through " + name);
      const Watched watched = writeWatched(layout, write, sliced);
      EXPECT_EQ(watched.bytes, kRows * layout.bytes);
      EXPECT_TRUE(watched.isInOrder);
      EXPECT_EQ(watched.next, watched.end);
      // Headers, index, footer.
      EXPECT_LT(watched.otherBytes, 20'000U);
    }
  }
}

TEST(ArrowZeroCopy, valuesInAnotherLayoutAreCopied) {
  for (const Layout& layout : kDifferent) {
    const Sliced sliced(layout.bytes);
    SCOPED_TRACE(layout.format);
    const Watched watched = writeWatched(layout, writeBatches, sliced);
    EXPECT_EQ(watched.bytes, 0U);
    EXPECT_GT(watched.otherBytes, std::uint64_t{kRows} * 4);
  }
}

// Nulls have slots in Arrow, and none in Parquet.
TEST(ArrowZeroCopy, valuesBetweenNullsAreCopied) {
  const Sliced sliced(8);
  std::vector<std::uint8_t> validity((kOffset + kRows) / 8 + 1, 0b01111111);
  sliced.column->buffers[0] = validity.data();
  sliced.column->null_count = -1;
  const Watched watched = writeWatched({"l", 8}, writeBatches, sliced);
  EXPECT_EQ(watched.bytes, 0U);
  EXPECT_GT(watched.otherBytes, std::uint64_t{kRows} * 6);
}

// Of structs, and of lists of a fixed size, all of which are there.
TEST(ArrowZeroCopy, nestedValuesGoOutFromWhereTheyAre) {
  const std::vector fields = {field("l", "f")};
  const Sliced sliced(8, 2 * kRows);
  const pf_writer_options_t options = plainUncompressed();
  struct Case {
    const char* format;
    std::int64_t length;
  };
  for (const Case& c : {Case{"+s", 2 * kRows}, Case{"+w:2", kRows}}) {
    SCOPED_TRACE(c.format);
    const auto schema = field("+s", "", std::vector{field(c.format, "x", fields)});
    const auto column =
        std::make_shared<Array>(c.length, Buffers{nullptr}, std::vector{sliced.column});
    const Array batch(c.length, {nullptr}, {column});
    Watched watched = sliced.watch(8, 2 * kRows);
    writeBatches(*schema, {&batch}, &options, OutputToWatch(watched));
    EXPECT_EQ(watched.bytes, std::uint64_t{2 * kRows} * 8);
    EXPECT_TRUE(watched.isInOrder);
  }
}

// --- what the encoder gets -----------------------------------------------------------------------

class ArrowViews : public testing::Test {
 protected:
  // Of rows from `first` on; it borrows until the next call.
  column::LeafView viewOf(const char* format, const std::shared_ptr<Array>& column,
                          std::uint64_t first) {
    const auto arrow = field("+s", "", std::vector{field(format, "x")});
    auto type = capi::readArrowSchema(arrow.get());
    EXPECT_TRUE(type);
    type_ = std::move(*type);
    auto schema = capi::schemaOfArrow(type_);
    EXPECT_TRUE(schema);
    schema_ = std::move(*schema);
    columns_ = std::make_unique<capi::ArrowColumns>(type_, schema_);
    const Array batch(column->length, {nullptr}, {column});
    const auto views =
        columns_->views(batch, first, static_cast<std::uint64_t>(column->length) - first);
    EXPECT_TRUE(views) << views.error().message();
    return views ? views->front() : column::LeafView{};
  }

 private:
  capi::ArrowField type_;
  schema::Schema schema_;
  std::unique_ptr<capi::ArrowColumns> columns_;
};

TEST_F(ArrowViews, haveTheArraysOwnBitmap) {
  const Sliced sliced(8, 100);
  const std::vector<std::uint8_t> validity(14, 0b01111111);
  sliced.column->buffers[0] = validity.data();
  sliced.column->null_count = -1;
  const column::LeafView view = viewOf("l", sliced.column, 3);
  EXPECT_EQ(view.values.data, sliced.values.data() + (kOffset + 3) * 8);
  EXPECT_EQ(view.values.form, column::SourceForm::kAsLayout);
  EXPECT_EQ(view.validity, validity.data());
  EXPECT_EQ(view.validityBitOffset, std::uint64_t{kOffset + 3});
  EXPECT_TRUE(view.spaced);
  EXPECT_EQ(view.definitionLevels, nullptr);
}

TEST_F(ArrowViews, haveTheArraysOwnOffsetsAndTexts) {
  const std::vector<std::int32_t> narrow(200, 0);
  const std::vector<std::int64_t> wide(200, 0);
  const std::string text = "text";
  const auto column = [&](const void* offsets) {
    auto made = std::make_shared<Array>(100, Buffers{nullptr, offsets, text.data()});
    made->offset = kOffset;
    return made;
  };
  const auto* const bytes = reinterpret_cast<const std::byte*>(text.data());
  for (const char* const format : {"u", "z"}) {
    const column::LeafView view = viewOf(format, column(narrow.data()), 3);
    EXPECT_EQ(static_cast<const void*>(view.values.offsets), narrow.data() + kOffset + 3);
    EXPECT_EQ(view.values.data, bytes);
    EXPECT_EQ(view.values.form, column::SourceForm::kAsLayout);
  }
  for (const char* const format : {"U", "Z"}) {
    const column::LeafView view = viewOf(format, column(wide.data()), 3);
    EXPECT_EQ(view.values.offsets64, wide.data() + kOffset + 3);
    EXPECT_EQ(view.values.data, bytes);
  }
}

TEST_F(ArrowViews, haveTheArraysOwnBits) {
  const std::vector<std::uint8_t> bits(14, 0b01010101);
  const auto column = std::make_shared<Array>(100, Buffers{nullptr, bits.data()});
  column->offset = kOffset;
  const column::LeafView view = viewOf("b", column, 3);
  EXPECT_EQ(static_cast<const void*>(view.values.data), bits.data());
  EXPECT_EQ(view.values.bitOffset, std::uint64_t{kOffset + 3});
}

}  // namespace
}  // namespace parquet_flow::test
