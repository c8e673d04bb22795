// What an Arrow type asks of the file that its data goes to.
#pragma once

#include "arrow_type.hpp"
#include "schema/schema.hpp"
#include "writer.hpp"

namespace parquet_flow::capi {

// The footer's key-values, as Arrow C++ has them, and dictionaries where Arrow's readers rely on
// them; what the settings say already stays. `schema` is what schemaOfArrow made of `arrow`.
void addArrowSettings(const ArrowField& arrow, const schema::Schema& schema,
                      WriterSettings& settings);

}  // namespace parquet_flow::capi
