#include "codec/stored.hpp"

#include <algorithm>
#include <cstring>

#include "base/crc32.hpp"

namespace parquet_flow::codec {
namespace {

constexpr std::uint64_t kHeaderBytes = 10;
constexpr std::uint64_t kTrailerBytes = 8;
constexpr std::uint64_t kBlockHeaderBytes = 5;
constexpr std::uint64_t kBlockBytesMax = 65'535;

std::uint64_t blocksOf(std::uint64_t bytes) noexcept {
  return bytes == 0 ? 1 : (bytes + kBlockBytesMax - 1) / kBlockBytesMax;
}

}  // namespace

std::uint64_t storedMemberBytes(std::uint64_t bytes) noexcept {
  return kHeaderBytes + blocksOf(bytes) * kBlockHeaderBytes + bytes + kTrailerBytes;
}

Result<void> appendStoredMember(ConstBytes page, ByteBuffer& out) {
  PF_TRY_ASSIGN(std::byte * at, out.reserveExtra(storedMemberBytes(page.size())));
  // ID, deflate, no flags, no time, no extra flags, unknown operating system.
  constexpr unsigned char kHeader[kHeaderBytes] = {0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF};
  std::memcpy(at, kHeader, sizeof kHeader);
  at += kHeaderBytes;
  std::uint32_t crc = 0;
  ConstBytes rest = page;
  do {
    const ConstBytes block = rest.first(std::min<std::size_t>(rest.size(), kBlockBytesMax));
    rest = rest.subspan(block.size());
    const auto length = static_cast<std::uint16_t>(block.size());
    // The final bit; block type 00 and the padding to a byte; the length and its complement.
    at[0] = rest.empty() ? std::byte{1} : std::byte{0};
    storeLe<std::uint16_t>(at + 1, length);
    storeLe<std::uint16_t>(at + 3, static_cast<std::uint16_t>(~length));
    at += kBlockHeaderBytes;
    if (!block.empty()) {
      std::memcpy(at, block.data(), block.size());
    }
    crc = crc32(crc, block);  // while the block is in the first-level cache
    at += block.size();
  } while (!rest.empty());
  storeLe<std::uint32_t>(at, crc);
  storeLe<std::uint32_t>(at + 4, static_cast<std::uint32_t>(page.size()));
  out.commit(storedMemberBytes(page.size()));
  return {};
}

}  // namespace parquet_flow::codec
