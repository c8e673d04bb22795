// An Arrow schema that has been read, with all that was looked at to read it: what says the same
// again need not be read once more.
#pragma once

#include <optional>
#include <string>

#include "arrow_type.hpp"
#include "parquet_flow.h"

namespace parquet_flow::capi {

class SeenArrowSchema {
 public:
  // `schema` has been read as `type`. Returns it.
  const ArrowField& keep(const ArrowSchema& schema, ArrowField type);
  // What was kept last, if `schema` says the same byte by byte; else nullptr. Valid until keep.
  [[nodiscard]] const ArrowField* find(const ArrowSchema* schema) const noexcept;

 private:
  std::string said_;
  std::optional<ArrowField> type_;
};

}  // namespace parquet_flow::capi
