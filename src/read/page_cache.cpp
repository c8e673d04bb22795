#include "read/page_cache.hpp"

#include <algorithm>
#include <utility>

#include "format/parquet_types.h"

namespace parquet_flow::read {
namespace {

// The entry, its header, and what that points to.
constexpr std::uint64_t kEntryBytes = 1024;

}  // namespace

std::shared_ptr<PageCache::Entry> PageCache::add(std::uint64_t offset, std::uint64_t bodyBytes) {
  std::shared_ptr<Entry> entry;
  if (spare_.empty()) {
    entry = std::make_shared<Entry>();
  } else {
    entry = std::move(spare_.back());
    spare_.pop_back();
    held_ -= entry->held;
  }
  entry->offset = offset;
  entry->held = std::max<std::uint64_t>(entry->body.capacity(), bodyBytes) + kEntryBytes;
  held_ += entry->held;
  entries_.push_back(entry);
  while (held_ > kBytesMax && !spare_.empty()) {
    held_ -= spare_.back()->held;
    spare_.pop_back();
  }
  while (held_ > kBytesMax && entries_.size() > 1) {
    forget(0);
  }
  return entry;
}

std::shared_ptr<PageCache::Entry> PageCache::find(std::uint64_t offset) const {
  const auto found = std::lower_bound(
      entries_.begin(), entries_.end(), offset,
      [](const std::shared_ptr<Entry>& entry, std::uint64_t at) { return entry->offset < at; });
  const bool isThere =
      found != entries_.end() && (*found)->offset == offset && (*found)->header != nullptr;
  return isThere ? *found : nullptr;
}

void PageCache::forget(std::size_t index) {
  std::shared_ptr<Entry> entry = std::move(entries_[index]);
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(index));
  if (entry.use_count() != 1 || held_ > kBytesMax) {
    held_ -= entry->held;  // a cursor may still have it, and frees it then
    return;
  }
  entry->header.reset();
  entry->body.clear();
  spare_.push_back(std::move(entry));
}

void PageCache::forgetPassed() {
  const bool hasDictionary = !entries_.empty() && entries_.front()->header != nullptr &&
                             entries_.front()->header->type == format::PageType::DICTIONARY_PAGE;
  const std::size_t first = hasDictionary ? 1 : 0;
  while (entries_.size() > first + 1) {
    forget(first);
  }
}

void PageCache::forgetAll() {
  while (!entries_.empty()) {
    forget(0);
  }
}

}  // namespace parquet_flow::read
