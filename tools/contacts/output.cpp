#include "contacts/output.hpp"

#include "column/level_scan.hpp"

namespace parquet_flow::contacts {

WorkTotals& WorkTotals::operator+=(const WorkTotals& other) noexcept {
  generateNs += other.generateNs;
  encodeNs += other.encodeNs;
  writeNs += other.writeNs;
  waitNs += other.waitNs;
  inMemoryBytes += other.inMemoryBytes;
  return *this;
}

std::uint64_t inMemoryBytes(const contact::ContactColumns& columns) noexcept {
  const auto& types = columns.phoneType().types;
  const auto& levels = columns.number().definitionLevels;
  const std::uint64_t phones =
      column::countAtLeast(levels.data(), levels.size(), contact::kLevelNullField);
  static_assert(contact::kPhoneTypeNames[1].size() == contact::kPhoneTypeNames[2].size());
  std::uint32_t mobiles = 0;  // with a counter of their size types are counted in whole registers
  for (const std::uint32_t type : types) {
    mobiles += type == static_cast<std::uint32_t>(contact::PhoneType::kMobile) ? 1 : 0;
  }
  const std::uint64_t typeBytes = mobiles * contact::kPhoneTypeNames[0].size() +
                                  (types.size() - mobiles) * contact::kPhoneTypeNames[1].size();
  const std::uint64_t strings = columns.rows() + 2 * phones;
  const std::uint64_t offsets = sizeof(std::uint32_t) * (strings + columns.rows());
  const std::uint64_t validity = (strings + columns.rows()) / 8;
  return columns.name().bytes.size() + columns.number().bytes.size() + typeBytes + offsets +
         validity;
}

}  // namespace parquet_flow::contacts
