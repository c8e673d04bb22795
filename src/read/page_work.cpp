#include "read/page_work.hpp"

#include "encoding/encoding.hpp"

namespace parquet_flow::read {
namespace {

using encoding::Encoding;
using schema::PhysicalType;

// How many times as long as a byte of a decoded number take: one that is decompressed, by the
// slowest codec; one of levels. And a string beside its bytes, and a BOOLEAN.
constexpr std::uint64_t kInflateWork = 15;
constexpr std::uint64_t kLevelWork = 5;
constexpr std::uint64_t kArrayWork = 32;
constexpr std::uint64_t kBooleanWork = 2;

bool isIn(const Page& page, Encoding encoding) noexcept {
  return page.encoding == static_cast<std::int32_t>(encoding);
}

std::uint64_t valueWork(const schema::Leaf& leaf) noexcept {
  return leaf.type == PhysicalType::kByteArray ? kArrayWork
         : leaf.type == PhysicalType::kBoolean ? kBooleanWork
                                               : schema::fixedWidth(leaf.type, leaf.typeLength);
}

}  // namespace

bool isInDictionary(const Page& page) noexcept {
  return isIn(page, Encoding::kRleDictionary) || isIn(page, Encoding::kPlainDictionary);
}

std::uint64_t pageWork(const schema::Leaf& leaf, const Page& page, std::uint64_t inflated,
                       std::uint64_t levels) noexcept {
  const std::uint64_t work = inflated * kInflateWork + levels * kLevelWork;
  if (page.isDictionary) {
    return work;
  }
  // Of a list's PLAIN values there are no more than its bytes; what is flat has a slot for each.
  const bool areStored = leaf.maxRepetitionLevel != 0 && isIn(page, Encoding::kPlain);
  return work + page.entries * ((areStored ? 0 : valueWork(leaf)) +
                                (isInDictionary(page) ? sizeof(std::uint32_t) : 0));
}

}  // namespace parquet_flow::read
