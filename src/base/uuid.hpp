// Random identifiers.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "base/bytes.hpp"
#include "base/status.hpp"

namespace parquet_flow {

// RFC 9562: 16 bytes, the most significant first.
struct Uuid {
  std::array<std::byte, 16> bytes{};

  friend bool operator==(const Uuid&, const Uuid&) = default;
};

// A version 4 UUID: 122 random bits of the kernel's generator (getrandom). Waits only when the
// machine has just been started and has no entropy yet. Returns kIo where there is no such
// generator. Any thread.
[[nodiscard]] Result<Uuid> randomUuid();

// "f81d4fae-7dec-41d0-a765-00a0c91e6bf6".
[[nodiscard]] std::string uuidText(const Uuid& uuid);

}  // namespace parquet_flow
