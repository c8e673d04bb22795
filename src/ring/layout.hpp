// What a ring's memory looks like: shared by producer, worker, and any other process that maps it.
//
// Goal: a reader that finds the bytes, and nothing else, can tell what is in them. So positions are
// offsets from the start of a stream, never pointers, and every field stands at a stated offset.
//
//   offset  bytes  identity: written once, before the first producer exists
//        0      8  magic             "PFRING\r\n"
//        8      4  layout_version    1
//       12      4  page_bytes        size of the pages behind the mapping
//       16      8  capacity          bytes of data, a power of two, at least page_bytes
//       24      8  data_offset       where the data starts, a multiple of page_bytes
//       32      4  record_bytes_max  the largest payload
//       36      4  name_bytes        length of the producer's name, 0..64
//       40     24  zero
//       64     64  name              UTF-8, not terminated, zeros behind it
//   producer counters: written by the producer alone, plain relaxed stores
//      128      8  attempt           calls so far, refused ones too; the number of the last call
//      136      8  accepted          records of kind data published
//      144      8  aborted           records of kind aborted published
//      152      8  refused_full      152..191: in the order of RecordResult
//      160      8  refused_too_large
//      168      8  refused_closed
//      176      8  refused_reserved
//      184      8  refused_busy
//   published write position: written by the producer alone
//      256      8  written           bytes below it are whole records
//   read position: written by the worker alone
//      384      8  read              bytes below it may be overwritten
//      392      8  high_water        the most bytes that were ever between read and written
//   worker state: written by the worker alone
//      512      8  durable_attempt   every attempt up to it is on disk or accounted for
//      520      8  anchor_sequence   odd while the anchor below is being changed
//      528      8  anchor_ticks      the clock anchor, see ClockAnchor in base/clock.hpp
//      536      8  anchor_utc_ns
//      544      8  anchor_ns_per_tick
//      552      8  anchor_error_ns
//      560      8  anchor_epoch
//      640         end of the header; zeros up to data_offset
//
// Each group has 128 bytes to itself, because hardware prefetches cache lines in pairs.
//
// The data is a stream of records, record k + 1 right behind record k. Byte p of the stream is at
// data_offset + p mod capacity; the mapping shows the data twice, back to back, so that a record is
// contiguous wherever it starts.
//
//   offset  bytes  record, starting at a multiple of 8
//        0      4  bytes    of payload
//        4      2  kind     1 data, 2 aborted (payload is 0 bytes)
//        6      2  base     what `time` counts: 1 ticks, 2 nanoseconds UTC, 3 nothing, it is 0
//        8      8  time
//       16      8  attempt
//       24         payload, then 0..7 bytes of padding, which are not defined
//
// A header is valid if and only if
//   - magic and layout_version are as above, capacity, page_bytes and data_offset as stated,
//   - 1 <= record_bytes_max and 24 + record_bytes_max <= capacity / 4,
//   - read <= written <= read + capacity, and both are multiples of 8.
// A record in [read, written) is valid if and only if
//   - kind and base are one of the values above, and it ends at or before written,
//   - a data record has 1 <= bytes <= record_bytes_max, an aborted one has 0,
//   - its attempt is above that of the record before it and at most the header's attempt. (The
//     worker holds it against the header where it is not the next one.)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/clock.hpp"

namespace parquet_flow::ring {

inline constexpr std::array<char, 8> kMagic = {'P', 'F', 'R', 'I', 'N', 'G', '\r', '\n'};
inline constexpr std::uint32_t kLayoutVersion = 1;
inline constexpr std::size_t kGroupBytes = 128;
inline constexpr std::size_t kNameBytesMax = 64;
inline constexpr std::size_t kRecordAlignBytes = 8;
// A record, its head included, takes at most this share of the ring.
inline constexpr std::uint64_t kRecordsPerRingMin = 4;

// What became of a call. The values are those of pf_record_result_t.
enum class RecordResult : int {
  kOk = 0,
  kFull = 1,      // no room; the worker is behind
  kTooLarge = 2,  // 0 bytes, or more than record_bytes_max
  kClosed = 3,    // close has begun, or this is a forked child
  kReserved = 4,  // a low-priority record, and the ring is filled above the share given to those
  kBusy = 5,      // a reservation is open; or commit and abort without one
};
inline constexpr std::size_t kRefusalReasons = 5;

enum class RecordKind : std::uint16_t { kData = 1, kAborted = 2 };

struct RecordHead {
  std::uint32_t bytes;
  RecordKind kind;
  TimeBase base;
  std::uint64_t time;
  std::uint64_t attempt;
};
static_assert(sizeof(RecordHead) == 24 && sizeof(TimeBase) == 2);

inline constexpr std::size_t kRecordHeadBytes = sizeof(RecordHead);

// Bytes a record takes in the ring.
[[nodiscard]] constexpr std::uint64_t recordBytes(std::uint64_t payloadBytes) noexcept {
  return (kRecordHeadBytes + payloadBytes + kRecordAlignBytes - 1) & ~(kRecordAlignBytes - 1);
}

// The largest record_bytes_max a ring of this capacity may have.
[[nodiscard]] constexpr std::uint64_t recordBytesLimit(std::uint64_t capacity) noexcept {
  return capacity / kRecordsPerRingMin - kRecordHeadBytes;
}

// The header; Policy::Atomic<T> is a T that several threads access, see atomics.hpp.
template <class Policy>
struct HeaderOf {
  template <class T>
  using Atomic = typename Policy::template Atomic<T>;

  struct alignas(kGroupBytes) Identity {
    std::array<char, 8> magic = kMagic;
    std::uint32_t layoutVersion = kLayoutVersion;
    std::uint32_t pageBytes = 0;
    std::uint64_t capacity = 0;
    std::uint64_t dataOffset = 0;
    std::uint32_t recordBytesMax = 0;
    std::uint32_t nameBytes = 0;
    std::array<std::uint8_t, 24> zero = {};
    std::array<char, kNameBytesMax> name = {};
  };
  struct alignas(kGroupBytes) ProducerCounters {
    Atomic<std::uint64_t> attempt;
    Atomic<std::uint64_t> accepted;
    Atomic<std::uint64_t> aborted;
    std::array<Atomic<std::uint64_t>, kRefusalReasons> refused;  // [RecordResult - 1]
  };
  struct alignas(kGroupBytes) Published {
    Atomic<std::uint64_t> written;
  };
  struct alignas(kGroupBytes) Consumed {
    Atomic<std::uint64_t> read;
    Atomic<std::uint64_t> highWater;
  };
  struct alignas(kGroupBytes) WorkerState {
    Atomic<std::uint64_t> durableAttempt;
    Atomic<std::uint64_t> anchorSequence;
    Atomic<std::uint64_t> anchorTicks;
    Atomic<std::int64_t> anchorUtcNs;
    Atomic<std::uint64_t> anchorNsPerTick;
    Atomic<std::int64_t> anchorErrorNs;
    Atomic<std::uint64_t> anchorEpoch;
  };

  Identity identity;
  ProducerCounters counters;
  Published published;
  Consumed consumed;
  WorkerState worker;
};

}  // namespace parquet_flow::ring
