// The Arrow type that a Parquet schema is read as: the inverse of arrow_schema.hpp.
//
// The mapping is that of Arrow C++'s reader, so that the same file gives the same types.
#pragma once

#include <cstdint>
#include <span>

#include "arrow_type.hpp"
#include "base/status.hpp"
#include "parquet_flow.h"
#include "read/shape.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::capi {

struct ArrowChoices {
  pf_strings_t strings = PF_STRINGS_AS_STORED;
  bool rawInt96 = false;
};

// Of `shape`, which is of the schema; `original`: of ARROW:schema, or nullptr. What Parquet does
// not have comes back where the original says so and the file has what such a type was written as:
// large and view types, durations, time zones, date64, intervals, decimals of other widths, field
// metadata. Dictionaries and run ends come as their values, fixed-size lists and list views as
// lists.
[[nodiscard]] ArrowField arrowTypeOf(const read::Shape& shape, const schema::Schema& schema,
                                     const ArrowField* original, const ArrowChoices& choices);

// Copies the tree into `out`, which is the consumer's to release.
void exportArrowSchema(const ArrowField& field, ArrowSchema* out);

}  // namespace parquet_flow::capi
