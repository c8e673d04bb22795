// The application's log hook, if it has one.
#pragma once

#include <string>

#include "sink/options.hpp"

namespace parquet_flow::sink {

class Log {
 public:
  explicit Log(const SinkOptions& options) noexcept
      : function_(options.log), user_(options.logUser) {}

  void info(const std::string& line) const noexcept { write(LogLevel::kInfo, line); }
  void warning(const std::string& line) const noexcept { write(LogLevel::kWarning, line); }
  void error(const std::string& line) const noexcept { write(LogLevel::kError, line); }

 private:
  void write(LogLevel level, const std::string& line) const noexcept {
    if (function_ != nullptr) function_(user_, level, line.c_str());
  }

  LogFunction function_;
  void* user_;
};

}  // namespace parquet_flow::sink
