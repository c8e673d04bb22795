#include "schema/arrow_schema.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
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
  // Where in the message the widths stand of indices of less than 32 bits.
  [[nodiscard]] const std::vector<std::size_t>& narrow() const noexcept { return narrow_; }

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
      const auto place = index.placeOf(0, sizeof bits);
      if (place && bits < kWideBits) narrow_.push_back(*place);
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
  const MessageLeaves leaves(message);
  if (leaves.narrow().empty()) return std::string(base64);
  std::byte* const begin = decoded->data() + (message.data() - decoded->data());
  for (const std::size_t place : leaves.narrow()) storeLe(begin + place, kWideBits);
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
