// A Contact as one record for tryRecord: what a hot thread writes and the worker's row callback
// reads.
//
//   u8   bit 0 has a name, bit 1 has a phone list, bits 2-4 phones 0..5, bits 5-7 zero
//   if it has a name:  u8 length 0..kNameBytesMax, the bytes
//   per phone:         u8 bits 0-1 type (0 none, 1 Mobile, 2 Work, 3 Home),
//                         bits 2-6 length of the number (0 none), bit 7 zero; the number's bytes
//
// Valid if and only if: the payload ends with the last phone, a payload without a list has no
// phones, no length is above its maximum and the zero bits are zero.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "contact/contact.hpp"

namespace parquet_flow::contact {

inline constexpr std::size_t kPayloadBytesMax =
    1 + 1 + kNameBytesMax + kPhonesMax * (1 + kNumberBytesMax);

// Writes `contact` and returns the bytes used.
//   contact  as the generator or decodePayload made it: name up to kNameBytesMax, numbers of 1 to
//            kNumberBytesMax bytes.
[[nodiscard]] std::size_t encodePayload(const Contact& contact,
                                        std::span<std::uint8_t, kPayloadBytesMax> out) noexcept;

// Reads what encodePayload wrote; the views point into `payload`. False when it is not valid as
// above; `contact` is then unspecified. Allocates nothing.
[[nodiscard]] bool decodePayload(std::span<const std::uint8_t> payload, Contact& contact) noexcept;

}  // namespace parquet_flow::contact
