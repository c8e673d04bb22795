// The part of the page index that says where the pages of a column chunk lie.
//
// Source: parquet-format PageIndex.md. An index is an aid: one that contradicts itself or its chunk
// is taken for none, and all pages are looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/status.hpp"
#include "read/file_reader.hpp"
#include "schema/schema.hpp"

namespace apache::thrift {
class TBase;
}

namespace parquet_flow::read {

struct PageLocations {
  std::vector<std::uint64_t> offsets;    // in the file
  std::vector<std::uint64_t> firstRows;  // of the row group; of the first page 0

  [[nodiscard]] std::size_t count() const noexcept { return offsets.size(); }
  // The page that has `row`.
  [[nodiscard]] std::size_t pageOf(std::uint64_t row) const noexcept;
};

// nullopt: there is none. kIo, kOutOfMemory. `bytesRead` grows by what was read.
[[nodiscard]] Result<std::optional<PageLocations>> readPageLocations(const FileReader& file,
                                                                     std::size_t rowGroup,
                                                                     const schema::Leaf& leaf,
                                                                     std::uint64_t& bytesRead);

// A struct of an index, of `bytes` at `offset` of the file, into `out`, which is to be new; false:
// it does not lie there. As the one above.
[[nodiscard]] Result<bool> readIndexStruct(const FileReader& file, std::int64_t offset,
                                           std::int32_t bytes, std::uint64_t& bytesRead,
                                           apache::thrift::TBase& out);

}  // namespace parquet_flow::read
