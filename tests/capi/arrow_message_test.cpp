// Goal: ARROW:schema comes back as it was written, and one that lies takes no more memory than a
// multiple of its bytes.
//
// Method: messages of ours, read back; and one made by hand whose fields are all one table, as
// FlatBuffers' offsets allow it, read with a counter before malloc.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "arrow_message.hpp"
#include "arrow_message_reader.hpp"
#include "support/allocation_counter.hpp"

namespace parquet_flow::capi {
namespace {

// A decoded field is a struct of some hundred bytes, its table eight at least.
constexpr std::uint64_t kFactor = 256;

ArrowField fieldOf(const std::string& name, ArrowKind kind) {
  ArrowField field;
  field.name = name;
  field.kind = kind;
  return field;
}

TEST(ArrowMessage, everyFieldOfALargeSchemaComesBack) {
  ArrowField root = fieldOf("", ArrowKind::kStruct);
  for (int i = 0; i < 2000; ++i) {
    ArrowField& field =
        root.children.emplace_back(fieldOf("f" + std::to_string(i), ArrowKind::kTimestamp));
    field.timezone = "Europe/Berlin";
    for (int pair = 0; pair < i % 5; ++pair) field.metadata.emplace_back("key", "value");
  }
  root.metadata.emplace_back("pandas", std::string(100'000, 'x'));
  const auto decoded = decodeArrowSchema(encodeArrowSchema(root));
  ASSERT_TRUE(decoded);
  ASSERT_EQ(decoded->children.size(), root.children.size());
  EXPECT_EQ(decoded->metadata, root.metadata);
  for (std::size_t i = 0; i < root.children.size(); ++i) {
    EXPECT_EQ(decoded->children[i].name, root.children[i].name);
    EXPECT_EQ(decoded->children[i].timezone, "Europe/Berlin");
    EXPECT_EQ(decoded->children[i].metadata, root.children[i].metadata);
  }
}

TEST(ArrowMessage, metadataThatIsNoTextIsLeftOut) {
  const std::pair<std::string, std::string> text{"key", "Zürich"};
  ArrowField root = fieldOf("", ArrowKind::kStruct);
  root.children.push_back(fieldOf("f", ArrowKind::kInt32));
  for (ArrowField* const field : {&root, &root.children[0]}) {
    field->metadata = {{"value", "\xFF\xFE"}, text, {"\xC3", "key"}};
  }
  const auto decoded = decodeArrowSchema(encodeArrowSchema(root));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->metadata, (decltype(root.metadata){text}));
  EXPECT_EQ(decoded->children[0].metadata, (decltype(root.metadata){text}));
}

// --- One table for many
// --------------------------------------------------------------------------------

class Message {
 public:
  std::size_t add(std::uint32_t word) {
    for (int byte = 0; byte < 4; ++byte) bytes_ += static_cast<char>(word >> 8 * byte);
    return bytes_.size() - 4;
  }
  // A vtable and its table, with an empty word for each of `fields`; where the table is. Field i is
  // in the i-th word from there; see placeOf.
  std::size_t addTable(std::size_t fields) {
    const std::size_t vtable = bytes_.size();
    const auto entries = static_cast<std::uint32_t>(fields + fields % 2);
    add((4 + 2 * entries) | (4 + 4 * entries) << 16U);
    for (std::uint32_t i = 0; i < entries; i += 2) add((4 + 4 * i) | (8 + 4 * i) << 16U);
    const std::size_t table = add(static_cast<std::uint32_t>(bytes_.size() - vtable));
    for (std::uint32_t i = 0; i < entries; ++i) add(0);
    return table;
  }
  static std::size_t placeOf(std::size_t table, std::size_t field) { return table + 4 + 4 * field; }
  void set(std::size_t place, std::uint32_t word) {
    for (std::size_t byte = 0; byte < 4; ++byte) {
      bytes_[place + byte] = static_cast<char>(word >> 8 * byte);
    }
  }
  void point(std::size_t place, std::size_t target) {
    set(place, static_cast<std::uint32_t>(target - place));
  }
  // A vector of offsets, all to one table that is made of so many fields; the vector.
  std::pair<std::size_t, std::size_t> addVector(std::uint32_t count, std::size_t fields) {
    const std::size_t vector = add(count);
    for (std::uint32_t i = 0; i < count; ++i) add(0);
    const std::size_t table = addTable(fields);
    for (std::uint32_t i = 0; i < count; ++i) point(vector + 4 + std::size_t{4} * i, table);
    return {vector, table};
  }
  std::size_t addText(std::uint32_t bytes) {
    const std::size_t text = add(bytes);
    bytes_.append(bytes, 'x');
    return text;
  }
  // With the marker and the length before it.
  [[nodiscard]] std::string base64() const {
    constexpr const char* kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    const auto length = static_cast<std::uint32_t>(bytes_.size());
    std::string padded = "\xFF\xFF\xFF\xFF";
    for (int byte = 0; byte < 4; ++byte) padded += static_cast<char>(length >> 8 * byte);
    padded += bytes_;
    padded.resize((padded.size() + 2) / 3 * 3);
    for (std::size_t i = 0; i < padded.size(); i += 3) {
      std::uint32_t word = 0;
      for (std::size_t k = 0; k < 3; ++k) {
        word = word << 8U | static_cast<std::uint8_t>(padded[i + k]);
      }
      for (int shift = 18; shift >= 0; shift -= 6) text += kDigits[word >> shift & 63U];
    }
    return text;
  }

 private:
  std::string bytes_;
};

// `fields` that are one, with `pairs` of metadata that are one, of texts of so many bytes.
std::string sharedSchema(std::uint32_t fields, std::uint32_t pairs, std::uint32_t textBytes) {
  Message body;
  body.add(0);
  const std::size_t root = body.addTable(3);  // Message: 1: header_type = Schema, 2: header
  body.point(0, root);
  body.set(Message::placeOf(root, 1), 1);
  const std::size_t schema = body.addTable(2);  // Schema: 1: fields
  body.point(Message::placeOf(root, 2), schema);
  const auto [children, field] = body.addVector(fields, 7);
  body.point(Message::placeOf(schema, 1), children);
  // Field: 2: type_type = Utf8, 6: custom_metadata; 0: name and 5: children are empty texts.
  body.set(Message::placeOf(field, 2), 5);
  const auto [metadata, pair] = body.addVector(pairs, 2);
  body.point(Message::placeOf(field, 6), metadata);
  const std::size_t text = body.addText(textBytes);
  body.point(Message::placeOf(pair, 0), text);
  body.point(Message::placeOf(pair, 1), text);
  const std::size_t none = body.add(0);
  body.point(Message::placeOf(field, 0), none);
  body.point(Message::placeOf(field, 5), none);
  return body.base64();
}

TEST(ArrowMessage, fieldsThatShareOneTableTakeAMultipleOfTheBytes) {
  struct Case {
    std::uint32_t fields;
    std::uint32_t pairs;
    std::uint32_t textBytes;
  };
  for (const auto& [fields, pairs, textBytes] :
       {Case{1, 1, 8}, Case{700, 600, 1000}, Case{5000, 5000, 0}, Case{8000, 1, 30'000}}) {
    const std::string text = sharedSchema(fields, pairs, textBytes);
    const test::AllocationWatch watch;
    const auto decoded = decodeArrowSchema(text);
    EXPECT_LE(watch.bytes(), kFactor * text.size()) << fields;
    EXPECT_EQ(decoded.has_value(), fields == 1);
    if (decoded) {
      ASSERT_EQ(decoded->children.size(), 1U);
      EXPECT_EQ(decoded->children[0].valueField().kind, ArrowKind::kUtf8);  // of a dictionary
      EXPECT_EQ(decoded->children[0].metadata[0].second, "xxxxxxxx");
    }
  }
}

}  // namespace
}  // namespace parquet_flow::capi
