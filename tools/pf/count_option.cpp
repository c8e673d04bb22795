#include "pf/count_option.hpp"

#include <limits>

#include "pf/values.hpp"

namespace parquet_flow::pf {
namespace {

template <class Count>
CLI::Option* addCountOf(CLI::App& command, const char* name, Count& value,
                        const std::string& help) {
  return command
      .add_option_function<std::string>(
          name,
          [&value, name](const std::string& text) {
            const auto count = parseCount(text);
            if (!count) {
              throw CLI::ValidationError(name, "not a number, or one with k, M, G or T: " + text);
            }
            if (*count > std::numeric_limits<Count>::max()) {
              throw CLI::ValidationError(name, "too large: " + text);
            }
            value = static_cast<Count>(*count);
          },
          help)
      ->type_name("N");
}

}  // namespace

CLI::Option* addCount(CLI::App& command, const char* name, std::uint64_t& value,
                      const std::string& help) {
  return addCountOf(command, name, value, help);
}

CLI::Option* addCount(CLI::App& command, const char* name, std::uint32_t& value,
                      const std::string& help) {
  return addCountOf(command, name, value, help);
}

}  // namespace parquet_flow::pf
