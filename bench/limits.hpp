// What nothing that does the same work can beat: measured in the same run, on the same bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "options.hpp"
#include "payload.hpp"

namespace parquet_flow::bench {

// Interleaves 4-byte lengths with the values of every row in blocks of 512 KiB and gives each to
// write(2), into space reserved for it where that pays: what a PLAIN BYTE_ARRAY column costs with
// nothing else done. Seconds from open to close; the file is removed after. Negative: it failed,
// and said so on stderr.
[[nodiscard]] double interleaveAndWrite(const std::string& path, const PayloadPool& pool,
                                        const Options& options);

struct Deflated {
  double seconds = 0;
  std::uint64_t bytes = 0;
};
// One GZIP member of zlib at `level` for each block of a mebibyte.
[[nodiscard]] Deflated deflateWithZlib(std::span<const std::byte> bytes, int level);

}  // namespace parquet_flow::bench
