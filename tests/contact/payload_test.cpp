// Goal: what a hot thread encodes is what the worker decodes, and no bytes make the decoder read
// outside of them. Method: hand-written payloads, generated Contacts, every truncation, every
// single byte changed to every value (run under ASan in the sanitizer builds).
#include "contact/payload.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "contact/generator.hpp"

namespace parquet_flow::contact {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes encode(const Contact& contact) {
  std::array<std::uint8_t, kPayloadBytesMax> buffer;
  const std::size_t bytes = encodePayload(contact, buffer);
  return {buffer.data(), buffer.data() + bytes};
}

// Decodes a copy that ends where the payload ends, so that a sanitizer sees a read past it.
bool decode(const Bytes& payload) {
  const std::unique_ptr<std::uint8_t[]> exact(new std::uint8_t[payload.size()]);
  std::copy(payload.begin(), payload.end(), exact.get());
  Contact contact;
  return decodePayload({exact.get(), payload.size()}, contact);
}

Contact twoPhones() {
  Contact contact;
  contact.name = "Al";
  contact.hasPhones = true;
  contact.phoneCount = 2;
  contact.phoneSlots[0].number = "+1";
  contact.phoneSlots[0].type = PhoneType::kHome;
  return contact;
}

TEST(ContactPayload, bytesAreAsDocumented) {
  // 1 name | 2 list | 2 phones << 2 = 0x0B; name of 2; Home is 3 | number of 2 << 2 = 0x0B; a phone
  // with neither field is 0.
  EXPECT_EQ(encode(twoPhones()), (Bytes{0x0B, 2, 'A', 'l', 0x0B, '+', '1', 0}));
  EXPECT_EQ(encode(Contact{}), (Bytes{0}));
  Contact empty;
  empty.hasPhones = true;
  EXPECT_EQ(encode(empty), (Bytes{2}));
}

TEST(ContactPayload, generatedContactsComeBackEqual) {
  for (const bool emptyLists : {false, true}) {
    const ContactGenerator generator(
        {.seed = 9, .emptyLists = emptyLists, .distinctNames = emptyLists});
    ContactText text;
    for (std::uint64_t row = 0; row < 20'000; ++row) {
      const Contact contact = generator.contactAt(row, text);
      const Bytes payload = encode(contact);
      Contact decoded;
      ASSERT_TRUE(decodePayload(payload, decoded)) << row;
      ASSERT_TRUE(decoded == contact) << row;
    }
  }
}

TEST(ContactPayload, aContactDecodedOverAnotherKeepsNothingOfIt) {
  Contact contact = twoPhones();
  ASSERT_TRUE(decodePayload(Bytes{2 | 1 << 2, 0}, contact));
  EXPECT_FALSE(contact.name);
  ASSERT_EQ(contact.phoneCount, 1);
  EXPECT_TRUE(contact.phones()[0] == Phone{});
}

TEST(ContactPayload, everyTruncationIsRefused) {
  const Bytes whole = encode(twoPhones());
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    EXPECT_FALSE(decode(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(bytes))))
        << bytes;
  }
  EXPECT_TRUE(decode(whole));
}

TEST(ContactPayload, wrongBytesAreRefused) {
  const struct {
    const char* what;
    Bytes payload;
  } kCases[] = {
      {"bytes behind the last phone", {2, 0}},
      {"phones without a list", {1 << 2, 0}},
      {"six phones", {2 | 6 << 2, 0, 0, 0, 0, 0, 0}},
      {"an unused head bit", {2 | 1 << 5}},
      {"an unused phone bit", {2 | 1 << 2, 0x80}},
      {"a name longer than names are",
       [] {
         Bytes payload(2 + kNameBytesMax + 1, 'x');
         payload[0] = 1;
         payload[1] = kNameBytesMax + 1;
         return payload;
       }()},
      {"a number longer than numbers are",
       [] {
         Bytes payload(2 + kNumberBytesMax + 1, '1');
         payload[0] = 2 | 1 << 2;
         payload[1] = (kNumberBytesMax + 1) << 2;
         return payload;
       }()},
  };
  for (const auto& c : kCases) {
    EXPECT_FALSE(decode(c.payload)) << c.what;
  }
}

TEST(ContactPayload, noByteMakesItReadOutside) {
  const Bytes whole = encode(twoPhones());
  int accepted = 0;
  for (std::size_t position = 0; position < whole.size(); ++position) {
    for (unsigned value = 0; value < 256; ++value) {
      Bytes changed = whole;
      changed[position] = static_cast<std::uint8_t>(value);
      accepted += decode(changed) ? 1 : 0;
    }
  }
  EXPECT_GT(accepted, 0);  // text bytes and types may be anything
}

}  // namespace
}  // namespace parquet_flow::contact
