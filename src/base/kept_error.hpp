// The error of what goes on step by step: after one, every later step gives the same.
#pragma once

#include "base/status.hpp"

namespace parquet_flow {

class KeptError {
 public:
  // Runs a step, which gives a Result, unless one has failed before. A step that throws, as the
  // standard library does without memory, may be half done: later ones give kOutOfMemory then.
  template <class Step>
  [[nodiscard]] auto run(Step&& step) -> decltype(step()) {
    if (hasFailed_) {
      return fail(Error(error_));
    }
    hasFailed_ = true;
    auto done = step();
    if (done) {
      hasFailed_ = false;
    } else {
      error_ = Error(done.error());
    }
    return done;
  }

 private:
  bool hasFailed_ = false;
  Error error_{ErrorCode::kOutOfMemory, "out of memory"};
};

}  // namespace parquet_flow
