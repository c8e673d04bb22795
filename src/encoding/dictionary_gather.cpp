#include "encoding/dictionary_gather.hpp"

#include <cstring>

#include "base/bytes.hpp"

namespace parquet_flow::encoding {
namespace {

// Values up to here are moved whole: for short values a call to memcpy, or a branch that depends on
// the length, costs more than the bytes.
constexpr std::size_t kWideCopy = 16;

// One load and one store of a constant width.
template <std::size_t kWidth>
void gatherConstant(const std::byte* dictionary, const std::uint32_t* ids, std::size_t count,
                    std::byte* out) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    std::memcpy(out + i * kWidth, dictionary + std::size_t{ids[i]} * kWidth, kWidth);
  }
}

}  // namespace

void gatherFixed(const std::byte* dictionary, std::size_t width, const std::uint32_t* ids,
                 std::size_t count, std::byte* out) noexcept {
  switch (width) {
    case 4:
      return gatherConstant<4>(dictionary, ids, count, out);
    case 8:
      return gatherConstant<8>(dictionary, ids, count, out);
    case 12:
      return gatherConstant<12>(dictionary, ids, count, out);
    case 16:
      return gatherConstant<16>(dictionary, ids, count, out);
    default:
      for (std::size_t i = 0; i < count; ++i) {
        std::memcpy(out + i * width, dictionary + ids[i] * width, width);
      }
  }
}

Result<void> gatherByteArrays(const std::byte* data, const std::uint32_t* offsets,
                              std::size_t dictionaryCount, const std::uint32_t* ids,
                              std::size_t count, ByteBuffer& out, ByteBuffer& ends) {
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    bytes += offsets[ids[i] + 1] - offsets[ids[i]];
  }
  if (bytes > UINT32_MAX - out.size()) {
    return fail(ErrorCode::kLimit, "more than 4 GiB of BYTE_ARRAY values at once");
  }
  PF_TRY_ASSIGN(std::byte* const endsTo, ends.reserveExtra(count * sizeof(std::uint32_t)));
  PF_TRY_ASSIGN(std::byte * to, out.reserveExtra(static_cast<std::size_t>(bytes) + kWideCopy));
  const std::uint64_t dataEnd = offsets[dictionaryCount];
  auto end = static_cast<std::uint32_t>(out.size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t begin = offsets[ids[i]];
    const std::uint32_t length = offsets[ids[i] + 1] - begin;
    if (length <= kWideCopy && begin + std::uint64_t{kWideCopy} <= dataEnd) {
      std::memcpy(to, data + begin, kWideCopy);
    } else if (length != 0) {
      std::memcpy(to, data + begin, length);
    }
    to += length;
    end += length;
    storeLe(endsTo + i * sizeof end, end);
  }
  ends.commit(count * sizeof end);
  out.commit(static_cast<std::size_t>(bytes));
  return {};
}

}  // namespace parquet_flow::encoding
