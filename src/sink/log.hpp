// The application's log hook, if it has one.
#pragma once

#include <new>
#include <string>

#include "sink/options.hpp"

namespace parquet_flow::sink {

// Each takes what makes the line, so that none is put together for nobody; and where there is no
// memory to do that, the hook is called all the same.
class Log {
 public:
  explicit Log(const SinkOptions& options) noexcept
      : function_(options.log), user_(options.logUser) {}

  template <class Line>
  void info(const Line& line) const noexcept {
    write(LogLevel::kInfo, line);
  }
  template <class Line>
  void warning(const Line& line) const noexcept {
    write(LogLevel::kWarning, line);
  }
  template <class Line>
  void error(const Line& line) const noexcept {
    write(LogLevel::kError, line);
  }

 private:
  template <class Line>
  void write(LogLevel level, const Line& line) const noexcept {
    if (function_ == nullptr) return;
    std::string text;
    try {
      text = line();
    } catch (const std::bad_alloc&) {
      text = "out of memory";  // short: needs none itself
    }
    function_(user_, level, text.c_str());
  }

  LogFunction function_;
  void* user_;
};

}  // namespace parquet_flow::sink
