// Payloads to columns, in each of the three ways. Method: payloads laid out byte by byte, and what
// must then lie in the leaves, written by hand.
#include "sink/row_shape.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "sink/capture_columns.hpp"
#include "sink/file_schema.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::sink {
namespace {

using column::LeafBuffer;

constexpr std::uint64_t kMuchRoom = 1 << 20;

// A shape, its columns, and payloads to run through it.
class Harness {
 public:
  explicit Harness(SinkOptions options) {
    options.directory = "/data";
    auto normal = normalizeOptions(std::move(options));
    EXPECT_TRUE(normal.has_value()) << (normal ? "" : normal.error().message());
    auto schema = makeFileSchema(*normal);
    EXPECT_TRUE(schema.has_value()) << (schema ? "" : schema.error().message());
    auto shape = makeRowShape(*normal, schema->row, 20);
    EXPECT_TRUE(shape.has_value());
    shape_ = std::move(*shape);
    for (const auto& leaf : schema->row->leaves()) rows.leaves.emplace_back(leaf);
  }

  void add(std::string payload) { payloads_.push_back(std::move(payload)); }

  Appended append(std::uint64_t room = kMuchRoom) {
    records.clear();
    for (const std::string& payload : payloads_) {
      DrainedRecord record{};
      record.payload = reinterpret_cast<const std::byte*>(payload.data());
      record.bytes = static_cast<std::uint32_t>(payload.size());
      record.attempt = records.size() + 1;
      record.timeNs = static_cast<std::int64_t>(1000 * record.attempt);
      record.producer = 7;
      records.push_back(record);
    }
    return shape_->append(records, room, rows.rows == 0, rows);
  }

  column::Batch rows;
  std::vector<DrainedRecord> records;

 private:
  std::vector<std::string> payloads_;
  std::unique_ptr<RowShape> shape_;
};

template <class T>
std::vector<T> valuesOf(LeafBuffer& leaf) {
  std::vector<T> values(leaf.values().size() / sizeof(T));
  std::memcpy(values.data(), leaf.values().data(), values.size() * sizeof(T));
  return values;
}

std::vector<std::string> stringsOf(LeafBuffer& leaf) {
  std::vector<std::uint32_t> offsets(leaf.offsets().size() / 4);
  std::memcpy(offsets.data(), leaf.offsets().data(), offsets.size() * 4);
  std::vector<std::string> strings;
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    strings.emplace_back(reinterpret_cast<const char*>(leaf.values().data()) + offsets[i],
                         offsets[i + 1] - offsets[i]);
  }
  return strings;
}

std::vector<int> levelsOf(LeafBuffer& leaf) {
  std::vector<int> levels;
  for (const std::byte level : leaf.definitionLevels().span()) levels.push_back(int(level));
  return levels;
}

StructColumn columnOf(const char* name, FieldType field, std::uint32_t offset,
                      std::uint32_t size = 0) {
  StructColumn column;
  column.name = name;
  column.field = field;
  column.offset = offset;
  column.size = size;
  return column;
}

SinkOptions structOptions(std::vector<StructColumn> columns) {
  SinkOptions options;
  options.shape = Shape::kStruct;
  options.structColumns = std::move(columns);
  return options;
}

template <class T>
std::string bytesOf(T value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

TEST(OpaqueShape, payloadIsTheValue) {
  Harness harness({});
  harness.add("one");
  harness.add(std::string(700, 'x'));
  harness.add("three");
  const Appended done = harness.append();
  EXPECT_EQ(done.taken, 3U);
  EXPECT_EQ(done.accepted, 3U);
  EXPECT_EQ(harness.rows.rows, 3U);
  EXPECT_EQ(stringsOf(harness.rows.leaves[0]),
            (std::vector<std::string>{"one", std::string(700, 'x'), "three"}));
}

TEST(OpaqueShape, takesWhatFitsAndAtLeastOneIntoAnEmptyGroup) {
  Harness harness({});
  for (int i = 0; i < 3; ++i) harness.add(std::string(100, 'x'));
  // A row is 20 bytes of capture columns, 4 of offset and 100 of payload.
  EXPECT_EQ(harness.append(2 * 124).taken, 2U);
  EXPECT_EQ(harness.append(123).taken, 0U) << "the group has rows already";
  harness.rows.clear();
  EXPECT_EQ(harness.append(10).taken, 1U) << "a row that is larger than any group";
}

TEST(StructShape, eachFieldBecomesItsColumn) {
  Harness harness(structOptions({
      columnOf("b", FieldType::kBool8, 0),
      columnOf("i8", FieldType::kInt8, 1),
      columnOf("i16", FieldType::kInt16, 2),
      columnOf("i32", FieldType::kInt32, 4),
      columnOf("i64", FieldType::kInt64, 8),
      columnOf("u8", FieldType::kUint8, 16),
      columnOf("u16", FieldType::kUint16, 17),  // not aligned
      columnOf("u32", FieldType::kUint32, 19),
      columnOf("u64", FieldType::kUint64, 23),
      columnOf("f", FieldType::kFloat, 31),
      columnOf("d", FieldType::kDouble, 35),
      columnOf("fixed", FieldType::kBytes, 43, 3),
  }));
  std::string payload;
  payload += '\x02';  // any nonzero is true
  payload += '\xFF';
  payload += bytesOf<std::int16_t>(-300);
  payload += bytesOf<std::int32_t>(-70'000);
  payload += bytesOf<std::int64_t>(INT64_MIN);
  payload += '\xFF';
  payload += bytesOf<std::uint16_t>(65'535);
  payload += bytesOf<std::uint32_t>(4'294'967'295);
  payload += bytesOf<std::uint64_t>(UINT64_MAX);
  payload += bytesOf(1.5F);
  payload += bytesOf(-2.25);
  payload += "abc";
  ASSERT_EQ(payload.size(), 46U);
  harness.add(payload);
  EXPECT_EQ(harness.append().accepted, 1U);
  auto& leaves = harness.rows.leaves;
  EXPECT_EQ(valuesOf<std::uint8_t>(leaves[0]), (std::vector<std::uint8_t>{1}));
  EXPECT_EQ(valuesOf<std::int32_t>(leaves[1]), (std::vector<std::int32_t>{-1}));
  EXPECT_EQ(valuesOf<std::int32_t>(leaves[2]), (std::vector<std::int32_t>{-300}));
  EXPECT_EQ(valuesOf<std::int32_t>(leaves[3]), (std::vector<std::int32_t>{-70'000}));
  EXPECT_EQ(valuesOf<std::int64_t>(leaves[4]), (std::vector<std::int64_t>{INT64_MIN}));
  EXPECT_EQ(valuesOf<std::int32_t>(leaves[5]), (std::vector<std::int32_t>{255}));
  EXPECT_EQ(valuesOf<std::int32_t>(leaves[6]), (std::vector<std::int32_t>{65'535}));
  EXPECT_EQ(valuesOf<std::int32_t>(leaves[7]), (std::vector<std::int32_t>{-1}));  // 2^32 - 1
  EXPECT_EQ(valuesOf<std::int64_t>(leaves[8]), (std::vector<std::int64_t>{-1}));
  EXPECT_EQ(valuesOf<float>(leaves[9]), (std::vector<float>{1.5F}));
  EXPECT_EQ(valuesOf<double>(leaves[10]), (std::vector<double>{-2.25}));
  EXPECT_EQ(asText(leaves[11].values().span()), "abc");
}

TEST(StructShape, charactersLoseTheirTrailingSpacesAndNuls) {
  Harness harness(structOptions({columnOf("symbol", FieldType::kChars, 0, 8)}));
  harness.add(std::string("AAPL    "));
  harness.add(std::string("MSFT\0 \0 ", 8));
  harness.add(std::string("A\0B\0\0\0\0\0", 8));  // what is inside stays
  harness.add(std::string("        "));
  harness.add(std::string("ABCDEFGH"));
  EXPECT_EQ(harness.append().accepted, 5U);
  EXPECT_EQ(stringsOf(harness.rows.leaves[0]),
            (std::vector<std::string>{"AAPL", "MSFT", std::string("A\0B", 3), "", "ABCDEFGH"}));
}

TEST(StructShape, bitmapSaysWhatIsNull) {
  auto column = columnOf("x", FieldType::kInt32, 2);
  column.nullability = Nullability::kBitmap;
  column.nullOffset = 0;
  column.nullBit = 9;  // bit 1 of byte 1
  Harness harness(structOptions({column}));
  for (const int bits : {0x0200, 0x0000, 0xFDFF, 0xFFFF}) {
    harness.add(bytesOf(static_cast<std::uint16_t>(bits)) + bytesOf<std::int32_t>(bits));
  }
  EXPECT_EQ(harness.append().accepted, 4U);
  EXPECT_EQ(levelsOf(harness.rows.leaves[0]), (std::vector<int>{1, 0, 0, 1}));
  EXPECT_EQ(valuesOf<std::int32_t>(harness.rows.leaves[0]),
            (std::vector<std::int32_t>{0x0200, 0xFFFF}));
}

TEST(StructShape, sentinelSaysWhatIsNull) {
  auto number = columnOf("n", FieldType::kInt16, 0);
  number.nullability = Nullability::kSentinel;
  number.nullValue = 0x8000;  // -32768 as it lies
  auto text = columnOf("t", FieldType::kChars, 2, 3);
  text.nullability = Nullability::kSentinel;
  auto fixed = columnOf("f", FieldType::kBytes, 5, 2);
  fixed.nullability = Nullability::kSentinel;
  fixed.nullValue = 0x2D2D;  // "--"
  Harness harness(structOptions({number, text, fixed}));
  harness.add(bytesOf<std::int16_t>(-32'768) + "abc" + "xy");
  harness.add(bytesOf<std::int16_t>(-1) + std::string(" \0 ", 3) + "--");
  EXPECT_EQ(harness.append().accepted, 2U);
  auto& leaves = harness.rows.leaves;
  EXPECT_EQ(levelsOf(leaves[0]), (std::vector<int>{0, 1}));
  EXPECT_EQ(valuesOf<std::int32_t>(leaves[0]), (std::vector<std::int32_t>{-1}));
  EXPECT_EQ(levelsOf(leaves[1]), (std::vector<int>{1, 0}));
  EXPECT_EQ(stringsOf(leaves[1]), (std::vector<std::string>{"abc"}));
  EXPECT_EQ(levelsOf(leaves[2]), (std::vector<int>{1, 0}));
  EXPECT_EQ(asText(leaves[2].values().span()), "xy");
}

std::string tailRecord(std::uint32_t offset, std::uint32_t length, const std::string& tail) {
  return bytesOf(offset) + bytesOf(length) + tail;
}

TEST(StructShape, tailMustLieInThePayload) {
  Harness harness(structOptions({columnOf("t", FieldType::kTailString, 0)}));
  harness.add(tailRecord(8, 5, "hello"));
  harness.add(tailRecord(9, 5, "hello"));           // one byte over the end
  harness.add(tailRecord(13, 0, "hello"));          // empty, right at the end
  harness.add(tailRecord(14, 0, "hello"));          // empty, behind the end
  harness.add(tailRecord(0xFFFFFFFF, 2, "hello"));  // offset + length wraps around in 32 bits
  harness.add(tailRecord(8, 0xFFFFFFFF, "hello"));
  harness.add(tailRecord(0, 13, "hello"));  // the whole payload
  const Appended done = harness.append();
  EXPECT_EQ(done.taken, 7U);
  ASSERT_EQ(done.accepted, 3U);
  EXPECT_EQ(harness.rows.rows, 3U);
  EXPECT_EQ(stringsOf(harness.rows.leaves[0]),
            (std::vector<std::string>{"hello", "", tailRecord(0, 13, "hello")}));
  std::vector<std::uint64_t> attempts;
  for (const auto& record : harness.records) attempts.push_back(record.attempt);
  EXPECT_EQ((std::vector(attempts.begin(), attempts.begin() + 3)),
            (std::vector<std::uint64_t>{1, 3, 7}));
}

TEST(StructShape, tailOfANullIsNotLookedAt) {
  auto column = columnOf("t", FieldType::kTailBytes, 0);
  column.nullability = Nullability::kSentinel;
  column.nullValue = 0xFFFFFFFF'FFFFFFFF;
  Harness harness(structOptions({column}));
  harness.add(tailRecord(0xFFFFFFFF, 0xFFFFFFFF, ""));
  EXPECT_EQ(harness.append().accepted, 1U);
  EXPECT_EQ(levelsOf(harness.rows.leaves[0]), (std::vector<int>{0}));
}

TEST(StructShape, recordTooShortForAFieldIsRejectedWhole) {
  auto nullable = columnOf("n", FieldType::kInt32, 0);
  nullable.nullability = Nullability::kBitmap;
  nullable.nullOffset = 8;
  nullable.nullBit = 15;  // in byte 9
  Harness harness(structOptions({columnOf("x", FieldType::kInt32, 4), nullable}));
  harness.add(std::string(10, '\x01'));
  harness.add(std::string(9, '\x01'));
  harness.add(std::string(11, '\x01'));
  const Appended done = harness.append();
  EXPECT_EQ(done.taken, 3U);
  EXPECT_EQ(done.accepted, 2U);
  EXPECT_EQ(harness.rows.leaves[0].values().size(), 8U);
  EXPECT_EQ(levelsOf(harness.rows.leaves[1]).size(), 2U);
}

TEST(StructShape, takesWhatFitsByWhatTailsReallyAdd) {
  Harness harness(structOptions({columnOf("t", FieldType::kTailBytes, 0)}));
  for (int i = 0; i < 4; ++i) harness.add(tailRecord(8, 50, std::string(50, 'x')));
  // A row is 20 bytes of capture columns, 5 of level and offset, 50 of tail.
  EXPECT_EQ(harness.append(3 * 75 + 74).taken, 3U);
}

int threeColumns(void* user, const RecordInfo& record, column::RowBuilder& row) {
  auto& calls = *static_cast<std::vector<RecordInfo>*>(user);
  calls.push_back(record);
  const std::string_view text(static_cast<const char*>(record.payload), record.bytes);
  row.appendInt64(record.timeNs);
  if (text == "null") {
    row.appendNull();
  } else {
    row.appendBytes(text.data(), text.size());
  }
  if (text == "short") return 0;  // a column is missing
  row.appendInt32(static_cast<std::int32_t>(record.producer));
  return text == "reject" ? 1 : 0;
}

SinkOptions callbackOptions(std::vector<RecordInfo>* calls) {
  using schema::PhysicalType;
  using schema::Repetition;
  auto schema = std::make_shared<schema::Schema>();
  EXPECT_TRUE(schema->addLeaf(schema::kRoot, "t", PhysicalType::kInt64, Repetition::kRequired));
  EXPECT_TRUE(schema->addLeaf(schema::kRoot, "s", PhysicalType::kByteArray, Repetition::kOptional));
  EXPECT_TRUE(schema->addLeaf(schema::kRoot, "p", PhysicalType::kInt32, Repetition::kRequired));
  SinkOptions options;
  options.shape = Shape::kCallback;
  options.schema = schema;
  options.onRow = threeColumns;
  options.onRowUser = calls;
  return options;
}

TEST(CallbackShape, rowsThatBreakTheSchemaOrAreRefusedLeaveNothing) {
  std::vector<RecordInfo> calls;
  Harness harness(callbackOptions(&calls));
  for (const char* text : {"one", "reject", "null", "short", "two"}) harness.add(text);
  const Appended done = harness.append();
  EXPECT_EQ(done.taken, 5U);
  ASSERT_EQ(done.accepted, 3U);
  EXPECT_EQ(harness.rows.rows, 3U);
  EXPECT_EQ(valuesOf<std::int64_t>(harness.rows.leaves[0]),
            (std::vector<std::int64_t>{1000, 3000, 5000}));
  EXPECT_EQ(stringsOf(harness.rows.leaves[1]), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(levelsOf(harness.rows.leaves[1]), (std::vector<int>{1, 0, 1}));
  ASSERT_EQ(calls.size(), 5U);
  EXPECT_EQ(calls[4].attempt, 5U);
  EXPECT_EQ(calls[4].producer, 7U);
}

int hugeRow(void* /*user*/, const RecordInfo& /*record*/, column::RowBuilder& row) {
  static const std::string bytes(40'000, 'x');
  row.appendInt64(0);
  row.appendBytes(bytes.data(), bytes.size());
  row.appendInt32(0);
  return 0;
}

TEST(CallbackShape, stopsWhenTheGroupIsFull) {
  SinkOptions options = callbackOptions(nullptr);
  options.onRow = hugeRow;
  options.rowGroupBytes = 64 << 10;
  Harness harness(options);
  for (int i = 0; i < 4; ++i) harness.add("x");
  EXPECT_EQ(harness.append(64 << 10).taken, 2U);
}

int rowLargerThanAGroup(void* /*user*/, const RecordInfo& record, column::RowBuilder& row) {
  static const std::string bytes(70'000, 'x');
  row.appendInt64(0);
  row.appendBytes(bytes.data(), record.attempt == 1 ? bytes.size() : 1);
  row.appendInt32(0);
  return 0;
}

TEST(CallbackShape, rowLargerThanAGroupMayBeIsRejected) {
  SinkOptions options = callbackOptions(nullptr);
  options.onRow = rowLargerThanAGroup;
  options.rowGroupBytes = 64 << 10;
  Harness harness(options);
  harness.add("large");
  harness.add("small");
  const Appended done = harness.append();
  EXPECT_EQ(done.taken, 2U);
  EXPECT_EQ(done.accepted, 1U);
  EXPECT_EQ(stringsOf(harness.rows.leaves[1]), (std::vector<std::string>{"x"}));
}

int throwsAtTheFirst(void* /*user*/, const RecordInfo& record, column::RowBuilder& row) {
  row.appendInt64(0);
  row.appendBytes("x", 1);
  if (record.attempt == 1) throw 1;
  row.appendInt32(0);
  return 0;
}

TEST(CallbackShape, rowOfACallbackThatThrowsIsRejected) {
  SinkOptions options = callbackOptions(nullptr);
  options.onRow = throwsAtTheFirst;
  Harness harness(options);
  harness.add("first");
  harness.add("second");
  const Appended done = harness.append();
  EXPECT_EQ(done.taken, 2U);
  EXPECT_EQ(done.accepted, 1U);
  EXPECT_EQ(stringsOf(harness.rows.leaves[1]), (std::vector<std::string>{"x"}));
}

TEST(CaptureColumns, portableProfileRoundsTimesDownAlsoBefore1970) {
  SinkOptions options;
  options.directory = "/data";
  options.profile = Profile::kPortable;
  const auto schema = makeFileSchema(options);
  ASSERT_TRUE(schema.has_value());
  column::Batch batch;
  for (std::size_t i = 0; i < schema->captureLeaves; ++i) {
    batch.leaves.emplace_back(schema->file->leaves()[i]);
  }
  std::vector<DrainedRecord> records(4);
  const std::int64_t times[] = {1'999, -1, -1'000, -1'001};
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].timeNs = times[i];
    records[i].attempt = i + 1;
    records[i].producer = 65'000;
  }
  const CaptureColumns columns(options);
  ASSERT_TRUE(columns.reserve(records.size(), batch));
  columns.append(records, batch);
  EXPECT_EQ(columns.rowBytes(), 28U);
  EXPECT_EQ(valuesOf<std::int64_t>(batch.leaves[0]), (std::vector<std::int64_t>{1, -1, -1, -2}));
  EXPECT_EQ(valuesOf<std::int64_t>(batch.leaves[1]),
            (std::vector<std::int64_t>{1'999, -1, -1'000, -1'001}));
  EXPECT_EQ(valuesOf<std::int32_t>(batch.leaves[2]), (std::vector<std::int32_t>(4, 65'000)));
  EXPECT_EQ(valuesOf<std::int64_t>(batch.leaves[3]), (std::vector<std::int64_t>{1, 2, 3, 4}));
}

}  // namespace
}  // namespace parquet_flow::sink
