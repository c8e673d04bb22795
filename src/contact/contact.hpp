// The Contact model: what a generated row is, in which shares, and how its leaves nest.
//
//   name    STRING optional          20 % null, else a realistic first and last name
//   phones  LIST optional            40 % none (NULL), 45 % one, 10 % two, 5 % three to five
//     element  group required
//       number      STRING optional  "+91-99-" and at least 8 digits, unique over the run
//       phone_type  STRING optional  Mobile 55 %, Work 35 %, Home 10 %
//
// Of a phone's two fields both are there in 90 %, the number alone in 5 %, the type alone in 4 %,
// neither in 1 %.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "contact/numbers.hpp"

namespace parquet_flow::contact {

inline constexpr unsigned kPhonesMax = 5;

// Two first and two last names of up to 15 bytes, what joins them, and a number of up to 20 digits
// behind them where all names are distinct and the tables are used up.
inline constexpr std::size_t kNameBytesMax = 4 * 15 + 3 + 1 + 20;

// Maximum levels: name 0..1. phones is one level, its list another, the field in it a third.
inline constexpr std::uint8_t kNameDefinitionLevelMax = 1;
inline constexpr std::uint8_t kPhoneDefinitionLevelMax = 3;
inline constexpr std::uint8_t kPhoneRepetitionLevelMax = 1;
// Definition levels of number and phone_type.
inline constexpr std::uint8_t kLevelNoList = 0;
inline constexpr std::uint8_t kLevelEmptyList = 1;
inline constexpr std::uint8_t kLevelNullField = 2;
inline constexpr std::uint8_t kLevelPresent = 3;

enum class PhoneType : std::uint8_t { kMobile = 0, kWork = 1, kHome = 2 };
inline constexpr std::array<std::string_view, 3> kPhoneTypeNames = {"Mobile", "Work", "Home"};

struct Phone {
  std::optional<std::string_view> number;
  std::optional<PhoneType> type;

  friend bool operator==(const Phone&, const Phone&) = default;
};

// One row. Views point into the buffer it was made in (ContactText, or the payload it was decoded
// from), so it lives no longer than that.
struct Contact {
  std::optional<std::string_view> name;
  bool hasPhones = false;  // false: a NULL list; phoneCount is then 0
  std::uint8_t phoneCount = 0;
  std::array<Phone, kPhonesMax> phoneSlots;

  [[nodiscard]] std::span<const Phone> phones() const noexcept {
    return {phoneSlots.data(), phoneCount};
  }
  friend bool operator==(const Contact& a, const Contact& b) noexcept;
};

inline bool operator==(const Contact& a, const Contact& b) noexcept {
  if (a.name != b.name || a.hasPhones != b.hasPhones || a.phoneCount != b.phoneCount) {
    return false;
  }
  for (std::size_t i = 0; i < a.phoneCount; ++i) {
    if (!(a.phoneSlots[i] == b.phoneSlots[i])) {
      return false;
    }
  }
  return true;
}

// Room for the text of one Contact.
struct ContactText {
  char name[kNameBytesMax + 32];  // names are appended 16 bytes at a time, empty parts too
  char numbers[kPhonesMax][kNumberBytesMax];
};

struct ContactOptions {
  std::uint64_t seed = 1;
  bool emptyLists = false;     // a Contact without phones has an empty list instead of a NULL one
  bool distinctNames = false;  // no two rows of a run share a name
};

}  // namespace parquet_flow::contact
