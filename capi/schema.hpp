// What a pf_schema_t is.
#pragma once

#include "parquet_flow.h"
#include "schema/schema.hpp"

struct pf_schema {
  parquet_flow::schema::Schema schema;
};
