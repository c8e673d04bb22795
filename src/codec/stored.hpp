// GZIP members of stored blocks: for pages that deflating does not make smaller.
//
// Source: RFC 1952, section 2.3 (member); RFC 1951, section 3.2.4 (stored blocks).
#pragma once

#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"

namespace parquet_flow::codec {

// Bytes of the member for a page of `bytes`.
[[nodiscard]] std::uint64_t storedMemberBytes(std::uint64_t bytes) noexcept;

// Appends it: a copy, and a CRC-32. kOutOfMemory.
[[nodiscard]] Result<void> appendStoredMember(ConstBytes page, ByteBuffer& out);

}  // namespace parquet_flow::codec
