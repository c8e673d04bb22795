#include "column_hook.hpp"

#include <span>
#include <utility>

#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "write/choice_chain.hpp"
#include "write/column_parts.hpp"
#include "write/row_group.hpp"

namespace parquet_flow::pipeline::test {
namespace {

ColumnHook::Before beforeColumn;

}  // namespace

// RowGroupEncoder::encodeColumn as the linker's --wrap names it; a member function's object is its
// first argument. PF_ENCODE_COLUMN is its symbol: another signature does not link.
Result<bool> realEncodeColumn(write::RowGroupEncoder* encoder, std::uint32_t leaf,
                              std::uint64_t rows, std::span<const column::LeafView> pieces,
                              write::ChoiceChain* chain, std::uint64_t ordinal,
                              write::EncodedColumnChunk& out,
                              write::ColumnParts* parts) __asm__("__real_" PF_ENCODE_COLUMN);
Result<bool> hookedEncodeColumn(write::RowGroupEncoder* encoder, std::uint32_t leaf,
                                std::uint64_t rows, std::span<const column::LeafView> pieces,
                                write::ChoiceChain* chain, std::uint64_t ordinal,
                                write::EncodedColumnChunk& out,
                                write::ColumnParts* parts) __asm__("__wrap_" PF_ENCODE_COLUMN);

Result<bool> hookedEncodeColumn(write::RowGroupEncoder* encoder, std::uint32_t leaf,
                                std::uint64_t rows, std::span<const column::LeafView> pieces,
                                write::ChoiceChain* chain, std::uint64_t ordinal,
                                write::EncodedColumnChunk& out, write::ColumnParts* parts) {
  if (beforeColumn) beforeColumn(leaf, ordinal);
  return realEncodeColumn(encoder, leaf, rows, pieces, chain, ordinal, out, parts);
}

ColumnHook::ColumnHook(Before before) { beforeColumn = std::move(before); }

ColumnHook::~ColumnHook() { beforeColumn = nullptr; }

}  // namespace parquet_flow::pipeline::test
