// One interface over the compression codecs; one file per codec behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"

namespace parquet_flow::codec {

// The values are those of CompressionCodec in parquet.thrift and of pf_compression_t, which has no
// kLz4.
enum class Compression : std::uint8_t {
  kUncompressed = 0,
  kSnappy = 1,
  kGzip = 2,
  kBrotli = 4,
  kLz4 = 5,  // deprecated, and only read
  kZstd = 6,
  kLz4Raw = 7,
};

inline constexpr std::int32_t kLevelDefault = INT32_MIN;

[[nodiscard]] std::string_view compressionName(Compression compression) noexcept;
// Whether this build writes with the codec and it has the level: else kUnsupported naming it, or
// kInvalidArgument.
[[nodiscard]] Result<void> checkCodec(Compression compression, std::int32_t level);

// Holds its contexts and is used again and again; one thread at a time.
class Compressor {
 public:
  virtual ~Compressor() = default;
  // Appends one compressed page to `out`: the same bytes for the same page, in whichever object and
  // behind whichever pages (but see gzip_isal.cpp). A page that does not shrink is still a valid
  // page of the codec, stored.
  [[nodiscard]] virtual Result<void> compress(std::span<const std::byte> page, ByteBuffer& out) = 0;
  // A part of a page of `pageBytes`, compressed as well as that page would be: codecs do it
  // differently by the size of what they are given.
  [[nodiscard]] virtual Result<void> compressPart(std::span<const std::byte> part,
                                                  std::uint64_t pageBytes, ByteBuffer& out);
  // The most bytes that compress may append for a page of `bytes`; UINT64_MAX for one that it does
  // not take.
  [[nodiscard]] virtual std::uint64_t bound(std::uint64_t bytes) const noexcept = 0;
};

class Decompressor {
 public:
  virtual ~Decompressor() = default;
  // Fills `out` exactly; kCorrupt when `page` gives more, less or nonsense.
  [[nodiscard]] virtual Result<void> decompress(std::span<const std::byte> page,
                                                std::span<std::byte> out) = 0;
  // The most bytes that so many compressed ones, below 4 GiB, can hold: before room is made for
  // what a header says they do.
  [[nodiscard]] virtual std::uint64_t bytesMax(std::uint64_t compressedBytes) const noexcept = 0;
};

// What no codec's bound() is above, of a page that it takes.
[[nodiscard]] std::uint64_t compressedBytesMax(std::uint64_t bytes) noexcept;
// The most memory that a Compressor holds, and takes meanwhile, for pages of up to `pageBytes`: of
// each codec what its library, as Debian 12 has it, was measured to take, and about a quarter more.
[[nodiscard]] std::uint64_t compressorBytesMax(Compression compression, std::int32_t level,
                                               std::uint64_t pageBytes) noexcept;

// nullptr inside the Result for kUncompressed.
[[nodiscard]] Result<std::unique_ptr<Compressor>> makeCompressor(Compression compression,
                                                                 std::int32_t level);
[[nodiscard]] Result<std::unique_ptr<Decompressor>> makeDecompressor(Compression compression);

}  // namespace parquet_flow::codec
