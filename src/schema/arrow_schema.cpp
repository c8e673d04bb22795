#include "schema/arrow_schema.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/base64.hpp"
#include "base/flat_table.hpp"

namespace parquet_flow::schema {
namespace {

constexpr int kDepthMax = 64;
constexpr std::int32_t kWideBits = 32;

// Values of the union Type in Schema.fbs.
constexpr std::uint8_t kList = 12;
constexpr std::uint8_t kStruct = 13;
constexpr std::uint8_t kFixedList = 16;
constexpr std::uint8_t kMap = 17;
constexpr std::uint8_t kLargeList = 21;
constexpr std::uint8_t kListView = 25;
constexpr std::uint8_t kLargeListView = 26;

bool isNested(std::uint8_t type) noexcept {
  constexpr std::array<std::uint8_t, 7> kNested = {kList,      kStruct,   kFixedList,    kMap,
                                                   kLargeList, kListView, kLargeListView};
  return std::find(kNested.begin(), kNested.end(), type) != kNested.end();
}

// Of a dictionary's indices; `place`: where that stands in the message, unless it does not.
struct IndexWidth {
  std::int32_t bits = kWideBits;
  std::optional<std::size_t> place;
};

// What a field is in.
struct Above {
  int depth = 0;
  bool isInFixedList = false;
  bool isInNullable = false;  // since the last list of any length
};

// The leaves of a Schema message, which are those of the Parquet schema.
class MessageLeaves {
 public:
  // Any number of offsets may lead to one table: at most so many are followed as there are bytes.
  explicit MessageLeaves(ConstBytes message) : tablesLeft_(message.size()) {
    // Message { 1: header_type, 2: header }; Schema { 1: fields }
    const FlatTable root = FlatTable::root(message);
    if (root.number<std::uint8_t>(1, 0) == 1) addChildren(root.table(2), 1, {});
  }

  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }
  [[nodiscard]] ArrowLeaves take() && noexcept { return std::move(leaves_); }
  // Of the dictionaries, in their order.
  [[nodiscard]] const std::vector<IndexWidth>& indices() const noexcept { return indices_; }

 private:
  void addChildren(const FlatTable& parent, int vector, const Above& above) {
    if (above.depth > kDepthMax) return;
    const std::size_t count = parent.tableCount(vector);
    for (std::size_t i = 0; i < count && tablesLeft_ != 0; ++i) {
      --tablesLeft_;
      addField(parent.tableAt(vector, i), above);
    }
  }
  // Field { 1: nullable, 2: type_type, 4: dictionary, 5: children };
  // DictionaryEncoding { 1: indexType }; Int { 0: bitWidth }. An index without a type has 32 bits.
  void addField(const FlatTable& field, const Above& above) {
    const auto type = field.number<std::uint8_t>(2, 0);
    const bool isNullable = field.number<std::uint8_t>(1, 0) != 0;
    if (isNested(type)) {
      const bool staysOne = type == kFixedList || type == kStruct;
      addChildren(field, 5,
                  {.depth = above.depth + 1,
                   .isInFixedList = above.isInFixedList || type == kFixedList,
                   .isInNullable = staysOne && (above.isInNullable || isNullable)});
      return;
    }
    const FlatTable dictionary = field.table(4);
    if (dictionary.isThere()) {
      leaves_.dictionaries.push_back(count_);
      const FlatTable index = dictionary.table(1);
      const auto bits = index.number<std::int32_t>(0, kWideBits);
      indices_.push_back({bits, index.placeOf(0, sizeof bits)});
    }
    if (above.isInFixedList) {
      leaves_.inFixedLists.push_back(count_);
      if (above.isInNullable && !isNullable) leaves_.requiredInFixedLists.push_back(count_);
    }
    ++count_;
  }

  std::size_t tablesLeft_;
  std::uint32_t count_ = 0;
  ArrowLeaves leaves_;
  std::vector<IndexWidth> indices_;
};

// All that a Schema message says but for the types and ids of dictionaries' indices, as a text that
// is the same where they say the same.
class Description {
 public:
  // As in MessageLeaves; many may be of one text, too. A field or pair has more than 8 bytes.
  explicit Description(ConstBytes message)
      : tablesLeft_(message.size() / 8), textLeft_(message.size()) {
    // Message { 0: version }; Schema { 0: endianness, 2: custom_metadata, 3: features }
    const FlatTable root = FlatTable::root(message);
    const FlatTable schema = root.table(2);
    isWhole_ = root.number<std::uint8_t>(1, 0) == 1 && !schema.placeOf(3, 1);
    addNumber<std::int16_t>(root, 0);
    addNumber<std::int16_t>(schema, 0);
    addPairs(schema, 2);
    addFields(schema, 1, 0);
  }

  // Whether there is nothing that is not described.
  [[nodiscard]] bool isWhole() const noexcept { return isWhole_; }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  // By type, of its table: b, h and i are numbers of 8, 16 and 32 bits, t is a text. Not of unions,
  // which are no Parquet type.
  static constexpr std::array<std::string_view, kLargeListView + 1> kMembers = {
      "?", "",  "ib", "h", "",  "", "", "iii", "h", "hi", "ht", "h", "", "",
      "?", "i", "i",  "b", "h", "", "", "",    "",  "",   "",   "",  ""};

  template <class Number>
  void addNumber(const FlatTable& table, int member) {
    const bool isThere = table.placeOf(member, sizeof(Number)).has_value();
    text_ += isThere ? std::to_string(table.number<Number>(member, 0)) : "-";
    text_ += ' ';
  }
  void addText(const FlatTable& table, int member) {
    const std::string_view text = table.text(member);
    isWhole_ = isWhole_ && text.size() <= textLeft_;
    if (!isWhole_) return;
    textLeft_ -= text.size();
    text_ += std::to_string(text.size()) + ':';
    text_ += text;
  }
  // Whether one more may be looked at.
  bool takeTable() {
    isWhole_ = isWhole_ && tablesLeft_ != 0;
    if (isWhole_) --tablesLeft_;
    return isWhole_;
  }
  // KeyValue { 0: key, 1: value }
  void addPairs(const FlatTable& table, int member) {
    const std::size_t count = table.tableCount(member);
    text_ += std::to_string(count) + '(';
    for (std::size_t i = 0; i < count && takeTable(); ++i) {
      const FlatTable pair = table.tableAt(member, i);
      addText(pair, 0);
      addText(pair, 1);
    }
  }
  void addFields(const FlatTable& table, int member, int depth) {
    isWhole_ = isWhole_ && depth <= kDepthMax;
    const std::size_t count = table.tableCount(member);
    text_ += std::to_string(count) + '[';
    for (std::size_t i = 0; i < count && takeTable(); ++i) {
      addField(table.tableAt(member, i), depth);
    }
  }
  // Field { 0: name, 1: nullable, 2: type_type, 3: type, 4: dictionary, 5: children,
  // 6: custom_metadata }; DictionaryEncoding { 2: isOrdered, 3: dictionaryKind }
  void addField(const FlatTable& field, int depth) {
    addText(field, 0);
    addNumber<std::uint8_t>(field, 1);
    addNumber<std::uint8_t>(field, 2);
    addType(field.number<std::uint8_t>(2, 0), field.table(3));
    const FlatTable dictionary = field.table(4);
    text_ += dictionary.isThere() ? 'd' : 'p';
    addNumber<std::uint8_t>(dictionary, 2);
    addNumber<std::int16_t>(dictionary, 3);
    addPairs(field, 6);
    addFields(field, 5, depth + 1);
  }
  void addType(std::uint8_t type, const FlatTable& table) {
    const std::string_view members = type < kMembers.size() ? kMembers[type] : "?";
    for (int i = 0; i < static_cast<int>(members.size()); ++i) {
      switch (members[static_cast<std::size_t>(i)]) {
        case 'b':
          addNumber<std::uint8_t>(table, i);
          break;
        case 'h':
          addNumber<std::int16_t>(table, i);
          break;
        case 'i':
          addNumber<std::int32_t>(table, i);
          break;
        case 't':
          addText(table, i);
          break;
        default:
          isWhole_ = false;
      }
    }
  }

  std::size_t tablesLeft_;
  std::size_t textLeft_;
  bool isWhole_ = true;
  std::string text_;
};

}  // namespace

ConstBytes arrowMessageIn(ConstBytes encapsulated) {
  if (encapsulated.size() < 8) return {};
  ConstBytes bytes = encapsulated;
  // 0xFFFFFFFF, which messages before version 0.15 do not have, and the length of what follows.
  if (loadLe<std::uint32_t>(bytes.data()) == UINT32_MAX) bytes = bytes.subspan(4);
  const auto length = loadLe<std::uint32_t>(bytes.data());
  bytes = bytes.subspan(4);
  return length > bytes.size() ? ConstBytes() : bytes.first(length);
}

std::string withWideIndices(std::string_view base64) {
  auto decoded = decodeBase64(base64);
  if (!decoded) return std::string(base64);
  const ConstBytes message = arrowMessageIn(*decoded);
  const MessageLeaves leaves(message);
  bool differs = false;
  for (const IndexWidth& index : leaves.indices()) {
    if (!index.place || index.bits >= kWideBits) continue;
    storeLe(decoded->data() + (message.data() - decoded->data()) + *index.place, kWideBits);
    differs = true;
  }
  return differs ? encodeBase64(*decoded) : std::string(base64);
}

std::optional<std::string> withWiderIndices(std::string_view base64, std::string_view other) {
  if (base64 == other) return std::string(base64);
  auto decoded = decodeBase64(base64);
  const auto otherDecoded = decodeBase64(other);
  if (!decoded || !otherDecoded) return std::nullopt;
  const ConstBytes message = arrowMessageIn(*decoded);
  const ConstBytes otherMessage = arrowMessageIn(*otherDecoded);
  const Description said(message);
  const Description otherSaid(otherMessage);
  if (!said.isWhole() || !otherSaid.isWhole() || said.text() != otherSaid.text()) {
    return std::nullopt;
  }
  const MessageLeaves leaves(message);
  const MessageLeaves otherLeaves(otherMessage);
  std::byte* const begin = decoded->data() + (message.data() - decoded->data());
  if (leaves.indices().size() != otherLeaves.indices().size()) return std::nullopt;
  for (std::size_t i = 0; i < leaves.indices().size(); ++i) {
    const IndexWidth& index = leaves.indices()[i];
    const std::int32_t bits = otherLeaves.indices()[i].bits;
    if (bits <= index.bits) continue;
    if (!index.place) return std::nullopt;
    storeLe(begin + *index.place, bits);
  }
  return encodeBase64(*decoded);
}

ArrowLeaves arrowLeavesIn(std::string_view base64, std::size_t leafCount) {
  const auto decoded = decodeBase64(base64);
  if (!decoded) return {};
  MessageLeaves leaves(arrowMessageIn(*decoded));
  if (leaves.count() != leafCount) return {};
  return std::move(leaves).take();
}

}  // namespace parquet_flow::schema
