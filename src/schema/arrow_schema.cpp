#include "schema/arrow_schema.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/base64.hpp"
#include "base/flat_table.hpp"

namespace parquet_flow::schema {
namespace {

constexpr int kDepthMax = 64;
constexpr std::int32_t kWideBits = 32;

// Values of the union Type in Schema.fbs.
bool isNested(std::uint8_t type) noexcept {
  constexpr std::array<std::uint8_t, 7> kNested = {
      12,  // List
      13,  // Struct
      16,  // FixedSizeList
      17,  // Map
      21,  // LargeList
      25,  // ListView
      26,  // LargeListView
  };
  return std::find(kNested.begin(), kNested.end(), type) != kNested.end();
}

// The dictionaries among the leaves of a Schema message, which are those of the Parquet schema.
class Dictionaries {
 public:
  // Any number of offsets may lead to one table: at most so many are followed as there are bytes.
  explicit Dictionaries(ConstBytes message) : tablesLeft_(message.size()) {
    // Message { 1: header_type, 2: header }; Schema { 1: fields }
    const FlatTable root = FlatTable::root(message);
    if (root.number<std::uint8_t>(1, 0) == 1) addChildren(root.table(2), 1, 0);
  }

  [[nodiscard]] std::uint32_t leafCount() const noexcept { return leafCount_; }
  // Their indices.
  [[nodiscard]] const std::vector<std::uint32_t>& leaves() const noexcept { return leaves_; }
  // Where in the message the widths stand of indices of less than 32 bits.
  [[nodiscard]] const std::vector<std::size_t>& narrow() const noexcept { return narrow_; }

 private:
  void addChildren(const FlatTable& parent, int vector, int depth) {
    if (depth > kDepthMax) return;
    const std::size_t count = parent.tableCount(vector);
    for (std::size_t i = 0; i < count && tablesLeft_ != 0; ++i) {
      --tablesLeft_;
      addField(parent.tableAt(vector, i), depth);
    }
  }
  // Field { 2: type_type, 4: dictionary, 5: children }; DictionaryEncoding { 1: indexType };
  // Int { 0: bitWidth }. An index without a type has 32 bits.
  void addField(const FlatTable& field, int depth) {
    if (isNested(field.number<std::uint8_t>(2, 0))) {
      addChildren(field, 5, depth + 1);
      return;
    }
    const FlatTable dictionary = field.table(4);
    if (dictionary.isThere()) {
      leaves_.push_back(leafCount_);
      const FlatTable index = dictionary.table(1);
      const auto bits = index.number<std::int32_t>(0, kWideBits);
      const auto place = index.placeOf(0, sizeof bits);
      if (place && bits < kWideBits) narrow_.push_back(*place);
    }
    ++leafCount_;
  }

  std::size_t tablesLeft_;
  std::uint32_t leafCount_ = 0;
  std::vector<std::uint32_t> leaves_;
  std::vector<std::size_t> narrow_;
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
  const Dictionaries dictionaries(message);
  if (dictionaries.narrow().empty()) return std::string(base64);
  std::byte* const begin = decoded->data() + (message.data() - decoded->data());
  for (const std::size_t place : dictionaries.narrow()) storeLe(begin + place, kWideBits);
  return encodeBase64(*decoded);
}

std::vector<std::uint32_t> dictionaryLeavesIn(std::string_view base64, std::size_t leafCount) {
  const auto decoded = decodeBase64(base64);
  if (!decoded) return {};
  const Dictionaries dictionaries(arrowMessageIn(*decoded));
  if (dictionaries.leafCount() != leafCount) return {};
  return dictionaries.leaves();
}

}  // namespace parquet_flow::schema
