#include "load/contact_rows.hpp"

#include "contact/payload.hpp"

namespace parquet_flow::load {
namespace {

void appendText(pf_row_t* row, std::string_view text) noexcept {
  pf_row_bytes(row, text.data(), text.size());
}

void appendPhone(pf_row_t* row, const contact::Phone& phone) noexcept {
  pf_row_begin_group(row);
  if (phone.number) {
    appendText(row, *phone.number);
  } else {
    pf_row_null(row);
  }
  if (phone.type) {
    appendText(row, contact::kPhoneTypeNames[static_cast<std::size_t>(*phone.type)]);
  } else {
    pf_row_null(row);
  }
  pf_row_end_group(row);
}

}  // namespace

Result<SchemaHandle> makeContactSchema() {
  pf_error_t error = makeError();
  pf_schema_t* schema = nullptr;
  PF_TRY(checkStatus(pf_schema_create(&schema, &error), error));
  SchemaHandle owner(schema);
  const auto addText = [&](std::uint32_t parent, const char* name) {
    return checkStatus(
        pf_schema_add_leaf(schema, parent, name, PF_PHYSICAL_BYTE_ARRAY, PF_REPETITION_OPTIONAL, 0,
                           PF_LOGICAL_STRING, 0, 0, -1, nullptr, &error),
        error);
  };
  std::uint32_t list = 0;
  std::uint32_t element = 0;
  PF_TRY(addText(PF_SCHEMA_ROOT, "name"));
  PF_TRY(checkStatus(pf_schema_add_list(schema, PF_SCHEMA_ROOT, "phones", PF_REPETITION_OPTIONAL,
                                        -1, &list, &error),
                     error));
  PF_TRY(checkStatus(
      pf_schema_add_group(schema, list, "element", PF_REPETITION_REQUIRED, -1, &element, &error),
      error));
  PF_TRY(addText(element, "number"));
  PF_TRY(addText(element, "phone_type"));
  return owner;
}

int appendContactRow(void* /*user*/, const pf_record_t* record, pf_row_t* row) noexcept {
  contact::Contact contact;
  if (!contact::decodePayload({static_cast<const std::uint8_t*>(record->payload), record->bytes},
                              contact)) {
    return 1;
  }
  if (contact.name) {
    appendText(row, *contact.name);
  } else {
    pf_row_null(row);
  }
  if (!contact.hasPhones) {
    return pf_row_null(row);
  }
  pf_row_begin_list(row);
  for (const contact::Phone& phone : contact.phones()) {
    appendPhone(row, phone);
  }
  return pf_row_end_list(row);
}

}  // namespace parquet_flow::load
