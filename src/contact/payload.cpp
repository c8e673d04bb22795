#include "contact/payload.hpp"

#include <cstring>

namespace parquet_flow::contact {
namespace {

static_assert(kNameBytesMax <= 0xFF, "the length of a name is one byte");
static_assert(kNumberBytesMax < 32, "the length of a number is five bits");

constexpr unsigned kHasName = 1;
constexpr unsigned kHasPhones = 2;

std::uint8_t* append(std::uint8_t* out, std::string_view text) noexcept {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

}  // namespace

std::size_t encodePayload(const Contact& contact,
                          std::span<std::uint8_t, kPayloadBytesMax> out) noexcept {
  std::uint8_t* end = out.data();
  *end++ = static_cast<std::uint8_t>((contact.name ? kHasName : 0U) |
                                     (contact.hasPhones ? kHasPhones : 0U) |
                                     (static_cast<unsigned>(contact.phoneCount) << 2));
  if (contact.name) {
    *end++ = static_cast<std::uint8_t>(contact.name->size());
    end = append(end, *contact.name);
  }
  for (const Phone& phone : contact.phones()) {
    const unsigned type = phone.type ? static_cast<unsigned>(*phone.type) + 1 : 0U;
    const std::string_view number = phone.number.value_or(std::string_view());
    *end++ = static_cast<std::uint8_t>(type | (static_cast<unsigned>(number.size()) << 2));
    if (!number.empty()) {
      end = append(end, number);
    }
  }
  return static_cast<std::size_t>(end - out.data());
}

bool decodePayload(std::span<const std::uint8_t> payload, Contact& contact) noexcept {
  const std::uint8_t* in = payload.data();
  const std::uint8_t* const end = in + payload.size();
  const auto text = [&](std::size_t bytes) {
    const std::string_view view(reinterpret_cast<const char*>(in), bytes);
    in += bytes;
    return view;
  };
  if (in == end) {
    return false;
  }
  const unsigned head = *in++;
  contact.hasPhones = (head & kHasPhones) != 0;
  const unsigned phones = head >> 2;
  if (phones > kPhonesMax || (phones != 0 && !contact.hasPhones)) {
    return false;
  }
  contact.phoneCount = static_cast<std::uint8_t>(phones);
  contact.name.reset();
  if ((head & kHasName) != 0) {
    if (in == end) {
      return false;
    }
    const std::size_t bytes = *in++;
    if (bytes > kNameBytesMax || bytes > static_cast<std::size_t>(end - in)) {
      return false;
    }
    contact.name = text(bytes);
  }
  for (unsigned i = 0; i < phones; ++i) {
    if (in == end) {
      return false;
    }
    const unsigned phoneHead = *in++;
    const unsigned type = phoneHead & 3;
    const std::size_t bytes = phoneHead >> 2;
    if (bytes > kNumberBytesMax || bytes > static_cast<std::size_t>(end - in)) {
      return false;
    }
    Phone& phone = contact.phoneSlots[i];
    phone.type = type == 0 ? std::nullopt : std::optional(static_cast<PhoneType>(type - 1));
    phone.number = bytes == 0 ? std::nullopt : std::optional(text(bytes));
  }
  return in == end;
}

}  // namespace parquet_flow::contact
