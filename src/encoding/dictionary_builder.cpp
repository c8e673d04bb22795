#include "encoding/dictionary_builder.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "encoding/dictionary_source.hpp"

namespace parquet_flow::encoding {
namespace {

constexpr std::size_t kBlockValues = 256;
// Of the first block, all of whose values are misses: of few distinct ones the next block has none.
constexpr std::size_t kFirstBlockValues = 16;

template <class Source>
using SlotOf = typename DictionaryHashTable<typename Source::Key>::Slot;

template <class Source>
SlotOf<Source> slotOf(typename Source::Key key, std::uint32_t id, std::size_t position) noexcept {
  if constexpr (sizeof key == sizeof(std::uint32_t)) {
    return {key, id};
  } else {
    return {key, id, static_cast<std::uint32_t>(position)};
  }
}

// Whether value `i` is that of a slot with its key.
template <class Source>
bool isSame(const Source& source, std::size_t i, const SlotOf<Source>& slot,
            const std::byte* page) noexcept {
  if constexpr (Source::kIsExact) {
    return true;
  } else {
    return source.equals(i, slot.key, slot.position, page);
  }
}

// The first pass over a block: the ids of the values that are where they are first looked for, and
// in `misses` the places of all others. Returns how many these are. `same(i, slot)`: whether value
// `i` is that of a slot with its key.
template <class View, class KeyAt, class Same>
std::size_t lookUpKeys(const View view, std::size_t count, std::uint32_t* ids,
                       std::uint32_t* misses, const KeyAt& keyAt, const Same& same) noexcept {
  std::size_t missCount = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto key = keyAt(i);
    const auto slot = view.first(key);
    ids[i] = slot.id;
    misses[missCount] = static_cast<std::uint32_t>(i);
    missCount += slot.key == key && same(i, slot) ? 0 : 1;
  }
  return missCount;
}

// The keys of a block's values. Hashes of many bytes are made once.
template <class Source>
struct BlockKeys {
  BlockKeys(const Source& itsSource, std::size_t itsBegin) noexcept
      : source(itsSource), begin(itsBegin) {}

  auto operator()(std::size_t i) const noexcept {
    if constexpr (Source::kIsExact) {
      return source.key(begin + i);
    } else {
      return areMade ? made[i] : source.key(begin + i);
    }
  }

  const Source& source;
  const std::size_t begin;
  bool areMade = false;
  std::uint64_t made[Source::kIsExact ? 1 : kBlockValues];
};

template <class Source, class View>
std::size_t lookUpHashed(const View view, const std::byte* page, std::size_t count,
                         BlockKeys<Source>& keys, std::uint32_t* ids,
                         std::uint32_t* misses) noexcept {
  const Source& source = keys.source;
  const std::size_t begin = keys.begin;
  const auto always = [](std::size_t, const auto&) { return true; };
  if constexpr (Source::kIsExact) {
    return lookUpKeys(view, count, ids, misses, keys, always);
  } else if (source.areShort(begin, count)) {  // nothing to branch for
    std::size_t i = source.wideCount(begin, count);
    std::size_t missCount = lookUpKeys(
        view, i, ids, misses, [&](std::size_t value) { return source.shortKey(begin + value); },
        always);
    for (; i < count; ++i) {
      misses[missCount++] = static_cast<std::uint32_t>(i);
    }
    return missCount;
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      keys.made[i] = source.key(begin + i);
    }
    keys.areMade = true;
    return lookUpKeys(
        view, count, ids, misses, [&](std::size_t i) { return keys.made[i]; },
        [&](std::size_t i, const auto& slot) { return isSame(source, begin + i, slot, page); });
  }
}

// The same where a value has one place: kNoId says that it was not there. Returns whether any was
// not.
template <class Source>
bool lookUpDirect(const Source& source, const DictionaryDirectTable::View view, std::size_t begin,
                  std::size_t count, std::uint32_t* ids) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    ids[i] = view.id(source.number(begin + i));
  }
  unsigned misses = 0;
  for (std::size_t i = 0; i < count; ++i) {
    misses |= ids[i] == kNoId ? 1U : 0U;
  }
  return misses != 0;
}

}  // namespace

DictionaryBuilder::DictionaryBuilder(std::size_t width, std::size_t bytesMax) noexcept
    : width_(width), bytesMax_(bytesMax) {
  PF_ASSERT(bytesMax <= INT32_MAX);
}

std::uint64_t DictionaryBuilder::memoryBytesMax(std::size_t width, std::uint64_t pageBytes,
                                                std::uint64_t entries) noexcept {
  constexpr std::size_t kLengthBytes = 4;
  const std::uint64_t most =
      std::min<std::uint64_t>(entries, pageBytes / (width == kByteArrays ? kLengthBytes : width));
  const bool isWord = width == sizeof(std::int32_t) || width == sizeof(std::int64_t);
  return ByteBuffer::capacityMax(pageBytes) +
         (isWord ? DictionaryDirectTable::memoryBytesMax() : 0) +
         (width == sizeof(std::int32_t) ? DictionaryHashTable<std::uint32_t>::memoryBytesMax(most)
                                        : DictionaryHashTable<std::uint64_t>::memoryBytesMax(most));
}

void DictionaryBuilder::clear() noexcept {
  countBefore_ = count_;
  lookUpsBefore_ = lookUps_;
  count_ = 0;
  lookUps_ = 0;
  page_.clear();
  lookup_ = Lookup::kNone;
  direct_.clear();
}

Result<void> DictionaryBuilder::reserve(std::size_t entries, std::size_t bytes) {
  if (bytes > bytesMax_) {
    const double part = static_cast<double>(bytesMax_) / static_cast<double>(bytes);
    entries = static_cast<std::size_t>(static_cast<double>(entries) * part);
  }
  countBefore_ = std::max(countBefore_, entries);
  return page_.reserve(std::min(bytes, bytesMax_));
}

std::size_t DictionaryBuilder::blockValues() const noexcept {
  return count_ == 0 ? kFirstBlockValues : kBlockValues;
}

Result<std::size_t> DictionaryBuilder::append(const std::byte* values, std::size_t count,
                                              std::uint32_t* ids) {
  PF_ASSERT(width_ != kByteArrays);
  if (width_ == sizeof(std::int32_t)) {
    return appendWords(WordSource<std::int32_t>{values}, count, ids);
  }
  if (width_ == sizeof(std::int64_t)) {
    return appendWords(WordSource<std::int64_t>{values}, count, ids);
  }
  return appendHashed(FixedSource{values, width_, count * width_}, 0, count, ids);
}

Result<std::size_t> DictionaryBuilder::append(const std::byte* data, const std::uint32_t* offsets,
                                              std::size_t count, std::uint32_t* ids) {
  PF_ASSERT(width_ == kByteArrays);
  if (count == 0) {
    return 0;
  }
  return appendHashed(ByteArraySource{data, offsets, offsets[count]}, 0, count, ids);
}

template <class Source>
Result<std::size_t> DictionaryBuilder::appendWords(const Source& source, std::size_t count,
                                                   std::uint32_t* ids) {
  std::size_t done = 0;
  if (lookup_ != Lookup::kHashed) {
    PF_TRY_ASSIGN(done, appendDirect(source, count, ids));
    if (lookup_ != Lookup::kHashed) {
      return done;
    }
  }
  return appendHashed(source, done, count, ids);
}

// Ends before `count` where the page is full, and where the values' range has become too large:
// then the lookup is kHashed.
template <class Source>
Result<std::size_t> DictionaryBuilder::appendDirect(const Source& source, std::size_t count,
                                                    std::uint32_t* ids) {
  std::size_t size = 0;
  for (std::size_t begin = 0; begin < count; begin += size) {
    size = std::min(blockValues(), count - begin);
    if (lookup_ == Lookup::kNone) {
      PF_TRY(direct_.cover(source.number(begin)));
      lookup_ = Lookup::kDirect;
    }
    if (!lookUpDirect(source, direct_.view(), begin, size, ids + begin)) {
      continue;
    }
    for (std::size_t i = begin; i < begin + size; ++i) {
      if (ids[i] == kNoId) {
        PF_TRY_ASSIGN(ids[i], addDirect(source, i));
        if (ids[i] == kNoId) {
          return i;
        }
      }
    }
  }
  return count;
}

template <class Source>
Result<std::uint32_t> DictionaryBuilder::addDirect(const Source& source, std::size_t i) {
  const std::int64_t number = source.number(i);
  if (!direct_.covers(number)) {
    PF_TRY_ASSIGN(const bool isCovered, direct_.cover(number));
    if (!isCovered) {
      PF_TRY(startHashing<Source>());
      return kNoId;
    }
    for (std::size_t id = 0; id < count_; ++id) {
      direct_.set(Source::numberAt(page_.data() + id * sizeof(typename Source::Key)),
                  static_cast<std::uint32_t>(id));
    }
  }
  std::uint32_t id = direct_.view().id(number);  // it may have come earlier in this block
  if (id == kNoId) {
    PF_TRY_ASSIGN(id, addEntry(source, i));
    if (id != kNoId) {
      direct_.set(number, id);
    }
  }
  return id;
}

template <class Source>
Result<std::size_t> DictionaryBuilder::appendHashed(const Source& source, std::size_t begin,
                                                    std::size_t count, std::uint32_t* ids) {
  if (lookup_ == Lookup::kNone) {
    PF_TRY(startHashing<Source>());
  }
  auto& table = hashTable<Source>();
  std::uint32_t misses[kBlockValues];
  for (std::size_t size = 0; begin < count; begin += size) {
    size = std::min(blockValues(), count - begin);
    lookUps_ += size;
    PF_TRY(table.fit(count_, lookUps_));
    BlockKeys<Source> keys(source, begin);
    const std::size_t missCount =
        lookUpHashed(table.view(), page_.data(), size, keys, ids + begin, misses);
    for (std::size_t miss = 0; miss < missCount; ++miss) {
      const std::size_t i = begin + misses[miss];
      const auto key = keys(misses[miss]);
      auto& found =
          table.find(key, [&](const auto& slot) { return isSame(source, i, slot, page_.data()); });
      ids[i] = found.id;
      if (ids[i] == kNoId) {
        const std::size_t position = page_.size();
        PF_TRY_ASSIGN(ids[i], addEntry(source, i));
        if (ids[i] == kNoId) {
          return i;
        }
        PF_TRY(table.insert(found, slotOf<Source>(key, ids[i], position), count_, lookUps_));
      }
    }
  }
  return count;
}

template <class Source>
Result<void> DictionaryBuilder::startHashing() {
  auto& table = hashTable<Source>();
  PF_TRY(table.clear(std::max(count_, countBefore_), std::max(lookUps_, lookUpsBefore_)));
  lookup_ = Lookup::kHashed;
  if constexpr (Source::kIsExact) {  // entries that were found directly so far
    using Key = typename Source::Key;
    for (std::size_t id = 0; id < count_; ++id) {
      const auto key = loadLe<Key>(page_.data() + id * sizeof(Key));
      PF_TRY(table.insert(slotOf<Source>(key, static_cast<std::uint32_t>(id), id * sizeof(Key)),
                          count_, lookUps_));
    }
  }
  return {};
}

template <class Source>
Result<std::uint32_t> DictionaryBuilder::addEntry(const Source& source, std::size_t i) {
  if (source.plainBytes(i) > bytesMax_ - page_.size()) {
    return kNoId;
  }
  PF_TRY(source.put(i, page_));
  return static_cast<std::uint32_t>(count_++);
}

template <class Source>
auto& DictionaryBuilder::hashTable() noexcept {
  if constexpr (sizeof(typename Source::Key) == sizeof(std::uint32_t)) {
    return hash32_;
  } else {
    return hash64_;
  }
}

}  // namespace parquet_flow::encoding
