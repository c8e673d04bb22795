#include "ring/ring.hpp"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>
#include <utility>

namespace parquet_flow::ring {
namespace {

// The byte table of layout.hpp.
static_assert(sizeof(Header) == 640 && std::is_standard_layout_v<Header>);
static_assert(offsetof(Header, counters) == 128 && offsetof(Header, published) == 256);
static_assert(offsetof(Header, consumed) == 384 && offsetof(Header, worker) == 512);
static_assert(sizeof(Producer) == 128, "the hot part on one cache line, the rest on the next");

bool membarrier(int command) noexcept { return syscall(SYS_membarrier, command, 0U, 0) == 0; }

}  // namespace

bool StdAtomics::heavyFence() noexcept {
  if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)) return true;
  std::atomic_thread_fence(std::memory_order_seq_cst);
  return false;
}

void StdAtomics::pause() noexcept {
  const timespec time{0, 50'000};
  nanosleep(&time, nullptr);
}

Result<Ring> Ring::open(const RingOptions& options) {
  if (options.name.size() > kNameBytesMax) {
    return fail(ErrorCode::kInvalidArgument, "ring '" + std::string(options.name) +
                                                 "': a name has at most " +
                                                 std::to_string(kNameBytesMax) + " bytes");
  }
  PF_TRY_ASSIGN(Mapping mapping, Mapping::open({options.capacity, options.hugePages,
                                                options.lockInMemory, options.name}));
  const std::uint64_t limit = recordBytesLimit(options.capacity);
  if (options.recordBytesMax > limit) {
    return fail(ErrorCode::kInvalidArgument,
                "ring '" + std::string(options.name) + "': a record of " +
                    std::to_string(options.recordBytesMax) +
                    " bytes is above the limit for its capacity, " + std::to_string(limit));
  }
  auto* header = new (mapping.header()) Header();
  header->identity.pageBytes = static_cast<std::uint32_t>(mapping.pageBytes());
  header->identity.capacity = mapping.capacity();
  header->identity.dataOffset = mapping.dataOffset();
  header->identity.recordBytesMax =
      options.recordBytesMax != 0 ? options.recordBytesMax : static_cast<std::uint32_t>(limit);
  header->identity.nameBytes = static_cast<std::uint32_t>(options.name.size());
  std::copy(options.name.begin(), options.name.end(), header->identity.name.begin());
  const RingView view{header, mapping.data(), mapping.capacity(), header->identity.recordBytesMax};
  static_cast<void>(membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED));
  return Ring(std::move(mapping), view);
}

}  // namespace parquet_flow::ring
