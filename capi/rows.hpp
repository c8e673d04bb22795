// A scan's rows as the C API gives them: values in one buffer, fields in another.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "parquet_flow.h"
#include "read/batch_reader.hpp"
#include "read/file_reader.hpp"
#include "read/row_values.hpp"
#include "read/shape.hpp"

namespace parquet_flow::capi {

class Rows {
 public:
  // `shape` is of `leaves` alone. The file must live as long.
  Rows(const read::FileReader& file, const read::Shape& shape,
       std::span<const std::uint32_t> leaves);
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  // The root, of a row.
  [[nodiscard]] const pf_field_t* field() const noexcept { return fields_.data(); }

  // As read::RowValues.
  [[nodiscard]] Result<void> begin(const read::ColumnBatch& batch) { return values_.begin(batch); }
  [[nodiscard]] bool hasNext() const noexcept { return values_.hasNext(); }
  // Until the next call, or the batch changes.
  [[nodiscard]] Result<const pf_value_t*> next();

 private:
  void setField(const schema::Schema& schema, std::size_t index);
  [[nodiscard]] pf_value_t toC(const read::RowValue& ours) const noexcept;

  read::RowValues values_;
  std::vector<pf_field_t> fields_;
  std::vector<pf_value_t> row_;
};

}  // namespace parquet_flow::capi
