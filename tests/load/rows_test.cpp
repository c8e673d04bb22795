// Goal: the row callbacks append what the schema asks for, in its order. Method: a stand-in for
// pf_row_* that writes the calls down; what the columns of an ITCH message are is
// itch_decode_test's matter.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "contact/payload.hpp"
#include "fake_api.hpp"
#include "load/contact_rows.hpp"
#include "load/itch_generator.hpp"
#include "load/itch_rows.hpp"

namespace parquet_flow::load {
namespace {

pf_record_t recordOf(std::span<const std::uint8_t> payload) {
  pf_record_t record{};
  record.payload = payload.data();
  record.bytes = payload.size();
  return record;
}

std::string contactCalls(const contact::Contact& contact) {
  std::array<std::uint8_t, contact::kPayloadBytesMax> buffer;
  const pf_record_t record =
      recordOf(std::span(buffer).first(contact::encodePayload(contact, buffer)));
  pf_row row;
  EXPECT_EQ(appendContactRow(nullptr, &record, &row), 0);
  std::string text;
  for (const std::string& call : row.calls) {
    text += (text.empty() ? "" : " ") + call;
  }
  return text;
}

TEST(ContactRows, nestAsTheSchemaSays) {
  contact::Contact contact;
  EXPECT_EQ(contactCalls(contact), "null null");
  contact.name = "Ana Lopez";
  contact.hasPhones = true;
  EXPECT_EQ(contactCalls(contact), "Ana Lopez [ ]");
  contact.phoneCount = 4;
  contact.phoneSlots[0] = {"+91-99-1", contact::PhoneType::kMobile};
  contact.phoneSlots[1] = {"+91-99-2", std::nullopt};
  contact.phoneSlots[2] = {std::nullopt, contact::PhoneType::kWork};
  contact.phoneSlots[3] = {};
  EXPECT_EQ(contactCalls(contact),
            "Ana Lopez [ ( +91-99-1 Mobile ) ( +91-99-2 null ) ( null Work ) ( null null ) ]");
}

TEST(ContactRows, schemaIsTheOneOfTheModel) {
  const Result<SchemaHandle> schema = makeContactSchema();
  ASSERT_TRUE(schema);
  // Repetition 1 OPTIONAL, 0 REQUIRED; type 6 BYTE_ARRAY; logical 1 STRING.
  EXPECT_EQ((*schema)->nodes, (std::vector<std::string>{
                                  "leaf 0 name 1 6 1 0 0", "list 0 phones 1", "group 2 element 0",
                                  "leaf 3 number 1 6 1 0 0", "leaf 3 phone_type 1 6 1 0 0"}));
}

TEST(ContactRows, aPayloadThatIsNoContactIsRejected) {
  const std::array<std::uint8_t, 2> wrong = {0, 0};
  const pf_record_t record = recordOf(wrong);
  pf_row row;
  EXPECT_NE(appendContactRow(nullptr, &record, &row), 0);
  EXPECT_TRUE(row.calls.empty());
}

TEST(ItchRows, everyColumnIsAppendedOnceWithItsPhysicalType) {
  const ItchGenerator generator(1);
  std::array<std::uint8_t, kItchMessageBytesMax> buffer;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const std::span<const std::uint8_t> message = generator.messageAt(i, buffer);
    const pf_record_t record = recordOf(message);
    pf_row row;
    ASSERT_EQ(appendItchRow(nullptr, &record, &row), 0);
    ASSERT_EQ(row.calls.size(), kItchColumns);
    ASSERT_EQ(row.calls[0], std::string(1, static_cast<char>(message[0])));
    for (std::size_t c = 0; c < kItchColumns; ++c) {
      const ItchType type = itchColumn(static_cast<ItchColumn>(c)).type;
      const std::string prefix = row.calls[c].substr(0, 4);
      const bool narrow = type == ItchType::kUint16 || type == ItchType::kUint32;
      const char* const expected = type == ItchType::kText ? "" : narrow ? "i32:" : "i64:";
      ASSERT_TRUE(row.calls[c] == "null" || prefix == expected || *expected == '\0')
          << itchColumn(static_cast<ItchColumn>(c)).name << ' ' << row.calls[c];
    }
  }
}

TEST(ItchRows, schemaHasTheTypesOfItsTable) {
  const Result<SchemaHandle> schema = makeItchSchema();
  ASSERT_TRUE(schema);
  const std::vector<std::string>& nodes = (*schema)->nodes;
  ASSERT_EQ(nodes.size(), kItchColumns);
  EXPECT_EQ(nodes[0], "leaf 0 message_type 0 6 1 0 0");
  EXPECT_EQ(nodes[1], "leaf 0 stock_locate 0 1 10 16 0");     // INT32, INTEGER(16, unsigned)
  EXPECT_EQ(nodes[3], "leaf 0 timestamp 0 2 8 2 0");          // INT64, TIME(NANOS, local)
  EXPECT_EQ(nodes[4], "leaf 0 stock 1 6 1 0 0");              // OPTIONAL from here on
  EXPECT_EQ(nodes[5], "leaf 0 order_reference 1 2 10 64 0");  // INT64, INTEGER(64, unsigned)
  EXPECT_EQ(nodes[9], "leaf 0 shares 1 2 0 0 0");             // INT64
  EXPECT_EQ(nodes[10], "leaf 0 price 1 2 6 10 4");            // INT64, DECIMAL(10, 4)
  EXPECT_EQ(nodes[17], "leaf 0 round_lot_size 1 1 10 32 0");  // INT32, INTEGER(32, unsigned)
  EXPECT_EQ(nodes[34], "leaf 0 mwcb_level_1 1 2 6 18 8");     // INT64, DECIMAL(18, 8)
  EXPECT_EQ(nodes[38], "leaf 0 ipo_release_time 1 2 8 2 0");  // INT64, TIME(NANOS, local)
}

TEST(ItchRows, unsignedValuesKeepTheirBits) {
  // Add order: stock_locate 65 535, reference 2^64 - 1, 1 share, price 2^32 - 1.
  const std::string text = std::string("A\xFF\xFF\0\0\0\0\0\0\0\1", 11) + std::string(8, '\xFF') +
                           std::string("S\0\0\0\1", 5) + "BOB     " + "\xFF\xFF\xFF\xFF";
  const pf_record_t record =
      recordOf({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  pf_row row;
  ASSERT_EQ(appendItchRow(nullptr, &record, &row), 0);
  EXPECT_EQ(row.calls[1], "i32:65535");
  EXPECT_EQ(row.calls[5], "i64:-1");
  EXPECT_EQ(row.calls[10], "i64:4294967295");
}

TEST(ItchRows, aBrokenMessageIsRejected) {
  const std::array<std::uint8_t, 12> wrong = {'Z'};
  const pf_record_t record = recordOf(wrong);
  pf_row row;
  EXPECT_NE(appendItchRow(nullptr, &record, &row), 0);
}

}  // namespace
}  // namespace parquet_flow::load
