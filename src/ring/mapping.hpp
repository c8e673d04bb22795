// The memory of one ring: a header, then the data, which is mapped twice back to back so that a
// record that runs over the end of the data goes on at its start without anyone noticing.
//
//   address   0             data_offset       data_offset + capacity   data_offset + 2 * capacity
//             | header, zeros | data            | the same data again    |
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/status.hpp"

namespace parquet_flow::ring {

inline constexpr std::uint64_t kCapacityMax = std::uint64_t{1} << 34;  // record_bytes_max fits u32
inline constexpr std::uint64_t kHugePageBytes = std::uint64_t{2} << 20;

enum class HugePages : std::uint8_t {
  kOff,
  kPrefer,   // ordinary pages where the kernel has no free huge ones, or the capacity is below one
  kRequire,  // fail then
};

struct MappingOptions {
  std::uint64_t capacity = 0;  // bytes of data: a power of two, from one page to kCapacityMax
  HugePages hugePages = HugePages::kOff;
  bool lockInMemory = false;   // mlock; needs RLIMIT_MEMLOCK for data_offset + 2 * capacity
  std::string_view name = {};  // for messages
};

class Mapping {
 public:
  // Maps memory of its own (memfd), zeroed, wholly allocated and populated for writing in both
  // views, so that no page fault is left for a producer. A child of fork does not have it.
  //
  // Cost: zeroes the capacity. Fails with kInvalidArgument for a capacity outside its range,
  // kOutOfMemory or kIo with what the kernel refused and for which ring.
  [[nodiscard]] static Result<Mapping> open(const MappingOptions& options);

  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  // Unmaps; in a child of fork, where the addresses may be somebody else's by now, does nothing.
  ~Mapping();

  [[nodiscard]] std::byte* header() const noexcept { return address_; }
  [[nodiscard]] std::byte* data() const noexcept { return address_ + dataOffset_; }
  [[nodiscard]] std::uint64_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::uint64_t dataOffset() const noexcept { return dataOffset_; }
  // Size of the pages behind it; kHugePageBytes says that huge pages were had.
  [[nodiscard]] std::uint64_t pageBytes() const noexcept { return pageBytes_; }

 private:
  Mapping(std::uint64_t capacity, std::uint64_t pageBytes) noexcept
      : capacity_(capacity), dataOffset_(pageBytes), pageBytes_(pageBytes) {}
  static Result<Mapping> openWithPages(const MappingOptions& options, bool huge);
  Result<> mapViews(const MappingOptions& options, int fd);
  Result<> populate(const MappingOptions& options);
  void unmap() noexcept;

  std::byte* address_ = nullptr;
  std::uint64_t capacity_ = 0;
  std::uint64_t dataOffset_ = 0;
  std::uint64_t pageBytes_ = 0;
  pid_t owner_ = 0;
};

}  // namespace parquet_flow::ring
