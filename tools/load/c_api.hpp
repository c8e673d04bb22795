// The C contract's handles and errors, in the shapes of this tree.
#pragma once

#include <memory>

#include "base/status.hpp"
#include "parquet_flow.h"

namespace parquet_flow::load {

struct DestroySchema {
  void operator()(pf_schema_t* schema) const noexcept { pf_schema_destroy(schema); }
};
using SchemaHandle = std::unique_ptr<pf_schema_t, DestroySchema>;

struct ReleaseProducer {
  void operator()(pf_producer_t* producer) const noexcept { pf_producer_release(producer); }
};
using ProducerHandle = std::unique_ptr<pf_producer_t, ReleaseProducer>;

// An error for the next call to fill.
[[nodiscard]] inline pf_error_t makeError() noexcept {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  return error;
}

// What a call came back with: nothing for PF_STATUS_OK, else the error it filled.
[[nodiscard]] inline Result<> checkStatus(pf_status_t status, const pf_error_t& error) {
  if (status == PF_STATUS_OK) {
    return {};
  }
  // ErrorCode has the values of pf_status_t.
  return fail(Error(static_cast<ErrorCode>(status), error.system_error, error.message));
}

}  // namespace parquet_flow::load
