#include "base/uuid.hpp"

#include <sys/random.h>

#include <cerrno>

namespace parquet_flow {

namespace {

Result<void> randomBytes(MutableBytes into) {
  while (!into.empty()) {
    const ssize_t got = ::getrandom(into.data(), into.size(), 0);
    if (got < 0) {
      if (errno == EINTR) {
        continue;
      }
      return fail(systemError(errno, "getrandom"));
    }
    into = into.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

}  // namespace

Result<Uuid> randomUuid() {
  Uuid uuid;
  PF_TRY(randomBytes(uuid.bytes));
  // RFC 9562, section 5.4: version 4 in the high half of byte 6, variant 10 in the top bits of
  // byte 8.
  uuid.bytes[6] = (uuid.bytes[6] & std::byte{0x0F}) | std::byte{0x40};
  uuid.bytes[8] = (uuid.bytes[8] & std::byte{0x3F}) | std::byte{0x80};
  return uuid;
}

std::string uuidText(const Uuid& uuid) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      text.push_back('-');
    }
    text.push_back(kDigits[std::to_integer<std::size_t>(uuid.bytes[i] >> 4)]);
    text.push_back(kDigits[std::to_integer<std::size_t>(uuid.bytes[i] & std::byte{0x0F})]);
  }
  return text;
}

}  // namespace parquet_flow
