// What a pf_predicate_t is.
#pragma once

#include "parquet_flow.h"
#include "scan/predicate.hpp"

struct pf_predicate {
  parquet_flow::scan::Predicate predicate;
};
