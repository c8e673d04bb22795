#include "encoding/dictionary_indices.hpp"

#include <algorithm>
#include <string>

#include "base/assert.hpp"
#include "base/bits.hpp"
#include "encoding/index_pack.hpp"
#include "encoding/rle_run.hpp"

namespace parquet_flow::encoding {
namespace {

constexpr unsigned kBitWidthMax = 32;
// The header of a bit-packed run of no groups, which is all that fastparquet has for a page of
// nulls.
constexpr std::byte kEmptyPackedRun{0x01};

const IndexKernels& kernels() noexcept {
  static const IndexKernels& chosen = indexKernels(simdLevel());
  return chosen;
}

class RunWriter {
 public:
  RunWriter(unsigned bitWidth, ByteBuffer& out) noexcept : bitWidth_(bitWidth), out_(out) {}

  // Whether `run` equal ids take fewer bytes as a run of their own than packed, where the last of
  // the page need no bit-packed run behind them, and may need one of their own.
  [[nodiscard]] bool isRunShorter(std::size_t run, bool isLast,
                                  bool isPackedBefore) const noexcept {
    if (!isLast) {
      return run >= std::size_t{rleGroupsMin(bitWidth_)} * kGroupValues;
    }
    const std::size_t groups = (run + kGroupValues - 1) / kGroupValues;
    return run != 0 && varintBytes(std::uint64_t{run} << 1) + (bitWidth_ + 7) / 8 <=
                           groups * bitWidth_ + (isPackedBefore ? 0 : 1);
  }

  Result<void> writeRun(std::uint32_t id, std::size_t count) {
    PF_TRY_ASSIGN(std::byte* const to, out_.reserveExtra(kRleRunBytesMax + sizeof(id)));
    out_.commit(static_cast<std::size_t>(putRleRun(to, id, count, bitWidth_) - to));
    return {};
  }

  // The last group is padded with zeros.
  Result<void> writePacked(const std::uint32_t* ids, std::size_t count) {
    if (count == 0) {
      return {};
    }
    const std::size_t groups = count / kGroupValues;
    const std::size_t left = count % kGroupValues;
    const std::size_t bytes = (groups + 1) * bitWidth_;
    PF_TRY_ASSIGN(std::byte* const to,
                  out_.reserveExtra(kVarint64BytesMax + bytes + kIndexPackSlack));
    std::byte* end = putPackedHeader(to, groups + (left != 0 ? 1 : 0));
    kernels().pack(ids, groups, bitWidth_, end);
    end += groups * bitWidth_;
    if (left != 0) {
      std::uint32_t last[kGroupValues] = {};
      std::copy_n(ids + groups * kGroupValues, left, last);
      kernels().pack(last, 1, bitWidth_, end);
      end += bitWidth_;
    }
    out_.commit(static_cast<std::size_t>(end - to));
    return {};
  }

 private:
  unsigned bitWidth_;
  ByteBuffer& out_;
};

// How many of the ids from the front on are like the first.
std::size_t runLength(const std::uint32_t* ids, std::size_t count) noexcept {
  std::size_t run = 0;
  while (run < count && ids[run] == ids[0]) {
    ++run;
  }
  return run;
}

tl::unexpected<Error> failIndex(std::uint32_t id, std::uint32_t dictionaryCount) {
  return fail(ErrorCode::kCorrupt, "dictionary index " + std::to_string(id) +
                                       " into a dictionary of " + std::to_string(dictionaryCount) +
                                       " entries");
}

// `count` ids of a bit-packed run; returns the highest. What pads the last group is not looked at.
std::uint32_t unpackRun(ConstBytes packed, std::size_t count, unsigned bitWidth,
                        std::uint32_t* ids) noexcept {
  const std::size_t groups = count / kGroupValues;
  const std::size_t left = count % kGroupValues;
  std::uint32_t highest = kernels().unpack(packed.data(), groups, bitWidth, ids);
  if (left != 0) {
    std::uint32_t last[kGroupValues];
    kernels().unpack(packed.data() + groups * bitWidth, 1, bitWidth, last);
    std::copy_n(last, left, ids + groups * kGroupValues);
    highest = std::max(highest, *std::max_element(last, last + left));
  }
  return highest;
}

}  // namespace

unsigned dictionaryIndexBitWidth(std::size_t count) noexcept {
  return count <= 2 ? 1 : bitWidth(count - 1);
}

Result<void> encodeDictionaryIndices(const std::uint32_t* ids, std::size_t count, unsigned bitWidth,
                                     ByteBuffer& body) {
  PF_ASSERT(bitWidth <= kBitWidthMax && count <= INT32_MAX);
  RunWriter writer(bitWidth, body);
  if (bitWidth == 0) {
    return count == 0 ? Result<void>{} : writer.writeRun(0, count);
  }
  std::size_t packed = 0;  // where the ids begin that are not written yet
  std::size_t done = 0;    // before here is no run to be found; whole groups from `packed`
  while (done != count) {
    done += kernels().findEqualGroup(ids + done, (count - done) / kGroupValues) * kGroupValues;
    const std::size_t run = runLength(ids + done, count - done);
    if (writer.isRunShorter(run, done + run == count, done != packed)) {
      PF_TRY(writer.writePacked(ids + packed, done - packed));
      PF_TRY(writer.writeRun(ids[done], run));
      done += run;
      packed = done;
    } else if (run < kGroupValues) {
      break;  // the last group, and not whole
    } else {
      done += run / kGroupValues * kGroupValues;
    }
  }
  return writer.writePacked(ids + packed, count - packed);
}

Result<void> DictionaryIndexDecoder::begin(ConstBytes in, std::uint64_t count,
                                           std::uint32_t dictionaryCount) {
  *this = {};
  if (in.empty()) {
    return fail(ErrorCode::kCorrupt, "no bit width of dictionary indices");
  }
  bitWidth_ = std::to_integer<unsigned>(in[0]);
  if (bitWidth_ > kBitWidthMax) {
    return fail(ErrorCode::kCorrupt,
                "dictionary indices of " + std::to_string(bitWidth_) + " bits, at most 32");
  }
  if (count != 0 && dictionaryCount == 0) {
    return failIndex(0, 0);
  }
  dictionaryCount_ = dictionaryCount;
  if (bitWidth_ == 0 && in.size() == 1) {
    run_.count = count;
  } else {
    ConstBytes runs = in.subspan(1);
    if (count == 0 && !runs.empty() && runs[0] == kEmptyPackedRun) {
      runs = runs.subspan(1);
    }
    runs_ = RleRunReader(runs, bitWidth_, count);
  }
  return {};
}

// The run that has the next value.
Result<void> DictionaryIndexDecoder::openRun() {
  if (run_.count != 0) {
    return {};
  }
  groupAt_ = 0;
  PF_TRY_ASSIGN(run_, runs_.next());
  run_.isPacked = run_.isPacked && bitWidth_ != 0;
  if (!run_.isPacked && run_.value >= dictionaryCount_) {
    return failIndex(run_.value, dictionaryCount_);
  }
  return {};
}

// `count` values of the open run; returns the highest.
std::uint32_t DictionaryIndexDecoder::unpack(std::size_t count, std::uint32_t* ids) noexcept {
  std::uint32_t highest = 0;
  if (groupAt_ != 0) {
    std::uint32_t group[kGroupValues];
    kernels().unpack(run_.packed.data(), 1, bitWidth_, group);
    const std::size_t taken = std::min(count, kGroupValues - groupAt_);
    const std::uint32_t* const from = group + groupAt_;
    std::copy_n(from, taken, ids);
    highest = *std::max_element(from, from + taken);
    groupAt_ += taken;
    if (groupAt_ == kGroupValues) {
      run_.packed = run_.packed.subspan(bitWidth_);
      groupAt_ = 0;
    }
    ids += taken;
    count -= taken;
  }
  if (count != 0) {
    highest = std::max(highest, unpackRun(run_.packed, count, bitWidth_, ids));
    run_.packed = run_.packed.subspan(count / kGroupValues * bitWidth_);
    groupAt_ = count % kGroupValues;
  }
  return highest;
}

Result<void> DictionaryIndexDecoder::decode(std::size_t count, std::uint32_t* ids) {
  while (count != 0) {
    PF_TRY(openRun());
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(count, run_.count));
    if (run_.isPacked) {
      const std::uint32_t highest = unpack(taken, ids);
      if (highest >= dictionaryCount_) {
        return failIndex(highest, dictionaryCount_);
      }
    } else {
      std::fill_n(ids, taken, run_.value);
    }
    run_.count -= taken;
    ids += taken;
    count -= taken;
  }
  return {};
}

Result<void> DictionaryIndexDecoder::skip(std::uint64_t count) {
  while (count != 0) {
    PF_TRY(openRun());
    const std::uint64_t taken = std::min(count, run_.count);
    if (run_.isPacked) {
      const auto values = static_cast<std::size_t>(taken) + groupAt_;
      run_.packed = run_.packed.subspan(values / kGroupValues * bitWidth_);
      groupAt_ = values % kGroupValues;
    }
    run_.count -= taken;
    count -= taken;
  }
  return {};
}

Result<std::uint64_t> DictionaryIndexDecoder::peekEqual(std::uint32_t& id) {
  PF_TRY(openRun());
  id = run_.value;
  return run_.isPacked ? 0 : run_.count;
}

Result<std::size_t> decodeDictionaryIndices(ConstBytes in, std::size_t count,
                                            std::uint32_t dictionaryCount, std::uint32_t* ids) {
  DictionaryIndexDecoder decoder;
  PF_TRY(decoder.begin(in, count, dictionaryCount));
  PF_TRY(decoder.decode(count, ids));
  return in.size() - decoder.remainingBytes();
}

}  // namespace parquet_flow::encoding
